"""A PDF someone else made: opened by two readers, its forms drawn in, its actions taken out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from pikepdf import PasswordError, Pdf, PdfError

from docservice.errors import EvidenceRefused
from docservice.pdf import fields, sniff
from docservice.pdf.neutral import neutralise
from docservice.pdf.piece import Piece
from docservice.pdf.typeface import typeface
from docservice.thai import to_thai_digits

_MOST_PAGES = 2000
_LOCKED = ("password", "security scheme")  # in pdfium's words
_AGAIN = "กรุณาบันทึกหรือสแกนใหม่แล้วส่งอีกครั้ง"


def pdf_piece(pdf: bytes | Path, *, name: str, media_type: str = sniff.PDF, fonts: Path | None = None) -> Piece:
    """The pages of ``pdf``, safe to merge; ``pdf`` itself when nothing had to change.

    ``fonts``: the folder of the face in which Thai form values without an appearance are drawn.

    Raises ``EvidenceRefused`` when it is locked, damaged, empty of pages, too long, or when two independent readers do
    not agree on the number of pages: a reader that repairs a cut-off file may lose pages without a word. Any warning on
    reading marks the piece as repaired.
    """
    seen = _drawable_pages(pdf, name)
    with opened(pdf, name=name) as document:
        pages = len(document.pages)
        if pages == 0 and not seen:
            raise _refused(name, "ไม่มีหน้าเอกสารอยู่เลย", _AGAIN, "has no pages")
        signed = fields.is_signed(document)
        notes, doubtful = _clean(document, fonts)
        warned = bool(document.get_warnings())
        result = _written(document) if notes or warned or document.is_encrypted else pdf
    _agree(pages, seen, name)
    if signed:
        notes.append("มีลายมือชื่อดิจิทัล ซึ่งตรวจสอบได้จากไฟล์ต้นฉบับเท่านั้น")
    if warned:
        notes.insert(0, "ไฟล์มีข้อบกพร่อง ระบบซ่อมให้อ่านได้แล้ว กรุณาเทียบกับต้นฉบับ")
    told = tuple(note for note in notes if note)
    return Piece(result, pages, media_type, told, repaired=warned or doubtful, signed=signed)


@contextmanager
def opened(pdf: bytes | Path, *, name: str) -> Iterator[Pdf]:
    """``pdf`` opened by pikepdf; its faults, at opening or later, told as ``EvidenceRefused`` naming ``name``."""
    try:
        with Pdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as document:
            yield document
    except PasswordError as fault:
        raise _locked(name) from fault
    except (PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as fault:
        # pikepdf tells malformed structures through several of Python's own classes, according to the object met.
        raise _refused(name, "เสียหาย เปิดอ่านไม่ได้", _AGAIN, "is damaged and cannot be read") from fault


def count_pages(pdf: bytes | Path) -> int | None:
    """Pages by pdfium, the second reader; ``None`` when it cannot open the file."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return None
    with document:
        return len(document)


def _drawable_pages(pdf: bytes | Path, name: str) -> int | None:
    """Pages by pdfium, each of them loaded: a page it cannot load could not be seen in the book either.

    ``None`` when pdfium cannot open the file at all. Raises ``EvidenceRefused`` for too many pages and unloadable ones,
    and for a file that is locked: with a password, or for the holders of certificates.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as fault:
        if any(word in str(fault) for word in _LOCKED):
            raise _locked(name) from fault
        return None
    with document:
        seen = len(document)
        if seen > _MOST_PAGES:
            raise _refused(name, f"มี {seen} หน้า เกินกำหนด {_MOST_PAGES} หน้า", "กรุณาแบ่งไฟล์", "has too many pages")
        for number in range(seen):
            try:
                document[number].close()
            except pypdfium2.PdfiumError as fault:
                what = f"เสียหาย หน้า {number + 1} เปิดไม่ได้"
                raise _refused(name, what, _AGAIN, f"is damaged: page {number + 1} cannot be opened") from fault
    return seen


def _clean(document: Pdf, fonts: Path | None) -> tuple[list[str], bool]:
    """Flatten and neutralise in place: notes for a person (``""`` for silent changes), and whether it is in doubt."""
    notes: list[str] = []
    doubtful = False
    if fields.has_forms_or_notes(document):
        notes, doubtful = _flatten(document, fonts)
    dropped = neutralise(document)
    if dropped:
        notes.append(to_thai_digits(f"ตัดสคริปต์ คำสั่ง หรือไฟล์แนบที่ฝังอยู่ออก {dropped} รายการ"))
    return notes, doubtful


def _flatten(document: Pdf, fonts: Path | None) -> tuple[list[str], bool]:
    notes = [""]
    is_xfa = fields.is_xfa(document)
    if is_xfa:
        notes.append("แบบฟอร์มชนิด XFA อาจแสดงไม่ครบ กรุณาเทียบกับต้นฉบับ")
    unreadable = fields.flatten(document, typeface(fonts).regular if fonts else None)
    if unreadable:
        notes.append(f"ช่องในแบบฟอร์มที่แสดงค่าไม่ได้: {', '.join(unreadable)}")
    return notes, is_xfa or bool(unreadable)


def _written(document: Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _agree(pages: int, seen: int | None, name: str) -> None:
    if seen is None:
        raise _refused(name, "เสียหาย เปิดอ่านไม่ได้", _AGAIN, "is damaged and cannot be read")
    if seen != pages:
        what = to_thai_digits(f"เสียหาย นับจำนวนหน้าได้ไม่ตรงกัน ({pages} กับ {seen} หน้า)")
        raise _refused(name, what, _AGAIN, f"is damaged: {pages} or {seen} pages")


def _locked(name: str) -> EvidenceRefused:
    remedy = "กรุณาส่งไฟล์ที่ไม่ใส่รหัสผ่าน"
    return _refused(name, "ใส่รหัสผ่านไว้", remedy, "is locked with a password or a certificate")


def _refused(name: str, what: str, remedy: str, english: str) -> EvidenceRefused:
    return EvidenceRefused(f"ไฟล์ {name} {to_thai_digits(what)}", remedy, english=f"{name} {english}.")
