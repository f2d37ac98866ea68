"""The index from the store alone: every table that can come back is compared, whatever way it was lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from office_year import KEY, entered_year, filed, filing, tampered

from docservice import archive, audit, ledger, numbers
from docservice.config import config
from docservice.models import Document, Dossier, Event, Number, NumberSeries

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = "2562/24/2400/order-0012"
NUMBER = {
    "province": "24", "series": "order", "year_be": 2562, "pattern": "{n}/2562", "asks": 12, "dated": "2019-02-01",
    "subject": "แต่งตั้งคณะกรรมการ", "addressee": "", "first": None, "value": 12,
}  # fmt: skip
OWN = {"id", "dossier_id", "series_id", "locked_until"}
"""What a database makes up itself, and how long a writer holds a dossier."""
LATER = {"reserved_at", "used_at"}
"""When a number was taken: the record knows when its paper was filed."""


def _table(model: type[Any], *more: str) -> list[dict[str, object]]:
    """Every row with every field but those of the database's own, in an order of what they say."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in OWN | LATER]
    return sorted(model._default_manager.order_by().values(*names, *more), key=lambda row: json.dumps(row, default=str))


def _tables() -> dict[str, list[dict[str, object]]]:
    return {
        "dossiers": _table(Dossier),
        "documents": _table(Document, "dossier__key"),
        "registers": _table(NumberSeries),
        "numbers": _table(Number, "series__code"),
    }


def _office(number: dict[str, Any]) -> None:
    entered_year()
    filed(filing("paper/letter.pdf", b"first"), filing("book/book.pdf", b"book", pages=None, number=""))
    filed(filing("evidence/photo/ภาพ 50%.jpg", b"scan", media_type="image/jpeg", provenance={"checklist": ["photo"]}))
    filed(filing("paper/letter.pdf", b"second", provenance={"facts": {"to": "ปลัด"}, "ratio": 0.5}))
    order = filing("paper/order.pdf", b"order", kind="order", provenance={"number": number})
    filed(order, key=ORDER, title="คำสั่งที่ ๑๒")


def _lost() -> None:
    tampered("DELETE FROM docservice_event")
    for model in (Document, Dossier, Number, NumberSeries):
        model._default_manager.all().delete()


def _rebuilt() -> None:
    """What ``archive reindex`` does."""
    ledger.restore()
    archive.reindex(actor="somchai")
    numbers.restore(actor="somchai")


def test_every_table_that_comes_back_is_as_it_was(home: Path) -> None:
    _office(NUMBER)
    numbers.restore(actor="tester")
    ledger.seal()
    before, log = _tables(), list(Event.objects.order_by("id").values())
    _lost()

    _rebuilt()

    assert _tables() == before
    assert len(before["numbers"]) == 1
    back = list(Event.objects.order_by("id").values())
    assert back[: len(log)] == log
    assert {event["verb"] for event in back[len(log) :]} <= {"number.restored"}
    assert audit.verify() == len(back)


def test_rebuilding_again_changes_nothing_and_tells_nothing(home: Path) -> None:
    _office(NUMBER)
    ledger.seal()
    _lost()
    _rebuilt()
    before, events = _tables(), Event.objects.count()

    _rebuilt()

    assert (_tables(), Event.objects.count()) == (before, events)


def test_two_processes_that_rebuild_at_once_enter_everything_once(home: Path, database_url: str) -> None:
    _office(NUMBER)
    for n in range(2, 12):
        filed(filing("paper/certificate.pdf", b"%d" % n), key=f"{KEY[:-4]}{n:04d}")
    ledger.seal()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    environ |= {
        "DOCSERVICE_HOME": str(home / "other"),
        "DOCSERVICE_DATABASE_URL": database_url,
        "DOCSERVICE_STORE_URL": config().store_url,
    }
    command = [sys.executable, "-m", "docservice.cli", "archive", "reindex", "--json"]
    both = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]

    answers = [process.communicate(timeout=900) for process in both]

    assert [process.returncode for process in both] == [0, 0], answers
    told = [json.loads(said) for said, _ in answers]
    assert sum(each["documents"] for each in told) == Document.objects.count()
    assert sum(each["events"] for each in told) == Event.objects.count()
    assert sum(each["numbers"] for each in told) == 1
