"""Many dossiers read again, by one process or several; and what lies in the root that is nobody's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from archive_places import LocalPlace, Place

from storage.keys import DossierKey
from storage.ocfl import OcflRoot
from storage.sweep import strays, sweep

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = [DossierKey.parse(f"2562/24/240{1 + n % 3}/leader-{n:04d}") for n in range(30)]


@pytest.fixture
def root(local_place: LocalPlace) -> OcflRoot:
    made = OcflRoot(local_place.store())
    made.init()
    for key in KEYS:
        made.commit(key, {"record.json": str(key).encode()}, message="", user="", created=WHEN)
    return made


@pytest.mark.parametrize("processes", [1, 3])
def test_every_dossier_is_told_in_order_with_its_own_faults(
    root: OcflRoot, local_place: LocalPlace, processes: int
) -> None:
    local_place.overwrite(f"{KEYS[7]}/v1/content/record.json", b"spoilt")
    found = list(sweep(root.store, KEYS, processes, "record.json"))
    assert [each.key for each in found] == [str(key) for key in KEYS]
    assert [each.key for each in found if each.faults] == [str(KEYS[7])]
    assert found[7].faults[0].english
    assert {each.kept for each in found} == {None, *(str(key).encode() for key in KEYS if key != KEYS[7])}
    assert all(each.files == 6 and each.version == 1 for each in found)
    files = [path for key in KEYS for path in (local_place.path / str(key)).rglob("*") if path.is_file()]
    assert sum(each.files for each in found) == len(files)


def test_what_is_nobodys_is_told_a_foreign_object_once(place: Place) -> None:
    root = OcflRoot(place.store())
    root.init()
    root.commit(KEYS[0], {"a": b"1"}, message="", user="", created=WHEN)
    root.commit(KEYS[1], {"a": b"1"}, message="", user="", created=WHEN)
    for name in (
        "stray.txt",
        "2562/24/stray.txt",
        "other-archive/0=ocfl_object_1.0",
        "other-archive/v1/inventory.json",
    ):
        root.store.put(name, b"x")
    assert list(strays(root.store, lambda keys: {str(KEYS[0])} & set(keys))) == [
        "2562/24/2402/leader-0001/",
        "2562/24/stray.txt",
        "other-archive/",
        "stray.txt",
    ]
    assert list(strays(root.store, lambda keys: set(keys), "2562/")) == ["2562/24/stray.txt"]
