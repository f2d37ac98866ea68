"""How soon work goes on after kill -9: of a whole worker, a pool child, LibreOffice, and Redis with its data wiped.

    .venv/bin/python benchmarks/recovery.py [--rounds 5] [--targets worker child office redis] [--machine quiet]

A real ``docservice up`` makes two-page letters; in mid-work one process is killed. ``again``: seconds from the kill
until work went on where it was stopped: every item that the killed worker or child held has been claimed anew; after
Redis, an item that waited has been claimed; after LibreOffice (one worker process), an item has ended. ``done``: until
the whole job has ended. Prints a table, writes ``docs/queue-recovery.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="docservice-bench-"))
os.environ.update(DOCSERVICE_HOME=str(HOME), DJANGO_SETTINGS_MODULE="docservice.settings")
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests" / "chaos")]

import django  # noqa: E402  the home must be set first

django.setup()

from service import Service  # noqa: E402

from benchmarks.workers import SAMPLE  # noqa: E402
from docservice import facts, jobs, papers, register  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.models import Job, JobItem  # noqa: E402
from docservice.yearfile import YearFile  # noqa: E402

LETTERS = 60
WORKERS = {"worker": 2, "child": 2, "redis": 2, "office": 1}
LIMITS = {"worker": 30, "child": 10}
_LOOK = 0.02
_STUCK = 300

State = dict[int, tuple[str, int, str]]
"""Item → state, attempts and claim."""


def request(year: YearFile, round_: int) -> Job:
    """So many letters that nobody asked for before."""
    content = {**facts.letter(year), "enclosures": []}
    drafts = (
        papers.Draft("letter", {**content, "number": f"ฉช ๐๐๑๙/{n}"}, f"2562/24/2400/letter-{n:04d}", "หนังสือ")
        for n in range(round_ * LETTERS + 1, (round_ + 1) * LETTERS + 1)
    )
    return jobs.submit("paper", "หนังสือ", map(papers.request, drafts), actor="bench")


def state(job: Job) -> State:
    """How each item stands."""
    return {pk: (now, tries, c) for pk, now, tries, c in job.items.values_list("pk", "state", "attempts", "claim")}


def done(items: State) -> int:
    """How many have ended."""
    return sum(now == JobItem.DONE for now, *_ in items.values())


def _resumed(before: State, now: State) -> list[bool]:
    """Of each claim that was held: whether all it left undone has been claimed anew (a survivor's never is)."""
    claims = {claim for was, _, claim in before.values() if was == JobItem.CLAIMED}
    held = [[pk for pk, (was, _, claim) in before.items() if (was, claim) == (JobItem.CLAIMED, c)] for c in claims]
    fresh = {pk for pk in before if now[pk][1] > before[pk][1]}
    # An item whose end was written in the moment of the kill is not left undone.
    return [
        bool(fresh.intersection(pks)) and all(pk in fresh or now[pk][0] == JobItem.DONE for pk in pks) for pks in held
    ]


def _fetched(before: State, now: State) -> bool:
    """Something that waited at the kill is claimed."""
    return any(was == JobItem.WAITING and now[pk][0] != JobItem.WAITING for pk, (was, *_) in before.items())


GOES_ON: dict[str, Callable[[State, State], bool]] = {
    "worker": lambda before, now: all(_resumed(before, now)),
    "child": lambda before, now: any(_resumed(before, now)),
    "redis": _fetched,
    "office": lambda before, now: done(now) > done(before),
}


def kill_once(service: Service, target: str, year: YearFile, round_: int) -> tuple[float, float] | None:
    """Seconds until work goes on and until all is done; None where the kill came when nothing was at stake."""
    job = request(year, round_)
    mark = random.uniform(0.1, 0.5) * LETTERS  # noqa: S311
    while done(state(job)) < mark:
        time.sleep(_LOOK)
    before = state(job)
    service.kill(target)
    killed, again = time.monotonic(), None
    while (current := Job.objects.get(pk=job.pk)).state in (Job.REQUESTED, Job.RUNNING):
        if again is None and GOES_ON[target](before, state(job)):
            again = time.monotonic() - killed
        if time.monotonic() - killed > _STUCK:
            raise SystemExit(f"stuck: {jobs.counts(job)}, look at {HOME}")
        time.sleep(_LOOK)
    if current.state != Job.DONE:
        raise SystemExit(f"{target}: {list(job.items.filter(state=JobItem.FAILED).values_list('error', flat=True))}")
    return (again, time.monotonic() - killed) if again is not None else None


def measure(target: str, rounds: int, year: YearFile, first: int) -> dict[str, Any]:
    """So many kills of one kind of process on a service of its own."""
    found: list[tuple[float, float]] = []
    round_ = first
    with Service(HOME, f"sqlite://{HOME}/docservice.sqlite3", workers=WORKERS[target]) as service:
        while len(found) < rounds:
            if seconds := kill_once(service, target, year, round_):
                found.append(seconds)
                sys.stderr.write(f"{target}: again {seconds[0]:.1f} s, done {seconds[1]:.1f} s\n")
            round_ += 1
            time.sleep(2)
    again, done = zip(*found, strict=True)
    limit = LIMITS.get(target)
    return {"kills": rounds, "limit": limit, "again": _spread(again), "done": _spread(done), "next": round_}


def _spread(values: tuple[float, ...]) -> dict[str, float]:
    return {name: round(f(values), 1) for name, f in (("min", min), ("median", statistics.median), ("max", max))}


def main() -> int:
    """Measure each target, print and write; 1 when a limit was passed."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--targets", nargs="+", choices=sorted(WORKERS), default=list(WORKERS))
    words.add_argument("--machine", default="not said", help="what else ran meanwhile, for the record")
    asked = words.parse_args()
    running.ready()
    settings = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    register.enter_year(settings, actor="bench")
    year, first = YearFile.parse(settings), 0
    found: dict[str, Any] = {}
    print("| killed | kills | work goes on again, s (min / median / max) | all done, s | limit, s |")  # noqa: T201
    print("|---|---|---|---|---|")  # noqa: T201
    for target in asked.targets:
        row = found[target] = measure(target, asked.rounds, year, first)
        first = row.pop("next")
        spreads = [" / ".join(f"{row[name][part]}" for part in ("min", "median", "max")) for name in ("again", "done")]
        print(f"| {target} | {asked.rounds} | {' | '.join(spreads)} | {row['limit'] or '–'} |")  # noqa: T201
    shutil.rmtree(HOME, ignore_errors=True)
    record = {"cores": os.cpu_count(), "machine": asked.machine, "letters": LETTERS, "targets": found}
    (REPOSITORY / "docs" / "queue-recovery.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return int(any(row["limit"] and row["again"]["max"] > row["limit"] for row in found.values()))


if __name__ == "__main__":
    sys.exit(main())
