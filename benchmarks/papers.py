"""Papers against what people use now: one by one, in lots through the whole service, and how cost grows.

    .venv/bin/python benchmarks/papers.py one|lot|orders|letter|grow [--papers N] [--write]

``one``: one paper to PDF, docservice, bare LibreOffice over UNO, unoserver, cold ``soffice``, turn by turn.
``lot``: N certificates (PDF/A and Word) from the request to the archive with 2 workers; against docxtpl, warm unoserver
and a plain put one by one, against cold ``soffice``, and against nothing but LibreOffice converting the same lots.
``orders``: N orders of two pages likewise. ``letter``: one letter at a time. ``grow``: lots of 10 … N certificates and
the memory of every process on the way. The peers are installed by ``peers``; what is slow is measured on a few papers
and multiplied, and the table says how many.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks import place  # noqa: E402

HOME = Path(os.environ.setdefault("DOCSERVICE_HOME", str(place.folder("docservice-bench-"))))
os.environ["DJANGO_SETTINGS_MODULE"] = "docservice.settings"

import django  # noqa: E402  the home must be set first

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import peers, report  # noqa: E402
from benchmarks.wanted import Wanted, filled  # noqa: E402
from benchmarks.workers import Memory, seconds  # noqa: E402
from docservice import engines, jobs  # noqa: E402
from docservice.render import lot, merging, package  # noqa: E402
from docservice.render.office import Office  # noqa: E402
from docservice.render.paper import BATCH, make_paper  # noqa: E402

WORKERS = 2
WRITE = "--write" in sys.argv


@contextmanager
def service(workers: int = WORKERS) -> Iterator[subprocess.Popen[str]]:
    """The whole service, warm."""
    words = [sys.executable, "-m", "docservice.cli", "up", "--no-web", "--workers", str(workers)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        next(line for line in process.stdout or () if "พร้อมใช้งาน" in line)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def timed(work: Callable[[], object]) -> float:
    """Seconds it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bare(office: Office, docxs: list[bytes]) -> None:
    """Nothing but LibreOffice: the files merged and converted lot by lot, the PDFs left as they are."""
    for first in range(0, len(docxs), BATCH):
        some = [package.read(docx) for docx in docxs[first : first + BATCH]]
        office.convert(merging.merge(some, lot._marks(some)), title="", lot=True)


def bare_by_two(docxs: list[bytes]) -> float:
    """The same with a LibreOffice for each worker."""
    offices = [Office(HOME / f"office{n}", engines.fonts()) for n in range(WORKERS)]
    try:
        for office in offices:
            bare(office, docxs[:2])
        halves = [docxs[n::WORKERS] for n in range(WORKERS)]
        with ThreadPoolExecutor(WORKERS) as threads:
            return timed(lambda: list(threads.map(bare, offices, halves)))
    finally:
        for office in offices:
            office.close()


# -------------------------------------------------------------------------------------------------------- measurements
def one(wanted: Wanted, count: int) -> None:
    """One paper to PDF, each way in its turn."""
    rows, told = [], {}
    with peers.Unoserver(HOME, engines.fonts()) as unoserver:
        for kind in ("letter", "order", "certificate"):
            template = engines.template(engines.catalogue().kind(kind))
            by_docxtpl = peers.Docxtpl(template)
            took: dict[str, list[float]] = {name: [] for name in ("docservice", "uno", "unoserver", "cold")}
            for number in range(count + 2):
                content = wanted.facts(kind, number + 1)
                docx, fill_seconds = by_docxtpl.fill(content)
                ours = timed(lambda t=template, c=content: make_paper(engines.office(), t, c))
                uno = timed(lambda d=docx: engines.office().convert(package.read(d), title=""))
                _, theirs = unoserver.convert(docx)
                if number >= 2:
                    took["docservice"].append(1000 * ours)
                    took["uno"].append(1000 * uno)
                    took["unoserver"].append(1000 * (fill_seconds + theirs))
                if number < 3:
                    took["cold"].append(1000 * (fill_seconds + peers.cold(HOME, engines.fonts(), docx)))
            told[kind] = {name: report.middle(values) for name, values in took.items()}
            shown = (f"{v['median']:.0f} ({v['low']:.0f}…{v['high']:.0f})" for v in told[kind].values())
            rows.append([kind, *shown])
    head = [
        "ms a paper, median (quarters)",
        "docservice, filled and checked",
        "bare conversion (UNO)",
        "docxtpl + unoserver",
        "docxtpl + cold soffice",
    ]
    _tell("papers-one", told, report.table(head, rows))


