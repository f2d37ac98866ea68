"""Drafts of papers: which a year asks for, with which facts and in which dossier. Nothing is requested here.

A draft's facts hold its number as the year (or a person) wrote it; ``asked`` turns it into what its register is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from docservice import facts, jobs, numbering, numbers, papers, retention_papers, template_choice
from docservice.desk import Desk as Desk
from docservice.errors import Forbidden, InputRefused
from docservice.models import Applicant, Document, Job
from docservice.number_claim import CIRCULAR, LETTER, MARK, ORDER, SERIES, WrittenNumber
from docservice.papers import Draft
from docservice.yearfile import District, Group, YearFile

REPLACES = papers.REPLACES
_BY_NUMBER = ("order", "letter", "report")
"""Kinds whose dossier is named by the paper's number."""
_CALLED = {"order": "คำสั่ง", "letter": "หนังสือ"}
"""Kinds whose dossier is called by the paper's number as well."""


def submit(desk: Desk, title: str, drafts: Iterable[Draft]) -> Job:
    """One paper job of the drafts that were picked."""
    wanted = (_own(desk, draft) for draft in drafts if desk.wants(draft.dossier))
    known: template_choice.Known = {}
    return desk.enter(papers.VERB, title, (papers.request(draft, known) for draft in wanted))


def _own(desk: Desk, draft: Draft) -> Draft:
    district = draft.dossier.split("/")[2]
    if desk.districts is not None and district not in desk.districts:
        raise Forbidden(
            f"{draft.dossier_title} ไม่ได้อยู่ในอำเภอที่ท่านดูแล",
            "ให้เจ้าหน้าที่ของอำเภอนั้นหรือของจังหวัดเป็นผู้ขอ",
            english=f"{draft.dossier} is not of your district. Its own officer or the province must ask.",
        )
    return draft


def of_kind(desk: Desk, kind: str) -> Iterator[Draft]:
    """Every paper of ``kind`` that the year asks for; ``InputRefused`` says what has to be entered first."""
    return iter(DRAFTS[kind](desk))


