"""The queue: jobs with their bars, one job with its failures, retry, cancel, urgent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, engines, jobs, lists, progress, redacted
from docservice.errors import Forbidden, InputRefused
from docservice.models import Document, Job, JobItem
from docservice.progress import Line
from docservice.thai import to_arabic_digits
from docservice.web.page import PER_PAGE, Request, page, paged, show
from docservice.web.sheet import sheet

Addresses = list[URLPattern | URLResolver]
JOBS_PER_PAGE = 20
_MOST_LIVE = 50
_WATCHED = 100


def _jobs(request: Request) -> QuerySet[Job]:
    """The jobs of the year that the person may see."""
    year = request.year
    return access.jobs(request.user).filter(year_be=int(year.year), province=year.province_code)


@page("request-district")
def queue(request: Request) -> HttpResponse:
    """What runs, live; below it what has ended."""
    running = list(progress.open_jobs(_jobs(request))[:_MOST_LIVE])
    ended = paged(request, _jobs(request).exclude(state__in=progress.OPEN), JOBS_PER_PAGE)
    found = progress.lines([*running, *ended.object_list])
    return show(
        request,
        "queue/queue.html",
        live=found[: len(running)],
        ended=found[len(running) :],
        rows=ended,
        **_watching(found[: len(running)]),
    )


@page("request-district")
def live(request: Request) -> HttpResponse:
    """The part of the queue that moves: the jobs watched so far and those that began since."""
    asked = [pk for pk in request.GET.get("watch", "")[:2000].split(",") if pk.isascii() and pk.isdecimal()]
    watched = [int(pk) for pk in asked if len(pk) < 18][:_WATCHED]
    running = progress.open_jobs(_jobs(request)).values_list("pk", flat=True)[:_MOST_LIVE]
    found = progress.lines(list(_jobs(request).filter(pk__in={*watched, *running})))
    return show(request, "queue/live.html", live=found, **_watching(found))


def _watching(found: Sequence[Line]) -> dict[str, Any]:
    """What the page needs to go on watching: which jobs, and whether any may still change."""
    return {"watch": ",".join(str(line.job.pk) for line in found), "moving": any(line.live for line in found)}


@page("request-district")
def job(request: Request, pk: int) -> HttpResponse:
    """One job: its failures first, each with its reason and what to do."""
    found = access.one(_jobs(request), pk=pk)
    (line,) = progress.lines([found])
    at = request.GET.get("state", "")
    shown = at if at in line.counts else next((s for s in progress.STATES if line.counts.get(s)), JobItem.DONE)
    rows = _items(request, line, shown)
    return show(
        request,
        "queue/job.html",
        line=line,
        shown=shown,
        rows=rows,
        states=[(s, line.counts[s]) for s in progress.STATES if line.counts.get(s)],
        may_change=_may_change(request, found),
    )


@page("request-district")
def job_bar(request: Request, pk: int) -> HttpResponse:
    """The head of a job's page, live; told to load the whole page once it has ended."""
    (line,) = progress.lines([access.one(_jobs(request), pk=pk)])
    answer = show(request, "queue/head.html", line=line, may_change=_may_change(request, line.job))
    if not line.live:
        answer["HX-Refresh"] = "true"
    return answer


def _items(request: Request, line: Line, shown: str) -> Page[JobItem]:
    """A page of the items in one state, each with the paper it made."""
    paginator: Paginator[JobItem] = Paginator(progress.items(line.job, shown), PER_PAGE)
    paginator.count = line.counts.get(shown, 0)  # known from the counts: not counted again
    rows = paginator.get_page(to_arabic_digits(request.GET.get("page", "1")))
    rows.object_list = list(rows.object_list)
    made = _made(request, [str((item.result or {}).get("dossier", "")) for item in rows.object_list], line.job.verb)
    for item in rows.object_list:
        item.made = made.get((item.result or {}).get("dossier", ""))  # type: ignore[attr-defined]
    return rows


def _made(request: Request, dossiers: Sequence[str], verb: str) -> dict[str, Document]:
    """The newest paper or book of each dossier."""
    wanted = {key for key in dossiers if key}
    kinds = (redacted.KIND,) if verb == redacted.VERB else (*engines.catalogue().kinds, "book")
    rows = access.documents(request.user).filter(
        dossier__key__in=wanted, current=True, kind__in=kinds, media_type="application/pdf"
    )
    found = rows.select_related("dossier").defer("provenance").order_by("version")
    return {row.dossier.key: row for row in found} if wanted else {}


def _may_change(request: Request, found: Job) -> bool:
    """The province's staff change every job, a district officer the own ones."""
    return access.may(request.user, "request") or found.requested_by == request.user.username


@page("request-district", "POST")
def change(request: Request, pk: int) -> HttpResponse:
    """Cancel what has not started, try again what failed, or put it before the others."""
    found = access.one(_jobs(request), pk=pk)
    if not _may_change(request, found):
        raise Forbidden(_("คำขอนี้เป็นของผู้อื่น"), _("ให้ผู้ขอหรือเจ้าหน้าที่จังหวัดเป็นผู้สั่ง"), english="This job is somebody else's.")
    verbs = {"cancel": jobs.cancel, "retry": jobs.retry, "urgent": jobs.hasten}
    verb = request.POST.get("do", "")
    if verb not in verbs or request.method != "POST":
        raise InputRefused(_("ไม่รู้จักคำสั่งนี้"), _("เลือกปุ่มบนหน้า"), english="Unknown command.")
    if verb == "urgent":
        access.require(request.user, "request")
    verbs[verb](found, actor=request.user.username)
    return redirect("job", year=request.year.year, pk=pk)


@page("request-district")
def queue_sheet(request: Request) -> FileResponse:
    """Every job of the year, as Excel."""
    return sheet(lists.jobs(request.year, _jobs(request)))


@page("request-district")
def job_sheet(request: Request, pk: int) -> FileResponse:
    """Every item of a job, the failed first, as Excel."""
    return sheet(lists.items(access.one(_jobs(request), pk=pk)))


AREAS: Addresses = [
    path("queue/", queue, name="queue"),
    path("queue/live/", live, name="queue-live"),
    path("queue/sheet/", queue_sheet, name="queue-sheet"),
    path("queue/<int:pk>/", job, name="job"),
    path("queue/<int:pk>/head/", job_bar, name="job-head"),
    path("queue/<int:pk>/change/", change, name="job-change"),
    path("queue/<int:pk>/sheet/", job_sheet, name="job-sheet"),
]
OUTSIDE: Addresses = []
