"""A line between a browser and a service that counts what goes up and breaks where a test wants it to."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence

_PIECE = 64 * 1024


class CutLine:
    """Listens on a port of its own and passes everything on to ``to``.

    ``at``: numbers of bytes gone up and what to do then; ``cut`` breaks every connection and takes none for a while.
    ``hold`` and ``release`` stop and let go on what goes up.
    """

    def __init__(self, to: int, at: Sequence[tuple[int, Callable[[], None]]] = (), *, silence: float = 1.0) -> None:
        self._to, self._silence = to, silence
        self._at = sorted(at, key=lambda each: each[0])
        self.up = self.cuts = 0
        self.held = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._turn, self._acting = threading.RLock(), threading.Lock()
        self._open: set[socket.socket] = set()
        self._down_until = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    @property
    def address(self) -> str:
        """What the browser opens."""
        return f"http://127.0.0.1:{self.port}"

    def plan(self, *at: tuple[int, Callable[[], None]]) -> None:
        """What to do at further numbers of bytes."""
        with self._turn:
            self._at = sorted([*self._at, *at], key=lambda each: each[0])

    def cut(self, silence: float | None = None) -> None:
        """Break every connection; take none for a while."""
        with self._turn:
            self.cuts += 1
            self._down_until = time.monotonic() + (self._silence if silence is None else silence)
            for line in self._open:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def hold(self) -> None:
        """Let nothing go up any more, until ``release``; ``held`` tells the test."""
        self._go.clear()
        self.held.set()

    def release(self) -> None:
        """Let everything go on."""
        self._go.set()

    def __enter__(self) -> CutLine:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._go.set()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if time.monotonic() < self._down_until:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self._to), timeout=10)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            with self._turn:
                self._open |= {near, far}
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while piece := source.recv(_PIECE):
                if up:
                    self._go.wait()
                target.sendall(piece)
                if up:
                    self._count(len(piece))
        except OSError:
            pass
        for line in (source, target):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            with self._turn:
                self._open.discard(line)

    def _count(self, size: int) -> None:
        with self._turn:
            self.up += size
        with self._acting:  # one after another: none is overtaken by a later one of another connection
            while due := self._due():
                due()

    def _due(self) -> Callable[[], None] | None:
        with self._turn:
            return self._at.pop(0)[1] if self._at and self.up >= self._at[0][0] else None
