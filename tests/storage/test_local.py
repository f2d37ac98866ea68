from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from docservice.errors import InputRefused, StoreUnavailable
from storage.local import INCOMING, LocalStore

InChild = Callable[[Callable[[], object]], int]
DiesAt = Callable[[int], Callable[[str], None]]


def files(path: Path) -> list[str]:
    return sorted(found.relative_to(path).as_posix() for found in path.rglob("*") if found.is_file())


def folders(path: Path) -> list[str]:
    return sorted(found.relative_to(path).as_posix() for found in path.rglob("*") if found.is_dir())


def test_what_is_put_is_read_only_and_not_for_others(tmp_path: Path) -> None:
    LocalStore(tmp_path).put("a/b", b"x")
    assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o440
    assert files(tmp_path) == ["a/b"]


def test_a_full_disk_is_said_in_thai_and_leaves_nothing(tmp_path: Path, in_child: InChild) -> None:
    store = LocalStore(tmp_path)
    store.put("before", b"x")
    before = folders(tmp_path)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        with pytest.raises(StoreUnavailable, match="พื้นที่จัดเก็บเต็ม") as error:
            store.put("2562/24/book.pdf", b"x" * 5_000_000)
        assert str(tmp_path / "2562/24/book.pdf") in error.value.message
        assert "full" in error.value.text("en")

    assert in_child(fill) == 0
    assert files(tmp_path) == ["before"]
    assert folders(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = LocalStore(tmp_path / "file" / "archive")
    for act in (
        lambda: store.put("a", b"x"),
        lambda: store.replace("a", b"x", expected=None),
        lambda: store.hold("a").__enter__(),
    ):
        with pytest.raises(StoreUnavailable) as error:
            act()
        assert str(tmp_path / "file") in error.value.message
    assert files(tmp_path) == ["file"]


def test_the_folder_of_unfinished_files_is_not_part_of_the_store(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", b"x")
    (tmp_path / INCOMING / "half").write_bytes(b"half")
    assert list(store.list("")) == ["a"]
    assert list(store.list("ext")) == []
    with pytest.raises(InputRefused):
        store.put(f"{INCOMING}/b", b"x")


def test_forgotten_unfinished_files_are_swept_after_a_day(tmp_path: Path) -> None:
    LocalStore(tmp_path).put("a", b"x")
    for name, age in (("old", 25 * 3600), ("new", 60)):
        (tmp_path / INCOMING / name).write_bytes(b"half")
        os.utime(tmp_path / INCOMING / name, (time.time() - age,) * 2)
    LocalStore(tmp_path).put("b", b"x")
    assert files(tmp_path / INCOMING) == ["new"]


def stored(store: LocalStore, how: str, data: bytes) -> None:
    if how == "put":
        store.put("a/b", data)
    else:
        store.replace("a/b", data, expected=None)


@pytest.mark.parametrize("write", ["put", "replace"])
def test_a_writer_killed_at_any_step_leaves_the_whole_file_or_none(
    tmp_path: Path, in_child: InChild, dies_at: DiesAt, write: str
) -> None:
    data, seen = b"x" * 2_500_000, set()
    for step in range(20):
        path = tmp_path / str(step)
        ended = in_child(partial(stored, LocalStore(path, steps=dies_at(step)), write, data))
        store = LocalStore(path)
        present = list(store.list(""))
        assert present in ([], ["a/b"])
        assert all((path / key).read_bytes() == data for key in present)
        stored(store, write, data)
        assert (path / "a/b").read_bytes() == data
        seen.add((ended, bool(present)))
        if ended == 0:
            break
    assert seen == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}


def test_a_hold_of_a_killed_process_ends_with_it(tmp_path: Path, in_child: InChild) -> None:
    store = LocalStore(tmp_path)

    def die() -> None:
        with store.hold("a"):
            (tmp_path / "a/b").mkdir(parents=True)
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die) == -signal.SIGKILL
    with store.hold("a"):
        assert not (tmp_path / "a").exists()
