"""The second copy: dossiers follow, both sides are compared, and damage is mended only from what was filed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import ocfl
import pytest
from archive_places import LocalPlace, Place

from docservice.errors import Conflict, FixityBroken
from storage import replica
from storage.keys import DossierKey
from storage.local import QUARANTINE, LocalStore
from storage.ocfl import OcflRoot
from storage.replica import DIFFERENT, EXTRA, MISSING, Difference

KEY = DossierKey.parse("2562/24/2401/leader-0007")
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
FILES = {"paper/คำสั่ง.pdf": b"order" * 1000, "record.json": b"{}"}
CURRENT = {name: hashlib.sha512(data).hexdigest() for name, data in FILES.items()}
ORDER = "v1/content/paper/คำสั่ง.pdf"


def file(root: OcflRoot, files: Mapping[str, bytes]) -> None:
    root.commit(KEY, dict(files), message="จัดเก็บ", user="ทดสอบ", created=WHEN)


@pytest.fixture
def root(place: Place) -> OcflRoot:
    """An archive of one dossier, in a folder and in a bucket."""
    made = OcflRoot(place.store())
    made.init()
    file(made, FILES)
    return made


@pytest.fixture
def copy(root: OcflRoot, tmp_path: Path) -> LocalStore:
    """Its second copy."""
    target = LocalStore(tmp_path / "copy")
    OcflRoot(target).init()
    replica.copy(root.store, target, KEY)
    return target


def mended(root: OcflRoot, copy: LocalStore, version: int = 1) -> list[str]:
    return [each.path for each in replica.repair(root.store, copy, KEY, version, CURRENT).mended]


def assert_whole(root: OcflRoot, place: Place) -> None:
    assert root.verify(KEY) == []
    checked = ocfl.StorageRoot(root=str(place.folder()))
    assert checked.validate(check_digests=True)
    assert checked.good_objects == checked.num_objects == 1


def spoiled(copy: LocalStore, path: str, data: bytes) -> None:
    LocalPlace(copy.path).overwrite(f"{KEY}/{path}", data)


def test_a_dossier_and_its_next_version_follow(root: OcflRoot, copy: LocalStore) -> None:
    assert list(replica.compare(root.store, copy)) == []
    file(root, {"record.json": b"{1}"})
    assert replica.copy(root.store, copy, KEY).copied == 3
    assert list(replica.compare(root.store, copy)) == []
    assert OcflRoot(copy).verify(KEY) == []


def test_what_is_missing_extra_or_different_is_told(root: OcflRoot, copy: LocalStore) -> None:
    (copy.path / str(KEY) / ORDER).unlink()
    copy.put(f"{KEY}/v1/content/extra", b"x")
    spoiled(copy, "inventory.json.sha512", b"0 inventory.json\n")
    assert list(replica.compare(root.store, copy)) == [
        Difference(EXTRA, f"{KEY}/v1/content/extra"),
        Difference(MISSING, f"{KEY}/{ORDER}"),
        Difference(DIFFERENT, f"{KEY}/inventory.json"),
    ]


def test_a_copy_that_holds_something_else_is_not_overwritten(root: OcflRoot, copy: LocalStore) -> None:
    spoiled(copy, "inventory.json", b"{}")
    with pytest.raises(Conflict):
        replica.copy(root.store, copy, KEY)
    assert (copy.path / str(KEY) / "inventory.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("place", "path"),
    [("s3_place", ORDER), ("s3_place", "inventory.json")]
    + [("local_place", path) for path in (ORDER, "v1/inventory.json.sha512", "0=ocfl_object_1.1", "inventory.json")],
    indirect=["place"],
)
def test_a_damaged_file_is_mended_from_the_copy(root: OcflRoot, copy: LocalStore, place: Place, path: str) -> None:
    place.overwrite(f"{KEY}/{path}", b"spoilt")
    assert mended(root, copy) == [path]
    assert_whole(root, place)
    file(root, {"record.json": b"{1}"})  # and goes on
    assert root.verify(KEY) == []


def test_wrong_bytes_stay_for_whoever_looks_for_the_cause(local_place: LocalPlace, tmp_path: Path) -> None:
    root = OcflRoot(local_place.store())
    root.init()
    file(root, FILES)
    shutil.copytree(local_place.path, tmp_path / "copy")
    local_place.overwrite(f"{KEY}/{ORDER}", b"spoilt")
    (local_place.path / str(KEY) / "v1/content/record.json").unlink()

    done = replica.repair(root.store, LocalStore(tmp_path / "copy"), KEY, 1, CURRENT).mended

    assert {each.path: bool(each.aside) for each in done} == {ORDER: True, "v1/content/record.json": False}
    (aside,) = (each.aside for each in done if each.aside)
    assert aside.startswith(QUARANTINE)
    assert (local_place.path / aside).read_bytes() == b"spoilt"
    assert root.verify(KEY) == []
    assert mended(root, LocalStore(tmp_path / "copy")) == []


def test_a_copy_that_is_damaged_itself_mends_nothing(root: OcflRoot, copy: LocalStore, place: Place) -> None:
    place.overwrite(f"{KEY}/{ORDER}", b"spoilt")
    spoiled(copy, ORDER, b"spoilt, too")
    done = replica.repair(root.store, copy, KEY, 1, CURRENT)
    assert (done.mended, done.incurable) == ((), (ORDER,))
    with root.open(KEY, "paper/คำสั่ง.pdf") as stream:
        assert stream.read() == b"spoilt"


def test_a_version_that_was_taken_away_comes_back(root: OcflRoot, copy: LocalStore, local_place: LocalPlace) -> None:
    """The archive was wound back to version 1, inventories and all: the index knows that there was a second."""
    if not isinstance(root.store, LocalStore):
        return
    before = {name: (local_place.path / str(KEY) / name).read_bytes() for name in replica._ROOT}
    file(root, {"record.json": b"{1}"})
    replica.copy(root.store, copy, KEY)
    shutil.rmtree(local_place.path / str(KEY) / "v2")
    for name, data in before.items():
        local_place.overwrite(f"{KEY}/{name}", data)
    assert root.verify(KEY) == []

    current = CURRENT | {"record.json": hashlib.sha512(b"{1}").hexdigest()}
    assert len(replica.repair(root.store, copy, KEY, 2, current).mended) == 5
    assert root.verify(KEY) == []
    assert root.entries(KEY)["record.json"].sha512 == current["record.json"]


def test_a_copy_of_another_history_mends_nothing(root: OcflRoot, copy: LocalStore, place: Place) -> None:
    place.overwrite(f"{KEY}/inventory.json", b"spoilt")
    other = CURRENT | {"paper/คำสั่ง.pdf": hashlib.sha512(b"something else was filed").hexdigest()}
    with pytest.raises(FixityBroken, match="ไม่มีบัญชีไฟล์"):
        replica.repair(root.store, copy, KEY, 1, other)
    with pytest.raises(FixityBroken):
        replica.repair(root.store, copy, KEY, 2, CURRENT)
