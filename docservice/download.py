"""Bytes on their way out: documents and bags streamed from the store, checked as they go, and the events that tell it.

A stream whose bytes turn out not to be those filed breaks off before its end, so nobody takes it for whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.core.cache import cache

from docservice import archive, audit, export, jobs, page_images
from docservice.bag_choice import ALL, OF_PEOPLE, Choice
from docservice.errors import FixityBroken
from docservice.export import Bag
from docservice.models import Document, Dossier, Event
from docservice.thai import safe_file_name, to_thai_digits
from docservice.yearfile import YearFile
from storage.keys import DossierKey
from storage.store import CHUNK, Tally

READ, TAKEN, LOG_TAKEN, BROKEN = "document.read", "archive.taken", "events.taken", "fixity.broken"
_OPENED = timedelta(hours=1)
"""For how long the pages of a document that was opened may be drawn without another event."""
_DOSSIER = re.compile(r"([0-9]{4}/[0-9]{2}/[0-9]{4}/[a-z0-9_-]+)")


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
    return document.kind in OF_PEOPLE or "applicant" in document.dossier.about


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
    with _telling(document.dossier.key, actor):
        path = page_images.page_image(document, page, width)
    page_drawn(document, actor)
    return path


def page_drawn(document: Document, actor: str) -> None:
    """Record the reading of a personal document whose pages are drawn without its having been opened lately."""
    if personal(document):
        since = datetime.now(UTC) - _OPENED
        lately = Event.objects.filter(subject=document.dossier.key, actor=actor, verb=READ, at__gt=since)
        if not lately.filter(details__document=document.pk).exists():
            opened(document, actor, "view")


def document(row: Document, stretch: Stretch, actor: str) -> Iterator[bytes]:
    """The bytes asked for, a piece at a time.

    ``FixityBroken`` and an event when the whole was asked for and is not what was filed: at once for what fits into one
    piece, else before the last piece is given. A part is only counted.
    """
    with _telling(row.dossier.key, actor):
        stream = archive.open_document(row)
    try:
        stream.seek(stretch.start)
        pieces = _checked(row, stream, stretch, actor)
        first = next(pieces, b"")
    except BaseException:
        stream.close()
        raise
    return chain((first,), pieces)


def _checked(row: Document, stream: BinaryIO, stretch: Stretch, actor: str) -> Iterator[bytes]:
    """A piece is given when the next is there, and the last when all of them have been found right."""
    tally, kept, left = Tally(), b"", stretch.length
    with stream:
        while left and (piece := stream.read(min(CHUNK, left))):
            if kept:
                yield kept
            tally.feed(piece)
            kept, left = piece, left - len(piece)
    with _telling(row.dossier.key, actor):
        if left or stretch.whole:
            archive.require_same(row, tally)
    yield kept


def year_bag(year: YearFile, actor: str, choice: Choice = ALL) -> Bag:
    """``export.year_bag``; a dossier found damaged while it is put together is an event."""
    with _telling(f"{int(year.year)}/{year.province_code}", actor):
        return export.year_bag(year, choice)


def dossier_bag(year: YearFile, dossier: Dossier, actor: str) -> Bag:
    """``export.dossier_bag``; damage is an event."""
    with _telling(dossier.key, actor):
        return export.dossier_bag(year, dossier)


def year_size(year: YearFile, choice: Choice = ALL) -> tuple[int, int]:
    """Exactly how many bytes and files the bag has; counted again when something was filed, and each day."""
    asked = f"year-size-{export.year_mark(year, choice)}-{jobs.digest(year.settings)}"
    known: tuple[int, int] | None = cache.get(asked)
    if known is None:
        wanted = export.year_bag(year, choice)
        known = wanted.size, len(wanted.entries)
        cache.set(asked, known)
    return known


def bag(wanted: Bag, stretch: Stretch, subject: str, actor: str) -> Iterator[bytes]:
    """The bytes of a bag that are asked for, a piece at a time; from the beginning it is an event.

    What comes before a later part is read and checked again, not sent: no byte is given whose place is not sure.
    ``FixityBroken``, and an event that names the dossier, at a file that is not what was filed; nothing comes after it.
    """
    if stretch.start == 0:
        audit.record(actor, TAKEN, subject, {"name": wanted.name, "bytes": wanted.size, "files": len(wanted.entries)})
    with _telling(subject, actor):
        place = 0
        for piece in wanted.stream():
            wished = piece[max(0, stretch.start - place) : stretch.stop - place]
            place += len(piece)
            if wished:
                yield wished
            if place >= stretch.stop:
                return


@contextmanager
def _telling(subject: str, actor: str) -> Iterator[None]:
    """Damage found in the block is an event about the dossier its sentence names, or about ``subject``."""
    try:
        yield
    except FixityBroken as fault:
        found = _DOSSIER.search(fault.message)
        audit.record(actor, BROKEN, found[1] if found else subject, {"fault": fault.message})
        raise


def record(dossier: Dossier) -> bytes:
    """The dossier's ``record.json`` as it is filed."""
    with archive.root().open(DossierKey.parse(dossier.key), archive.RECORD) as stream:
        return stream.read()


def log_taken(subject: str, actor: str) -> None:
    """Record that the audit log was taken away as a table."""
    audit.record(actor, LOG_TAKEN, subject)
