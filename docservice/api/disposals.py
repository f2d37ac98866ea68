"""Keeping and destroying: what is over, holds, and lists of what is to be destroyed, step by step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Query, Schema
from pydantic import Field

from docservice import access, disposal, disposal_papers, disposal_work, holding, retained, retention, store_hold
from docservice.api.archive import DistrictInPath, NameInPath
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Line300, Line500, Name, Reason, YearBE, YearInPath
from docservice.api.jobs import JobDetails
from docservice.api.years import year_of
from docservice.disposal import Batch
from docservice.disposal_lines import Opinion
from docservice.models import Document, Dossier
from docservice.retained import Keeping
from docservice.retention_schedule import HOLD

area = Area()
_SEE: tuple[Any, ...] = ("archive",)
_ACT: tuple[Any, ...] = ("dispose",)
ListInPath = Annotated[str, Path(pattern=r"^disposal-[0-9]{2,6}$")]
LineNumber = Annotated[int, Field(ge=1, le=disposal.MOST_LINES)]


class OverRow(Schema):
    """A dossier whose time is over; ``stands``: it may be proposed, is held back, or goes to the National Archives."""

    key: str
    title: str
    retention: str
    closed: int
    until: date
    stands: Literal["due", "hold", "transfer"]
    version: int
    size: int


class Hold(Schema):
    """A hold that stands; of a whole year, its dossier is the year's ``legal-hold``.

    ``store``: how the store's own lock of that dossier was seen last (``waiting``: asked for, not seen yet; ``none``:
    the store has no lock, or nothing was ever locked); ``files``: how many versions of files are locked.
    """

    dossier: str
    reason: str
    by: str
    at: datetime
    store: Literal["locked", "free", "waiting", "failed", "none"]
    files: int


class OverAndHeld(Schema):
    """What is over on the day, and what is held back; ``more``: only the first 5,000 are told."""

    on: date
    over: list[OverRow]
    more: bool
    holds: list[Hold]


class On(Schema):
    """The day it is counted on; today when none is named. Nothing is done by looking ahead."""

    on: Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2150, 12, 31))] = None


class Why(Schema, extra="forbid"):
    """Why: the number of a case or of a letter."""

    reason: Reason


class OpinionOnLine(Schema, extra="forbid"):
    """What the committee says of one line; ``until_be`` for ``keep``."""

    line: LineNumber
    decision: Literal["destroy", "keep", "transfer"]
    until_be: YearBE | None = None
    note: Line300 = ""


class Opinions(Schema, extra="forbid"):
    """The committee, its chair first, its report, and its opinion on every line."""

    committee: Annotated[list[Name], Field(max_length=30)]
    minutes: Line500
    opinions: Annotated[list[OpinionOnLine], Field(max_length=disposal.MOST_LINES)]


class Approval(Schema, extra="forbid"):
    """Number and date of the approval; what the National Archives answered, or that its time has passed."""

    order: Line500
    archives: Line500


class LineRow(Schema):
    """One line with the committee's opinion (empty before) and whether it was done."""

    line: int
    dossier: str
    subject: str
    number: str
    dated: str
    until: str
    files: int
    size: int
    decision: str
    until_be: int | None
    note: str
    done: bool


class ListRow(Schema):
    """A list as it stands."""

    key: str
    name: str
    title: str
    state: Literal["proposed", "opined", "approved", "done", "withdrawn"]
    count: int
    proposed_by: str
    decided_by: str
    approved_by: str


class ListDetails(ListRow):
    """With its lines, and the dossier's version: what is read before an act."""

    version: int
    lines: list[LineRow]


@area.offer("GET", "/years/{year}/over", OverAndHeld, actions=_SEE)
def list_over(request: Asking, year: YearInPath, on: Annotated[On, Query()]) -> Any:
    """Dossiers of the year's province, of any year, whose time of keeping is over; and every hold."""
    province, day = year_of(request, year).province_code, on.on or timezone.localdate()
    found = retention.over(request.user, province, day)
    return {
        "on": day,
        "over": [_over(dossier, kept, day) for dossier, kept in found[: disposal.MOST_LINES]],
        "more": len(found) > disposal.MOST_LINES,
        "holds": [_hold(row) for row in retention.holds(request.user, province)],
    }


def _over(dossier: Dossier, kept: Keeping, day: date) -> dict[str, object]:
    stands = "due" if kept.is_due(day) else "hold" if kept.hold else "transfer"
    told = {"key": dossier.key, "title": dossier.title, "version": dossier.version, "size": dossier.size}
    return {**told, "retention": kept.retention.code, "closed": int(kept.closed), "until": kept.until, "stands": stands}


def _hold(row: Document) -> dict[str, object]:
    state = holding.state_of(row.dossier.key, held=row.kind == HOLD)
    told = {name: row.provenance[name] for name in ("reason", "by", "at")}
    return {"dossier": row.dossier.key, **told, "store": _IN_STORE[state.what], "files": state.files}


_IN_STORE = {
    store_hold.LOCKED: "locked",
    store_hold.FREED: "free",
    store_hold.FAILED: "failed",
    store_hold.NO_LOCK: "none",
    holding.LOCKING: "waiting",
    holding.FREEING: "waiting",
    "": "none",
}


@area.offer("POST", "/years/{year}/hold", Hold, status=201, scope="write", actions=_ACT, once=True)
def hold_year(request: Asking, year: YearInPath, why: Why) -> Any:
    """Hold every dossier of the year back from destruction."""
    found = year_of(request, year)
    row = retention.hold_year(int(found.year), found.province_code, why.reason, actor=request.user.username)
    return _hold(row)


