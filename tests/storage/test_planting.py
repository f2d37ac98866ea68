"""A folder put into a local store at one stroke: whole or not there, whoever writes beside, whatever the system has."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from docservice.errors import InputRefused
from storage import planting
from storage.local import INCOMING, LocalStore
from storage.store import Beginning, Leaf, Tally, Tree, Trees

BEGINNING = Beginning("0=begun", b"begun\n", until="z")


def tree(**files: bytes) -> Tree:
    return Tree(BEGINNING, {name.replace("__", "/"): Leaf(data) for name, data in files.items()})


def trees(*keys: str) -> Trees:
    return {key: partial(tree, a=key.encode(), b__c=b"x") for key in keys}


@pytest.fixture(params=["at once", "one by one"])
def store(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    if request.param == "one by one":  # a system without syncfs
        monkeypatch.setattr(planting, "_syncfs", None)
    return LocalStore(tmp_path / "store")


def test_folders_stand_with_all_their_files_and_nothing_beside_them(store: LocalStore) -> None:
    assert store.plant(trees("2562/24/one", "2562/24/two")) == {"2562/24/one", "2562/24/two"}

    files = ("0=begun", "a", "b/c")
    assert list(store.list("")) == [f"2562/24/{key}/{name}" for key in ("one", "two") for name in files]
    assert (store.path / "2562/24/two/a").read_bytes() == b"2562/24/two"
    assert all(path.suffix == ".lock" for path in (store.path / INCOMING).iterdir())
    assert store.plant({}) == frozenset()


def test_what_may_be_replaced_may_and_what_is_written_once_may_not(store: LocalStore) -> None:
    store.plant({"k": lambda: Tree(BEGINNING, {"once": Leaf(b"1"), "often": Leaf(b"1", replaceable=True)})})

    modes = {name: (store.path / "k" / name).stat().st_mode & 0o777 for name in ("once", "often")}
    assert modes == {"once": 0o440, "often": 0o640}


def test_where_anything_lies_nothing_is_put_and_nobody_asked_for_its_files(store: LocalStore) -> None:
    store.put("k/z", b"there before")

    def never() -> Tree:
        raise AssertionError

    assert store.plant({"k": never, **trees("free")}) == {"free"}
    assert list(store.list("")) == ["free/0=begun", "free/a", "free/b/c", "k/z"]


@pytest.mark.parametrize(("others", "taken"), [(1.0, 8), (12e6, 1), (1e9, 0)], ids=["few", "some", "many"])
def test_what_others_left_to_write_is_written_when_it_has_stood_in_the_way_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: float, taken: int
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(planting, "_long_way", planting._LongWay())
    monkeypatch.setattr(planting, "_dirty", lambda: others)
    monkeypatch.setattr(planting, "_waits", lambda _: True)
    monkeypatch.setattr(planting, "_syncfs", lambda descriptor: synced.append(descriptor))
    store = LocalStore(tmp_path / "store")

    for n in range(8):  # five files and folders each
        store.plant(trees(f"2562/24/{n}"))

    assert len(synced) == taken
    assert len(list(store.list(""))) == 8 * 3


def test_empty_folders_are_in_nobodys_way(store: LocalStore) -> None:
    (store.path / "k/v1/content").mkdir(parents=True)
    assert store.plant(trees("k")) == {"k"}


def test_a_source_that_changed_keeps_every_folder_away(store: LocalStore, tmp_path: Path) -> None:
    source = tmp_path / "รูป.jpg"
    source.write_bytes(b"now")

    def photo(was: bytes) -> Tree:
        return Tree(BEGINNING, {"photo": Leaf(source, Tally.of(was))})

    with pytest.raises(InputRefused, match=r"รูป\.jpg"):
        store.plant({**trees("a"), "b": lambda: photo(b"before")})

    assert list(store.list("")) == []
    assert store.plant({"b": lambda: photo(b"now")}) == {"b"}
    assert (store.path / "b/photo").read_bytes() == b"now"


def test_many_who_put_the_same_folders_in_any_order_never_wait_in_a_circle(store: LocalStore) -> None:
    keys = [f"2562/24/{n}" for n in range(60)]
    orders = [keys, keys[::-1], keys[30:] + keys[:30], keys[::2] + keys[1::2]]
    with ThreadPoolExecutor(len(orders)) as threads:
        stood = list(threads.map(lambda order: store.plant(trees(*order)), orders))

    assert sorted(key for each in stood for key in each) == sorted(keys)
    assert len(list(store.list(""))) == 3 * len(keys)


def test_a_name_that_a_dead_writer_did_not_make_safe_is_made_safe_by_the_next_holder(
    tmp_path: Path, in_child: Callable[[Callable[[], object]], int]
) -> None:
    steps: list[str] = []

    def dies(step: str) -> None:
        if step == "fsync-folder":
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(lambda: LocalStore(tmp_path, steps=dies).plant(trees("2562/k"))) == -signal.SIGKILL
    with LocalStore(tmp_path, steps=steps.append).hold("2562/k"):
        assert steps == ["fsync-folder"]


def test_what_a_dead_writer_left_unfinished_is_swept_after_a_day(tmp_path: Path) -> None:
    LocalStore(tmp_path).put("a", b"x")
    for name, age in (("old.new", 25 * 3600), ("young.new", 60)):
        (tmp_path / INCOMING / name / "0").mkdir(parents=True)
        os.utime(tmp_path / INCOMING / name, (time.time() - age,) * 2)

    LocalStore(tmp_path).put("b", b"x")

    assert [path.name for path in (tmp_path / INCOMING).glob("*.new")] == ["young.new"]
