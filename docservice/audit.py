"""The audit log: append-only, each event chained to the one before by SHA-256. Only this module writes Event rows.

The digest is taken over the canonical JSON of the event's fields and the previous digest, so that a changed, swapped
or removed line breaks the chain at its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.management.color import no_style
from django.db import connection, transaction

from docservice import database
from docservice.errors import FixityBroken
from docservice.insertion import insert
from docservice.models import Event

FIRST = "0" * 64
_CHUNK = 2000


@dataclass(frozen=True)
class Telling:
    """What an event is to say."""

    actor: str
    verb: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None


def record(actor: str, verb: str, subject: str, details: Mapping[str, object] | None = None) -> Event:
    """Append one event; call it inside the transaction that makes the change it tells of, as late as can be.

    From here to the end of that transaction nobody else can record: two events never follow the same one.
    """
    return record_all([Telling(actor, verb, subject, details or {})])[0]


def record_all(told: Sequence[Telling]) -> list[Event]:
    """Append events, as ``record``, in their order; ``at``: of those that happened elsewhere before."""
    with transaction.atomic(savepoint=False):  # two questions less; who records has a transaction of its own
        events, previous = [], _newest() or FIRST
        for each in told:
            event = Event(
                at=each.at or datetime.now(UTC),
                actor=each.actor,
                verb=each.verb,
                subject=each.subject,
                details=dict(each.details),
                previous=previous,
            )
            event.digest = previous = digest_of(event)
            events.append(event)
        insert(Event, events)
    return events


def _newest() -> str:
    """The digest of the newest event, asked when it is our turn to record; nothing when there is none."""
    found = database.in_turn("audit", "SELECT digest FROM docservice_event ORDER BY id DESC LIMIT 1")
    return str(found[0]) if found else ""


def bring_back(pieces: Iterable[Sequence[Event]]) -> int:
    """Append lost events as they were, numbers and all; how many.

    ``pieces`` are asked for inside the transaction: what they raise leaves everything as it is.
    """
    brought = 0
    with transaction.atomic():
        database.turn("audit")
        for events in pieces:
            Event.objects.bulk_create(events)
            brought += len(events)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Event]):
                cursor.execute(statement)
    return brought


def digest_of(event: Event) -> str:
    """SHA-256 over the event's canonical JSON, its predecessor's digest included."""
    return hashlib.sha256(json.dumps(content(event), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def content(event: Event) -> dict[str, object]:
    """All that an event says, JSON-able."""
    return {
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor,
        "verb": event.verb,
        "subject": event.subject,
        "details": event.details,
        "previous": event.previous,
    }


def first_since(moment: datetime) -> int | None:
    """The number of the first event at or after ``moment``, ``None`` when there is none; later ones stand after it."""
    return Event.objects.filter(at__gte=moment).order_by("at", "id").values_list("id", flat=True).first()


def verify() -> int:
    """Walk the whole chain; the number of events, or FixityBroken naming the first line that does not fit."""
    previous, count = FIRST, 0
    for event in Event.objects.order_by("id").iterator(chunk_size=_CHUNK):
        if event.previous != previous or digest_of(event) != event.digest:
            raise FixityBroken(
                f"บันทึกเหตุการณ์ลำดับที่ {event.pk} ไม่ต่อเนื่องกับเหตุการณ์ก่อนหน้า",
                "อย่าแก้ฐานข้อมูล เก็บสำเนาไว้ แล้วแจ้งผู้ดูแลระบบ",
                english=f"Event {event.pk} does not fit the chain. Keep a copy and tell the administrator.",
            )
        previous, count = event.digest, count + 1
    return count
