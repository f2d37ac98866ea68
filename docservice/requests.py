"""What may be requested for a year, each as one job: papers by name, evidence books, the export."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docservice import evidence, export, facts, jobs, numbering, numbers, papers, register
from docservice.config import config
from docservice.errors import Forbidden, InputRefused
from docservice.models import Applicant, Job
from docservice.number_claim import CIRCULAR, LETTER, MARK, ORDER, SERIES, WrittenNumber
from docservice.papers import Draft
from docservice.thai import clean, safe_file_name
from docservice.yearfile import District, Group, YearFile

_RUNNING_NUMBER = re.compile(r"^[\d๐-๙.()\-_\s]+")
_LONG = 30


@dataclass(frozen=True)
class Desk:
    """Who asks, for which year; ``folder``: evidence root or export target; ``urgent``: before other requests.

    ``districts``: those the person is bound to, ``None`` for the whole province. What would be filed elsewhere is
    ``Forbidden``, and nothing of the request is entered.
    """

    year: YearFile
    actor: str
    folder: Path | None = None
    urgent: bool = False
    districts: frozenset[str] | None = None

    def key(self, name: str, district: str = "") -> str:
        """A dossier key of this year; without ``district`` one of the province's own."""
        return f"{int(self.year.year)}/{self.year.province_code}/{district or self.year.province_code + '00'}/{name}"

    def units(self) -> list[Applicant]:
        """The year's applicants (of the person's districts); ``InputRefused`` when there are none yet."""
        found = [u for u in register.applicants(self.year) if self.districts is None or u.district in self.districts]
        if not found:
            raise InputRefused(
                f"ปี {self.year.year} ยังไม่มีผู้สมัคร",
                "นำเข้าทะเบียนผู้สมัครก่อน: docservice import applicants.xlsx --year ปี",
                english="There are no applicants yet. Import them first.",
            )
        return found

    def submit(self, title: str, drafts: Iterable[Draft]) -> Job:
        """One paper job."""
        return self.enter(papers.VERB, title, map(papers.request, map(self._own, drafts)))

    def enter(self, verb: str, title: str, asked: Iterable[jobs.Request]) -> Job:
        """One job of this year, and of the district when the person has only one."""
        only = next(iter(self.districts)) if self.districts and len(self.districts) == 1 else ""
        scope = jobs.Scope(int(self.year.year), self.year.province_code, only)
        return jobs.submit(verb, title, asked, actor=self.actor, urgent=self.urgent, scope=scope)

    def of_the_province(self) -> None:
        """``Forbidden`` for a person bound to districts."""
        if self.districts is not None:
            raise Forbidden(
                "คำขอนี้เป็นของทั้งจังหวัด",
                "ให้เจ้าหน้าที่จังหวัดเป็นผู้ขอ",
                english="This request is the whole province's. The province's staff must make it.",
            )

    def _own(self, draft: Draft) -> Draft:
        district = draft.dossier.split("/")[2]
        if self.districts is not None and district not in self.districts:
            raise Forbidden(
                f"{draft.dossier_title} ไม่ได้อยู่ในอำเภอที่ท่านดูแล",
                "ให้เจ้าหน้าที่ของอำเภอนั้นหรือของจังหวัดเป็นผู้ขอ",
                english=f"{draft.dossier} is not of your district. Its own officer or the province must ask.",
            )
        return draft


def number_name(prefix: str, number: str) -> str:
    """A dossier name from an official number: ``order`` + ``๑๒`` → ``order-0012``; a circular keeps its ``w``."""
    written = WrittenNumber.parse(number)
    if not isinstance(written.asks, int):
        return f"{prefix}-pending-{jobs.digest(number)[:8]}"
    return f"{prefix}-{'w' if written.circular else ''}{written.asks:04d}"


def guideline(desk: Desk) -> Job:
    """The guideline of the year."""
    title = f"แนวทางการดำเนินงาน ปี {desk.year.year}"
    return desk.submit(title, [Draft("guideline", facts.guideline(desk.year), desk.key("guideline"), title)])


def orders(desk: Desk) -> Job:
    """Every appointment order of the year file."""
    return desk.submit(f"คำสั่งแต่งตั้งคณะกรรมการ ปี {desk.year.year}", list(_orders(desk)))


def _orders(desk: Desk) -> Iterable[Draft]:
    for order in facts.orders(desk.year):
        title = f"{_called('คำสั่งที่', order) or 'คำสั่ง'} {order.get('subject', '')}"
        yield numbering.asking(desk.year, Draft("order", order, _numbered_key(desk, "order", order), title))


