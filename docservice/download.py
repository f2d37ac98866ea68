"""Bytes on their way out: documents streamed from the store, checked as they go, and the event that tells of it.

A stream whose bytes turn out not to be those filed breaks off before its end, so nobody takes it for whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from docservice import archive, audit, page_images
from docservice.errors import FixityBroken
from docservice.models import Document, Event
from docservice.thai import safe_file_name, to_thai_digits
from storage.store import CHUNK, Tally

READ, BROKEN = "document.read", "fixity.broken"
_OPENED = timedelta(hours=1)
"""For how long the pages of a document that was opened may be drawn without another event."""
_OF_PEOPLE = frozenset({"evidence", "book", "certificate", "register-applicants", "register-passed"})


@dataclass(frozen=True)
class Stretch:
    """Bytes ``start`` up to ``stop`` (not included) of a file of ``size``."""

    start: int
    stop: int
    size: int

    @property
    def whole(self) -> bool:
        """Whether it is all of the file."""
        return (self.start, self.stop) == (0, self.size)

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.stop - self.start

    @classmethod
    def asked(cls, header: str, size: int) -> Stretch | None:
        """What a ``Range`` header asks for (RFC 9110, 14.2); ``None`` when nothing of it is in the file.

        Several ranges, other units and what cannot be read mean the whole file, as the standard allows.
        """
        unit, _, spec = header.partition("=")
        first, dash, last = spec.strip().partition("-")
        if unit.strip() != "bytes" or not dash or not f"{first}{last}".isascii() or not f"{first}{last}".isdigit():
            return cls(0, size, size)
        if len(f"{first}{last}") > 40 or (first and last and int(last) < int(first)):
            return cls(0, size, size)
        start = int(first) if first else max(0, size - int(last))
        stop = min(size, int(last) + 1) if first and last else size
        return cls(start, stop, size) if start < stop else None


def personal(document: Document) -> bool:
    """Whether reading the document is reading about people, and so an event."""
    return document.kind in _OF_PEOPLE or "applicant" in document.dossier.about


def file_name(document: Document) -> str:
    """What the file is called on the reader's machine: its title, its version when it is not the newest."""
    suffix = PurePosixPath(document.path).suffix
    old = "" if document.current else f" (รุ่น {to_thai_digits(str(document.version))})"
    return safe_file_name(document.title.removesuffix(suffix) + old + suffix)


def opened(document: Document, actor: str, how: str) -> None:
    """Record that a personal document is read (``how``: ``view``, ``download``); others leave no event."""
    if personal(document):
        told = {"path": document.path, "version": document.version, "how": how, "document": document.pk}
        audit.record(actor, READ, document.dossier.key, told)


def picture(document: Document, page: int, width: int, actor: str) -> Path:
    """The picture of a page (``page_images.page_image``) for a person to look at."""
    try:
        path = page_images.page_image(document, page, width)
    except FixityBroken as fault:
        broken(fault, document.dossier.key, actor)
        raise
    page_drawn(document, actor)
    return path


def page_drawn(document: Document, actor: str) -> None:
    """Record the reading of a personal document whose pages are drawn without its having been opened lately."""
    if personal(document):
        since = datetime.now(UTC) - _OPENED
        lately = Event.objects.filter(subject=document.dossier.key, actor=actor, verb=READ, at__gt=since)
        if not lately.filter(details__document=document.pk).exists():
            opened(document, actor, "view")


def broken(fault: FixityBroken, subject: str, actor: str) -> None:
    """Record that stored bytes were found not to be those filed."""
    audit.record(actor, BROKEN, subject, {"fault": fault.message})


def document(row: Document, stretch: Stretch, actor: str) -> Iterator[bytes]:
    """The bytes asked for, a piece at a time.

    ``FixityBroken`` and an event when the whole was asked for and is not what was filed: at once for what fits into one
    piece, else before the last piece is given. A part is only counted.
    """
    stream = _found(row, actor)
    try:
        stream.seek(stretch.start)
        pieces = _checked(row, stream, stretch, actor)
        first = next(pieces, b"")
    except BaseException:
        stream.close()
        raise
    return chain((first,), pieces)


def _found(row: Document, actor: str) -> BinaryIO:
    try:
        return archive.open_document(row)
    except FixityBroken as fault:
        broken(fault, row.dossier.key, actor)
        raise


def _checked(row: Document, stream: BinaryIO, stretch: Stretch, actor: str) -> Iterator[bytes]:
    """A piece is given when the next is there, and the last when all of them have been found right."""
    tally, kept, left = Tally(), b"", stretch.length
    with stream:
        while left and (piece := stream.read(min(CHUNK, left))):
            if kept:
                yield kept
            tally.feed(piece)
            kept, left = piece, left - len(piece)
    try:
        if left or stretch.whole:
            archive.require_same(row, tally)
    except FixityBroken as fault:
        broken(fault, row.dossier.key, actor)
        raise
    yield kept
