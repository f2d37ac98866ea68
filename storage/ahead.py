"""Reading ahead: the next files of a list are opened, read and measured by threads while those before are on their way.

``hashlib`` and reading let other threads run, so that two processors are used and a store that answers late is not
waited for. The bytes lie in ``FILES`` × ``PIECES`` buffers of ``PIECE`` bytes that are used again and again: memory
that is asked for anew costs as much as a digest.
"""

from __future__ import annotations

import hashlib
import io
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, cast

PIECE = 256 * 1024
"""Bytes of one buffer: what is read still lies in the processor's cache when it is measured and handed on."""
FILES = 3
"""How many files are under way at a time."""
PIECES = 8
"""How many pieces of each may wait to be taken: enough that a service's answer is not waited for."""


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


class Arriving:
    """A file that is being read: its ``pieces``, and when they have all been taken, what they ``counted``."""

    counted: Counted

    def __init__(self, buffers: Sequence[bytearray]) -> None:
        self._told: SimpleQueue[tuple[bytearray, int] | Counted | BaseException] = SimpleQueue()
        self._free: SimpleQueue[bytearray | None] = SimpleQueue()
        for buffer in buffers:
            self._free.put(buffer)

    def pieces(self) -> Iterator[memoryview]:
        """Each once, and good until the next is asked for; raises what reading raised."""
        while True:
            told = self._told.get()
            if isinstance(told, tuple):
                buffer, size = told
                yield memoryview(buffer)[:size]
                self._free.put(buffer)
            elif isinstance(told, Counted):
                self.counted = told
                return
            else:
                raise told

    def read(self, wanted: Wanted, algorithms: Sequence[str]) -> None:
        """Fill the buffers, in a thread."""
        hashes, size = {name: hashlib.new(name) for name in algorithms}, 0
        try:
            with wanted.open() as stream:
                while (buffer := self._free.get()) is not None:
                    if not (count := cast(io.BufferedIOBase, stream).readinto(buffer)):
                        break
                    for running in hashes.values():
                        running.update(memoryview(buffer)[:count])
                    size += count
                    self._told.put((buffer, count))
                    if size > wanted.size:  # one that grew is found out before the disk is full
                        break
            self._told.put(Counted(size, {name: running.hexdigest() for name, running in hashes.items()}))
        except BaseException as error:  # whoever takes the pieces is told, in the file's turn  # noqa: BLE001
            self._told.put(error)

    def drop(self) -> None:
        """Nobody takes the rest: let the thread go."""
        self._free.put(None)


def arriving(wanted: Iterable[Wanted], algorithms: Sequence[str]) -> Generator[Arriving, None, None]:
    """Each file in its order; take all its pieces before the next."""
    under_way: deque[Arriving] = deque()
    unused = [[bytearray(PIECE) for _ in range(PIECES)] for _ in range(FILES)]
    lent: deque[list[bytearray]] = deque()
    with ThreadPoolExecutor(FILES, thread_name_prefix="ahead") as threads:
        try:
            for each in wanted:
                lent.append(unused.pop())
                under_way.append(Arriving(lent[-1]))
                threads.submit(under_way[-1].read, each, algorithms)
                if len(under_way) == FILES:
                    yield under_way[0]
                    under_way.popleft()
                    unused.append(lent.popleft())
            while under_way:
                yield under_way[0]
                under_way.popleft()
        finally:
            for file in under_way:
                file.drop()
