"""Pictures of the pages of filed documents, kept in ``home/cache`` by digest, the longest unused thrown away first."""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

from docservice import archive
from docservice.config import config
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.pdf import apart
from storage.store import Tally, chunks, unavailable

WIDTHS = (240, 900, 1600)
"""A thumbnail, a page on a screen, a page enlarged."""
MOST = 500_000_000
"""Bytes the folder may hold; an eighth more for a moment."""

_DRAWING = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
_ADDED_BEFORE_A_LOOK = 32


def drawable(document: Document) -> bool:
    """Whether its pages can be shown."""
    return document.media_type in apart.DRAWABLE


def page_image(document: Document, page: int, width: int) -> Path:
    """Page ``page`` (from 1) as WebP, one of ``WIDTHS`` wide.

    ``InputRefused`` when there is no such page or picture, ``FixityBroken`` when the bytes are not those filed.
    """
    if not drawable(document) or page < 1 or (document.pages or page) < page or width not in WIDTHS:
        raise InputRefused("ไม่มีภาพของหน้านี้", "เลือกหน้าที่มีอยู่", english="There is no picture of that page.")
    kept = cache()
    name = f"{document.sha256}-{page}-{width}.webp"
    if found := kept.get(name):
        return found
    with _DRAWING:  # who waited here for the same page finds it
        return kept.get(name) or kept.add(name, iter((apart.drawn(local(document), document.media_type, page, width),)))


def local(document: Document) -> Path:
    """The whole document as a file of this machine, checked against its digest when it was brought."""
    name = f"{document.sha256}.whole"
    return cache().get(name) or cache().add(name, _checked(document))


def _checked(document: Document) -> Iterator[bytes]:
    tally = Tally()
    with archive.open_document(document) as stream:
        for chunk in chunks(stream):
            tally.feed(chunk)
            yield chunk
    archive.require_same(document, tally)


class Cache:
    """Files in one folder that can be made again; ``most`` bytes of them stay, the last used ones."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most, self._added = folder, most, _ADDED_BEFORE_A_LOOK

    def get(self, name: str) -> Path | None:
        """The file, if it is there; from now on the last used."""
        path = self._place(name)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def add(self, name: str, data: Iterator[bytes]) -> Path:
        """Keep ``data`` under ``name``: whole or not at all."""
        path = self._place(name)
        part = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.writelines(data)
            part.replace(path)
        except OSError as error:
            raise unavailable(str(self._folder), error) from error
        finally:
            part.unlink(missing_ok=True)
        self._added += 1
        if self._added >= _ADDED_BEFORE_A_LOOK:
            self._added = 0
            self.tidy()
        return path

    def tidy(self) -> None:
        """Throw away what was used longest ago until what is left fits."""
        files = sorted(_sizes(self._folder), reverse=True)
        left = sum(size for _, size, _ in files) - self._most
        while left > 0 and files:
            _, size, path = files.pop()
            path.unlink(missing_ok=True)
            left -= size

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _sizes(folder: Path) -> Iterator[tuple[float, int, Path]]:
    for path in folder.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            stat = path.stat()
            yield stat.st_mtime, stat.st_size, path


_caches: dict[Path, Cache] = {}


def cache() -> Cache:
    """The folder of this installation."""
    folder = config().home / "cache" / "pages"
    return _caches.setdefault(folder, Cache(folder, MOST))
