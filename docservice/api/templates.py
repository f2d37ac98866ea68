"""Word templates of the office: editions sent in, checked, approved by a second person, compared, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Path, Query, Schema, Status
from ninja.files import UploadedFile

from docservice import access, edition_check, edition_compare, edition_pictures, editions, engines, kind_guide
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ANY
from docservice.api.fields import Day, IdInPath, Line500, OneOf, Reason, YearInPath
from docservice.api.years import year_of
from docservice.edition_check import MOST_BYTES, Sent
from docservice.editions import Place
from docservice.models import Edition
from docservice.page_images import WIDTHS
from docservice.thai import safe_file_name

area = Area()
_KINDS = dict(engines.catalogue().kinds)
_VARIANTS = sorted({variant for kind in _KINDS.values() for variant in kind.variants})
_WHO: tuple[Any, ...] = ("templates",)
KindInPath = Annotated[str, OneOf(_KINDS), Path()]
Variant = Annotated[str, OneOf(("", *_VARIANTS))]
PartInPath = Annotated[str, OneOf(edition_pictures.PARTS), Path()]
ShownInPath = Annotated[str, OneOf(edition_pictures.SHOWN), Path()]
SideInPath = Annotated[str, OneOf((edition_compare.BEFORE, edition_compare.AFTER)), Path()]
PageInPath = Annotated[int, Path(ge=1, le=100_000)]
_WEBP: dict[str, Any] = {"x-bytes": ["image/webp"]}
_PNG: dict[str, Any] = {"x-bytes": ["image/png"]}
_BYTES: dict[str, Any] = {"x-bytes": [ANY]}


class EditionRow(Schema):
    """One edition. ``state``: ``checking``, ``faulty``, ``ready`` (for approval), ``approved``, ``withdrawn``."""

    id: int
    kind: str
    variant: str
    number: int
    state: str
    file_name: str
    note: str
    sha256: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    approved_by: str
    effective: date | None
    reason: str


class EditionDetails(EditionRow):
    """With what the check found: ``faults`` as ``docservice template check`` tells them, ``samples``: the papers made
    with it, ``marks``: where the numbers of the faults stand on the pages."""

    report: dict[str, Any]


class TemplateRow(Schema):
    """What makes the papers of a kind: ``in_force`` null is the template that ships. ``coming``: the next first."""

    kind: str
    variant: str
    label: str
    in_force: EditionRow | None
    coming: list[EditionRow]
    waiting: list[EditionRow]


class Which(Schema):
    """Of which variant, for a kind that has some; without it the first."""

    variant: Variant = ""


class Sending(Schema):
    """In a few words what is new, and of which variant."""

    note: Line500 = ""
    variant: Variant = ""


class Beside(Schema):
    """What it is compared with: ``stock``, the number of another edition, or nothing: the one in force."""

    with_: Annotated[str, Query(alias="with", pattern=r"^(stock|[1-9][0-9]{0,5})?$")] = ""


class Size(Schema):
    """How wide the picture is, in pixels."""

    width: Annotated[str, OneOf(tuple(map(str, WIDTHS)))] = str(WIDTHS[1])


class Approval(Schema, extra="forbid"):
    """The day from which papers are made with it, by the day they bear."""

    effective: Day


class EditionWithdrawal(Schema, extra="forbid"):
    """Why."""

    reason: Reason


class PieceRow(Schema):
    """A stretch of a paragraph: ``how`` is ``same``, ``gone`` or ``new``."""

    how: str
    text: str


class Comparison(Schema):
    """``before``: the number of the other edition, null for the template that ships. ``words``: paragraphs that differ,
    in pieces; ``pages``: of each page of the sample paper the share of pixels that differ."""

    before: int | None
    words: list[list[PieceRow]]
    pages: list[float]


@area.offer("GET", "/years/{year}/templates", list[TemplateRow], actions=_WHO)
def list_templates(request: Asking, year: YearInPath) -> Any:
    """Every kind of paper with its edition in force, the next, and those that wait for somebody."""
    province = year_of(request, year).province_code
    places = [Place(province, code, v) for code, kind in _KINDS.items() for v in kind.variants or ("",)]
    return [_standing(request, place) for place in places]


def _standing(request: Asking, place: Place) -> dict[str, Any]:
    today = editions.today()
    waiting = access.editions(request.user).filter(**vars(place)).exclude(
        state__in=(Edition.APPROVED, Edition.WITHDRAWN)
    )  # fmt: skip
    return {
        "kind": place.kind,
        "variant": place.variant,
        "label": _KINDS[place.kind].label,
        "in_force": editions.in_force(place, today),
        "coming": editions.coming(place, today),
        "waiting": list(waiting.order_by("-number")[:100]),
    }


@area.offer("GET", "/years/{year}/templates/{kind}/editions", list[EditionRow], actions=_WHO)
def list_editions(request: Asking, year: YearInPath, kind: KindInPath, which: Annotated[Which, Query()]) -> Any:
    """The office's editions of a kind, the newest first."""
    place = _place(request, year, kind, which.variant)
    return list(access.editions(request.user).filter(**vars(place)).order_by("-number")[:1000])


@area.offer(
    "POST", "/years/{year}/templates/{kind}/editions", EditionRow, status=202, scope="write", actions=_WHO,
    conflicts=(409,),
)  # fmt: skip
def send_edition(
    request: Asking,
    year: YearInPath,
    kind: KindInPath,
    file: Annotated[UploadedFile, File(description="The Word file (.docx), 20 MB at most")],
    words: Annotated[Sending, Form()],
) -> Any:
    """Send a new edition in; a job checks it. The same bytes again are refused (409), so nothing is made twice."""
    place = _place(request, year, kind, words.variant)
    sent = Sent(safe_file_name(file.name or "template.docx"), file.read(MOST_BYTES + 1), words.note)
    return Status(202, edition_check.send(place, sent, year_be=year, actor=request.user.username)[0])


