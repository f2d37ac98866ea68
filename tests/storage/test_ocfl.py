from __future__ import annotations

import signal
import subprocess
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import ocfl
import pytest
from archive_places import LocalPlace, Place, S3Place
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice.errors import Conflict, FixityBroken, InputRefused, NotFound, StoreUnavailable
from storage.keys import DossierKey
from storage.local import LocalStore
from storage.migration import Migration
from storage.ocfl import BegunError, Commit, Deposit, OcflRoot

KEY = DossierKey.parse("2562/24/2401/leader-0007")
WHEN = datetime(2019, 1, 11, 9, 30, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def root(place: Place) -> OcflRoot:
    return made(place)


def made(place: Place) -> OcflRoot:
    root = OcflRoot(place.store())
    root.init()
    return root


def file(root: OcflRoot, files: dict[str, bytes | Path], *remove: str, key: DossierKey = KEY) -> Commit:
    return root.commit(key, files, message="จัดเก็บ", user="นางสาวใจดี ตัวอย่าง", created=WHEN, remove=remove)


def read(root: OcflRoot, logical: str, version: int | None = None, key: DossierKey = KEY) -> bytes:
    with root.open(key, logical, version) as stream:
        return stream.read()


def assert_valid(place: Place, objects: int = 1) -> None:
    """By the independent validator: the root, every object in it, every digest."""
    checked = ocfl.StorageRoot(root=str(place.folder()))
    assert checked.validate(check_digests=True), str(checked.log)
    assert (checked.good_objects, checked.num_objects, checked.errors) == (objects, objects, [])


def test_an_empty_archive_with_its_readme_is_a_valid_root(root: OcflRoot, place: Place) -> None:
    root.init()
    assert_valid(place, 0)
    readme = (place.folder() / "README.txt").read_text()
    assert "คลังเอกสาร" in readme
    assert "OCFL" in readme


def test_what_is_filed_is_read_back(root: OcflRoot, place: Place, tmp_path: Path) -> None:
    (tmp_path / "เล่ม.pdf").write_bytes(b"book" * 1000)
    commit = file(root, {"paper/คำสั่ง.pdf": b"order", "book/เล่ม.pdf": tmp_path / "เล่ม.pdf"})
    assert (commit.version, commit.new) == (1, True)
    assert list(commit.entries) == ["book/เล่ม.pdf", "paper/คำสั่ง.pdf"]
    assert commit.entries["book/เล่ม.pdf"].size == 4000
    assert commit.entries == root.entries(KEY)
    assert read(root, "paper/คำสั่ง.pdf") == b"order"
    assert_valid(place)


def test_the_same_bytes_again_write_nothing(root: OcflRoot) -> None:
    first = file(root, {"a": b"1", "b": b"2"})
    before = list(root.store.list(""))
    again = file(root, {"a": b"1"})
    assert (again.version, again.new, again.entries) == (1, False, first.entries)
    assert list(root.store.list("")) == before


def test_other_bytes_are_a_new_version_and_the_old_one_stays(root: OcflRoot, place: Place) -> None:
    file(root, {"a": b"1", "b": b"2"})
    assert file(root, {"a": b"3"}).version == 2
    assert [read(root, "a", 1), read(root, "a", 2), read(root, "a"), read(root, "b")] == [b"1", b"3", b"3", b"2"]
    assert_valid(place)


def test_a_version_stores_only_bytes_the_dossier_does_not_hold(root: OcflRoot, place: Place) -> None:
    file(root, {"a": b"same", "b": b"same"})
    file(root, {"c": b"same", "d": b"new"})
    content = [name.partition("/content/")[2] for name in root.store.list(str(KEY)) if "/content/" in name]
    assert content == ["a", "d"]
    assert_valid(place)


def test_a_removed_file_is_gone_from_the_newest_version_only(root: OcflRoot, place: Place) -> None:
    file(root, {"a": b"1", "b": b"2"})
    assert list(file(root, {}, "a").entries) == ["b"]
    with pytest.raises(NotFound, match="ไม่มีไฟล์ a"):
        root.open(KEY, "a")
    assert read(root, "a", 1) == b"1"
    with pytest.raises(NotFound):
        file(root, {}, "a")
    assert_valid(place)


def test_who_when_and_why_are_kept(root: OcflRoot) -> None:
    file(root, {"a": b"1"})
    head = root.head(KEY)
    assert head is not None
    (version,) = head.versions()
    assert (version.created, version.message) == ("2019-01-11T09:30:00+07:00", "จัดเก็บ")
    assert version.user == "นางสาวใจดี ตัวอย่าง"


def test_the_archive_lists_its_dossiers_in_order(root: OcflRoot) -> None:
    keys = [DossierKey.parse(f"256{year}/24/240{n}/leader-000{n}") for year in (2, 3) for n in (1, 2)]
    for key in reversed(keys):
        file(root, {"a": b"1"}, key=key)
    assert list(root.dossiers()) == keys


def test_an_archive_whose_disk_is_away_is_not_an_empty_one(place: Place, tmp_path: Path) -> None:
    root = OcflRoot(place.store())
    for act in (lambda: list(root.dossiers()), lambda: file(root, {"a": b"1"}), lambda: root.open(KEY, "a")):
        with pytest.raises(StoreUnavailable, match="ไม่พบคลังเอกสาร"):
            act()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["0=ocfl_1.0", "photos/2019.jpg", "2562/24/2401/leader-0007/inventory.json"])
