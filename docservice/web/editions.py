"""Word templates of the office: which edition of each kind is in force, sending in a new one; ``edition`` shows one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from docservice import access, edition_check, editions, engines, kind_guide
from docservice.catalogue import Kind
from docservice.edition_check import MOST_BYTES, Sent
from docservice.editions import Place
from docservice.errors import InputRefused, Refused
from docservice.models import Edition
from docservice.web import edition, kinds
from docservice.web.page import Request, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST = 150


@dataclass(frozen=True)
class Line:
    """One kind of paper (and variant): what makes its papers today, what will, and what waits for somebody."""

    place: Place
    label: str
    now: Edition | None
    coming: tuple[Edition, ...]
    waiting: tuple[Edition, ...]


def _line(place: Place, rows: list[Edition], today: date) -> Line:
    """From the place's editions, the newest first; no question of the database."""
    approved = [row for row in rows if row.state == Edition.APPROVED and row.effective]
    past = [row for row in approved if row.effective and row.effective <= today]
    coming = sorted((row for row in approved if row not in past), key=lambda row: (str(row.effective), row.number))
    now = max(past, key=lambda row: (str(row.effective), row.number), default=None)
    waiting = tuple(row for row in rows if row.state in (Edition.CHECKING, Edition.READY, Edition.FAULTY))
    return Line(place, label(place), now, tuple(coming), waiting)


def label(place: Place) -> str:
    """What the kind and its variant are called."""
    return kinds.label(place.kind) + (f" · {variant_label(place.variant)}" if place.variant else "")


_VARIANTS = {
    "leader": "ผู้นำชุมชน",
    "organisation": "กลุ่ม/องค์กรชุมชน",
    "network": "เครือข่ายองค์กรชุมชน",
    "community": "ชุมชน",
}


def variant_label(variant: str) -> str:
    """What a variant is called."""
    return _(_VARIANTS[variant]) if variant in _VARIANTS else variant


@page("templates")
def templates(request: Request) -> HttpResponse:
    """Every kind with its edition in force, the next, and what waits."""
    rows: dict[Place, list[Edition]] = {}
    for row in _mine(request):
        rows.setdefault(Place(row.province, row.kind, row.variant), []).append(row)
    today, province = editions.today(), request.year.province_code
    places = [Place(province, k.code, v) for k in engines.catalogue().kinds.values() for v in k.variants or ("",)]
    return show(request, "editions/kinds.html", lines=[_line(place, rows.get(place, []), today) for place in places])


def _mine(request: Request) -> list[Edition]:
    """The editions of the office of the year, the newest first."""
    rows = access.editions(request.user).filter(province=request.year.province_code)
    return list(rows.defer("report").order_by("-number"))


@page("templates", "POST")
def one_kind(request: Request, kind: str) -> HttpResponse:
    """One kind: what is in force, its history, and the form that sends in a new edition."""
    place = _place(request, kind)
    if request.method != "POST":
        return _page(request, place)
    try:
        row = _sent(request, place)
    except Refused as refused:
        return _page(request, place, spoken(refused), refused.http)
    return redirect("edition", year=request.year.year, pk=row.pk)


def _place(request: Request, kind: str) -> Place:
    known = engines.catalogue().kind(kind)
    words = request.POST if request.method == "POST" else request.GET
    first = known.variants[0] if known.variants else ""
    return edition_check.place_of(request.year.province_code, known.code, words.get("variant", first))


def _sent(request: Request, place: Place) -> Edition:
    file = request.FILES.get("file")
    if file is None:
        raise InputRefused("ยังไม่ได้เลือกไฟล์", "เลือกไฟล์แม่แบบ .docx แล้วส่งอีกครั้ง", english="Choose a .docx file first.")
    name = (file.name or "").replace("/", "-")[-_LONGEST:] or "template.docx"
    note = " ".join(request.POST.get("note", "").replace("\0", "").split())
    sent = Sent(name, file.read(MOST_BYTES + 1), note)
    row, _job = edition_check.send(place, sent, year_be=int(request.year.year), actor=request.user.username)
    return row


def _page(request: Request, place: Place, problem: str = "", status: int = 200) -> HttpResponse:
    rows = [row for row in _mine(request) if (row.kind, row.variant) == (place.kind, place.variant)]
    known = engines.catalogue().kind(place.kind)
    return show(
        request,
        "editions/kind.html",
        status=status,
        place=place,
        label=kinds.label(place.kind),
        line=_line(place, rows, editions.today()),
        rows=rows,
        variants=[(code, variant_label(code)) for code in known.variants],
        problem=problem,
        note=request.POST.get("note", "")[:500],
        most=MOST_BYTES,
    )


@page("templates")
def stock(request: Request, kind: str) -> HttpResponse:
    """The template that ships, as a Word file to be copied and changed."""
    place = _place(request, kind)
    return sent_file(edition_check.stock(place).data, DOCX, f"{place.folder}.docx")


@page("templates")
def guide(request: Request, kind: str) -> HttpResponse:
    """The kind's fields with examples and the blocks, on one page to be printed."""
    known: Kind = engines.catalogue().kind(kind)
    return sent_file(kind_guide.pdf(known), "application/pdf", f"guide-{known.code}.pdf")


@page("templates")
def blocks(request: Request) -> HttpResponse:
    """Blocks to copy into a template of one's own, as a Word file."""
    return sent_file(kind_guide.blocks(), DOCX, "blocks.docx")


def sent_file(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes to be kept as a file."""
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


AREAS: Addresses = [
    path("templates/", templates, name="templates"),
    path("templates/<slug:kind>/", one_kind, name="template"),
    path("templates/<slug:kind>/stock/", stock, name="template-stock"),
    path("templates/<slug:kind>/guide/", guide, name="template-guide"),
    *edition.AREAS,
]
OUTSIDE: Addresses = [path("templates/blocks/", blocks, name="template-blocks")]
