"""The year at a glance: districts and groups, registers handed over, results, what is to be done next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from ninja import Schema

from docservice import access, overview
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import YearInPath
from docservice.api.years import year_of
from docservice.overview import Matrix

area = Area()


class CellRow(Schema):
    """A group in a district: units there are, complete ones, and how many there must be."""

    group: str
    units: int
    complete: int
    quota: int
    state: str


class DistrictRow(Schema):
    """A district: its groups, and whether its register is with the province."""

    district: str
    name: str
    handed_over: bool
    handed_at: datetime | None
    groups: list[CellRow]


class StepRow(Schema):
    """Something to be done, and how many it concerns."""

    name: str
    count: int


class OverviewOfYear(Schema):
    """How far the year is; ``next``: the province's steps in their order, none for a district officer."""

    deadline: date
    days_left: int
    passed: int
    failed: int
    waiting: int
    districts: list[DistrictRow]
    next: list[StepRow]


@area.offer("GET", "/years/{year}/overview", OverviewOfYear, actions=("see",))
def get_overview(request: Asking, year: YearInPath) -> Any:
    """How far the year is: each district and group, who has not handed over yet, what to do next."""
    found, person = year_of(request, year), request.user
    matrix = overview.matrix(found, access.applicants(person), access.handovers(person), access.districts(person))
    steps = []
    if access.may(person, "set-up"):
        papers = overview.filed_kinds(found, access.documents(person))
        steps = [vars(step) for step in overview.steps(overview.standing(matrix, papers))]
    counted = {name: matrix.results.get(result, 0) for name, result in _RESULTS.items()}
    left = overview.days_left(found.deadline, timezone.localdate())
    return {"deadline": found.deadline, "days_left": left, **counted, "districts": _rows(matrix), "next": steps}


_RESULTS = {"passed": "passed", "failed": "failed", "waiting": ""}


def _rows(matrix: Matrix) -> list[dict[str, Any]]:
    return [
        {
            "district": row.district.code,
            "name": row.district.name,
            "handed_over": row.handed,
            "handed_at": row.handover.handed_at if row.handover and row.handed else None,
            "groups": [{"group": group.code, **vars(cell), "state": cell.state} for group, cell in row.cells],
        }
        for row in matrix.rows
    ]
