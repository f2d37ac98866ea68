"""Looking at papers before they are asked for: what a year's papers would say, and their pages as pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Annotated, Any

from ninja import Body, Path, Schema
from pydantic import Field

from docservice import access, drafts, papers, preview, year_files
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Id, OneOf, YearInPath, plain
from docservice.api.problem import FieldsRefused
from docservice.api.requests import draft_of, one_desk, refuse_province
from docservice.catalogue import Fault
from docservice.drafts import Desk
from docservice.errors import FactsRefused, InputRefused
from docservice.models import Applicant
from docservice.papers import Draft

area = Area()
_ACTIONS: tuple[Any, ...] = ("request", "request-district")
_SAMPLES = 3
_MOST_DRAFTS = 200
_CERTIFICATE = "certificate"
KindInPath = Annotated[str, OneOf([kind for kind in drafts.DRAFTS if kind != _CERTIFICATE]), Path()]
DossierKey = Annotated[str, Body(max_length=80, pattern=r"^[a-z0-9/-]+$")]


class DraftRow(Schema):
    """A paper that the year asks for: where it would be filed, and the facts it would be made from.

    Changed facts go to ``/papers``; ``dossier`` goes into ``dossiers`` of ``/requests`` and ``/previews``.
    """

    dossier: str
    title: str
    facts: dict[str, Any]


class Preview(Schema):
    """What is to be looked at: one paper from ``facts`` (with ``corrects`` or ``replaces`` as for ``/papers``), or up
    to three of the year's, by ``dossiers``; neither: the first three."""

    kind: Annotated[str, OneOf(list(drafts.DRAFTS))]
    facts: dict[str, Any] | None = None
    corrects: Id | None = None
    replaces: Id | None = None
    dossiers: Annotated[list[DossierKey], Field(max_length=_SAMPLES)] | None = None


class Pictures(Schema):
    """``images``: PNG in base64, “ร่าง” across each: the first six pages of one paper, or the first page of several.

    ``pages``: how many there are; long lists are cut at forty rows. ``warnings``: Thai sentences.
    """

    images: list[str]
    pages: int
    warnings: list[str]


@area.offer("GET", "/years/{year}/drafts/{kind}", list[DraftRow], actions=_ACTIONS)
def list_drafts(request: Asking, year: YearInPath, kind: KindInPath) -> Any:
    """The papers of a kind that the year asks for, as they would be made now: the prefilled forms of the pages."""
    desk = one_desk(request, year)
    refuse_province(request, kind)
    return [{"dossier": d.dossier, "title": d.dossier_title, "facts": plain_facts(d)} for d in _first(desk, kind)]


def plain_facts(draft: Draft) -> dict[str, Any]:
    """The facts as JSON holds them."""
    return {name: value for name, value in draft.facts.items() if not isinstance(value, bytes)}


def _first(desk: Desk, kind: str) -> list[Draft]:
    return list(islice(drafts.of_kind(desk, kind), _MOST_DRAFTS))


@area.offer("POST", "/years/{year}/previews", Pictures, scope="request", actions=_ACTIONS, conflicts=(409,))
def look_at_paper(request: Asking, year: YearInPath, asked: Preview) -> Any:
    """The pages of papers as they would be made, as pictures. Nothing is kept, and no number is given."""
    desk = one_desk(request, year)
    refuse_province(request, asked.kind)
    if asked.facts is not None:
        access.require(request.user, "request")
        return _told(preview.of(_typed(request, desk, asked, asked.facts)))
    found = [_short(draft) for draft in drafts.asked(desk, _picked(request, desk, asked))]
    return _told(preview.of(found[0]) if len(found) == 1 else preview.samples(found))


def _typed(request: Asking, desk: Desk, asked: Preview, facts: dict[str, Any]) -> Draft:
    """The draft of facts that were sent; what is wrong with them is refused with its place."""
    plain(facts)
    year_files.refuse_paths(facts)
    draft = draft_of(request, desk, asked.kind, facts, corrects=asked.corrects, replaces=asked.replaces)
    try:
        draft = next(iter(drafts.asked(desk, [draft])))
    except FactsRefused:  # the year behind the number cannot be read: the check says so, with its place
        raise FieldsRefused(papers.faults(draft)) from None
    faults: Iterable[Fault] = papers.faults(draft)
    if faults:
        raise FieldsRefused(faults)
    return _short(draft)


def _picked(request: Asking, desk: Desk, asked: Preview) -> list[Draft]:
    """Up to three of the year's papers."""
    picked = frozenset(asked.dossiers) if asked.dossiers is not None else None
    at = replace(desk, picked=picked)
    if asked.kind == _CERTIFICATE:
        at = replace(at, among=_passed(request, desk, asked.dossiers))
    found = list(islice((d for d in drafts.of_kind(at, asked.kind) if at.wants(d.dossier)), _SAMPLES))
    if not found:
        raise InputRefused(
            "ยังไม่มีรายการให้ดูตัวอย่าง", "ดูรายการที่ /drafts", english="There is nothing to look at yet. See /drafts."
        )
    return found


def _passed(request: Asking, desk: Desk, dossiers: list[str] | None) -> list[Applicant]:
    """The applicants of those dossiers, or the first, who passed."""
    year = desk.year
    rows = access.applicants(request.user).filter(year_be=int(year.year), province=year.province_code, result="passed")
    if dossiers is None:
        return list(rows.order_by("district", "group", "seq")[:_SAMPLES])
    named = [key.split("/")[-2:] for key in dossiers if key.count("/") == 3]
    found = [rows.filter(district=d, group=n.rpartition("-")[0], seq=_seq(n)).first() for d, n in named]
    return [row for row in found if row is not None]


def _seq(name: str) -> int:
    last = name.rpartition("-")[2]
    return int(last) if last.isascii() and last.isdecimal() and len(last) < 9 else 0


def _short(draft: Draft) -> Draft:
    return replace(draft, facts=preview.cut(draft.facts))


def _told(made: preview.Preview) -> dict[str, Any]:
    images = [b64encode(image).decode() for image in made.images]
    return {"images": images, "pages": made.pages, "warnings": list(made.warnings)}