def test_an_archive_is_never_begun_among_somebody_elses_files(place: Place, name: str) -> None:
    store = place.store()
    store.put(name, b"x")
    with pytest.raises(InputRefused, match=name):
        OcflRoot(store).init()
    assert list(store.list("")) == [name]


def test_an_unknown_dossier_file_or_version_is_named(root: OcflRoot) -> None:
    with pytest.raises(NotFound, match=str(KEY)):
        root.open(KEY, "a")
    file(root, {"a": b"1"})
    with pytest.raises(NotFound, match="paper/x"):
        root.open(KEY, "paper/x")
    with pytest.raises(NotFound, match="รุ่นที่ 2"):
        root.open(KEY, "a", 2)


@pytest.mark.parametrize("logical", ["../a", "/a", "a//b", "interrupted/a", "interrupted", "held/below", "a\nb"])
def test_a_name_that_cannot_be_kept_is_refused_before_anything_is_written(root: OcflRoot, logical: str) -> None:
    file(root, {"held": b"1"})
    before = list(root.store.list(""))
    with pytest.raises(InputRefused):
        file(root, {"fine": b"2", logical: b"3"})
    assert list(root.store.list("")) == before


def test_a_source_that_cannot_be_read_is_named(root: OcflRoot, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"หาย\.pdf"):
        file(root, {"a": tmp_path / "หาย.pdf"})


NAMES = st.sampled_from(["paper/คำสั่ง.pdf", "paper/คำสั่ง.docx", "evidence/photo/รูป ๑.jpg", "record.json", "ทะเบียน"])
STEPS = st.lists(st.tuples(st.dictionaries(NAMES, st.binary(max_size=3)), st.sets(NAMES)), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_every_file_of_every_version_reads_back(steps: list[tuple[dict[str, bytes], set[str]]]) -> None:
    with TemporaryDirectory() as folder:
        place = LocalPlace(Path(folder))
        root = made(place)
        state: dict[str, bytes] = {}
        history: dict[int, dict[str, bytes]] = {}
        for files, drop in steps:
            remove = drop & state.keys() - files.keys()
            state = {name: data for name, data in state.items() if name not in remove} | files
            commit = file(root, dict(files), *remove)
            assert commit.new == (commit.version not in history)
            assert history.setdefault(commit.version, state) == state
        for version, filed in history.items():
            assert {name: read(root, name, version) for name in root.entries(KEY, version)} == filed
        assert root.verify(KEY) == []
        assert_valid(place)


# A writer dies


Killed = Callable[[Place, int, dict[str, bytes]], bool]


@pytest.fixture
def killed(
    in_child: Callable[[Callable[[], object]], int], dies_at: Callable[[int], Callable[[str], None]], tmp_path: Path
) -> Killed:
    """Commit in a process that kills itself at a step of the store's and the archive's steps; False past the end."""

    def commit(place: Place, step: int, files: dict[str, bytes]) -> bool:
        steps, begins = dies_at(step), place.store().stat(f"{KEY}/inventory.json") is None
        root = OcflRoot(place.store(steps))
        said = {"message": "หยุดกลางคัน", "user": "ผู้เคราะห์ร้าย"}
        sources = on_disk(tmp_path / uuid.uuid4().hex, files) if place.from_disk else files
        ended = in_child(lambda: root.commit(KEY, sources, created=WHEN, begins=begins, steps=steps, **said))
        assert ended in (0, -signal.SIGKILL)
        return ended != 0

    return commit


def on_disk(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes | Path]:
    folder.mkdir()
    for number, data in enumerate(files.values()):
        (folder / str(number)).write_bytes(data)
    return {name: folder / str(number) for number, name in enumerate(files)}


FIRST: dict[str, bytes] = {"paper/คำสั่ง.pdf": b"order", "record.json": b"{}"}
SECOND: dict[str, bytes] = {"paper/คำสั่ง.pdf": b"order, mended", "evidence/photo/๑.jpg": b"photo"}
THIRD: dict[str, bytes] = {"paper/คำสั่ง.pdf": b"order, made again: other bytes"}


CASES: dict[str, tuple[list[dict[str, bytes]], dict[str, bytes]]] = {
    "first-same": ([], SECOND),
    "second-same": ([FIRST], SECOND),
    "first-other": ([], THIRD),
    "second-other": ([FIRST], THIRD),
    "second-nothing": ([FIRST], {}),
}


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [pytest.param("local_place", *case, id=f"local-{name}") for name, case in CASES.items()]
    + [
        pytest.param("s3_place", *CASES[name], id=f"s3-{name}")
        for name in ("first-same", "first-other", "second-other")
    ]
    + [pytest.param("s3_from_disk_place", *CASES["first-same"], id="s3-from-disk")],
    indirect=["place"],
)
def test_a_writer_killed_at_any_step_is_healed_by_the_next_commit(
    place: Place, killed: Killed, before: list[dict[str, bytes]], after: dict[str, bytes]
) -> None:
    for step in range(100):
        one = place.fresh()
        root = made(one)
        filed: dict[str, bytes] = {}
        for files in before:
            file(root, dict(files))
            filed |= files
        if not killed(one, step, SECOND):
            break
        head = root.head(KEY)
        if head is not None and head.version == len(before):
            assert {name: read(root, name, head.version) for name in root.entries(KEY, head.version)} == filed
        commit = file(root, dict(after))
        now = {name: read(root, name) for name in commit.entries}
        assert now in (filed | after, filed | SECOND | after)
        assert root.verify(KEY) == []
        assert list(root.interrupted()) == []
        assert_valid(one)
    assert step >= (place.steps if before else place.first), "the steps were not all tried"


