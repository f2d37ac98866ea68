"""Which rights a hold needs of SeaweedFS: those that the docs name, in a policy for keys that may do little else."""

from __future__ import annotations

import json
import uuid

import pytest
from s3server import S3Server

from docservice.errors import StoreUnavailable
from storage.address import Bucket
from storage.bucket import S3Store
from storage.proof import Held

FILING = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:ListBucketVersions"]
HOLDING = ["s3:PutObjectLegalHold", "s3:GetObjectLegalHold", "s3:GetObjectVersion"]


def test_a_policy_with_the_rights_that_are_named_is_enough(s3_server: S3Server) -> None:
    name = f"rights-{uuid.uuid4().hex[:12]}"
    s3_server.client().make_bucket(name, object_lock=True)
    store = S3Store(Bucket(name, "office", s3_server.endpoint, secure=False), s3_server.app)
    places = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]

    def allow(rights: list[str]) -> None:
        rule = {"Effect": "Allow", "Principal": "*", "Action": rights, "Resource": places}
        s3_server.client().set_bucket_policy(name, json.dumps({"Version": "2012-10-17", "Statement": [rule]}))

    allow(FILING)
    store.put("dossier/file", b"1")
    with pytest.raises(StoreUnavailable, match="ไม่มีสิทธิ์ล็อกหรือปลดล็อกไฟล์"):
        store.set_legal_hold("dossier/", on=True)
    allow(FILING + HOLDING)
    assert store.set_legal_hold("dossier/", on=True) == Held(True, 1, 1, 1)
    assert store.set_legal_hold("dossier/", on=False) == Held(True, 1, 0, 1)
