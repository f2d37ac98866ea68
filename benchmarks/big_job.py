"""One job of 100,000 items that do nothing, from the request to its end, with 2 workers: does it stay flat?

    .venv/bin/python benchmarks/big_job.py [--items 100000] [--postgresql] [--machine quiet]

A real Redis, worker (``benchmarks.noop``: the product's own queue and one more verb) and beat. Prints, and keeps in
``docs/queue-big-job.json``: seconds to accept and to end, milliseconds an item over each tenth, resident memory of the
process that asked and of each worker process on the way, and how long the questions people ask take at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="docservice-bench-"))
os.environ.update(DOCSERVICE_HOME=str(HOME), DJANGO_SETTINGS_MODULE="docservice.settings")
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]
if "--postgresql" in sys.argv:
    import postgres

    postgres.start()
    os.environ["DOCSERVICE_DATABASE_URL"] = postgres.url()

import django  # noqa: E402  the home and the database must be named first

django.setup()

from docservice import jobs, pulse  # noqa: E402
from docservice.broker import broker_answers  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.cli.up import _redis  # noqa: E402
from docservice.models import Job, JobItem  # noqa: E402
from docservice.web.metrics import QueueFigures  # noqa: E402

PAYLOAD = {"facts": "ข้อเท็จจริงของหนังสือหนึ่งฉบับ " * 12}
"""About what a certificate's item holds."""


def main() -> None:
    """Start Redis, worker and beat, measure, print and write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--items", type=int, default=100_000)
    words.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    words.add_argument("--machine", default="not said", help="what else ran meanwhile, for the record")
    asked = words.parse_args()
    running.ready()
    celery = [sys.executable, "-m", "celery", "-A", "benchmarks.noop"]
    log = (HOME / "log").open("wb")
    processes = [subprocess.Popen(_redis(HOME).command, stdout=log)]
    while not broker_answers():
        time.sleep(0.05)
    for command in (["worker", "--concurrency", "2"], ["beat", "--schedule", str(HOME / "beat"), "--pidfile", ""]):
        processes.append(subprocess.Popen([*celery, *command], cwd=REPOSITORY, stdout=log, stderr=log))
    try:
        while not pulse.silences().get("render"):
            time.sleep(0.1)  # the first sign of life of a worker
        found = measure(asked.items, processes[1].pid)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()
        shutil.rmtree(HOME, ignore_errors=True)
    _tell({"database": "PostgreSQL" if asked.postgresql else "SQLite", "machine": asked.machine, **found})


def measure(count: int, worker: int) -> dict[str, Any]:
    """Ask for ``count`` items and follow them to the end."""
    before = _resident(os.getpid())
    asked = time.monotonic()
    requests = (jobs.Request(f"รายการ {n}", {**PAYLOAD, "item": n}) for n in range(count))
    job = jobs.submit("noop", "คำขอใหญ่", requests, actor="bench")
    accepted = time.monotonic()
    asker = {"before": before, "accepted": _resident(os.getpid())}
    tenths, memory = [accepted], {}
    while Job.objects.get(pk=job.pk).state in (Job.REQUESTED, Job.RUNNING):
        if jobs.counts(job)[JobItem.DONE] >= count * len(tenths) // 10:
            memory[f"{10 * len(tenths)} %"] = [_resident(pid) for pid in _children(worker)]
            tenths.append(time.monotonic())
        time.sleep(0.2)
    ended = time.monotonic()
    if len(tenths) < 11:
        tenths.append(ended)
        memory["100 %"] = [_resident(pid) for pid in _children(worker)]
    return {
        "items": count,
        "state": Job.objects.get(pk=job.pk).state,
        "accept_s": round(accepted - asked, 1),
        "end_s": round(ended - accepted, 1),
        "items_per_s": round(count / (ended - accepted)),
        "ms_per_item_by_tenth": [round((b - a) / count * 10_000, 2) for a, b in pairwise(tenths)],
        "asker_mib": asker,
        "workers_mib": {at: memory[at] for at in ("10 %", "50 %", "100 %")},
        "questions_ms": questions(job),
    }


def questions(job: Job) -> dict[str, float]:
    """What ``docservice jobs``, ``job ID``, ``/healthz``, ``/metrics`` and the look for work ask, in milliseconds."""
    asked: dict[str, Callable[[], object]] = {
        "jobs, job ID": lambda: (jobs.counts(job), list(job.items.filter(state=JobItem.FAILED))),
        "healthz": pulse.health,
        "metrics": lambda: list(QueueFigures().collect()),
        "watch": jobs.watch,
    }
    return {name: _fastest(question) for name, question in asked.items()}


def _fastest(question: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        question()
        times.append(time.perf_counter() - began)
    return round(1000 * min(times), 1)


def _resident(pid: int) -> int:
    """MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


def _children(pid: int) -> list[int]:
    """The pool's processes; their LibreOffice does nothing here."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _tell(found: dict[str, Any]) -> None:
    """Print, and write beside what was measured on the other database."""
    path = REPOSITORY / "docs" / "queue-big-job.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(kept | {found["database"]: found}, indent=1) + "\n", encoding="utf-8")
    for name, value in found.items():
        print(f"{name:22} {value}")  # noqa: T201  a command's answer


if __name__ == "__main__":
    main()
