"""One holder at a time of what lies in a bucket, between machines: by what begins there, and by a lock object."""

from __future__ import annotations

import io
import json
import os
import signal
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from s3server import S3Server
from wire import Wire

from storage.address import Bucket
from storage.bucket import OWN, S3Store
from storage.lease import Lock, held
from storage.store import Beginning


@pytest.fixture
def store(s3_server: S3Server, s3_bucket: Bucket) -> S3Store:
    return S3Store(s3_bucket, s3_server.app)


def test_a_hold_of_a_killed_process_ends_with_it(store: S3Store, in_child: Callable[..., int]) -> None:
    def die() -> None:
        with store.hold("a"):
            os.kill(os.getpid(), signal.SIGKILL)

    for _ in range(2):
        assert in_child(die) == -signal.SIGKILL
        with store.hold("a"):
            pass


def test_a_holder_on_another_machine_keeps_the_lock_while_it_lives(s3_server: S3Server, s3_bucket: Bucket) -> None:
    """``lease=0.3``: the holder has changed its lock several times before the other one would have taken it over."""
    inside: list[str] = []
    stores = [S3Store(s3_bucket, s3_server.app, lease=0.3) for _ in range(2)]

    def work(store: S3Store) -> None:
        with store.hold("a"):
            inside.append("in")
            for turn in range(100):
                store.put(f"{turn}/{len(inside)}", b"x")
            inside.append("out")

    threads = [Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == ["in", "out"] * 2


class _Lock:
    """A lock in memory: what its holders write can be looked at and set."""

    def __init__(self, data: dict[str, object]) -> None:
        self.data, self.swaps = json.dumps(data).encode(), 0
        self.ended = False

    def read(self) -> Lock:
        return Lock(self.data, str(self.swaps))

    def swap(self, data: bytes, etag: str | None) -> str | None:
        if etag != str(self.swaps):
            return None
        self.data, self.swaps = data, self.swaps + 1
        return str(self.swaps)

    def begin(self, said: bytes) -> bool:
        return False

    def begun(self) -> bytes:
        return b"{}"

    def has_ended(self) -> bool:
        return self.ended


@pytest.mark.parametrize(
    "left",
    [
        {"holder": "somebody", "turn": 1, "at": "another machine", "pid": 1},
        {"holder": "not written by us"},
    ],
)
def test_a_lock_that_stands_still_for_a_lease_is_taken_over(left: dict[str, object]) -> None:
    lock = _Lock(left)
    with held(lock, "a", seconds=0.2):
        assert json.loads(lock.data)["pid"] == os.getpid()
    assert _freed(lock)


def _freed(lock: _Lock) -> bool:
    """It is given free beside what its holder does next."""
    deadline = time.monotonic() + 120
    while json.loads(lock.data) != {} and time.monotonic() < deadline:
        time.sleep(0.005)
    return json.loads(lock.data) == {}


def test_a_holder_whose_lock_was_taken_over_leaves_it_to_the_other() -> None:
    lock = _Lock({})
    with held(lock, "a"):
        lock.swap(b'{"holder": "another"}', str(lock.swaps))
    assert json.loads(lock.data) == {"holder": "another"}


BEGINNING = Beginning("0=begun", b"begun\n", until="z")


def test_who_begins_needs_no_lock_and_frees_nothing(s3_server: S3Server, s3_bucket: Bucket) -> None:
    one, two = (S3Store(s3_bucket, s3_server.app, lease=3600) for _ in range(2))  # standing still frees nothing
    with one.hold("a", BEGINNING, begins=True) as first:
        assert first
        one.put("a/b", b"x")
        one.put("a/z", b"x")
    assert _locks(s3_server, one) == []
    with two.hold("a", BEGINNING, begins=True) as first:  # at once: the first holder's process lives, its end is there
        assert not first
    with one.hold("a", BEGINNING) as first:
        assert not first
    assert list(one.list("a/")) == ["a/0=begun", "a/b", "a/z"]


def _locks(server: S3Server, store: S3Store) -> list[str]:
    inside = server.client().list_objects(store.bucket.name, prefix=f"{store.bucket.prefix}/{OWN}/")
    return [str(item.object_name) for item in inside if not str(item.object_name).endswith("/probe")]


def test_of_many_who_begin_at_once_one_is_the_first(s3_server: S3Server, s3_bucket: Bucket) -> None:
    inside: list[str] = []
    firsts: list[bool] = []
    stores = [S3Store(s3_bucket, s3_server.app, lease=3600) for _ in range(6)]

    def work(store: S3Store, *, begins: bool) -> None:
        with store.hold("a", BEGINNING, begins=begins) as first:
            inside.append("in")
            firsts.append(first)
            store.put("a/z", b"x")
            inside.append("out")

    threads = [Thread(target=work, args=(store,), kwargs={"begins": n != 5}) for n, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # nobody is, where the one who did not mean to begin came before them: it puts the beginning and takes the lock
    assert sorted(firsts) in ([False] * 5 + [True], [False] * 6)
    # the end of the first is there a little before it leaves
    assert [word for word in inside[2:] if word == "in"] == ["in"] * 5
    assert inside.count("out") == 6


def test_who_holds_what_has_not_begun_puts_the_beginning(s3_server: S3Server, s3_bucket: Bucket) -> None:
    one, two = (S3Store(s3_bucket, s3_server.app, lease=3600) for _ in range(2))
    with one.hold("a", BEGINNING) as first:
        assert not first
        assert list(one.list("a/")) == ["a/0=begun"]
        entered = _entering(two, "a", begins=True)
        assert not entered.wait(0.5)
    assert entered.wait(60)


def _entering(store: S3Store, prefix: str, *, begins: bool) -> Event:
    entered = Event()

    def enter() -> None:
        with store.hold(prefix, BEGINNING, begins=begins):
            entered.set()

    Thread(target=enter, daemon=True).start()
    return entered


def test_a_first_holder_that_failed_gives_it_free(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(s3_bucket, s3_server.app, lease=3600)
    with pytest.raises(RuntimeError), store.hold("a", BEGINNING, begins=True):
        raise RuntimeError
    with store.hold("a", BEGINNING, begins=True) as first:
        assert not first


def test_what_a_killed_process_began_is_free(store: S3Store, in_child: Callable[..., int]) -> None:
    def die() -> None:
        with store.hold("a", BEGINNING, begins=True):
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(die) == -signal.SIGKILL
    with store.hold("a", BEGINNING) as first:
        assert not first


@pytest.mark.parametrize("begins", [True, False])
def test_a_first_hold_that_lasts_makes_a_lock_and_keeps_it(
    s3_server: S3Server, s3_bucket: Bucket, *, begins: bool
) -> None:
    one, two = (S3Store(s3_bucket, s3_server.app, lease=0.3) for _ in range(2))
    with one.hold("a", BEGINNING, begins=True):
        entered = _entering(two, "a", begins=begins)
        for turn in range(100):  # several leases
            one.put(f"{turn}", b"x")
        assert not entered.is_set()
        assert len(_locks(s3_server, one)) == 1
        one.put("a/z", b"x")
    assert entered.wait(60)


def test_what_another_machine_began_is_taken_over_once_it_has_stood_still(
    s3_server: S3Server, s3_bucket: Bucket
) -> None:
    store = S3Store(s3_bucket, s3_server.app, lease=0.3)
    _begun_elsewhere(s3_server, store)
    with store.hold("a", BEGINNING, begins=True) as first:
        assert not first


def test_what_another_machine_began_is_free_when_its_end_is_there(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(s3_bucket, s3_server.app, lease=3600)
    _begun_elsewhere(s3_server, store)
    entered = _entering(store, "a", begins=False)
    assert not entered.wait(0.5)
    store.put("a/z", b"x")
    assert entered.wait(60)


def _begun_elsewhere(server: S3Server, store: S3Store) -> None:
    said = {"holder": "somebody", "turn": 1, "at": "another machine", "pid": 1, "began": True}
    server.client().put_object(
        store.bucket.name,
        f"{store.bucket.prefix}/a/0=begun",
        io.BytesIO(b"begun\n"),
        6,
        metadata={"docservice-begun": json.dumps(said)},
    )


def test_a_beginning_that_came_as_a_copy_is_nobodys(s3_server: S3Server, s3_bucket: Bucket) -> None:
    store = S3Store(s3_bucket, s3_server.app, lease=3600)
    store.put("a/0=begun", b"begun\n")
    with store.hold("a", BEGINNING, begins=True) as first:
        assert not first


def test_a_beginning_whose_answers_are_lost_is_known_to_be_ours(
    s3_server: S3Server, s3_bucket: Bucket, far: S3Store, cable: Wire
) -> None:
    """Directly, then through the SDK, again and again."""
    near = S3Store(s3_bucket, s3_server.app)
    for lost in range(4):
        cable.cut_answers(*([0] * lost))
        with far.hold(f"a/{lost}", BEGINNING, begins=True) as first:
            assert first
            cable.cut_answers()
            near.put(f"a/{lost}/z", b"x")
        with near.hold(f"a/{lost}", BEGINNING, begins=True) as first:
            assert not first


def test_a_living_holders_lock_is_free_only_when_its_end_is_there() -> None:
    """Its lock stands still, as it does while a short hold lasts: only what it named can show that it has ended."""
    lock = _Lock({"holder": "somebody", "turn": 1, "at": "another machine", "pid": 1, "began": True})
    entered = Event()

    def enter() -> None:
        with held(lock, "a", seconds=3600):
            entered.set()

    waiting = Thread(target=enter)
    waiting.start()
    assert not entered.wait(0.3)
    lock.ended = True
    waiting.join()
    assert entered.is_set()
    assert _freed(lock)


def test_the_keeper_of_a_hold_that_lasts_does_not_keep_it_from_being_freed() -> None:
    """Every hold ends while its keeper is at work, or just before."""
    for turn in range(200):
        lock = _Lock({})
        with held(lock, "a", seconds=0.003):
            time.sleep(0.0005 + turn % 7 * 0.0002)
        assert _freed(lock)