def _numbered_key(desk: Desk, prefix: str, content: facts.Facts) -> str:
    """The dossier of a paper with an official number: named by a number that is stated, else by the subject.

    A paper that was waiting for its number, or was given one by the office, keeps its dossier ever after.
    """
    number, subject = str(content.get("number", "")), content.get("subject", "")
    by_subject = desk.key(f"{prefix}-pending-{jobs.digest(subject)[:8]}")
    if numbering.is_stated(number) and not numbers.knows(by_subject):
        return desk.key(number_name(prefix, number))
    return by_subject


def _called(label: str, content: facts.Facts) -> str:
    """``คำสั่งที่ ๑๒``, or nothing while the number is not known."""
    number = str(content.get("number", ""))
    return f"{label} {number}" if numbering.is_stated(number) else ""


def letter(desk: Desk) -> Job:
    """The cover letter with its enclosures: the orders and the guideline, as filed."""
    content = facts.letter(desk.year)
    encloses = (*(draft.dossier for draft in _orders(desk)), desk.key("guideline"))
    called, subject = _called("หนังสือที่", content), content.get("subject", "")
    key = _numbered_key(desk, "letter", content)
    draft = Draft("letter", content, key, f"{called or 'หนังสือ'} {subject}", encloses=encloses)
    return desk.submit(called or f"หนังสือ {subject}", [numbering.asking(desk.year, draft)])


def application_forms(desk: Desk) -> Job:
    """An empty application form for each group."""
    drafts = [
        Draft(
            "application-form",
            facts.application_form(desk.year, g.code),
            desk.key(f"application-form-{g.code}"),
            f"ใบสมัคร {g.name}",
        )
        for g in desk.year.groups
    ]
    return desk.submit(f"ใบสมัคร ปี {desk.year.year}", drafts)


def registers(desk: Desk) -> Job:
    """Each district's register of applicants."""
    units = desk.units()
    drafts = [
        Draft(
            "register-applicants",
            facts.register_applicants(desk.year, d, units),
            desk.key("register-applicants", d.code),
            f"ทะเบียนผู้สมัคร อำเภอ{d.name}",
        )
        for d in desk.year.districts
        if any(u.district == d.code for u in units)
    ]
    return desk.submit(f"ทะเบียนผู้สมัครรายอำเภอ ปี {desk.year.year}", drafts)


def passed(desk: Desk) -> Job:
    """The province's register of those who passed."""
    title = f"ทะเบียนผู้ผ่านการประเมิน ปี {desk.year.year}"
    content = facts.register_passed(desk.year, _with_results(desk))
    return desk.submit(title, [Draft("register-passed", content, desk.key("register-passed"), title)])


def announcement(desk: Desk) -> Job:
    """The announcement of those who passed, with its list."""
    content = facts.announcement(desk.year, _with_results(desk))
    return desk.submit(
        f"ประกาศผล ปี {desk.year.year}",
        [Draft("announcement", content, desk.key("announcement"), content.get("subject", ""))],
    )


def certificates(desk: Desk) -> Job:
    """One certificate for each that passed, filed in the applicant's dossier."""
    drafts = [
        numbering.asking(desk.year, Draft("certificate", content, unit.dossier_key, unit.name, about(desk.year, unit)))
        for unit, content in facts.certificates(desk.year, _with_results(desk), serial=MARK)
    ]
    title = desk.year.settings.get("certificate", {}).get("title", "ใบประกาศเกียรติคุณ")
    return desk.submit(f"{title} ปี {desk.year.year}", drafts)


def report(desk: Desk) -> Job:
    """The report to the Department."""
    content = facts.report(desk.year, _with_results(desk))
    key = _numbered_key(desk, "report", content)
    draft = numbering.asking(desk.year, Draft("report", content, key, content.get("subject", "")))
    return desk.submit(f"รายงานผลต่อกรม ปี {desk.year.year}", [draft])


def register_letters(desk: Desk) -> Job:
    """The register of letters sent (ทะเบียนหนังสือส่ง) of the calendar year, from the registers of numbers."""
    return _number_register(desk, "letters", (LETTER, CIRCULAR))


def register_orders(desk: Desk) -> Job:
    """The register of orders of the calendar year."""
    return _number_register(desk, "orders", (ORDER,))


def _number_register(desk: Desk, name: str, codes: Sequence[str]) -> Job:
    entries = numbers.rows(desk.year.province_code, int(desk.year.year), codes)
    if not entries:
        raise InputRefused(
            f"ปี {desk.year.year} ยังไม่มีเลขในทะเบียน",
            "ขอเอกสารที่มีเลขก่อน เช่น docservice request order --year ปี",
            english="There are no numbers of that year yet. Request a paper that takes one first.",
        )
    parts = [(SERIES[code], [n for n in entries if n.series.code == code]) for code in codes]
    content = facts.number_register(desk.year, name, [part for part in parts if part[1]])
    kind = f"register-{name}"
    title = f"{content['title']} {content['scope']}"
    return desk.submit(title, [Draft(kind, content, desk.key(kind), title)])


