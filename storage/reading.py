"""A stream of bytes that lie elsewhere: read forwards, from any place, and continued when the connection breaks."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

from docservice.errors import StoreUnavailable
from storage.store import CHUNK

_TRIES = 4


class Flow(Protocol):
    """Bytes from some place on to the end."""

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes and at least one, or ``StoreUnavailable``."""

    def close(self) -> None:
        """Let the connection go."""


class RemoteFile(io.RawIOBase):
    """``size`` bytes that ``flow(start)`` gives from any ``start`` on. Broken connections are taken up again.

    ``StoreUnavailable`` when they break ``_TRIES`` times without one byte more. Holds no more than it is asked for.
    """

    def __init__(self, size: int, flow: Callable[[int], Flow], first: Flow) -> None:
        super().__init__()
        self._size, self._open = size, flow
        self._flow: Flow | None = first
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: the next read asks from there."""
        return True

    def tell(self) -> int:
        """Bytes before the next one."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to ``offset``; nothing is fetched before the next read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("negative seek position")
        if start + offset != self._place:
            self._drop()
        self._place = start + offset
        return self._place

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # a BufferedReader gives no other
        """Up to ``len(buffer)`` bytes."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """All that is left."""
        return b"".join(iter(lambda: self._next(CHUNK), b""))

    def close(self) -> None:
        """Let the connection go."""
        if not self.closed:
            self._drop()
        super().close()

    def _next(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end only."""
        size = min(size, self._size - self._place)
        failed = 0
        while size > 0:
            try:
                self._flow = self._flow or self._open(self._place)
                data = self._flow.read(size)
            except StoreUnavailable:
                self._drop()
                failed += 1
                if failed == _TRIES:
                    raise
            else:
                self._place += len(data)
                return data
        return b""

    def _drop(self) -> None:
        flow, self._flow = self._flow, None
        if flow:
            flow.close()
