"""Puts that are on their way beside each other, by one thread: three quarters of the processor time that threads take.

With more of them under way the service takes less for each, too. As of ``direct_put``, only a plain yes is taken.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from socket import socket
from typing import cast

from storage.direct_put import CONNECT, ENOUGH, READ, SMALL, DirectPuts, NotYetError, Put, Request, Yes, answered

AT_ONCE, AT_ONCE_BEHIND_TLS = 96, 24
"""Puts under way, and connections: making one behind TLS takes as long as a put."""
_LARGE, _LARGE_AT_ONCE = 1 << 20, 4
"""Bytes from which on a body is one of few: what the network does not take yet is kept in memory twice."""


class ManyPuts:
    """Puts of one event loop; ``close`` at its end."""

    def __init__(self, direct: DirectPuts) -> None:
        self._direct = direct
        self._idle: list[_Line] = []
        self._place = ""
        self._room = asyncio.Semaphore(AT_ONCE_BEHIND_TLS if direct.is_behind_tls else AT_ONCE)
        self._for_large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def put(self, put: Put) -> str | None:
        """As of ``DirectPuts.put``."""
        if len(put.body) < _LARGE:
            return await self._put(put)
        async with self._for_large:
            return await self._put(put)

    async def _put(self, put: Put) -> str | None:
        async with self._room:
            request = self._direct.request(put)
            line = await self._line(request) if request else None
            if request is None or line is None:
                return None
            try:
                yes = await line.asked(request.head, put.body)
            except BaseException:
                line.close()
                raise
            if yes and yes.stays:
                self._idle.append(line)
            else:
                line.close()
        return yes.etag or None if yes else None

    def close(self) -> None:
        """Leave the connections to the next, where they can be (one behind TLS is of its loop)."""
        while self._idle:
            line = self._idle.pop()
            if line.is_open and self._place and (sock := line.shared()):
                connection = self._direct.unconnected("http", self._place)
                connection.sock = sock
                self._direct.keep(connection)
            line.close()

    async def _line(self, request: Request) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_open:
                return line
            line.close()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT):
                if request.scheme == "https":
                    place, trusted = self._direct.unconnected(request.scheme, request.place), self._direct.trusted
                    return (await loop.create_connection(_Line, place.host, place.port, ssl=trusted))[1]
                self._place = request.place
                if kept := self._direct.taken():
                    return (await loop.create_connection(_Line, sock=kept.sock))[1]
                place = self._direct.unconnected(request.scheme, request.place)
                return (await loop.create_connection(_Line, place.host, place.port))[1]
        except OSError:  # also one that took too long
            return None


class _Line(asyncio.Protocol):
    """One connection, which is asked one thing at a time."""

    def __init__(self) -> None:
        self.is_open = False
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Yes | None] | None = None
        self._data = b""
        self._unsent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The name is the interface's, as of the other two."""
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """More of an answer, or what nobody asked for."""
        self._data += data
        try:
            self._end(answered(self._data))
        except NotYetError:
            if len(self._data) > ENOUGH:
                self._end(None)

    def connection_lost(self, _exc: Exception | None) -> None:
        """What was asked has no answer."""
        self.is_open = False
        self._end(None)

    async def asked(self, head: bytes, body: bytes | memoryview) -> Yes | None:
        """Send head and body, a small one together; what the answer stands for."""
        self._answer, self._data = self._loop.create_future(), b""
        if len(body) <= SMALL:
            self._transport.write(head + body)
        else:
            self._transport.write(head)
            self._transport.write(body)
        self._unsent = self._transport.get_write_buffer_size()
        self._patience = self._loop.call_later(READ, self._look)
        try:
            return await self._answer
        finally:
            self._patience.cancel()
            self._answer = None

    def shared(self) -> socket | None:
        """The same connection, for another to use once this is closed."""
        with suppress(OSError):
            return cast(socket, self._transport.get_extra_info("socket").dup())
        return None

    def close(self) -> None:
        """Let it go; what has not been sent is dropped."""
        self.is_open = False
        self._transport.abort()

    def _look(self) -> None:
        """A connection on which nothing moved for so long counts as broken."""
        left = self._transport.get_write_buffer_size()
        if left < self._unsent:
            self._unsent = left
            self._patience = self._loop.call_later(READ, self._look)
        else:
            self._end(None)

    def _end(self, yes: Yes | None) -> None:
        if self._answer is None or self._answer.done():
            self.is_open = False  # it said what nobody asked for, or will say nothing more
        else:
            self._answer.set_result(yes)
