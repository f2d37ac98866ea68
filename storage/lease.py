"""One holder at a time between machines: a lock object that its holder keeps changing, and that others take over.

No clock is believed. A holder that lives changes its lock every third of the lease; whoever waits takes the lock over
when it is free, when its process is known to have died on this machine, or when it has stood still for a whole lease.
Whoever begins something needs no lock object at first: what begins it can be put only once, says who put it, and holds
until something is there that shows the end. A hold that lasts makes the lock object then.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import time
import uuid
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from threading import Condition, Event, Thread
from threading import Lock as Mutex
from typing import NamedTuple, Protocol

from docservice.errors import StoreUnavailable
from storage.store import HOLD_SECONDS, busy

LEASE = 30.0
"""Seconds after which a lock that stands still is taken over."""
_POLL, _SLOWEST_POLL = 0.02, 0.5


class Lock(NamedTuple):
    """A lock object as it was read: its bytes, and what the store calls just these (its ETag)."""

    data: bytes
    etag: str


class LockPlace(Protocol):
    """Where one lock lies."""

    def read(self) -> Lock | None:
        """The lock, or None where nobody ever made it."""

    def swap(self, data: bytes, etag: str | None) -> str | None:
        """Put ``data`` in place of ``etag`` (None: of nothing); its own ETag, or None when somebody was quicker."""

    def begin(self, said: bytes) -> bool:
        """Put there what begins what the lock is about, with what its writer says; False where it has begun."""

    def begun(self) -> bytes | None:
        """What the writer of the beginning said (``{}``: nothing, or there is no such thing); None: not begun yet."""

    def has_ended(self) -> bool:
        """Whether what is there shows that who began has ended."""


@contextlib.contextmanager
def held(place: LockPlace, name: str, seconds: float = LEASE, *, begins: bool = False) -> Iterator[bool]:
    """Hold the lock for the block; waits up to ``HOLD_SECONDS``, then ``StoreUnavailable`` naming ``name``.

    ``begins``: try to put the beginning first. True: it was put with this, and what the block puts there at its end (or
    that it raises) frees the lock. Otherwise it is given free beside what the caller does next.
    """
    holder = Holder(place)
    first = begins and holder.begin()
    if not first:
        holder.wait_for(name, seconds)
    with holder.keeping(seconds):
        yield first


class _Keepers:
    """Starts the keeper of every hold that lasts. Most do not: starting a thread for each took longer than they did."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Holder, Event, float]] = []
        self._changed, self._numbers = Condition(), count()
        Thread(target=self._run, daemon=True, name="leases").start()

    def add(self, holder: Holder, ended: Event, every: float) -> None:
        """Keep ``holder``'s lock from ``every`` seconds on, until ``ended``."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + every, next(self._numbers), holder, ended, every))
            if self._due[0][2] is holder:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._due and self._due[0][3].is_set():
                    heapq.heappop(self._due)
                pause = self._due[0][0] - time.monotonic() if self._due else None
                if pause is None or pause > 0:
                    self._changed.wait(pause)
                    continue
                _, _, holder, ended, every = heapq.heappop(self._due)
            Thread(target=holder.keep, args=(ended, every), daemon=True, name="lease").start()


@cache
def _keepers(_process: int) -> _Keepers:
    """This process's: a child has none of its parent's threads."""
    return _Keepers()


class Holder:
    """Who holds, or tries to. ``held`` takes it through its steps, or who begins many things beside each other."""

    def __init__(self, place: LockPlace) -> None:
        self._place = place
        self._token = uuid.uuid4().hex
        self._turn = 0
        self._began = self._ours = False
        self._etag: str | None = None  # of the lock object; who began has none before its hold lasts
        self._changing = Mutex()

    def begin(self) -> bool:
        """Hold with what begins; False where it has begun."""
        return self.has_begun(self._place.begin(self.words()))

    def words(self) -> bytes:
        """What is to be said with the beginning."""
        self._began = True
        return self._mine()

    def has_begun(self, begun: bool) -> bool:
        """Whether the beginning is there by our words."""
        self._began = self._ours = begun
        return begun

    @contextlib.contextmanager
    def keeping(self, seconds: float = LEASE) -> Iterator[None]:
        """What is held now is kept for the block and free after it; of who began, what stands there then says so."""
        ended = Event()
        _keepers(os.getpid()).add(self, ended, seconds / 3)
        try:
            yield
        except BaseException:
            self._end(ended)
            raise
        if self._began:
            ended.set()
        else:
            self._end(ended)

    def wait_for(self, name: str, seconds: float) -> None:
        """Hold once others have ended, or stood still for ``seconds``."""
        give_up, pause = time.monotonic() + HOLD_SECONDS, _POLL
        seen, since = "", time.monotonic()
        while True:
            lock = self._place.read()
            data = lock.data if lock else self._place.begun()
            if data is None:  # somebody may begin just now: one of both does
                self._place.begin(b"{}")
                continue
            if lock and lock.etag != seen:
                seen, since = lock.etag, time.monotonic()
            if (self._is_free(data) or time.monotonic() - since >= seconds) and self._change(lock and lock.etag):
                return
            if time.monotonic() > give_up:
                raise busy(name)
            time.sleep(pause)
            pause = min(pause * 1.5, _SLOWEST_POLL)

    def keep(self, ended: Event, every: float) -> None:
        """Change the lock again and again, until ``ended`` or until somebody has taken it over."""
        while True:
            with self._changing, contextlib.suppress(StoreUnavailable):  # the next turn may be in time
                if ended.is_set() or not self._ours:
                    return
                self._change(self._etag)
            ended.wait(every)

    def _end(self, ended: Event) -> None:
        """Give the lock free, beside what the caller does next."""
        ended.set()
        Thread(target=self._release, name="release").start()

    def _release(self) -> None:
        """Free the lock after its keeper's last change, unless it is another's by now.

        A store that is away frees it by its standing still.
        """
        with self._changing, contextlib.suppress(StoreUnavailable):
            if self._ours:
                self._place.swap(b"{}", self._etag)

    def _change(self, etag: str | None) -> bool:
        self._etag = self._place.swap(self._mine(), etag)
        self._ours = self._etag is not None
        return self._ours

    def _mine(self) -> bytes:
        self._turn += 1
        said = {"holder": self._token, "turn": self._turn, "at": _here(), "pid": os.getpid(), "began": self._began}
        return json.dumps(said).encode()

    def _is_free(self, data: bytes) -> bool:
        try:
            said = json.loads(data)
            if "holder" not in said or (said["at"] == _here() and not _lives(int(said["pid"]))):
                return True
            return bool(said["began"]) and self._place.has_ended()
        except (ValueError, TypeError, KeyError):  # not written by us: it is free when it stands still
            return False


@cache
def _here() -> str:
    """This machine since it was started, and this container on it: where a process number means one process."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
