"""A real service on a home of its own, and the processes in it that a test may kill."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Python ignores SIGXFSZ, so that a write past the limit gives EFBIG, as a full disk gives ENOSPC.
LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
REPOSITORY = Path(__file__).parents[2]
OFFICE = Path(__file__).with_name("office.py")
PATIENCE = float(os.environ.get("CHAOS_PATIENCE", "900"))
"""Seconds after which a test counts as stuck: a net to fall into, no measure."""


class Service:
    """``docservice up`` in a process of its own; with ``limit`` no file it writes may grow beyond so many bytes."""

    def __init__(
        self, home: Path, database_url: str, workers: int = 2, certificates: int = 200, limit: int | None = None
    ) -> None:
        self.home = home
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
        self.environ = {
            **clean,
            "DOCSERVICE_HOME": str(home),
            "DOCSERVICE_DATABASE_URL": database_url,
            "DOCSERVICE_OCR": "off",
        }
        self.port = _free_port()
        self.workers = workers
        self.certificates = certificates
        self.limit = limit
        self.clerk: subprocess.Popen[str] | None = None
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Service:
        """Start it, and wait until it says that it is ready."""
        words = ["up", "--port", str(self.port), "--workers", str(self.workers)]
        lead = [sys.executable, "-c", LIMITED, str(self.limit)] if self.limit else [sys.executable]
        self.process = subprocess.Popen(
            [*lead, "-m", "docservice.cli", *words],
            env=self.environ, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "พร้อมใช้งาน" in line:
                return self
        raise AssertionError("the service did not start")

    def __exit__(self, *_: object) -> None:
        """Ctrl-C, unless that has been done."""
        if self.clerk is not None:
            self.clerk.communicate(timeout=PATIENCE)
            self.clerk = None
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=PATIENCE)
            self.process = None

    def left(self) -> list[str]:
        """The command lines of all processes of this home, whoever their parent is now."""
        mark = f"DOCSERVICE_HOME={self.home}".encode()
        found = []
        for pid, (_, line) in _processes():
            try:
                named = mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if (named or str(self.home) in line) and not (self.clerk and pid == self.clerk.pid):
                found.append(line)
        return found

    def office(self, verb: str, year: int) -> Any:
        """What the office answers."""
        if self.clerk is None:
            self.clerk = subprocess.Popen(
                [sys.executable, str(OFFICE)],
                env=self.environ, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert self.clerk.stdin is not None
        assert self.clerk.stdout is not None
        self.clerk.stdin.write(f"{verb} {year} {self.certificates}\n")
        self.clerk.stdin.flush()
        return json.loads(self.clerk.stdout.readline())

    def wait(self, year: int, seconds: float) -> dict[str, Any]:
        """Until every job has ended."""
        deadline = time.monotonic() + seconds
        while not (state := self.office("state", year))["ended"]:
            assert time.monotonic() < deadline, state
            time.sleep(0.3)
        return state

    # ------------------------------------------------------------------------------------------------------- targets
    def processes(self) -> dict[int, tuple[int, str]]:
        """pid → (parent, command line) of everything below the supervisor."""
        assert self.process is not None
        every = dict(_processes())
        below = {self.process.pid}
        found: dict[int, tuple[int, str]] = {}
        while fresh := {p: e for p, e in every.items() if e[0] in below and p not in found}:
            found |= fresh
            below |= set(fresh)
        return found

    def pids(self, target: str) -> list[int]:
        """The process ids of one kind: see the names below."""
        assert self.process is not None
        found = self.processes()
        workers = [p for p, (parent, line) in found.items() if " worker " in line and parent == self.process.pid]
        choices = {
            "worker": workers,
            "child": [p for p, (parent, line) in found.items() if parent in workers and " worker " in line],
            "office": [p for p, (_, line) in found.items() if "soffice.bin" in line],
            "bridge": [p for p, (_, line) in found.items() if "office_bridge" in line],
            "supervisor": [self.process.pid],
            "redis": [p for p, (_, line) in found.items() if "redis-server" in line],
            "web": [p for p, (_, line) in found.items() if "gunicorn" in line],
            "beat": [p for p, (_, line) in found.items() if " beat " in line],
        }
        return choices[target]

    def kill(self, target: str, dice: random.Random | None = None) -> int:
        """kill -9 of one such process; how many were there. Redis loses its data, a supervisor is started again."""
        victims = self.pids(target)
        if not victims:
            return 0
        if target == "redis":
            for file in (self.home / "redis").rglob("*"):
                file.unlink() if file.is_file() else None
        os.kill((dice or random).choice(victims), signal.SIGKILL)
        if target == "supervisor":
            assert self.process is not None
            self.process.communicate()
            self.__enter__()
        return len(victims)


def _processes() -> Iterator[tuple[int, tuple[int, str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(folder.name), (parent, line)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
