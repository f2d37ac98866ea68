"""The audit log in the store: what was sealed shows when the log is cut, changed or made anew, and brings it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from docservice import audit, ledger
from docservice.errors import FixityBroken, StoreUnavailable
from docservice.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def chain(length: int, actor: str = "สมศรี") -> list[Event]:
    return [audit.record(actor, "document.filed", f"2562/24/2401/leader-{n:04d}", {"n": n}) for n in range(length)]


def forget(events: list[Event]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM docservice_event WHERE id >= %s", [events[0].pk])


def rows() -> list[dict[str, object]]:
    return list(Event.objects.order_by("id").values())


def pages(home: Path) -> list[Path]:
    return sorted((home / "store" / "ledger").rglob("*.jsonl"))


def fault(doing: Callable[[], object]) -> str:
    with pytest.raises(FixityBroken) as broken:
        doing()
    return broken.value.message


def test_what_is_sealed_is_sealed_once_and_in_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LINES", 4)
    assert ledger.seal() == 0
    chain(10)
    assert ledger.seal() == 10
    assert ledger.seal() == 0
    chain(1)
    assert ledger.seal() == 1
    sealed = [json.loads(line) for page in pages(home) for line in page.read_bytes().splitlines()]
    assert [told["digest"] for told in sealed] == list(Event.objects.order_by("id").values_list("digest", flat=True))
    assert len(pages(home)) == 4
    assert ledger.verify() == ledger.Sealed(11, Event.objects.latest("id").at)


def test_a_cut_tail_shows_once_it_was_sealed() -> None:
    events = chain(5)
    ledger.seal()
    forget(events[3:])
    assert audit.verify() == 3  # the chain alone does not see it
    assert f"ลำดับที่ {events[3].pk} " in fault(ledger.verify)
    chain(4, "คนอื่น")
    assert f"ลำดับที่ {events[3].pk} " in fault(ledger.verify)
    assert f"ลำดับที่ {events[4].pk} " in fault(ledger.seal)


def test_a_log_made_anew_shows() -> None:
    events = chain(3)
    ledger.seal()
    forget(events)
    assert "อีกชุดหนึ่ง" in fault(ledger.verify)
    chain(3, "คนอื่น")
    assert audit.verify() == 3
    assert "อีกชุดหนึ่ง" in fault(ledger.verify)
    assert "อีกชุดหนึ่ง" in fault(ledger.restore)


@pytest.mark.parametrize("left", [0, 1, 4])
def test_a_lost_log_comes_back_and_goes_on(left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LINES", 3)
    events = chain(7)
    ledger.seal()
    before = rows()
    forget(events[left:])
    assert ledger.restore() == 7 - left
    assert rows() == before
    assert ledger.restore() == 0
    chain(2)
    assert ledger.seal() == 2
    assert audit.verify() == ledger.verify().events == 9


def test_a_log_that_went_another_way_is_left_as_it_is() -> None:
    events = chain(4)
    ledger.seal()
    forget(events[2:])
    chain(3, "คนอื่น")
    before = rows()
    assert "ที่ผนึกไว้" in fault(ledger.restore)
    assert rows() == before


@pytest.mark.parametrize(
    "change", [lambda data: data.replace(b"2401", b"2402", 1), lambda data: data[:-20], lambda _: b""]
)
def test_a_changed_page_is_named(home: Path, change: Callable[[bytes], bytes]) -> None:
    chain(3)
    ledger.seal()
    chain(2)
    ledger.seal()
    (first, _) = pages(home)
    first.chmod(0o600)
    first.write_bytes(change(first.read_bytes()))
    assert "เสียหายหรือถูกแก้ไข" in fault(ledger.verify)


def test_an_exported_log_is_checked_without_a_database(tmp_path: Path) -> None:
    chain(5)
    target = tmp_path / "log.jsonl"
    assert ledger.export(target) == 5
    assert [event.pk for event in ledger.read(iter(target.read_bytes().splitlines()), "log")] == [
        row["id"] for row in rows()
    ]
    lines: list[Any] = target.read_bytes().splitlines()
    for wrong in (lines[1:], [*lines[:2], *lines[3:]], [lines[1], lines[0], *lines[2:]], [b"{}"], [b"x"]):
        fault(lambda wrong=wrong: list(ledger.read(iter(wrong), "log")))


def test_an_export_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    chain(2)
    (tmp_path / "log.jsonl").mkdir()
    with pytest.raises(StoreUnavailable):
        ledger.export(tmp_path / "log.jsonl")
    assert [path.name for path in tmp_path.glob("*log*")] == ["log.jsonl"]
    assert list(tmp_path.glob(".*")) == []


def test_a_page_that_is_gone_is_named_and_keeps_nobody_from_sealing(home: Path) -> None:
    for _ in range(3):
        chain(2)
        ledger.seal()
    pages(home)[1].unlink()
    chain(2)
    assert ledger.seal() == 2
    assert "บรรทัดที่ ๓ เสียหาย" in fault(ledger.verify)
