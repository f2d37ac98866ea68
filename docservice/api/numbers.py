"""The registers of official numbers: their lines, a number that came later, a number that is void."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Path, Query, Schema

from docservice import access, numbering, numbers
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Number, OneOf, Reason, YearInPath
from docservice.api.jobs import JobDetails
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.models import Number as Row
from docservice.numbers import SERIES, Series

area = Area()
Code = Annotated[str, OneOf(SERIES)]
State = Literal["pending", "reserved", "used", "voided", "free", ""]


class NumberRow(Schema):
    """One line of a register; ``value`` null: the paper waits for its number."""

    series: str
    year_be: int
    value: int | None
    state: str
    text: str
    dated: date | None
    subject: str
    addressee: str
    reason: str
    dossier: str
    given_by: str

    @staticmethod
    def resolve_series(row: Row) -> str:
        """Which register."""
        return row.series.code

    @staticmethod
    def resolve_year_be(row: Row) -> int:
        """The register's calendar year."""
        return int(row.series.year_be)


class Which(Schema):
    """Which lines."""

    series: Annotated[str, OneOf(("", *SERIES))] = ""
    state: State = ""


class Entry(Schema, extra="forbid"):
    """The number that the central registry gave; ``dossier`` may be left out while one paper waits."""

    series: Code
    value: Number
    dossier: Annotated[str, Query(max_length=80, pattern=r"^[a-z0-9/-]*$")] = ""


class Void(Schema, extra="forbid"):
    """Why."""

    reason: Reason


ValueInPath = Annotated[int, Path(ge=1, le=999_999)]
SeriesInPath = Annotated[str, OneOf(SERIES), Path()]


@area.offer("GET", "/years/{year}/numbers", Page[NumberRow], actions=("number",))
def list_numbers(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The registers of a calendar year, line by line."""
    found = year_of(request, year)
    rows = access.numbers(request.user).select_related("series")
    rows = rows.filter(series__province=found.province_code, series__year_be=int(found.year))
    wanted = {"series__code": which.series, "state": which.state}
    return turned(rows.filter(**{name: value for name, value in wanted.items() if value}), turn, "id")


@area.offer("POST", "/years/{year}/numbers", JobDetails, status=202, scope="request", actions=("number",), once=True)
def enter_number(request: Asking, year: YearInPath, entry: Entry) -> Any:
    """Give a waiting paper the number the central registry gave; the job makes its new version."""
    series = _series(request, year, entry.series)
    return numbering.enter(series, entry.value, entry.dossier, actor=request.user.username)


@area.offer(
    "POST", "/years/{year}/numbers/{series}/{value}/void", NumberRow, scope="write", actions=("number",), once=True
)
def void_number(request: Asking, year: YearInPath, series: SeriesInPath, value: ValueInPath, void: Void) -> Any:
    """Void a number for ever, with its reason."""
    return numbers.void(_series(request, year, series), value, void.reason, actor=request.user.username)


def _series(request: Asking, year: int, code: str) -> Series:
    found = year_of(request, year)
    return Series(found.province_code, code, int(found.year))
