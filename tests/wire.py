"""A wire between a client and a server, on which answers can be lost and bytes spoiled: real sockets, real failures."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread


class Wire:
    """Listens at ``endpoint`` and passes everything on to ``server``, except what it was told to lose or to spoil."""

    def __init__(self, server: str) -> None:
        host, port = server.split(":")
        self._server = host, int(port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._lock, self._cuts, self._open = Lock(), list[int](), list[socket.socket]()
        self._spoil: Callable[[bytes], bytes] = bytes
        Thread(target=self._accept, daemon=True).start()

    def cut_answers(self, *after: int) -> None:
        """Break the next connections that answer, each after so many more bytes of its answer (0: nothing arrives)."""
        with self._lock:
            self._cuts = list(after)

    def spoil(self, wrong: bytes, right: bytes) -> None:
        """From now on, ``wrong`` arrives where ``right`` was sent."""
        self._spoil = lambda data: data.replace(right, wrong)

    def close(self) -> None:
        for one in (self._listening, *self._open):
            _shut(one)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._listening.accept()[0]
                server = socket.create_connection(self._server)
                self._open += client, server
                Thread(target=self._pump, args=(client, server, lambda data: self._spoil(data)), daemon=True).start()
                Thread(target=self._pump, args=(server, client, self._until_cut), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes | None]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                passed = change(data)
                if passed is None:
                    break
                target.sendall(passed)
        _shut(source)
        _shut(target)

    def _until_cut(self, data: bytes) -> bytes | None:
        with self._lock:
            if not self._cuts:
                return data
            if self._cuts[0] >= len(data):
                self._cuts[0] -= len(data)
                return data
            self._cuts.pop(0)
            return None


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def wire(server: str) -> Iterator[Wire]:
    made = Wire(server)
    try:
        yield made
    finally:
        made.close()
