"""One warm LibreOffice: started, driven under a time limit, killed, restarted and never trusted.

It works through ``office_bridge.py``, run by a system Python that has ``uno``. Both live in one process group with a
private profile and folder; a hung or dead LibreOffice costs one restart and one retry, then EngineUnavailable.
What a PDF must look like is checked in ``pdfcheck``, not here.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import uuid
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from docservice.errors import EngineUnavailable, InputRefused
from docservice.render import package, page_numbers, pdfcheck, unused, zipped
from docservice.render.fonts import Fonts
from docservice.render.office_process import (
    LibreOfficeGone,
    Process,
    kill,
    launch,
    memory,
    program_folder,
    read_line,
    sweep,
    uno_python,
)
from docservice.render.quarantine import Quarantine

_START_SECONDS = 90.0
_SECONDS_PER_MEGABYTE = 20.0


@dataclass(frozen=True)
class PageStart:
    """What begins a page: its first text, the words a catchword quotes, and whether text flows on to it."""

    page: int
    text: str
    words: str
    flows: bool


@dataclass(frozen=True)
class Layout:
    """Pages of a document as LibreOffice set it; ``places`` gives the page of every bookmark."""

    pages: int
    starts: tuple[PageStart, ...]
    places: dict[str, int]

    @property
    def catchwords(self) -> dict[int, str]:
        """Page that continues → the words its catchword quotes."""
        return {start.page - 1: start.words for start in self.starts if start.flows}


@dataclass(frozen=True)
class Converted:
    """A finished conversion; ``pdf`` is None when it was left out because text flows over a page.

    ``papers``: the layouts of a lot's papers, where they were asked for.
    """

    pdf: bytes | None
    layout: Layout | None
    papers: tuple[Layout, ...] = ()


class Office:
    """A LibreOffice of its own, started when first needed; use it as a context manager or ``close`` it.

    ``home`` is a folder for its profile and files, ``timeout`` the seconds a small document may take (large ones get
    more). Calls from several threads wait for one another; two Office objects work at the same time.
    """

    def __init__(
        self,
        home: Path,
        fonts: Fonts,
        *,
        timeout: float = 30.0,
        soffice: str = "soffice",
        restart_after: int = 300,
        most_memory: int = 500 * 1024 * 1024,
    ) -> None:
        self.home = home.resolve() / "office"
        self.fonts = fonts
        self.timeout = timeout
        self.soffice = soffice
        self.restart_after = restart_after
        self.most_memory = most_memory
        self.quarantine = Quarantine(home.resolve() / "quarantine")
        self.starts = 0  # how often LibreOffice was started in this process
        self._lock = threading.RLock()
        self._process: Process | None = None
        self._owner = os.getpid()
        self._closed = False
        self._end: weakref.finalize[..., Office] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> str:
        """``LibreOffice 7.4.7.2``, asked of the running program."""
        with self._lock:
            return self._running().version

    @property
    def pids(self) -> tuple[int, int] | None:
        """Process ids of the bridge and of LibreOffice, when they run."""
        running = self._process
        return (running.bridge.pid, running.office) if running else None

    def to_pdf(self, document: bytes, *, title: str) -> bytes:
        """A Word file as PDF with PDF/A-2b marks, title and language; its fonts are not judged.

        Excel and OpenDocument files too, by their content: they are loaded as they are (whoever calls has taken out
        what leads outside), sheets fitted to the width of their page. Raises InputRefused for a file that is none of
        these or not sound, EngineUnavailable when LibreOffice failed twice.
        """
        kind = package.ending(document)
        if kind == ".docx":
            pdf = self.convert(package.read(document), title=title).pdf
        else:
            job = {"op": "convert", "title": title, "layout": False}
            pdf = self._twice(document, job, self.timeout + _SECONDS_PER_MEGABYTE * len(document) / 1e6, kind).pdf
        return pdfcheck.tidy(pdf or b"", title=title)

    def layout(self, docx: bytes) -> Layout:
        """Where each page of a Word file starts, without making a PDF of it if it has several pages."""
        found = self.convert(package.read(docx), title="", layout=True, unless_continued=True).layout
        return found or Layout(1, (), {})

    def convert(
        self,
        parts: package.Parts,
        *,
        title: str,
        layout: bool = False,
        unless_continued: bool = False,
        lot: bool = False,
        box: Mapping[str, object] | None = None,
    ) -> Converted:
        """One load of a Word file: its PDF as LibreOffice wrote it and, with ``layout``, its pages.

        ``unless_continued`` leaves the PDF out when text flows from a page to the next; ``lot`` makes the PDF
        for taking apart: each bookmark a named destination, no tags, no PDF/A entries. With a ``box``
        (hundredths of mm) every page whose text flows on gets its catchword in one, bookmarks are named destinations,
        and the layout tells ``starts`` of the pages that a section goes on to. Raises as ``to_pdf``.
        """
        parts, numbers = page_numbers.native(unused.left_out(parts))
        docx = zipped.unpacked(package.for_libreoffice(parts))
        job = {"op": "convert", "title": title, "layout": layout, "unless_continued": unless_continued}
        job |= {"lot": lot, "box": box, "thai_numbers": numbers}
        limit = self.timeout + _SECONDS_PER_MEGABYTE * len(parts[package.DOCUMENT]) / 1_000_000
        return self._twice(docx, job, limit, ".docx")

    def lay_out(self, parts: package.Parts, spots: Sequence[Sequence[int]]) -> tuple[Layout, ...]:
        """The pages of each paper of a merged lot, without making a PDF; ``spots``: the numbers of its marks.

        Paper N begins at the bookmark ``paperN`` and has its marks ``paperNds0``, ``paperNds4`` … in reading order.
        Raises as ``to_pdf``.
        """
        parts, numbers = page_numbers.native(parts)
        job = {
            "op": "convert",
            "title": "",
            "layout": False,
            "papers": [list(each) for each in spots],
            "thai_numbers": numbers,
        }
        limit = self.timeout + _SECONDS_PER_MEGABYTE * len(parts[package.DOCUMENT]) / 1_000_000
        return self._twice(zipped.unpacked(package.for_libreoffice(parts)), job, limit, ".docx").papers

    def _twice(self, document: bytes, job: dict[str, Any], limit: float, suffix: str) -> Converted:
        alone = not (job.get("lot") or job.get("papers"))  # of a lot, its halves tell which paper it was
        if alone:
            self.quarantine.refuse(document)
        with self._lock:
            for _ in range(2):
                try:
                    return self._convert(document, job, limit, suffix)
                except LibreOfficeGone as gone:
                    reason = str(gone)
                    self._stop()
            if alone:
                self.quarantine.strike(document, suffix, reason)
            raise EngineUnavailable(
                "โปรแกรม LibreOffice หยุดทำงานหรือไม่ตอบสนองสองครั้งติดกัน",
                "กรุณาลองใหม่อีกครั้ง หากยังเกิดซ้ำให้ตรวจแม่แบบและรูปภาพในเอกสารนี้",
                english=f"LibreOffice died or did not answer twice ({reason}). Try again.",
            )

    def close(self) -> None:
        """End LibreOffice and remove its folder; the next call starts another."""
        with self._lock:
            self._closed = True
            self._stop()

    # -------------------------------------------------------------------------------------------------------- one job
    def _convert(self, document: bytes, job: dict[str, Any], limit: float, suffix: str) -> Converted:
        running = self._running()
        source, target = (running.scratch / f"{uuid.uuid4().hex}{ending}" for ending in (suffix, ".pdf"))
        source.write_bytes(document)
        try:
            answer = self._ask(running, job | {"source": str(source), "target": str(target)}, limit)
            pdf = target.read_bytes() if answer["stored"] else None
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
        running.conversions += 1
        if running.conversions >= self.restart_after or memory(running.office) > self.most_memory:
            self._renew()
        papers = tuple(map(_layout, answer.get("papers", ())))
        return Converted(pdf, _layout(answer) if job["layout"] or job.get("box") else None, papers)

    def _ask(self, running: Process, job: dict[str, Any], limit: float) -> dict[str, Any]:
        stdin = running.bridge.stdin
        assert stdin is not None  # noqa: S101 -- it was opened with a pipe
        try:
            stdin.write(json.dumps(job).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            raise LibreOfficeGone(str(error)) from error
        answer = read_line(running, limit)
        if answer.get("error") == "office":
            raise LibreOfficeGone(answer["detail"])
        if answer.get("error") == "document":
            raise InputRefused(
                "LibreOffice เปิดไฟล์ Word นี้ไม่ได้",
                "กรุณาเปิดไฟล์ด้วย Word แล้วบันทึกใหม่เป็น .docx",
                english=f"LibreOffice cannot open the Word file ({answer['detail']}). Save it again in Word.",
            )
        return answer

    # ---------------------------------------------------------------------------------------------------- life, death
    def _running(self) -> Process:
        """The running process; starts one where there is none, it died, or this is a forked copy of its owner."""
        if self._owner != os.getpid():
            self._owner, self._process, self._end = os.getpid(), None, None
        if self._process and self._process.bridge.poll() is not None:
            self._stop()
        if self._process is None:
            self._closed, self._process = False, self._start()
        return self._process

    def _start(self) -> Process:
        program, python = program_folder(self.soffice), uno_python(self.soffice)
        sweep(self.home)
        process = launch(self.home, self.fonts, program, python)
        self._end = weakref.finalize(self, kill, process, os.getpid())
        self.starts += 1
        try:
            ready = read_line(process, _START_SECONDS)
        except LibreOfficeGone as error:
            log = (process.folder / "log").read_text(errors="replace")[-500:]
            self._end()
            raise EngineUnavailable(
                "เปิดโปรแกรม LibreOffice ไม่ได้",
                "กรุณาตรวจว่าติดตั้ง libreoffice-writer-nogui และ python3-uno ครบ และมีเนื้อที่ดิสก์เหลือ",
                english=f"LibreOffice cannot be started: {error} {log}",
            ) from error
        process.office, process.version, process.sockets = ready["office"], ready["version"], ready["sockets"]
        (process.folder / "sockets").write_text("\n".join(process.sockets), encoding="utf-8")
        return process

    def _renew(self) -> None:
        """End LibreOffice and start another while nobody waits, so that the next paper finds it warm."""
        self._stop()
        threading.Thread(target=self._warm, name="office-renewed", daemon=True).start()

    def _warm(self) -> None:
        with self._lock, contextlib.suppress(EngineUnavailable):  # whoever needs it next is told
            if not self._closed:
                self._running()

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._process = self._end = None


def _layout(answer: dict[str, Any]) -> Layout:
    starts = tuple(PageStart(**start) for start in answer["starts"])
    return Layout(answer["pages"], starts, answer["places"])
