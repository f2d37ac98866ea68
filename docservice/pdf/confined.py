"""Running one job on a stranger's file in a child of the ward (``ward``): limits, wall time, and what became of it."""

from __future__ import annotations

import atexit
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from docservice.errors import Broken, DocserviceError, EvidenceRefused, EvidenceTooHeavy, StoreUnavailable, Transient

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_LONGEST_ANSWER = 64 * 1024**2
_DYING_SECONDS = 0.5
_MALLOC = {"hugetlb": 1, "mmap_threshold": 1 << 26, "trim_threshold": 1 << 29}
_LARGE_PAGES = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{name}={value}" for name, value in _MALLOC.items()),
}
"""A forked child begins and works with a third of the page faults where memory comes in large pages, and is kept."""
_SILENCE = {"died": 0}
_TIME = (signal.SIGALRM, signal.SIGXCPU)


@dataclass(frozen=True)
class Limits:
    """What one child may use: bytes of address space and of one written file, seconds of processor and of the clock."""

    memory: int = 2 * 1024**3
    file_size: int = 1024**3
    seconds: int = 60
    wall_seconds: int = 90


LIMITS = Limits()


class Ward:
    """The server of one process, started when first needed and ended with it; safe to use from several threads.

    At most ``at_once`` children live at a time; further jobs wait for their turn.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._turns = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def ask(self, job: str, facts: Mapping[str, Any], limits: Limits, *, name: str) -> dict[str, Any]:
        """What the job of ``inside`` answers; raises ``EvidenceRefused`` as it does, naming ``name`` when it dies."""
        asked = json.dumps({"job": job, "facts": dict(facts), "limits": asdict(limits)}).encode()
        seconds = limits.wall_seconds + _GRACE_SECONDS
        with self._turns:
            told = self._exchange(asked, seconds)
            if told == _SILENCE and self._is_dead():
                told = self._exchange(asked, seconds)
        if "refused" in told:
            raise _said(EvidenceRefused, told["refused"])
        if "fault" in told:
            raise _said(Broken, told["fault"])
        if "failed" in told:
            raise _failed(int(told["failed"]), str(told["why"]), name)
        if "died" in told:
            raise _died(told["died"], name)
        return told

    def warm(self) -> int:
        """Start the server now, so that the first file need not wait for it; its process id."""
        with self._lock:
            self._running()
            return self._server.pid if self._server else 0

    def close(self) -> None:
        """End the server and every child."""
        with self._lock:
            self._stop()

    def _exchange(self, asked: bytes, seconds: float) -> dict[str, Any]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._hand_over(theirs)
            theirs.close()
            ours.settimeout(seconds)
            try:
                ours.sendall(asked)
                ours.shutdown(socket.SHUT_WR)
                told = _heard(ours)
            except TimeoutError:
                self.close()
                return {"died": signal.SIGALRM}
            except (OSError, ValueError):
                return _SILENCE
        return told

    def _hand_over(self, theirs: socket.socket) -> None:
        with self._lock:
            for last in (False, True):
                try:
                    socket.send_fds(self._running(), [b"."], [theirs.fileno()])
                except OSError as error:
                    self._stop()
                    if last:
                        raise _no_ward(str(error)) from error
                else:
                    return

    def _is_dead(self) -> bool:
        """Whether the server itself has ended: then the silence was not the file's fault."""
        with self._lock:
            try:
                return self._server is None or self._server.wait(_DYING_SECONDS) is not None
            except subprocess.TimeoutExpired:
                return False

    def _running(self) -> socket.socket:
        if self._server is None or self._control is None or self._server.poll() is not None:
            self._stop()
            self._server, self._control = _started()
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
        self._server = self._control = None

    def forget(self) -> None:
        """In a forked copy: the server belongs to the parent, and nobody here holds a turn or the lock."""
        if self._control is not None:
            self._control.close()
        self._server = self._control = None
        self._turns, self._lock = threading.BoundedSemaphore(self._at_once), threading.Lock()


def _started() -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
    clean = {name: os.environ[name] for name in kept if name in os.environ}
    clean |= {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}
    clean |= _LARGE_PAGES
    with theirs:
        words = [sys.executable, "-m", "docservice.pdf.ward"]
        server = subprocess.Popen(
            words, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=clean, start_new_session=True
        )
    ours.settimeout(_START_SECONDS)
    try:
        ready = ours.recv(1)
    except OSError:
        ready = b""
    if not ready:
        ours.close()
        server.kill()
        server.wait()
        raise _no_ward("it does not start")
    ours.settimeout(None)
    return server, ours


def _heard(pipe: socket.socket) -> dict[str, Any]:
    """All the child said; ``ValueError`` when that is no answer."""
    pieces, length = [], 0
    while piece := pipe.recv(1 << 16):
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST_ANSWER:
            raise ValueError("answer too long")
    told = json.loads(b"".join(pieces))
    if not isinstance(told, dict):
        raise ValueError("no answer")
    return told


def _said(kind: type[DocserviceError], told: Mapping[str, object]) -> DocserviceError:
    message, remedy, english = (str(told.get(key, "")) for key in ("message", "remedy", "english"))
    return kind(message, remedy, english=english)


def _failed(number: int, why: str, name: str) -> DocserviceError:
    """The operating system refused: no room is nobody's fault, a file past its size is the file's."""
    if number in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable("เนื้อที่ดิสก์เต็ม", "เพิ่มเนื้อที่แล้วลองใหม่", english=f"The disk is full: {why}.")
    if number == errno.EFBIG:
        return _died(signal.SIGXFSZ, name)
    return EvidenceRefused(
        f"ไฟล์ {name} อ่านไม่ได้ ({why})", "กรุณาส่งไฟล์ใหม่อีกครั้ง", english=f"{name} cannot be read: {why}. Send it again."
    )


def _died(number: int, name: str) -> EvidenceTooHeavy:
    what = "ใช้เวลาอ่านนานเกินกำหนด" if number in _TIME else "ใช้หน่วยความจำเกินกำหนดหรือทำให้โปรแกรมอ่านหยุดทำงาน"
    english = "takes too long to read" if number in _TIME else "takes too much memory or ends the program that reads it"
    return EvidenceTooHeavy(
        f"ไฟล์ {name} {what} จึงไม่เปิดอ่าน",
        "กรุณาบันทึกหรือสแกนใหม่ให้ละเอียดน้อยลงแล้วส่งอีกครั้ง",
        english=f"{name} {english}. Save or scan it again, coarser.",
    )


def _no_ward(reason: str) -> Transient:
    return Transient(
        "เปิดโปรแกรมตรวจไฟล์ไม่ได้", "กรุณาลองใหม่ หากยังเกิดซ้ำให้แจ้งผู้ดูแลระบบ", english=f"The reader of files: {reason}."
    )


WARD = Ward(os.cpu_count() or 1)
"""This process's own."""
atexit.register(WARD.close)
os.register_at_fork(after_in_child=WARD.forget)
