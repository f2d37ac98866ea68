"""What an evidence book costs, beside the same job in pypdf and beside copying the bytes, in one run.

``.venv/bin/python benchmarks/book.py [--pages 10 30 100 300 1000] [--write]`` prints a table; with ``--write`` also
``docs/book.json`` and ``docs/book.svg``. The folder is made by code, about 370 KB a page as districts send them: scans,
photographs, typed Thai pages. Every figure is of a process of its own whose imports are done, and whose LibreOffice is
not needed.

- ``copy``: read every file, write the bytes to one: what the disk and the kernel alone take.
- ``book``: the book of files whose pieces are kept from a book before: cover, contents, bookmarks, stamps, PDF/A, read
  again by pdfium.
- ``first``: the same with nothing kept: every file opened in a limited child, cleaned and checked as well.
- ``pypdf``: cover, bookmarks and stamps (set by typst, laid over each page) by pypdf alone; it neither cleans nor
  checks, nor makes PDF/A. ``pymupdf`` and ``qpdf``: the same by those (``book_peers.py``; qpdf writes no bookmarks).

Memory is the peak of the resident memory of the process and all its children together, read from /proc; ``own`` leaves
out pages of mapped files, which the kernel takes back when it needs them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import json
import math
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import img2pdf
import pypdf
import typst
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks import book_peers  # noqa: E402
from docservice.pdf.book import BookRequest, Slot, SourceFile, make_book  # noqa: E402
from docservice.pdf.confined import WARD  # noqa: E402
from docservice.pdf.cover import placeholder_pdf  # noqa: E402
from docservice.pdf.typeface import typeface  # noqa: E402
from docservice.render.fonts import prepare  # noqa: E402
from docservice.thai import BE  # noqa: E402

PLACE = Path(tempfile.gettempdir()) / "docservice-bench-book"
DIGESTS: dict[Path, str] = {}
Case = Callable[[list[Path], Path, Path], None]
CASES = ("copy", "book", "first", "pypdf", "pymupdf", "qpdf")
_WORDS = "ที่ประชุมมีมติเห็นชอบให้กลุ่มทอผ้าเข้าร่วมการพัฒนาตามระบบมาตรฐานการพัฒนาชุมชน "


# ------------------------------------------------------------------------------------------------------- the folder
def _noise(width: int, height: int, quality: int, seed: int) -> bytes:
    source = random.Random(seed)  # noqa: S311 -- noise that is the same every time
    grain = Image.frombytes("L", (width, height), source.randbytes(width * height))
    out = io.BytesIO()
    grain.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _scan(path: Path, pages: int, seed: int) -> None:
    path.write_bytes(img2pdf.convert([_noise(1240, 1754, 19, seed * 1000 + at) for at in range(pages)]))


def _typed(path: Path, pages: int, fonts: Path) -> None:
    family = typeface(fonts).family
    source = f'#set text(font: "{family}", size: 16pt, lang: "th")\n' + "\n#pagebreak()\n".join([_WORDS * 24] * pages)
    path.write_bytes(typst.compile(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True))


def folder(pages: int, fonts: Path) -> list[Path]:
    """A folder of ``pages`` pages in three kinds of files; made once, kept in the temporary folder."""
    place = PLACE / str(pages)
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        photographs = max(1, pages * 14 // 1000)
        typed = pages * 350 // 1000
        _in_files(pages - photographs - typed, 20, lambda at, n: _scan(place / f"scan{at:02}.pdf", n, at))
        _in_files(typed, 25, lambda at, n: _typed(place / f"typed{at:02}.pdf", n, fonts))
        for at in range(photographs):
            (place / f"photo{at:02}.jpg").write_bytes(_noise(3000, 2000, 45, 10_000 + at))
        (place / "whole").touch()
    return sorted(file for file in place.iterdir() if file.name != "whole")


def _in_files(pages: int, a_file: int, make: Callable[[int, int], None]) -> None:
    for at, start in enumerate(range(0, pages, a_file)):
        make(at, min(a_file, pages - start))


# --------------------------------------------------------------------------------------------------------- the cases
def _request(files: list[Path], *, known: bool = False) -> BookRequest:
    """A slot for each file; ``known``: their digests are known, as the service knows them from the upload on."""
    sources = [SourceFile(file.name, file, DIGESTS[file] if known else "") for file in files]
    slots = [Slot(f"s{at}", f"หลักฐาน {at}", True, [source]) for at, source in enumerate(sources)]
    return BookRequest("มชช.", "นายตัวอย่าง ใจดี", "L-0007", "บางคล้า", "ฉะเชิงเทรา", BE(2562), "ผู้นำชุมชน", slots)


def _copy(files: list[Path], out: Path, _fonts: Path) -> None:
    with out.open("wb") as whole:
        for file in files:
            whole.write(file.read_bytes())


def _book(files: list[Path], out: Path, fonts: Path) -> None:
    make_book(_request(files, known=True), fonts, None, out=out, pieces=PLACE / "pieces")


def _first(files: list[Path], out: Path, fonts: Path) -> None:
    make_book(_request(files), fonts, None, out=out, pieces=PLACE / "pieces")


def _pypdf(files: list[Path], out: Path, fonts: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(placeholder_pdf("ปก", "ปก", "ปก", "ปก", fonts)))
    for file in files:
        source = io.BytesIO(img2pdf.convert(str(file))) if file.suffix == ".jpg" else file
        writer.append(source, outline_item=file.name)
    boxes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in writer.pages]
    stamps = pypdf.PdfReader(book_peers.stamps(boxes, fonts))
    for page, stamp in zip(writer.pages, stamps.pages, strict=True):
        page.merge_page(stamp)
    with out.open("wb") as whole:
        writer.write(whole)


def _qpdf(files: list[Path], out: Path, fonts: Path) -> None:
    book_peers.qpdf(
        PLACE, placeholder_pdf("ปก", "ปก", "ปก", "ปก", fonts), files, out, partial(book_peers.stamps, fonts=fonts)
    )


def _pymupdf() -> Case:
    peer = book_peers.PyMuPDF(PLACE)

    def bind(files: list[Path], out: Path, fonts: Path) -> None:
        peer.bind(placeholder_pdf("ปก", "ปก", "ปก", "ปก", fonts), files, out, partial(book_peers.stamps, fonts=fonts))

    return bind


def one(case: str, pages: int) -> None:
    """Run one case in this process and print its seconds."""
    fonts = prepare(PLACE / "engine").dir
    files = folder(pages, fonts)
    if case in ("book", "first"):
        small = folder(10, fonts)
        make_book(_request(small[:1]), fonts, None)  # a worker that has worked before
        WARD.warm()
    if case == "first":
        shutil.rmtree(PLACE / "pieces", ignore_errors=True)
    DIGESTS.update({file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    out = PLACE / f"out-{case}.pdf"
    out.unlink(missing_ok=True)
    if case == "qpdf":
        book_peers.install_qpdf()
    ready: dict[str, Case] = {"copy": _copy, "book": _book, "first": _first, "pypdf": _pypdf, "qpdf": _qpdf}
    work = _pymupdf() if case == "pymupdf" else ready[case]
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    started, used = time.monotonic(), _processor_seconds(case)
    work(files, out, fonts)
    seconds = time.monotonic() - started
    told = {"seconds": seconds, "cpu": _processor_seconds(case) - used, "bytes": out.stat().st_size}
    print(json.dumps(told), flush=True)  # noqa: T201
    out.unlink()


def _processor_seconds(case: str) -> float:
    """Of this process, its ended children and, for our books, of the ward and those it has buried."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() + ended.ru_utime + ended.ru_stime
    if case in ("book", "first"):
        told = Path(f"/proc/{WARD.warm()}/stat").read_text().rpartition(")")[2].split()
        used += sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")
    return used