def test_a_lot_killed_at_any_step_is_healed_by_the_next_commits(
    place: Place,
    in_child: Callable[[Callable[[], object]], int],
    dies_at: Callable[[int], Callable[[str], None]],
) -> None:
    keys = [DossierKey.parse(f"2562/24/2401/leader-{n:04d}") for n in range(1, 4)]
    deposits = [Deposit(key, SECOND, "", "ผู้เคราะห์ร้าย", WHEN) for key in keys]
    for step in range(100):
        one = place.fresh()
        made(one)
        if in_child(lambda: OcflRoot(one.store(dies_at(step))).begin(deposits)) == 0:  # noqa: B023  it has ended
            break
        root = OcflRoot(one.store())
        for key in keys:
            assert root.commit(key, SECOND, message="", user="", created=WHEN).entries.keys() == SECOND.keys()
            assert root.verify(key) == []
        assert list(root.interrupted()) == []
        assert_valid(one, len(keys))
    assert step >= 3 * 7, "the steps were not all tried"


def test_a_dossier_that_came_as_a_copy_without_its_lock_is_not_begun_again(s3_place: S3Place, tmp_path: Path) -> None:
    there = OcflRoot(LocalStore(tmp_path))
    there.init()
    file(there, dict(FIRST))
    Migration(there.store, s3_place.store()).run(lambda: None)
    root = OcflRoot(s3_place.store())

    with pytest.raises(BegunError):
        root.commit(KEY, {"new": b"new"}, message="", user="", created=WHEN, begins=True)

    assert root.verify(KEY) == []


def test_what_begins_with_a_name_that_is_refused_leaves_nothing(s3_place: S3Place) -> None:
    root = made(s3_place)

    with pytest.raises(InputRefused):
        root.commit(KEY, {"a": b"", "a/b": b""}, message="", user="", created=WHEN, begins=True)

    assert list(root.store.list(f"{KEY}/")) == []


def test_what_a_dead_writer_left_is_found_and_kept_without_a_new_filing(place: Place, killed: Killed) -> None:
    found = 0
    for step in range(100):
        one = place.fresh()
        root = made(one)
        file(root, dict(FIRST))
        if not killed(one, step, SECOND):
            break
        for key in list(root.interrupted()):
            found += 1
            assert root.verify(key) != []
            root.recover(key, user="ระบบ", created=WHEN)
        assert list(root.interrupted()) == []
        assert root.verify(KEY) == []
        assert {"paper/คำสั่ง.pdf", "record.json"} <= root.entries(KEY).keys()
    assert found > place.steps / 3


