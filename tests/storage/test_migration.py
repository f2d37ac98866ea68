"""Moving an archive from one store to another: interrupted, begun again, into a target that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import ocfl
import pytest
from archive_places import LocalPlace, Place, S3Place

from docservice.errors import Conflict, FixityBroken
from storage.keys import DossierKey
from storage.local import LocalStore
from storage.migration import Migrated, Migration
from storage.ocfl import OcflRoot
from storage.store import Store

KEYS = [DossierKey.parse(f"2562/24/240{n}/leader-000{n}") for n in (1, 2)]
WHEN = datetime(2019, 1, 11, 9, 30, tzinfo=timezone(timedelta(hours=7)))


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def archive(store: Store, *versions: bytes) -> OcflRoot:
    root = OcflRoot(store)
    root.init()
    for data in versions:
        for key in KEYS:
            files = {"paper/คำสั่ง.pdf": data, "record.json": data + b"{}"}
            root.commit(key, files, message="จัดเก็บ", user="ทดสอบ", created=WHEN)
    return root


def moved(source: Store, target: Store) -> Migrated:
    return Migration(source, target).run(lambda: None)


def assert_same(source: Store, target: Store, place: Place) -> None:
    assert list(target.list("")) == list(source.list(""))
    root = OcflRoot(target)
    assert list(root.dossiers()) == KEYS
    assert [root.verify(key) for key in KEYS] == [[], []]
    checked = ocfl.StorageRoot(root=str(place.folder()))
    assert checked.validate(check_digests=True)
    assert (checked.good_objects, checked.num_objects) == (2, 2)


@pytest.fixture(params=["to-s3", "to-a-folder"])
def places(request: pytest.FixtureRequest, local_place: LocalPlace, s3_place: S3Place) -> tuple[Place, Place]:
    """Where from and where to."""
    return (local_place, s3_place) if request.param == "to-s3" else (s3_place, local_place)


def test_an_archive_moves_whole_and_goes_on_in_its_new_place(places: tuple[Place, Place]) -> None:
    source, target = (place.store() for place in places)
    archive(source, b"first", b"second")

    done = moved(source, target)

    assert (done.copied, done.already) == (len(list(source.list(""))), 0)
    assert_same(source, target, places[1])
    assert archive(target, b"third").entries(KEYS[0])["record.json"].content_path == "v3/content/record.json"


def test_begun_again_it_copies_nothing_twice(places: tuple[Place, Place]) -> None:
    source, target = (place.store() for place in places)
    archive(source, b"first")
    first = moved(source, target)

    again = moved(source, target)

    assert (again.copied, again.already, again.size) == (0, first.copied, first.size)


def test_interrupted_anywhere_it_shows_no_half_dossier_and_goes_on(tmp_path: Path) -> None:
    source = LocalStore(tmp_path / "from")
    archive(source, b"first", b"second")
    total = len(list(source.list("")))
    for stop in range(1, total):
        place = LocalPlace(tmp_path / f"to-{stop}")
        target, count = place.store(), [0]

        def interrupt(count: list[int] = count, stop: int = stop) -> None:
            count[0] += 1
            if count[0] == stop:
                raise Stopped

        with pytest.raises(Stopped):
            Migration(source, target).run(interrupt)
        for key in [key for key in KEYS if target.stat(f"{key}/inventory.json")]:
            assert not [fault for fault in OcflRoot(target).verify(key) if "inventory.json.sha512" not in fault]
        assert moved(source, target).copied == total - stop
        assert_same(source, target, place)


def test_what_was_filed_since_follows(places: tuple[Place, Place]) -> None:
    source, target = (place.store() for place in places)
    archive(source, b"first")
    moved(source, target)
    archive(source, b"second")

    assert moved(source, target).copied == 8  # of each dossier: two files, an inventory and its sidecar
    assert_same(source, target, places[1])


def test_a_source_that_is_written_to_meanwhile_gives_what_was_complete_and_the_rest_the_next_time(
    tmp_path: Path,
) -> None:
    source, place = LocalStore(tmp_path / "from"), LocalPlace(tmp_path / "to")
    archive(source, b"first")
    names = iter("abcdefghijklmnopqrstuvwxyz")

    Migration(source, place.store()).run(lambda: archive(source, next(names).encode()) and None)

    root = OcflRoot(place.store())
    assert [root.entries(key)["record.json"].content_path for key in KEYS] == ["v1/content/record.json"] * 2
    assert [root.verify(key) for key in KEYS] == [[], []]
    moved(source, place.store())
    assert_same(source, place.store(), place)


def test_a_version_that_a_dead_writer_claimed_arrives_whole(
    tmp_path: Path, in_child: Callable[..., int], dies_at: Callable[[int], Callable[[str], None]]
) -> None:
    for step in range(12):
        source, place = LocalStore(tmp_path / f"from-{step}"), LocalPlace(tmp_path / f"to-{step}")
        root = archive(source, b"first")

        def die(root: OcflRoot = root, step: int = step) -> None:
            files: dict[str, bytes | Path] = {"a": b"1", "b": b"2"}
            root.commit(KEYS[0], files, message="", user="", created=WHEN, steps=dies_at(step))

        ended = in_child(die)
        moved(source, place.store())
        target = OcflRoot(place.store())
        assert all("ค้างจากการบันทึก" in fault for fault in target.verify(KEYS[0]))
        target.recover(KEYS[0], user="ระบบ", created=WHEN)
        assert target.verify(KEYS[0]) == []
        if ended == 0:
            return
    pytest.fail("the steps were not all tried")


def test_a_target_that_was_written_to_since_is_not_taken_back(tmp_path: Path) -> None:
    source, target = LocalStore(tmp_path / "from"), LocalStore(tmp_path / "to")
    archive(source, b"first")
    moved(source, target)
    archive(target, b"second")
    before = list(target.list(""))

    with pytest.raises(Conflict, match=r"inventory\.json"):
        moved(source, target)

    assert list(target.list("")) == before
    assert OcflRoot(target).verify(KEYS[0]) == []


def test_a_target_that_holds_other_bytes_is_not_overwritten(places: tuple[Place, Place]) -> None:
    source, target = (place.store() for place in places)
    archive(source, b"first")
    target.put(f"{KEYS[0]}/v1/content/record.json", b"somebody else's")

    with pytest.raises(Conflict, match=r"v1/content/record\.json"):
        moved(source, target)

    with target.open(f"{KEYS[0]}/v1/content/record.json") as stream:
        assert stream.read() == b"somebody else's"


def test_bytes_that_changed_in_the_target_are_found_when_it_is_begun_again(places: tuple[Place, Place]) -> None:
    source, target = (place.store() for place in places)
    archive(source, b"first")
    moved(source, target)
    places[1].overwrite(f"{KEYS[0]}/v1/content/record.json", b"damaged")

    with pytest.raises(Conflict, match=r"v1/content/record\.json"):
        moved(source, target)


def test_a_readme_of_another_edition_is_no_obstacle(tmp_path: Path) -> None:
    source, target = LocalStore(tmp_path / "from"), LocalStore(tmp_path / "to")
    archive(source, b"first")
    target.put("README.txt", b"an older one")

    assert moved(source, target).already == 1


class _Forgetful(LocalStore):
    """A disk that loses what it was given."""

    def put(self, key: str, data: object) -> object:  # type: ignore[override]
        blob = super().put(key, data)  # type: ignore[arg-type]
        place = self.path / key
        place.chmod(0o600)
        place.write_bytes(b"lost")
        return blob


def test_a_target_that_does_not_keep_what_it_was_given_is_an_alarm(tmp_path: Path) -> None:
    source = LocalStore(tmp_path / "from")
    archive(source, b"first")

    with pytest.raises(FixityBroken, match="ไม่ตรงกับที่คัดลอก"):
        moved(source, _Forgetful(tmp_path / "to"))
