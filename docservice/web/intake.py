"""One applicant: the checklist as drop targets, files sorted into slots, originals seen, the book looked at.

The uploads themselves are in ``tus``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from docservice import access, books, facts, folder, intake, jobs, redacted, register, standing, stores, uploads
from docservice.drafts import Desk
from docservice.errors import DocserviceError, InputRefused, NotFound, Refused
from docservice.folder import TRAY
from docservice.models import Applicant, Document, EvidenceFile, Job
from docservice.pdf import sniff
from docservice.thai import BE
from docservice.web import hand_over, tus
from docservice.web.page import Request, is_partial, page, show
from docservice.web.words import n, spoken

Addresses = list[URLPattern | URLResolver]
_LOOKING = 1.5
"""Seconds that a page spends on files nobody has looked at before it is shown without them."""
_MOST_PAGES = 60
"""Pages of one file in the preview."""
_SHOWN_AS_IS = frozenset({sniff.PDF, sniff.JPEG, sniff.PNG})
_NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@page("see")
def applicant(request: Request, pk: int) -> HttpResponse:
    """The applicant's page; ``/board/`` is the part of it that lives."""
    row = _applicant(request, pk)
    return show(request, "intake/applicant.html", left=_left(row), **_board(request, row))


@page("see")
def board(request: Request, pk: int) -> HttpResponse:
    """The checklist with its files, as it is now."""
    return show(request, "intake/board.html", **_board(request, _applicant(request, pk)))


def _applicant(request: Request, pk: int) -> Applicant:
    return access.one(access.applicants(request.user), pk=pk, year_be=int(request.year.year))


def _board(request: Request, row: Applicant, problem: str = "") -> dict[str, Any]:
    looking = intake.look_at(row, seconds=_LOOKING)
    found = standing.folder(request.year, row)
    job = books.of(request.year, row, access.jobs(request.user))
    group = request.year.group(row.group)
    district = request.year.district(row.district)
    return {
        "applicant": row,
        "number": n(facts.applicant_number(request.year, row)),
        "group": group.name if group else row.group,
        "district": district.name if district else row.district,
        "folder": found,
        "how": found.standing,
        "kept_out": {file.pk for file in found.unreadable if books.is_kept_out(file)},
        "set_later": sniff.SET_LATER,
        "looking": looking,
        "job": job,
        "item": job.items.first() if job else None,
        "busy": looking > 0 or (job is not None and job.state in (Job.REQUESTED, Job.RUNNING)),
        "book": _filed(request, row, "book/book.pdf"),
        "redacted": _filed(request, row, redacted.PATH),
        "problem": problem,
        "may_change": access.may(request.user, "evidence") and access.in_districts(request.user, row.district),
    }


def _filed(request: Request, row: Applicant, path: str) -> Document | None:
    return access.documents(request.user).filter(dossier__key=row.dossier_key, path=path, current=True).first()


