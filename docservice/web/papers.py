"""Papers: the list with its filters, on the page and as Excel; one paper is in ``one_paper``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, engines, lists, paper_life, paper_list
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.web import kinds, one_paper
from docservice.web.days import day_asked
from docservice.web.page import Request, chosen, page, show
from docservice.web.peek import peeked
from docservice.web.sheet import sheet
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_LONGEST = 100


@dataclass(frozen=True)
class Filters:
    """Which papers are asked for."""

    kind: str = ""
    district: str = ""
    number: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, request: Request) -> Filters:
        """As the address says; ``InputRefused`` for what is no choice or no day."""
        return cls(
            chosen(request, "kind", {code: code for code in engines.catalogue().kinds}),
            chosen(request, "district", {**dict(_places(request)), paper_list.PROVINCE: ""}),
            request.GET.get("number", "").replace("\0", "").strip()[:_LONGEST],
            chosen(request, "state", paper_life.STATES),
            day_asked(request, "since"),
            day_asked(request, "until"),
        )

    def on(self, request: Request) -> QuerySet[Document]:
        """The papers of the year that they leave, newest first."""
        rows = paper_list.narrowed(access.documents(request.user), request.year, **vars(self))
        return rows.order_by("-filed_at")


def _places(request: Request) -> list[tuple[str, str]]:
    """The districts whose papers the person may see."""
    bound = access.districts(request.user)
    return [(d.code, d.name) for d in request.year.districts if bound is None or d.code in bound]


@page("see")
def papers(request: Request) -> HttpResponse:
    """The newest papers, by kind, district, number, day of filing and state."""
    try:
        filters, problem = Filters.of(request), ""
    except InputRefused as refused:
        filters, problem = Filters(), spoken(refused)
    keys = peeked(request, filters.on(request).values_list("pk", flat=True))
    found = paper_list.standing(access.documents(request.user), keys.object_list)
    return show(
        request,
        "papers/papers.html",
        status=422 if problem else 200,
        problem=problem,
        filters=filters,
        rows=keys,
        papers=[(paper, life, _place(request, paper)) for paper, life in found],
        kinds=[(code, kinds.label(code)) for code in paper_list.office_kinds()],
        lot=(paper_list.LOT, kinds.label(paper_list.LOT)),
        places=_places(request),
        states=[(code, _(text)) for code, text in paper_life.STATES.items()],
        filtered=bool(request.GET.keys() - {"page", "kind"}),
    )


def _place(request: Request, paper: Document) -> str:
    district = request.year.district(paper.district)
    return district.name if district else _("จังหวัด")


@page("see")
def papers_sheet(request: Request) -> FileResponse:
    """The papers that the filters leave, as Excel."""
    return sheet(lists.papers(request.year, Filters.of(request).on(request)))


AREAS: Addresses = [
    path("papers/", papers, name="papers"),
    path("papers/sheet/", papers_sheet, name="papers-sheet"),
    *one_paper.AREAS,
]
OUTSIDE: Addresses = []
