"""One foreground command that keeps a handful of processes running: start in order, restart what dies, stop in reverse.

Every child is in a session of its own, so that Ctrl-C reaches only the supervisor, and is told by the kernel to stop
when the supervisor dies. A lock on the home folder keeps a second supervisor out.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from docservice.errors import Conflict, EngineUnavailable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_TICK = 0.2
_SLOWEST_RESTART = 30.0
_CALM = 60.0
"""Seconds a child must have run for its next restart to be immediate again."""


@dataclass(frozen=True)
class Service:
    """One process to keep: ``ready`` is waited for before the next starts; ``grace`` seconds between TERM and KILL.

    ``bury`` is called between its death and its restart, when nothing of its session is left.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    wait: float = 30.0
    grace: float = 15.0
    environ: tuple[tuple[str, str], ...] = ()
    bury: Callable[[], object] = lambda: None


@dataclass
class _Child:
    service: Service
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    started: float
    restarts: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Keeps ``services`` running until told to stop. ``logs``: a folder with one file per service."""

    services: Sequence[Service]
    logs: Path
    say: Callable[[str], None]
    _children: list[_Child] = field(default_factory=list)
    _stopping: bool = False

    def run(self, started: Callable[[], None] = lambda: None, once: Callable[[], bool] | None = None) -> None:
        """Start everything, call ``started``, and stay until SIGINT, SIGTERM, or until ``once`` says it is done."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        try:
            for service in self.services:
                if self._stopping:
                    return
                self._children.append(self._start(service))
                self._await(self._children[-1])
            if not self._stopping:
                started()
            while not self._stopping and not (once and once()):
                self._revive()
                time.sleep(_TICK)
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop every child, last started first; each gets its grace, then is killed with its whole session."""
        for child in reversed(self._children):
            _end(child)
        self._children.clear()

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, service: Service) -> _Child:
        log = (self.logs / f"{service.name}.log").open("ab")
        process = subprocess.Popen(
            list(service.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **dict(service.environ)},
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        return _Child(service, process, log, time.monotonic())

    def _await(self, child: _Child) -> None:
        """Wait until the service is ready; a service that ends or stays silent stops the whole start."""
        deadline = time.monotonic() + child.service.wait
        while not child.service.ready():
            if child.process.poll() is not None or time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"เริ่ม {child.service.name} ไม่สำเร็จ: {_last_line(self.logs / f'{child.service.name}.log')}",
                    f"ดูบันทึกที่ {self.logs / f'{child.service.name}.log'} แล้วสั่งใหม่ หรือตรวจด้วย docservice doctor",
                    english=f"{child.service.name} did not start. See {self.logs}.",
                )
            if self._stopping:
                return
            time.sleep(0.05)

    def _revive(self) -> None:
        for place, child in enumerate(self._children):
            code = child.process.poll()
            if code is None:
                continue
            now = time.monotonic()
            if not child.not_before:
                self._plan_restart(child, code, now)
            if now >= child.not_before:
                _kill_session(child.process.pid)
                child.log.close()
                child.service.bury()
                fresh = self._start(child.service)
                fresh.restarts = child.restarts
                self._children[place] = fresh

    def _plan_restart(self, child: _Child, code: int, now: float) -> None:
        """The first restart is at once; a child that keeps dying is given longer and longer pauses."""
        child.restarts = 0 if now - child.started > _CALM else child.restarts + 1
        pause = 0.0 if child.restarts <= 1 else min(_SLOWEST_RESTART, 0.5 * 2.0**child.restarts)
        child.not_before = now + pause
        self.say(f"{child.service.name} หยุดเอง (รหัส {code}) เริ่มใหม่ใน {pause:.0f} วินาที")


@contextmanager
def sole(home: Path) -> Iterator[None]:
    """Hold the home folder's lock, or ``Conflict`` when another supervisor holds it."""
    path = home / "run" / "supervisor.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise Conflict(
                f"ระบบของ {home} ทำงานอยู่แล้ว (หมายเลขกระบวนการ {lock.read().strip() or '-'})",
                "ใช้ระบบที่ทำงานอยู่ หรือปิดระบบนั้นก่อนด้วย Ctrl-C",
                english=f"docservice is already running on {home}. Stop it first.",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_running(home: Path) -> bool:
    """Whether a supervisor holds the lock of ``home``."""
    path = home / "run" / "supervisor.lock"
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _end(child: _Child) -> None:
    if child.process.poll() is None:
        child.process.terminate()
        try:
            child.process.wait(child.service.grace)
        except subprocess.TimeoutExpired:
            child.process.kill()
    _kill_session(child.process.pid)
    child.process.wait()
    child.log.close()


def _kill_session(pid: int) -> None:
    """Nothing of the child's session may be left."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def die_with_parent() -> None:
    """For ``preexec_fn``: the kernel sends the child SIGTERM when its parent is gone, however that ended."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "ไม่มีบันทึก"


PYTHON = sys.executable
