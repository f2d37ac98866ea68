"""One holder at a time between machines: a lock object that its holder keeps changing, and that others take over.

No clock is believed. A holder that lives changes its lock every third of the lease; whoever waits takes the lock over
when it is free, when its process is known to have died on this machine, or when it has stood still for a whole lease.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
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


@contextlib.contextmanager
def held(place: LockPlace, name: str, seconds: float = LEASE, *, new: bool = False) -> Iterator[bool]:
    """Hold the lock for the block; waits up to ``HOLD_SECONDS``, then ``StoreUnavailable`` naming ``name``.

    ``new``: try first whether nobody ever made the lock; True: so it was. It is given free beside what the caller does
    next.
    """
    holder = _Holder(place)
    first = new and holder.take_new()
    if not first:
        holder.wait_for(name, seconds)
    ended = Event()
    keeper = Thread(target=holder.keep, args=(ended, seconds / 3), daemon=True, name="lease")
    keeper.start()
    try:
        yield first
    finally:
        ended.set()
        Thread(target=holder.release, args=(keeper,), name="release").start()


class _Holder:
    def __init__(self, place: LockPlace) -> None:
        self._place = place
        self._token = uuid.uuid4().hex
        self._turn = 0
        self._etag: str | None = None

    def take_new(self) -> bool:
        """Make the lock; False where there is one."""
        return self._change(None)

    def wait_for(self, name: str, seconds: float) -> None:
        give_up, pause = time.monotonic() + HOLD_SECONDS, _POLL
        seen, since = "", time.monotonic()
        while True:
            lock = self._place.read()
            if lock and lock.etag != seen:
                seen, since = lock.etag, time.monotonic()
            if (_is_free(lock) or time.monotonic() - since >= seconds) and self._change(lock):
                return
            if time.monotonic() > give_up:
                raise busy(name)
            time.sleep(pause)
            pause = min(pause * 1.5, _SLOWEST_POLL)

    def keep(self, ended: Event, every: float) -> None:
        """Change the lock again and again, until ``ended`` or until somebody has taken it over."""
        while self._etag and not ended.wait(every):
            with contextlib.suppress(StoreUnavailable):  # the next turn may be in time
                self._etag = self._place.swap(self._mine(), self._etag)

    def release(self, keeper: Thread) -> None:
        """Free the lock when ``keeper`` has ended, unless it is another's by now.

        A store that is away frees it by its standing still.
        """
        keeper.join()
        if self._etag:
            with contextlib.suppress(StoreUnavailable):
                self._place.swap(b"{}", self._etag)

    def _change(self, lock: Lock | None) -> bool:
        self._etag = self._place.swap(self._mine(), lock.etag if lock else None)
        return self._etag is not None

    def _mine(self) -> bytes:
        self._turn += 1
        return json.dumps({"holder": self._token, "turn": self._turn, "at": _here(), "pid": os.getpid()}).encode()


def _is_free(lock: Lock | None) -> bool:
    if lock is None:
        return True
    try:
        said = json.loads(lock.data)
        return "holder" not in said or (said["at"] == _here() and not _lives(int(said["pid"])))
    except (ValueError, TypeError, KeyError):  # not written by us: it is free when it stands still
        return False


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
