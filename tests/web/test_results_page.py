"""Entering results: row by row as they are chosen, all at once, and two people on one row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import Office

from docservice import register
from docservice.models import Applicant, Event

As = Callable[[str], Client]
PARTIAL = {"HX-Request": "true"}


def _row(pk: int, result: str, score: str = "", seen: str = "|") -> dict[str, str]:
    return {f"result-{pk}": result, f"score-{pk}": score, f"seen-{pk}": seen}


def _now(pk: int) -> tuple[str, str]:
    row = Applicant.objects.get(pk=pk)
    return row.result, row.score


def test_the_list_shows_everybody_and_is_filtered(as_: As, office: Office) -> None:
    client = as_("staff")
    everybody = client.get("/2562/results/").content.decode()
    assert "นายประเสริฐ แสงตะวัน" in everybody
    assert "ชุมชนบ้านสวน" in everybody

    one = client.get("/2562/results/", {"district": "2402", "group": "community", "q": "สวน"}).content.decode()
    assert "ชุมชนบ้านสวน" in one
    assert "ประเสริฐ" not in one
    assert "ไม่มีผู้สมัครตามที่เลือก" in client.get("/2562/results/?state=passed").content.decode()


def test_a_row_is_kept_as_it_is_chosen(as_: As, office: Office) -> None:
    pk = office.applicants[0].pk

    answer = as_("staff").post("/2562/results/", _row(pk, "passed", " ๘๗.๕ "), headers=PARTIAL)

    shown = answer.content.decode()
    assert _now(pk) == ("passed", "๘๗.๕")
    assert "บันทึกแล้ว" in shown
    assert f'name="seen-{pk}" value="passed|๘๗.๕"' in shown
    assert "<html" not in shown
    assert Event.objects.filter(verb="results.entered", actor="staff").count() == 1


def test_without_a_script_one_button_keeps_the_rows_that_changed(as_: As, office: Office) -> None:
    first, second = office.applicants[0].pk, office.applicants[1].pk

    answer = as_("staff").post("/2562/results/", _row(first, "passed") | _row(second, "", ""))

    assert answer.status_code == 302
    assert (_now(first)[0], _now(second)[0]) == ("passed", "")


def test_two_people_on_one_row_see_each_other(as_: As, office: Office) -> None:
    pk = office.applicants[0].pk
    as_("admin").post("/2562/results/", _row(pk, "failed"), headers=PARTIAL)

    answer = as_("staff").post("/2562/results/", _row(pk, "passed"), headers=PARTIAL).content.decode()

    assert _now(pk) == ("failed", "")
    assert "มีผู้อื่นบันทึกไว้ก่อนว่า ไม่ผ่าน" in answer
    as_("staff").post("/2562/results/", _row(pk, "passed", seen="failed|"), headers=PARTIAL)
    assert _now(pk) == ("passed", "")


def test_everybody_left_passes_with_one_button_within_the_filter(as_: As, office: Office) -> None:
    failed = office.of("2401")[0]
    register.enter_results(office.year, {failed.pk: ("failed", "40")}, actor="tester")

    assert as_("staff").post("/2562/results/?district=2401", {"pass-rest": "1"}).status_code == 302

    assert [a.result for a in register.applicants(office.year)] == ["failed", "passed", "", ""]


def test_bad_input_stays_beside_its_row_and_keeps_the_others(as_: As, office: Office) -> None:
    first, second = office.applicants[0].pk, office.applicants[1].pk

    answer = as_("staff").post("/2562/results/", _row(first, "passed", "๙" * 10_000) | _row(second, "failed"))

    assert answer.status_code == 422
    assert "คะแนนยาวเกิน ๔๐ ตัวอักษร" in answer.content.decode()
    assert (_now(first), _now(second)) == (("", ""), ("failed", ""))


@pytest.mark.parametrize(
    "sent", [{"seen-x": "|"}, {"seen-999999999999999999999": "|"}, {"seen-77777": "|", "result-77777": "passed"}, {}]
)
def test_rows_that_are_not_there_are_no_fault_of_the_program(as_: As, office: Office, sent: dict[str, str]) -> None:
    client = as_("staff")

    assert client.post("/2562/results/", sent).status_code in (302, 422)
    assert client.post("/2562/results/", sent, headers=PARTIAL).status_code in (200, 404)
    assert client.get("/2562/results/?district=%00").status_code == 422


def test_a_strange_verdict_is_refused(as_: As, office: Office) -> None:
    pk = office.applicants[0].pk
    as_("staff").post("/2562/results/", _row(pk, "<b>"))
    assert _now(pk) == ("", "")


def test_only_the_province_judges(as_: As, office: Office) -> None:
    for name in ("officer", "auditor"):
        assert as_(name).get("/2562/results/").status_code == 403
        assert as_(name).post("/2562/results/", _row(office.applicants[0].pk, "passed")).status_code == 403


def test_the_list_costs_the_same_queries_for_four_and_for_forty(as_: As, office: Office) -> None:
    client = as_("staff")
    with CaptureQueriesContext(connection) as few:
        client.get("/2562/results/")
    people = [{"district": "2401", "group": "leader", "name": f"นายคน ที่{n}"} for n in range(40)]
    register.enter_applicants(office.year, people, actor="tester")

    with CaptureQueriesContext(connection) as many:
        client.get("/2562/results/")

    assert len(few) == len(many)
