"""Other projects' test files through the gate and into books: nothing may be lost, hang, crash or differ unsaid.

``.venv/bin/python benchmarks/wild.py FOLDER [--at-once 60] [--json FILE]`` takes every file below FOLDER, whatever it
is, binds them ``--at-once`` to a book, and prints a table: how many ended in the book, repaired, or as a placeholder,
and for which reasons; every file whose pages do not look or read like the source's; the slowest files; peak memory.
Office documents are refused here (LibreOffice is not started).

Exit code 1 when a page is missing, something that acts by itself is left in a book, or a book could not be made.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pickle
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageStat

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from docservice.errors import DocserviceError  # noqa: E402
from docservice.pdf import sniff  # noqa: E402
from docservice.pdf.book import Book, BookRequest, FileReport, Slot, SourceFile, make_book  # noqa: E402
from docservice.pdf.confined import WARD  # noqa: E402
from docservice.pdf.gate import inspect  # noqa: E402
from docservice.render.fonts import prepare  # noqa: E402
from docservice.thai import BE  # noqa: E402

PLACE = Path(tempfile.gettempdir()) / "docservice-bench-wild"
ACTING = re.compile(
    rb"/(JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE|Rendition"
    rb"|FileAttachment|Movie|Sound|AcroForm|Subtype */Screen|3D)(?![A-Za-z0-9+_.-])"
)
STAMP = re.compile(r"(หน้า)?\s*[๐-๙]+/[๐-๙]+\s*·?\s*(W-1)?")
MOST_PAGES = 40  # of one file that are looked at
SCALE = 0.35
DIFFERS = 2.0  # mean difference of a page's grey, of 255, above which a page is named


@dataclass
class Found:
    """What came out of all the files."""

    states: collections.Counter[str] = field(default_factory=collections.Counter)
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)
    refused: dict[str, str] = field(default_factory=dict)
    repaired: dict[str, str] = field(default_factory=dict)
    look: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    pages: int = 0
    conforming: int = 0


def files_below(folder: Path) -> list[Path]:
    """Every file of the folder, in a settled order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def looked_at(files: list[Path], root: Path, found: Found) -> dict[Path, float]:
    """Each file through ``gate.inspect`` alone; seconds of each."""
    times = {}
    for path in files:
        started = time.monotonic()
        try:
            told = inspect(path, path.name)
        except DocserviceError as fault:
            found.wrong.append(f"{path.relative_to(root)}: the look itself failed: {fault.english}")
            continue
        times[path] = time.monotonic() - started
        del told
    return times


def bound(files: list[Path], root: Path, fonts: Path, out: Path) -> Book:
    """One book of ``files``, a slot for each."""
    sources = [SourceFile(str(path.relative_to(root)).replace("/", " · "), path) for path in files]
    slots = [Slot(f"s{at}", f"หลักฐาน {at}", True, [source]) for at, source in enumerate(sources)]
    request = BookRequest("มชช.", "นายตัวอย่าง ใจดี", "W-1", "บางคล้า", "ฉะเชิงเทรา", BE(2562), "ผู้นำชุมชน", slots)
    return make_book(request, fonts, None, out=out)


def judged(book: Book, files: list[Path], root: Path, found: Found) -> None:
    """Count and compare everything that is in the book."""
    assert isinstance(book.pdf, Path)  # noqa: S101 -- asked for with out
    body = sum(file.pages for file in book.files)
    with pypdfium2.PdfDocument(book.pdf) as document:
        if not len(document) == book.pages == book.files[0].first_page - 1 + body:
            found.wrong.append(f"{files[0]}…: {len(document)} pages, {book.pages} said")
    found.pages += book.pages
    found.conforming += book.pdfa.conforms
    if left := acting(book.pdf):
        found.wrong.append(f"{files[0]}…: left in the book: {left}")
    for path, report in zip(files, book.files, strict=True):
        name = str(path.relative_to(root))
        found.states[report.state] += 1
        if report.state == "placeholder":
            found.refused[name] = report.reason
            found.reasons[re.sub(r"[๐-๙]+", "n", report.reason)] += 1
            continue
        if report.state == "repaired":
            found.repaired[name] = report.reason
        told = apart(lambda path=path, report=report: compared(path, report, book.pdf), 60)
        if told is None:
            found.look[name] = "the comparison itself ended"
            continue
        if told["look"]:
            found.look[name] = told["look"]
        if told["words"]:
            found.words[name] = told["words"]


def acting(book: Path) -> list[str]:
    """Keys of the book that make a reader do something."""
    with pikepdf.open(book) as pdf:
        dictionaries = [item.stream_dict if isinstance(item, pikepdf.Stream) else item for item in pdf.objects]
        written = b"".join(
            item.unparse(resolved=True) for item in dictionaries if isinstance(item, pikepdf.Dictionary | pikepdf.Array)
        )
    return sorted({match.decode() for match in ACTING.findall(written)})


