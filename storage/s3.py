"""Requests to an S3 service, and its answers or what they stand for. The only module that knows the minio SDK.

The SDK's ``put_object`` cannot ask for a condition (it turns ``If-None-Match`` into metadata and overwrites), so
requests go through its signing layer, ``_execute``.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, cast
from xml.etree.ElementTree import ParseError

import certifi
from minio import Minio
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError, TimeoutError

from docservice.errors import StoreUnavailable
from storage.address import Bucket, Keys
from storage.direct_put import DirectPuts, Put
from storage.s3_faults import not_s3, refusal, silent

_Headers = dict[str, str | list[str] | tuple[str]]
_RETRIES = Retry(
    total=3,
    backoff_factor=0.2,
    status_forcelist=(500, 502, 503, 504),
    allowed_methods=None,  # all: whoever asks knows that a request may arrive twice
    raise_on_status=False,
)


class Answer(NamedTuple):
    """What a service said: HTTP status, the S3 code where it refused (``""``: it did not), headers and body."""

    status: int
    code: str
    headers: Mapping[str, str]
    data: bytes


class S3:
    """One bucket of an S3 service. Keys are those below ``bucket.prefix``; errors are the product's own.

    ``NotFound``: no such key or upload; ``Conflict``: a condition does not hold; ``Raced``: another request on the key
    was under way; ``StoreUnavailable``: the rest. Any request may be sent again when its answer did not come.
    """

    def __init__(self, bucket: Bucket, keys: Keys) -> None:
        self.bucket, self._keys = bucket, keys
        self._connected: tuple[int, Minio, DirectPuts] | None = None

    def ask(
        self,
        method: str,
        key: str,
        body: memoryview | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        *,
        stream: bool = False,
    ) -> BaseHTTPResponse:
        """One request about ``key``; its answer, or the error it stands for."""
        with self._translated(key):
            return self._client()._execute(
                method,
                self.bucket.name,
                self.name(key),
                body=cast(bytes, body),
                headers=_loose(headers or {}),
                query_params=_loose(query or {}),
                preload_content=not stream,
            )

    def put(self, key: str, body: memoryview, headers: Mapping[str, str], sha256: str = "") -> str:
        """Put ``body`` in one request: the object's ETag, or the error it stands for. ``sha256``: of it, if known."""
        with self._translated(key):
            digest = sha256 or hashlib.sha256(body).hexdigest()
            etag = self.direct.put(Put(self.name(key), body, headers, digest))
        return etag or self.ask("PUT", key, body, headers).headers["ETag"]

    def told(
        self,
        method: str,
        key: str | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request whose refusal is an answer too (``key`` None: about the bucket); no answer is an error still."""
        with self._translated(key or ""):
            try:
                said = self._client()._execute(
                    method,
                    self.bucket.name,
                    None if key is None else self.name(key),
                    body=body,
                    headers=_loose(headers or {}),
                    query_params=_loose(query or {}),
                )
            except S3Error as refused:
                return Answer(refused.response.status, refused.code or "refused", refused.response.headers, b"")
        return Answer(said.status, "", said.headers, said.data)

    def begin(self, key: str, headers: Mapping[str, str]) -> str:
        """Begin an upload in parts: its name. ``headers`` are for the object it becomes."""
        with self._translated(key):
            return self._client()._create_multipart_upload(self.bucket.name, self.name(key), _loose(headers))

    def complete(self, key: str, upload: str, tags: list[str], condition: dict[str, str]) -> None:
        """Make one object of an upload's parts (``tags``: what the service called each) if ``condition`` holds."""
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in enumerate(tags, 1)
        )
        body = memoryview(f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode())
        headers = checked(body) | {"Content-Type": "application/xml"} | condition
        answer = self.ask("POST", key, body, headers, {"uploadId": upload})
        if b"<Error>" in answer.data:  # S3 may say 200 first and find out afterwards
            with self._translated(key):
                raise S3Error.fromxml(answer)

    def listed(self, prefix: str, *, deep: bool) -> Iterator[str]:
        """Keys that begin with ``prefix``, in the service's own order; unless ``deep``, folders (``…/``) for theirs."""
        start = len(self.name(""))
        found = self._client().list_objects(self.bucket.name, prefix=self.name(prefix), recursive=deep)
        with self._translated(prefix):
            for item in found:
                name = str(item.object_name)
                if not (deep and name.endswith("/")):  # a marker of an empty folder
                    yield name[start:]

    def versions_page(self, key: str, key_mark: str, version_mark: str) -> bytes:
        """One page of the versions of keys that begin with ``key``, as XML; the marks go on after a page before."""
        query = {"versions": "", "prefix": self.name(key), "max-keys": "100"}
        marks = {"key-marker": key_mark, "version-id-marker": version_mark}
        with self._translated(key):
            asked = _loose(query | {name: mark for name, mark in marks.items() if mark})
            return bytes(self._client()._execute("GET", self.bucket.name, query_params=asked).data)

    def create(self) -> bool:
        """Make the bucket, with object lock where a retention is asked for; False when it was there."""
        with self._translated(""):
            if self._client().bucket_exists(self.bucket.name):
                return False
            self._client().make_bucket(self.bucket.name, self.bucket.region, object_lock=self.bucket.retention > 0)
        return True

    def size(self, key: str) -> int:
        """How many bytes ``key`` has; ``NotFound``. A refused HEAD has no words: the bucket is asked why."""
        try:
            return int(self.ask("HEAD", key).headers["Content-Length"])
        except StoreUnavailable:
            self.check()
            raise

    def check(self) -> None:
        """Ask for one key: ``StoreUnavailable`` says why the bucket cannot be used."""
        with self._translated(""):
            query: _Headers = {"list-type": "2", "max-keys": "1", "delimiter": "", "prefix": self.name("")}
            self._client()._execute("GET", self.bucket.name, query_params=query)

    def copy_to(self, prefix: str, folder: Path) -> None:
        """Copy every object below ``prefix`` into ``folder``, by the SDK's own means."""
        for key in list(self.listed(prefix, deep=True)):
            with self._translated(key):
                self._client().fget_object(self.bucket.name, self.name(key), str(folder / key))

    def name(self, key: str) -> str:
        """The object's whole name in the bucket."""
        return f"{self.bucket.prefix}/{key}" if self.bucket.prefix else key

    @property
    def direct(self) -> DirectPuts:
        """The way of small puts, of which only a plain yes is an answer."""
        return self._connections()[1]

    def _client(self) -> Minio:
        return self._connections()[0]

    def _connections(self) -> tuple[Minio, DirectPuts]:
        """This process's: a child must not use its parent's."""
        if self._connected is None or self._connected[0] != os.getpid():
            client = _connected(self.bucket, self._keys)
            self._connected = os.getpid(), client, DirectPuts(client, self.bucket.name, _authorities())
        return self._connected[1:]

    @contextlib.contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        place = str(self.bucket)
        try:
            yield
        except S3Error as error:
            raise refusal(place, key, error.code or "", error.response.status) from error
        except ServerError as error:
            raise refusal(place, key, "", error.status_code) from error
        except (InvalidResponseError, ParseError) as error:
            raise not_s3(place, getattr(error, "_code", "200")) from error
        except (HTTPError, OSError) as error:
            raise silent(place, _reason(error)) from error


