"""PyMuPDF and qpdf binding the same folder as our books: cover, bookmarks where they can be had, a stamp on every page.

PyMuPDF (AGPL) is installed from PyPI into a virtual environment of its own and used by nothing but this benchmark; qpdf
is Debian's command, which has no way to write bookmarks. Both are given the stamps as one PDF that typst has set, since
neither shapes Thai; setting it is in their time, as it is in pypdf's. Neither cleans, checks or makes PDF/A.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import img2pdf
import pypdf
import typst

from docservice.pdf.typeface import typeface
from docservice.thai import to_thai_digits

_PYMUPDF = "pymupdf==1.28.2"
# In its own environment: one line of JSON in when everything is imported, seconds out.
_SCRIPT = """
import json, sys, time
import pymupdf
print("ready", flush=True)
asked = json.loads(sys.stdin.readline())
started = time.perf_counter()
book, marks = pymupdf.open(), []
for name in [asked["cover"], *asked["files"]]:
    with pymupdf.open(name) as source:
        if not source.is_pdf:
            source = pymupdf.open("pdf", source.convert_to_pdf())
        marks.append([1, name.rpartition("/")[2], len(book) + 1])
        book.insert_pdf(source)
book.set_toc(marks)
print(json.dumps([[page.rect.width, page.rect.height] for page in book]), flush=True)
with pymupdf.open(sys.stdin.readline().strip()) as stamps:
    for page in book:
        page.show_pdf_page(page.rect, stamps, page.number)
book.save(asked["out"])
print(time.perf_counter() - started, flush=True)
"""
Stamps = Callable[[Sequence[tuple[float, float]]], io.BytesIO]


def environment(home: Path) -> Path:
    """The Python that has PyMuPDF; made once."""
    venv = home / "pymupdf"
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", _PYMUPDF], check=True)
    return venv / "bin" / "python"


def install_qpdf() -> None:
    """Debian's qpdf, where it is not there yet."""
    if shutil.which("qpdf") is None:
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "qpdf"], check=True, capture_output=True)


class PyMuPDF:
    """A process with PyMuPDF imported, waiting for one folder."""

    def __init__(self, home: Path) -> None:
        words = [str(environment(home)), "-c", _SCRIPT]
        self._home = home
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._said()

    def bind(self, cover: bytes, files: Sequence[Path], out: Path, stamps: Stamps) -> None:
        """Bind ``files`` behind ``cover`` into ``out`` and end."""
        first, over = self._home / "cover.pdf", self._home / "stamps.pdf"
        first.write_bytes(cover)
        self._say(json.dumps({"cover": str(first), "files": list(map(str, files)), "out": str(out)}))
        over.write_bytes(stamps(json.loads(self._said())).getvalue())
        self._say(str(over))
        self._said()
        self._process.wait()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _said(self) -> str:
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout.readline()


def qpdf(home: Path, cover: bytes, files: Sequence[Path], out: Path, stamps: Stamps) -> None:
    """``qpdf --empty --pages``, then ``--overlay``; photographs become PDF by img2pdf."""
    first, over, bare = home / "cover.pdf", home / "stamps.pdf", home / "bare.pdf"
    first.write_bytes(cover)
    parts = [str(first)]
    for file in files:
        if file.suffix == ".jpg":
            as_pdf = home / f"{file.stem}.pdf"
            as_pdf.write_bytes(img2pdf.convert(str(file)))
            parts.append(str(as_pdf))
        else:
            parts.append(str(file))
    subprocess.run(["qpdf", "--empty", "--pages", *parts, "--", str(bare)], check=True)
    boxes = [(float(p.mediabox.width), float(p.mediabox.height)) for p in pypdf.PdfReader(bare).pages]
    over.write_bytes(stamps(boxes).getvalue())
    subprocess.run(["qpdf", str(bare), "--overlay", str(over), "--", str(out)], check=True)


def stamps(boxes: Sequence[tuple[float, float]], fonts: Path) -> io.BytesIO:
    """Blank pages with nothing but their stamps, set by typst, for pypdf to lay over: it shapes no Thai itself."""
    total = len(boxes)
    pages = "\n".join(
        f"#page(width: {width}pt, height: {height}pt)[หน้า {to_thai_digits(f'{at}/{total}')} · L-0007]"
        for at, (width, height) in enumerate(boxes, start=1)
    )
    head = "#set page(margin: 12pt)\n#set align(right + bottom)\n"
    head += f'#set text(font: "{typeface(fonts).family}", size: 12pt, lang: "th")\n'
    return io.BytesIO(typst.compile((head + pages).encode(), font_paths=[str(fonts)], ignore_system_fonts=True))
