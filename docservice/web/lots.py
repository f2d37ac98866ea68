"""Lots: certificates and books for the applicants picked, papers for the districts or groups picked, the export.

``request`` decides which page an address is; what it shows of a lot, and what is asked for, is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from docservice import access, books, drafts, preview, requests
from docservice.drafts import Desk
from docservice.errors import InputRefused, Refused
from docservice.models import Applicant, Document, Job
from docservice.papers import Draft
from docservice.thai import to_arabic_digits
from docservice.web import kinds
from docservice.web.page import PER_PAGE, Request, show
from docservice.web.words import spoken, wrong
from docservice.yearfile import District, Group

_SAMPLES = 3
_CANDIDATES = 200
_MOST_PICKED = 2000


def desk(request: Request, **changes: Any) -> Desk:
    """Who asks, for the year of the address, within the districts of the person."""
    urgent = request.POST.get("urgent") == "on" and access.may(request.user, "request")
    bound = access.districts(request.user)
    return Desk(request.year, request.user.username, urgent=urgent, districts=bound, **changes)


def to_job(request: Request, job: Job) -> HttpResponse:
    """To the job's page: asked twice it is the same."""
    return redirect("job", year=request.year.year, pk=job.pk)


def nothing_yet(request: Request, kind: kinds.Kind, refused: InputRefused, status: int = 200) -> HttpResponse:
    """The page of a kind that nothing can be made of yet, and what has to be entered first."""
    label = kinds.label(kind.code)
    return show(request, "request/nothing.html", status=status, kind=kind, label=label, message=wrong(refused))


def lot(request: Request, kind: kinds.Kind) -> HttpResponse:
    """The page of a lot, and asking for it."""
    choice = _Choice.of(request, kind)
    if request.method != "POST":
        return _page(request, choice)
    try:
        return to_job(request, _asked(request, kind, choice))
    except Refused as refused:
        return _page(request, choice, spoken(refused), refused.http)


def samples(request: Request, kind: kinds.Kind) -> list[Draft]:
    """Up to three drafts of the lot to look at: the first, the one with the longest name, the last."""
    choice = _Choice.of(request, kind)
    if kind.way == kinds.UNITS:
        some = list(choice.units.order_by("district", "group", "seq")[:_CANDIDATES])
        longest = max(some, key=lambda u: len(u.name) + len(u.place), default=None)
        shown = {u.pk: u for u in (*some[:1], *([longest] if longest else []), *some[-1:], *some)}
        at = desk(request, among=list(shown.values())[:_SAMPLES])
    else:
        keys = [o.key for o in choice.options if o.on or not choice.some][:_SAMPLES]
        at = desk(request, picked=frozenset(keys))
    found = [draft for draft in drafts.of_kind(at, kind.code) if at.wants(draft.dossier)][:_SAMPLES]
    if not found:
        raise InputRefused(_("ยังไม่มีรายการให้ดูตัวอย่าง"), "", english="There is nothing to look at yet.")
    return [_short(draft) for draft in drafts.asked(at, found)]


def _short(draft: Draft) -> Draft:
    rows = draft.facts.get("rows")
    return replace(draft, facts={**draft.facts, "rows": rows[: preview.SHOWN_ROWS]}) if rows else draft


@dataclass(frozen=True)
class Option:
    """One of few things to pick: a district's register, a group's form."""

    key: str
    label: str
    count: int | None
    on: bool


@dataclass(frozen=True)
class _Choice:
    """What was picked on the page: districts and groups of applicants, or some of the options."""

    kind: kinds.Kind
    districts: tuple[tuple[District, int, bool], ...] = ()
    groups: tuple[tuple[Group, int, bool], ...] = ()
    total: int = 0
    rows: QuerySet[Applicant] | None = None
    options: tuple[Option, ...] = ()

    @classmethod
    def of(cls, request: Request, kind: kinds.Kind) -> _Choice:
        """From the words of the address, or of the form that was sent."""
        words = request.POST if request.method == "POST" else request.GET
        if kind.way == kinds.FEW:
            return cls(kind, options=tuple(_options(request, kind, set(words.getlist("pick")))))
        if kind.way == kinds.EXPORT:
            return cls(kind)
        return cls._units(request, kind, set(words.getlist("district")), set(words.getlist("group")))

    @classmethod
    def _units(cls, request: Request, kind: kinds.Kind, districts: set[str], groups: set[str]) -> _Choice:
        rows = _applicants(request)
        if kind.code == "certificate":
            rows = rows.filter(result="passed")
        elif kind.code == "evidence":
            rows = books.ready(rows)
        cells: dict[tuple[str, str], int] = {}
        for cell in rows.order_by().values("district", "group").annotate(units=Count("pk")):
            cells[cell["district"], cell["group"]] = cell["units"]
        wanted = [(d, g) for d, g in cells if (not districts or d in districts) and (not groups or g in groups)]
        year = request.year
        bound = access.districts(request.user)
        return cls(
            kind,
            tuple(
                (d, _sum(cells, 0, d.code), d.code in districts)
                for d in year.districts
                if bound is None or d.code in bound
            ),
            tuple((g, _sum(cells, 1, g.code), g.code in groups) for g in year.groups),
            sum(cells[cell] for cell in wanted),
            _narrowed(rows, districts, groups),
        )

    @property
    def units(self) -> QuerySet[Applicant]:
        """The applicants chosen."""
        return cast("QuerySet[Applicant]", self.rows)

    @property
    def some(self) -> bool:
        """Whether anything was narrowed down."""
        return any(on for _, _, on in (*self.districts, *self.groups)) or any(o.on for o in self.options)


