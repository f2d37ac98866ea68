"""Asking for papers: what kinds there are, a year's papers by kind, one paper from its facts."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body, Schema

from docservice import access, drafts, engines, paper_life, requests, year_files
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Code, Id, OneOf, YearInPath, plain
from docservice.api.jobs import JobDetails
from docservice.api.years import year_of
from docservice.catalogue import Kind
from docservice.papers import Draft
from docservice.requests import Desk

area = Area()
_ACTIONS: tuple[Any, ...] = ("request", "request-district")
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
    """Every paper of a kind that the year asks for; ``dossiers``: only these of them."""

    kind: Asked
    urgent: bool = False
    dossiers: Annotated[list[Annotated[str, Body(max_length=80)]], Body(max_length=5000)] | None = None


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
    return requests.REQUESTS[asked.kind](_desk(request, year, urgent=asked.urgent, picked=picked))


@area.offer("POST", "/years/{year}/papers", JobDetails, status=202, scope="request", actions=("request",), once=True)
def request_one_paper(request: Asking, year: YearInPath, paper: OnePaper) -> Any:
    """Ask for one paper from its facts. ``"number": "auto"`` takes the office's next number."""
    plain(paper.facts)
    year_files.refuse_paths(paper.facts)
    desk = _desk(request, year, urgent=paper.urgent)
    engines.catalogue().kind(paper.kind)
    return requests.one(desk, requests.draft_of(desk, paper.kind, paper.facts, _like(request, desk, paper)))


def _like(request: Asking, desk: Desk, paper: OnePaper) -> Draft | None:
    """What the paper was made from that this one corrects or replaces."""
    pk = paper.corrects or paper.replaces
    if pk is None:
        return None
    papers = paper_life.papers_of(access.documents(request.user)).filter(
        year_be=int(desk.year.year), province=desk.year.province_code, kind=paper.kind, current=True
    )
    before = access.one(papers.select_related("dossier"), pk=pk)
    return drafts.filed(before) if paper.corrects else drafts.instead(desk, before)


def _desk(request: Asking, year: int, *, urgent: bool, picked: frozenset[str] | None = None) -> Desk:
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
