"""The edition for committees: which files an officer has looked at, and areas drawn on their pages that are burned in.

Every act works without a script as well: areas are rows of numbers, in hundredths of a page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext

from docservice import access, books, folder, jobs, redacted, redaction, register, scrutiny, standing
from docservice.drafts import Desk
from docservice.errors import DocserviceError, EvidenceRefused, InputRefused, NotFound, Refused
from docservice.making import Making
from docservice.models import Applicant, EvidenceFile, Job
from docservice.pdf.scrutiny import Look
from docservice.redaction import KINDS, Area, Seen
from docservice.thai import BE, to_arabic_digits
from docservice.web.page import Request, is_partial, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_SHEETS = 20
"""Pages of a file shown at a time."""
_SIDES = ("left", "top", "width", "height")
_MOST_ROWS = 2 * redaction.MOST_AREAS


@page("see")
def redaction_folder(request: Request, pk: int) -> HttpResponse:
    """Every file of the folder: looked at or not; and asking for the edition."""
    row = _applicant(request, pk)
    return show(request, "redaction/folder.html", **_standing(request, row))


@page("see")
def now(request: Request, pk: int) -> HttpResponse:
    """How far the edition that was asked for is."""
    return show(request, "redaction/now.html", **_standing(request, _applicant(request, pk)))


def _applicant(request: Request, pk: int) -> Applicant:
    return access.one(access.applicants(request.user), pk=pk, year_be=int(request.year.year))


def _standing(request: Request, row: Applicant) -> dict[str, Any]:
    found = standing.folder(request.year, row)
    looked = redaction.seen(row, [file.sha256 for _, file in books.lying(found)])
    job = books.redacted_of(request.year, row, access.jobs(request.user))
    filed = (
        access.documents(request.user).filter(dossier__key=row.dossier_key, path=redacted.PATH, current=True).first()
    )
    parts = [(slot.title, _listed(slot.files, looked)) for slot in found.slots if slot.files]
    parts += [(gettext("ยังไม่จัดช่อง"), _listed(found.tray, looked))] if found.tray else []
    listed = [each for _, files in parts for each in files if each["can"]]
    return {
        "applicant": row,
        "parts": parts,
        "all": len(listed),
        "left": [each["file"] for each in listed if not each["seen"].done],
        "job": job,
        "item": job.items.first() if job else None,
        "busy": job is not None and job.state in (Job.REQUESTED, Job.RUNNING),
        "book": filed,
        "stale": filed is not None and filed.inputs != books.redacted_inputs(request.year, row),
        "may_change": _may_change(request, row),
    }


def _listed(files: Any, looked: dict[str, Seen]) -> list[dict[str, Any]]:
    return [
        {
            "file": file,
            "seen": looked.get(file.sha256, Seen(file.sha256)),
            "can": file.problem is None and not books.is_kept_out(file),
        }
        for file in files
    ]


def _may_change(request: Request, row: Applicant) -> bool:
    return access.may(request.user, "evidence") and access.in_districts(request.user, row.district)


@page("request-district", "POST")
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask for the edition as the folder and its areas are now."""
    row = _applicant(request, pk)
    if request.method != "POST":
        return redirect("redaction", year=request.year.year, pk=pk)
    access.require(request.user, "request-district", row.district)
    desk = Desk(request.year, request.user.username, urgent=True, districts=access.districts(request.user))
    try:
        job = books.request_redacted(desk, row)
    except Refused as refused:
        messages.error(request, spoken(refused), extra_tags="bad")
        return redirect("redaction", year=request.year.year, pk=pk)
    if job.state == Job.DONE:
        messages.success(request, gettext("ฉบับปกปิดตรงกับที่ตรวจล่าสุดอยู่แล้ว"), extra_tags="good")
    jobs.tell(job, times=1) if job.state in (Job.REQUESTED, Job.RUNNING) else None
    return redirect("redaction", year=request.year.year, pk=pk)


