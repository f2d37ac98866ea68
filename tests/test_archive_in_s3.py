"""Filing into a bucket: the same as into a folder, and a failure at any request to the service leaves no half-truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import ocfl
import pytest
from office_year import KEY, filed, filing
from s3server import S3Server

from docservice import archive, papers, stored, stores
from docservice import filing as steps_of_filing
from docservice.config import config
from docservice.models import Document, Dossier, Event
from storage.address import Bucket, below
from storage.bucket import S3Store
from storage.local import LocalStore
from storage.migration import Migration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_in_s3")]

LETTER, BOOK = "paper/letter.pdf", "book/book.pdf"


@pytest.fixture
def office_in_s3(s3_server: S3Server, s3_bucket: Bucket) -> Iterator[None]:
    """An office whose settings name a bucket, with an empty archive in it."""
    names = ("store_url", "store_key", "store_secret")
    before = [getattr(config(), name) for name in names]
    now = (s3_server.url(s3_bucket.prefix), s3_server.app.key, s3_server.app.secret)
    _set(names, now)
    archive.prepare()
    yield
    _set(names, before)


def _set(names: tuple[str, ...], values: object) -> None:
    for name, value in zip(names, values, strict=True):  # type: ignore[call-overload]
        object.__setattr__(config(), name, value)
    archive.root.cache_clear()


def _bytes(path: str) -> bytes:
    return archive.read_document(Document.objects.get(path=path, current=True))


def test_what_is_filed_is_found_verified_and_filed_once() -> None:
    filed(filing(LETTER, b"letter"), filing(BOOK, b"book" * 3_000_000))
    done = filed(filing(LETTER, b"letter, mended"))
    again = filed(filing(LETTER, b"letter, mended"))

    assert (done.version, again.new) == (2, 0)
    assert _bytes(LETTER) == b"letter, mended"
    assert _bytes(BOOK) == b"book" * 3_000_000
    assert archive.verify(KEY) == []
    ((_, files),) = stored.files([archive.get(KEY)])
    assert {file.path for file in files} >= {f"v2/content/{LETTER}", "inventory.json"}


def test_the_index_is_rebuilt_from_the_bucket_alone() -> None:
    filed(filing(LETTER, b"letter"))
    rows = list(Document.objects.values_list("path", "sha512", "version"))
    Document.objects.all().delete()
    Event.objects.all().delete()
    Dossier.objects.all().delete()

    assert archive.reindex(actor="tester") == (1, 1)
    assert list(Document.objects.values_list("path", "sha512", "version")) == rows


def test_pictures_are_kept_in_the_bucket_too(tmp_path: Path) -> None:
    (tmp_path / "emblem.png").write_bytes(b"picture")

    kept = papers.keep_pictures({"emblem": "emblem.png"}, tmp_path)

    with stores.opened(stores.ASSETS).open(kept["emblem"].removeprefix("asset:")) as stream:
        assert stream.read() == b"picture"


class Died(BaseException):
    """The process was stopped here."""


def _dies_at(step: int) -> Callable[[str], None]:
    left = iter(range(step))

    def count(_name: str) -> None:
        if next(left, None) is None:
            raise Died

    return count


def test_a_filing_that_stops_at_any_request_is_finished_by_the_next(
    s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(100):
        key = f"2562/24/2401/leader-{step + 1:04}"
        filed(filing(LETTER, b"first"), key=key)
        with monkeypatch.context() as patched:
            patched.setattr(steps_of_filing, "_store", lambda step=step: _failing(s3_server, s3_bucket, step))
            archive.root.cache_clear()
            try:
                filed(filing(LETTER, b"second"), filing(BOOK, b"book"), key=key)
                ended = True
            except Died:
                ended = False
        archive.root.cache_clear()
        filed(filing(LETTER, b"second"), filing(BOOK, b"book"), key=key)
        assert archive.verify(key) == []
        assert set(Document.objects.filter(dossier__key=key, current=True).values_list("path", flat=True)) == {
            LETTER,
            BOOK,
        }
        if ended:
            break
    assert step >= 7, "the steps were not all tried"
    assert _valid_objects(s3_server, s3_bucket, tmp_path) == step + 1


def _failing(server: S3Server, bucket: Bucket, step: int) -> S3Store:
    return S3Store(below(bucket, stores.ARCHIVE), server.app, steps=_dies_at(step))


def _valid_objects(server: S3Server, bucket: Bucket, folder: Path) -> int:
    """How many objects the independent validator calls valid, of a copy of the archive; it must be all."""
    Migration(S3Store(below(bucket, stores.ARCHIVE), server.reader), LocalStore(folder / "copy")).run(lambda: None)
    shutil.rmtree(folder / "copy" / "extensions")
    checked = ocfl.StorageRoot(root=str(folder / "copy"))
    assert checked.validate(check_digests=True)
    assert checked.good_objects == checked.num_objects
    return int(checked.num_objects)
