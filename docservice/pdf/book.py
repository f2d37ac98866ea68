"""The evidence book of one applicant: cover, contents, documents in checklist order, stamped and checked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Pdf

from docservice.errors import Broken, EvidenceRefused, Transient
from docservice.pdf import checklist, gate
from docservice.pdf.binding import Attachment, Bookmark, Plan
from docservice.pdf.clamd import Clamd
from docservice.pdf.convert import Office
from docservice.pdf.cover import cover_pdf, placeholder_pdf, separator_pdf
from docservice.pdf.order import natural_key
from docservice.pdf.pdfa import PdfaVerdict
from docservice.pdf.piece import Piece
from docservice.pdf.pieces import Pieces
from docservice.pdf.report import Book, FileReport, State
from docservice.pdf.request import BookRequest, Slot, SourceFile
from docservice.pdf.splice import Place
from docservice.pdf.typeface import typeface
from docservice.thai import safe_file_name

__all__ = ["Book", "BookRequest", "FileReport", "PdfaVerdict", "Slot", "SourceFile", "make_book"]

Convert = Callable[..., Piece]
"""Called as ``gate.to_piece`` is."""
_COVER_PASSES = 4
_LONG_CONTENTS = 500  # lines; the compiler remembers its last ten covers
_TRIES = 3
_Part = tuple[Path, int, tuple[str, ...] | None, tuple[Place, ...]]
"""File, pages, PDF/A faults and large streams."""


@dataclass(frozen=True)
class _Entry:
    """A file on its way into the book; ``leads``: it is the first of its slot; ``stamp``: of what was read;
    ``attached``: the file goes along with its pages.
    """

    slot: Slot
    file: SourceFile
    state: State
    reason: str
    sha256: str
    piece: Piece
    leads: bool
    stamp: tuple[int, ...]
    attached: bool = False

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return self.file.name

    @property
    def has_changed(self) -> bool:
        """Whether the file itself is to stand in the book and is no longer what was read."""
        stands = self.attached or self.piece.pdf == self.file.path
        return stands and _stamp(self.file.path) != self.stamp


@dataclass(frozen=True)
class _Desk:
    """What a book is made with, and the folder ``work`` for the time it is being made."""

    request: BookRequest
    fonts: Path
    office: Office | None
    convert: Convert
    scanner: Clamd | None
    pieces: Pieces
    work: Path

    def kept(self, name: str, pdf: bytes) -> Path:
        path = self.work / name
        path.write_bytes(pdf)
        return path


def make_book(
    request: BookRequest,
    fonts: Path,
    office: Office | None,
    *,
    out: Path | None = None,
    pieces: Path | None = None,
    convert: Convert = gate.to_piece,
    scanner: Clamd | None = None,
) -> Book:
    """Make the book of ``request`` in the typeface of the folder ``fonts``; office documents go through ``office``.

    ``out``: the file to write it to (for a large book: it is never held in memory); without it the book's bytes come
    back. ``pieces``: a folder in which the pages of each file are kept for the next time, so that a changed file
    costs only its own reading. ``scanner``: what each file is shown before it is read for the first time.
    Every source is read in a child process with limits, several at a time.

    A file that cannot be read becomes a placeholder page with its name and the reason, and the others go on. Raises
    ``Broken`` when the finished book, read again by another library, is not what was meant; lets ``Transient`` pass.
    """
    with TemporaryDirectory(prefix="book-", dir=out.parent if out else None) as work:
        kept = Pieces(pieces or Path(work) / "pieces")
        desk = _Desk(request, fonts, office, convert, scanner, kept, Path(work))
        made = _made(desk, Path(work) / "book.pdf")
        kept.prune()
        return _delivered(made, out)


def _made(desk: _Desk, target: Path) -> Book:
    """The book of the files as they were read: one that vanishes or changes meanwhile is read again."""
    entries = _entries(desk)
    for _ in range(_TRIES):
        try:
            book = _bound(desk, entries, target)
        except (Broken, EvidenceRefused, FileNotFoundError):
            if not any(entry.has_changed for entry in entries):
                raise
        else:
            if not any(entry.has_changed for entry in entries):
                return book
        entries = [_again(desk, entry) if entry.has_changed else entry for entry in entries]
    raise Transient(
        "ไฟล์หลักฐานถูกแก้ไขอยู่ตลอดระหว่างทำเล่ม",
        "กรุณารอให้การแก้ไขเสร็จ แล้วลองใหม่",
        english="The files keep changing. Try again later.",
    )


def _again(desk: _Desk, entry: _Entry) -> _Entry:
    return _entry(desk, entry.slot, replace(entry.file, sha256=""), entry.leads)


def _bound(desk: _Desk, entries: Sequence[_Entry], target: Path) -> Book:
    cover, cover_pages = _cover(desk, entries)
    files = _reports(desk.request, entries, cover_pages)
    plan = _plan(desk, entries, files, desk.kept("cover.pdf", cover), cover_pages)
    verdict = gate.bind(plan, target)
    slots = desk.request.slots
    complete, missing = checklist.is_complete(slots, files), checklist.missing(slots, files)
    return Book(target, sum(plan.counts), files, complete, missing, verdict)


def _delivered(book: Book, out: Path | None) -> Book:
    assert isinstance(book.pdf, Path)  # noqa: S101 -- as _made gives it
    return replace(book, pdf=book.pdf.replace(out) if out else book.pdf.read_bytes())


def _plan(desk: _Desk, entries: Sequence[_Entry], files: Sequence[FileReport], cover: Path, cover_pages: int) -> Plan:
    request = desk.request
    parts = [(cover, cover_pages, (), ()), *_parts(desk, entries)]
    starts = checklist.slot_starts(request, files)
    jumps = (*(file.first_page for file in files), *starts)
    bookmarks = tuple(_bookmarks(request.slots, files, starts))
    font = typeface(desk.fonts).regular
    files_of, counts, faults, streams = zip(*parts, strict=True)
    return Plan(
        files_of, counts, faults, streams, _title(request), request.owner, font, bookmarks, jumps, _attachments(entries)
    )


def _attachments(entries: Sequence[_Entry]) -> tuple[Attachment, ...]:
    """Numbered as the book has them: two may be called the same."""
    numbered = enumerate(entries, start=1)
    return tuple(
        Attachment(f"{at:03} {safe_file_name(entry.name)}", entry.piece.media_type, entry.file.path)
        for at, entry in numbered
        if entry.attached
    )


def _parts(desk: _Desk, entries: Sequence[_Entry]) -> Iterator[_Part]:
    """Behind the cover: each piece and separator. Pages of our own making conform, as tests of whole books show."""
    for at, entry in enumerate(entries):
        if entry.leads and desk.request.separators:
            yield desk.kept(f"separator-{at}.pdf", _separator(desk, entry.slot)), 1, (), ()
        pdf = entry.piece.pdf
        path = pdf if isinstance(pdf, Path) else desk.kept(f"piece-{at}.pdf", pdf)
        yield path, entry.piece.pages, entry.piece.faults, entry.piece.streams


def _entries(desk: _Desk) -> list[_Entry]:
    """Every file read, in the order of the book; as many at a time as there are processors."""
    files = [(slot, file, at == 0) for slot in desk.request.slots for at, file in enumerate(_in_order(slot))]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        waiting = [pool.submit(_entry, desk, *each) for each in files]
        try:
            return [each.result() for each in waiting]
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(slot: Slot) -> Sequence[SourceFile]:
    return slot.files if slot.sorted else sorted(slot.files, key=lambda file: natural_key(file.name))


def _entry(desk: _Desk, slot: Slot, file: SourceFile, leads: bool) -> _Entry:
    stamp, sha256 = _stamp(file.path), file.sha256 or _sha256(file.path)
    try:
        piece = _piece(desk, file, sha256)
    except EvidenceRefused as refusal:
        reason = refusal.message.removeprefix(f"ไฟล์ {file.name} ")
        page = placeholder_pdf(file.name, slot.title, reason, refusal.remedy, desk.fonts)
        return _Entry(slot, file, "placeholder", reason, sha256, Piece(page, 1, "", faults=()), leads, stamp)
    state: State = "repaired" if piece.repaired else "in-book"
    return _Entry(slot, file, state, " · ".join(piece.notes), sha256, piece, leads, stamp, desk.request.attachments)


def _piece(desk: _Desk, file: SourceFile, sha256: str) -> Piece:
    def make(target: Path) -> Piece:
        if desk.scanner:
            desk.scanner.check(file.path, name=file.name)
        size = desk.request.longest_side
        how = {"name": file.name, "office": desk.office, "fonts": desk.fonts, "longest_side": size}
        return desk.convert(file.path, target, **how)

    options = [desk.request.longest_side, typeface(desk.fonts).family, desk.scanner is not None]
    return desk.pieces.get(file.path, sha256, options, make)


def _separator(desk: _Desk, slot: Slot) -> bytes:
    heading = checklist.slot_heading(list(desk.request.slots).index(slot) + 1, slot)
    return separator_pdf(heading, desk.request.applicant, desk.fonts)


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes with a file; nothing for one that is not there."""
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_size, told.st_mtime_ns, told.st_ino


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _cover(desk: _Desk, entries: Sequence[_Entry]) -> tuple[bytes, int]:
    """The cover and its pages; made again while its own length moves the page numbers it prints."""
    request = desk.request
    body = sum(entry.piece.pages + (entry.leads and request.separators) for entry in entries)
    assumed = checklist.likely_pages(request, len(entries))
    for _ in range(_COVER_PASSES):
        reports = _reports(request, entries, assumed)
        told = checklist.cover(request, reports, assumed + body)
        is_long = len(told.contents) > _LONG_CONTENTS
        cover = gate.cover(told, desk.fonts, desk.work / "set.pdf") if is_long else cover_pdf(told, desk.fonts)
        with Pdf.open(BytesIO(cover)) as document:
            pages = len(document.pages)
        if pages == assumed:
            return cover, pages
        assumed = pages
    raise _broken("the cover's length does not settle")