class Flow:
    """An answer that is still arriving."""

    def __init__(self, answer: BaseHTTPResponse, place: str) -> None:
        self._answer, self._place = answer, place
        self.size, self.etag = int(answer.headers["Content-Length"]), answer.headers["ETag"]

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes and at least one."""
        try:
            if data := self._answer.read(size):
                return bytes(data)
        except (HTTPError, OSError) as error:
            raise silent(self._place, _reason(error)) from error
        raise silent(self._place, "คำตอบขาดตอน")

    def close(self) -> None:
        """Let the connection go."""
        if self._answer.length_remaining:
            self._answer.close()  # dropping the connection is quicker than reading the rest
        self._answer.release_conn()


def _connected(bucket: Bucket, keys: Keys) -> Minio:
    pool = PoolManager(
        maxsize=64,
        retries=_RETRIES,
        timeout=Timeout(connect=5, read=60),
        cert_reqs="CERT_REQUIRED",
        ca_certs=_authorities(),
    )
    return Minio(bucket.endpoint, keys.key, keys.secret, secure=bucket.secure, region=bucket.region, http_client=pool)


def _authorities() -> str:
    """The file of those whose word on a service's name is taken."""
    return os.environ.get("SSL_CERT_FILE") or certifi.where()


def checked(body: memoryview) -> dict[str, str]:
    """What lets the service find out whether ``body`` arrived as it was sent."""
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    return {"Content-MD5": base64.b64encode(digest).decode(), "Content-Type": "application/octet-stream"}


def _loose(headers: Mapping[str, str]) -> _Headers:
    """A copy of the type that the SDK asks for (it adds to it)."""
    return dict(headers)


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, MaxRetryError) else error
    known: dict[type[Exception], str] = {SSLError: "ใบรับรอง TLS ใช้ไม่ได้", TimeoutError: "หมดเวลารอ"}
    said = next((text for kind, text in known.items() if isinstance(cause, kind)), "เชื่อมต่อไม่ได้หรือขาดตอน")
    return f"{said}: {type(cause).__name__}"
