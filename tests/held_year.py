"""An office in a process of its own, in a store that a test names: ``held_year.py prepare|work|told``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()
sys.path[:0] = [str(Path(__file__).parent)]

from office_year import filed, filing  # noqa: E402  after django.setup()

from docservice import archive, database, holding, jobs, retained, retention  # noqa: E402
from docservice.models import Dossier, Event, Job  # noqa: E402
from docservice.store_hold import LOCKED  # noqa: E402

DOSSIERS = 12


def prepare() -> dict[str, object]:
    """A year of dossiers, and a hold on it that no worker has taken up yet."""
    database.make_tables()
    archive.prepare()
    for number in range(DOSSIERS):
        key = f"2550/24/2401/leader-{number:04d}"
        filed(*(filing(f"book/{n}.pdf", f"{key} {n}".encode()) for n in range(10)), key=key)
    retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    return told()


def work() -> dict[str, object]:
    """What a worker does, a dossier at a time; a line for each."""
    while (job := Job.objects.get(verb=holding.VERB)).state not in (Job.DONE, Job.FAILED):
        for item in jobs.work(job, holding.work, limit=4):
            print(item.title, flush=True)  # noqa: T201
        time.sleep(0.2)  # what the dead worker had is free when its lease has run out
    return told()


def told() -> dict[str, object]:
    """How it stands, asked of the bucket itself."""
    store = archive.root().store
    seen = {key: store.legal_hold(f"{key}/") for key in Dossier.objects.values_list("key", flat=True)}
    job = Job.objects.get(verb=holding.VERB)
    return {
        "job": job.state,
        "counts": jobs.counts(job),
        "locked": sum(each.stands(True) for each in seen.values()),
        "loose": sum(each.versions - each.held for each in seen.values()),
        "events": Event.objects.filter(verb=LOCKED).count(),
        "year": holding.state_of(retained.year_hold_key(2550, "24"), held=True).what,
    }


if __name__ == "__main__":
    print(json.dumps({"prepare": prepare, "work": work, "told": told}[sys.argv[1]]()))  # noqa: T201
