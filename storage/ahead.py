"""Reading ahead: the next files of a list are opened, read and measured by threads while those before are on their way.

``hashlib`` and reading let other threads run, so that two processors are used and a store that answers late is not
waited for. Never more than ``FILES`` × ``PIECES`` pieces of ``CHUNK`` bytes are held.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Queue
from threading import Event
from typing import IO, BinaryIO, cast

from storage.store import chunks

FILES = 3
"""How many files are under way at a time."""
PIECES = 2
"""How many pieces of each may wait to be taken."""


@dataclass(frozen=True)
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

    def __init__(self) -> None:
        self._queue: Queue[bytes | Counted | BaseException] = Queue(PIECES)
        self._stop = Event()

    def pieces(self) -> Iterator[bytes]:
        """Each once; raises what reading raised."""
        while True:
            told = self._queue.get()
            if isinstance(told, bytes):
                yield told
            elif isinstance(told, Counted):
                self.counted = told
                return
            else:
                raise told

    def read(self, wanted: Wanted, algorithms: Sequence[str]) -> None:
        """Fill the queue, in a thread."""
        hashes, size = {name: hashlib.new(name) for name in algorithms}, 0
        try:
            with wanted.open() as stream:
                for piece in chunks(cast(BinaryIO, stream)):
                    for running in hashes.values():
                        running.update(piece)
                    size += len(piece)
                    self._queue.put(piece)
                    if size > wanted.size or self._stop.is_set():  # one that grew is found out before the disk is full
                        break
            self._queue.put(Counted(size, {name: running.hexdigest() for name, running in hashes.items()}))
        except BaseException as error:  # whoever takes the pieces is told, in the file's turn  # noqa: BLE001
            self._queue.put(error)

    def drop(self) -> None:
        """Nobody takes the rest: let the thread go."""
        self._stop.set()
        with self._queue.mutex:
            self._queue.maxsize = 2 * PIECES + 2  # there is room for all it still puts
            self._queue.not_full.notify_all()


def arriving(wanted: Iterable[Wanted], algorithms: Sequence[str]) -> Generator[Arriving, None, None]:
    """Each file in its order; take all its pieces before the next."""
    under_way: deque[Arriving] = deque()
    with ThreadPoolExecutor(FILES, thread_name_prefix="ahead") as threads:
        try:
            for each in wanted:
                under_way.append(Arriving())
                threads.submit(under_way[-1].read, each, algorithms)
                if len(under_way) == FILES:
                    yield under_way[0]
                    under_way.popleft()
            while under_way:
                yield under_way[0]
                under_way.popleft()
        finally:
            for file in under_way:
                file.drop()
