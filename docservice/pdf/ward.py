"""The ward: a small server whose forked children read strangers' files, each under limits the kernel keeps.

Run as a program by ``confined``, with a clean environment and the PDF libraries loaded, so that a child begins within
milliseconds and holds nothing of the asking process. On its control socket (file descriptor 0) come sockets, one for
each job; the child reads the job there as JSON and writes its answer as JSON, never a pickle: a child that a file has
taken over can tell lies, not run code elsewhere. When the asking process ends, so does everything here.
"""

from __future__ import annotations

import errno
import gc
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from docservice.errors import DocserviceError, EvidenceRefused
from docservice.pdf import inside

_LARGEST_ANSWER_WAIT = 30.0


def main() -> None:
    """Serve until the control socket ends, then kill every child."""
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)  # it remarks on every stranger's font
    inside.warm()
    gc.freeze()
    control = socket.socket(fileno=0)
    awake, bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(bell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, socket.socket] = {}
    control.send(b"+")
    while True:
        ready = select.select([control.fileno(), awake], [], [])[0]
        if awake in ready:
            os.read(awake, 4096)
        _bury(children)
        if control.fileno() in ready and not _admit(control, children):
            os.killpg(0, signal.SIGKILL)


def _admit(control: socket.socket, children: dict[int, socket.socket]) -> bool:
    """Fork a child for the job whose socket arrives; whether there was one."""
    data, handles, _, _ = socket.recv_fds(control, 1, 1)
    if not data:
        return False
    job = socket.socket(fileno=handles[0])
    pid = os.fork()
    if not pid:
        control.close()
        for other in children.values():
            other.close()
        _live(job)
    children[pid] = job
    return True


def _bury(children: dict[int, socket.socket]) -> None:
    """Reap who has ended, and tell who waits for one that was killed."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with children.pop(pid) as job, suppress(OSError):
            if os.WIFSIGNALED(status):
                job.send(json.dumps({"died": os.WTERMSIG(status)}).encode())


def _live(job: socket.socket) -> None:
    """The child's whole life."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told = _told(job)
        job.settimeout(_LARGEST_ANSWER_WAIT)
        job.sendall(json.dumps(told).encode())
        code = 0
    except Exception:  # noqa: BLE001 -- the file's fault becomes the answer of who reaps: it fell over; the why is for the log
        traceback.print_exc()
    finally:
        os._exit(code)


def _told(job: socket.socket) -> dict[str, Any]:
    with job.makefile("rb") as incoming:
        asked = json.loads(incoming.read())
    tight = _limit(asked["limits"])
    try:
        return inside.JOBS[asked["job"]](asked["facts"])
    except MemoryError:
        return {"died": signal.SIGABRT}
    except EvidenceRefused as refusal:
        return {"refused": refusal.as_dict()}
    except DocserviceError as fault:
        return {"fault": fault.as_dict()}
    except RecursionError:
        return {"died": signal.SIGSEGV}
    except OSError as error:
        number = errno.ENOSPC if tight and error.errno == errno.EFBIG else error.errno or 0
        return {"failed": number, "why": str(error.strerror)}


def _limit(limits: dict[str, int]) -> bool:
    """Bounds that nothing in this process can lift again; and the first to be killed when the machine runs short.

    Whether the machine itself lets files grow less than asked: then one that cannot grow is not the file's fault.
    """
    tight = _most(resource.RLIMIT_FSIZE, limits["file_size"]) < limits["file_size"]
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["file_size"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (_most(kind, most), _most(kind, most)))
    most_handles = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_handles, most_handles))  # a book opens all its parts
    seconds = _most(resource.RLIMIT_CPU, limits["seconds"] + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (max(seconds - 1, 1), seconds))
    signal.setitimer(signal.ITIMER_REAL, limits["wall_seconds"])
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    return tight


def _most(kind: int, wanted: int) -> int:
    """``wanted``, or what the machine allows where that is less: a limit can only be lowered."""
    hard = resource.getrlimit(kind)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


if __name__ == "__main__":
    sys.stdin = Path(os.devnull).open()  # noqa: SIM115 -- descriptor 0 is the control socket; nobody may read it as text
    main()
