"""The store's contract, run against every store. To add one: a fixture that makes it, and its name in ``STORES``."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Thread
from typing import BinaryIO, cast

import pytest
from s3server import S3Server

from docservice.errors import Conflict, FixityBroken, InputRefused, NotFound
from storage.address import Bucket
from storage.bucket import S3Store
from storage.local import LocalStore
from storage.store import Store

STORES = ["local_store", "s3_store"]


@pytest.fixture
def local_store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def s3_store(s3_server: S3Server, s3_bucket: Bucket) -> S3Store:
    return S3Store(s3_bucket, s3_server.app)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.getfixturevalue(request.param)
    return made


def read(store: Store, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_what_was_put_is_read_back(store: Store) -> None:
    blob = store.put("2562/24/คำสั่ง.pdf", b"paper")
    assert read(store, "2562/24/คำสั่ง.pdf") == b"paper"
    assert (blob.key, blob.size, blob.sha256) == ("2562/24/คำสั่ง.pdf", 5, sha256(b"paper"))
    assert blob.sha512 == hashlib.sha512(b"paper").hexdigest()


def test_an_empty_file_is_a_file(store: Store) -> None:
    store.put("empty", b"")
    found = store.stat("empty")
    assert found is not None
    assert (found.key, found.size, read(store, "empty")) == ("empty", 0, b"")


def test_a_file_opened_from_a_path_is_stored_from_where_it_stands(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"0123456789")
    with source.open("rb") as stream:
        stream.seek(4)
        assert store.put("part", stream).size == 6
    assert read(store, "part") == b"456789"


def test_the_same_bytes_again_are_welcome(store: Store) -> None:
    assert store.put("a/b", b"same") == store.put("a/b", io.BytesIO(b"same"))


def test_other_bytes_are_a_conflict_and_change_nothing(store: Store) -> None:
    store.put("a/b", b"first")
    with pytest.raises(Conflict, match="a/b"):
        store.put("a/b", b"other")
    with pytest.raises(Conflict):
        store.put("a/b", b"")
    assert read(store, "a/b") == b"first"


def test_of_eight_writers_of_one_key_one_wins_and_the_others_hear_of_it(store: Store) -> None:
    for turn in range(4 if isinstance(store, S3Store) else 12):  # SeaweedFS lets the losers wait for seconds
        outcome = _race(store, f"race/{turn}", [b"%d" % writer * 50_000 for writer in range(8)])
        assert outcome == {"won": 1, "conflict": 7}
        assert len(set(read(store, f"race/{turn}"))) == 1


def test_eight_writers_of_the_same_bytes_all_succeed(store: Store) -> None:
    assert _race(store, "race/same", [b"same" * 50_000] * 8) == {"won": 8}


def _race(store: Store, key: str, contents: list[bytes]) -> Counter[str]:
    start = Barrier(len(contents))

    def write(data: bytes) -> str:
        start.wait()
        try:
            store.put(key, io.BytesIO(data))
        except Conflict:
            return "conflict"
        assert read(store, key) == data
        return "won"

    with ThreadPoolExecutor(len(contents)) as pool:
        return Counter(pool.map(write, contents))


def test_a_big_stream_passes_without_being_held_in_memory(store: Store) -> None:
    size = 48 * 1024 * 1024
    tracemalloc.start()
    try:
        assert store.put("big", cast(BinaryIO, _Zeros(size))).size == size
        assert tracemalloc.get_traced_memory()[1] < size / 4
    finally:
        tracemalloc.stop()


class _Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "read to its end in one go"
        given = min(size, self._left)
        self._left -= given
        return bytes(given)


def test_a_stream_that_fails_leaves_nothing(store: Store) -> None:
    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise InputRefused("สแกนเนอร์หยุดทำงาน")

    with pytest.raises(InputRefused):
        store.put("a/b", cast(BinaryIO, Failing()))
    assert list(store.list("")) == []
    assert store.stat("a/b") is None


def test_what_was_never_put_is_not_found(store: Store) -> None:
    store.put("folder/file", b"x")
    assert store.stat("absent") is None
    assert store.stat("folder") is None
    for key in ("absent", "folder", "folder/file/below"):
        with pytest.raises(NotFound, match=key):
            store.open(key)


def test_list_gives_every_key_with_the_prefix_in_the_order_of_bytes(store: Store) -> None:
    keys = ["a-b/1", "a/1", "a/2/3", "a0", "ab", "ก/ข", "ก/ฮ.pdf"]
    for key in reversed(keys):
        store.put(key, key.encode())
    assert list(store.list("")) == keys
    assert list(store.list("a")) == keys[:5]
    assert list(store.list("a/")) == ["a/1", "a/2/3"]
    assert list(store.list("a/2")) == ["a/2/3"]
    assert list(store.list("ก/ฮ")) == ["ก/ฮ.pdf"]
    assert list(store.list("z/")) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "./a",
        "a\\b",
        "a\nb",
        "a\x00",
        " a",
        "a /b",
        "ก" * 86,
        "a/" * 600 + "a",
    ],
)
def test_a_key_that_some_store_could_not_keep_is_refused(store: Store, key: str) -> None:
    with pytest.raises(InputRefused):
        store.put(key, b"x")
    assert list(store.list("")) == []


def test_replace_swaps_only_what_is_expected(store: Store) -> None:
    store.replace("inventory", b"one", expected=None)
    blob = store.replace("inventory", b"two", expected=sha256(b"one"))
    assert (blob.sha256, read(store, "inventory")) == (sha256(b"two"), b"two")
    for expected in (None, sha256(b"one")):
        with pytest.raises(Conflict, match="inventory"):
            store.replace("inventory", b"three", expected=expected)
    assert read(store, "inventory") == b"two"


def test_replace_by_what_is_there_already_does_nothing(store: Store) -> None:
    store.replace("inventory", b"one", expected=None)
    assert store.replace("inventory", b"one", expected=None).sha256 == sha256(b"one")


def test_replace_of_an_absent_key_that_was_expected_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        store.replace("inventory", b"one", expected=sha256(b"zero"))
    assert store.stat("inventory") is None


def test_replace_never_touches_what_was_put(store: Store) -> None:
    store.put("written-once", b"one")
    with pytest.raises(Conflict):
        store.replace("written-once", b"two", expected=sha256(b"one"))
    assert read(store, "written-once") == b"one"


def test_put_never_touches_what_is_replaced(store: Store) -> None:
    store.replace("inventory", b"one", expected=None)
    with pytest.raises(Conflict):
        store.put("inventory", b"two")


def test_of_eight_swaps_of_one_key_one_wins(store: Store) -> None:
    store.replace("inventory", b"start", expected=None)
    start = Barrier(8)

    def swap(number: int) -> str:
        start.wait()
        try:
            store.replace("inventory", b"%d" % number, expected=sha256(b"start"))
        except Conflict:
            return "conflict"
        return "won"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(swap, range(8))) == {"won": 1, "conflict": 7}


def test_one_holder_at_a_time(store: Store) -> None:
    inside: list[str] = []

    def work(name: str) -> None:
        with store.hold("2562/24/2401/leader-0007"):
            inside.append("in")
            store.put(f"2562/24/2401/leader-0007/{name}", b"x" * 100_000)
            inside.append("out")

    threads = [Thread(target=work, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == ["in", "out"] * 6


def test_a_hold_ends_with_an_error_inside_it(store: Store) -> None:
    with pytest.raises(RuntimeError), store.hold("a"):
        raise RuntimeError
    with store.hold("a"):
        store.put("a/b", b"x")


# Mending


def test_wrong_bytes_are_mended_and_kept_aside(store: Store) -> None:
    store.put("a/b", b"wrong")
    aside = store.mend("a/b", io.BytesIO(b"right"), hashlib.sha512(b"right").hexdigest(), replaceable=False)
    assert aside
    assert read(store, "a/b") == b"right"
    assert list(store.list("")) == ["a/b"]
    with pytest.raises(Conflict):
        store.put("a/b", b"wrong")
    with pytest.raises(Conflict):
        store.replace("a/b", b"wrong", expected=sha256(b"right"))


def test_what_is_missing_is_put_back_in_any_size(store: Store) -> None:
    data = bytes(range(256)) * 40_000
    assert store.mend("a/b", io.BytesIO(data), hashlib.sha512(data).hexdigest(), replaceable=False) == ""
    assert store.mend("a/b", io.BytesIO(data), hashlib.sha512(data).hexdigest(), replaceable=False) != ""
    assert read(store, "a/b") == data


@pytest.mark.parametrize("size", [5, 9_000_000])
def test_a_copy_that_is_not_what_was_filed_mends_nothing(store: Store, size: int) -> None:
    store.put("a/b", b"wrong")
    with pytest.raises(FixityBroken):
        store.mend("a/b", io.BytesIO(b"x" * size), hashlib.sha512(b"right").hexdigest(), replaceable=False)
    assert read(store, "a/b") == b"wrong"


def test_a_mended_inventory_is_replaced_as_before(store: Store) -> None:
    store.replace("inventory", b"wrong", expected=None)
    store.mend("inventory", io.BytesIO(b"one"), hashlib.sha512(b"one").hexdigest(), replaceable=True)
    store.replace("inventory", b"two", expected=sha256(b"one"))
    assert read(store, "inventory") == b"two"
