"""Folders and files of a disk: made, made safe, locked, cleared away, written to the last byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

from storage.store import HOLD_SECONDS, busy


def write_all(descriptor: int, chunk: bytes) -> None:
    """Every byte of ``chunk``."""
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def make_folders(folder: Path) -> set[Path]:
    """Make ``folder``; returns the folders whose list of names changes by it and by a file put into ``folder``."""
    dirty = {folder}
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for made in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another writer was quicker; a file there fails one line later
            made.mkdir(0o750)
        dirty.add(made.parent)
    return dirty


def fsync_folder(folder: Path) -> None:
    """The names in ``folder`` are safe on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop_empty(folders: set[Path]) -> None:
    """Remove those of ``folders`` that are empty."""
    for folder in sorted(folders, reverse=True):
        with contextlib.suppress(OSError):  # not empty, or the disk refuses: the next holder prunes it
            folder.rmdir()


def prune(folder: Path) -> None:
    """Remove ``folder`` and everything in it that is an empty folder: an OCFL validator refuses empty folders."""
    for path, _, files in os.walk(folder, topdown=False):
        if not files:
            with contextlib.suppress(OSError):
                Path(path).rmdir()


def flock(descriptor: int, key: str) -> None:
    """The lock on an open file, waited for; ``StoreUnavailable`` naming ``key`` after ``HOLD_SECONDS`` in vain."""
    give_up = time.monotonic() + HOLD_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > give_up:
                raise busy(key) from error
            time.sleep(0.01)
