"""The lines of a list of dossiers to be destroyed, and what a committee may say of each. Reads no store.

A line tells what the regulation's list tells (แบบที่ ๒๕): the file's code, number, date and subject. An applicant's
dossier is told by group and running number, never by name: the list is kept for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models.fields.json import KeyTextTransform, KeyTransform

from docservice.errors import InputRefused
from docservice.models import Document, Dossier
from docservice.retained import KEEP, Keeping
from docservice.retention_schedule import DESTROY, TRANSFER
from docservice.thai import BE, clean, to_thai_digits

CHOICES = {DESTROY: "ควรทำลาย", KEEP: "ขยายเวลาการเก็บ", TRANSFER: "ส่งมอบหอจดหมายเหตุแห่งชาติ"}
_LONGEST = 300
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One dossier of a list: ``version`` as it was listed; ``until`` the last day it had to be kept."""

    no: int
    dossier: str
    version: int
    subject: str
    number: str
    dated: str
    retention: str
    label: str
    closed: int
    until: str
    files: int
    size: int


@dataclass(frozen=True)
class Opinion:
    """What the committee says of a line; ``until_be``: until when it is kept on."""

    decision: str
    until_be: int | None = None
    note: str = ""


def line_of(no: int, dossier: Dossier, kept: Keeping) -> Line:
    """The dossier as a line."""
    number, dated = paper_of(dossier)
    return Line(
        no=no,
        dossier=dossier.key,
        version=dossier.version,
        subject=subject_of(dossier),
        number=number,
        dated=dated,
        retention=kept.retention.code,
        label=kept.retention.label,
        closed=int(kept.closed),
        until=kept.until.isoformat() if kept.until else "",
        files=dossier.files,
        size=dossier.size,
    )


def subject_of(dossier: Dossier) -> str:
    """What the dossier is called on lists: an applicant's without the name."""
    group, _, seq = dossier.name.rpartition("-")
    own = dossier.district == f"{dossier.province}00"
    if own or not seq.isdecimal():
        return dossier.title
    called = dossier.about.get("group_name") or group
    place = dossier.about.get("district") or dossier.district
    return to_thai_digits(f"หลักฐานผู้สมัคร {called} อำเภอ{place} ลำดับที่ {int(seq)} ปี {dossier.year_be}")


def paper_of(dossier: Dossier) -> tuple[str, str]:
    """Number and date (ISO, or empty) of the dossier's paper; both empty for an applicant's."""
    if dossier.district != f"{dossier.province}00":
        return "", ""
    dated = KeyTextTransform("date", KeyTransform("facts", "provenance"))
    papers = Document.objects.filter(dossier=dossier, current=True, path__startswith="paper/").annotate(dated=dated)
    found = papers.exclude(path__endswith=".docx").order_by("path").values_list("number", "dated").first()
    return (found[0], _iso(found[1])) if found else ("", "")


def _iso(written: object) -> str:
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        return ""


def checked_opinions(lines: Sequence[Line], opinions: Mapping[int, Opinion]) -> dict[int, Opinion]:
    """An opinion on every line, nothing else; ``InputRefused`` names the lines that want one."""
    known = {line.no: line for line in lines}
    if strange := sorted(opinions.keys() - known.keys()):
        raise InputRefused(
            to_thai_digits(f"บัญชีนี้ไม่มีลำดับที่ {strange[0]}"), "ตรวจลำดับในบัญชี", english=f"The list has no line {strange[0]}."
        )
    if missing := sorted(known.keys() - opinions.keys()):
        shown = ", ".join(map(str, missing[:_MOST_SHOWN]))
        raise InputRefused(
            to_thai_digits(f"ยังไม่มีความเห็น {len(missing)} รายการ เช่น ลำดับที่ {shown}"),
            "ให้ความเห็นทุกรายการ แล้วบันทึกอีกครั้ง",
            english=f"{len(missing)} lines have no opinion yet, such as {shown}.",
        )
    return {no: _checked(known[no], opinions[no]) for no in sorted(known)}


def _checked(line: Line, given: Opinion) -> Opinion:
    if given.decision not in CHOICES:
        raise InputRefused(
            to_thai_digits(f"ลำดับที่ {line.no}: ไม่รู้จักความเห็น “{given.decision[:30]}”"),
            f"ใช้ {', '.join(CHOICES)}",
            english=f"Line {line.no}: choose one of {', '.join(CHOICES)}.",
        )
    note = clean(given.note).strip()[:_LONGEST]
    if given.decision != KEEP:
        return Opinion(given.decision, None, note)
    last = BE.of(date.fromisoformat(line.until))
    if given.until_be is None or BE.parse(given.until_be) <= last:
        raise InputRefused(
            to_thai_digits(f"ลำดับที่ {line.no}: ขยายเวลาถึงปีใด ต้องเป็นปีหลัง {int(last)}"),
            "กรอกปี พ.ศ. ที่ให้เก็บถึง",
            english=f"Line {line.no}: until which year is it kept? It must be after BE {int(last)}.",
        )
    return replace(given, note=note)
