"""Search by name, number, kind, district and day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, engines, redacted
from docservice import search as finder
from docservice.errors import InputRefused
from docservice.search import Asked, Findings, Found
from docservice.thai import to_arabic_digits
from docservice.web.days import day_asked
from docservice.web.page import Request, chosen, everybody, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_LONGEST, _FEW, _MOST = 200, 5, 50
_BESIDES = {
    "book": "เล่มหลักฐาน",
    redacted.KIND: "เล่มหลักฐานฉบับปกปิด",
    "evidence": "ไฟล์หลักฐาน",
    "enclosure": "สิ่งที่ส่งมาด้วย",
    "signed": "ฉบับลงนาม",
}
_PARTS: dict[str, Callable[..., Any]] = {
    "applicants": finder.applicants,
    "dossiers": finder.dossiers,
    "documents": finder.documents,
    "pages": finder.pages,
}


@everybody()
def search(request: Request) -> HttpResponse:
    """What the words and filters find; ``?more=`` goes on with one kind of result."""
    text = request.GET.get("q", "")[:_LONGEST]
    problems: dict[str, str] = {}
    asked = Asked.of(text, request.year, **_filters(request, problems))
    more = chosen(request, "more", dict.fromkeys(_PARTS, ""))
    found = _more(request, asked, more) if more else finder.find_asked(request.user, request.year, asked, _FEW, _MOST)
    return show(
        request,
        "search/search.html",
        status=422 if problems else 200,
        query=text,
        asked=asked,
        found=found,
        more=more,
        problems=problems,
        kinds=kinds(),
        districts=_districts(request),
        district_names={district.code: district.name for district in request.year.districts},
        archive=access.may(request.user, "archive"),
    )


def kinds() -> dict[str, str]:
    """Every kind of document there can be, by what it is called."""
    labels = {code: kind.label for code, kind in engines.catalogue().kinds.items()} | _BESIDES
    return {code: _(label) for code, label in labels.items()}


def _districts(request: Request) -> dict[str, str]:
    own = {f"{request.year.province_code}00": _("จังหวัด%(name)s") % {"name": request.year.province}}
    every = own | {district.code: district.name for district in request.year.districts}
    return {code: name for code, name in every.items() if access.in_districts(request.user, code)}


def _filters(request: Request, problems: dict[str, str]) -> dict[str, Any]:
    filters: dict[str, Any] = {
        "kind": chosen(request, "kind", kinds()),
        "district": chosen(request, "district", _districts(request)),
    }
    for name in ("since", "until"):
        try:
            filters[name] = day_asked(request, name)
        except InputRefused as refused:
            problems[name] = spoken(refused)
    since, until = filters.get("since"), filters.get("until")
    if isinstance(since, date) and isinstance(until, date) and since > until:
        filters |= {"since": until, "until": since}
    return filters


def _more(request: Request, asked: Asked, part: str) -> Findings:
    after = to_arabic_digits(request.GET.get("after", ""))
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    found: dict[str, Any] = {name: Found() for name in ("applicants", "dossiers", "documents")}
    found[part] = _PARTS[part](request.user, request.year, asked, after=start, most=_MOST)
    return Findings(**found)


AREAS: Addresses = [path("search/", search, name="search")]
OUTSIDE: Addresses = []
