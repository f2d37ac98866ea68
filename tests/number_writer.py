"""A process of its own that takes official numbers: ``python number_writer.py take|die|work …`` (see test_numbers)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

from django.db import transaction  # noqa: E402  after django.setup()
from office_year import SETTINGS, entered_year  # noqa: E402

from docservice import archive, audit, database, jobs, numbers, papers  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.models import Job, JobItem  # noqa: E402
from docservice.number_claim import Claim, claims  # noqa: E402
from docservice.requests import Desk, orders  # noqa: E402


def take(writer: str, count: str) -> None:
    """Reserve numbers one by one, give every fifth back, use the others in a transaction with an event."""
    for n in range(int(count)):
        claim = Claim("order", "24", 2562, f"2562/24/2400/order-{writer}-{n}", "auto", "{number}")
        value = numbers.held(claim, actor=writer)
        if n % 5 == 4:
            numbers.release([claim], actor=writer)
            value = numbers.held(claim, actor=writer)
        assert value is not None
        with transaction.atomic():
            numbers.use(claim, value)
            audit.record(writer, "document.filed", claim.dossier)


def die() -> None:
    """Ask for three orders without number, and be killed when the first has its reservation and no paper."""
    running.ready()
    year = entered_year(orders=[{**order, "number": "auto"} for order in SETTINGS["orders"]])
    for _ in jobs.work(orders(Desk(year, "tester")), _dying):
        pass


def _dying(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    for claim in claims([items[0].payload]):
        numbers.held(claim, actor="tester")
    os.kill(os.getpid(), signal.SIGKILL)
    yield items[0], {}


def work() -> None:
    """Work the job again, as a worker does once the lease of the dead one is over."""
    archive.prepare()
    job = Job.objects.get()
    job.items.update(lease_until="2019-01-11T00:00:00Z")
    for item in jobs.work(job, papers.work):
        assert item.state == JobItem.DONE, item.error


if __name__ == "__main__":
    jobs.LEASE = timedelta(minutes=1)
    database.make_tables()
    {"take": take, "die": die, "work": work}[sys.argv[1]](*sys.argv[2:])
