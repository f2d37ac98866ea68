"""Years and their settings, and who the token is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Body, Header, Schema

from docservice import access, year_edit, year_files
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import YearInPath, be, plain
from docservice.models import Year
from docservice.yearfile import YearFile

area = Area()


class Me(Schema):
    """The token and its account, and how its person reads the pages."""

    username: str
    first_name: str
    last_name: str
    language: str
    thai_digits: bool
    role: str
    districts: list[str]
    years: list[int]
    token: str
    scopes: list[str]
    expires_at: datetime


class YearRow(Schema):
    """A year of a province."""

    year_be: int
    province: str
    digest: str


class Place(Schema):
    """A district: official code and name."""

    code: str
    name: str


class Slot(Schema):
    """One line of a checklist."""

    slot: str
    title: str
    required: bool = True


class GroupRow(Schema):
    """A target group with its checklist; ``quota``: how many units each district brings."""

    code: str
    name: str
    quota: int
    checklist: list[Slot]


class YearDetails(Schema):
    """A year: its districts, groups and deadline."""

    year_be: int
    province: str
    province_name: str
    deadline: date
    districts: list[Place]
    groups: list[GroupRow]


class Settings(Schema):
    """The year file as it is kept; ``digest`` goes into ``If-Match``."""

    digest: str
    settings: dict[str, Any]


@area.offer("GET", "/me", Me)
def who_am_i(request: Asking) -> Any:
    """Whose token this is, and what it is for."""
    return told(request)


def told(request: Asking) -> dict[str, Any]:
    """Who asks."""
    person, token = request.user, request.auth
    return {
        **{name: getattr(person, name) for name in ("first_name", "last_name", "language", "thai_digits")},
        "username": person.username,
        "role": person.role,
        "districts": person.districts,
        "years": person.years,
        "token": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }


@area.offer("GET", "/years", list[YearRow], actions=("see", "archive"))
def list_years(request: Asking) -> Any:
    """The years the account may open, newest first."""
    return list(access.years(request.user).defer("settings"))


@area.offer("GET", "/years/{year}", YearDetails, actions=("see", "archive"))
def get_year(request: Asking, year: YearInPath) -> Any:
    """A year: its districts, its groups with their checklists, its deadline."""
    found = year_of(request, year)
    return {
        "year_be": int(found.year),
        "province": found.province_code,
        "province_name": found.province,
        "deadline": found.deadline,
        "districts": [vars(one) for one in found.districts],
        "groups": [{**vars(one), "checklist": list(one.checklist)} for one in found.groups],
    }


@area.offer("GET", "/years/{year}/settings", Settings, actions=("set-up",))
def get_settings(request: Asking, year: YearInPath, response: HttpResponse) -> Any:
    """The year's settings: office, signers, people, orders, dates, groups. ``ETag`` carries their digest."""
    row = _row(request, year)
    response["ETag"] = f'"{row.digest}"'
    return row


@area.offer("PUT", "/years/{year}/settings", Settings, scope="write", actions=("set-up",), conflicts=(409, 412))
def put_settings(
    request: Asking,
    year: YearInPath,
    settings: Annotated[dict[str, Any], Body(description="The whole year file, as JSON")],
    if_match: Annotated[str, Header(alias="If-Match", max_length=100, pattern=r'^(W/)?"[0-9a-f]{64}"$')],
    response: HttpResponse,
) -> Any:
    """Replace the year's settings, all or nothing. ``If-Match`` says which settings were read before.

    412 when someone has changed them meanwhile.
    """
    plain(settings)
    year_files.refuse_paths(settings)
    seen = if_match.removeprefix("W/").strip('"')
    year_edit.replace_all(year_of(request, year), settings, seen=seen, actor=request.user.username)
    row = _row(request, year)
    response["ETag"] = f'"{row.digest}"'
    return row


def year_of(request: Asking, year: int) -> YearFile:
    """The year file of a year that the account may open, or ``NotFound``."""
    return YearFile.parse(_row(request, year).settings)


def _row(request: Asking, year: int) -> Year:
    return access.one(access.years(request.user), year_be=int(be(year)))
