"""How the archive's lists and searches grow: 10,000, 100,000 and 1,000,000 documents, on both databases.

``.venv/bin/python benchmarks/reach.py [--database sqlite|postgresql|both] [--runs 60] [--home DIR] [--write]``

Generates an index of each size (``large_index``, ten years; kept in ``--home`` for another run) and asks, each time
for another district, applicant or name: the year's dossiers (a page of 50), a district's second page, an applicant's
dossier with its documents, a search by name, a search by official number. Through what the pages and the API
use (``access``, ``api.paging``, ``search``). Writes docs/reach.json and .svg. PostgreSQL is the tests' packaged one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests"), str(REPOSITORY / "benchmarks")]
SIZES = (10_000, 100_000, 1_000_000)
ASKED = ("year", "district", "applicant", "name", "number")
TARGET = 50.0
YEARS = 10


def here(options: argparse.Namespace) -> None:
    """One index, in this process: filled when it is empty, then asked."""
    import django  # noqa: PLC0415  the database must be chosen first

    django.setup()
    import large_index  # noqa: PLC0415
    from pages import _settle  # noqa: PLC0415

    from docservice.cli import running  # noqa: PLC0415
    from docservice.models import Document  # noqa: PLC0415

    running.ready()
    if not Document.objects.exists():
        each = large_index.FILES
        large_index.fill(options.size // each, YEARS, options.size // each, lambda line: sys.stderr.write(line + "\n"))
    _settle()
    told: dict[str, Any] = {"documents": Document.objects.count()}
    for name, ask in _questions(options.size // large_index.FILES // YEARS).items():
        ask()
        took = sorted(_timed(ask) for _ in range(options.runs))
        told[name] = {
            "p50": round(statistics.median(took), 1),
            "p95": round(took[math.ceil(0.95 * len(took)) - 1], 1),
        }
    sys.stdout.write("RESULTS " + json.dumps(told) + "\n")


def _questions(applicants: int) -> dict[str, Callable[[], object]]:
    """Each asks about something else every time; ``applicants`` of a year."""
    import large_index as made  # noqa: PLC0415

    from docservice import access, register, search  # noqa: PLC0415
    from docservice.api.paging import Turn, turned  # noqa: PLC0415
    from docservice.models import Account  # noqa: PLC0415
    from docservice.thai import BE  # noqa: PLC0415

    draw, year = random.Random(5), register.year(BE(made.NEWEST))  # noqa: S311  nothing secret
    person = Account.objects.get(username=Account.STAFF)

    def of_year(**more: str) -> Any:
        return access.dossiers(person).filter(year_be=made.NEWEST, province=made.PROVINCE, **more)

    def whole() -> object:
        return turned(of_year(), Turn(), "district", "key")

    def district() -> object:
        rows = of_year(district=draw.choice(made.DISTRICTS))
        first = turned(rows, Turn(), "district", "key")
        return turned(rows, Turn(after=first["next"]), "district", "key") if first["next"] else first

    def applicant() -> object:
        row = access.one(access.dossiers(person), key=made._key(made.NEWEST, draw.randrange(applicants)))
        return list(access.documents(person).filter(dossier=row).defer("provenance").order_by("path", "-version"))

    def name() -> object:
        words = made.name(made.NEWEST, draw.randrange(applicants)).split(" ")
        return search.find(person, year, words[-1] if draw.random() < 0.5 else words[0])

    def number() -> object:
        n = draw.randrange(applicants)
        return search.find(person, year, draw.choice((f"{n}/{made.NEWEST}", f"ฉช ๐๐๑๙/ว {n // 20}")))

    return dict(zip(ASKED, (whole, district, applicant, name, number), strict=True))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def apart(options: argparse.Namespace, database: str, size: int) -> dict[str, Any]:
    """One index, in a process of its own."""
    home = Path(options.home) / f"{database}-{size}"
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "DOCSERVICE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "docservice.settings"}
    if database == "postgresql":
        from pages import _postgresql  # noqa: PLC0415

        environ["DOCSERVICE_DATABASE_URL"] = _postgresql(home)
    command = [sys.executable, str(Path(__file__)), "--here", f"--size={size}", f"--runs={options.runs}"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULTS "))
    found: dict[str, Any] = json.loads(line.removeprefix("RESULTS "))
    return found


def drawn(found: dict[str, dict[str, Any]]) -> str:
    """Milliseconds (p95, logarithmic) over documents, a field for each database, a line for each question."""
    colours = dict(zip(ASKED, ("#2b4c9b", "#1f7a4d", "#a36a1f", "#7b3fa0", "#7b8491"), strict=True))
    parts = []
    for n, (database, sizes) in enumerate(found.items()):
        left = 60 + 400 * n
        parts.append(f'<text x="{left}" y="44" font-size="13">{database}</text>')
        for value in (1, 10, 50, 100):
            y, colour = _height(value), "#b3261e" if value == TARGET else "#dde1e6"
            parts.append(f'<path d="M{left} {y:.0f}h260" stroke="{colour}"/>')
            parts.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{value}</text>')
        places = [left + 20 + 110 * k for k in range(len(sizes))]
        for x, size in zip(places, sizes, strict=True):
            parts.append(f'<text x="{x}" y="320" text-anchor="middle">{int(size):,}</text>')
        for asked in ASKED:
            ys = [_height(row[asked]["p95"]) for row in sizes.values()]
            way = "L".join(f"{x} {y:.0f}" for x, y in zip(places, ys, strict=True))
            parts.append(f'<path d="M{way}" fill="none" stroke="{colours[asked]}" stroke-width="2"/>')
    for k, (asked, colour) in enumerate(colours.items()):
        parts.append(f'<text x="{60 + 110 * k}" y="345" fill="{colour}">{asked}</text>')
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="355" font-family="sans-serif" font-size="12">'
    title = '<text x="10" y="22" font-size="14">Milliseconds to answer (p95) over documents in the index</text>'
    return f'{head}<rect width="100%" height="100%" fill="#fff"/>{title}{"".join(parts)}</svg>\n'


def _height(milliseconds: float) -> float:
    return 300 - 110 * math.log10(max(milliseconds, 0.5) / 0.5)


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    words.add_argument("--runs", type=int, default=60)
    words.add_argument("--size", type=int, default=0, help="only this many documents")
    words.add_argument("--home", default=tempfile.gettempdir() + "/docservice-reach")
    words.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    words.add_argument("--write", action="store_true", help="write docs/reach.json and .svg")
    options = words.parse_args()
    if options.here:
        here(options)
        return
    databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    found: dict[str, dict[str, Any]] = {}
    print(f"{'p50/p95 ms':28}" + "".join(f"{name:>14}" for name in ASKED))  # noqa: T201
    for database in databases:
        for size in [options.size] if options.size else SIZES:
            row = found.setdefault(database, {})[str(size)] = apart(options, database, size)
            cells = "".join(f"{row[name]['p50']:>7.1f}/{row[name]['p95']:<6.1f}" for name in ASKED)
            print(f"{database:12}{row['documents']:>14,}  {cells}", flush=True)  # noqa: T201
    if options.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
        content = {"machine": machine, "runs": options.runs, "years": YEARS, "databases": found}
        (REPOSITORY / "docs" / "reach.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        (REPOSITORY / "docs" / "reach.svg").write_text(drawn(found), encoding="utf-8")


if __name__ == "__main__":
    main()