def test_bytes_left_by_a_dead_writer_are_kept_but_not_in_the_next_version(root: OcflRoot, place: Place) -> None:
    root.store.put(f"{KEY}/v1/content/paper/คำสั่ง.pdf", b"lost")
    assert file(root, dict(FIRST)).version == 2
    assert read(root, "interrupted/paper/คำสั่ง.pdf", 1) == b"lost"
    assert root.entries(KEY).keys() == FIRST.keys()
    assert_valid(place)


def test_a_writer_who_slips_past_the_lock_gets_a_conflict(root: OcflRoot) -> None:
    file(root, {"a": b"1"})

    def rival(step: str) -> None:
        if step == "claim":
            root.store.put(f"{KEY}/v2/inventory.json", b"claimed")

    with pytest.raises(Conflict, match="พร้อมกัน"):
        root.commit(KEY, {"a": b"2"}, message="", user="", created=WHEN, steps=rival)
    assert read(root, "a") == b"1"


def test_changed_bytes_are_found_wherever_they_lie(root: OcflRoot, place: Place) -> None:
    file(root, dict(FIRST))
    place.overwrite(f"{KEY}/v1/content/paper/คำสั่ง.pdf", b"0rder")
    (fault,) = root.verify(KEY)
    assert "ไฟล์ v1/content/paper/คำสั่ง.pdf ไม่ตรงกับค่า" in fault


# Damage


@pytest.fixture
def kept(local_place: LocalPlace) -> OcflRoot:
    """An archive in a folder: damage is a matter of bytes, wherever they lie."""
    return made(local_place)


def damaged(root: OcflRoot, tmp_path: Path, name: str, data: bytes | None) -> list[str]:
    file(root, {"paper/คำสั่ง.pdf": b"order"})
    file(root, {"book/เล่ม.pdf": b"book"})
    assert root.verify(KEY) == []
    place = tmp_path / "archive" / str(KEY) / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    if data is not None:
        place.write_bytes(data)
    return root.verify(KEY)


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("v1/content/paper/คำสั่ง.pdf", None, "ไฟล์ v1/content/paper/คำสั่ง.pdf หายไป"),
        ("v1/content/paper/คำสั่ง.pdf", b"0rder", "ไฟล์ v1/content/paper/คำสั่ง.pdf ไม่ตรงกับค่า"),
        ("v2/content/แปลก.txt", b"stray", "มีไฟล์แปลกปลอม v2/content/แปลก.txt"),
        ("v3/content/a", b"stray", "ไฟล์ v3/content/a ค้างจากการบันทึก"),
        ("inventory.json.sha512", b"0 inventory.json\n", "ค่าตรวจสอบของบัญชีไฟล์"),
        ("v1/inventory.json.sha512", None, "ค่าตรวจสอบของบัญชีไฟล์รุ่นที่ 1"),
        ("v1/inventory.json", None, "บัญชีไฟล์ของรุ่นที่ 1"),
        ("0=ocfl_object_1.1", b"", "0=ocfl_object_1.1"),
        ("inventory.json", b"{}", "อ่านบัญชีไฟล์"),
        ("inventory.json", None, "ไม่มีบัญชีไฟล์"),
    ],
)
def test_verify_names_the_fault(kept: OcflRoot, tmp_path: Path, name: str, data: bytes | None, fault: str) -> None:
    (found,) = damaged(kept, tmp_path, name, data)
    assert fault in found
    assert str(KEY) in found


def test_a_changed_inventory_is_not_believed(kept: OcflRoot, tmp_path: Path) -> None:
    file(kept, {"a": b"1"})
    place = tmp_path / "archive" / str(KEY) / "inventory.json"
    place.write_bytes(place.read_bytes().replace("นางสาวใจดี".encode(), "นายใจร้าย".encode()))
    with pytest.raises(FixityBroken, match=r"inventory\.json"):
        kept.open(KEY, "a")
    with pytest.raises(FixityBroken):
        file(kept, {"a": b"2"})
    assert len(kept.verify(KEY)) == 2


def test_a_lost_file_is_an_alarm_when_it_is_opened(kept: OcflRoot, tmp_path: Path) -> None:
    file(kept, {"a": b"1"})
    (tmp_path / "archive" / str(KEY) / "v1/content/a").unlink()
    with pytest.raises(FixityBroken, match="หายไป"):
        kept.open(KEY, "a")


def test_the_sidecar_is_one_that_sha512sum_checks(kept: OcflRoot, tmp_path: Path) -> None:
    file(kept, {"a": b"1"})
    folder = tmp_path / "archive" / str(KEY)
    subprocess.run(
        ["sha512sum", "-c", "--strict", "inventory.json.sha512"], cwd=folder, check=True, capture_output=True
    )
