"""What the queue costs per item that does nothing, beside plain Celery on the same Redis and workers, in one run.

    .venv/bin/python benchmarks/queue_overhead.py [--items 1000] [--rounds 3] [--write]

prints a table; with ``--write`` also ``docs/queue-overhead.json``, ``.svg`` and the table in docs/performance.md. Every
item of the product's queue is a row that is claimed, finished and logged; plain Celery's tasks leave nothing behind.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="docservice-bench-"))
os.environ.update(DOCSERVICE_HOME=str(HOME), DJANGO_SETTINGS_MODULE="docservice.settings")
sys.path.insert(0, str(REPOSITORY))

from benchmarks import noop, report  # noqa: E402  the home must be set first
from docservice import jobs  # noqa: E402
from docservice.broker import broker_answers  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.cli.up import _redis  # noqa: E402
from docservice.models import Job  # noqa: E402

_NAMES = ("docservice", "plain Celery")


def ours(count: int, round_: int) -> float:
    """Seconds from the request to the end of the last item."""
    started = time.monotonic()
    items = (jobs.Request(f"รายการ {n}", {"round": round_, "item": n}) for n in range(count))
    job = jobs.submit("noop", "ไม่ทำอะไร", items, actor="bench")
    while Job.objects.get(pk=job.pk).state in (Job.REQUESTED, Job.RUNNING):
        time.sleep(0.01)
    return time.monotonic() - started


def plain(count: int, round_: int) -> float:
    """Seconds from the first message to the last line appended."""
    path = HOME / f"plain-{round_}"
    started = time.monotonic()
    for _ in range(count):
        noop.bare.delay(str(path))
    while not path.exists() or path.stat().st_size < 2 * count:
        time.sleep(0.01)
    return time.monotonic() - started


def main() -> None:
    """Interleaved rounds of both, medians printed and written."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--items", type=int, default=1000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--write", action="store_true", help="into docs/ and docs/performance.md")
    asked = words.parse_args()
    running.ready()
    redis = subprocess.Popen(_redis(HOME).command, stdout=subprocess.DEVNULL)
    while not broker_answers():
        time.sleep(0.05)
    log = (HOME / "worker.log").open("wb")
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.noop", "worker", "--concurrency", "2"]
    worker = subprocess.Popen([*command, "--queues", "render"], cwd=REPOSITORY, stdout=log, stderr=log)
    try:
        plain(20, -1)
        ours(20, -1)
        pairs = [(ours(asked.items, n), plain(asked.items, n)) for n in range(asked.rounds)]
    finally:
        for process in (worker, redis):
            process.terminate()
            process.wait()
        shutil.rmtree(HOME, ignore_errors=True)
    columns = zip(*pairs, strict=True)
    told = dict(zip(_NAMES, (report.middle([1000 * s / asked.items for s in each]) for each in columns), strict=True))
    rows = [[name, f"{t['median']:.2f} ({t['low']:.2f}…{t['high']:.2f})"] for name, t in told.items()]
    markdown = report.table([f"{asked.items:,} items that do nothing", "ms an item, median (quarters)"], rows)
    print(report.machine(), markdown, sep="\n")  # noqa: T201  a command's answer
    if asked.write:
        plot = report.bars(
            "ms an item that does nothing", [(n, t["median"], f"{t['median']} ms") for n, t in told.items()]
        )
        report.keep("queue-overhead", {"items": asked.items, "ms_per_item": told}, markdown, plot)


if __name__ == "__main__":
    main()