def _left(row: Applicant) -> list[dict[str, Any]]:
    return [
        {"upload": each, "percent": 100 * uploads.offset(each) // max(each.size, 1)} for each in uploads.unfinished(row)
    ]


# ------------------------------------------------------------------------------------------------------------- changes
@page("evidence", "POST")
def change(request: Request, pk: int) -> HttpResponse:
    """Something done to one file: ``do`` is ``slot:CODE`` (``before`` one), ``up``, ``down``, ``remove``, ``back``."""
    file = access.one(access.evidence(request.user).select_related("applicant"), pk=pk)
    row = file.applicant
    access.require(request.user, "evidence", row.district)
    request.year = register.year(BE(row.year_be), row.province)
    try:
        _do(request, file, request.POST.get("do", ""))
    except Refused as refused:
        return _after(request, row, spoken(refused), status=refused.http)
    return _after(request, row)


def _do(request: Request, file: EvidenceFile, what: str) -> None:
    actor = request.user.username
    verb, _, value = what.partition(":")
    if verb == "slot":
        intake.check_slot(request.year, file.applicant, value)
        before = request.POST.get("before", "")
        folder.place(file, value, before=int(before) if before.isdecimal() else None, actor=actor)
    elif verb in ("up", "down"):
        folder.place(file, file.slot, before=_neighbour(file, verb), actor=actor)
    elif verb == "remove":
        folder.remove(file, actor=actor)
    elif verb == "back":
        folder.bring_back(file, actor=actor)
    else:
        raise InputRefused("ไม่รู้จักคำสั่งนี้", "โหลดหน้าใหม่แล้วลองอีกครั้ง", english="There is no such command.")


def _neighbour(file: EvidenceFile, direction: str) -> int | None:
    """The file to stand in front of, one step up or down; nothing for the end."""
    lying = [each.pk for each in folder.lying(file.applicant, file.slot)]
    at = lying.index(file.pk) if file.pk in lying else 0
    target = max(at - 1, 0) if direction == "up" else at + 2
    others = [*lying, None]
    return others[target] if target < len(others) else None


@page("evidence", "POST")
def original(request: Request, pk: int) -> HttpResponse:
    """The officer has seen the original of a slot, or takes that back."""
    row = _applicant(request, pk)
    access.require(request.user, "evidence", row.district)
    slot = request.POST.get("slot", "")
    if slot == TRAY:
        raise InputRefused("เลือกช่องก่อน", "โหลดหน้าใหม่แล้วลองอีกครั้ง", english="Choose a slot first.")
    intake.check_slot(request.year, row, slot)
    folder.see_original(row, slot, seen=request.POST.get("seen") == "1", actor=request.user.username)
    return _after(request, row)


@page("request-district", "POST")
def book(request: Request, pk: int) -> HttpResponse:
    """Ask for the applicant's book, filed by the workers; asked again, the unfinished is tried again."""
    row = _applicant(request, pk)
    if request.method != "POST":
        return redirect("applicant", year=request.year.year, pk=pk)
    access.require(request.user, "request-district", row.district)
    desk = Desk(request.year, request.user.username, urgent=True, districts=access.districts(request.user))
    try:
        job = books.request(desk, row)
    except Refused as refused:
        return _after(request, row, spoken(refused), status=refused.http)
    if job.state == Job.DONE and not is_partial(request):
        messages.success(request, gettext("เล่มหลักฐานตรงกับไฟล์ล่าสุดอยู่แล้ว"), extra_tags="good")
    jobs.tell(job, times=1) if job.state in (Job.REQUESTED, Job.RUNNING) else None
    return _after(request, row)


def _after(request: Request, row: Applicant, problem: str = "", status: int = 200) -> HttpResponse:
    """The board for a part of the page that asked; the whole page again for a form."""
    if is_partial(request):
        return show(request, "intake/board.html", status=status, **_board(request, row, problem))
    if problem:
        messages.error(request, problem, extra_tags="bad")
    return redirect("applicant", year=BE(row.year_be), pk=row.pk)


# ------------------------------------------------------------------------------------------------------------ pictures
@page("see")
def preview(request: Request, pk: int) -> HttpResponse:
    """How the book will be: every page in its order, what is missing in its place."""
    row = _applicant(request, pk)
    board = _board(request, row)
    found: standing.Folder = board["folder"]
    parts = [(slot, [_sheets(file) for file in slot.files]) for slot in found.slots]
    tray = [_sheets(file) for file in found.tray if not books.is_kept_out(file)]
    folder.viewed(row, actor=request.user.username)
    return show(request, "intake/preview.html", parts=parts, tray=tray, **board)


def _sheets(file: EvidenceFile) -> dict[str, Any]:
    pages = file.pages or 0
    return {"file": file, "pages": range(1, min(pages, _MOST_PAGES) + 1), "more": max(0, pages - _MOST_PAGES)}


@page("see")
def thumbnail(request: Request, pk: int) -> HttpResponse:
    """The first page of an evidence file, small."""
    return _jpeg(intake.thumbnail(_file(request, pk)))


@page("see")
def sheet(request: Request, pk: int, number: int) -> HttpResponse:
    """One page of an evidence file, for the preview."""
    file = _file(request, pk)
    if not 1 <= number <= (file.pages or 0):
        raise NotFound("ไม่มีหน้านี้", "โหลดหน้าใหม่", english="There is no such page.")
    try:
        return _jpeg(intake.page(file, number))
    except DocserviceError as fault:
        return HttpResponse(spoken(fault), status=fault.http, content_type="text/plain; charset=utf-8")


@page("see")
def handed_in(request: Request, pk: int) -> HttpResponse:
    """The file itself, as it was handed in; what a browser may open safely is shown, everything else saved."""
    file = _file(request, pk)
    stream = stores.opened(stores.INTAKE).open(intake.key(file.sha256))
    folder.read(file, actor=request.user.username)
    safe = file.media_type in _SHOWN_AS_IS
    answer = cast(HttpResponse, StreamingHttpResponse(_pieces(stream)))
    answer["Content-Type"] = file.media_type if safe else "application/octet-stream"
    answer["Content-Disposition"] = content_disposition_header(not safe, file.name) or "attachment"
    answer["Content-Length"] = str(file.size)
    answer["Content-Security-Policy"] = _NOTHING_RUNS + ("" if safe else "; sandbox")
    return answer


def _pieces(stream: Any) -> Any:
    with stream:
        while piece := stream.read(uploads.PIECE):
            yield piece


def _file(request: Request, pk: int) -> EvidenceFile:
    return access.one(access.evidence(request.user).select_related("applicant"), pk=pk)


def _jpeg(picture: Path) -> HttpResponse:
    answer = cast(HttpResponse, FileResponse(picture.open("rb"), content_type="image/jpeg"))
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def address(row: Applicant) -> str:
    """The page of an applicant."""
    return reverse("applicant", kwargs={"year": BE(row.year_be), "pk": row.pk})


AREAS: Addresses = [
    *hand_over.AREAS,
    path("applicants/<int:pk>/", applicant, name="applicant"),
    path("applicants/<int:pk>/board/", board, name="applicant-board"),
    path("applicants/<int:pk>/originals/", original, name="original-seen"),
    path("applicants/<int:pk>/book/", book, name="applicant-book"),
    path("applicants/<int:pk>/preview/", preview, name="applicant-preview"),
]
OUTSIDE: Addresses = [
    path("uploads/", tus.collection, name="uploads"),
    path("uploads/pass/", tus.entrance, name="upload-pass"),
    path("uploads/<uuid:pk>/", tus.one, name="upload"),
    path("evidence/<int:pk>/", handed_in, name="evidence"),
    path("evidence/<int:pk>/change/", change, name="change-evidence"),
    path("evidence/<int:pk>/small/", thumbnail, name="evidence-small"),
    path("evidence/<int:pk>/pages/<int:number>/", sheet, name="evidence-page"),
]