def changed() -> dict[str, float]:
    """A folder of 12 files and 40 pages: all of it anew, and with one file changed since."""
    fonts = prepare(PLACE / "engine").dir
    place, out, pieces = PLACE / "twelve", PLACE / "out-twelve.pdf", PLACE / "pieces-twelve"
    place.mkdir(parents=True, exist_ok=True)
    for at in range(4):
        _scan(place / f"scan{at}.pdf", 4, 500 + at)
        _typed(place / f"typed{at}.pdf", 5, fonts)
        (place / f"photo{at}.jpg").write_bytes(_noise(3000, 2000, 45, 20_000 + at))
    files = sorted(place.iterdir())
    make_book(_request(files[:1]), fonts, None)
    timed: dict[str, list[tuple[float, float]]] = {"all_new": [], "one_changed": []}
    for turn in range(5):
        shutil.rmtree(pieces, ignore_errors=True)
        timed["all_new"].append(_spent(files, out, fonts, pieces))
        with files[5].open("ab") as file:
            file.write(b"%% %d\n" % turn)
        timed["one_changed"].append(_spent(files, out, fonts, pieces))
    return {
        f"{name}_{what}": round(min(each[at] for each in spent), 2)
        for name, spent in timed.items()
        for at, what in enumerate(("seconds", "cpu"))
    }


