"""The typeset pages of a book: cover with checklist and contents, and the placeholder for a file that cannot be read.

What they say comes in as plain data and goes to typst as JSON, never as source, so a name cannot be markup.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

from docservice.errors import Broken
from docservice.pdf.lettering import readable
from docservice.pdf.typeface import typeface

_HERE = Path(__file__).parent
_TURN = threading.Lock()  # a compiler serves one thread at a time
LINK = "evidence:"  # contents lines link to "evidence:<file number>", turned into destinations after the merge


@dataclass(frozen=True)
class ChecklistLine:
    """A line of the checklist: ``mark`` is ``ok``, ``missing``, ``unreadable``, ``seen`` or ``absent``."""

    number: str
    title: str
    mark: str
    state: str
    remark: str = ""


@dataclass(frozen=True)
class ContentsLine:
    """A line of the contents: a slot's heading, or a file.

    ``link``: where it jumps, counted over all files and, behind them, all slots; ``remark`` a warning, ``note`` a fact.
    """

    title: str
    page: str
    link: int
    heading: bool
    remark: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cover:
    """Everything the cover shows; every number already in Thai digits."""

    programme: str
    year: str
    facts: tuple[tuple[str, str], ...]
    verdict: str
    verdict_mark: str
    checklist: tuple[ChecklistLine, ...]
    contents: tuple[ContentsLine, ...]


def cover_pdf(cover: Cover, fonts: Path) -> bytes:
    """``cover`` as A4 pages, in the typeface of the folder ``fonts``."""
    return set_cover(asdict(cover), fonts)


def set_cover(told: Mapping[str, Any], fonts: Path) -> bytes:
    """``cover_pdf`` of a cover whose fields are ``told``."""
    return _compile("cover.typ", fonts, told)


def placeholder_pdf(name: str, slot: str, reason: str, remedy: str, fonts: Path) -> bytes:
    """One A4 page saying that the file ``name`` cannot be read, why, and what to do."""
    return _compile("placeholder.typ", fonts, {"name": name, "slot": slot, "reason": reason, "remedy": remedy})


def separator_pdf(heading: str, applicant: str, fonts: Path) -> bytes:
    """One A4 page that says which slot begins behind it."""
    return _compile("separator.typ", fonts, {"heading": heading, "applicant": applicant})


def withheld_pdf(heading: str, fonts: Path) -> bytes:
    """One A4 page in place of a file that stays out of the redacted edition."""
    return _compile("withheld.typ", fonts, {"heading": heading})


@cache
def _compiler(source: str, fonts: Path) -> typst.Compiler:
    return typst.Compiler(
        str(_HERE / source), root=str(_HERE), font_paths=typeface(fonts).fonts, ignore_system_fonts=True
    )


def _compile(source: str, fonts: Path, data: Mapping[str, object]) -> bytes:
    face = typeface(fonts)
    inputs = {"data": readable(json.dumps(data, ensure_ascii=False), face.regular), "family": face.family}
    try:
        with _TURN:
            pdf = _compiler(source, fonts).compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    except typst.TypstError as fault:
        raise Broken("จัดหน้าปกไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=f"typst: {fault.message}") from fault
    if not isinstance(pdf, bytes):
        raise Broken("จัดหน้าปกไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english="typst gave no PDF")
    return pdf
