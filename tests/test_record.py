"""``record.json``: with the inventory it is all that is needed to rebuild the index when the database is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from office_year import KEY, filed, filing

from docservice import archive
from docservice.errors import FixityBroken
from docservice.models import Document, Dossier, Event
from storage.keys import DossierKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

LETTER, BOOK = "paper/letter.pdf", "book/book.pdf"
COLUMNS = [field.name for field in Document._meta.fields if field.name not in ("id", "dossier")]


def _rows() -> list[dict[str, Any]]:
    return [
        {"dossier": row.dossier.key, **{name: getattr(row, name) for name in COLUMNS}}
        for row in Document.objects.order_by("dossier__key", "path", "version")
    ]


def _forget_the_index() -> None:
    for table in ("document", "dossier", "event"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM docservice_{table}")  # noqa: S608  names are ours


def test_the_record_is_enough_to_rebuild_every_row() -> None:
    filed(filing(LETTER, b"first"), filing(BOOK, b"book", pages=None, number=""))
    filed(filing("evidence/photo/ภาพ.jpg", b"scan", media_type="image/jpeg", provenance={}))
    filed(filing(LETTER, b"second", number="ฉช ๐๐๑๙/ว ๑๗๐", provenance={"facts": {"to": "ปลัด"}, "ratio": 0.5}))
    filed(filing(LETTER, b"first"))
    filed(filing("paper/order.pdf", b"order"), key="2562/24/2400/order-0012", title="คำสั่ง")
    rows, dossiers = _rows(), list(Dossier.objects.values_list("key", "title", "about", "version", "district"))
    _forget_the_index()

    assert archive.reindex(actor="สมศรี") == (2, 6)

    assert _rows() == rows
    assert list(Dossier.objects.values_list("key", "title", "about", "version", "district")) == dossiers


def test_rebuilding_a_whole_index_changes_nothing() -> None:
    filed(filing(LETTER, b"first"))
    filed(filing(LETTER, b"second"))
    rows, events = _rows(), Event.objects.count()

    assert archive.reindex(actor="สมศรี") == (1, 0)
    assert (_rows(), Event.objects.count()) == (rows, events)


def test_what_a_writer_left_that_died_in_its_first_filing_does_not_stop_the_rebuilding(home: Path) -> None:
    left = home / "store" / "archive" / KEY / "v1" / "content" / "paper" / "order.pdf"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a filing")
    filed(filing(LETTER, b"letter"))
    rows = _rows()
    assert archive.verify(KEY) == []
    _forget_the_index()

    assert archive.reindex(actor="สมศรี") == (1, 1)
    assert _rows() == rows


def test_after_rebuilding_filing_goes_on() -> None:
    filed(filing(LETTER, b"first"))
    _forget_the_index()
    archive.reindex(actor="สมศรี")

    assert filed(filing(LETTER, b"first")).new == 0
    assert filed(filing(LETTER, b"second")).version == 2
    assert archive.verify(KEY) == []


def test_the_record_names_the_dossier_what_it_is_about_and_the_events_before() -> None:
    filed(filing(LETTER, b"first"))
    filed(filing(LETTER, b"second"))

    with archive.root().open(DossierKey.parse(KEY), archive.RECORD) as stream:
        record = json.load(stream)

    assert (record["title"], record["about"]) == ("นายประเสริฐ แสงตะวัน", {"group": "leader"})
    assert record["events"] == [Event.objects.order_by("id")[0].digest]


def test_a_record_that_is_none_stops_the_rebuilding_by_name(home: Path) -> None:
    filed(filing(LETTER, b"letter"))
    path = home / "store" / "archive" / KEY / "v1" / "content" / "record.json"
    path.chmod(0o600)
    path.write_text("[]", encoding="utf-8")
    _forget_the_index()

    with pytest.raises(FixityBroken, match=KEY):
        archive.reindex(actor="สมศรี")