# ------------------------------------------------------------------------------------------------------------ one file
@page("see", "POST")
def one_file(request: Request, pk: int) -> HttpResponse:
    """The pages of one file with their areas; sent, they are kept."""
    file = _file(request, pk)
    row = file.applicant
    request.year = register.year(BE(row.year_be), row.province)
    before = redaction.seen(row, [file.sha256]).get(file.sha256, Seen(file.sha256))
    try:
        look = scrutiny.look(file, Making.of(request.year))
    except EvidenceRefused as refused:
        return _shown(request, _Sheet(file, before, before, problem=spoken(refused)), status=refused.http)
    if request.method != "POST":
        folder.viewed(row, actor=request.user.username)
        return _shown(request, _Sheet(file, before, before, look))
    access.require(request.user, "evidence", row.district)
    return _saved(request, _Sheet(file, before, before, look))


@dataclass(frozen=True)
class _Sheet:
    """One file before an officer: as it is ``kept``, as it was ``entered``, and what is wrong with that."""

    file: EvidenceFile
    kept: Seen
    entered: Seen
    look: Look | None = None
    problem: str = ""
    rows: tuple[dict[str, str], ...] = ()


def _saved(request: Request, sheet: _Sheet) -> HttpResponse:
    look = cast("Look", sheet.look)
    rows = tuple(_rows(request.POST))
    try:
        entered = _entered(request.POST, rows, sheet.file, look)
        kept = redaction.save(sheet.file.applicant, entered, actor=request.user.username)
    except Refused as refused:
        if is_partial(request):
            return JsonResponse({"message": spoken(refused)}, status=refused.http)
        done = "done" in request.POST
        entered = replace(sheet.kept, done=done, version=_version(request.POST))
        return _shown(request, replace(sheet, entered=entered, problem=spoken(refused), rows=rows), refused.http)
    if is_partial(request):
        return JsonResponse({"version": kept.version})
    return _onward(request, sheet.file)


def _onward(request: Request, file: EvidenceFile) -> HttpResponse:
    """Where the button says: the next file nobody has looked at, the list when there is none; else the same page."""
    row = file.applicant
    if "next" in request.POST:
        left = books.not_looked_at(row, standing.folder(request.year, row))
        if left:
            return redirect("redaction-file", pk=left[0].pk)
        return redirect("redaction", year=BE(row.year_be), pk=row.pk)
    messages.success(request, gettext("บันทึกแล้ว"), extra_tags="good")
    return redirect("redaction-file", pk=file.pk)


def _rows(sent: QueryDict) -> list[dict[str, str]]:
    """The rows of numbers as they were typed; empty ones and those ticked to go are left out."""
    names = ("page", *_SIDES, "kind")
    columns = [sent.getlist(name)[:_MOST_ROWS] for name in names]
    rows = [dict(zip(names, each, strict=True)) for each in zip(*columns, strict=False)]
    gone = {int(at) for at in sent.getlist("gone") if at.isascii() and at.isdecimal() and len(at) < 6}
    kept = [row for at, row in enumerate(rows) if at not in gone and any(row[name].strip() for name in _SIDES)]
    for taken in sent.getlist("take")[:1]:
        kept.append(dict(zip(names, taken.split(","), strict=False)))
    return kept


def _entered(sent: QueryDict, rows: tuple[dict[str, str], ...], file: EvidenceFile, look: Look) -> Seen:
    areas = tuple(_area(at, row) for at, row in enumerate(rows, start=1))
    done = "done" in sent
    return Seen(file.sha256, areas, done, len(look.sizes), look.shape, _version(sent))


def _version(sent: QueryDict) -> int:
    version = sent.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1


def _area(number: int, row: dict[str, str]) -> Area:
    page_, *sides = (_number(number, row.get(name, "")) for name in ("page", *_SIDES))
    left, top, width, height = (round(100 * side) for side in sides)
    return Area(int(page_), top, left, width, height, row.get("kind", ""))


def _number(number: int, typed: str) -> float:
    try:
        value = float(to_arabic_digits(typed.strip())[:20])
    except ValueError:
        value = float("nan")
    if not 0 <= value <= 100_000:
        raise InputRefused(
            gettext("บริเวณที่ %(number)s: “%(typed)s” ไม่ใช่ตัวเลข") % {"number": number, "typed": typed[:20]},
            gettext("ใส่เลขหน้า และตำแหน่งเป็นร้อยละของหน้ากระดาษ 0 ถึง 100"),
            english=f"Area {number}: {typed[:20]!r} is not a number. Enter a page and percents of it, 0 to 100.",
        )
    return value


