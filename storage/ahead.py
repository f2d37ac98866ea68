"""Reading ahead: the next files of a list are opened, read and measured by threads while those before are on their way.

``hashlib``, ``zlib`` and reading let other threads run, so that two processors are used and a store that answers late
is not waited for. How far ahead is counted in bytes, not files: while a long file is on its way, many small ones behind
it are measured. A piece is handed on as it was read, never copied: at the speed of a digest a copy is felt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Condition, Lock
from typing import IO

from isal import isal_zlib

PIECE = 256 * 1024
"""Bytes read at once: they still lie in the processor's cache when they are measured and handed on."""
PIECES = 48
"""How many pieces may wait to be taken: enough that neither a processor nor a service's answer is waited for."""
FILES = 3
"""How many files are read at a time."""
CRC32 = "crc32"
"""The check value of a ZIP's members, beside the algorithms that ``hashlib`` knows."""

_KEPT = 4  # of these, only for the file whose pieces are being taken: it never waits for those behind it


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

    def update(self, data: bytes, /) -> None:
        self._value = isal_zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


class _Room:
    """Room for ``PIECES`` that were read and not yet taken, and which file comes first."""

    def __init__(self) -> None:
        self._free = PIECES
        self._changed = Condition()
        self._first: Arriving | None = None
        self.dropped = False

    def take(self, file: Arriving) -> bool:
        """Room for a piece of ``file``, waited for; false when nobody takes the rest."""
        with self._changed:
            while not self.dropped and self._free <= (0 if file is self._first else _KEPT):
                self._changed.wait()
            self._free -= 1
            return not self.dropped

    def give(self) -> None:
        """A piece was taken."""
        with self._changed:
            self._free += 1
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

    def __init__(self, wanted: Wanted, room: _Room) -> None:
        self._wanted, self._room = wanted, room
        self._told: SimpleQueue[bytes | Counted | BaseException] = SimpleQueue()

    def pieces(self) -> Iterator[bytes]:
        """Each once; raises what reading raised."""
        self._room.begin(self)
        while True:
            told = self._told.get()
            if isinstance(told, bytes):
                yield told
                del told  # its memory is free before there is room for another
                self._room.give()
            elif isinstance(told, Counted):
                self.counted = told
                return
            else:
                raise told

    def read(self, algorithms: Sequence[str]) -> None:
        """Read and measure, in a thread."""
        hashes = {name: _Crc32() if name == CRC32 else hashlib.new(name) for name in algorithms}
        size, held = 0, self._room.take(self)
        if not held:
            return
        try:
            with self._wanted.open() as stream:
                while held:
                    piece = _read(stream)
                    for running in hashes.values():
                        running.update(piece)
                    size += len(piece)
                    more = len(piece) == PIECE and size <= self._wanted.size  # one that grew is found out early
                    self._told.put(piece)
                    held = False
                    del piece
                    held = more and self._room.take(self)
            self._told.put(Counted(size, {name: running.hexdigest() for name, running in hashes.items()}))
        except BaseException as error:  # whoever takes the pieces is told, in the file's turn  # noqa: BLE001
            if held:
                self._room.give()
            self._told.put(error)


@contextmanager
def arriving(wanted: Sequence[Wanted], algorithms: Sequence[str]) -> Iterator[Iterator[Arriving]]:
    """Each file in its order, read from now on; take all the pieces of one before the next."""
    room, waiting, turn = _Room(), iter(wanted), Lock()
    begun: SimpleQueue[Arriving | None] = SimpleQueue()

    def read() -> None:
        while True:
            with turn:
                each = None if room.dropped else next(waiting, None)
                file = Arriving(each, room) if each else None
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
            room.drop()


def _read(stream: IO[bytes]) -> bytes:
    """The next ``PIECE`` bytes of ``stream``; fewer at the end only."""
    piece = stream.read(PIECE)
    if len(piece) == PIECE:
        return piece
    parts = [piece]
    while (missing := PIECE - sum(map(len, parts))) and (piece := stream.read(missing)):  # a service may give less
        parts.append(piece)
    return b"".join(parts)
