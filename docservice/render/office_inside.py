"""What of this service runs inside LibreOffice: standard library, ``uno`` and ``office_pages``.

``office_bridge.py`` has LibreOffice load this file as a component and hands it one job after the other. Asked from
outside, each call and each look at what an object can do is a message to LibreOffice and back, 130 of them for one
letter: a third of the time that its conversion took.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # exists for the system's Python only
import unohelper  # type: ignore[import-not-found]
from com.sun.star.awt import XCallback  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException, Locale  # type: ignore[import-not-found]
from com.sun.star.task import XJob  # type: ignore[import-not-found]
from com.sun.star.uno import Exception as UnoException  # type: ignore[import-not-found]
from com.sun.star.uno import RuntimeException

sys.path.append(str(Path(__file__).parent))
_Pages = importlib.import_module("office_pages").Pages  # by path: this file is loaded apart from the package

# The same importer as "MS Word 2007 XML", under which LibreOffice would look for a Basic library at every event
_FILTERS = {".docx": "Office Open XML Text", ".odt": "writer8", ".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
_SHEETS = (".xlsx", ".ods")
_TIMES = 20  # that a document is stored before its pages count as never settling
# LibreOffice's own, which no section of a Word file gets
_UNUSED = ("Left Page", "Right Page", "Envelope", "Index", "HTML", "Footnote", "Endnote", "Landscape")
_LATER = "later"
_BY_PAGE_STYLE, _NATIVE = 7, 12  # com.sun.star.style.NumberingType
_THAI = Locale("th", "TH", "")


def _value(name: str, content: Any) -> Any:
    value = PropertyValue()
    value.Name, value.Value = name, content
    return value


_SET = (_value("IsSkipEmptyPages", True),)


class _Turn(unohelper.Base, XCallback):  # type: ignore[misc]
    """What LibreOffice's main thread is to do next, and what came of it."""

    def __init__(self, work: Callable[[], str]) -> None:
        self.work, self.answer, self.ended = work, "", threading.Event()

    def notify(self, _data: Any) -> None:
        """The main thread comes. The name is the interface's."""
        try:
            self.answer = self.work()
        except Exception as error:  # noqa: BLE001  told to whoever asked
            self.answer = json.dumps({"error": "document", "detail": repr(error)})
        finally:
            self.ended.set()


