"""What may be requested for a year, each as one job: papers by name, evidence books, the export."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docservice import evidence, export, facts, jobs, papers, register
from docservice.config import config
from docservice.errors import InputRefused
from docservice.models import Applicant, Job
from docservice.papers import Draft
from docservice.thai import clean, safe_file_name, to_arabic_digits
from docservice.yearfile import District, Group, YearFile

_RUNNING_NUMBER = re.compile(r"^[\d๐-๙.()\-_\s]+")
_LONG = 30


@dataclass(frozen=True)
class Desk:
    """Who asks, for which year; ``folder``: evidence root or export target; ``base``: where picture paths start."""

    year: YearFile
    actor: str
    folder: Path | None = None
    base: Path | None = None

    def key(self, name: str, district: str = "") -> str:
        """A dossier key of this year; without ``district`` one of the province's own."""
        return f"{int(self.year.year)}/{self.year.province_code}/{district or self.year.province_code + '00'}/{name}"

    def units(self) -> list[Applicant]:
        """The year's applicants; ``InputRefused`` when there are none yet."""
        found = register.applicants(self.year)
        if not found:
            raise InputRefused(
                f"ปี {self.year.year} ยังไม่มีผู้สมัคร",
                "นำเข้าทะเบียนผู้สมัครก่อน: docservice import applicants.xlsx --year ปี",
                english="There are no applicants yet. Import them first.",
            )
        return found

    def submit(self, title: str, drafts: Iterable[Draft]) -> Job:
        """One paper job."""
        return jobs.submit(papers.VERB, title, [papers.request(d, self.base) for d in drafts], actor=self.actor)


def number_name(prefix: str, number: str) -> str:
    """A dossier name from an official number: ``order`` + ``๑๒`` → ``order-0012``; a circular keeps its ``w``."""
    digits = to_arabic_digits(number).split("/")[-1]
    running = "".join(ch for ch in digits if ch.isdigit())
    if not running:
        return f"{prefix}-pending-{jobs.digest(number)[:8]}"
    return f"{prefix}-{'w' if 'ว' in digits else ''}{int(running):04d}"


def guideline(desk: Desk) -> Job:
    """The guideline of the year."""
    title = f"แนวทางการดำเนินงาน ปี {desk.year.year}"
    return desk.submit(title, [Draft("guideline", facts.guideline(desk.year), desk.key("guideline"), title)])


def orders(desk: Desk) -> Job:
    """Every appointment order of the year file."""
    return desk.submit(f"คำสั่งแต่งตั้งคณะกรรมการ ปี {desk.year.year}", list(_orders(desk)))


def _orders(desk: Desk) -> Iterable[Draft]:
    for order in facts.orders(desk.year):
        yield Draft(
            "order", order, desk.key(_order_name(order)), f"คำสั่งที่ {order.get('number') or '-'} {order['subject']}"
        )


def _order_name(order: facts.Facts) -> str:
    if order.get("number"):
        return number_name("order", str(order["number"]))
    # Without a number yet, the subject tells the order apart; the number comes in a later version of the same dossier.
    return f"order-pending-{jobs.digest(order['subject'])[:8]}"


def letter(desk: Desk) -> Job:
    """The cover letter with its enclosures: the orders and the guideline, as filed."""
    content = facts.letter(desk.year)
    encloses = (*(draft.dossier for draft in _orders(desk)), desk.key("guideline"))
    key = desk.key(number_name("letter", content["number"]))
    title = f"หนังสือที่ {content['number']} {content['subject']}"
    return desk.submit(title, [Draft("letter", content, key, title, encloses=encloses)])


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
        f"ประกาศผล ปี {desk.year.year}", [Draft("announcement", content, desk.key("announcement"), content["subject"])]
    )


def certificates(desk: Desk) -> Job:
    """One certificate for each that passed, filed in the applicant's dossier."""
    drafts = [
        Draft("certificate", content, unit.dossier_key, unit.name, about(desk.year, unit))
        for unit, content in facts.certificates(desk.year, _with_results(desk))
    ]
    title = desk.year.settings.get("certificate", {}).get("title", "ใบประกาศเกียรติคุณ")
    return desk.submit(f"{title} ปี {desk.year.year}", drafts)


def report(desk: Desk) -> Job:
    """The report to the Department."""
    content = facts.report(desk.year, _with_results(desk))
    key = desk.key(number_name("report", content["number"]))
    return desk.submit(f"รายงานผลต่อกรม ปี {desk.year.year}", [Draft("report", content, key, content["subject"])])


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
    return jobs.submit(evidence.VERB, f"เล่มหลักฐาน ปี {desk.year.year}", requests, actor=desk.actor)


def export_year(desk: Desk) -> Job:
    """The year's BagIt export."""
    folder = desk.folder or config().home / "exports"
    return jobs.submit(
        export.VERB, f"ส่งออกคลัง ปี {desk.year.year}", [export.request(desk.year, folder)], actor=desk.actor
    )


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
    """The applicant's folder ``<district>/<group>/<…name…>``; people put running numbers around the name."""
    district, group = _place(year, unit)
    parent = root / district.name / safe_file_name(group.name)
    if not parent.is_dir():
        return None
    return next((f for f in sorted(parent.iterdir()) if f.is_dir() and _is_named(f.name, unit.name)), None)


def _is_named(folder: str, name: str) -> bool:
    """Whether a folder is the applicant's: the name in full, or as much of a long one as a folder name holds."""
    bare = _RUNNING_NUMBER.sub("", clean(folder))
    wanted = safe_file_name(name)
    return wanted in bare or (len(bare) >= _LONG and wanted.startswith(bare))


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
    "evidence": books,
    "export": export_year,
}
