"""How one evidence file looks to whoever sorts it: can it be read, how many pages, and its pages as small pictures.

Everything here reads a stranger's file: outside tests it is called through ``gate`` only, in a process with limits.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from docservice.errors import EvidenceRefused
from docservice.pdf import sniff
from docservice.pdf.convert import to_piece

SMALL = 240
"""Pixels across a thumbnail."""
_QUALITY = 75
_TALLEST = 3


@dataclass(frozen=True)
class Look:
    """What a first look tells: ``pages`` (``None``: an office document or text, whose pages come with the book),
    remarks for a person, and the first page as JPEG (empty where there are no pages yet)."""

    pages: int | None
    notes: tuple[str, ...] = ()
    picture: bytes = b""


def look(path: Path, *, name: str) -> Look:
    """Read the file as the book would, ``EvidenceRefused`` with the reason when it cannot be."""
    if sniff.media_type(path, name=name) in sniff.SET_LATER:
        return Look(None)
    piece = to_piece(path, name=name, office=None)
    return Look(piece.pages, piece.notes, _drawn(piece.pdf, 1, SMALL, name))


def page(path: Path, number: int, width: int, *, name: str) -> bytes:
    """Page ``number`` (from 1) of the file as it will stand in the book, as JPEG ``width`` pixels across."""
    return _drawn(to_piece(path, name=name, office=None).pdf, number, width, name)


def _drawn(pdf: bytes | Path, number: int, width: int, name: str) -> bytes:
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            sheet = document[number - 1]
            wide, high = sheet.get_width(), sheet.get_height()
            scale = min(width / max(wide, 1), _TALLEST * width / max(high, 1))
            picture = sheet.render(scale=scale).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, IndexError, ValueError) as fault:
        raise EvidenceRefused(
            f"ไฟล์ {name} แสดงหน้าเป็นภาพไม่ได้",
            "กรุณาบันทึกหรือสแกนใหม่แล้วส่งอีกครั้ง",
            english=f"A page of {name} cannot be drawn. Save or scan it again.",
        ) from fault
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