def against(wanted: Wanted, kind: str, count: int) -> None:
    """A job of ``count`` through the service, between halves of the peers' papers; what is slow is multiplied."""
    slow, template = 30, engines.template(engines.catalogue().kind(kind))
    docxs = filled(wanted, kind, range(1, count + 1))
    theirs, soffice, fills = list[float](), list[float](), list[float]()
    by_docxtpl = peers.Docxtpl(template)
    with peers.Unoserver(HOME, engines.fonts()) as unoserver:

        def peer(numbers: range) -> None:
            for number in numbers:
                docx, fill_seconds = by_docxtpl.fill(wanted.facts(kind, number))
                pdf, convert_seconds = unoserver.convert(docx)
                puts = peers.put(HOME, "a.pdf", pdf) + peers.put(HOME, "a.docx", docx)
                theirs.append(fill_seconds + convert_seconds + puts)
                fills.append(fill_seconds + puts)

        peer(range(1, 4))
        theirs.clear()
        bare(engines.office(), docxs[:2])
        bare_alone = timed(lambda: bare(engines.office(), docxs))
        bare_two = bare_by_two(docxs)
        peer(range(1, slow // 2 + 1))
        with service() as process:
            seconds("paper", wanted.request(kind, 50_000, 60))  # warm
            memory = Memory(process.pid, WORKERS)
            ours = seconds("paper", wanted.request(kind, 1, count))
            most = memory.stop()
        peer(range(slow // 2 + 1, slow + 1))
        for docx in docxs[:5]:
            soffice.append(statistics.median(fills) + peers.cold(HOME, engines.fonts(), docx))
    each, warm, icy = ours / count, statistics.median(theirs), statistics.median(soffice)
    told = {
        "papers": count,
        "docservice_seconds": round(ours, 2),
        "docservice_ms": round(1000 * each, 2),
        "peer_ms": report.middle([1000 * s for s in theirs]),
        "cold_ms": report.middle([1000 * s for s in soffice]),
        "bare_ms": round(1000 * bare_alone / count, 2),
        "bare_two_ms": round(1000 * bare_two / count, 2),
        "peak_mib_of_a_worker": round(most),
    }
    rows = [
        [f"docservice, {WORKERS} workers: request → filed, PDF/A + Word", f"{1000 * each:.1f}", "1"],
        ["bare conversion of the same lots, one LibreOffice", told["bare_ms"], f"{bare_alone / ours:.2f}"],
        [f"bare conversion of the same lots, {WORKERS} LibreOffice", told["bare_two_ms"], f"{bare_two / ours:.2f}"],
        [f"docxtpl + warm unoserver + put, one by one ({slow} measured)", f"{1000 * warm:.0f}", f"{warm / each:.1f}"],
        ["docxtpl + cold soffice + put, one by one (5 measured)", f"{1000 * icy:.0f}", f"{icy / each:.0f}"],
    ]
    name = f"papers-{kind}"
    names = ("docservice", "bare, one LibreOffice", f"bare, {WORKERS} LibreOffice", "docxtpl + unoserver + put")
    bars = [
        (n, float(str(r[1])), f"{r[1]} ms") for n, r in zip((*names, "docxtpl + cold soffice + put"), rows, strict=True)
    ]
    _tell(
        name,
        told,
        report.table([f"{count:,} {kind}s", "ms a paper", "times docservice"], rows),
        report.bars(f"{count:,} {kind}s, ms a paper", bars),
    )


def letter(wanted: Wanted, count: int) -> None:
    """One letter after the other through a warm, idle service; in turn, its bare conversion by others and by us."""
    docx = filled(wanted, "letter", range(1, 2))[0]
    parts = package.read(docx)
    took: dict[str, list[float]] = {"request_to_filed_ms": [], "bare_ms": [], "inside_ms": []}
    with peers.PlainUno(HOME, engines.fonts()) as plain, service() as _:
        for number in range(1, count + 4):
            each: dict[str, Callable[[], float]] = {
                "request_to_filed_ms": partial(_soon, wanted, number),
                "bare_ms": lambda: plain.convert(package.write(package.for_libreoffice(parts))),
                "inside_ms": lambda: timed(lambda: engines.office().convert(parts, title="")),
            }
            for name, measured in each.items():
                seconds_ = measured()
                time.sleep(0.05)  # what one puts off until it has answered is not for the next to wait for
                if number > 3:
                    took[name].append(1000 * seconds_)
    told = {name: report.middle(values) for name, values in took.items()}
    named = (
        "request → filed",
        "bare LibreOffice conversion, a UNO client",
        "bare conversion, asked from inside",
    )
    middle = [statistics.median(values) for values in took.values()]
    rows = [
        [name, f"{v['median']:.0f} ({v['low']:.0f}…{v['high']:.0f})", f"{middle[0] / own:.2f}"]
        for name, v, own in zip(named, told.values(), middle, strict=True)
    ]
    _tell("papers-letter", told, report.table(["a letter, ms (quarters)", "median", "request → filed over it"], rows))


def _soon(wanted: Wanted, number: int) -> float:
    started = time.perf_counter()
    job = jobs.submit("paper", "letter", wanted.request("letter", number, 1), actor="bench")
    while not _ended(job.pk):
        time.sleep(0.002)
    return time.perf_counter() - started


def _ended(job: int) -> bool:
    """Asked without a model: on two processors, what asks takes time from what is asked about."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM docservice_job WHERE id = %s", [job])
        return cursor.fetchone()[0] not in ("requested", "running")


def grow(wanted: Wanted, most: int) -> None:
    """Lots of 10 to ``most`` certificates: milliseconds a paper, and the most memory of a process and its office."""
    rows, first = [], 1
    with service() as process:
        seconds("paper", wanted.request("certificate", 90_000, 60))
        for count in [size for size in (10, 30, 100, 300, 1000, 3000, 10_000) if size <= most]:
            memory = Memory(process.pid, WORKERS)
            took = seconds("paper", wanted.request("certificate", first, count))
            rows.append([count, round(1000 * took / count, 2), round(memory.stop()) or "–"])  # too short for a look
            first += count
            print(rows[-1], flush=True)  # noqa: T201
    head = ["certificates in one request", "ms a paper", "MiB of a worker and its LibreOffice, at most"]
    told = {"rows": [dict(zip(("papers", "ms", "mib"), row, strict=True)) for row in rows]}
    bars = [(f"{row[0]:,}", float(row[1]), f"{row[1]} ms, {row[2]} MiB") for row in rows]
    _tell(
        "papers-grow", told, report.table(head, rows), report.bars("ms a certificate by the size of the request", bars)
    )


def _tell(name: str, told: dict[str, Any], markdown: str, svg: str = "") -> None:
    print(report.machine(), markdown, sep="\n")  # noqa: T201  a command's answer
    if WRITE:
        report.keep(name, told, markdown, svg)


def main() -> None:
    """One measurement."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("what", choices=("one", "lot", "orders", "letter", "grow"))
    words.add_argument("--papers", type=int)
    words.add_argument("--write", action="store_true", help="into docs/ and docs/performance.md")
    asked = words.parse_args()
    wanted = Wanted()
    try:
        match asked.what:
            case "one":
                one(wanted, asked.papers or 9)
            case "lot":
                against(wanted, "certificate", asked.papers or 1000)
            case "orders":
                against(wanted, "order", asked.papers or 100)
            case "letter":
                letter(wanted, asked.papers or 15)
            case "grow":
                grow(wanted, asked.papers or 1000)
    finally:
        engines.office().close()
        place.clear(HOME)


if __name__ == "__main__":
    main()