def asked(desk: Desk, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts with what each asks of its register of numbers."""
    return (numbering.asking(desk.year, d) if numbering.takes_number(d.kind) else d for d in drafts)


def edited(desk: Desk, kind: str, content: Mapping[str, Any], like: Draft | None) -> Draft:
    """A draft whose facts a person changed: the same paper as ``like`` unless it was given another number.

    ``like`` is ``None`` for a paper of its own, which the year does not know of.
    """
    if like is not None and (like.about or {}).get(REPLACES):
        return replace(like, facts=content, dossier_title=_dossier_title(kind, content))
    if kind not in _BY_NUMBER:
        return replace(like or _blank(desk, kind), facts=content)
    if like is not None and _is_same(like, content):
        return replace(like, facts=content)
    key = _numbered_key(desk, kind, content)
    return Draft(kind, content, key, _dossier_title(kind, content), encloses=like.encloses if like else ())


def filed(paper: Document) -> Draft:
    """The draft a filed paper was made from, its number as it is printed: a new version goes into the same dossier."""
    dossier = paper.dossier
    copies = dossier.documents.filter(kind="enclosure", current=True).order_by("path")
    told = [str(each.provenance.get("copy_of", "")) for each in copies]
    encloses = tuple(copy.partition("/paper/")[0] for copy in told if "/paper/" in copy)
    return Draft(paper.kind, paper.provenance["facts"], dossier.key, dossier.title, dossier.about, encloses)


def instead(desk: Desk, paper: Document) -> Draft:
    """A paper that replaces a filed one: the same facts, a number of its own, a dossier of its own."""
    like = filed(paper)
    key = desk.key(f"{paper.kind}-for-{jobs.digest(like.dossier)[:8]}")
    content = dict(like.facts)
    if field := numbering.field_of(paper.kind):
        content[field] = _asks_again(str(content.get(field, "")))
    return replace(like, facts=content, dossier=key, about={REPLACES: like.dossier})


def _asks_again(number: str) -> str:
    """What to ask for in place of a printed number: the next one of the same series."""
    return "ว auto" if WrittenNumber.parse(number).circular else "auto"


def _is_same(like: Draft, content: Mapping[str, Any]) -> bool:
    before, now = str(like.facts.get("number", "")), str(content.get("number", ""))
    return before == now or not numbering.is_stated(before)


def _blank(desk: Desk, kind: str) -> Draft:
    return Draft(kind, {}, desk.key(kind), papers.label(kind))


def _dossier_title(kind: str, content: facts.Facts | Mapping[str, Any]) -> str:
    if kind not in _CALLED:
        return str(content.get("subject") or papers.label(kind))
    label = _CALLED[kind]
    return f"{called(f'{label}ที่', content) or label} {content.get('subject', '')}".strip()


def number_name(prefix: str, number: str) -> str:
    """A dossier name from an official number: ``order`` + ``๑๒`` → ``order-0012``; a circular keeps its ``w``."""
    written = WrittenNumber.parse(number)
    if not isinstance(written.asks, int):
        return f"{prefix}-pending-{jobs.digest(number)[:8]}"
    return f"{prefix}-{'w' if written.circular else ''}{written.asks:04d}"


def called(label: str, content: Mapping[str, Any]) -> str:
    """``คำสั่งที่ ๑๒``, or nothing while the number is not known."""
    number = str(content.get("number", ""))
    return f"{label} {number}" if numbering.is_stated(number) else ""


def _numbered_key(desk: Desk, prefix: str, content: Mapping[str, Any]) -> str:
    """The dossier of a paper with an official number: named by a number that is stated, else by the subject.

    A paper that was waiting for its number, or was given one by the office, keeps its dossier ever after.
    """
    number, subject = str(content.get("number", "")), content.get("subject", "")
    by_subject = desk.key(f"{prefix}-pending-{jobs.digest(subject)[:8]}")
    if numbering.is_stated(number) and not numbers.knows(by_subject):
        return desk.key(number_name(prefix, number))
    return by_subject


# ---------------------------------------------------------------------------------------------------- of the whole year
def guideline(desk: Desk) -> Iterable[Draft]:
    """The guideline of the year."""
    title = f"แนวทางการดำเนินงาน ปี {desk.year.year}"
    yield Draft("guideline", facts.guideline(desk.year), desk.key("guideline"), title)


def orders(desk: Desk) -> Iterable[Draft]:
    """Every appointment order of the year file."""
    for order in facts.orders(desk.year):
        yield Draft("order", order, _numbered_key(desk, "order", order), _dossier_title("order", order))


def letter(desk: Desk) -> Iterable[Draft]:
    """The cover letter with its enclosures: the orders and the guideline, as filed."""
    content = facts.letter(desk.year)
    encloses = (*(draft.dossier for draft in orders(desk)), desk.key("guideline"))
    yield Draft(
        "letter", content, _numbered_key(desk, "letter", content), _dossier_title("letter", content), encloses=encloses
    )


def application_forms(desk: Desk) -> Iterable[Draft]:
    """An empty application form for each group."""
    for group in desk.year.groups:
        content = facts.application_form(desk.year, group.code)
        yield Draft("application-form", content, desk.key(f"application-form-{group.code}"), f"ใบสมัคร {group.name}")


def registers(desk: Desk) -> Iterable[Draft]:
    """Each district's register of applicants."""
    units = desk.units()
    present = {u.district for u in units}
    for d in desk.year.districts:
        key = desk.key("register-applicants", d.code)
        if d.code in present and desk.wants(key):
            content = facts.register_applicants(desk.year, d, units)
            yield Draft("register-applicants", content, key, f"ทะเบียนผู้สมัคร อำเภอ{d.name}")


def passed(desk: Desk) -> Iterable[Draft]:
    """The province's register of those who passed."""
    content = facts.register_passed(desk.year, with_results(desk))
    yield Draft("register-passed", content, desk.key("register-passed"), f"ทะเบียนผู้ผ่านการประเมิน ปี {desk.year.year}")


def announcement(desk: Desk) -> Iterable[Draft]:
    """The announcement of those who passed, with its list."""
    content = facts.announcement(desk.year, with_results(desk))
    yield Draft("announcement", content, desk.key("announcement"), content.get("subject", ""))


def certificates(desk: Desk) -> Iterable[Draft]:
    """One certificate for each that passed, filed in the applicant's dossier."""
    for unit, content in facts.certificates(desk.year, with_results(desk), serial=MARK):
        if desk.wants(unit.dossier_key):
            yield Draft("certificate", content, unit.dossier_key, unit.name, about(desk.year, unit))


def report(desk: Desk) -> Iterable[Draft]:
    """The report to the Department."""
    content = facts.report(desk.year, with_results(desk))
    yield Draft("report", content, _numbered_key(desk, "report", content), content.get("subject", ""))


def register_letters(desk: Desk) -> Iterable[Draft]:
    """The register of letters sent (ทะเบียนหนังสือส่ง) of the calendar year, from the registers of numbers."""
    yield _number_register(desk, "letters", (LETTER, CIRCULAR))


def register_orders(desk: Desk) -> Iterable[Draft]:
    """The register of orders of the calendar year."""
    yield _number_register(desk, "orders", (ORDER,))


def retention_lists(kind: str, content: Callable[[YearFile], Mapping[str, Any]]) -> Callable[[Desk], Iterable[Draft]]:
    """A list of what is kept of the whole province: form 19 or 21 of the regulation."""

    def of(desk: Desk) -> Iterable[Draft]:
        yield Draft(kind, content(desk.year), desk.key(kind), f"{papers.label(kind)} ปี {desk.year.year}")

    return of


def _number_register(desk: Desk, name: str, codes: Sequence[str]) -> Draft:
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
    return Draft(kind, content, desk.key(kind), f"{content['title']} {content['scope']}")


def about(year: YearFile, unit: Applicant) -> dict[str, object]:
    """What an applicant's dossier is about, for its record."""
    district, group = place(year, unit)
    fields = ("seq", "name", "post", "place", "coordinator", "phone", "members")
    return {
        "applicant": unit.code,
        "district": district.name,
        "group": group.code,
        "group_name": group.name,
        **{name: getattr(unit, name) for name in fields},
    }


def place(year: YearFile, unit: Applicant) -> tuple[District, Group]:
    """The applicant's district and group; ``InputRefused`` when the year does not know them."""
    district, group = year.district(unit.district), year.group(unit.group)
    if district is None or group is None:
        raise InputRefused(
            f"ผู้สมัคร {unit.name} อยู่ในอำเภอหรือกลุ่มที่ไม่มีในแฟ้มประจำปี ({unit.district}, {unit.group})",
            "เพิ่มอำเภอหรือกลุ่มนั้นใน year.toml แล้วนำเข้าใหม่",
            english=f"{unit.code}: its district or group is not in the year file.",
        )
    return district, group


def with_results(desk: Desk) -> Sequence[Applicant]:
    """The applicants, once somebody has passed."""
    units = desk.units()
    if not any(u.result == "passed" for u in units):
        raise InputRefused(
            f"ปี {desk.year.year} ยังไม่มีผู้ผ่านการประเมิน",
            "นำเข้าผลการประเมินก่อน: docservice import results.xlsx --year ปี",
            english="Nobody has passed yet. Import the results first.",
        )
    return units


DRAFTS: dict[str, Callable[[Desk], Iterable[Draft]]] = {
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
    retention_papers.SENT: retention_lists(retention_papers.SENT, retention_papers.sent),
    retention_papers.TWENTY: retention_lists(retention_papers.TWENTY, retention_papers.twenty),
}
