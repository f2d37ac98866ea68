"""Puts to an S3 service without what a client for everything takes for each: half the SDK's processor time.

The SDK signs them, ``http.client`` connects. Only a plain yes is taken from here. Whatever else comes, a refusal, a
dropped connection, is None, and whoever asks puts it again through the SDK, which knows what it stands for: any request
may arrive twice.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple

from minio import Minio
from minio.signer import sign_v4_s3

_KEPT = 64
_CONNECT, _READ = 5, 60
"""Seconds."""
_SMALL = 64 * 1024  # bytes that are copied once more in less time than a message of their own takes
_ENOUGH = 64 * 1024  # bytes of an answer to a put; it has a few lines


class _Yes(NamedTuple):
    """A plain yes, and whether the connection can be asked again."""

    etag: str
    stays: bool


def _asked(connection: HTTPConnection, head: str, body: memoryview) -> _Yes | None:
    """Send head and body, a small one together: the service wakes once, not twice."""
    if len(body) <= _SMALL:
        connection.sock.sendall(head.encode("ascii") + body)
    else:
        connection.sock.sendall(head.encode("ascii"))
        connection.sock.sendall(body)
    return _answer(connection)


def _answer(connection: HTTPConnection) -> _Yes | None:
    """The whole answer; ``HTTPException`` for what is none, or longer than any to a put."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data = _more(connection, data)
    first, *lines = data[:end].split(b"\r\n")
    told = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    size = told.get(b"content-length", b"")
    if not first.startswith(b"HTTP/1.1 200 ") or not size.isdigit() or b"transfer-encoding" in told:
        return None
    whole = end + 4 + int(size)
    while len(data) < whole:
        data = _more(connection, data)
    stays = len(data) == whole and told.get(b"connection", b"").lower() != b"close"
    return _Yes(told.get(b"etag", b"").decode("ascii"), stays)


def _more(connection: HTTPConnection, data: bytes) -> bytes:
    piece = connection.sock.recv(_ENOUGH)
    if not piece or len(data) > _ENOUGH:
        raise HTTPException
    return data + piece


class DirectPuts:
    """Puts into one bucket through ``client``'s signature, by any number of threads of one process."""

    def __init__(self, client: Minio, bucket: str, authorities: str) -> None:
        self._client, self._bucket, self._authorities = client, bucket, authorities
        self._idle: deque[HTTPConnection] = deque(maxlen=_KEPT)

    def put(self, name: str, body: memoryview, headers: Mapping[str, str], sha256: str) -> str | None:
        """The ETag of what is now at ``name``, bytes with that ``sha256``; None: nobody knows."""
        client, date = self._client, datetime.now(UTC)
        region = client._get_region(self._bucket)
        url = client._base_url.build(method="PUT", region=region, bucket_name=self._bucket, object_name=name)
        credentials = client._provider.retrieve() if client._provider else None
        if credentials is None:
            return None
        told = {**headers, "Host": url.netloc, "Content-Length": str(len(body)), "x-amz-content-sha256": sha256}
        told["x-amz-date"] = date.strftime("%Y%m%dT%H%M%SZ")
        if credentials.session_token:
            told["X-Amz-Security-Token"] = credentials.session_token
        signed = sign_v4_s3(
            method="PUT",
            url=url,
            region=region,
            headers=told,  # type: ignore[arg-type]
            credentials=credentials,
            content_sha256=sha256,
            date=date,
        )
        lines = "".join(f"{header}: {value}\r\n" for header, value in signed.items())
        try:
            connection = self._connection(url.scheme, url.netloc)
        except (OSError, HTTPException):
            return None
        try:
            yes = _asked(connection, f"PUT {url.path} HTTP/1.1\r\n{lines}\r\n", body)
        except (OSError, HTTPException, UnicodeError):
            yes = None
        if yes and yes.stays:
            self._idle.append(connection)
        else:
            with suppress(OSError):
                connection.close()
        return yes.etag or None if yes else None

    def _connection(self, scheme: str, place: str) -> HTTPConnection:
        with suppress(IndexError):
            return self._idle.pop()
        if scheme == "https":
            made: HTTPConnection = HTTPSConnection(place, timeout=_CONNECT, context=self._trusted)
        else:
            made = HTTPConnection(place, timeout=_CONNECT)
        made.connect()
        made.sock.settimeout(_READ)
        return made

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities)