@area.offer("GET", "/years/{year}/editions/{id}", EditionDetails, actions=_WHO)
def get_edition(request: Asking, year: YearInPath, id: IdInPath) -> Any:
    """One edition with what its check found."""
    return _one(request, year, id)


@area.offer("POST", "/years/{year}/editions/{id}/check", EditionRow, scope="write", actions=_WHO, once=True)
def check_edition(request: Asking, year: YearInPath, id: IdInPath) -> Any:
    """Check it again where the check could not be done. One that is checked stays as it is."""
    row = _one(request, year, id)
    edition_check.check(row, year_be=year, actor=request.user.username)
    return row


@area.offer("POST", "/years/{year}/editions/{id}/approve", EditionRow, scope="write", actions=_WHO, once=True)
def approve_edition(request: Asking, year: YearInPath, id: IdInPath, approval: Approval) -> Any:
    """Put it in force from a day; only somebody else than the one who sent it may (403)."""
    return editions.approve(_one(request, year, id), approval.effective, actor=request.user.username)


@area.offer("POST", "/years/{year}/editions/{id}/withdraw", EditionRow, scope="write", actions=_WHO, once=True)
def withdraw_edition(request: Asking, year: YearInPath, id: IdInPath, withdrawal: EditionWithdrawal) -> Any:
    """Take back an edition that is not in force yet."""
    return editions.withdraw(_one(request, year, id), withdrawal.reason, actor=request.user.username)


@area.offer("GET", "/years/{year}/editions/{id}/files/{part}", Empty, actions=_WHO, extra=_BYTES)
def get_edition_file(request: Asking, year: YearInPath, id: IdInPath, part: PartInPath) -> HttpResponseBase:
    """The Word file, the same with the findings as comments (``answer``) or with the safe mends as tracked changes
    (``mended``), or a sample paper as PDF."""
    return HttpResponse(edition_pictures.part_of(_one(request, year, id), part)[0], content_type=ANY)


@area.offer("GET", "/years/{year}/editions/{id}/pages/{sample}/{page}", Empty, actions=_WHO, extra=_WEBP)
def get_edition_page(
    request: Asking,
    year: YearInPath,
    id: IdInPath,
    sample: ShownInPath,
    page: PageInPath,
    size: Annotated[Size, Query()],
) -> HttpResponseBase:
    """A page of a sample paper, or of the template itself (``marked``), as a picture."""
    found = edition_pictures.page(_one(request, year, id), sample, page, int(size.width))
    return HttpResponse(found.read_bytes(), content_type="image/webp")


@area.offer("GET", "/years/{year}/editions/{id}/compare", Comparison, actions=_WHO)
def compare_editions(request: Asking, year: YearInPath, id: IdInPath, beside: Annotated[Beside, Query()]) -> Any:
    """Beside another edition: the words that differ, and how much of each page."""
    row = _one(request, year, id)
    found = edition_compare.compared(edition_compare.other(row, beside.with_), row)
    words = [list(change.pieces) for change in found.words]
    return {"before": found.before.row.number if found.before.row else None, "words": words, "pages": found.pages}


@area.offer("GET", "/years/{year}/editions/{id}/compare/{side}/{page}", Empty, actions=_WHO, extra=_PNG)
def get_edition_difference(
    request: Asking,
    year: YearInPath,
    id: IdInPath,
    side: SideInPath,
    page: PageInPath,
    beside: Annotated[Beside, Query()],
) -> HttpResponseBase:
    """A page of one of the two sample papers, what differs washed in colour."""
    row = _one(request, year, id)
    drawn = edition_compare.picture(edition_compare.other(row, beside.with_), row, side, page)
    return HttpResponse(drawn, content_type="image/png")


@area.offer("GET", "/years/{year}/templates/{kind}/stock", Empty, actions=_WHO, extra=_BYTES)
def get_stock_template(
    request: Asking, year: YearInPath, kind: KindInPath, which: Annotated[Which, Query()]
) -> HttpResponseBase:
    """The template that ships, as a Word file to be copied and changed."""
    found = edition_check.stock(_place(request, year, kind, which.variant))
    return HttpResponse(found.data, content_type=ANY)


@area.offer("GET", "/years/{year}/templates/{kind}/guide", Empty, actions=_WHO, extra=_BYTES)
def get_template_guide(request: Asking, year: YearInPath, kind: KindInPath) -> HttpResponseBase:
    """The kind's fields with examples, on one page to be printed (PDF, Thai)."""
    year_of(request, year)
    return HttpResponse(kind_guide.pdf(_KINDS[kind]), content_type=ANY)


@area.offer("GET", "/template-blocks", Empty, actions=_WHO, extra=_BYTES)
def get_template_blocks(request: Asking) -> HttpResponseBase:
    """Blocks to copy into a template, as a Word file."""
    return HttpResponse(kind_guide.blocks(), content_type=ANY)


def _place(request: Asking, year: int, kind: str, variant: str) -> Place:
    known = _KINDS[kind].variants
    return edition_check.place_of(year_of(request, year).province_code, kind, variant or (known[0] if known else ""))


def _one(request: Asking, year: int, pk: int) -> Edition:
    return access.one(access.editions(request.user), pk=pk, province=year_of(request, year).province_code)