def _applicants(request: Request) -> QuerySet[Applicant]:
    year = request.year
    return access.applicants(request.user).filter(year_be=int(year.year), province=year.province_code)


def _narrowed(rows: QuerySet[Applicant], districts: set[str], groups: set[str]) -> QuerySet[Applicant]:
    rows = rows.filter(district__in=districts) if districts else rows
    return rows.filter(group__in=groups) if groups else rows


def _sum(cells: Mapping[tuple[str, str], int], part: int, code: str) -> int:
    return sum(count for cell, count in cells.items() if cell[part] == code)


def _options(request: Request, kind: kinds.Kind, picked: set[str]) -> Sequence[Option]:
    at = desk(request)
    if kind.code == "application-form":
        named = [(at.key(f"application-form-{g.code}"), g.name, None) for g in request.year.groups]
    else:
        counted = _applicants(request).order_by().values_list("district").annotate(units=Count("pk"))
        units = dict(counted)
        named = [
            (at.key(kind.code, d.code), _("อำเภอ%(name)s") % {"name": d.name}, units[d.code])
            for d in request.year.districts
            if d.code in units
        ]
    return [Option(key, label, count, key in picked) for key, label, count in named]


def _asked(request: Request, kind: kinds.Kind, choice: _Choice) -> Job:
    ask = books.lot if kind.code == "evidence" else requests.REQUESTS[kind.code]
    if kind.way == kinds.EXPORT:
        return ask(desk(request))
    if kind.way == kinds.FEW:
        keys = frozenset(o.key for o in choice.options if o.on)
        if not keys:
            raise _nothing_picked()
        return ask(desk(request, picked=None if len(keys) == len(choice.options) else keys))
    units = choice.units
    if "some" in request.POST:
        units = _by_hand(request, units)
    among = list(units)
    if not among:
        raise _nothing_picked()
    return ask(desk(request, among=among))


def _by_hand(request: Request, units: QuerySet[Applicant]) -> QuerySet[Applicant]:
    """The applicants ticked one by one; what is not among those of the page is passed over."""
    ticked = [to_arabic_digits(pk) for pk in request.POST.getlist("unit")[:_MOST_PICKED]]
    return units.filter(pk__in=[int(pk) for pk in ticked if pk.isascii() and pk.isdecimal() and len(pk) < 18])


def _nothing_picked() -> InputRefused:
    return InputRefused("ยังไม่ได้เลือกรายการใด", "เลือกอย่างน้อย ๑ รายการ", english="Nothing is chosen. Choose at least one.")


def _page(request: Request, choice: _Choice, problem: str = "", status: int = 200) -> HttpResponse:
    kind = choice.kind
    words: dict[str, Any] = {}
    if kind.way == kinds.UNITS:
        words = {"rows": _rows(request, choice)}
    elif kind.way == kinds.EXPORT:
        words = {"size": _size(request)}
    return show(
        request,
        "request/lot.html",
        status=status,
        kind=kind,
        label=kinds.label(kind.code),
        choice=choice,
        problem=problem,
        **words,
    )


def _rows(request: Request, choice: _Choice) -> Page[Applicant]:
    """A page of the applicants chosen, each with the document it has already."""
    paginator: Paginator[Applicant] = Paginator(choice.units.order_by("district", "group", "seq"), PER_PAGE)
    paginator.count = choice.total  # known from the cells: not counted again
    rows = paginator.get_page(to_arabic_digits(request.GET.get("page", "1")))
    rows.object_list = list(rows.object_list)
    made = _made(request, choice.kind, rows.object_list)
    names = {g.code: g.name for g in request.year.groups}
    places = {d.code: d.name for d in request.year.districts}
    for unit in rows.object_list:
        unit.made = made.get(unit.dossier_key)  # type: ignore[attr-defined]
        unit.where = places.get(unit.district, unit.district)  # type: ignore[attr-defined]
        unit.what = names.get(unit.group, unit.group)  # type: ignore[attr-defined]
    return rows


def _made(request: Request, kind: kinds.Kind, units: Sequence[Applicant]) -> dict[str, Document]:
    code = "book" if kind.code == "evidence" else kind.code
    rows = access.documents(request.user).filter(
        dossier__key__in=[u.dossier_key for u in units], kind=code, current=True, media_type="application/pdf"
    )
    return {row.dossier.key: row for row in rows.select_related("dossier").defer("provenance")}


def _size(request: Request) -> dict[str, int]:
    year = request.year
    rows = access.dossiers(request.user).filter(year_be=int(year.year), province=year.province_code)
    return rows.aggregate(dossiers=Count("pk"), files=Sum("files"), size=Sum("size"))
