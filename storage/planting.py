"""New folders put into a local store whole: written where nobody looks, made safe on the disk at once, renamed.

A rename shows all files of a folder at one stroke, so that there is no half of it to be healed, and many folders wait
for the disk once.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from storage.folders import write_all
from storage.keys import check_path
from storage.store import Leaf, Tally, Tree, changed, chunks

_A_WAIT = 1_000_000  # bytes of others that take as long as waiting for one file or folder, where others wait as well
_LONGER = 4  # the part of its room (a quarter) by which going the long way is counted: what it takes longer
_MOST_MORE = 3  # rooms more of others that are written, at most, because they stand in the way again and again
_libc = ctypes.CDLL(None, use_errno=True)
_syncfs = getattr(_libc, "syncfs", None)  # glibc and musl on Linux have it
_begin_writing = getattr(_libc, "sync_file_range", None)  # glibc on Linux has it
_BEGIN = 2  # SYNC_FILE_RANGE_WRITE: what waits to be written is on its way, nobody waits for it
_TELLS = (5, 8)  # from this kernel on, syncfs says when bytes could not be written
_LOCAL = {"ext4", "xfs", "btrfs"}  # where syncfs is known to wait for the disk; FUSE, for one, does not pass it on


class _LongWay:
    """Bytes of others that this process has spared itself, at the price of waiting for its files one by one."""

    spared = 0


_long_way = _LongWay()


class Seedbed:
    """Folders being written in ``place``; what was not moved to its own place by the end of the block is gone."""

    def __init__(self, place: Path, steps: Callable[[str], None]) -> None:
        self._place = place
        self._steps = steps
        self._files: list[str] = []
        self._folders: dict[str, None] = {}
        self._tops: list[str] = []
        self._size = 0

    @contextmanager
    def made(self) -> Iterator[Seedbed]:
        """The bed to write in."""
        try:
            yield self
        finally:
            for top in self._tops:
                if os.path.lexists(top):
                    shutil.rmtree(top, ignore_errors=True)

    def write(self, tree: Tree, modes: tuple[int, int]) -> Path:
        """A new folder; ``modes``: of files written once, and of those that may be replaced."""
        top = f"{self._place}/{uuid.uuid4().hex}.new"
        self._tops.append(top)
        self._make(top)
        first = {tree.beginning.name: Leaf(tree.beginning.data)}
        for path, leaf in (first | dict(tree.leaves)).items():
            file = f"{top}/{check_path(path)}"
            self._make(file.rpartition("/")[0])
            self._steps("write")
            self._size += _write(file, leaf, modes[leaf.replaceable])
            self._files.append(file)
        return Path(top)

    def _make(self, folder: str) -> None:
        if folder in self._folders:
            return
        if folder != self._tops[-1]:
            self._make(folder.rpartition("/")[0])
        os.mkdir(folder, 0o750)  # noqa: PTH102  seven names a document: a Path for each costs as much as the folder
        self._folders[folder] = None

    def settle(self) -> None:
        """Everything written so far is safe on the disk, names and bytes.

        ``syncfs`` waits for the disk once but writes what others left to be written too; so it is taken while that is
        less than ``_A_WAIT`` for each file and folder of ours, about what waiting for it alone costs, and the disk is
        known to keep what it means. Otherwise all files are on their way before the first is waited for: half the time.
        That way leaves its own folders to be written, so that it would never end: what it took longer is counted, and
        once it is as much as writing what others left, that is written.
        """
        if not self._files:
            return
        self._steps("sync")
        room = (len(self._files) + len(self._folders)) * _A_WAIT
        most = room + min(_long_way.spared, _MOST_MORE * room)
        if _syncfs and _waits(self._place.stat().st_dev) and _dirty() - self._size < most:
            _long_way.spared = 0
            with _opened(self._place, os.O_DIRECTORY) as descriptor:
                if _syncfs(descriptor):
                    number = ctypes.get_errno()
                    raise OSError(number, os.strerror(number))
            return
        _long_way.spared += room // _LONGER
        if _begin_writing:
            for path in self._files:
                with _opened(path) as descriptor:
                    _begin_writing(descriptor, ctypes.c_int64(0), ctypes.c_int64(0), _BEGIN)
        for path in (*self._files, *self._folders):
            with _opened(path) as descriptor:
                os.fsync(descriptor)


def _write(file: str, leaf: Leaf, mode: int) -> int:
    tally = Tally()
    with open(file, "xb", buffering=0) as out:  # noqa: PTH123
        if isinstance(leaf.data, bytes):
            write_all(out.fileno(), leaf.data)
        else:
            with leaf.data.open("rb") as source:
                for chunk in chunks(source):
                    tally.feed(chunk)
                    write_all(out.fileno(), chunk)
            if not leaf.tally or tally.sha512 != leaf.tally.sha512:
                raise changed(leaf.data)
        os.fchmod(out.fileno(), mode)
    return len(leaf.data) if isinstance(leaf.data, bytes) else tally.size


@cache
def _waits(device: int) -> bool:
    """Whether ``syncfs`` on that device waits for the disk, and tells what went wrong."""
    kernel = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    known, mounts = f" {os.major(device)}:{os.minor(device)} ", Path("/proc/self/mountinfo")
    with suppress(OSError):
        for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
            if known in line and kernel >= _TELLS:
                return line.partition(" - ")[2].split()[0] in _LOCAL
    return False


def _dirty() -> float:
    """Bytes of the whole machine that wait to be written; endless where nobody tells."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_bytes().splitlines():
            if line.startswith(b"Dirty:"):
                return int(line.split()[1]) * 1024.0
    return float("inf")


@contextmanager
def _opened(path: str | Path, flags: int = 0) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def stripes(keys: Iterable[str], stripe: Callable[[str], str]) -> list[str]:
    """One key for each stripe of locks, in the order in which everybody takes them: nobody waits in a circle."""
    found = {stripe(key): key for key in keys}
    return [found[each] for each in sorted(found)]
