"""The year at a glance: cells, next steps, what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from office_year import entered_year, entry

from docservice import access, overview, register, standing
from docservice.models import Applicant, EvidenceFile, Handover, OriginalSeen
from docservice.overview import Cell, Standing
from docservice.yearfile import YearFile

ALL_PAPERS = frozenset(overview.OFFICE_PAPERS)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        (Cell(0, 0, 1), "none"),
        (Cell(1, 0, 1), "partial"),
        (Cell(2, 1, 1), "partial"),
        (Cell(2, 2, 1), "full"),
        (Cell(1, 1, 2), "partial"),
        (Cell(0, 0, 0), "free"),
        (Cell(1, 1, 0), "full"),
    ],
)
def test_a_cell_says_full_only_when_the_quota_and_the_evidence_are_there(cell: Cell, state: str) -> None:
    assert cell.state == state


def test_what_the_quota_still_asks_for() -> None:
    assert (Cell(1, 1, 3).lacking, Cell(4, 0, 1).lacking) == (2, 0)


@pytest.mark.parametrize(
    ("standing", "first"),
    [
        (Standing(0, 0, 0, 11), "import"),
        (Standing(4, 4, 0, 11), "order"),
        (Standing(4, 4, 0, 11, frozenset({"order"})), "letter"),
        (Standing(4, 4, 0, 3, frozenset({"order", "letter"})), "follow-up"),
        (Standing(4, 4, 0, 0, frozenset({"order", "letter"})), "results"),
        (Standing(4, 1, 3, 3, frozenset({"order", "letter"})), "results"),
        (Standing(4, 0, 3, 3, frozenset({"order", "letter"})), "certificate"),
        (Standing(4, 0, 3, 0, frozenset({"order", "letter", "certificate"})), "announcement"),
        (Standing(4, 0, 3, 0, ALL_PAPERS - {"report"}), "report"),
        (Standing(4, 0, 3, 0, ALL_PAPERS), "export"),
        (Standing(4, 0, 0, 0, frozenset({"order", "letter"})), "export"),
    ],
)
def test_the_next_step_follows_from_where_the_year_stands(standing: Standing, first: str) -> None:
    assert overview.steps(standing)[0].name == first


def test_every_open_step_is_named_with_how_many_it_concerns() -> None:
    found = overview.steps(Standing(5, 2, 3, 1, frozenset({"order", "letter"})))

    assert [(step.name, step.count) for step in found][:2] == [("results", 2), ("certificate", 3)]


def test_days_are_counted_to_the_deadline_and_past_it() -> None:
    deadline = date(2019, 2, 11)

    assert overview.days_left(deadline, date(2019, 2, 1)) == 10
    assert overview.days_left(deadline, deadline) == 0
    assert overview.days_left(deadline, date(2019, 2, 12)) == -1


@pytest.fixture
def year(db: None) -> YearFile:
    """Two districts with applicants."""
    found = entered_year()
    people = [entry("ก"), entry("ข"), entry("ค", "2402", "community")]
    register.enter_applicants(found, people, actor="tester")
    return found


def _matrix(year: YearFile) -> overview.Matrix:
    return overview.matrix(year, access.applicants(None), access.handovers(None))


def test_the_matrix_counts_units_and_complete_evidence_by_district_and_group(year: YearFile) -> None:
    register.note_evidence("2562/24/2401/leader-0001", complete=True)

    found = _matrix(year)

    leaders = {g.code: c for g, c in found.rows[0].cells}["leader"]
    assert (leaders.units, leaders.complete, leaders.state) == (2, 1, "partial")
    assert len(found.rows) == 11
    assert (found.total.units, found.total.complete) == (3, 1)
    assert [c.units for _, c in found.columns] == [2, 0, 0, 1]


def test_the_matrix_costs_the_same_queries_however_many_there_are(year: YearFile) -> None:
    with CaptureQueriesContext(connection) as few:
        _matrix(year)
    more = [entry(f"ชื่อ {n}", f"24{n % 11 + 1:02d}") for n in range(40)]
    register.enter_applicants(year, more, actor="tester")

    with CaptureQueriesContext(connection) as many:
        _matrix(year)

    assert len(few) == len(many) == 2


def test_only_the_newest_handover_of_a_district_counts(year: YearFile) -> None:
    now = datetime.now(UTC)
    for days, returned in ((2, None), (1, now)):
        Handover.objects.create(
            year_be=2562, province="24", district="2401", units=2, complete=0, handed_by="officer",
            handed_at=now - timedelta(days=days), returned_at=returned,
        )  # fmt: skip
    Handover.objects.create(
        year_be=2562, province="24", district="2402", units=1, complete=0, handed_by="officer", handed_at=now
    )

    found = _matrix(year)

    assert [row.handed for row in found.rows[:3]] == [False, True, False]
    assert (found.handed, len(found.waiting)) == (1, 10)


def test_an_officer_sees_the_rows_of_the_own_districts_only(year: YearFile) -> None:
    found = overview.matrix(year, access.applicants(None), access.handovers(None), frozenset({"2402"}))

    assert [row.district.code for row in found.rows] == ["2402"]


def test_results_are_counted_in_the_same_breath(year: YearFile) -> None:
    register.enter_results(year, {register.applicants(year)[0].pk: ("passed", "")}, actor="tester")

    where = overview.standing(_matrix(year), frozenset())

    assert (where.units, where.unjudged, where.passed) == (3, 2, 1)


def _evidence(applicant: Applicant, slot: str, **more: object) -> None:
    EvidenceFile.objects.create(
        applicant=applicant, slot=slot, name=slot, size=1, sha256=f"{slot:0<64}", added_by="x",
        added_at=datetime.now(UTC), **more,
    )  # fmt: skip


def test_what_is_missing_are_the_required_slots_with_nothing_readable(year: YearFile) -> None:
    someone = register.applicants(year)[0]
    _evidence(someone, "application")
    _evidence(someone, "photo", problem={"code": "evidence-refused"})
    _evidence(someone, "house", removed_at=datetime.now(UTC))
    OriginalSeen.objects.create(applicant=someone, slot="id-card", seen_by="x", seen_at=datetime.now(UTC))

    found = standing.lacking(year, [someone])[someone.pk]

    assert [slot.title for slot in found] == ["รูปถ่าย ๑ รูป", "สำเนาทะเบียนบ้าน"]


def test_a_year_without_papers_has_filed_none(year: YearFile) -> None:
    assert overview.filed_kinds(year, access.documents(None)) == frozenset()
