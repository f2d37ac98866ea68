"""Applicants of a year: listed, added, changed, judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Header, Query, Schema

from docservice import access, register
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Code, District, IdInPath, Line100, Line300, Line500, Name, YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.models import Applicant

area = Area()


class ApplicantRow(Schema):
    """One unit of one group in one district. ``dossier``: the key of its dossier in the archive."""

    id: int
    year_be: int
    district: str
    group: str
    seq: int
    name: str
    post: str
    place: str
    coordinator: str
    phone: str
    members: str
    result: str
    score: str
    evidence_complete: bool | None
    dossier: str

    @staticmethod
    def resolve_dossier(row: Applicant) -> str:
        """The key."""
        return row.dossier_key


class NewApplicant(Schema, extra="forbid"):
    """An applicant to be added."""

    district: District
    group: Code
    name: Name
    post: Line300 = ""
    place: Line500 = ""
    coordinator: Line300 = ""
    phone: Line100 = ""
    members: Line100 = ""


class ApplicantChange(Schema, extra="forbid"):
    """What changes; what is left out stays."""

    name: Name | None = None
    post: Line300 | None = None
    place: Line500 | None = None
    coordinator: Line300 | None = None
    phone: Line100 | None = None
    members: Line100 | None = None


class Result(Schema, extra="forbid"):
    """The outcome of the assessment; empty when it is not known yet."""

    result: Literal["passed", "failed", ""]
    score: Annotated[Line100, Query(max_length=40)] = ""


class Which(Schema):
    """Which applicants."""

    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""
    group: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)] = ""
    result: Literal["passed", "failed", ""] = ""
    complete: bool | None = None


@area.offer("GET", "/years/{year}/applicants", Page[ApplicantRow], actions=("see",))
def list_applicants(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's applicants by district, group and running number."""
    found = year_of(request, year)
    rows = access.applicants(request.user).filter(year_be=int(found.year), province=found.province_code)
    return turned(narrowed(rows, which), turn, "district", "group", "seq")


def narrowed(rows: QuerySet[Applicant], which: Which) -> QuerySet[Applicant]:
    """The applicants that the filters leave."""
    wanted = {"district": which.district, "group": which.group, "result": which.result}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows if which.complete is None else rows.filter(evidence_complete=which.complete)


@area.offer("POST", "/years/{year}/applicants", ApplicantRow, status=201, scope="write", actions=("enter",), once=True)
def add_applicant(request: Asking, year: YearInPath, applicant: NewApplicant) -> Any:
    """Add an applicant to one of the account's districts."""
    access.require(request.user, "enter", applicant.district)
    return register.add_applicant(year_of(request, year), applicant.dict(), actor=request.user.username)


@area.offer("GET", "/applicants/{id}", ApplicantRow, actions=("see",))
def get_applicant(request: Asking, id: IdInPath, response: HttpResponse) -> Any:
    """One applicant; ``ETag`` goes into ``If-Match`` of a change."""
    row = one(request, id)
    response["ETag"] = f'"{register.state_of(row)}"'
    return row


@area.offer("PATCH", "/applicants/{id}", ApplicantRow, scope="write", actions=("enter",), conflicts=(409, 412))
def change_applicant(
    request: Asking,
    id: IdInPath,
    change: ApplicantChange,
    response: HttpResponse,
    if_match: Annotated[str, Header(alias="If-Match", max_length=100, pattern=r'^((W/)?"[0-9a-f]{64}")?$')] = "",
) -> Any:
    """Change an applicant's name or details. With ``If-Match``, only if nobody has changed it meanwhile (412)."""
    row = one(request, id)
    changes = {name: value for name, value in change.dict().items() if value is not None}
    seen = if_match.removeprefix("W/").strip('"')
    row = register.change_applicant(row.pk, changes, seen=seen, actor=request.user.username)
    response["ETag"] = f'"{register.state_of(row)}"'
    return row


@area.offer("PUT", "/applicants/{id}/result", ApplicantRow, scope="write", actions=("set-up",))
def put_result(request: Asking, id: IdInPath, result: Result) -> Any:
    """Enter the result of the assessment."""
    row = one(request, id)
    year = year_of(request, row.year_be)
    register.enter_results(year, {row.pk: (result.result, result.score)}, actor=request.user.username)
    return one(request, id)


def one(request: Asking, pk: int) -> Applicant:
    """The applicant, if the account may see it."""
    return access.one(access.applicants(request.user), pk=pk)
