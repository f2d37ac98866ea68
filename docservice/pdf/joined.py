"""Several files that belong together (the scanned pages of one paper) become one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Pdf, PdfError

from docservice.errors import EvidenceRefused
from docservice.pdf import gate, sniff
from docservice.pdf.convert import to_piece
from docservice.pdf.page_image import pdfium
from docservice.pdf.pdfa import save_archival


@dataclass(frozen=True)
class Joined:
    """One PDF of all files in their order; ``notes``: Thai remarks for a person; ``pdfa``: whether it is PDF/A-2b."""

    pdf: bytes
    pages: int
    notes: tuple[str, ...]
    pdfa: bool


def joined(files: Sequence[tuple[str, Path]], *, title: str) -> Joined:
    """One PDF of ``files`` (the name its owner gave each, and where it is): PDFs and pictures, judged by content.

    Each file is read in a process apart first. Raises ``EvidenceRefused`` naming the one that is locked, damaged, too
    heavy or of another type.
    """
    for name, path in files:
        if sniff.media_type(path, name=name) in sniff.SET_LATER:
            raise _word(name)
        gate.look(path, name=name)
    with pdfium():
        pieces = [to_piece(path, name=name, office=None) for name, path in files]
    try:
        with Pdf.new() as whole:
            sources = [Pdf.open(io.BytesIO(p.pdf) if isinstance(p.pdf, bytes) else p.pdf) for p in pieces]
            for source in sources:
                whole.pages.extend(source.pages)
            with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
                metadata["dc:title"] = title
            pdf, verdict = save_archival(whole)
            for source in sources:
                source.close()
    except PdfError as fault:
        raise _damaged(files[0][0]) from fault
    notes = tuple(note for piece in pieces for note in piece.notes)
    return Joined(pdf, sum(piece.pages for piece in pieces), notes, verdict.conforms)


def _word(name: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} เป็นไฟล์ Word, Excel หรือข้อความ ไม่ใช่ภาพสแกน",
        "สแกนฉบับที่ลงนามแล้วเป็น PDF หรือถ่ายภาพ แล้วแนบใหม่",
        english=f"{name} is an office document or text. Scan the signed paper as PDF or take a picture of it.",
    )


def _damaged(name: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} เสียหาย รวมเป็นฉบับเดียวไม่ได้", "กรุณาสแกนใหม่", english=f"{name} is damaged. Scan it again."
    )
