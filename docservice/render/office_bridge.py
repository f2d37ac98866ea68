"""The program that sits between this service and one LibreOffice: standard library, ``uno`` and its ``office_pages``.

It is run by a Python that can import ``uno`` (the system's; the service's own cannot) and imports nothing of
docservice. It starts ``soffice.bin`` in its own process group on a private profile, reads one JSON object a line on
standard input and answers one a line on standard output::

    {"op": "convert", "source": "/…/in.docx", "target": "/…/out.pdf", "title": "…", "layout": true, …}
    {"ok": true, "stored": true, "pages": 2, "starts": [{"page": 2, "text": "…", …}], "places": {"p12": 1, …}}
    {"error": "document" | "office", "detail": "…"}

Files are only named, never sent. Time limits are the caller's: a frozen LibreOffice blocks this program too, so a
second thread watches for the caller's death, and LibreOffice dies with this program (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # exists for the system's Python only
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException, Locale  # type: ignore[import-not-found]
from com.sun.star.uno import Exception as UnoException  # type: ignore[import-not-found]
from com.sun.star.uno import RuntimeException

sys.path.append(str(Path(__file__).parent))
_Pages = importlib.import_module("office_pages").Pages  # by path: this program runs apart from the package

_PR_SET_PDEATHSIG = 1
_RESTART_CODES = (79, 81)  # a brand-new profile ends the first run at once and asks for a second
_LIBC = ctypes.CDLL(None, use_errno=True)
_FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8", ".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
_SHEETS = (".xlsx", ".ods")
_TIMES = 20  # that a document is stored before its pages count as never settling
_BY_PAGE_STYLE, _NATIVE = 7, 12  # com.sun.star.style.NumberingType
_THAI = Locale("th", "TH", "")


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


def _value(name: str, content: Any) -> Any:
    value = PropertyValue()
    value.Name, value.Value = name, content
    return value


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
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.words = manager.createInstanceWithContext("com.sun.star.i18n.BreakIterator", context)
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
        node = settings.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", (_value("nodepath", "/org.openoffice.Setup/Product"),)
        )
        return f"LibreOffice {node.getByName('ooSetupVersionAboutBox')}"

    # ------------------------------------------------------------------------------------------------------- one job
    def convert(self, job: dict[str, Any]) -> dict[str, Any]:
        """Load a Word file (or, by its ending, another of ``_FILTERS``) and store it as PDF/A-2b.

        A ``lot`` gets a named destination for each bookmark, and neither tags nor PDF/A entries: it is taken apart.
        With a ``box`` catchwords are written into boxes like it. With ``layout`` also tell where each page starts, with
        ``papers`` tell only where those of a lot do. With ``unless_continued`` nothing is stored when text flows from
        one page to the next: the caller comes back with catchwords.
        """
        document = self._load(job)
        if document is None:
            return {"error": "document", "detail": "LibreOffice cannot read the file"}
        try:
            document.DocumentProperties.Title = job["title"]
            if _is_sheet(job):
                _fit_width(document)
            if job.get("thai_numbers"):
                with _at_once(document):
                    _thai_page_numbers(document, fields=job["thai_numbers"] == "fields")
            return self._answer(document, job)
        finally:
            with contextlib.suppress(DisposedException):
                document.close(True)

    def _load(self, job: dict[str, Any]) -> Any:
        return self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(job["source"]),
            "_blank",
            0,
            (
                _value("Hidden", True),
                _value("FilterName", _FILTERS[Path(job["source"]).suffix]),
                _value("MacroExecutionMode", 0),
                _value("UpdateDocMode", 0),
            ),
        )

    def _answer(self, document: Any, job: dict[str, Any]) -> dict[str, Any]:
        """What was asked about a loaded document. One whose pages change while it is stored is looked at again."""
        if job.get("papers"):
            pages = _Pages(document, self.words, _THAI)
            return {"ok": True, "stored": False, "papers": list(pages.papers(job["papers"]))}
        if not job.get("layout") and not job.get("box"):
            self._store(document, job)
            return {"ok": True, "stored": True}
        pages = _Pages(document, self.words, _THAI)
        if job.get("box"):
            return self._boxed(pages, document, job)
        for _ in range(_TIMES):
            layout = pages.layout()
            if layout is None:
                break
            if job.get("unless_continued") and any(start["flows"] for start in layout["starts"]):
                return {"ok": True, "stored": False, **layout}
            self._store(document, job)
            if pages.count() == layout["pages"]:
                return {"ok": True, "stored": True, **layout}
        return {"error": "office", "detail": "the pages do not settle"}

    def _boxed(self, pages: Any, document: Any, job: dict[str, Any]) -> dict[str, Any]:
        """Stored with the catchwords in boxes, where text flows on; what is told here is compared with the PDF."""
        starts, count = pages.continued()
        places = [start.pop("at") for start in starts]
        try:
            with _at_once(document):
                for start, at in zip(starts, places):  # noqa: B905
                    if start["flows"]:
                        pages.add_box(at - 1, f"/{start['words']}...", job["box"])
        except UnoException:  # a document whose text gives boxes no place: the caller writes them into the file
            return {"ok": True, "stored": False, "pages": count, "starts": starts, "places": {}}
        self._store(document, job)
        return {"ok": True, "stored": True, "pages": count, "starts": starts, "places": {}}

    @staticmethod
    def _store(document: Any, job: dict[str, Any]) -> None:
        options = (
            _value("SelectPdfVersion", 0 if job.get("lot") else 2),
            _value("UseTaggedPDF", not job.get("lot")),
            _value("ReduceImageResolution", False),
            _value("UseLosslessCompression", True),
            _value("ExportBookmarks", False),
            _value("ExportNotes", False),
            _value("ExportFormFields", False),
            _value("IsSkipEmptyPages", True),
            _value("ExportBookmarksToPDFDestination", bool(job.get("lot") or job.get("box"))),
        )
        document.storeToURL(
            uno.systemPathToFileUrl(job["target"]),
            (
                _value("FilterName", "calc_pdf_Export" if _is_sheet(job) else "writer_pdf_Export"),
                _value("FilterData", uno.Any("[]com.sun.star.beans.PropertyValue", options)),
            ),
        )


@contextlib.contextmanager
def _at_once(document: Any) -> Iterator[None]:
    """Pages are set anew after all changes, not after each: that was half of the time a lot took."""
    document.lockControllers()
    try:
        yield
    finally:
        document.unlockControllers()


def _is_sheet(job: dict[str, Any]) -> bool:
    return Path(job["source"]).suffix in _SHEETS


def _fit_width(document: Any) -> None:
    """Every sheet as wide as its page: columns that run over onto other pages cannot be read."""
    styles = document.StyleFamilies.getByName("PageStyles")
    for style in map(styles.getByName, styles.ElementNames):
        style.ScaleToPagesX, style.ScaleToPagesY = 1, 0


def _thai_page_numbers(document: Any, *, fields: bool) -> None:
    """Set page numbers in Thai digits: LibreOffice 7.4 reads neither ``thaiNumbers`` nor ``THAIARABIC``.

    "Native" digits are those of the text's Western language; where the file does not say that it is Thai, ``fields``
    makes the text around every page number so.
    """
    for field in document.TextFields if fields else ():
        if field.supportsService("com.sun.star.text.textfield.PageNumber"):
            field.NumberingType = _BY_PAGE_STYLE
            around = field.Anchor.Text.createTextCursor()
            around.gotoEnd(True)
            around.CharLocale = _THAI
    styles = document.StyleFamilies.getByName("PageStyles")
    for style in map(styles.getByName, styles.ElementNames):
        if style.isInUse():
            style.NumberingType = _NATIVE
    document.TextFields.refresh()


def _answer(bridge: Bridge, job: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = bridge.convert(job)
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
        print(json.dumps(_answer(bridge, json.loads(line))), file=answers, flush=True)
    _end(bridge, sockets)


if __name__ == "__main__":
    main()
