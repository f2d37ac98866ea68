"""Folders that begin in a bucket, alone and many beside each other."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from socket import SHUT_RDWR
from urllib.parse import urlsplit

import pytest
from minio.credentials import Credentials
from minio.helpers import quote
from minio.signer import sign_v4_s3
from s3server import S3Server
from tls_wire import tls
from wire import Wire

from docservice.errors import Conflict, InputRefused, StoreUnavailable
from storage.address import Bucket
from storage.bucket import OWN, PART, S3Store
from storage.bucket_planting import AT_ONCE
from storage.signing import signed_head
from storage.store import Beginning, Leaf, Tree, Trees

BEGINNING = Beginning("0=begun", b"begun\n", until="z")
MANY = AT_ONCE + 9


def tree(key: str) -> Tree:
    claim, ended = Leaf(b"claim", turn=1), Leaf(key.encode(), replaceable=True, turn=2)
    return Tree(
        BEGINNING, {"ก": Leaf(key.encode()), "b/c": Leaf(b"x" * 100_000), "claim": claim, "y": ended, "z": ended}
    )


FILES = ["0=begun", "b/c", "claim", "y", "z", "ก"]


def trees(*keys: str) -> Trees:
    return {key: partial(tree, key) for key in keys}


def keys(count: int, folder: str = "k") -> list[str]:
    return [f"{folder}/{n:03d}" for n in range(count)]


def there(store: S3Store) -> list[str]:
    return [key for key in store.list("") if not key.startswith("extensions/")]


def whole(*keys: str) -> list[str]:
    return [f"{key}/{name}" for key in sorted(keys) for name in FILES]


@pytest.fixture
def store(s3_server: S3Server, s3_bucket: Bucket) -> S3Store:
    return S3Store(s3_bucket, s3_server.app, lease=3600)  # who stands still keeps what it holds


@pytest.fixture(params=[1, MANY])
def wanted(request: pytest.FixtureRequest) -> list[str]:
    return keys(request.param)


def test_they_stand_with_all_their_files_and_no_lock_is_left(store: S3Store, wanted: list[str]) -> None:
    assert store.plant(trees(*wanted)) == set(wanted)

    assert there(store) == whole(*wanted)
    with store.open(f"{wanted[-1]}/ก") as stream:
        assert stream.read() == wanted[-1].encode()
    assert store.stat(f"{wanted[-1]}/b/c") is not None
    assert [key for key in store._s3.listed(OWN, deep=True) if not key.endswith("/probe")] == []
    with store.hold(wanted[0], BEGINNING, begins=True) as first:
        assert not first


@pytest.mark.parametrize("many", [False, True])
def test_each_file_comes_after_those_of_the_turns_before(
    store: S3Store, s3_server: S3Server, s3_bucket: Bucket, *, many: bool
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def look(step: str) -> None:
        seen.append((step, [key for key in there(store) if key.startswith("a/")]))

    wanted = ["a", "b"] if many else ["a"]
    S3Store(s3_bucket, s3_server.app, steps=look).plant(trees(*wanted))

    assert len(seen) == 6 * len(wanted)
    assert seen[0] == ("beginning", [])
    for step, found in seen:  # of both folders, which go side by side
        if "a/claim" in found:
            assert {"a/0=begun", "a/b/c", "a/ก"} <= set(found), step
        if {"a/y", "a/z"} & set(found):
            assert "a/claim" in found, step
        assert not found or "a/0=begun" in found, step


def test_what_may_be_replaced_may_and_what_is_written_once_may_not(store: S3Store, wanted: list[str]) -> None:
    store.plant(trees(*wanted))
    key = wanted[0]
    blob = store.replace(f"{key}/z", b"other", expected=store.put(f"{key}/z", key.encode()).sha256)
    assert blob.size == 5
    with pytest.raises(Conflict):
        store.put(f"{key}/claim", b"other")


def test_where_something_has_begun_nothing_is_put(store: S3Store, wanted: list[str]) -> None:
    with store.hold(wanted[0], BEGINNING, begins=True):
        store.put(f"{wanted[0]}/z", b"another's")

    assert store.plant(trees(*wanted)) == set(wanted[1:])

    assert there(store) == [f"{wanted[0]}/0=begun", f"{wanted[0]}/z", *whole(*wanted[1:])]


def test_of_many_who_put_the_same_folders_each_is_put_by_one(s3_server: S3Server, s3_bucket: Bucket) -> None:
    wanted = keys(30)
    stores = [S3Store(s3_bucket, s3_server.app, lease=3600) for _ in range(3)]
    orders = [wanted, wanted[::-1], wanted[15:] + wanted[:15]]
    with ThreadPoolExecutor(len(stores)) as threads:
        stood = list(threads.map(lambda store, order: store.plant(trees(*order)), stores, orders))

    assert sorted(key for each in stood for key in each) == wanted
    assert there(stores[0]) == whole(*wanted)


def test_a_tree_that_cannot_be_made_leaves_nothing_and_keeps_no_other_away(store: S3Store, wanted: list[str]) -> None:
    def refused() -> Tree:
        raise InputRefused("ไฟล์หาย", "ตรวจไฟล์", english="gone")

    large = Tree(BEGINNING, {"a": Leaf(bytes(PART))})
    on_disk = Tree(BEGINNING, {"a": Leaf(Path(__file__))})
    odd: Trees = {"a": refused, "l": lambda: large, "p": lambda: on_disk}

    assert store.plant({**odd, **trees(*wanted)}) == set(wanted)
    assert store.plant({"a": refused}) == frozenset()

    assert there(store) == whole(*wanted)


@pytest.mark.parametrize("lost", [1, 3])
def test_answers_that_are_lost_lose_no_file(
    far: S3Store, cable: Wire, store: S3Store, wanted: list[str], lost: int
) -> None:
    far.put("probe", b"")
    cable.cut_answers(*[0] * lost)
    assert far.plant(trees(*wanted)) == set(wanted)
    cable.cut_answers()
    assert there(store) == [*whole(*wanted), "probe"]


def test_a_service_that_goes_away_is_told_and_what_was_begun_is_free(
    far: S3Store, cable: Wire, store: S3Store, wanted: list[str]
) -> None:
    far.put("probe", b"")
    cable.close()
    with pytest.raises(StoreUnavailable):
        far.plant(trees(*wanted))
    assert store.plant(trees(*wanted)) == set(wanted)


def test_a_service_that_goes_away_in_the_middle_leaves_what_the_next_holder_can_take(
    s3_server: S3Server, s3_bucket: Bucket, cable: Wire
) -> None:
    wanted, steps = keys(MANY), count(1)

    def cut(_step: str) -> None:
        if next(steps) == 3 * MANY:
            cable.close()

    far = S3Store(replace(s3_bucket, endpoint=cable.endpoint), s3_server.app, steps=cut)
    stood: frozenset[str] = frozenset()
    with suppress(StoreUnavailable):
        stood = far.plant(trees(*wanted))

    near = S3Store(s3_bucket, s3_server.app, lease=0.3)
    assert stood < set(wanted)
    assert set(whole(*stood)) <= set(there(near))
    for key in set(wanted) - stood:
        with near.hold(key, BEGINNING, begins=True):
            pass


def test_a_folder_that_fails_half_way_is_free_for_the_next(
    s3_server: S3Server, s3_bucket: Bucket, store: S3Store, wanted: list[str]
) -> None:
    """At its claim somebody has put other bytes, who held nothing."""
    store.put(f"{wanted[0]}/claim", b"another's")
    assert store.plant(trees(*wanted)) == set(wanted[1:])
    with S3Store(s3_bucket, s3_server.app, lease=3600).hold(wanted[0], BEGINNING, begins=True) as first:
        assert not first


def test_behind_tls(
    s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: list[str]
) -> None:
    with tls(s3_server.endpoint, tmp_path) as (endpoint, certificate):
        bucket = replace(s3_bucket, endpoint=endpoint, secure=True)
        with pytest.raises(StoreUnavailable, match="TLS"):
            S3Store(bucket, s3_server.app).plant(trees(*wanted))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert S3Store(bucket, s3_server.app).plant(trees(*wanted)) == set(wanted)
    assert there(S3Store(s3_bucket, s3_server.app)) == whole(*wanted)


def test_connections_that_the_service_closed_meanwhile_are_not_asked(store: S3Store, wanted: list[str]) -> None:
    store.plant(trees(*wanted))
    kept = list(store._s3.direct._idle)
    assert kept
    for connection in kept:
        connection.sock.shutdown(SHUT_RDWR)

    assert store.plant(trees(*keys(MANY, "more"))) == set(keys(MANY, "more"))
    assert store.put("one", b"x").size == 1
    assert not set(kept) & set(store._s3.direct._idle)


def test_a_fork_of_one_who_put_some_puts_others(
    store: S3Store, wanted: list[str], in_child: Callable[[Callable[[], object]], int]
) -> None:
    store.plant(trees(*wanted))

    def others() -> None:
        os._exit(store.plant(trees(*keys(MANY, "other"))) != set(keys(MANY, "other")))

    assert in_child(others) == 0
    assert store.plant(trees(*keys(2, "more"))) == set(keys(2, "more"))


def test_a_put_is_signed_as_the_sdk_signs_it() -> None:
    draw = random.Random(3)  # noqa: S311  nothing secret
    letters = "abc/ๆก 0=_.~+%&?#:"
    for token in (None, "session"):
        credentials = Credentials("access", "secret/+", token)
        for turn in range(200):
            moment = datetime(2019, 1, 1 + turn % 28, 9, 30, turn % 60, tzinfo=UTC)
            name = "".join(draw.choice(letters) for _ in range(draw.randrange(1, 40)))
            url = urlsplit("http://127.0.0.1:9000")._replace(path=f"/docs/{quote(name)}")
            said = {"x-amz-meta-said": ' {"a":  1, "b": "c"} ', "content-md5": "x==", "host": url.netloc}
            head = signed_head(credentials, "th", url.path, said, "ab" * 32, f"{moment:%Y%m%dT%H%M%SZ}")
            sdk = {**said, "x-amz-content-sha256": "ab" * 32, "x-amz-date": f"{moment:%Y%m%dT%H%M%SZ}"}
            sdk |= {"x-amz-security-token": token} if token else {}
            signed = sign_v4_s3(
                method="PUT", url=url, region="th", headers=dict(sdk), credentials=credentials,
                content_sha256="ab" * 32, date=moment,
            )  # fmt: skip
            assert f"authorization:{signed['Authorization']}\r\n\r\n".encode() in head
            assert head.startswith(f"PUT {url.path} HTTP/1.1\r\n".encode())
