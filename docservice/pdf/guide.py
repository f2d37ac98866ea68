"""One page about a kind of paper, to be printed: its fields with examples. What it says comes in as plain data."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pikepdf
import typst

from docservice.errors import Broken
from docservice.pdf.lettering import readable
from docservice.pdf.typeface import typeface

_SOURCE = Path(__file__).with_name("guide.typ")
_SIZES = (15, 14, 13, 12, 11, 10, 9, 8)
"""Points of the letters: the first with which everything is on one page."""
_TURN = threading.Lock()  # a compiler serves one thread at a time


@dataclass(frozen=True)
class FieldLine:
    """A field: what is written for it, how deep it stands in another one, and an example of what comes in its place."""

    tag: str
    depth: int
    label: str
    type: str
    required: bool
    example: str


@dataclass(frozen=True)
class Guide:
    """Everything the page says; ``blocks`` are pairs of what is written and what becomes of it."""

    title: str
    intro: str
    heads: tuple[str, ...]
    fields: tuple[FieldLine, ...]
    blocks_title: str
    blocks: tuple[tuple[str, str], ...]
    foot: str


def guide_pdf(guide: Guide, fonts: Path) -> bytes:
    """The page as PDF, in the typeface of the folder ``fonts``: the largest letters that leave it one page."""
    pdf = b""
    for size in _SIZES:
        pdf = _compiled(guide, fonts, size)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if len(document.pages) == 1:
                break
    return pdf


@cache
def _compiler(fonts: Path) -> typst.Compiler:
    return typst.Compiler(
        str(_SOURCE), root=str(_SOURCE.parent), font_paths=typeface(fonts).fonts, ignore_system_fonts=True
    )


def _compiled(guide: Guide, fonts: Path, size: int) -> bytes:
    face = typeface(fonts)
    told = readable(json.dumps(asdict(guide), ensure_ascii=False), face.regular)
    inputs = {"data": told, "family": face.family, "size": str(size)}
    try:
        with _TURN:
            pdf = _compiler(fonts).compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    except typst.TypstError as fault:
        raise Broken("จัดหน้าคู่มือไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=f"typst: {fault.message}") from fault
    if not isinstance(pdf, bytes):
        raise Broken("จัดหน้าคู่มือไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english="typst gave no PDF")
    return pdf