def _spent(files: list[Path], out: Path, fonts: Path, pieces: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processors."""
    started, used = time.monotonic(), _processor_seconds("book")
    make_book(_request(files), fonts, None, out=out, pieces=pieces)
    return time.monotonic() - started, _processor_seconds("book") - used


# ------------------------------------------------------------------------------------------------------- measurement
def measured(case: str, pages: int) -> dict[str, float]:
    """One case in a process of its own: seconds, bytes written, peak memory in MB."""
    words = [sys.executable, __file__, "--one", case, "--pages", str(pages)]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert child.stdin is not None  # noqa: S101
    assert child.stdout is not None  # noqa: S101
    child.stdout.readline()
    peak = {"resident": 0.0, "own": 0.0}
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(child.pid, peak, ended))
    watch.start()
    child.stdin.write("go\n")
    child.stdin.flush()
    told = json.loads(child.stdout.readline())
    ended.set()
    watch.join()
    child.wait()
    return {**{name: round(value, 3) for name, value in told.items()}, **{f"{k}_mb": round(v) for k, v in peak.items()}}


def _watch(root: int, peak: dict[str, float], ended: threading.Event) -> None:
    while not ended.wait(0.02):
        sums = [0.0, 0.0]
        for pid in _family(root):
            for at, value in enumerate(_memory(pid)):
                sums[at] += value / 1024
        peak["resident"], peak["own"] = max(peak["resident"], sums[0]), max(peak["own"], sums[1])


def _family(root: int) -> Iterator[int]:
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
        threads = [each.name for each in Path(f"/proc/{root}/task").iterdir() if each.name != str(root)]
        children += [each for at in threads for each in Path(f"/proc/{root}/task/{at}/children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> tuple[float, float]:
    """Proportional resident memory and the part of it that is no mapped file, in KB (shared pages counted once)."""
    try:
        told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
        return float(told["Pss"].split()[0]), float(told["Pss_Anon"].split()[0]) + float(told["Pss_Shmem"].split()[0])
    except (OSError, KeyError, ValueError):
        return 0.0, 0.0


def drawn(rows: list[dict[str, object]]) -> str:
    """Processor seconds over pages, both logarithmic, a line for each case."""
    colours = {"copy": "#7b8491", "book": "#1f6b46", "first": "#1f3a5f", "pypdf": "#a32a2a"}
    colours |= {"pymupdf": "#b06a1a", "qpdf": "#6a3d9a"}
    return _svg([(case, colours[case], [(r["pages"], r[case]["cpu"]) for r in rows]) for case in CASES])


def _svg(lines: list[tuple[str, str, list[tuple[float, float]]]]) -> str:
    from_left = {10: 60, 30: 198, 100: 350, 300: 488, 1000: 640}
    heights = {0.01: 300, 0.1: 230, 1: 160, 10: 90, 100: 20}

    def at(value: float, marks: dict[float, int]) -> float:
        (low, a), (high, b) = next(pair for pair in _pairs(marks) if value <= pair[1][0] or pair[1][0] == max(marks))
        return a + (b - a) * _logs(low, value, high)

    parts = [f'<text x="{x}" y="322" text-anchor="middle">{n}</text>' for n, x in from_left.items()]
    for seconds, y in heights.items():
        parts.append(
            f'<path d="M60 {y}H640" stroke="#dde1e6"/><text x="52" y="{y + 4}" text-anchor="end">{seconds:g} s</text>'
        )
    for name, colour, points in lines:
        places = [(at(x, from_left), at(max(y, 0.01), heights)) for x, y in points]
        way = "L".join(f"{x:.0f} {y:.0f}" for x, y in places)
        parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="648" y="{places[-1][1] + 4:.0f}" fill="{colour}">{name}</text>')
    parts.append('<text x="350" y="340" text-anchor="middle">pages · processor seconds</text>')
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="345" font-family="sans-serif" font-size="12">'
    return f'{head}<rect width="720" height="345" fill="white"/>{"".join(parts)}</svg>\n'


def _pairs(marks: dict[float, int]) -> Iterator[tuple[tuple[float, int], tuple[float, int]]]:
    known = sorted(marks.items())
    return itertools.pairwise(known)


def _logs(low: float, value: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low)


def main() -> None:
    """All cases over all numbers of pages; a table, and with ``--write`` the files in docs."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--pages", type=int, nargs="+", default=[10, 30, 100, 300, 1000])
    words.add_argument("--one", choices=CASES, help=argparse.SUPPRESS)
    words.add_argument("--write", action="store_true", help="write docs/book.json and docs/book.svg")
    asked = words.parse_args()
    if asked.one:
        one(asked.one, asked.pages[0])
        return
    print(f"load before: {os.getloadavg()[0]:.1f}  {'pages':>6} {'files':>6} {'MB':>6}")  # noqa: T201
    rows = []
    for pages in asked.pages:
        files = folder(pages, prepare(PLACE / "engine").dir)
        row: dict[str, object] = {
            "pages": pages,
            "files": len(files),
            "mb": round(sum(f.stat().st_size for f in files) / 1e6),
        }
        row |= {case: measured(case, pages) for case in ("copy", "first", "book", "pypdf", "pymupdf", "qpdf")}
        rows.append(row)
        print(json.dumps(row), flush=True)  # noqa: T201
    twelve = changed()
    print(json.dumps(twelve))  # noqa: T201
    if asked.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
        facts = {"machine": machine, "pypdf": pypdf.__version__, "twelve_files_40_pages": twelve, "rows": rows}
        (REPOSITORY / "docs" / "book.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        (REPOSITORY / "docs" / "book.svg").write_text(drawn(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
