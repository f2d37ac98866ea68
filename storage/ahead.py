"""Reading ahead: the next files of a list are opened, read and measured by threads while those before are on their way.

``hashlib``, ``zlib`` and reading let other threads run, so that two processors are used and a store that answers late
is not waited for. How far ahead is counted in bytes, not files: while a long file is on its way, many small ones behind
it are measured. The bytes lie in ``PIECES`` buffers of ``PIECE`` bytes that are used again and again: memory that is
asked for anew costs as much as a digest.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Condition, Lock
from typing import IO, cast

from isal import isal_zlib

PIECE = 256 * 1024
"""Bytes of one buffer: what is read still lies in the processor's cache when it is measured and handed on."""
PIECES = 24
"""How many pieces may wait to be taken: enough that neither a processor nor a service's answer is waited for."""
FILES = 3
"""How many files are read at a time."""
CRC32 = "crc32"
"""The check value of a ZIP's members, beside the algorithms that ``hashlib`` knows."""

_KEPT = 4  # buffers that only the file whose pieces are being taken may have: it never waits for those behind it


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be read: how to open it, and at how many bytes reading stops (a piece past it at most)."""

    open: Callable[[], IO[bytes]]
    size: int


@dataclass(frozen=True)
class Counted:
    """What a file came to: bytes, and its digests in hex by algorithm."""

    size: int
    digests: Mapping[str, str]


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: memoryview, /) -> None:
        self._value = isal_zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


class _Buffers:
    """The buffers, and which file comes first."""

    def __init__(self) -> None:
        self._free = [bytearray(PIECE) for _ in range(PIECES)]
        self._changed = Condition()
        self._first: Arriving | None = None
        self.dropped = False

    def take(self, file: Arriving) -> bytearray | None:
        """A buffer for ``file``, waited for; None when nobody takes the rest."""
        with self._changed:
            while not self.dropped and len(self._free) <= (0 if file is self._first else _KEPT):
                self._changed.wait()
            return None if self.dropped else self._free.pop()

    def give(self, buffer: bytearray) -> None:
        """``buffer`` is free again."""
        with self._changed:
            self._free.append(buffer)
            self._changed.notify_all()

    def begin(self, file: Arriving) -> None:
        """``file`` is the one whose pieces are being taken."""
        with self._changed:
            self._first = file
            self._changed.notify_all()

    def drop(self) -> None:
        """Nobody takes the rest: let the threads go."""
        with self._changed:
            self.dropped = True
            self._changed.notify_all()


class Arriving:
    """A file that is being read: its ``pieces``, and when they have all been taken, what they ``counted``."""

    counted: Counted

    def __init__(self, wanted: Wanted, buffers: _Buffers) -> None:
        self._wanted, self._buffers = wanted, buffers
        self._told: SimpleQueue[tuple[bytearray, int] | Counted | BaseException] = SimpleQueue()

    def pieces(self) -> Iterator[memoryview]:
        """Each once, and good until the next is asked for; raises what reading raised."""
        self._buffers.begin(self)
        while True:
            told = self._told.get()
            if isinstance(told, tuple):
                buffer, size = told
                yield memoryview(buffer)[:size]
                self._buffers.give(buffer)
            elif isinstance(told, Counted):
                self.counted = told
                return
            else:
                raise told

    def read(self, algorithms: Sequence[str]) -> None:
        """Fill buffers, in a thread."""
        hashes = {name: _Crc32() if name == CRC32 else hashlib.new(name) for name in algorithms}
        size, buffer = 0, self._buffers.take(self)
        if buffer is None:
            return
        try:
            with self._wanted.open() as stream:
                while buffer is not None:
                    filled = _filled(stream, buffer)
                    for running in hashes.values():
                        running.update(filled)
                    size += len(filled)
                    self._told.put((buffer, len(filled)))
                    more = len(filled) == PIECE and size <= self._wanted.size  # one that grew is found out early
                    buffer = self._buffers.take(self) if more else None
            self._told.put(Counted(size, {name: running.hexdigest() for name, running in hashes.items()}))
        except BaseException as error:  # whoever takes the pieces is told, in the file's turn  # noqa: BLE001
            if buffer is not None:
                self._buffers.give(buffer)
            self._told.put(error)


@contextmanager
def arriving(wanted: Sequence[Wanted], algorithms: Sequence[str]) -> Iterator[Iterator[Arriving]]:
    """Each file in its order, read from now on; take all the pieces of one before the next."""
    buffers, waiting, turn = _Buffers(), iter(wanted), Lock()
    begun: SimpleQueue[Arriving | None] = SimpleQueue()

    def read() -> None:
        while True:
            with turn:
                each = None if buffers.dropped else next(waiting, None)
                file = Arriving(each, buffers) if each else None
                begun.put(file)
            if not file:
                return
            file.read(algorithms)

    with ThreadPoolExecutor(FILES, thread_name_prefix="ahead") as threads:
        try:
            for _ in range(FILES):
                threads.submit(read)
            yield iter(begun.get, None)
        finally:
            buffers.drop()


def _filled(stream: IO[bytes], buffer: bytearray) -> memoryview:
    """The next bytes of ``stream``: as many as ``buffer`` takes, fewer at the end only."""
    view, filled = memoryview(buffer), 0
    while filled < len(view) and (count := cast(io.BufferedIOBase, stream).readinto(view[filled:])):
        filled += count
    return view[:filled]
