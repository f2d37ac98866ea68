"""The promise of a legal hold, run against every store: a bucket that locks, one that cannot, and a local folder."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path

import pytest
from minio.error import S3Error
from s3server import S3Server

from docservice.errors import StoreUnavailable
from storage.address import Bucket
from storage.bucket import S3Store
from storage.local import LocalStore
from storage.proof import Held
from storage.store import Store

DOSSIER, OTHER = "2562/24/2401/leader-0001", "2562/24/2401/leader-00010"
BYPASS = {"x-amz-bypass-governance-retention": "true"}


def bucket(server: S3Server, *, lock: bool) -> Bucket:
    name = f"hold-{uuid.uuid4().hex[:12]}"
    server.client().make_bucket(name, object_lock=lock)
    return Bucket(name, "office", server.endpoint, secure=False)


@pytest.fixture
def locking(s3_server: S3Server) -> S3Store:
    return S3Store(bucket(s3_server, lock=True), s3_server.admin)


@pytest.fixture
def lockless(s3_server: S3Server) -> S3Store:
    return S3Store(bucket(s3_server, lock=False), s3_server.admin)


@pytest.fixture
def folder(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture(params=["locking", "lockless", "folder"])
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.getfixturevalue(request.param)
    return made


def filled(store: Store, files: int = 3) -> None:
    """A dossier of ``files`` files and an inventory that was replaced once; beside it another whose name begins so."""
    for number in range(files):
        store.put(f"{DOSSIER}/v1/content/{number}.pdf", b"%d" % number)
    store.replace(f"{DOSSIER}/inventory.json", b"1", expected=None)
    store.replace(f"{DOSSIER}/inventory.json", b"2", expected=hashlib.sha256(b"1").hexdigest())
    store.put(f"{OTHER}/v1/content/0.pdf", b"other")


def versions(server: S3Server, store: S3Store, prefix: str = DOSSIER) -> list[tuple[str, str]]:
    found = server.client().list_objects(
        store.bucket.name, prefix=f"office/{prefix}/", recursive=True, include_version=True
    )
    return [(str(each.object_name), str(each.version_id)) for each in found]


def deleted(server: S3Server, store: S3Store, prefix: str = DOSSIER) -> list[str]:
    """What the bucket's own keys can take away, version by version, going round every lock they may go round."""
    gone = []
    for name, version in versions(server, store, prefix):
        key = name.removeprefix("office/")
        if not store._s3.told("DELETE", key, headers=BYPASS, query={"versionId": version}).code:
            gone.append(name)
    return gone


def test_a_store_that_cannot_lock_says_so_and_claims_nothing(store: Store) -> None:
    filled(store)
    able = isinstance(store, S3Store) and store.legal_hold(f"{DOSSIER}/").able
    held = store.set_legal_hold(f"{DOSSIER}/", on=True)
    assert held == (Held(True, 5, 5, 5) if able else Held(able=False))
    assert held.stands(True) == able
    assert not held.stands(False)


def test_what_is_set_is_seen_and_lifted_and_again_changes_nothing(store: Store) -> None:
    filled(store)
    if not store.set_legal_hold(f"{DOSSIER}/", on=True).able:
        assert store.set_legal_hold(f"{DOSSIER}/", on=False) == store.legal_hold(f"{DOSSIER}/") == Held(able=False)
        return
    assert store.set_legal_hold(f"{DOSSIER}/", on=True) == Held(True, 5, 5, 0)
    assert store.legal_hold(f"{DOSSIER}/") == Held(True, 5, 5, 0)
    assert store.legal_hold(f"{OTHER}/") == Held(True, 1, 0, 0)
    assert store.set_legal_hold(f"{DOSSIER}/", on=False) == Held(True, 5, 0, 5)
    assert store.legal_hold(f"{DOSSIER}/").stands(False)


def test_a_folder_of_nothing_has_nothing_held(store: Store) -> None:
    found = store.set_legal_hold("2562/24/2401/leader-0009/", on=True)
    assert (found.versions, found.held) == (0, 0)


