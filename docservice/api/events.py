"""The audit log, for auditors and administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Schema

from docservice import access
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.paging import Page, Turned, turned

area = Area()


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


@area.offer("GET", "/events", Page[EventRow], actions=("events",))
def list_events(request: Asking, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """Events, newest first; an auditor's are those of the years given."""
    wanted = {"actor": which.actor, "verb": which.verb, "subject": which.subject}
    rows = access.events(request.user).filter(**{name: value for name, value in wanted.items() if value})
    return turned(rows, turn, "-id")
