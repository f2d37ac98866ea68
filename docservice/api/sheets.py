"""The year's lists as Excel files, as the pages give them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from ninja import Query

from docservice import access, lists
from docservice.api.applicants import Which, narrowed
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.fields import IdInPath, YearInPath
from docservice.api.papers import WhichPapers
from docservice.api.papers import narrowed as papers_narrowed
from docservice.api.years import year_of
from docservice.lists import Sheet
from docservice.thai import to_thai_digits

area = Area()
_EXCEL: dict[str, Any] = {"x-bytes": [lists.MEDIA_TYPE]}
_QUEUE: tuple[Any, ...] = ("request", "request-district")


@area.offer("GET", "/years/{year}/sheets/applicants", Empty, actions=("see",), extra=_EXCEL)
def get_applicants_sheet(request: Asking, year: YearInPath, which: Annotated[Which, Query()]) -> HttpResponseBase:
    """The applicants that the filters leave, by district, group and running number; it can be imported again.

    Thai in every language. 422 above 20,000 rows: choose a district.
    """
    found = year_of(request, year)
    rows = access.applicants(request.user).filter(year_be=int(found.year), province=found.province_code)
    say = to_thai_digits if request.user.thai_digits else str
    return _sent(lists.applicants(found, narrowed(rows, which).order_by("district", "group", "seq"), say))


@area.offer("GET", "/years/{year}/sheets/applicants-form", Empty, actions=("enter",), extra=_EXCEL)
def get_applicants_form(request: Asking, year: YearInPath) -> HttpResponseBase:
    """The empty form of the import."""
    found = year_of(request, year)
    own = [district for district in found.districts if access.in_districts(request.user, district.code)]
    return _sent(lists.applicants_form(found, own))


@area.offer("GET", "/years/{year}/sheets/papers", Empty, actions=("see",), extra=_EXCEL)
def get_papers_sheet(request: Asking, year: YearInPath, which: Annotated[WhichPapers, Query()]) -> HttpResponseBase:
    """The papers that the filters leave, newest first."""
    found = year_of(request, year)
    return _sent(lists.papers(found, papers_narrowed(request, found, which).order_by("-filed_at")))


@area.offer("GET", "/years/{year}/sheets/jobs", Empty, actions=_QUEUE, extra=_EXCEL)
def get_jobs_sheet(request: Asking, year: YearInPath) -> HttpResponseBase:
    """The year's jobs, newest first."""
    found = year_of(request, year)
    rows = access.jobs(request.user).filter(year_be=int(found.year), province=found.province_code)
    return _sent(lists.jobs(found, rows))


@area.offer("GET", "/jobs/{id}/sheet", Empty, actions=_QUEUE, extra=_EXCEL)
def get_job_sheet(request: Asking, id: IdInPath) -> HttpResponseBase:
    """The job's items, the failed first."""
    return _sent(lists.items(access.one(access.jobs(request.user), pk=id)))


def _sent(sheet: Sheet) -> HttpResponseBase:
    return FileResponse(sheet.written(), as_attachment=True, filename=sheet.file_name, content_type=lists.MEDIA_TYPE)