class Inside(unohelper.Base, XJob):  # type: ignore[misc]  # uno has no types
    """The component: a job comes and its answer goes as one line of JSON (see ``office_bridge``)."""

    def __init__(self, context: Any) -> None:
        manager = context.ServiceManager
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.words = manager.createInstanceWithContext("com.sun.star.i18n.BreakIterator", context)
        self.main = manager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
        self.opened: Any = None

    def execute(self, arguments: Any) -> str:
        """Do the job that is the value of the one argument. The name is the interface's.

        It is done in one go by LibreOffice's main thread. Beside another one that would go on setting pages meanwhile,
        and where it is interrupted on a busy machine decides what comes out: of twenty announcements one had a table on
        the page after.
        """
        turn = _Turn(lambda: self._done(json.loads(arguments[0].Value)))
        self.main.addCallback(turn, None)
        turn.ended.wait()
        return turn.answer

    def _done(self, job: dict[str, Any]) -> str:
        """The document stays open until asked to ``close``, which takes a tenth of the time and nobody waits for."""
        self._close()
        if job["op"] == "close":
            return "{}"
        try:
            return json.dumps(self.convert(job))
        except (RuntimeException, UnoException) as error:
            return json.dumps({"error": "document", "detail": str(error)})

    def convert(self, job: dict[str, Any]) -> dict[str, Any]:
        """Load a Word file (or, by its ending, another of ``_FILTERS``) and store it as PDF/A-2b.

        A ``lot`` gets a named destination for each bookmark, and neither tags nor PDF/A entries: it is taken apart.
        With a ``box`` catchwords are written into boxes like it. With ``layout`` also tell where each page starts, with
        ``papers`` tell only where those of a lot do. With ``unless_continued`` nothing is stored when text flows from
        one page to the next: the caller comes back with catchwords. Page numbers that begin later are changed only
        where ``layout`` tells of a second page.
        """
        document = self.opened = self._load(job)
        if document is None:
            return {"error": "document", "detail": "LibreOffice cannot read the file"}
        if document.DocumentProperties.Title != job["title"]:  # setting it counts as a change, which is told around
            document.DocumentProperties.Title = job["title"]
        if _is_sheet(job):
            _fit_width(document)
        else:
            document.getRendererCount(document, _SET)  # all pages are set to the end, always from the same beginning
        if not (job.get("layout") and job.get("thai_numbers") == _LATER):
            _thai_page_numbers(document, job.get("thai_numbers", ""))
        return self._answer(document, job)

    def _close(self) -> None:
        document, self.opened = self.opened, None
        if document is not None:
            with contextlib.suppress(DisposedException):
                document.close(True)

    def _load(self, job: dict[str, Any]) -> Any:
        return self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(job["source"]),
            "_blank",
            0,
            (
                _value("Hidden", True),
                _value("HiddenForConversion", True),  # no tool bars, which took a tenth of the time
                _value("FilterName", _FILTERS[Path(job["source"]).suffix]),
                _value("MacroExecutionMode", 0),
                _value("UpdateDocMode", 0),
            ),
        )

    def _answer(self, document: Any, job: dict[str, Any]) -> dict[str, Any]:
        """What was asked about a loaded document. One whose pages change while it is stored is looked at again."""
        if job.get("papers"):
            pages = _Pages(document, self.words, _THAI)
            with _at_once(document):
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
            if layout["pages"] > 1 and job.get("thai_numbers") == _LATER:
                _thai_page_numbers(document, _LATER)
            self._store(document, job)
            if pages.count() == layout["pages"]:
                return {"ok": True, "stored": True, **layout}
        return {"error": "office", "detail": "the pages do not settle"}

    def _boxed(self, pages: Any, document: Any, job: dict[str, Any]) -> dict[str, Any]:
        """Stored with the catchwords in boxes, where text flows on; what is told here is compared with the PDF."""
        with _at_once(document):
            starts, count = pages.continued()
            told = {"ok": True, "pages": count, "starts": starts, "places": {}}
            places = [start.pop("at") for start in starts]
            try:
                for start, at in zip(starts, places):  # noqa: B905
                    if start["flows"]:
                        pages.add_box(at - 1, f"/{start['words']}...", job["box"])
            except UnoException:  # a document whose text gives boxes no place: the caller writes them into the file
                return told | {"stored": False}
        self._store(document, job)
        return told | {"stored": True}

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
    """Pages are set anew after all changes, not after each: that was half of the time a lot took.

    Nor does the view follow its cursor meanwhile, which was most of what questions about pages took.
    """
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


def _thai_page_numbers(document: Any, asked: str) -> None:
    """Set page numbers in Thai digits: LibreOffice 7.4 reads neither ``thaiNumbers`` nor ``THAIARABIC``.

    "Native" digits are those of the text's Western language; where the file does not say that it is Thai, what is
    ``asked`` for is ``fields``: the text around every page number is made so. Each style takes a third of a
    millisecond, all of them a tenth of a letter's time.
    """
    if not asked:
        return
    with _at_once(document):
        for field in document.TextFields if asked == "fields" else ():
            if field.supportsService("com.sun.star.text.textfield.PageNumber"):
                field.NumberingType = _BY_PAGE_STYLE
                around = field.Anchor.Text.createTextCursor()
                around.gotoEnd(True)
                around.CharLocale = _THAI
        # Used or not: the style of the pages after the first counts as used only once there is a second page.
        styles = document.StyleFamilies.getByName("PageStyles")
        for name in styles.ElementNames:
            if name not in _UNUSED:
                styles.getByName(name).NumberingType = _NATIVE


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  LibreOffice's Python loader asks for this name
g_ImplementationHelper.addImplementation(Inside, "docservice.Inside", ())
