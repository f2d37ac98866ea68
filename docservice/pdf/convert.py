"""One evidence file becomes the pages of a book, whatever its type: ``to_piece``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docservice.errors import EvidenceRefused, Refused
from docservice.pdf import sniff
from docservice.pdf.image import image_pdf
from docservice.pdf.piece import Piece
from docservice.pdf.source import pdf_piece
from docservice.pdf.typeface import typeface

__all__ = ["Office", "Piece", "to_piece"]

Office = Callable[[bytes, str], bytes]  # (Word file, title) → PDF


def to_piece(path: Path, *, name: str, office: Office | None, fonts: Path | None = None) -> Piece:
    """The pages of the file at ``path``; ``name`` is what its owner calls it, for messages.

    ``office`` turns a Word file into a PDF; ``None`` where there is none. ``fonts`` is the folder of the face for Thai
    form values that have no appearance of their own. Raises ``EvidenceRefused`` with the reason in
    Thai when the file cannot be read, and lets ``Transient`` from ``office`` pass, since a second try may succeed.
    """
    media_type = sniff.media_type(path, name=name)
    if media_type == sniff.PDF:
        return pdf_piece(path, name=name, font=typeface(fonts).regular if fonts else None)
    if media_type == sniff.DOCX:
        return pdf_piece(_word_pdf(path, name, office), name=name, media_type=media_type)
    return pdf_piece(image_pdf(path, media_type, name=name), name=name, media_type=media_type)


def _word_pdf(path: Path, name: str, office: Office | None) -> bytes:
    if office is None:
        raise EvidenceRefused(
            f"ไฟล์ {name} เป็นไฟล์ Word ซึ่งเครื่องนี้แปลงไม่ได้",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} is a Word file and no office program is at hand. Save it as PDF.",
        )
    try:
        return office(path.read_bytes(), name)
    except EvidenceRefused:
        raise
    except Refused as fault:
        raise EvidenceRefused(
            f"ไฟล์ {name} แปลงเป็น PDF ไม่ได้ ({fault.message})",
            "กรุณาบันทึกเป็น PDF แล้วส่งอีกครั้ง",
            english=f"{name} cannot be turned into PDF. Save it as PDF.",
        ) from fault
