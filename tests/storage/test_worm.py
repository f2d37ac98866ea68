"""Whether a lock is believed only where it was seen to hold: on a real S3 service, with keys of several rights."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from s3server import BUCKET, S3Server

from docservice.errors import StoreUnavailable
from storage import proof
from storage.address import Bucket, Keys
from storage.bucket import OWN, S3Store
from storage.keys import DossierKey
from storage.ocfl import OcflRoot
from storage.proof import ABSENT, BY_LOCK, BY_RIGHTS, FAILED, PROVEN, Proof

TRIES = ["lock", "overwrite", "delete", "shorten", "bypass", "bypass-delete"]


@pytest.fixture(scope="module")
def locked(s3_server: S3Server) -> Bucket:
    """A bucket made with object lock, for ten years."""
    bucket = replace(s3_server.bucket("office", f"locked-{uuid.uuid4().hex[:8]}"), retention=10)
    S3Store(bucket, s3_server.admin).create()
    return bucket


def probed(bucket: Bucket, keys: Keys) -> Proof:
    return S3Store(bucket, keys).probe()


def refused(found: Proof) -> list[str]:
    return [each.name for each in found.tries if not each.held]


def test_a_lock_that_nobody_may_lift_is_proven(s3_server: S3Server, locked: Bucket) -> None:
    found = probed(replace(locked, mode="COMPLIANCE"), s3_server.admin)
    assert (found.state, found.mode, found.by) == (PROVEN, "COMPLIANCE", BY_LOCK)
    assert [each.name for each in found.tries] == TRIES
    assert [each.seen for each in found.tries if "delete" in each.name] == ["AccessDenied (403)"] * 2


def test_a_lock_that_our_own_keys_can_lift_has_failed(s3_server: S3Server, locked: Bucket) -> None:
    found = probed(locked, s3_server.admin)
    assert (found.state, refused(found)) == (FAILED, ["bypass", "bypass-delete"])
    assert "ข้ามล็อก" in found.reason
    assert "compliance" in found.english


def test_where_our_keys_may_delete_nothing_it_is_said_that_the_lock_itself_was_not_tried(
    s3_server: S3Server, locked: Bucket
) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"]}
    policy = {"Version": "2012-10-17", "Statement": [{**deny, "Resource": [f"arn:aws:s3:::{locked.name}/*"]}]}
    s3_server.client().set_bucket_policy(locked.name, json.dumps(policy))
    try:
        found = probed(replace(locked, mode="COMPLIANCE"), s3_server.admin)
    finally:
        s3_server.client().delete_bucket_policy(locked.name)
    assert (found.state, found.by) == (PROVEN, BY_RIGHTS)
    assert "ไม่รู้ว่า" in found.reason


def test_a_bucket_without_locks_has_none_and_fails_where_one_was_asked_for(
    s3_server: S3Server, s3_bucket: Bucket
) -> None:
    assert probed(s3_bucket, s3_server.app).state == ABSENT
    asked = probed(replace(s3_bucket, retention=10), s3_server.app)
    assert asked.state == FAILED
    assert "object lock" in asked.reason


def test_a_bucket_that_could_lock_and_was_not_asked_to_has_no_lock(s3_server: S3Server, locked: Bucket) -> None:
    found = probed(replace(locked, retention=0), s3_server.admin)
    assert (found.state, found.tries) == (ABSENT, ())
    assert "retention=" in found.reason


def test_what_is_filed_for_longer_is_locked_for_longer(s3_server: S3Server, locked: Bucket) -> None:
    store = S3Store(replace(locked, prefix="classes"), s3_server.admin)
    root, key = OcflRoot(store), DossierKey.parse("2562/24/2401/leader-0007")
    root.init()
    now = datetime.now(UTC)
    root.commit(key, {"a": b"1"}, message="", user="", created=now, retain_until=now + timedelta(days=365 * 20))
    for name in ("v1/content/a", "v1/inventory.json", "0=ocfl_object_1.1"):
        held = s3_server.client().get_object_retention(locked.name, f"classes/{key}/{name}")
        assert held is not None
        assert abs(held.retain_until_date - now - timedelta(days=365 * 20)) < timedelta(minutes=1)
    store.put("short", b"x", retain_until=now)
    held = s3_server.client().get_object_retention(locked.name, "classes/short")
    assert held is not None
    assert held.retain_until_date > now + timedelta(days=3650)


def test_a_folder_has_no_lock(local_place: object) -> None:
    assert local_place.store().probe() == proof.LOCAL  # type: ignore[attr-defined]
    assert proof.LOCAL.state == ABSENT


def test_nothing_is_claimed_of_a_store_that_does_not_let_us_in(s3_server: S3Server, locked: Bucket) -> None:
    with pytest.raises(StoreUnavailable):
        probed(locked, Keys(s3_server.app.key, "not-the-secret"))


def test_what_is_tried_is_no_part_of_the_archive(s3_server: S3Server, locked: Bucket) -> None:
    store = S3Store(replace(locked, prefix="whole", mode="COMPLIANCE"), s3_server.admin)
    OcflRoot(store).init()
    store.probe()
    assert list(store.list("")) == ["0=ocfl_1.1", "README.txt"]
    client = s3_server.client()
    held = [
        client.get_object_retention(locked.name, str(item.object_name), item.version_id)
        for item in client.list_objects(locked.name, f"whole/{OWN}/worm", recursive=True, include_version=True)
    ]
    soon = datetime.now(UTC) + timedelta(hours=2)
    assert [each.retain_until_date < soon for each in held if each] == [True, True]


def test_probes_in_a_bucket_without_locks_leave_nothing(s3_server: S3Server, s3_bucket: Bucket) -> None:
    probed(s3_bucket, s3_server.app)
    assert not list(s3_server.client().list_objects(BUCKET, prefix=f"{s3_bucket.prefix}/", recursive=True))
