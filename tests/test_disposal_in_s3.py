"""Disposal in a bucket: every version of every object goes, a lock is respected with its day, the object is valid."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ocfl
import pytest
from s3server import S3Server

from docservice.errors import Conflict, StoreUnavailable
from storage.address import Bucket
from storage.bucket import S3Store
from storage.destruction import bury, locked_until, require_right, require_unlocked
from storage.keys import DossierKey
from storage.ocfl import OcflRoot

KEY = DossierKey.parse("2550/24/2401/leader-0001")
NOW = datetime.now(UTC)


def _store(server: S3Server, *, lock: bool, retention: int = 0) -> S3Store:
    """A bucket of its own, in which the administrator's keys may delete what is not locked."""
    name = f"disposal-{uuid.uuid4().hex[:12]}"
    server.client().make_bucket(name, object_lock=lock)
    return S3Store(Bucket(name, "a", server.endpoint, secure=False, retention=retention), server.admin)


def _filed(store: S3Store, retain_until: datetime | None = None) -> OcflRoot:
    root = OcflRoot(store)
    root.init()
    for number in (1, 2):
        files = {"record.json": b"%d" % number, "book/book.pdf": b"book" * number, "evidence/ชื่อคน.pdf": b"house"}
        root.commit(KEY, files, message="", user="x", created=NOW, retain_until=retain_until)
    return root


def _bury(store: S3Store) -> int:
    return bury(store, KEY, "record.json", b"tombstone", message="disposal", user="x", created=NOW).removed


def _versions(server: S3Server, store: S3Store) -> list[str]:
    """Every version of every object of the dossier, deleted or not."""
    found = server.client().list_objects(store.bucket.name, prefix=f"a/{KEY}/", recursive=True, include_version=True)
    return [str(item.object_name).partition(f"{KEY}/")[2] for item in found]


def _valid(server: S3Server, store: S3Store, folder: Path) -> bool:
    for item in server.client().list_objects(store.bucket.name, prefix="a/", recursive=True):
        target = folder / str(item.object_name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(server.client().get_object(store.bucket.name, str(item.object_name)).read())
    root = ocfl.StorageRoot(root=str(folder / "a"))
    return bool(root.validate(validate_objects=True, check_digests=True)) and root.good_objects == root.num_objects == 1


@pytest.mark.parametrize("lock", [False, True], ids=["plain", "versioned"])
def test_nothing_is_left_of_any_version_but_the_tombstone(s3_server: S3Server, tmp_path: Path, lock: bool) -> None:
    store = _store(s3_server, lock=lock)
    root = _filed(store)
    assert _bury(store) == 5
    left = _versions(s3_server, store)
    assert len(left) == len(set(left)), "no former version of anything"
    assert {name for name in left if "/content/" in name} == {"v3/content/record.json"}
    assert root.verify(KEY) == []
    assert _valid(s3_server, store, tmp_path)
    assert _bury(store) == 0


def test_the_class_sets_the_lock_and_the_lock_refuses_with_its_day(s3_server: S3Server) -> None:
    until = NOW + timedelta(days=20 * 366)
    store = _store(s3_server, lock=True, retention=1)
    _filed(store, until)
    found = locked_until(store, KEY)
    assert found is not None
    assert abs(found - until) < timedelta(seconds=2)
    with pytest.raises(Conflict, match="ยังถูกล็อกในที่จัดเก็บถึง") as refused:
        require_unlocked(store, KEY)
    assert f"{until:%Y-%m-%d}" in refused.value.english
    with pytest.raises(StoreUnavailable):  # and whoever does not ask is refused by the service
        store.destroy(f"{KEY}/v1/content/book/book.pdf")


def test_keys_without_the_right_to_delete_are_found_out_before_anything_is_begun(
    s3_server: S3Server, s3_bucket: Bucket
) -> None:
    store = S3Store(s3_bucket, s3_server.app)
    root = _filed(store)
    with pytest.raises(StoreUnavailable, match="ไม่มีสิทธิ์"):
        require_right(store)
    assert root.verify(KEY) == []
    require_right(_store(s3_server, lock=True))
