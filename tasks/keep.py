"""What is done for the archive at night and beside the work: its store is tried, its files read again and copied."""

from __future__ import annotations

from docservice import fixity_run, holding, second_copy, worm_check
from docservice.broker import BACKGROUND
from docservice.celery import EXPORT_LIMIT, app


@app.task(name="docservice.probe")
def probe() -> None:
    """Try whether the store keeps what is locked in it."""
    worm_check.probe_at_start()


@app.task(name="docservice.sweep", time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def sweep() -> None:
    """Read a part of tonight's slice of the archive again; the next turn comes after what people wait for."""
    if fixity_run.turn():
        app.send_task("docservice.sweep", priority=BACKGROUND)


@app.task(name="docservice.holds", time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def holds() -> None:
    """Ask the store about every file of every held dossier, and mend what is not locked, or is locked still."""
    holding.reconcile()


@app.task(name="docservice.follow", time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def follow() -> int:
    """Copy into the second copy what was filed."""
    return second_copy.follow()


@app.task(name="docservice.compare", time_limit=EXPORT_LIMIT, soft_time_limit=EXPORT_LIMIT - 60)
def compare() -> None:
    """Compare the second copy with the archive."""
    second_copy.compare_nightly()
