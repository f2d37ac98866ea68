"""Whether the store keeps what is locked in it: tried at every start and every night, and what was seen last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from docservice import audit, stores
from docservice.errors import StoreUnavailable
from docservice.models import Event
from storage.proof import FAILED, PROVEN, Proof

__all__ = ["FAILED"]
PROBED = "store.probed"
WORDS = {PROVEN: "พิสูจน์แล้ว", "absent": "ไม่มี", FAILED: "ล้มเหลว"}
ENGLISH = {PROVEN: "proven", "absent": "none", FAILED: "failed"}
_FRESH = timedelta(minutes=10)


def probe(actor: str) -> Event:
    """Try it now; the event that tells what was seen. A store that does not answer has proven nothing."""
    try:
        found = stores.opened(stores.ARCHIVE).probe()
    except StoreUnavailable as fault:
        found = Proof(FAILED, f"ลองไม่ได้: {fault.message}", f"It could not be tried: {fault.english}")
    told = {"state": found.state, "reason": found.reason, "english": found.english, "mode": found.mode, "by": found.by}
    tries = [{"name": each.name, "held": each.held, "seen": each.seen} for each in found.tries]
    return audit.record(actor, PROBED, "store", told | {"tries": tries, "place": _place()})


def probe_at_start() -> None:
    """As ``probe``, unless it was tried a moment ago: a service that keeps restarting does not fill the log."""
    newest = last()
    if newest is None or newest.at < datetime.now(UTC) - _FRESH:
        probe("docservice")


def last() -> Event | None:
    """What was seen last of this store; None where it was never tried, or another place was."""
    newest = Event.objects.filter(verb=PROBED).order_by("-id").first()
    return newest if newest and newest.details.get("place") == _place() else None


def proven() -> datetime | None:
    """When this store was seen to keep its locks for the last time."""
    found = Event.objects.filter(verb=PROBED, details__state=PROVEN, details__place=_place()).order_by("-id").first()
    return found.at if found else None


def _place() -> str:
    return str(stores.place(stores.ARCHIVE))
