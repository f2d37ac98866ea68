"""Asking for papers: the kinds, one paper through its form with a live preview; lots are in ``lots``."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, drafts, engines, paper_life, preview, requests
from docservice.catalogue import Fault
from docservice.errors import DocserviceError, InputRefused, Refused
from docservice.models import Document
from docservice.preview import Preview
from docservice.web import asking, kinds, lots
from docservice.web.asking import Asked
from docservice.web.page import Request, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_FILES_OF_A_PAPER = 2  # Word and PDF


@page("request-district")
def request(request: Request) -> HttpResponse:
    """What can be asked for, what each is for, and what stands already."""
    offered = kinds.of(request.user)
    standing = _standing(request, [each.code for each in offered])
    cards = [(each, kinds.label(each.code), standing.get(each.code)) for each in offered]
    stages = [(stage, [card for card in cards if card[0].stage == stage]) for stage in kinds.STAGES]
    return show(request, "request/kinds.html", stages=[stage for stage in stages if stage[1]])


def _standing(request: Request, codes: list[str]) -> dict[str, dict[str, Any]]:
    """By kind: how many papers are filed, and when the last was; one question of an index."""
    wanted = ["book" if code == "evidence" else code for code in codes]
    rows = access.documents(request.user).filter(
        year_be=int(request.year.year), province=request.year.province_code, kind__in=wanted, **paper_life.CURRENT
    )
    found = rows.order_by().values("kind").annotate(files=Count("*"), last=Max("filed_at"))
    standing = {row["kind"]: {"count": -(-row["files"] // _FILES_OF_A_PAPER), "last": row["last"]} for row in found}
    if books := next((row for row in found if row["kind"] == "book"), None):
        standing["evidence"] = {"count": books["files"], "last": books["last"]}
    return standing


@page("request-district", "POST")
def kind(request: Request, kind: str) -> HttpResponse:
    """One kind: the form of one paper, or the rows of a lot."""
    wanted = kinds.kind(request.user, kind)
    if not _by_form(request, wanted):
        return lots.lot(request, wanted)
    try:
        asked = asking.begin(request, wanted, lots.desk(request))
    except InputRefused as refused:
        return lots.nothing_yet(request, wanted, refused)
    if request.method != "POST":
        return _paper(request, asked, asked.facts)
    return _submit(request, asked)


def _by_form(request: Request, wanted: kinds.Kind) -> bool:
    """Whether it is asked for through a form: one paper, or a filed one of a lot that is corrected."""
    return wanted.way == kinds.ONE or (wanted.code == "certificate" and "from" in request.GET)


def _submit(request: Request, asked: Asked) -> HttpResponse:
    every = "all" in request.POST
    content = dict(asked.facts) if every else asked.typed(request.POST)
    if faults := asked.faults(content):
        return _paper(request, asked, content, faults, status=422)
    try:
        job = (
            requests.REQUESTS[asked.kind.code](asked.desk) if every else requests.one(asked.desk, asked.draft(content))
        )
    except Refused as refused:  # above all: the number belongs to another paper
        field = asked.number_field or next(iter(asked.fields))
        fault = Fault(field, asked.fields[field].short_label, spoken(refused), refused.english)
        return _paper(request, asked, content, (fault,), status=refused.http)
    return lots.to_job(request, job)


def _paper(
    request: Request, asked: Asked, content: Mapping[str, Any], faults: tuple[Fault, ...] = (), status: int = 200
) -> HttpResponse:
    dossier = asked.like.dossier if asked.like and not asked.replaces else ""
    return show(
        request,
        "request/paper.html",
        status=status,
        asked=asked,
        kind=asked.kind,
        label=kinds.label(asked.kind.code),
        form=asked.form(content, faults),
        faults=faults,
        standing=_paper_in(request, dossier),
        missing=_not_made(request, asked),
    )


def _paper_in(request: Request, dossier: str) -> Document | None:
    """The paper that stands in the dossier already."""
    rows = access.documents(request.user).filter(dossier__key=dossier, current=True, path__startswith="paper/")
    return rows.filter(kind__in=engines.catalogue().kinds, media_type="application/pdf").first() if dossier else None


def _not_made(request: Request, asked: Asked) -> list[tuple[str, str]]:
    """Enclosures whose papers have not been made: the kinds to ask for first."""
    encloses = asked.like.encloses if asked.like else ()
    there = set(access.documents(request.user).filter(dossier__key__in=encloses).values_list("dossier__key", flat=True))
    names = {key.rpartition("/")[2].partition("-")[0] for key in encloses if key not in there}
    return [(code, kinds.label(code)) for code in kinds.KINDS if code in names]


@page("request-district", "POST")
def look(request: Request, kind: str) -> HttpResponse:
    """The pages of what is typed, as pictures; or what keeps it from being made."""
    wanted = kinds.kind(request.user, kind)
    if kind not in drafts.DRAFTS:
        return show(request, "request/preview.html", problem=_("เอกสารชนิดนี้ไม่มีตัวอย่างให้ดูก่อน"), status=422)
    if not _by_form(request, wanted):
        return _pages(request, lambda: preview.samples(lots.samples(request, wanted)))
    asked = asking.begin(request, wanted, lots.desk(request))
    content = asked.typed(request.POST) if request.method == "POST" else dict(asked.facts)
    if faults := asked.faults(content):
        return show(request, "request/preview.html", faults=faults)
    return _pages(request, lambda: preview.of(asked.shown(content)))


def _pages(request: Request, make: Any) -> HttpResponse:
    try:
        made: Preview = make()
    except DocserviceError as error:
        return show(request, "request/preview.html", problem=spoken(error))
    pictures = [b64encode(image).decode() for image in made.images]
    return show(request, "request/preview.html", pictures=pictures, made=made, more=made.pages - len(pictures))


AREAS: Addresses = [
    path("request/", request, name="request"),
    path("request/<slug:kind>/", kind, name="request-kind"),
    path("request/<slug:kind>/preview/", look, name="request-preview"),
]
OUTSIDE: Addresses = []
