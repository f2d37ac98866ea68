"""Puts to an S3 service sent by ``http.client``: a small one for little more than half the SDK's processor time.

The SDK signs them. Only a plain yes is taken from here. Whatever else comes, a refusal, a dropped connection, is None,
and whoever asks puts it again through the SDK, which knows what it stands for: any request may arrive twice.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from minio import Minio
from minio.signer import sign_v4_s3

_KEPT = 64
_CONNECT, _READ = 5, 60
"""Seconds."""
_SMALL = 64 * 1024  # bytes that are copied once more in less time than a message of their own takes


class _Together(HTTPConnection):
    """Sends the head of a request together with a small body: the service wakes once, not twice."""

    head: bytes | None = None

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

    def put(self, name: str, body: memoryview, headers: Mapping[str, str]) -> str | None:
        """The ETag of what is now at ``name``; None: nobody knows."""
        client = self._client
        region = client._get_region(self._bucket)
        url = client._base_url.build(method="PUT", region=region, bucket_name=self._bucket, object_name=name)
        credentials = client._provider.retrieve() if client._provider else None
        if credentials is None:
            return None
        told, date = client._build_headers(url.netloc, dict(headers), body, credentials)  # type: ignore[arg-type]
        signed = sign_v4_s3(
            method="PUT",
            url=url,
            region=region,
            headers=told,
            credentials=credentials,
            content_sha256=str(told["x-amz-content-sha256"]),
            date=date,
        )
        connection = self._connection(url.scheme, url.netloc)
        try:
            connection.request("PUT", url.path, body, signed)  # type: ignore[arg-type]
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            with suppress(OSError):
                connection.close()
            return None
        if not answer.will_close:
            self._idle.append(connection)
        return answer.headers["ETag"] if answer.status == 200 else None

    def _connection(self, scheme: str, place: str) -> HTTPConnection:
        with suppress(IndexError):
            return self._idle.pop()
        if scheme == "https":
            return _SecurelyTogether(place, timeout=_CONNECT, context=self._trusted)
        return _Together(place, timeout=_CONNECT)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities)
