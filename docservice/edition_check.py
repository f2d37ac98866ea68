"""The check of an edition that was sent in, as a job: what is wrong with it, and sample papers made with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docservice import edition_store, editions, engines, jobs, template_choice
from docservice.catalogue import Kind, samples
from docservice.editions import Place
from docservice.errors import InputRefused, NotFound, Refused, TooLarge
from docservice.models import Edition, Job, JobItem
from docservice.outcome import one_by_one
from docservice.pdf.page_image import page_sizes
from docservice.render import doctor
from docservice.render.paper import make_paper
from docservice.render.template import Template
from docservice.thai import to_thai_digits

VERB = "template"
MOST_BYTES = 20_000_000
ANSWER, MENDED, MARKED = "answer.docx", "mended.docx", "marked.pdf"
_COMMENTED = b"word/comments.xml"
"""In the list of a zip file: it may be our answer, mended and sent back."""
PLAIN, EXTREME, BARE = "plain", "extreme", "bare"
_FACTS: Mapping[str, Callable[[Kind, str], dict[str, object]]] = {
    PLAIN: samples.plain,
    EXTREME: samples.extreme,
    BARE: samples.bare,
}
SAMPLES = tuple(_FACTS)
"""Papers made with an edition to be looked at: of plain facts, of the most extreme, of no more than must be."""


@dataclass(frozen=True)
class Sent:
    """A Word file as somebody sends it in: its name, its bytes, and in a few words what is new."""

    file_name: str
    data: bytes
    note: str = ""


def place_of(province: str, kind_code: str, variant: str) -> Place:
    """Whose template of which kind and variant; ``NotFound`` for what the catalogue does not have."""
    kind = engines.catalogue().kind(kind_code)
    if variant not in (kind.variants or ("",)):
        known = ", ".join(kind.variants) or "-"
        raise NotFound(
            f"{kind.label}ไม่มีแบบ “{variant[:60]}”",
            f"เลือกแบบที่มี: {known}",
            english=f"{kind.code} has no variant {variant[:60]!r}. There are: {known}.",
        )
    return Place(province, kind.code, variant)


def stock(place: Place) -> Template:
    """The template that ships."""
    return engines.template(engines.catalogue().kind(place.kind), place.variant or None)


def send(place: Place, sent: Sent, *, year_be: int, actor: str) -> tuple[Edition, Job]:
    """Take an edition in and have the workers check it. What is no Word file of a bearable size is refused here."""
    _refuse_at_once(sent)
    data = doctor.without_comments(sent.data) if _COMMENTED in sent.data else sent.data
    row = editions.upload(place, sent.file_name, data, sent.note, stock=stock(place).digest, actor=actor)
    return row, check(row, year_be=year_be, actor=actor)


def check(row: Edition, *, year_be: int, actor: str) -> Job:
    """The job that checks an edition; asked again it is the same."""
    label = engines.catalogue().kind(row.kind).label
    title = to_thai_digits(f"ตรวจแม่แบบ{label} รุ่นที่ {row.number}")
    scope = jobs.Scope(year_be, row.province)
    wanted = [jobs.Request(title, {"edition": row.pk, "sha256": row.sha256})]
    return jobs.submit(VERB, title, wanted, actor=actor, urgent=True, scope=scope)


def work(items: Sequence[JobItem]) -> Iterable[tuple[JobItem, jobs.Outcome]]:
    """Check the editions; one result per item."""
    return one_by_one(items, _checked)


def _checked(item: JobItem) -> Mapping[str, object]:
    row = editions.get(item.payload["edition"])
    if row.state == Edition.CHECKING:
        report = _examined(row)
        row = editions.checked(row, report, sound=report["sound"], actor=item.job.requested_by)
    return {"edition": row.pk, "state": row.state}


def _examined(row: Edition) -> dict[str, Any]:
    """All that is known of an edition after its check; what is to be looked at is kept beside it."""
    catalogue, data = engines.catalogue(), edition_store.data(row.sha256)
    kind, office = catalogue.kind(row.kind), engines.office()
    found = doctor.examine(data, kind, kinds=tuple(catalogue.kinds.values()), office=office, name=row.file_name)
    report: dict[str, Any] = {**_told(found), "marks": [], "sizes": [], "mends": [], "samples": {}}
    if found.faults:
        report |= _answered(row, data, found)
    if any(each.mendable for each in (*found.faults, *found.notes)):
        report |= _mended(row, data)
    if found.usable:
        report["samples"] = {name: _sample(row, name) for name in SAMPLES}
        _sample_of_stock(row)
    plain = report["samples"].get(PLAIN, {})
    report["sound"] = found.usable and "error" not in plain
    return report


def _told(found: doctor.Report) -> dict[str, Any]:
    """The report as plain values, each place in English as well."""
    told = doctor.to_json(found)
    for name, listed in (("faults", found.faults), ("notes", found.notes)):
        for fault, each in zip(told[name], listed, strict=True):
            fault["place_english"] = each.place.english()
    return told


def _answered(row: Edition, data: bytes, found: doctor.Report) -> dict[str, Any]:
    """The same file with a comment at each place, and its pages with numbers; nothing for one that cannot be opened."""
    try:
        answer = doctor.comments(data, found)
        marked = doctor.marked(engines.office(), data, found)
    except Refused:
        return {}
    _keep(row, ANSWER, lambda: answer)
    _keep(row, MARKED, lambda: marked.pdf)
    return {
        "answer": True,
        "marks": [{"number": each.number, "page": each.page, "x": each.x, "y": each.y} for each in marked.marks],
        "sizes": [[round(side, 1) for side in size] for size in page_sizes(marked.pdf)],
    }


def _mended(row: Edition, data: bytes) -> dict[str, Any]:
    """The same file mended where that is safe, every change to be seen in Word."""
    mended = doctor.mend(data, [engines.catalogue().kind(row.kind)])
    _keep(row, MENDED, lambda: mended.tracked)
    return {"mends": [_mend_told(each) for each in mended.changes]}


def _mend_told(change: doctor.Change) -> dict[str, str]:
    where = {"place": change.place.label(), "place_english": change.place.english()}
    return where | {name: getattr(change, name) for name in ("before", "after", "message", "english")}


def _sample(row: Edition, name: str) -> dict[str, Any]:
    """One paper made with the edition: its pages and warnings, or why it cannot be made."""
    facts = _FACTS[name](engines.catalogue().kind(row.kind), row.variant)
    try:
        paper = make_paper(engines.office(), template_choice.of(row), facts)
    except Refused as refused:
        return {"error": refused.as_dict()}
    _keep(row, f"{name}.pdf", lambda: paper.pdf)
    return {"pages": paper.pages, "warnings": list(paper.warnings)}


def _sample_of_stock(row: Edition) -> None:
    """The paper of the template that ships, so that the two can be compared."""
    ships = stock(Place(row.province, row.kind, row.variant))
    if not edition_store.is_shown(row.kind, row.variant, ships.digest, f"{PLAIN}.pdf"):
        facts = samples.plain(ships.kind, row.variant)
        paper = make_paper(engines.office(), ships, facts)
        edition_store.show(row.kind, row.variant, ships.digest, f"{PLAIN}.pdf", paper.pdf)


def _keep(row: Edition, name: str, make: Callable[[], bytes]) -> None:
    if not edition_store.is_shown(row.kind, row.variant, row.sha256, name):
        edition_store.show(row.kind, row.variant, row.sha256, name, make())


_OTHERS = (
    (b"%PDF", "PDF", "บันทึกจาก Word เป็น .docx แล้วส่งใหม่"),
    (b"\xd0\xcf\x11\xe0", "Word รุ่นเก่า (.doc) หรือไฟล์ที่ใส่รหัสผ่าน", "เปิดใน Word แล้วบันทึกเป็น .docx โดยไม่ใส่รหัสผ่าน"),
    (b"{\\rtf", "RTF", "เปิดใน Word แล้วบันทึกเป็น .docx"),
)


def _refuse_at_once(sent: Sent) -> None:
    """What needs no look inside."""
    if not sent.data:
        raise InputRefused("ไฟล์ว่าง ไม่มีข้อมูล", "เลือกไฟล์แม่แบบ .docx", english="The file is empty. Choose a .docx file.")
    if len(sent.data) > MOST_BYTES:
        raise TooLarge(
            to_thai_digits(f"ไฟล์ใหญ่ {len(sent.data) // 1_000_000} MB เกิน {MOST_BYTES // 1_000_000} MB"),
            "ลดขนาดภาพในไฟล์แล้วส่งใหม่",
            english=f"The file is larger than {MOST_BYTES // 1_000_000} MB. Make its pictures smaller.",
        )
    for head, what, remedy in _OTHERS:
        if sent.data.startswith(head):
            raise _not_word(sent, what, remedy)
    if not sent.data.startswith(b"PK"):
        raise _not_word(sent, "", "ส่งไฟล์ที่บันทึกจาก Word เป็น .docx")


def _not_word(sent: Sent, what: str, remedy: str) -> InputRefused:
    thai = f"เป็น {what} ไม่ใช่ไฟล์ Word (.docx)" if what else "ไม่ใช่ไฟล์ Word (.docx)"
    return InputRefused(
        f"ไฟล์ {sent.file_name} {thai}",
        remedy,
        english=f"{sent.file_name} is not a Word file (.docx). Save it as .docx, without a password.",
    )
