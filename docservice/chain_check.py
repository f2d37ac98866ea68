"""Whether the audit log is whole: its chain walked and compared with what is sealed, and what the last walk found."""

from __future__ import annotations

from docservice import audit, ledger
from docservice.errors import FixityBroken
from docservice.models import Event

VERIFIED, BROKEN = "audit.verified", "audit.broken"


def check(actor: str) -> Event:
    """Walk the whole chain and the sealed pages; the event that tells what was found."""
    try:
        return audit.record(actor, VERIFIED, "audit", {"events": audit.verify(), "sealed": ledger.verify().events})
    except FixityBroken as fault:
        return audit.record(actor, BROKEN, "audit", {"fault": fault.message})


def last() -> Event | None:
    """What the last walk found; it tells nothing about anybody, so everyone who may read the log may read it."""
    newest = (Event.objects.filter(verb=verb).order_by("-id").first() for verb in (VERIFIED, BROKEN))
    return max(filter(None, newest), key=lambda event: event.pk, default=None)
