"""Filing into many dossiers at once: all that filing one promises, and one's failure is its own."""

from __future__ import annotations

from typing import Any

import pytest
from office_year import KEY, filed, filing

from docservice import archive, audit, lot
from docservice.errors import Conflict, InputRefused
from docservice.filing import Filed
from docservice.models import Document, Dossier, Event
from docservice.record import Wish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

KEYS = [f"2562/24/2401/leader-{n:04d}" for n in range(1, 9)]
PAPER = "paper/certificate.pdf"


def _wish(key: str, data: bytes = b"paper", **more: Any) -> Wish:
    return Wish(key, f"ผู้สมัคร {key}", [filing(PAPER, data)], {"group": "leader"}, **more)


def _faults() -> list[str]:
    return [
        fault
        for key in Dossier.objects.filter(version__gt=0).values_list("key", flat=True)
        for fault in archive.verify(key)
    ]


def test_a_lot_files_every_document_with_its_event_and_frees_the_dossiers() -> None:
    filed(filing("book/book.pdf", b"book"), key=KEYS[0])

    done = lot.file_all([_wish(key) for key in KEYS], actor="tester")

    assert done == [Filed(key, 2 if key == KEYS[0] else 1, 1) for key in KEYS]
    assert Document.objects.filter(path=PAPER, current=True).count() == len(KEYS)
    assert audit.verify() == Event.objects.count() == len(KEYS) + 1
    assert not Dossier.objects.exclude(locked_until=None).exists()
    assert set(Dossier.objects.values_list("files", flat=True)) == {1, 2}
    assert _faults() == []


def test_the_same_lot_again_files_nothing() -> None:
    lot.file_all([_wish(key) for key in KEYS], actor="tester")
    events = Event.objects.count()

    again = lot.file_all([_wish(key) for key in KEYS], actor="tester")

    assert again == [Filed(key, 1, 0) for key in KEYS]
    assert Event.objects.count() == events


def test_a_dossier_that_stands_in_the_lot_twice_gets_both() -> None:
    done = lot.file_all([_wish(KEY, b"first"), _wish(KEYS[1]), _wish(KEY, b"second")], actor="tester")

    assert [each.version for each in done if isinstance(each, Filed)] == [1, 1, 2]
    assert archive.read_document(Document.objects.get(dossier__key=KEY, current=True)) == b"second"


def test_a_filing_that_is_refused_takes_no_other_with_it() -> None:
    def refuse() -> None:
        raise Conflict("เลขนี้ใช้แล้ว", "ใช้เลขอื่น", english="taken")

    wishes = [_wish(KEYS[0]), _wish(KEYS[1], also=refuse), Wish(KEYS[2], "x", [filing("../x", b"x")]), _wish(KEYS[3])]

    done = lot.file_all(wishes, actor="tester")

    assert [type(each) for each in done] == [Filed, Conflict, InputRefused, Filed]
    assert not Dossier.objects.exclude(locked_until=None).exists()
    assert _faults() == []


def test_what_a_crash_left_in_the_store_is_entered_before_the_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    filed(filing("book/book.pdf", b"book"), key=KEYS[0])
    Document.objects.all().delete()
    Dossier.objects.update(version=0, files=0, size=0)

    done = lot.file_all([_wish(key) for key in KEYS[:2]], actor="tester")

    assert [each.version for each in done if isinstance(each, Filed)] == [2, 1]
    assert Document.objects.filter(dossier__key=KEYS[0], current=True).count() == 2
    assert _faults() == []
