"""The log's page: filters, pages by event, the chain's state, the table; auditors of a year read that year only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from archive_office import book, paper
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from docservice import audit, sealing
from docservice.models import Event

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
NAME = "=cmd|' /C calc'!A1"


@pytest.fixture
def log(office: Any) -> Any:
    """A year with some things done."""
    book(office.applicants[0])
    paper()
    audit.record("suda", "job.requested", "job/1", {"verb": "paper"})
    audit.record("vichai", "document.read", office.applicants[0].dossier_key, {"path": "book/book.pdf"})
    audit.record("suda", "year.entered", "2561/24")
    return office


def _rows(client: Client, **asked: str) -> list[str]:
    answer = client.get("/2562/events/", asked)
    assert answer.status_code == 200, answer.content.decode()
    body = answer.content.decode()
    return body.split("<tbody>")[1].split("</tbody>")[0].split("<tr")[1:] if "<tbody>" in body else []


def test_the_page_shows_the_years_events_newest_first(as_: As, log: Any) -> None:
    rows = _rows(as_("auditor"))
    assert "vichai" in rows[0]
    assert "เปิดอ่านเอกสาร" in rows[0]
    assert not any("2561/24" in row or "job/1" in row for row in rows)


def test_filters_narrow(as_: As, log: Any) -> None:
    key = log.applicants[0].dossier_key
    today = timezone.localdate().isoformat()  # the office's day, which begins before London's
    assert len(_rows(as_("auditor"), actor="vichai")) == 1
    assert len(_rows(as_("auditor"), verb="document.filed")) == 2
    assert len(_rows(as_("auditor"), subject=key)) == 2
    assert len(_rows(as_("auditor"), subject=key, verb="document.read")) == 1
    assert _rows(as_("auditor"), until="1 ม.ค. 2540") == []
    assert _rows(as_("auditor"), since="1 ม.ค. 2590") == []
    assert len(_rows(as_("auditor"), since="1 ม.ค. 2540")) == len(_rows(as_("auditor")))
    assert _rows(as_("auditor"), since="2019-01-01", until=today)


def test_everything_is_for_administrators_an_auditor_keeps_to_the_given_years(as_: As, log: Any, people: Any) -> None:
    everything = "".join(_rows(as_("admin"), all="1"))
    assert "job/1" in everything
    assert "2561/24" in everything
    assert "2561/24" not in "".join(_rows(as_("auditor"), all="1"))
    assert _rows(as_("auditor"), subject="2561/24") == []
    assert _rows(as_("auditor"), subject="job/1") == []
    people["auditor"].years = [2561]
    people["auditor"].save()
    assert as_("auditor").get("/2562/events/").status_code == 404


@pytest.mark.parametrize("part", ["", "chain", "table"])
@pytest.mark.parametrize("name", ["staff", "officer", "neighbour"])
def test_the_log_is_not_for_those_it_tells_of(as_: As, log: Any, name: str, part: str) -> None:
    assert as_(name).get(f"/2562/events/{part}").status_code == 403
    assert as_(name).post(f"/2562/events/{part}").status_code in (403, 405)


def test_pages_go_on_below_an_event_and_ask_as_much(as_: As, log: Any) -> None:
    for n in range(120):
        audit.record("many", "document.read", "2562/24/2401/leader-0001", {"document": n})
    client = as_("auditor")
    answer = client.get("/2562/events/?actor=many")
    seen = [event.pk for event in answer.context["events"]]
    while following := answer.context["following"]:
        answer = client.get(f"/2562/events/?actor=many&before={following}")
        seen += [event.pk for event in answer.context["events"]]
    assert seen == sorted(Event.objects.filter(actor="many").values_list("pk", flat=True), reverse=True)
    with CaptureQueriesContext(connection) as many:
        client.get("/2562/events/?actor=many")
    with CaptureQueriesContext(connection) as few:
        client.get("/2562/events/?actor=vichai")
    assert len(many) == len(few)


def test_the_chain_is_walked_and_the_answer_stays(as_: As, log: Any) -> None:
    assert "ยังไม่เคยตรวจสายโซ่" in as_("auditor").get("/2562/events/").content.decode()
    count = Event.objects.count()
    part = as_("auditor").post("/2562/events/chain", headers={"HX-Request": "true"}).content.decode()
    assert "สายโซ่ต่อเนื่อง" in part
    assert "<html" not in part
    assert Event.objects.get(verb="audit.verified").details == {"events": count, "sealed": 0}
    assert as_("auditor").post("/2562/events/chain").status_code == 302
    assert "สายโซ่ต่อเนื่อง" in as_("auditor").get("/2562/events/").content.decode()


def test_a_changed_line_breaks_the_chain_in_red(as_: As, log: Any) -> None:
    changed = Event.objects.filter(actor="vichai")
    changed.update(actor="nobody")
    first = changed.model.objects.get(actor="nobody").pk
    text = as_("auditor").post("/2562/events/chain", headers={"HX-Request": "true"}).content.decode()
    assert "สายโซ่ขาด" in text
    assert f"ลำดับที่ {first}" in text


def test_the_table_has_what_the_filters_leave_and_no_formulas(as_: As, log: Any) -> None:
    audit.record(NAME, "document.read", "2562/24/2401/leader-0001")
    answer = as_("auditor").get("/2562/events/table", {"verb": "document.read"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert rows[1][2] == f"'{NAME}"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert rows[2][8] == Event.objects.get(actor="vichai").digest
    assert Event.objects.filter(verb="events.taken", actor="auditor").exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "x" * 10_000},
        {"until": "31/2/2562"},
        {"verb": "shred"},
        {"before": "๑๒x"},
        {"before": "9" * 40},
        {"actor": "\0" * 10},
        {"subject": "<script>" * 2000},
    ],
)
def test_nothing_typed_breaks_the_page(as_: As, log: Any, asked: dict[str, str]) -> None:
    answer = as_("auditor").get("/2562/events/", asked)
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.content.decode().split("<main", maxsplit=1)[1]


def test_nothing_of_the_log_can_be_changed(as_: As, log: Any) -> None:
    before = list(Event.objects.values_list("digest", flat=True))
    for address in ("/2562/events/", "/2562/events/table"):
        assert as_("auditor").post(address).status_code == 405
    assert list(Event.objects.values_list("digest", flat=True)) == before


def test_the_page_tells_how_much_is_sealed(as_: As, log: Any) -> None:
    assert "ยังไม่เคยผนึก" in as_("auditor").get("/2562/events/").content.decode()
    sealing.seal()
    text = as_("auditor").get("/2562/events/").content.decode()
    assert "ผนึกแล้วถึงลำดับที่" in text
    assert "รอผนึก ๐ รายการ" in text
