"""Search in a year: applicants, dossiers and documents by words, number, kind, district and day."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Schema

from docservice import search
from docservice.api.applicants import ApplicantRow
from docservice.api.archive import DossierRow
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.documents import DocumentRow
from docservice.api.fields import Day, YearInPath
from docservice.api.years import year_of
from docservice.search import Asked, Findings, Found

area = Area()
_ACTIONS: tuple[Any, ...] = ("see", "archive")
_FURTHEST = 2**63 - 1


class FoundApplicants(Schema):
    """Some applicants; ``following`` goes into ``after`` with ``part=applicants``."""

    rows: list[ApplicantRow]
    following: int | None


class FoundDossiers(Schema):
    """Some dossiers; ``following`` goes into ``after`` with ``part=dossiers``."""

    rows: list[DossierRow]
    following: int | None


class FoundDocuments(Schema):
    """Some documents; ``following`` goes into ``after`` with ``part=documents``."""

    rows: list[DocumentRow]
    following: int | None


class Results(Schema):
    """What was found of each."""

    applicants: FoundApplicants
    dossiers: FoundDossiers
    documents: FoundDocuments


class Wanted(Schema):
    """The words, and filters; days (both included) are those on which a document was filed."""

    q: Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    kind: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)] = ""
    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""
    since: Day | None = None
    until: Day | None = None
    part: Literal["", "applicants", "dossiers", "documents"] = ""
    after: Annotated[int, Query(ge=0, le=_FURTHEST)] = 0


@area.offer("GET", "/years/{year}/search", Results, actions=_ACTIONS)
def find(request: Asking, year: YearInPath, wanted: Annotated[Wanted, Query()]) -> Any:
    """What the words and filters find: up to 50 of each, or the next 50 of one ``part``."""
    found = year_of(request, year)
    filters = {"kind": wanted.kind, "district": wanted.district, "since": wanted.since, "until": wanted.until}
    asked = Asked.of(wanted.q, found, **filters)
    if not wanted.part:
        return search.find_asked(request.user, found, asked, search.MOST, search.MOST)
    parts: dict[str, Any] = {name: Found() for name in ("applicants", "dossiers", "documents")}
    parts[wanted.part] = getattr(search, wanted.part)(request.user, found, asked, after=wanted.after)
    return Findings(**parts)
