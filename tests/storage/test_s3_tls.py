"""A bucket behind TLS: what is put arrives, and a service that nobody vouches for gets nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from s3server import S3Server
from tls_wire import tls

from docservice.errors import Conflict, StoreUnavailable
from storage.address import Bucket
from storage.bucket import PART, S3Store
from storage.store import Beginning


@pytest.fixture
def behind(s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path) -> Iterator[tuple[S3Store, Path]]:
    with tls(s3_server.endpoint, tmp_path) as (endpoint, certificate):
        yield S3Store(replace(s3_bucket, endpoint=endpoint, secure=True), s3_server.app), certificate


def _read(store: S3Store, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def test_files_of_any_size_are_put_replaced_and_read(
    behind: tuple[S3Store, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, certificate = behind
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for size in (0, 1, 1500, 64 * 1024, 64 * 1024 + 1, 200_000, PART + 1):
        data = os.urandom(size)
        assert store.put(f"ก/{size}", data).sha512 == hashlib.sha512(data).hexdigest()
        assert _read(store, f"ก/{size}") == data
    first = store.replace("inventory", b"one", expected=None).sha256
    store.replace("inventory", b"two", expected=first)
    assert _read(store, "inventory") == b"two"
    with pytest.raises(Conflict):
        store.put("ก/1", b"something else")
    with store.hold("a", Beginning("0=begun", b"", until="z"), begins=True):
        store.put("a/z", b"x")


def test_a_service_that_nobody_vouches_for_gets_nothing(
    behind: tuple[S3Store, Path], s3_server: S3Server, s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = behind
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(StoreUnavailable, match="TLS"):
        store.put("a", b"x")
    assert list(S3Store(s3_bucket, s3_server.app).list("")) == []
