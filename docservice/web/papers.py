"""Papers: the list with its filters, on the page and as Excel; one paper is in ``one_paper``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import FileResponse, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _

from docservice import access, engines, paper_life
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.paper_life import Life
from docservice.web import kinds, one_paper
from docservice.web.days import day_asked
from docservice.web.page import Request, chosen, page, show
from docservice.web.peek import peeked
from docservice.web.sheet import sheet
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
LOT = "certificate"
"""The kind of which there are as many as applicants: it has a list of its own."""
_LONGEST = 100
_AT_ONCE = 500
_DATED = KeyTextTransform("date", KeyTransform("facts", "provenance"))


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
            chosen(request, "district", {**dict(_places(request)), "00": ""}),
            request.GET.get("number", "").replace("\0", "").strip()[:_LONGEST],
            chosen(request, "state", paper_life.STATES),
            day_asked(request, "since"),
            day_asked(request, "until"),
        )

    def on(self, request: Request) -> QuerySet[Document]:
        """The papers of the year that they leave, newest first."""
        year = request.year
        rows = paper_life.papers_of(access.documents(request.user))
        rows = rows.filter(year_be=int(year.year), province=year.province_code, **paper_life.CURRENT)
        rows = rows.filter(kind=self.kind) if self.kind else rows.filter(kind__in=_office_kinds())
        if self.district:
            rows = rows.filter(district=year.province_code + "00" if self.district == "00" else self.district)
        if self.number:
            rows = paper_life.numbered(rows, self.number, year.province_code, int(year.year))
        if self.since:
            rows = rows.filter(filed_at__gte=_midnight(self.since))
        if self.until:
            rows = rows.filter(filed_at__lt=_midnight(self.until + timedelta(days=1)))
        if self.state:
            rows = paper_life.in_state(rows, self.state, year.province_code, int(year.year))
        return rows.order_by("-filed_at")


def _office_kinds() -> list[str]:
    return [code for code in engines.catalogue().kinds if code != LOT]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


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
    found = _of(request, keys.object_list)
    return show(
        request,
        "papers/papers.html",
        status=422 if problem else 200,
        problem=problem,
        filters=filters,
        rows=keys,
        papers=[(paper, life, _place(request, paper)) for paper, life in found],
        kinds=[(code, kinds.label(code)) for code in _office_kinds()],
        lot=(LOT, kinds.label(LOT)),
        places=_places(request),
        states=[(code, _(text)) for code, text in paper_life.STATES.items()],
        filtered=bool(request.GET.keys() - {"page", "kind"}),
    )


def _of(request: Request, keys: Sequence[int]) -> list[tuple[Document, Life]]:
    """The papers with their lives, in the order of ``keys``; what they were made from stays where it is."""
    rows = access.documents(request.user).filter(pk__in=keys).select_related("dossier").defer("provenance")
    found = {row.pk: row for row in rows.annotate(dated=_DATED)}
    lives = paper_life.lives(list(found.values()))
    return [(found[pk], lives[pk]) for pk in keys if pk in found]


def _place(request: Request, paper: Document) -> str:
    district = request.year.district(paper.district)
    return district.name if district else _("จังหวัด")


@page("see")
def papers_sheet(request: Request) -> FileResponse:
    """The papers that the filters leave, as Excel."""
    header = [_("ชนิด"), _("เลขที่"), _("ลงวันที่"), _("เรื่อง"), _("อำเภอ"), _("สถานะ"), _("รุ่นที่"), _("จัดเก็บเมื่อ"), _("แฟ้ม")]
    name = _("เอกสาร %(year)s") % {"year": request.year.year}
    return sheet(name, header, _rows(request, Filters.of(request).on(request)), (22, 20, 12, 70, 18, 18, 8, 12, 30))


def _rows(request: Request, rows: QuerySet[Document]) -> Iterator[Sequence[object]]:
    keys = rows.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE)
    while some := list(islice(keys, _AT_ONCE)):
        for paper, life in _of(request, some):
            yield (
                kinds.label(paper.kind), paper.number, _day(paper), paper.title, _place(request, paper),
                _(paper_life.STATES[life.state]), paper.version, paper.filed_at, paper.dossier.key,
            )  # fmt: skip


def _day(paper: Any) -> date | str:
    """The date printed on the paper."""
    try:
        return date.fromisoformat(paper.dated or "")
    except ValueError:
        return paper.dated or ""


AREAS: Addresses = [
    path("papers/", papers, name="papers"),
    path("papers/sheet/", papers_sheet, name="papers-sheet"),
    *one_paper.AREAS,
]
OUTSIDE: Addresses = []
