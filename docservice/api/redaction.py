"""The redacted edition of an evidence book, for committees: areas of each file that are burned in; asking for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Schema

from docservice import access, books, redaction, scrutiny
from docservice.api.applicants import one
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import IdInPath
from docservice.api.jobs import JobDetails
from docservice.api.years import year_of
from docservice.drafts import Desk
from docservice.models import EvidenceFile
from docservice.pdf.scrutiny import Look
from docservice.redaction import MOST_AREAS, WHOLE, Seen

area = Area()
_Edge = Annotated[int, Query(ge=0, le=WHOLE)]
_Side = Annotated[int, Query(ge=1, le=WHOLE)]


class HiddenArea(Schema, extra="forbid"):
    """A rectangle of page ``page`` (from 1), in ten-thousandths of the page as it is shown upright."""

    page: Annotated[int, Query(ge=1, le=100_000)]
    left: _Edge
    top: _Edge
    width: _Side
    height: _Side
    kind: Literal["national-id", "religion", "blood", "residents", "other"]


class Redaction(Schema):
    """What is hidden of a file. ``done``: an officer has looked at every page; until then the file stays out of the
    redacted edition. ``found``: national ID numbers in the text, to be looked at; nothing is hidden by itself."""

    version: int
    done: bool
    pages: int
    areas: list[HiddenArea]
    looked_at_by: list[str]
    looked_at: datetime | None
    found: list[HiddenArea]


class Saving(Schema, extra="forbid"):
    """All areas of the file, in place of those of ``version``."""

    version: Annotated[int, Query(ge=0, le=2**31 - 1)]
    done: bool
    areas: Annotated[list[HiddenArea], Query(max_length=MOST_AREAS)]


@area.offer("GET", "/evidence/{id}/redaction", Redaction, actions=("see",))
def get_redaction(request: Asking, id: IdInPath) -> Any:
    """What is hidden of a file in the redacted edition, and whether all of it was looked at."""
    file = _file(request, id)
    return _told(redaction.seen(file.applicant, [file.sha256]).get(file.sha256, Seen(file.sha256)), _look(file))


@area.offer("PUT", "/evidence/{id}/redaction", Redaction, scope="write", actions=("evidence",), conflicts=(412,))
def save_redaction(request: Asking, id: IdInPath, saving: Saving) -> Any:
    """Say what is hidden of a file. The same again changes nothing; another's saving since is not overwritten."""
    file = _file(request, id)
    access.require(request.user, "evidence", file.applicant.district)
    look = _look(file)
    areas = tuple(redaction.Area(**each.dict()) for each in saving.areas)
    entered = Seen(file.sha256, areas, saving.done, len(look.sizes), look.shape, saving.version)
    return _told(redaction.save(file.applicant, entered, actor=request.user.username), look)


@area.offer(
    "POST",
    "/applicants/{id}/redacted-book",
    JobDetails,
    status=202,
    scope="request",
    actions=("request-district",),
    once=True,
)
def request_redacted_book(request: Asking, id: IdInPath) -> Any:
    """Ask for the redacted edition of the applicant's book. The same folder and areas again are the same job.

    A file that nobody has looked at whole stays out: a page in its place says so.
    """
    row = one(request, id)
    person = request.user
    desk = Desk(year_of(request, row.year_be), person.username, urgent=True, districts=access.districts(person))
    return books.request_redacted(desk, row)


def _file(request: Asking, pk: int) -> EvidenceFile:
    rows = access.evidence(request.user).select_related("applicant").filter(removed_at=None)
    return access.one(rows, pk=pk)


def _look(file: EvidenceFile) -> Look:
    return scrutiny.look(file, scrutiny.making_of(file))


def _told(seen: Seen, look: Look) -> dict[str, Any]:
    return {
        "version": seen.version,
        "done": seen.done,
        "pages": len(look.sizes),
        "areas": [vars(each) for each in seen.areas],
        "looked_at_by": seen.who,
        "looked_at": seen.at,
        "found": [{"page": page, "kind": "national-id", **box._asdict()} for page, box in look.found],
    }