@area.offer("POST", "/years/{year}/hold/lift", Hold, scope="write", actions=_ACT, once=True)
def lift_year_hold(request: Asking, year: YearInPath, why: Why) -> Any:
    """Lift the year's hold; the answer is the lifting."""
    found = year_of(request, year)
    key = retained.year_hold_key(int(found.year), found.province_code)
    return _hold(retention.lift_hold(key, why.reason, actor=request.user.username))


_DOSSIER = "/years/{year}/dossiers/{district}/{name}"


@area.offer("POST", f"{_DOSSIER}/hold", Hold, status=201, scope="write", actions=_ACT, once=True)
def hold_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath, why: Why) -> Any:
    """Hold the dossier back from destruction."""
    row = _dossier(request, year, district, name)
    return _hold(retention.place_hold(row, why.reason, actor=request.user.username))


@area.offer("POST", f"{_DOSSIER}/hold/lift", Hold, scope="write", actions=_ACT, once=True)
def lift_dossier_hold(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath, why: Why) -> Any:
    """Lift the dossier's hold; the answer is the lifting."""
    row = _dossier(request, year, district, name)
    return _hold(retention.lift_hold(row.key, why.reason, actor=request.user.username))


def _dossier(request: Asking, year: int, district: str, name: str) -> Dossier:
    found = year_of(request, year)
    key = f"{int(found.year)}/{found.province_code}/{district}/{name}"
    return access.one(access.dossiers(request.user), key=key)


# ---------------------------------------------------------------------------------------------------------- the lists
@area.offer("GET", "/years/{year}/disposals", list[ListRow], actions=_SEE)
def list_disposals(request: Asking, year: YearInPath) -> Any:
    """Every list of the year's province, the newest first."""
    return [_row(each) for each in disposal.batches(request.user, year_of(request, year).province_code)]


@area.offer("POST", "/years/{year}/disposals", ListDetails, status=201, scope="write", actions=_ACT, once=True)
def propose_disposal(request: Asking, year: YearInPath) -> Any:
    """A list of all that is due today, without what is held, handed over, or in an open list; form 25 is printed."""
    found, actor = year_of(request, year), request.user.username
    batch = disposal.propose(request.user, found.year, found.province_code, timezone.localdate(), actor=actor)
    disposal_papers.ask_list(batch, actor=actor)
    return _details(batch)


@area.offer("GET", "/years/{year}/disposals/{batch}", ListDetails, actions=_SEE)
def get_disposal(request: Asking, year: YearInPath, batch: ListInPath) -> Any:
    """One list with its lines."""
    return _details(_one(request, year, batch))


@area.offer("POST", "/years/{year}/disposals/{batch}/opinions", ListDetails, scope="write", actions=_ACT, once=True)
def opine_on_disposal(request: Asking, year: YearInPath, batch: ListInPath, told: Opinions) -> Any:
    """Enter the committee's opinion on every line; form 25 is printed again with it."""
    found, actor = _one(request, year, batch), request.user.username
    opinions = {each.line: Opinion(each.decision, each.until_be, each.note) for each in told.opinions}
    found = disposal.opine(found, opinions, told.committee, told.minutes, actor=actor)
    disposal_papers.ask_list(found, actor=actor)
    return _details(found)


@area.offer("POST", "/years/{year}/disposals/{batch}/approval", ListDetails, scope="write", actions=_ACT, once=True)
def approve_disposal(request: Asking, year: YearInPath, batch: ListInPath, told: Approval) -> Any:
    """Approve it; refused for whoever proposed it or entered the opinions."""
    found = _one(request, year, batch)
    return _details(disposal.approve(found, told.order, told.archives, actor=request.user.username))


@area.offer("POST", "/years/{year}/disposals/{batch}/withdrawal", ListDetails, scope="write", actions=_ACT, once=True)
def withdraw_disposal(request: Asking, year: YearInPath, batch: ListInPath, why: Why) -> Any:
    """Give it up before it is approved."""
    return _details(disposal.withdraw(_one(request, year, batch), why.reason, actor=request.user.username))


@area.offer(
    "POST", "/years/{year}/disposals/{batch}/run", JobDetails, status=202, scope="write", actions=_ACT, once=True
)
def carry_out_disposal(request: Asking, year: YearInPath, batch: ListInPath) -> Any:
    """Carry out what was approved; again, what failed is tried again. The record is printed at the end."""
    return disposal_work.carry_out(_one(request, year, batch), actor=request.user.username)


def _one(request: Asking, year: int, name: str) -> Batch:
    found = year_of(request, year)
    return disposal.get(request.user, f"{int(found.year)}/{found.province_code}/{found.province_code}00/{name}")


def _row(batch: Batch) -> dict[str, object]:
    return {
        "key": batch.key,
        "name": batch.dossier.name,
        "title": batch.dossier.title,
        "state": batch.state,
        "count": len(batch.lines),
        "proposed_by": batch.list["by"],
        "decided_by": batch.opinions.get("by", ""),
        "approved_by": batch.approval.get("by", ""),
    }


def _details(batch: Batch) -> dict[str, object]:
    done, decided = batch.carried_out(), batch.decided
    lines = [
        {**vars(line), "line": line.no, **vars(decided.get(line.no, Opinion(""))), "done": done[line.no]}
        for line in batch.lines
    ]
    return {**_row(batch), "version": batch.dossier.version, "lines": lines}
