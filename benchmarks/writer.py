"""One process of ``sqlite_writers``: prepares the database, writes into it, or checks what came of it.

Each transaction reads the writer's own row, writes it back changed, and records an event: what filing does, without the
bytes. Nothing but the event chain makes the writers wait for one another.
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

from django.db import transaction  # noqa: E402  Django must be set up first
from django.db.utils import OperationalError  # noqa: E402

from docservice import audit, database  # noqa: E402
from docservice.models import Dossier  # noqa: E402


def prepare() -> dict[str, object]:
    """Make the tables."""
    database.make_tables()
    return {}


def write(transactions: int) -> dict[str, object]:
    """Write; what was committed, every refusal's words, and the slowest in milliseconds."""
    key = f"2562/24/2400/order-{os.getpid()}"
    Dossier.objects.create(key=key, year_be=2562, province="24", district="2400", title="คำสั่ง")
    sys.stdin.readline()
    refused: list[str] = []
    slowest = 0.0
    for number in range(transactions):
        began = time.perf_counter()
        try:
            _transaction(key, number)
        except OperationalError as error:
            refused.append(str(error))
        slowest = max(slowest, time.perf_counter() - began)
    return {"committed": transactions - len(refused), "refused": refused, "slowest_ms": round(slowest * 1000)}


def _transaction(key: str, number: int) -> None:
    with transaction.atomic():
        row = Dossier.objects.select_for_update().get(key=key)
        row.version += 1
        row.save()
        audit.record("writer", "bench.written", key, {"number": number})


def check() -> dict[str, object]:
    """How often the rows were changed, and the length of the event chain, verified."""
    return {"changes": sum(Dossier.objects.values_list("version", flat=True)), "events": audit.verify()}


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    said = {"prepare": prepare, "check": check}[verb]() if verb != "write" else write(int(rest[0]))
    sys.stdout.write(json.dumps(said) + "\n")
