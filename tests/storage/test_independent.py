"""The second opinion, in a folder and in a bucket: whole objects are called whole, damage is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_places import LocalPlace, Place, S3Place

from storage.address import Bucket, Keys
from storage.independent import judge
from storage.keys import DossierKey
from storage.ocfl import OcflRoot

KEY = DossierKey.parse("2562/24/2401/leader-0007")


@pytest.fixture
def filed(place: Place) -> Place:
    root = OcflRoot(place.store())
    root.init()
    for data in (b"order", b"order, mended"):
        root.commit(KEY, {"paper/คำสั่ง.pdf": data}, message="", user="", created=datetime.now(UTC))
    return place


def where(place: Place) -> tuple[Path | Bucket, Keys]:
    if isinstance(place, S3Place):
        return place.bucket, place.server.reader
    assert isinstance(place, LocalPlace)
    return place.path, Keys()


def test_a_whole_object_is_called_whole(filed: Place) -> None:
    opinion = judge(*where(filed), str(KEY))
    assert (opinion.faults, opinion.files) == ((), 9)


def test_damage_is_named_by_both_means(filed: Place) -> None:
    filed.overwrite(f"{KEY}/v2/content/paper/คำสั่ง.pdf", b"spoilt")
    opinion = judge(*where(filed), str(KEY))
    assert "v2/content/paper/คำสั่ง.pdf: sha512 differs" in opinion.faults
    assert any(fault.startswith("[E092a]") for fault in opinion.faults)


def test_an_object_that_is_not_there_is_said_to_be(filed: Place) -> None:
    assert judge(*where(filed), "2562/24/2401/leader-0099").faults == ("there is no such object",)
