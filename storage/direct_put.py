"""Puts to an S3 service sent by ``http.client``: a small one for little more than half the SDK's processor time.

The SDK signs them. Only a plain yes is taken from here. Whatever else comes, a refusal, a dropped connection, is None,
and whoever asks puts it again through the SDK, which knows what it stands for: any request may arrive twice.
"""

from __future__ import annotations

import socket
import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from minio import Minio
from minio.signer import sign_v4_s3

_KEPT = 64
_CONNECT, _READ = 5, 60
"""Seconds."""
_SMALL = 64 * 1024  # bytes that are copied once more in less time than a message of their own takes
_ENOUGH = 64 * 1024  # bytes of an answer to a put; it has a few lines


class _Answer:
    """The answer to a put, as far as it is a plain yes: what ``http.client`` makes of one takes as long as the rest."""

    def __init__(self, connection: socket.socket, *_: Any, **__: Any) -> None:
        self._connection = connection
        self.will_close, self.etag = True, ""

    def begin(self) -> None:
        """Read it all. ``HTTPException`` for what is no answer, or one longer than any to a put."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data = self._more(data)
        first, *lines = data[:end].split(b"\r\n")
        told = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        size = told.get(b"content-length", b"")
        if not first.startswith(b"HTTP/1.1 200 ") or not size.isdigit() or b"transfer-encoding" in told:
            return
        while len(data) < end + 4 + int(size):
            data = self._more(data)
        self.etag = told.get(b"etag", b"").decode("ascii")
        self.will_close = len(data) > end + 4 + int(size) or told.get(b"connection", b"").lower() == b"close"

    def _more(self, data: bytes) -> bytes:
        piece = self._connection.recv(_ENOUGH)
        if not piece or len(data) > _ENOUGH:
            raise HTTPException
        return data + piece

    def isclosed(self) -> bool:
        """It is read to its end at once."""
        return True

    def close(self) -> None:
        """Nothing is open."""


class _Together(HTTPConnection):
    """Sends the head of a request together with a small body: the service wakes once, not twice."""

    head: bytes | None = None
    response_class: Any = _Answer

    def request(self, method: str, url: str, body: Any = None, *rest: Any, **more: Any) -> None:
        self.head = b"" if body is not None and 0 < len(body) <= _SMALL else None
        super().request(method, url, body, *rest, **more)

    def send(self, data: Any) -> None:
        if self.head == b"":
            self.head = bytes(data)
            return
        whole, self.head = data if self.head is None else self.head + data, None
        super().send(whole)

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_READ)


class _SecurelyTogether(_Together, HTTPSConnection):
    pass


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
        connection = self._connection(url.scheme, url.netloc)
        try:
            connection.request("PUT", url.path, body, signed)  # type: ignore[arg-type]
            answer: Any = connection.getresponse()
        except (OSError, HTTPException):
            with suppress(OSError):
                connection.close()
            return None
        if not answer.will_close:
            self._idle.append(connection)
        return answer.etag or None

    def _connection(self, scheme: str, place: str) -> HTTPConnection:
        with suppress(IndexError):
            return self._idle.pop()
        if scheme == "https":
            return _SecurelyTogether(place, timeout=_CONNECT, context=self._trusted)
        return _Together(place, timeout=_CONNECT)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities)
