"""The year's papers as a list, with where each stands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Query, Schema

from docservice import access, paper_list
from docservice.api.asking import Asking
from docservice.api.documents import DocumentRow
from docservice.api.fields import Day, OneOf, YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.requests import area
from docservice.api.years import year_of
from docservice.catalogue import Kind
from docservice.engines import catalogue
from docservice.models import Document
from docservice.yearfile import YearFile

_KINDS: dict[str, Kind] = dict(catalogue().kinds)


class PaperRow(DocumentRow):
    """A paper: ``state`` is ``draft`` (waits for its number), ``unsigned``, ``filed`` or ``withdrawn``.

    ``dated``: as it is printed, ``YYYY-MM-DD`` where that can be read.
    """

    state: str
    dated: str
    reason: str
    replaced_by: str


class WhichPapers(Schema):
    """Which papers; without ``kind`` all but certificates. Days (both included) are those of the filing, Bangkok's."""

    kind: Annotated[str, OneOf(("", *_KINDS))] = ""
    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3}|00)?$")] = ""
    number: Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    state: Literal["draft", "unsigned", "filed", "withdrawn", ""] = ""
    since: Day | None = None
    until: Day | None = None


@area.offer("GET", "/years/{year}/papers", Page[PaperRow], actions=("see",))
def list_papers(request: Asking, year: YearInPath, which: Annotated[WhichPapers, Query()], turn: Turned) -> Any:
    """The year's papers, newest first, with where each stands. ``district`` `00`: the province's own."""
    rows = narrowed(request, year_of(request, year), which)
    page = turned(rows.select_related("dossier").defer("provenance"), turn, "-filed_at", "id")
    found = paper_list.standing(access.documents(request.user), [row.pk for row in page["items"]])
    return page | {"items": [_told(paper, life) for paper, life in found]}


def narrowed(request: Asking, year: YearFile, which: WhichPapers) -> Any:
    """The papers that the filters leave."""
    return paper_list.narrowed(access.documents(request.user), year, **which.dict())


def _told(paper: Document, life: Any) -> dict[str, Any]:
    stands = {"state": life.state, "reason": life.reason, "replaced_by": life.replaced_by}
    return DocumentRow.from_orm(paper).dict() | stands | {"dated": str(paper_list.day_of(paper))}
