"""What only a store in a bucket has to prove: refusals in words, broken connections."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from threading import Thread
from typing import BinaryIO, cast

import minio.time
import pytest
from s3server import BUCKET, S3Server
from wire import Wire

from docservice.errors import Conflict, InputRefused, StoreUnavailable
from storage.address import Bucket, Keys
from storage.bucket import OWN, PART, S3Store

BIG = os.urandom(PART + 100_000)


@pytest.fixture
def store(s3_server: S3Server, s3_bucket: Bucket) -> S3Store:
    return S3Store(s3_bucket, s3_server.app)


def read(store: S3Store, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


# Refusals


def refused(bucket: Bucket, keys: Keys) -> str:
    """What is said of a store that cannot be used: the same, whatever is asked of it first."""
    acts: list[Callable[[S3Store], object]] = [
        lambda store: store.put("a", b"x"),
        lambda store: store.replace("a", b"x", expected=None),
        lambda store: store.open("a"),
        lambda store: list(store.list("")),
        lambda store: store.hold("a").__enter__(),
        lambda store: store.check(),
    ]
    said = set()
    for act in acts:
        with pytest.raises(StoreUnavailable) as error:
            act(S3Store(bucket, keys))
        assert error.value.remedy
        assert error.value.english
        said.add(str(error.value))
    with pytest.raises(StoreUnavailable):  # a HEAD is answered without a reason
        S3Store(bucket, keys).stat("a")
    (sentence,) = said
    return sentence


def test_a_wrong_secret_is_named_by_its_setting_and_never_shown(s3_server: S3Server, s3_bucket: Bucket) -> None:
    for keys in (Keys("app", "not-the-secret"), Keys("nobody", "not-the-secret")):
        said = refused(s3_bucket, keys)
        assert "DOCSERVICE_STORE_SECRET" in said
        assert "not-the-secret" not in said


def test_a_bucket_that_is_not_there_is_not_an_empty_one(s3_server: S3Server) -> None:
    said = refused(s3_server.bucket(name="nothing-here"), s3_server.admin)
    assert "ไม่มี bucket" in said
    assert "docservice store create" in said


def test_a_bucket_of_somebody_else_is_said_to_be(s3_server: S3Server) -> None:
    assert "ไม่มีสิทธิ์" in refused(s3_server.bucket(name="not-ours"), s3_server.app)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_wrong_is_named(
    s3_server: S3Server, s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    now = minio.time.utcnow
    monkeypatch.setattr("minio.time.utcnow", lambda: now() + timedelta(hours=hours))
    said = refused(s3_bucket, s3_server.app)
    assert "นาฬิกา" in said
    assert "timedatectl" in said
    with pytest.raises(StoreUnavailable, match="นาฬิกา"):
        S3Store(s3_bucket, s3_server.app).probe()


def test_who_may_only_read_reads_and_is_told_so_when_writing(
    s3_server: S3Server, s3_bucket: Bucket, store: S3Store
) -> None:
    store.put("a", b"x")
    auditor = S3Store(s3_bucket, s3_server.reader)
    assert read(auditor, "a") == b"x"
    assert list(auditor.list("")) == ["a"]
    with pytest.raises(StoreUnavailable, match="ไม่มีสิทธิ์"):
        auditor.put("b", b"x")


def test_an_endpoint_where_nobody_listens_does_not_answer(s3_server: S3Server, s3_bucket: Bucket) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer there
        taken.bind(("127.0.0.1", 0))
        silent = replace(s3_bucket, endpoint=f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(StoreUnavailable, match="ไม่ตอบ") as error:
            S3Store(silent, s3_server.app).put("a", b"x")
    assert silent.endpoint in error.value.message


def test_an_endpoint_that_speaks_something_else_is_said_to(s3_server: S3Server, s3_bucket: Bucket) -> None:
    page = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nnone"
    with _answering(page) as endpoint:
        other = replace(s3_bucket, endpoint=endpoint)
        with pytest.raises(StoreUnavailable, match="ไม่ใช่บริการ S3"):
            S3Store(other, s3_server.app).put("a", b"x")


def test_a_service_that_does_not_keep_write_once_is_not_written_to(s3_server: S3Server, s3_bucket: Bucket) -> None:
    with _answering(b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n') as endpoint:
        lax = replace(s3_bucket, endpoint=endpoint)
        with pytest.raises(StoreUnavailable, match="เขียนครั้งเดียว"):
            S3Store(lax, s3_server.app).put("a", b"x")


@contextlib.contextmanager
def _answering(answer: bytes) -> Iterator[str]:
    """An endpoint that says the same to each whole request, over as many connections as are made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_accept, args=(server, answer), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _accept(server: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            Thread(target=_answer, args=(server.accept()[0], answer), daemon=True).start()


def _answer(client: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError), client, client.makefile("rb") as requests:
        while head := list(takewhile(lambda line: line not in {b"", b"\r\n"}, iter(requests.readline, None))):
            lengths = (line.partition(b":")[2] for line in head if line.lower().startswith(b"content-length:"))
            requests.read(int(next(lengths, b"0")))
            client.sendall(answer)


# Connections that break


def test_a_file_is_read_on_where_the_connection_broke(far: S3Store, cable: Wire) -> None:
    far.put("a", BIG)
    cable.cut_answers(300_000, 2_000_000)
    assert read(far, "a") == BIG


def test_a_connection_that_keeps_breaking_is_an_error_and_never_a_short_file(far: S3Store, cable: Wire) -> None:
    far.put("a", BIG)
    cable.cut_answers(4_000_000, *[0] * 100)
    with far.open("a") as stream:
        stream.read(1000)
        with pytest.raises(StoreUnavailable, match="ไม่ตอบ"):
            stream.read()


def test_a_file_that_changes_while_it_is_read_is_an_error_and_never_a_mixture(
    store: S3Store, far: S3Store, cable: Wire
) -> None:
    first = store.replace("a", BIG, expected=None).sha256
    cable.cut_answers(4_000_000)
    with far.open("a") as stream:
        stream.read(1000)
        store.replace("a", BIG[::-1], expected=first)  # not by the wire: what is lost there is the reader's
        with pytest.raises(StoreUnavailable, match="เปลี่ยนไประหว่างอ่าน"):
            stream.read()


@pytest.mark.parametrize("data", [b"small", BIG], ids=["small", "in-parts"])
def test_a_put_whose_answers_are_lost_is_done_once_and_known_to_be(far: S3Store, cable: Wire, data: bytes) -> None:
    far.put("first", b"x")
    for lost in range(5):
        cable.cut_answers(*([10_000] * lost), 0)
        assert far.put(f"a/{lost}", io.BytesIO(data)).size == len(data)
        cable.cut_answers()
        assert read(far, f"a/{lost}") == data


def test_a_swap_whose_answer_is_lost_is_known_to_be_ours(far: S3Store, cable: Wire) -> None:
    first = far.replace("inventory", b"one", expected=None).sha256
    cable.cut_answers(1_000, 0)  # the first answer is of the read before the swap
    far.replace("inventory", b"two", expected=first)
    assert read(far, "inventory") == b"two"


@pytest.mark.parametrize("data", [b"right" * 1000, b"right" * 4_000_000], ids=["small", "in-parts"])
def test_bytes_that_do_not_arrive_as_they_were_sent_are_refused(far: S3Store, cable: Wire, data: bytes) -> None:
    far.put("first", b"x")
    cable.spoil(b"wrong", b"right")
    with pytest.raises(StoreUnavailable):
        far.put("a", data)
    assert far.stat("a") is None


def test_a_stream_that_fails_after_many_bytes_leaves_nothing_behind(store: S3Store, s3_server: S3Server) -> None:
    class Failing(io.RawIOBase):
        left = PART // 1024 // 1024 + 2

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            if self.left == 0:
                raise InputRefused("สแกนเนอร์หยุดทำงาน")
            return bytes(size)

    with pytest.raises(InputRefused):
        store.put("a", cast(BinaryIO, Failing()))
    assert store.stat("a") is None
    uploads = s3_server.client()._list_multipart_uploads(BUCKET).uploads
    assert not [upload for upload in uploads if upload.object_name.startswith(store.bucket.prefix)]


# Reading and listing


def test_a_file_is_read_from_any_place(store: S3Store) -> None:
    store.put("a", BIG)
    with store.open("a") as stream:
        assert stream.seekable()
        for place, size in ((5_000_000, 10), (0, 3), (len(BIG) - 5, 100), (PART - 2, 4)):
            stream.seek(place)
            assert stream.read(size) == BIG[place : place + size]
        assert stream.seek(0, io.SEEK_END) == len(BIG)
        assert stream.read() == b""


@pytest.mark.parametrize("name", ["a+b %41&?#é=;~'()*!.pdf", '<ก>&amp;"๒".pdf', "รูป ๑ 😀.jpg", "ก" * 85])
def test_a_name_with_signs_that_urls_and_xml_read_otherwise_is_kept(store: S3Store, name: str) -> None:
    store.put(f"x/{name}", b"x")
    assert list(store.list("")) == [f"x/{name}"]
    assert list(store.list(f"x/{name[:2]}")) == [f"x/{name}"]
    assert read(store, f"x/{name}") == b"x"


def test_more_keys_than_are_sorted_at_once_come_in_order_too(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(s3_bucket, s3_server.app, listed=3)
    keys = ["a-b/1", "a-b/2/1", "a-b/2/2", "a-b/2/3", "a-b/2/4", "a/1", "a/2/3", "a0", "ab", "ก/ข", "ก/ฮ.pdf"]
    for key in reversed(keys):
        store.put(key, b"")
    assert list(store.list("")) == keys
    assert list(store.list("a")) == keys[:9]
    assert list(store.list("a-b/2/")) == keys[1:5]


def test_the_stores_own_folder_is_not_part_of_the_store(store: S3Store, s3_server: S3Server) -> None:
    with store.hold("2562/24/2401/leader-0007"):
        store.put("a", b"x")
    assert list(store.list("")) == ["a"]
    assert list(store.list("ext")) == []
    with pytest.raises(InputRefused):
        store.put(f"{OWN}/b", b"x")
    inside = s3_server.client().list_objects(BUCKET, prefix=f"{store.bucket.prefix}/{OWN}/")
    assert not [item for item in inside if "leader" in str(item.object_name)]


def test_two_stores_in_one_bucket_do_not_see_each_other(s3_server: S3Server, s3_bucket: Bucket) -> None:
    one, two = (S3Store(s3_server.bucket(f"{s3_bucket.prefix}/{name}"), s3_server.app) for name in ("a", "ab"))
    one.put("x", b"1")
    two.put("x", b"2")
    assert (list(one.list("")), read(one, "x"), read(two, "x")) == (["x"], b"1", b"2")


def test_a_child_process_uses_connections_of_its_own(store: S3Store, in_child: Callable[..., int]) -> None:
    store.put("a", b"parent")

    def child() -> None:
        for _ in range(20):
            assert read(store, "a") == b"parent"

    for _ in range(2):
        assert in_child(child) == 0
        assert read(store, "a") == b"parent"


# Encryption and retention


def test_the_service_is_asked_to_encrypt(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(replace(s3_bucket, encrypted=True), s3_server.app)
    store.put("small", b"x")
    store.put("big", BIG)
    store.replace("inventory", b"x", expected=None)
    for key in ("small", "big", "inventory"):
        found = s3_server.client().stat_object(BUCKET, f"{s3_bucket.prefix}/{key}").metadata
        assert found is not None
        assert found["x-amz-server-side-encryption"] == "AES256"
    assert read(store, "big") == BIG


def test_what_is_written_once_is_kept_for_the_years_asked_for(s3_server: S3Server) -> None:
    name = f"kept-{uuid.uuid4().hex[:8]}"
    store = S3Store(replace(s3_server.bucket("office", name), retention=10), s3_server.admin)
    assert store.create()
    assert not store.create()
    store.put("small", b"x")
    store.put("big", BIG)
    first = store.replace("inventory", b"one", expected=None).sha256
    store.replace("inventory", b"two", expected=first)

    client = s3_server.client()
    for key in ("small", "big"):
        kept = client.get_object_retention(name, f"office/{key}")
        assert kept is not None
        assert kept.retain_until_date > datetime.now(UTC) + timedelta(days=10 * 365)
    assert (read(store, "big"), read(store, "inventory")) == (BIG, b"two")
    with pytest.raises(Conflict):
        store.put("small", b"y")


def test_a_retention_that_the_bucket_cannot_keep_is_refused(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(replace(s3_bucket, retention=10), s3_server.app)
    with pytest.raises(StoreUnavailable, match="object lock"):
        store.put("a", b"x")
    assert list(store.list("")) == []
