"""The evidence book of one applicant: cover, contents, documents in checklist order, stamped and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pikepdf import PdfError

from docservice.errors import Broken, EvidenceRefused
from docservice.pdf import checklist
from docservice.pdf.binding import Bookmark, agree, bind, dress, link_contents
from docservice.pdf.convert import Office, to_piece
from docservice.pdf.cover import cover_pdf, placeholder_pdf
from docservice.pdf.order import natural_key
from docservice.pdf.pdfa import PdfaVerdict, save_archival
from docservice.pdf.piece import Piece
from docservice.pdf.report import Book, FileReport, State
from docservice.pdf.request import BookRequest, Slot, SourceFile
from docservice.pdf.source import count_pages
from docservice.pdf.stamp import stamp_pages
from docservice.pdf.typeface import typeface

__all__ = ["Book", "BookRequest", "FileReport", "PdfaVerdict", "Slot", "SourceFile", "make_book"]

Convert = Callable[..., Piece]  # called as to_piece is; the gate offers the same in a limited child process
_COVER_PASSES = 4


@dataclass(frozen=True)
class _Entry:
    """A file on its way into the book."""

    slot: Slot
    name: str
    state: State
    reason: str
    sha256: str
    piece: Piece


@dataclass(frozen=True)
class _Plan:
    """Everything decided before the first page is merged."""

    request: BookRequest
    entries: list[_Entry]
    cover: bytes
    cover_pages: int

    @property
    def files(self) -> list[FileReport]:
        return _reports(self.entries, self.cover_pages)

    @property
    def counts(self) -> list[int]:
        return [self.cover_pages, *(entry.piece.pages for entry in self.entries)]


def make_book(request: BookRequest, fonts: Path, office: Office | None, *, convert: Convert = to_piece) -> Book:
    """Make the book of ``request`` in the typeface of the folder ``fonts``; Word files go through ``office``.

    A file that cannot be read becomes a placeholder page with its name and the reason, and the others go on. Raises
    ``Broken`` when the finished book, read again by another library, is not what was meant; lets ``Transient`` pass.
    """
    entries = list(_entries(request, fonts, office, convert))
    plan = _Plan(request, entries, *_cover(request, entries, fonts))
    pages, files = sum(plan.counts), plan.files
    bookmarks = _bookmarks(request.slots, files)
    pdf, verdict = _bound(plan, bookmarks, fonts)
    agree(pdf, pages, bookmarks)
    missing = checklist.missing(request.slots, files)
    return Book(pdf, pages, files, checklist.is_complete(request.slots, files), missing, verdict)


def _bound(plan: _Plan, bookmarks: Sequence[Bookmark], fonts: Path) -> tuple[bytes, PdfaVerdict]:
    """Merge, stamp and save; the pieces have been read before, so a fault here is ours."""
    try:
        with ExitStack() as stack:
            book, counts = bind(plan.cover, [entry.piece.pdf for entry in plan.entries], stack)
            if counts != plan.counts or len(book.pages) != sum(counts):
                raise _broken(f"pages merged {counts} of {plan.counts}, {len(book.pages)} in all")
            dress(book, _title(plan.request), bookmarks)
            link_contents(book, plan.cover_pages, [file.first_page for file in plan.files])
            stamp_pages(book, plan.request.owner, typeface(fonts).regular)
            return save_archival(book)
    except PdfError as fault:
        raise _broken(f"pikepdf cannot bind the book: {fault}") from fault


def _entries(request: BookRequest, fonts: Path, office: Office | None, convert: Convert) -> Iterator[_Entry]:
    for slot in request.slots:
        for file in slot.files if slot.sorted else sorted(slot.files, key=lambda file: natural_key(file.name)):
            yield _entry(slot, file, fonts, office, convert)


def _entry(slot: Slot, file: SourceFile, fonts: Path, office: Office | None, convert: Convert) -> _Entry:
    try:
        piece = convert(file.path, name=file.name, office=office, fonts=fonts)
    except EvidenceRefused as refusal:
        reason = refusal.message.removeprefix(f"ไฟล์ {file.name} ")
        page = placeholder_pdf(file.name, slot.title, reason, refusal.remedy, fonts)
        return _Entry(slot, file.name, "placeholder", reason, _sha256(file.path), Piece(page, 1, ""))
    state: State = "repaired" if piece.repaired else "in-book"
    return _Entry(slot, file.name, state, " · ".join(piece.notes), _sha256(file.path), piece)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _cover(request: BookRequest, entries: Sequence[_Entry], fonts: Path) -> tuple[bytes, int]:
    """The cover and its pages; made again while its own length moves the page numbers it prints."""
    body = sum(entry.piece.pages for entry in entries)
    assumed = 1
    for _ in range(_COVER_PASSES):
        cover = cover_pdf(checklist.cover(request, _reports(entries, assumed), assumed + body), fonts)
        pages = count_pages(cover) or 0
        if pages == assumed:
            return cover, pages
        assumed = pages
    raise _broken("the cover's length does not settle")


def _reports(entries: Sequence[_Entry], cover_pages: int) -> list[FileReport]:
    starts = accumulate((entry.piece.pages for entry in entries), initial=cover_pages + 1)
    return [
        FileReport(entry.slot.code, entry.name, entry.state, entry.reason, entry.piece.pages, start, entry.sha256)
        for entry, start in zip(entries, starts, strict=False)
    ]


def _bookmarks(slots: Sequence[Slot], files: Sequence[FileReport]) -> list[Bookmark]:
    bookmarks = [Bookmark("ปกและสารบัญ", 1)]
    for at, slot in enumerate(slots, start=1):
        own = tuple(Bookmark(file.name, file.first_page) for file in files if file.slot == slot.code)
        if own:
            bookmarks.append(Bookmark(checklist.slot_heading(at, slot), own[0].page, own))
    return bookmarks


def _title(request: BookRequest) -> str:
    return f"เล่มหลักฐาน {request.applicant} {request.title} ปี {request.year_be}"


def _broken(english: str) -> Broken:
    return Broken("รวมเล่มหลักฐานได้จำนวนหน้าไม่ตรง", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
