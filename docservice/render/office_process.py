"""The processes behind an Office: found, launched in a folder and process group of their own, and killed.

A bridge (``office_bridge.py``) and its LibreOffice share one process group. Their folder is locked while the owner
lives; what a killed owner left behind is swept by the next. What is asked of LibreOffice belongs in ``office``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from docservice.errors import EngineUnavailable
from docservice.render.fonts import Fonts

_BRIDGE = Path(__file__).with_name("office_bridge.py")
_YOUNG = 60.0  # seconds
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Recovery/AutoSave"><prop oor:name="Enabled" oor:op="fuse"><value>false</value>
</prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseLocking"
 oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseDocumentSystemFileLocking"
 oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it, under a name that nobody can foresee
_ROOM = 1 << 30  # bytes that must be free there: large files are converted, too
# What a document gives back is kept for the next one: asking for it anew was a tenth of a letter's time. All but the
# last are for the C library's own memory, where jemalloc is missing.
_KEEPS_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_TOP_PAD_": str(16 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000",
    # Quicker with LibreOffice's many small pieces, by a twelfth of its time. Without it the loader goes on.
    "LD_PRELOAD": "libjemalloc.so.2",
}


class LibreOfficeGone(Exception):
    """LibreOffice or its bridge died or did not answer in time."""


@dataclass
class Process:
    """A running bridge with its LibreOffice, its folder, and where the files lie that it works on."""

    bridge: subprocess.Popen[bytes]
    folder: Path
    scratch: Path
    lock: int
    office: int = 0
    version: str = ""
    sockets: list[str] = field(default_factory=list)
    conversions: int = 0
    pending: bytes = b""


def read_line(process: Process, limit: float) -> dict[str, Any]:
    """One answer within ``limit`` seconds. Raises LibreOfficeGone at the end of the stream or of the time."""
    stdout = process.bridge.stdout
    assert stdout is not None  # noqa: S101 -- it was opened with a pipe
    deadline = time.monotonic() + limit
    poller = select.poll()
    poller.register(stdout, select.POLLIN)
    while b"\n" not in process.pending:
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            raise LibreOfficeGone(f"no answer in {limit:.0f} s")
        chunk = os.read(stdout.fileno(), 1 << 16)
        if not chunk:
            raise LibreOfficeGone("it ended")
        process.pending += chunk
    line, _, process.pending = process.pending.partition(b"\n")
    answer: dict[str, Any] = json.loads(line)
    return answer


def launch(home: Path, fonts: Fonts, program: Path, python: str) -> Process:
    """Start the bridge in a new folder and process group; it sees nothing of this process's environment."""
    folder = home / uuid.uuid4().hex[:12]
    (folder / "profile" / "user").mkdir(parents=True)
    scratch = _scratch(folder / "tmp")
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    environment = {
        "PATH": os.defpath,  # LibreOffice takes the first python3 there for the home of its own; a venv's is none
        "HOME": str(folder),
        "TMPDIR": str(scratch),
        "FONTCONFIG_FILE": str(fonts.config),
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        **_KEEPS_MEMORY,
    }
    settings = {
        "program": str(program),
        "profile": str(folder / "profile"),
        "pipe": f"ds{folder.name}",
        "parent": os.getpid(),
    }
    with (folder / "log").open("wb") as log:
        bridge = subprocess.Popen(
            [python, "-I", str(_BRIDGE), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    return Process(bridge, folder, scratch, lock)


def _scratch(place: Path) -> Path:
    """Where files on their way lie: in memory, since LibreOffice waits for the disk three times a document; else there.

    ``place`` leads to it, so that it is found again when its owner has died.
    """
    with contextlib.suppress(OSError):
        if shutil.disk_usage(_MEMORY).free >= _ROOM:
            found = Path(tempfile.mkdtemp(prefix="docservice-", dir=_MEMORY))
            place.symlink_to(found)
            return found
    place.mkdir()
    return place


def _remove(folder: Path) -> None:
    """The folder of a process that has ended, and where its files lay."""
    shutil.rmtree((folder / "tmp").resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def kill(process: Process, owner: int) -> None:
    """SIGKILL the whole group and remove its folder; a forked copy of the owner leaves it alone."""
    if owner != os.getpid():
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.bridge.pid, signal.SIGKILL)
    process.bridge.wait()
    for stream in (process.bridge.stdin, process.bridge.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    _remove(process.folder)
    _unlink(process.sockets)
    os.close(process.lock)


def sweep(home: Path) -> None:
    """Remove what killed owners left: folders whose lock nobody holds any more, and their sockets."""
    for lock in home.glob("*/lock"):
        with contextlib.suppress(OSError), lock.open("rb") as handle:
            if time.time() - lock.stat().st_mtime < _YOUNG:  # it may have been made but not locked yet
                continue
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            listed = lock.with_name("sockets")
            _unlink(listed.read_text(encoding="utf-8").splitlines() if listed.exists() else [])
            _remove(lock.parent)


def _unlink(paths: Iterable[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)


def memory(pid: int) -> int:
    """Resident bytes of a process; 0 when it is gone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_SIZE
    return 0


def program_folder(soffice: str) -> Path:
    """The folder of ``soffice.bin``. Raises EngineUnavailable when LibreOffice is not installed."""
    found = shutil.which(soffice)
    folder = Path(found).resolve().parent if found else None
    if folder is None or not (folder / "soffice.bin").is_file():
        raise EngineUnavailable(
            f"ไม่พบโปรแกรม LibreOffice ({soffice})",
            "กรุณาติดตั้งแพ็กเกจ libreoffice-writer-nogui",
            english=f"LibreOffice ({soffice}) was not found. Install the package libreoffice-writer-nogui.",
        )
    return folder


@cache
def uno_python(soffice: str) -> str:
    """A Python that can import ``uno``. Raises EngineUnavailable naming the package that brings it."""
    candidates = ["/usr/bin/python3", str(program_folder(soffice) / "python"), shutil.which("python3") or ""]
    for python in filter(os.path.exists, candidates):
        if subprocess.run([python, "-I", "-c", "import uno"], capture_output=True, timeout=60).returncode == 0:
            return python
    raise EngineUnavailable(
        "ไม่พบ Python ที่เชื่อมต่อ LibreOffice ได้",
        "กรุณาติดตั้งแพ็กเกจ python3-uno",
        english="No Python that can import uno was found. Install the package python3-uno.",
    )