def test_no_key_of_the_bucket_takes_a_held_version_away_until_it_is_lifted(
    s3_server: S3Server, locking: S3Store
) -> None:
    filled(locking)
    locking.set_legal_hold(f"{DOSSIER}/", on=True)
    assert deleted(s3_server, locking) == []
    assert len(deleted(s3_server, locking, OTHER)) == 1
    locking.set_legal_hold(f"{DOSSIER}/", on=False)
    assert len(deleted(s3_server, locking)) == 5
    assert versions(s3_server, locking) == []


def test_a_former_version_behind_a_deletion_is_held_too(s3_server: S3Server, locking: S3Store) -> None:
    filled(locking)
    s3_server.client().remove_object(locking.bucket.name, f"office/{DOSSIER}/v1/content/0.pdf")
    assert locking.set_legal_hold(f"{DOSSIER}/", on=True) == Held(True, 5, 5, 5)


def test_more_versions_than_a_page_of_the_listing_are_all_held(s3_server: S3Server, locking: S3Store) -> None:
    filled(locking, 130)
    assert locking.set_legal_hold(f"{DOSSIER}/", on=True) == Held(True, 132, 132, 132)
    assert deleted(s3_server, locking) == []


def test_a_call_that_broke_off_is_made_again_for_the_rest_only(s3_server: S3Server) -> None:
    place, left = bucket(s3_server, lock=True), [3]

    def dies(name: str) -> None:
        left[0] -= name == "legal-hold"
        if left[0] < 0:
            raise StoreUnavailable("gone")

    store = S3Store(place, s3_server.admin, steps=dies)
    filled(store, 20)
    with pytest.raises(StoreUnavailable):
        store.set_legal_hold(f"{DOSSIER}/", on=True)
    again = S3Store(place, s3_server.admin)
    assert again.legal_hold(f"{DOSSIER}/").held == 3
    assert again.set_legal_hold(f"{DOSSIER}/", on=True) == Held(True, 22, 22, 19)


def test_keys_without_the_right_are_told_from_a_store_without_locks(s3_server: S3Server, locking: S3Store) -> None:
    filled(locking)
    locking.set_legal_hold(f"{DOSSIER}/", on=True)
    name = locking.bucket.name
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObjectLegalHold"]}
    policy = {"Version": "2012-10-17", "Statement": [{**deny, "Resource": [f"arn:aws:s3:::{name}/*"]}]}
    s3_server.client().set_bucket_policy(name, json.dumps(policy))
    with pytest.raises(StoreUnavailable, match="ไม่มีสิทธิ์ล็อกหรือปลดล็อกไฟล์") as refused:
        locking.set_legal_hold(f"{DOSSIER}/", on=False)
    assert "s3:PutObjectLegalHold" in refused.value.remedy
    assert locking.legal_hold(f"{DOSSIER}/").stands(True)


def test_a_service_that_is_away_is_no_store_without_locks(s3_server: S3Server) -> None:
    with pytest.raises(StoreUnavailable):
        S3Store(Bucket("docs", "x", "127.0.0.1:9", secure=False), s3_server.admin).legal_hold(f"{DOSSIER}/")


def test_a_replaced_inventory_is_a_version_that_nobody_holds_yet(s3_server: S3Server, locking: S3Store) -> None:
    """Why what is filed into a held dossier is held once more: the service gives no hold to the next version."""
    filled(locking)
    locking.set_legal_hold(f"{DOSSIER}/", on=True)
    locking.replace(f"{DOSSIER}/inventory.json", b"3", expected=hashlib.sha256(b"2").hexdigest())
    assert locking.legal_hold(f"{DOSSIER}/") == Held(True, 6, 5, 0)
    with pytest.raises(S3Error, match="AccessDenied"):
        s3_server.client().remove_object(locking.bucket.name, *versions(s3_server, locking)[-1])
