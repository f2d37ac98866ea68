"""Whose evidence book it is and what stands in it: the same in the full and in the redacted edition. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docservice.checklist import UNASSIGNED
from docservice.errors import InputRefused
from docservice.making import Making
from docservice.pdf.book import BookRequest, Slot, SourceFile
from docservice.thai import BE

_UNASSIGNED_TITLE = "เอกสารที่ยังไม่จัดช่อง"


@dataclass(frozen=True)
class Unit:
    """Whose book it is, in the words of its cover."""

    title: str
    applicant: str
    applicant_code: str
    district: str
    province: str
    year_be: int
    group: str


def require_evidence(unit: Unit, files: Sequence[object], originals: Sequence[str]) -> None:
    """``InputRefused`` when there is neither a file nor an original that was seen."""
    if not files and not originals:
        raise InputRefused(
            f"{unit.applicant} ยังไม่มีหลักฐาน",
            "ส่งไฟล์อย่างน้อย ๑ ไฟล์ก่อน แล้วขอเล่มใหม่",
            english="There is no evidence yet. Send at least one file first.",
        )


def slots(
    checklist: Sequence[Mapping[str, Any]],
    files_of: Callable[[str], list[SourceFile]],
    *,
    originals: Collection[str],
    in_order: bool,
) -> list[Slot]:
    """The checklist's slots with their files, then what is in no slot; ``in_order``: files keep their order.

    ``originals``: slots whose originals were seen.
    """
    made = [
        Slot(
            code=code,
            title=str(item["title"]),
            required=bool(item.get("required", True)),
            files=files_of(code),
            checked_original=code in originals,
            sorted=in_order,
        )
        for item in checklist
        if (code := str(item["slot"]))
    ]
    if left := files_of(UNASSIGNED):
        made.append(Slot(UNASSIGNED, _UNASSIGNED_TITLE, False, left, checked_original=False, sorted=in_order))
    return made


def book_request(unit: Unit, filled: Sequence[Slot], making: Making, *, edition: str = "") -> BookRequest:
    """The book of ``unit`` with these slots, made as ``making`` says; ``edition`` stands behind its title."""
    return BookRequest(
        title=f"{unit.title} · {edition}" if edition else unit.title,
        applicant=unit.applicant,
        applicant_code=unit.applicant_code,
        district=unit.district,
        province=unit.province,
        year_be=BE(unit.year_be),
        group=unit.group,
        slots=list(filled),
        separators=making.separators,
        longest_side=making.longest_side,
        attachments=making.attachments,
    )
