"""Puts to an S3 service without what a client for everything takes for each: half the SDK's processor time.

``signing`` signs them, ``http.client`` connects. Only a plain yes is taken from here. Whatever else comes, a refusal, a
dropped connection, is None, and whoever asks puts it again through the SDK, which knows what it stands for: any request
may arrive twice.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from select import POLLIN, poll
from typing import NamedTuple

from minio import Minio
from minio.helpers import quote

from storage.signing import signed_head

CONNECT, READ = 5, 60
"""Seconds."""
SMALL = 64 * 1024
"""Bytes that are copied once more in less time than a message of their own takes."""
ENOUGH = 64 * 1024
"""Bytes of an answer to a put; it has a few lines."""
_KEPT = 128


class Request(NamedTuple):
    """Where a put goes, and all of it before its body."""

    scheme: str
    place: str
    head: bytes


class Yes(NamedTuple):
    """A plain yes, and whether the connection can be asked again."""

    etag: str
    stays: bool


def answered(data: bytes) -> Yes | None:
    """What an answer stands for. ``NotYetError`` while some of it is missing; None: no plain yes, or more than one."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        raise NotYetError
    first, *lines = data[:end].split(b"\r\n")
    told = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    size = told.get(b"content-length", b"")
    if not first.startswith(b"HTTP/1.1 200 ") or not size.isdigit() or b"transfer-encoding" in told:
        return None
    whole = end + 4 + int(size)
    if len(data) < whole:
        raise NotYetError
    stays = len(data) == whole and told.get(b"connection", b"").lower() != b"close"
    try:
        return Yes(told.get(b"etag", b"").decode("ascii"), stays)
    except UnicodeError:
        return None


class NotYetError(Exception):
    """An answer has not arrived whole."""


class Put(NamedTuple):
    """Bytes that have ``sha256``, to be put at ``name`` with ``headers``."""

    name: str
    body: bytes | memoryview
    headers: Mapping[str, str]
    sha256: str


def _send(connection: HTTPConnection, head: bytes, body: bytes | memoryview) -> None:
    """Head and body, a small one together: the service wakes once, not twice."""
    if len(body) <= SMALL:
        connection.sock.sendall(head + body)
    else:
        connection.sock.sendall(head)
        connection.sock.sendall(body)


def _answer(connection: HTTPConnection) -> Yes | None:
    data = b""
    while len(data) <= ENOUGH:
        piece = connection.sock.recv(ENOUGH)
        if not piece:
            break
        data += piece
        with suppress(NotYetError):
            return answered(data)
    return None


def _is_quiet(connection: HTTPConnection) -> bool:
    """A connection that nobody waits at has nothing to read, not even its end. TLS keeps that to itself."""
    if isinstance(connection, HTTPSConnection):
        return True
    waiting = poll()
    waiting.register(connection.sock, POLLIN)
    return not waiting.poll(0)


def _drop(connection: HTTPConnection) -> None:
    with suppress(OSError):
        connection.close()


class DirectPuts:
    """Puts into one bucket with ``client``'s rights, by any number of threads of one process."""

    def __init__(self, client: Minio, bucket: str, authorities: str) -> None:
        self._client, self._bucket, self._authorities = client, bucket, authorities
        self._idle: deque[HTTPConnection] = deque(maxlen=_KEPT)
        self._places: dict[str, tuple[str, str, str]] = {}

    def put(self, put: Put) -> str | None:
        """The ETag of what is there now; None: nobody knows."""
        return self._answered(self._sent(put))

    def together(
        self, puts: Sequence[Put], before: Callable[[int], object], meanwhile: Callable[[], object]
    ) -> list[str | None]:
        """As ``put``, each sent before the first answer is waited for; the longest last, when the others are at work.

        ``before`` is called with the number of what is sent next, ``meanwhile`` when all are on their way. A thread for
        each would take as long to wake as the service to answer.
        """
        sent: dict[int, HTTPConnection | None] = {}
        for number in sorted(range(len(puts)), key=lambda number: len(puts[number].body)):
            before(number)
            sent[number] = self._sent(puts[number])
        meanwhile()
        return [self._answered(sent[number]) for number in range(len(puts))]

    def _sent(self, put: Put) -> HTTPConnection | None:
        """The connection on which the answer comes."""
        request = self.request(put)
        if request is None:
            return None
        try:
            connection = self._connection(request)
        except (OSError, HTTPException):
            return None
        try:
            _send(connection, request.head, put.body)
        except OSError:
            _drop(connection)
            return None
        return connection

    def _answered(self, connection: HTTPConnection | None) -> str | None:
        if connection is None:
            return None
        try:
            yes = _answer(connection)
        except OSError:
            yes = None
        if yes and yes.stays:
            self._idle.append(connection)
        else:
            _drop(connection)
        return yes.etag or None if yes else None

    def request(self, put: Put) -> Request | None:
        """The head of a put, signed; None where that cannot be said so."""
        region = self._client._get_region(self._bucket)
        credentials = self._client._provider.retrieve() if self._client._provider else None
        if credentials is None:
            return None
        scheme, place, folder = self._place(region)
        told = {header.lower(): value for header, value in put.headers.items()}
        told |= {"host": place, "content-length": str(len(put.body))}
        path, moment = folder + quote(put.name), f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        try:
            return Request(scheme, place, signed_head(credentials, region, path, told, put.sha256, moment))
        except UnicodeError:
            return None

    def _place(self, region: str) -> tuple[str, str, str]:
        """Scheme, host and port, and the path of the bucket's keys."""
        if region not in self._places:
            build = self._client._base_url.build
            url = build(method="PUT", region=region, bucket_name=self._bucket, object_name="-")
            self._places[region] = url.scheme, url.netloc, url.path.removesuffix("-")
        return self._places[region]

    def unconnected(self, scheme: str, place: str) -> HTTPConnection:
        """A connection, not made yet."""
        if scheme == "https":
            return HTTPSConnection(place, timeout=CONNECT, context=self.trusted)
        return HTTPConnection(place, timeout=CONNECT)

    def taken(self) -> HTTPConnection | None:
        """A kept connection, which the service has not closed meanwhile."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if _is_quiet(connection):
                    return connection
                _drop(connection)
        return None

    def keep(self, connection: HTTPConnection) -> None:
        """For whoever takes one next."""
        connection.sock.settimeout(READ)
        self._idle.append(connection)

    def _connection(self, request: Request) -> HTTPConnection:
        if kept := self.taken():
            return kept
        made = self.unconnected(request.scheme, request.place)
        made.connect()
        made.sock.settimeout(READ)
        return made

    @property
    def is_behind_tls(self) -> bool:
        """Whether a connection takes a handshake."""
        return self._place(self._client._get_region(self._bucket))[0] == "https"

    @cached_property
    def trusted(self) -> ssl.SSLContext:
        """Whose word on a service's name is taken."""
        return ssl.create_default_context(cafile=self._authorities)
