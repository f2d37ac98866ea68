"""Putting the audit log into the store, and how far that has come: a seal that fails is seen, not only logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docservice import audit, ledger, pulse, stamps
from docservice.config import config
from docservice.errors import DocserviceError
from docservice.models import Event

UNSEALED, UNSTAMPED = "audit.unsealed", "audit.unstamped"
_NAME, _STAMPED = "audit-sealed", "audit-stamped"
_MOST = 10_000
"""Events counted at most: a page does not wait for a million."""


@dataclass(frozen=True)
class Standing:
    """Sealed up to event ``until``, last at ``at``; how many came since (counted as far as ``_MOST``); what failed."""

    until: int
    at: datetime | None
    waiting: int
    fault: Event | None


def seal() -> int:
    """Put the newest events into the store; how many. A failure is an event of its own, once for each reason."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    try:
        done = ledger.seal()
    except DocserviceError as fault:
        _tell(UNSEALED, fault)
        raise
    pulse.reach(_NAME, newest)
    _stamp(newest)
    return done


def _stamp(newest: int) -> None:
    """A time stamp of what is sealed, where the office has a service for it; without one it stays sealed."""
    if not config().tsa_url:
        return
    try:
        stamps.stamp(config().tsa_url)
        pulse.reach(_STAMPED, newest)
    except DocserviceError as fault:
        _tell(UNSTAMPED, fault)


def _tell(verb: str, fault: DocserviceError) -> None:
    before = standing().fault
    if before is None or before.details.get("fault") != fault.message:
        audit.record("docservice", verb, "audit", {"fault": fault.message, "english": fault.english})


def standing() -> Standing:
    """How much is sealed, and whether sealing works."""
    done = pulse.reached(_NAME)
    until, at = done if done else (0, None)
    failed = Event.objects.filter(verb=UNSEALED, id__gt=until).order_by("-id").first()
    stamped = pulse.reached(_STAMPED)
    if failed is None and config().tsa_url:
        failed = Event.objects.filter(verb=UNSTAMPED, id__gt=stamped[0] if stamped else 0).order_by("-id").first()
    return Standing(until, at, Event.objects.filter(id__gt=until)[:_MOST].count(), failed)