def compared(path: Path, report: FileReport, book: Path) -> dict[str, str]:
    """How the pages of one file differ from its source, in picture and in words; only PDFs have a source to compare."""
    if sniff.media_type(path, name=path.name) != sniff.PDF:
        return {"look": "", "words": ""}
    look, words = [], []
    with pypdfium2.PdfDocument(path) as source, pypdfium2.PdfDocument(book) as whole:
        source.init_forms()
        if len(source) != report.pages:
            return {"look": f"{len(source)} pages in the source, {report.pages} in the book", "words": ""}
        for at in range(min(report.pages, MOST_PAGES)):
            before, after = source[at], whole[report.first_page - 1 + at]
            if (difference := picture_difference(before, after)) > DIFFERS:
                look.append(f"p{at + 1}: {difference:.1f}")
            old, new = read(before), STAMP.sub("", read(after))
            if lost := collections.Counter(squeezed(old)) - collections.Counter(squeezed(new)):
                words.append(f"p{at + 1}: {lost.total()} of {len(squeezed(old))} lost: {''.join(lost)[:20]!r}")
    return {"look": " ".join(look[:4]), "words": " | ".join(words[:2])}


def picture_difference(before: Any, after: Any) -> float:
    """Mean difference of two pages outside the stamp's corner."""
    scale = min(SCALE, 900 / max(*before.get_size(), 1))
    try:
        old, new = (page.render(scale=scale).to_pil().convert("RGB") for page in (before, after))
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return 0.0
    if old.size != new.size:
        return 255.0
    difference: Image.Image = ImageChops.difference(old, new)
    high = max(round(difference.height * 0.06), 14)
    difference.paste(0, (0, difference.height - high, difference.width, difference.height))
    return max(ImageStat.Stat(difference).mean)


def read(page: Any) -> str:
    """The words of a page by pdfium."""
    text = page.get_textpage()
    return str(text.get_text_bounded())


def squeezed(text: str) -> str:
    """Without blanks, which readers set between words by their distance."""
    return "".join(text.split())


def apart(work: Callable[[], Any], seconds: int) -> Any:
    """What ``work`` gives in a forked copy of this process with limits; ``None`` when that ended otherwise."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
            signal.setitimer(signal.ITIMER_REAL, seconds)
            os.write(writing, pickle.dumps(work()))
        except Exception as fault:  # noqa: BLE001 -- a comparison's failure is its answer
            os.write(writing, pickle.dumps({"look": f"cannot be compared: {fault!r}"[:200], "words": ""}))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 -- a descriptor has no path
        answer = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(answer) if answer else None  # noqa: S301 -- our own copy's


def main() -> int:
    """All files, then the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--at-once", type=int, default=60)
    words.add_argument("--json", type=Path)
    asked = words.parse_args()
    fonts = prepare(PLACE / "engine").dir
    files = files_below(asked.folder)
    found = Found()
    out = PLACE / "book.pdf"
    started = time.monotonic()
    times = looked_at(files, asked.folder, found)
    found.slow = sorted(((round(t, 1), str(p.relative_to(asked.folder))) for p, t in times.items()), reverse=True)[:8]
    looked = time.monotonic() - started
    for at in range(0, len(files), asked.at_once):
        chosen = files[at : at + asked.at_once]
        try:
            book = bound(chosen, asked.folder, fonts, out)
        except DocserviceError as fault:
            found.wrong.append(f"no book of {chosen[0].relative_to(asked.folder)}… ({len(chosen)}): {fault.english}")
            continue
        judged(book, chosen, asked.folder, found)
    WARD.close()
    told(found, len(files), looked, time.monotonic() - started)
    if asked.json:
        asked.json.write_text(json.dumps(vars(found) | {"files": len(files)}, ensure_ascii=False, indent=1))
    return 1 if found.wrong else 0


def told(found: Found, files: int, looked: float, seconds: float) -> None:
    """The table."""
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{files} files, {found.pages} pages of books; looked at in {looked:.0f} s, all in {seconds:.0f} s")  # noqa: T201
    print(f"largest child {memory} MB; {found.conforming} books are PDF/A")  # noqa: T201
    for state, number in found.states.most_common():
        print(f"  {number:5} {state}")  # noqa: T201
    for title, lines in (
        ("placeholders", [f"{n:5} {reason}" for reason, n in found.reasons.most_common(30)]),
        ("look otherwise", [f"{name}: {what}" for name, what in found.look.items()]),
        ("read otherwise", [f"{name}: {what}" for name, what in found.words.items()]),
        ("slowest", [f"{seconds} s {name}" for seconds, name in found.slow]),
        ("WRONG", found.wrong),
    ):
        print(f"{title}: {len(lines)}")  # noqa: T201
        for line in lines:
            print(f"  {line}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
