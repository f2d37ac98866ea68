"""Jobs of the queue and their items."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Query, Schema

from docservice import access, jobs
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import IdInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.errors import Forbidden
from docservice.models import Job

area = Area()
State = Literal["requested", "running", "done", "failed", "cancelled", ""]
ItemState = Literal["waiting", "claimed", "done", "failed", "cancelled", ""]


class JobRow(Schema):
    """What was requested and how far it is."""

    id: int
    verb: str
    title: str
    state: str
    urgent: bool
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    year_be: int | None
    district: str


class JobDetails(JobRow):
    """The job with how many of its items stand in each state."""

    items: dict[str, int]

    @staticmethod
    def resolve_items(job: Job) -> dict[str, int]:
        """Counted now; ``Job.items`` is the relation."""
        return jobs.counts(job)


class Why(Schema):
    """Why an item failed: ``DocserviceError.as_dict``."""

    code: str
    message: str
    remedy: str
    english: str


class ItemRow(Schema):
    """One unit of work. ``dossier``: where its paper is filed when it is done."""

    position: int
    title: str
    state: str
    attempts: int
    seconds: float | None
    error: Why | None
    dossier: str

    @staticmethod
    def resolve_dossier(item: Any) -> str:
        """The key, or nothing."""
        return str((item.result or {}).get("dossier", ""))


class WhichJobs(Schema):
    """Which jobs."""

    year: Annotated[int, Query(ge=2400, le=2700)] | None = None
    state: State = ""


class WhichItems(Schema):
    """Which items."""

    state: ItemState = ""


_ACTIONS: tuple[Any, ...] = ("request", "request-district")


@area.offer("GET", "/jobs", Page[JobRow], actions=_ACTIONS)
def list_jobs(request: Asking, which: Annotated[WhichJobs, Query()], turn: Turned) -> Any:
    """Jobs, newest first."""
    rows = access.jobs(request.user)
    if which.year:
        year = year_of(request, which.year)
        rows = rows.filter(year_be=int(year.year), province=year.province_code)
    return turned(rows.filter(state=which.state) if which.state else rows, turn, "-id")


@area.offer("GET", "/jobs/{id}", JobDetails, actions=_ACTIONS)
def get_job(request: Asking, id: IdInPath) -> Any:
    """One job, with its items counted by state."""
    return _one(request, id)


@area.offer("GET", "/jobs/{id}/items", Page[ItemRow], actions=_ACTIONS)
def list_items(request: Asking, id: IdInPath, which: Annotated[WhichItems, Query()], turn: Turned) -> Any:
    """The job's items in their order; a failed one tells why and what to do."""
    rows: QuerySet[Any] = _one(request, id).items.defer("payload")
    return turned(rows.filter(state=which.state) if which.state else rows, turn, "position")


@area.offer("POST", "/jobs/{id}/retry", JobDetails, scope="request", actions=_ACTIONS, once=True)
def retry_job(request: Asking, id: IdInPath) -> Any:
    """Try what failed or was cancelled again."""
    job = _own(request, id)
    jobs.retry(job, actor=request.user.username)
    return _one(request, id)


@area.offer("POST", "/jobs/{id}/cancel", JobDetails, scope="request", actions=_ACTIONS, once=True)
def cancel_job(request: Asking, id: IdInPath) -> Any:
    """Cancel what has not begun; what is done stays done."""
    job = _own(request, id)
    jobs.cancel(job, actor=request.user.username)
    return _one(request, id)


@area.offer("POST", "/jobs/{id}/urgent", JobDetails, scope="request", actions=("request",), once=True)
def hasten_job(request: Asking, id: IdInPath) -> Any:
    """Put the job before all that is not urgent."""
    jobs.hasten(_own(request, id), actor=request.user.username)
    return _one(request, id)


def _one(request: Asking, pk: int) -> Job:
    return access.one(access.jobs(request.user), pk=pk)


def _own(request: Asking, pk: int) -> Job:
    """A job that the account may change: its own, or any for who works for the whole province."""
    job = _one(request, pk)
    if not access.may(request.user, "request") and job.requested_by != request.user.username:
        raise Forbidden(
            "คำขอนี้ผู้อื่นเป็นผู้สั่ง",
            "ให้ผู้สั่งหรือเจ้าหน้าที่จังหวัดเป็นผู้ทำรายการ",
            english="Someone else made this request. They or the province must change it.",
        )
    return job
