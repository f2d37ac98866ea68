"""Asking for papers: what kinds there are, a year's papers by kind, one paper from its facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from ninja import Body, Schema

from docservice import access, books, drafts, engines, evidence, paper_life, requests, year_files
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Code, District, Id, OneOf, YearInPath, plain
from docservice.api.jobs import JobDetails
from docservice.api.years import year_of
from docservice.catalogue import Kind
from docservice.errors import InputRefused
from docservice.models import Applicant
from docservice.papers import Draft
from docservice.requests import Desk

area = Area()
_ACTIONS: tuple[Any, ...] = ("request", "request-district")
_LOTS = {"certificate": requests.certificates, evidence.VERB: books.lot}
"""What is asked for by applicants."""
_OF_DISTRICTS = ("register-applicants", evidence.VERB)
"""What a district officer asks for too."""
Asked = Annotated[str, OneOf(requests.REQUESTS)]


class FieldRow(Schema):
    """One field of a kind of paper."""

    name: str
    label: str
    type: str
    required: bool


class KindRow(Schema):
    """A kind of paper: its fields, and facts that would make one. ``by_year``: a year's papers can be asked for."""

    code: str
    label: str
    by_year: bool
    fields: list[FieldRow]
    example: dict[str, Any]


class YearRequest(Schema, extra="forbid"):
    """Every paper of a kind that the year asks for; ``dossiers``: only these of them.

    Of certificates and evidence books also: those of ``districts``, of ``groups``, of ``applicants`` (by their id).
    """

    kind: Asked
    urgent: bool = False
    dossiers: Annotated[list[Annotated[str, Body(max_length=80)]], Body(max_length=5000)] | None = None
    districts: Annotated[list[District], Body(max_length=100)] | None = None
    groups: Annotated[list[Code], Body(max_length=100)] | None = None
    applicants: Annotated[list[Id], Body(max_length=5000)] | None = None


class OnePaper(Schema, extra="forbid"):
    """One paper from its facts (see ``/kinds`` for what each kind needs).

    ``corrects``: the document of a filed paper that gets a new version; ``replaces``: one that this paper takes the
    place of, in a dossier and with a number of its own.
    """

    kind: Code
    facts: dict[str, Any]
    urgent: bool = False
    corrects: Id | None = None
    replaces: Id | None = None


@area.offer("GET", "/kinds", list[KindRow], actions=_ACTIONS)
def list_kinds(request: Asking) -> Any:
    """Kinds of papers, the fields of each, and an example of its facts."""
    return [_kind(kind) for kind in engines.catalogue().kinds.values()]


@area.offer("POST", "/years/{year}/requests", JobDetails, status=202, scope="request", actions=_ACTIONS, once=True)
def request_papers(request: Asking, year: YearInPath, asked: YearRequest) -> Any:
    """Ask for the year's papers of one kind, the evidence books, or the export. The same again is the same job."""
    picked = None if asked.dossiers is None else frozenset(asked.dossiers)
    desk = one_desk(request, year, urgent=asked.urgent, picked=picked)
    refuse_province(request, asked.kind)
    if asked.kind not in _LOTS:
        _refuse_narrowing(asked)
        return requests.REQUESTS[asked.kind](desk)
    return _LOTS[asked.kind](replace(desk, among=_among(request, desk, asked)))


def refuse_province(request: Asking, kind: str) -> None:
    """``Forbidden`` for a district officer who asks for what is the province's."""
    if kind not in _OF_DISTRICTS:
        access.require(request.user, "request")


def _refuse_narrowing(asked: YearRequest) -> None:
    if (asked.districts, asked.groups, asked.applicants) != (None, None, None):
        raise InputRefused(
            "เลือกตามอำเภอ กลุ่ม หรือผู้สมัครได้เฉพาะใบประกาศและเล่มหลักฐาน",
            "เลือกด้วย dossiers",
            english="Only certificates and evidence books are asked for by district, group or applicant. Use dossiers.",
        )


def _among(request: Asking, desk: Desk, asked: YearRequest) -> list[Applicant] | None:
    """The applicants that a lot is about; ``None`` for all of the year."""
    if (asked.districts, asked.groups, asked.applicants) == (None, None, None):
        return None
    year = desk.year
    rows = access.applicants(request.user).filter(year_be=int(year.year), province=year.province_code)
    wanted = {"district__in": asked.districts, "group__in": asked.groups, "pk__in": asked.applicants}
    rows = rows.filter(**{name: values for name, values in wanted.items() if values is not None})
    found = list(books.ready(rows) if asked.kind == evidence.VERB else rows.filter(result="passed"))
    if not found:
        raise InputRefused(
            "ไม่มีผู้สมัครที่ตรงตามที่เลือก", "เลือกใหม่", english="No applicant is left of those chosen. Choose others."
        )
    return found


@area.offer("POST", "/years/{year}/papers", JobDetails, status=202, scope="request", actions=("request",), once=True)
def request_one_paper(request: Asking, year: YearInPath, paper: OnePaper) -> Any:
    """Ask for one paper from its facts. ``"number": "auto"`` takes the office's next number."""
    plain(paper.facts)
    year_files.refuse_paths(paper.facts)
    desk = one_desk(request, year, urgent=paper.urgent)
    draft = draft_of(request, desk, paper.kind, paper.facts, corrects=paper.corrects, replaces=paper.replaces)
    return requests.one(desk, draft)


def draft_of(
    request: Asking, desk: Desk, kind: str, facts: dict[str, Any], *, corrects: int | None, replaces: int | None
) -> Draft:
    """The draft of facts that were sent: of a paper of its own, or of one that corrects or replaces a filed one."""
    engines.catalogue().kind(kind)
    return requests.draft_of(desk, kind, facts, _like(request, desk, kind, corrects, replaces))


def _like(request: Asking, desk: Desk, kind: str, corrects: int | None, replaces: int | None) -> Draft | None:
    """What the paper was made from that this one corrects or replaces."""
    pk = corrects or replaces
    if pk is None:
        return None
    papers = paper_life.papers_of(access.documents(request.user)).filter(
        year_be=int(desk.year.year), province=desk.year.province_code, kind=kind, current=True
    )
    before = access.one(papers.select_related("dossier"), pk=pk)
    return drafts.filed(before) if corrects else drafts.instead(desk, before)


def one_desk(request: Asking, year: int, *, urgent: bool = False, picked: frozenset[str] | None = None) -> Desk:
    """Who asks, for which year, within the districts of the person."""
    person = request.user
    return Desk(
        year_of(request, year),
        person.username,
        urgent=urgent and access.may(person, "request"),
        districts=access.districts(person),
        picked=picked,
    )


def _kind(kind: Kind) -> dict[str, Any]:
    fields = [
        {"name": name, "label": field.short_label, "type": field.type, "required": field.required}
        for name, field in kind.fields.items()
    ]
    return {
        "code": kind.code,
        "label": kind.label,
        "by_year": kind.code in requests.REQUESTS,
        "fields": fields,
        "example": kind.example(),
    }