def books(desk: Desk) -> Job:
    """An evidence book for each applicant whose folder is under ``folder``: ``<district>/<group>/<name>/``."""
    root = desk.folder or config().home / "evidence"
    found = [(unit, folder) for unit in desk.units() if (folder := _folder_of(desk.year, unit, root))]
    if not found:
        raise InputRefused(
            f"ไม่พบโฟลเดอร์หลักฐานของผู้สมัครใน {root}",
            "จัดโฟลเดอร์เป็น อำเภอ/กลุ่มเป้าหมาย/ชื่อผู้สมัคร แล้วสั่งใหม่ หรือระบุที่อยู่ด้วย --folder",
            english=f"No applicant's folder under {root}. Lay them out as district/group/applicant.",
        )
    requests = [_book(desk.year, unit, folder) for unit, folder in found]
    return desk.enter(evidence.VERB, f"เล่มหลักฐาน ปี {desk.year.year}", requests)


def export_year(desk: Desk) -> Job:
    """The year's BagIt export; asked for again, the bag is verified again, and written again where it is gone."""
    desk.of_the_province()
    folder = desk.folder or config().home / "exports"
    job = desk.enter(export.VERB, f"ส่งออกคลัง ปี {desk.year.year}", [export.request(desk.year, folder)])
    if job.state == Job.DONE:  # the archive has not changed, but the bag may have been moved or damaged
        jobs.repeat(job, actor=desk.actor)
    return job


def about(year: YearFile, unit: Applicant) -> dict[str, object]:
    """What an applicant's dossier is about, for its record."""
    district, group = _place(year, unit)
    fields = ("seq", "name", "post", "place", "coordinator", "phone", "members")
    return {
        "applicant": unit.code,
        "district": district.name,
        "group": group.code,
        "group_name": group.name,
        **{name: getattr(unit, name) for name in fields},
    }


def _book(year: YearFile, unit: Applicant, folder: Path) -> jobs.Request:
    district, group = _place(year, unit)
    whose = evidence.Unit(
        title=evidence.PROGRAMME,
        applicant=unit.name,
        applicant_code=facts.applicant_number(year, unit),
        district=district.name,
        province=year.province,
        year_be=int(year.year),
        group=group.name,
    )
    return evidence.request(unit.dossier_key, whose, group.checklist, folder, about(year, unit))


def _folder_of(year: YearFile, unit: Applicant, root: Path) -> Path | None:
    """The applicant's folder ``<district>/<group>/<…name…>`` holding files; people put numbers around the name."""
    district, group = _place(year, unit)
    parent = root / district.name / safe_file_name(group.name)
    if not parent.is_dir():
        return None
    named = (f for f in sorted(parent.iterdir()) if f.is_dir() and _is_named(f.name, unit.name))
    return next((f for f in named if evidence.holds_files(f)), None)


def _is_named(folder: str, name: str) -> bool:
    """Whether a folder is the applicant's: the name in full, or as much of a long one as a folder name holds."""
    bare = _RUNNING_NUMBER.sub("", clean(folder))
    wanted = safe_file_name(name)
    numbered = re.fullmatch(rf"{re.escape(wanted)}(?:[.()\-_\s][\d.()\-_\s]*)?", bare)
    return numbered is not None or (len(bare) >= _LONG and wanted.startswith(bare))


def _place(year: YearFile, unit: Applicant) -> tuple[District, Group]:
    district, group = year.district(unit.district), year.group(unit.group)
    if district is None or group is None:
        raise InputRefused(
            f"ผู้สมัคร {unit.name} อยู่ในอำเภอหรือกลุ่มที่ไม่มีในแฟ้มประจำปี ({unit.district}, {unit.group})",
            "เพิ่มอำเภอหรือกลุ่มนั้นใน year.toml แล้วนำเข้าใหม่",
            english=f"{unit.code}: its district or group is not in the year file.",
        )
    return district, group


def _with_results(desk: Desk) -> Sequence[Applicant]:
    units = desk.units()
    if not any(u.result == "passed" for u in units):
        raise InputRefused(
            f"ปี {desk.year.year} ยังไม่มีผู้ผ่านการประเมิน",
            "นำเข้าผลการประเมินก่อน: docservice import results.xlsx --year ปี",
            english="Nobody has passed yet. Import the results first.",
        )
    return units


REQUESTS: dict[str, Callable[[Desk], Job]] = {
    "guideline": guideline,
    "order": orders,
    "letter": letter,
    "application-form": application_forms,
    "register-applicants": registers,
    "register-passed": passed,
    "announcement": announcement,
    "certificate": certificates,
    "report": report,
    "register-letters": register_letters,
    "register-orders": register_orders,
    "evidence": books,
    "export": export_year,
}
