"""A place on the disk for what is measured, away from where others just cleared up.

On ext4 without a journal (small virtual machines have it) the kernel does not use the number of a file that was deleted
within the last one to five minutes: making a file where many were deleted takes 0.25 ms of processor time instead of
0.02. A dossier is eleven new files and folders, a plain put one, so whatever ran before would be part of the ratio.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_GET_FLAGS, _SET_FLAGS, _TOP_OF_A_TREE = 0x80086601, 0x40086602, 0x20000  # FS_IOC_GETFLAGS and so on, FS_TOPDIR_FL
_TRIED = 100


def folder(prefix: str, parent: Path | None = None) -> Path:
    """A new folder, to be cleared away by ``clear``; on ext4 in a part of the disk that is chosen by chance."""
    top = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    with suppress(OSError):  # another file system
        descriptor = os.open(top, os.O_RDONLY)
        try:
            flags = struct.unpack("l", fcntl.ioctl(descriptor, _GET_FLAGS, struct.pack("l", 0)))[0]
            fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("l", flags | _TOP_OF_A_TREE))
        finally:
            os.close(descriptor)
    place = top / uuid.uuid4().hex
    place.mkdir()
    return place


@contextmanager
def kept(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """As ``folder``; cleared away when the block ends."""
    place = folder(prefix, parent)
    try:
        yield place
    finally:
        clear(place)


def clear(place: Path) -> None:
    """Clear away what ``folder`` made."""
    shutil.rmtree(place, ignore_errors=True)
    with suppress(OSError):  # somebody else's, not empty
        place.parent.rmdir()


def new_file_us(place: Path) -> float:
    """Microseconds that making an empty file takes there."""
    tried = place / "new-files"
    tried.mkdir()
    started = time.perf_counter()
    for number in range(_TRIED):
        os.close(os.open(tried / str(number), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
    return round((time.perf_counter() - started) / _TRIED * 1e6)
