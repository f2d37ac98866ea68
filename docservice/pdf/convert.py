"""One evidence file becomes the pages of a book, whatever its type: ``to_piece``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from docservice.errors import EvidenceRefused, Refused
from docservice.pdf import officefile, sniff
from docservice.pdf.image import image_pdf
from docservice.pdf.piece import Piece
from docservice.pdf.source import pdf_piece
from docservice.pdf.words import text_pdf
from docservice.thai import to_thai_digits

__all__ = ["Office", "Piece", "office_pdf", "to_piece", "without_office"]

Office = Callable[[bytes, str], bytes]  # (Word, Excel or OpenDocument file, title) → PDF


def to_piece(
    path: Path, *, name: str, office: Office | None, fonts: Path | None = None, longest_side: int = 0
) -> Piece:
    """The pages of the file at ``path``; ``name`` is what its owner calls it, for messages.

    ``office`` turns an office document into a PDF; ``None`` where there is none. ``fonts`` is the folder of the face
    for plain text and for Thai form values without an appearance of their own. ``longest_side``: see ``image_pdf``.
    Raises ``EvidenceRefused`` with the reason in Thai when the file cannot be read, and lets ``Transient`` from
    ``office`` pass, since a second try may succeed.

    This reads the file in the calling process: a stranger's file belongs to ``gate.to_piece``, which does the same.
    """
    media_type = sniff.media_type(path, name=name)
    if media_type in sniff.OFFICE:
        pdf = office_pdf(officefile.clean(path, media_type, name=name), name, office)
        return pdf_piece(pdf, name=name, media_type=media_type)
    return without_office(path, media_type, name=name, fonts=fonts, longest_side=longest_side)


def without_office(path: Path, media_type: str, *, name: str, fonts: Path | None, longest_side: int) -> Piece:
    """``to_piece`` for everything but office documents."""
    if media_type == sniff.PDF:
        return pdf_piece(path, name=name, fonts=fonts)
    if media_type == sniff.TEXT:
        return _text_piece(path, name, fonts)
    pdf = image_pdf(path, media_type, name=name, longest_side=longest_side)
    return pdf_piece(pdf, name=name, media_type=media_type)


def office_pdf(document: bytes, name: str, office: Office | None) -> bytes:
    """``document`` (as ``officefile.clean`` leaves it) turned into a PDF by ``office``; faults as ``to_piece``."""
    if office is None:
        raise EvidenceRefused(
            f"ไฟล์ {name} เป็นไฟล์ Word หรือ Excel ซึ่งเครื่องนี้แปลงไม่ได้",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} is an office document and no office program is at hand. Save it as PDF.",
        )
    try:
        return office(document, name)
    except EvidenceRefused:
        raise
    except Refused as fault:
        raise EvidenceRefused(
            f"ไฟล์ {name} แปลงเป็น PDF ไม่ได้ ({fault.message})",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} cannot be turned into PDF. Save it as PDF.",
        ) from fault


def _text_piece(path: Path, name: str, fonts: Path | None) -> Piece:
    if fonts is None:
        raise EvidenceRefused(
            f"ไฟล์ {name} เป็นข้อความ ซึ่งจัดหน้าไม่ได้เพราะไม่มีแบบอักษร",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} is plain text and there is no font to set it in. Save it as PDF.",
        )
    pdf, lost = text_pdf(path, fonts, name=name)
    piece = pdf_piece(pdf, name=name, media_type=sniff.TEXT)
    if not lost:
        return piece
    note = to_thai_digits(f"มีอักขระที่แสดงไม่ได้ {lost} ตัว กรุณาเทียบกับต้นฉบับ")
    return replace(piece, notes=(*piece.notes, note), repaired=True)
