"""Opening a year: the next from the one before, the first from a few answers, or either from its whole settings."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body, Schema
from pydantic import Field, StringConstraints

from docservice import engines, provinces, register, year_checks, year_edit, year_files, year_setup
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Day, Line100, Line300, YearBE, YearInPath, plain
from docservice.api.problem import FieldsRefused, spoken
from docservice.api.years import Place, YearRow, year_of
from docservice.api.years import area as years
from docservice.catalogue import Kind
from docservice.errors import InputRefused
from docservice.thai import BE
from docservice.year_tree import Settings

area = Area()
_OFFICE = "สำนักงานพัฒนาชุมชนจังหวัด"
ProvinceCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]$")]


class ProvinceRow(Schema):
    """A province of Thailand with its districts, by official code."""

    code: str
    name: str
    districts: list[Place]


class Dates(Schema):
    """The dates of a year, each with what it is called and what it would be; ``name`` goes into ``dates``."""

    name: str
    label: str
    value: str


class NextYear(Schema):
    """What the year after would begin with: nothing of it is kept yet."""

    year_be: int
    dates: list[Dates]
    settings: dict[str, Any]


class OpenNext(Schema, extra="forbid"):
    """Dates that are to be others than moved by a year, by ``name``."""

    dates: Annotated[dict[Annotated[str, Field(max_length=40)], Day], Field(max_length=200, default_factory=dict)]


class FirstYear(Schema, extra="forbid"):
    """What a first year is made of; the texts of its papers come from the pattern that ships. ``signer``: as
    ``/kinds`` describes it for a letter."""

    province: ProvinceCode
    year_be: YearBE
    deadline: Day
    phone: Line100
    address: Annotated[list[Line300], Field(min_length=1, max_length=5)]
    letter_head: Line100 = ""
    signer: dict[str, Any]


class NewYear(Schema, extra="forbid"):
    """One of the two: a whole year file as JSON, or the answers for an office's first year."""

    settings: dict[str, Any] | None = None
    first: FirstYear | None = None


class Look(Schema):
    """Something worth a look before the year begins, and the section of the settings where it stands."""

    what: str
    section: str


class Looks(Schema):
    """What may still be last year's, or is not there yet."""

    looks: list[Look]


@area.offer("GET", "/provinces", list[ProvinceRow], actions=("set-up",))
def list_provinces(request: Asking) -> Any:
    """The provinces of Thailand with their districts."""
    return list(provinces.provinces().values())


@area.offer("GET", "/years/{year}/looks", Looks, actions=("set-up",))
def list_looks(request: Asking, year: YearInPath) -> Any:
    """What of the year's settings is worth a look: last year's words, gaps, what is not there yet."""
    found = year_setup.looks(dict(year_of(request, year).settings))
    return {"looks": [{"what": spoken(look), "section": look.section} for look in found]}


@area.offer("GET", "/years/{year}/next", NextYear, actions=("set-up",))
def get_next_year(request: Asking, year: YearInPath) -> Any:
    """What the year after this one would begin with: all copied, dates a year later, official numbers emptied."""
    settings = year_setup.next_year(dict(year_of(request, year).settings))
    part = year_edit.section(settings, "dates")
    held = part.get(settings)
    dates = [
        {"name": name, "label": field.label, "value": str(held.get(name, ""))} for name, field in part.fields.items()
    ]
    return {"year_be": settings["year_be"], "dates": dates, "settings": settings}


@area.offer(
    "POST", "/years/{year}/next", YearRow, status=201, scope="write", actions=("set-up",), once=True
)  # fmt: skip
def open_next_year(request: Asking, year: YearInPath, opening: Annotated[OpenNext, Body()]) -> Any:
    """Open the year after this one. A year that is there already is not touched (409)."""
    settings = year_setup.next_year(dict(year_of(request, year).settings))
    part = year_edit.section(settings, "dates")
    entered = {**part.get(settings), **{name: day.isoformat() for name, day in opening.dates.items()}}
    if found := year_checks.faults(settings, part, entered):
        raise FieldsRefused(found)
    return _begun(request, part.put(settings, entered))


@years.offer("POST", "/years", YearRow, status=201, scope="write", actions=("set-up",), once=True)
def open_year(request: Asking, opening: NewYear) -> Any:
    """Open a year from its whole settings, or an office's first from a few answers. One that is there already is not
    touched (409)."""
    if (opening.settings is None) == (opening.first is None):
        raise InputRefused(
            "ส่ง settings หรือ first อย่างใดอย่างหนึ่ง",
            "settings คือข้อมูลทั้งปี first คือคำตอบของปีแรก",
            english="Send either settings (a whole year) or first (the answers for a first year).",
        )
    if opening.first is not None:
        return _begun(request, _first(opening.first))
    plain(opening.settings)
    year_files.refuse_paths(opening.settings or {})
    return _begun(request, opening.settings or {})


def _first(answers: FirstYear) -> Settings:
    province = provinces.named(answers.province)
    if province is None:
        raise InputRefused("ไม่มีจังหวัดรหัสนี้", "ดู /provinces", english="There is no such province. See /provinces.")
    plain(answers.signer)
    year_files.refuse_paths(answers.signer)
    letter = engines.catalogue().kind("letter").fields
    fields = {"signer": letter["signer"]} | {name: letter["office"].fields[name] for name in ("phone", "address")}
    entered = {"signer": answers.signer, "phone": answers.phone, "address": answers.address}
    if found := Kind("first", "ปีแรก", "", "", fields=fields).faults(entered):
        raise FieldsRefused(found)
    opening = year_setup.Opening(
        year=BE(answers.year_be),
        province=province,
        deadline=answers.deadline.isoformat(),
        office={"name": _OFFICE, "phone": answers.phone, "address": answers.address},
        letter_head=answers.letter_head,
        signer=answers.signer,
    )
    return year_setup.first_year(opening)


def _begun(request: Asking, settings: Settings) -> dict[str, Any]:
    year = register.begin_year(settings, actor=request.user.username)
    return {"year_be": int(year.year), "province": year.province_code, "digest": register.digest_of(year)}
