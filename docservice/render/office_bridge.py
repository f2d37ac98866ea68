"""The program that sits between this service and one LibreOffice: standard library and ``uno``.

It is run by a Python that can import ``uno`` (the system's; the service's own cannot) and imports nothing of
docservice. It starts ``soffice.bin`` in its own process group on a private profile, reads one JSON object a line on
standard input, hands it to ``office_inside.py``, which LibreOffice has loaded, and answers one a line on standard
output::

    {"op": "convert", "source": "/…/in.docx", "target": "/…/out.pdf", "title": "…", "layout": true, …}
    {"ok": true, "stored": true, "pages": 2, "starts": [{"page": 2, "text": "…", …}], "places": {"p12": 1, …}}
    {"error": "document" | "office", "detail": "…"}

Files are only named, never sent. Time limits are the caller's: a frozen LibreOffice blocks this program too, so a
second thread watches for the caller's death, and LibreOffice dies with this program (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # exists for the system's Python only
from com.sun.star.beans import NamedValue, PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]
from com.sun.star.uno import Exception as UnoException  # type: ignore[import-not-found]
from com.sun.star.uno import RuntimeException

_INSIDE = Path(__file__).resolve().with_name("office_inside.py")
_PR_SET_PDEATHSIG = 1
_RESTART_CODES = (79, 81)  # a brand-new profile ends the first run at once and asks for a second
_IDLE = 0.03  # seconds without a job after which the last one's document is closed
_CLOSE = json.dumps({"op": "close"})
_LIBC = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(parent: int, bridge: Bridge, sockets: list[str]) -> None:
    """End when the caller is gone, whatever LibreOffice is doing; a process, not a thread, is what is watched."""
    while os.getppid() == parent:
        time.sleep(0.3)
    _end(bridge, sockets)


def _end(bridge: Bridge, sockets: list[str]) -> None:
    """Kill LibreOffice and this program, and leave no file."""
    bridge.process.kill()
    for path in sockets:
        Path(path).unlink(missing_ok=True)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    shutil.rmtree(Path.cwd(), ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _sockets(pid: int) -> list[str]:
    """Paths of the sockets that process ``pid`` listens on: LibreOffice puts them in /tmp whatever TMPDIR says."""
    inodes = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            inodes.add(str(handle.readlink()))
    lines = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return [line[7] for line in lines if len(line) > 7 and f"socket:[{line[6]}]" in inodes and line[7][0] == "/"]


class Bridge:
    """One LibreOffice with its profile, and what it can be asked."""

    def __init__(self, program: str, profile: str, pipe: str) -> None:
        self.arguments = [
            str(Path(program) / "soffice.bin"),
            *("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            f"-env:UserInstallation={uno.systemPathToFileUrl(profile)}",
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
        ]
        self.address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        self.process = self._spawn()
        context = self._connect()
        manager = context.ServiceManager
        loader = manager.createInstanceWithContext("com.sun.star.loader.Python", context)
        factory = loader.activate("docservice.Inside", "", uno.systemPathToFileUrl(str(_INSIDE)), None)
        self.inside = factory.createInstanceWithContext(context)
        self.version = self._version(manager, context)

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.arguments, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, preexec_fn=_die_with_parent
        )

    def _connect(self) -> Any:
        """The remote context; starts LibreOffice again where a new profile made it end."""
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        restarts = 3
        while True:
            try:
                return resolver.resolve(self.address)
            except NoConnectException:
                time.sleep(0.05)
            code = self.process.poll()
            if code is not None:
                if code not in _RESTART_CODES or not restarts:
                    raise SystemExit(f"soffice.bin ended with {code}")
                restarts -= 1
                self.process = self._spawn()

    @staticmethod
    def _version(manager: Any, context: Any) -> str:
        settings = manager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
        node = settings.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (_product(),))
        return f"LibreOffice {node.getByName('ooSetupVersionAboutBox')}"

    def ask(self, line: str) -> dict[str, Any]:
        """One job, as LibreOffice answers it."""
        job = NamedValue()
        job.Name, job.Value = "job", line
        answer: dict[str, Any] = json.loads(self.inside.execute((job,)))
        return answer

    def close(self) -> None:
        """Close the document of the last job: nobody waits for that. What goes wrong shows at the next job."""
        with contextlib.suppress(DisposedException, RuntimeException, UnoException):
            self.ask(_CLOSE)


def _product() -> Any:
    node = PropertyValue()
    node.Name, node.Value = "nodepath", "/org.openoffice.Setup/Product"
    return node


def _answer(bridge: Bridge, line: str) -> dict[str, Any]:
    try:
        answer = bridge.ask(line)
    except DisposedException as error:
        return {"error": "office", "detail": str(error)}
    except (RuntimeException, UnoException) as error:
        answer = {"error": "document", "detail": str(error)}
    if answer.get("error") == "document" and _gone(bridge.process):
        return {"error": "office", "detail": answer["detail"]}
    return answer


def _gone(process: subprocess.Popen[bytes]) -> bool:
    """Whether LibreOffice has ended; one that was killed in mid-call takes a moment to be seen as ended."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return False
    return True


def main() -> None:
    """Serve jobs until standard input ends."""
    settings = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever LibreOffice prints must not reach the answers
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    bridge = Bridge(settings["program"], settings["profile"], settings["pipe"])
    _LIBC.prctl(_PR_SET_PDEATHSIG, 0)  # it would fire when the caller's *thread* ends; from here on a thread watches
    sockets = _sockets(bridge.process.pid)
    threading.Thread(target=_watch, args=(settings["parent"], bridge, sockets), daemon=True).start()
    ready = {"ok": True, "version": bridge.version, "office": bridge.process.pid, "sockets": sockets}
    print(json.dumps(ready), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(bridge, line)), file=answers, flush=True)
        select.select(
            [sys.stdin], [], [], _IDLE
        )  # whoever got the answer is at work on it now, and wants the processor
        bridge.close()
    _end(bridge, sockets)


if __name__ == "__main__":
    main()
