"""The audit log, for auditors and administrators."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.utils.timezone import get_default_timezone
from ninja import Query, Schema

from docservice import access, audit, chain_check, keeping
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import Day, YearBE
from docservice.api.paging import Page, Turned, turned
from docservice.database import YearOf
from docservice.models import Event

area = Area()
_NEVER = 2**63 - 1


class EventRow(Schema):
    """Who did what, when; ``previous`` is the digest of the event before it, ``digest`` its own."""

    id: int
    at: datetime
    actor: str
    verb: str
    subject: str
    details: dict[str, Any]
    previous: str
    digest: str


class Which(Schema):
    """Which events."""

    actor: Annotated[str, Query(max_length=150, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    verb: Annotated[str, Query(max_length=60, pattern=r"^[a-z.-]*$")] = ""
    subject: Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    year: YearBE | None = None
    since: Day | None = None
    until: Day | None = None


class Chain(Schema):
    """What a walk over the whole log found: ``sound`` when no line was changed, swapped or taken out.

    ``sealed``: how much of the log lies in the store, and whether sealing works.
    """

    sound: bool
    at: datetime
    by: str
    details: dict[str, Any]
    sealed: dict[str, str]


@area.offer("GET", "/events", Page[EventRow], actions=("events",))
def list_events(request: Asking, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """Events, newest first; an auditor's are those of the years given. Days (both included) are Bangkok's."""
    wanted = {"actor": which.actor, "verb": which.verb, "subject": which.subject}
    rows = access.events(request.user).filter(**{name: value for name, value in wanted.items() if value})
    if which.year:
        rows = rows.annotate(begins=YearOf("subject")).filter(begins=f"{which.year}/")
    if which.since:
        rows = rows.filter(id__gte=_first_of(which.since))
    if which.until:
        rows = rows.filter(id__lt=_first_of(which.until + timedelta(days=1)))
    return turned(rows, turn, "-id")


def _first_of(day: date) -> int:
    """The first event from that day on, or a number no event has."""
    first = audit.first_since(datetime.combine(day, time.min, get_default_timezone()))
    return _NEVER if first is None else first


@area.offer("GET", "/events/chain", Chain | None, actions=("events",))
def get_chain(request: Asking) -> Any:
    """What the last walk over the log found; `null` when there was none."""
    last = chain_check.last()
    return last and _told(last)


@area.offer("POST", "/events/chain", Chain, actions=("events",))
def verify_chain(request: Asking) -> Any:
    """Walk over the whole log now; that it was done is an event."""
    return _told(chain_check.check(request.user.username))


def _told(event: Event) -> dict[str, Any]:
    sound = event.verb == chain_check.VERIFIED
    sealed = keeping.sealed().as_dict()
    return {"sound": sound, "at": event.at, "by": event.actor, "details": event.details, "sealed": sealed}