def _shown(request: Request, sheet: _Sheet, status: int = 200) -> HttpResponse:
    file, look = sheet.file, sheet.look
    row = file.applicant
    sizes = look.sizes if look else ()
    pages = Paginator(range(1, len(sizes) + 1), _SHEETS).get_page(to_arabic_digits(request.GET.get("page", "1")))
    return show(
        request,
        "redaction/file.html",
        status=status,
        applicant=row,
        year=request.year.year,
        file=file,
        seen=sheet.entered,
        kept=sheet.kept,
        problem=sheet.problem,
        kinds=list(KINDS.items()),
        areas=list(sheet.rows) or [_typed(area) for area in sheet.entered.areas],
        rows=pages,
        sheets=[{"number": at, "size": sizes[at - 1]} for at in pages.object_list],
        count=len(sizes),
        proposed=_proposed(request, sheet) if _may_change(request, row) else (),
        may_change=_may_change(request, row),
        answered=bool(sheet.problem),
        **_neighbours(request, row, file),
    )


def _typed(area: Area) -> dict[str, str]:
    sides = {side: f"{getattr(area, side) / 100:g}" for side in _SIDES}
    return {"page": str(area.page), **sides, "kind": area.kind}


def _proposed(request: Request, sheet: _Sheet) -> list[dict[str, str]]:
    """National ID numbers in the text, and what was hidden of the very same file elsewhere; as long as it is not."""
    if sheet.look is None:
        return []
    found = [Area(at, box.top, box.left, box.width, box.height, "national-id") for at, box in sheet.look.found]
    elsewhere = redaction.kept_elsewhere(access.applicants(request.user), sheet.file.sha256, sheet.file.applicant)
    pages = len(sheet.look.sizes)
    new = [a for a in dict.fromkeys([*found, *elsewhere]) if a.page <= pages and not _hidden(a, sheet.kept.areas)]
    return [{**_typed(area), "word": KINDS[area.kind]} for area in new]


def _hidden(area: Area, by: tuple[Area, ...]) -> bool:
    """Whether most of it lies under one of the areas."""
    return any(2 * _common(area, each) > area.width * area.height for each in by if each.page == area.page)


def _common(one: Area, other: Area) -> int:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return max(across, 0) * max(down, 0)


def _neighbours(request: Request, row: Applicant, file: EvidenceFile) -> dict[str, Any]:
    files = [each for _, each in books.lying(standing.folder(request.year, row)) if each.problem is None]
    at = next((n for n, each in enumerate(files) if each.pk == file.pk), 0)
    after = files[at + 1] if at + 1 < len(files) else None
    return {
        "place": at + 1,
        "files": len(files),
        "before": files[at - 1] if at else None,
        "after": after,
    }


@page("see")
def sheet(request: Request, pk: int, number: int) -> HttpResponse:
    """One page of a file exactly as it will be redacted."""
    file = _file(request, pk)
    making = scrutiny.making_of(file)
    try:
        if not 1 <= number <= len(scrutiny.look(file, making).sizes):
            raise NotFound("ไม่มีหน้านี้", "โหลดหน้าใหม่", english="There is no such page.")
        picture = scrutiny.page(file, number, making)
    except DocserviceError as fault:
        return HttpResponse(spoken(fault), status=fault.http, content_type="text/plain; charset=utf-8")
    answer = cast(HttpResponse, FileResponse(picture.open("rb"), content_type="image/jpeg"))
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def _file(request: Request, pk: int) -> EvidenceFile:
    return access.one(access.evidence(request.user).select_related("applicant").filter(removed_at=None), pk=pk)


AREAS: Addresses = [
    path("applicants/<int:pk>/redaction/", redaction_folder, name="redaction"),
    path("applicants/<int:pk>/redaction/now/", now, name="redaction-now"),
    path("applicants/<int:pk>/redaction/book/", ask, name="redaction-book"),
]
OUTSIDE: Addresses = [
    path("evidence/<int:pk>/redaction/", one_file, name="redaction-file"),
    path("evidence/<int:pk>/redaction/<int:number>/", sheet, name="redaction-sheet"),
]