def _reports(request: BookRequest, entries: Sequence[_Entry], cover_pages: int) -> list[FileReport]:
    leads = [int(entry.leads and request.separators) for entry in entries]
    taken = (entry.piece.pages + lead for entry, lead in zip(entries, leads, strict=True))
    starts = accumulate(taken, initial=cover_pages + 1)
    return [
        FileReport(
            slot=entry.slot.code,
            name=entry.name,
            state=entry.state,
            reason=entry.reason,
            pages=entry.piece.pages,
            first_page=start + lead,
            sha256=entry.sha256,
            signatures=entry.piece.signatures,
        )
        for entry, start, lead in zip(entries, starts, leads, strict=False)
    ]


def _bookmarks(slots: Sequence[Slot], files: Sequence[FileReport], starts: Sequence[int]) -> Iterator[Bookmark]:
    yield Bookmark("ปกและสารบัญ", 1)
    for at, (slot, start) in enumerate(zip(slots, starts, strict=True), start=1):
        own = tuple(Bookmark(file.name, file.first_page) for file in files if file.slot == slot.code)
        if own:
            yield Bookmark(checklist.slot_heading(at, slot), start, own)


def _title(request: BookRequest) -> str:
    return f"เล่มหลักฐาน {request.applicant} {request.title} ปี {request.year_be}"


def _broken(english: str) -> Broken:
    return Broken("รวมเล่มหลักฐานได้จำนวนหน้าไม่ตรง", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
