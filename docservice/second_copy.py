"""The archive's second copy: what was filed follows into it, it is compared every night, and damage is mended from it.

Filing knows nothing of it: what is to be copied is read from the events that filings leave, so a copy that is away or
full holds nobody up and is caught up later.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from docservice import archive, audit, pulse, store_hold, stores
from docservice.config import config
from docservice.errors import DocserviceError, InputRefused, StoreUnavailable
from docservice.models import Dossier, Event
from storage import address, fixity, replica
from storage.keys import DossierKey
from storage.ocfl import OcflRoot
from storage.replica import EXTRA, MISSING, Difference, Repair
from storage.store import Store

log = logging.getLogger(__name__)

COMPARED, DIFFERS, REPAIRED = "replica.compared", "replica.differs", "archive.repaired"
FILED = ("document.filed", REPAIRED)
TURN = 60.0
_LEASE, _NAME = 600.0, "replica"
_AT_ONCE = 200
_MOST_TOLD, _MOST = 20, 10_000


@dataclass(frozen=True)
class Standing:
    """How the copy stands: filings that have not followed, since when it is so far, what the last comparison found."""

    place: str
    behind: int
    at: datetime | None
    compared: Event | None


@dataclass
class Compared:
    """What a comparison came to: dossiers and other files caught up, and what differs and was left as it is."""

    copied: int = 0
    differing: list[str] = field(default_factory=list)


def configured() -> bool:
    """Whether the office has a second copy."""
    return bool(config().replica_url)


def standing() -> Standing | None:
    """How the copy stands; None where there is none."""
    if not configured():
        return None
    done = pulse.reached(_mark())
    behind = Event.objects.filter(verb__in=FILED, id__gt=done[0] if done else 0)[:_MOST].count()
    place = str(address.parse(config().replica_url))
    newest = Event.objects.filter(verb__in=(COMPARED, DIFFERS)).order_by("-id").first()
    mine = newest if newest and newest.details.get("place") == place else None
    return Standing(place, behind, done[1] if done else None, mine)


def follow(seconds: float = TURN) -> int:
    """Copy what was filed since the last time; how many dossiers. One process at a time; the rest comes next time."""
    if not configured() or not pulse.take(_NAME, _LEASE):
        return 0
    try:
        return _follow(time.monotonic() + seconds)
    finally:
        pulse.let_go(_NAME)


def _follow(until: float) -> int:
    _require_root()
    done, copied = pulse.reached(_mark()), 0
    events = Event.objects.filter(verb__in=FILED, id__gt=done[0] if done else 0).order_by("id")
    while some := list(events[:_AT_ONCE]):
        for key in dict.fromkeys(event.subject for event in some):
            copied += _copied(key)
            pulse.beat(_NAME)
        pulse.reach(_mark(), some[-1].pk)
        if time.monotonic() > until:
            break
        events = events.filter(id__gt=some[-1].pk)
    return copied


def _copied(key: str) -> int:
    """One dossier; what is wrong with it in either place is an event, and keeps no other from following."""
    try:
        replica.copy(archive.root().store, _copy(), DossierKey.parse(key))
        store_hold.follow(key)
    except StoreUnavailable:
        raise
    except DocserviceError as fault:
        audit.record("docservice", DIFFERS, key, {"fault": fault.message, "place": _place()})
        return 0
    return 1


def compare() -> Compared:
    """Walk archive and copy side by side: what is missing in the copy follows, what differs is told, an event.

    Dossiers whose copy was found damaged since the last time are read once more.
    """
    found, mark = Compared(), Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    suspects = _suspects()
    _require_root()
    for folder in stores.FOLDERS:
        differences = replica.compare(stores.opened(folder), _copy(folder))
        if folder == stores.ARCHIVE:
            _catch_up(differences, found)
        else:
            _put(folder, differences, found)
    for dossier in Dossier.objects.filter(key__in=suspects):
        found.differing += faults(dossier)
    said = {"copied": found.copied, "differing": found.differing[:_MOST_TOLD], "count": len(found.differing)}
    audit.record("docservice", DIFFERS if found.differing else COMPARED, "replica", said | {"place": _place()})
    if not pulse.reached(_mark()):
        pulse.reach(_mark(), mark)
    return found


def compare_nightly() -> None:
    """As ``compare``; a copy that cannot be reached is an event too."""
    if not configured():
        return
    try:
        compare()
    except StoreUnavailable as fault:
        audit.record("docservice", DIFFERS, "replica", {"fault": fault.message, "place": _place()})
        raise


def _suspects() -> set[str]:
    last = Event.objects.filter(verb=COMPARED).order_by("-id").values_list("id", flat=True).first() or 0
    return set(
        Event.objects.filter(verb=DIFFERS, id__gt=last).exclude(subject="replica").values_list("subject", flat=True)
    )


def _catch_up(differences: Iterator[Difference], found: Compared) -> None:
    """Dossier by dossier: one that lags is brought up to date; what the copy has beyond the archive is told."""
    lagging: dict[str, None] = {}
    for each in differences:
        if each.what == EXTRA:
            found.differing.append(each.key)
        elif each.key.count("/") >= 4:
            lagging["/".join(each.key.split("/")[:4])] = None
    for key in lagging:
        try:
            found.copied += replica.copy(archive.root().store, _copy(), DossierKey.parse(key)).copied > 0
            store_hold.follow(key)
        except StoreUnavailable:
            raise
        except DocserviceError as fault:
            found.differing.append(f"{key}: {fault.message}")


def _put(folder: str, differences: Iterator[Difference], found: Compared) -> None:
    for each in differences:
        if each.what == MISSING:
            with stores.opened(folder).open(each.key) as stream:
                _copy(folder).put(each.key, stream)
            found.copied += 1
        else:
            found.differing.append(each.key)


def mend(dossier: Dossier, actor: str) -> Repair:
    """Put right from the copy what is wrong in the dossier; what was done is an event that names every file.

    ``FixityBroken`` when nothing is known to be right, or the copy cannot mend a thing that is wrong.
    """
    current = {d.path: d.sha512 for d in dossier.documents.filter(current=True)}
    done = replica.repair(archive.root().store, _copy(), DossierKey.parse(dossier.key), dossier.version, current)
    if done.mended:
        files = [{"path": each.path, "aside": each.aside} for each in done.mended]
        audit.record(actor, REPAIRED, dossier.key, {"files": files, "from": _place()})
    return done


def faults(dossier: Dossier) -> list[str]:
    """What is wrong with the dossier's copy, which is read whole."""
    return [str(fault) for fault in fixity.check(_copy(), DossierKey.parse(dossier.key)).faults]


def look(dossiers: Iterable[Dossier]) -> None:
    """Read the copies of these dossiers, too; damage is an event. A copy that is away says nothing about them."""
    for dossier in dossiers if configured() else ():
        try:
            found = faults(dossier)
        except StoreUnavailable as fault:
            log.warning("the second copy cannot be read: %s", fault)
            return
        if found and _has_followed(dossier):
            audit.record("docservice", DIFFERS, dossier.key, {"fault": found[0], "place": _place()})


def _has_followed(dossier: Dossier) -> bool:
    """Whether all that was filed into it is in the copy by now."""
    done = pulse.reached(_mark())
    return not Event.objects.filter(subject=dossier.key, verb__in=FILED, id__gt=done[0] if done else 0).exists()


def begin() -> None:
    """Begin the copy in an empty place, such as the new disk of one that was lost."""
    OcflRoot(_copy()).init()


def _require_root() -> None:
    """A copy whose disk is not attached is not begun anew on the disk below."""
    root = OcflRoot(_copy())
    if pulse.reached(_mark()):
        root.require_root()
    else:
        root.init()


def require() -> None:
    """``InputRefused`` where the office has no second copy."""
    _copy()


def _copy(folder: str = stores.ARCHIVE) -> Store:
    target = stores.replica(folder)
    if target is None:
        raise InputRefused(
            "ยังไม่ได้ตั้งที่เก็บสำเนาที่สอง",
            "ตั้ง DOCSERVICE_REPLICA_URL (file:///โฟลเดอร์ หรือ s3://bucket/…) แล้วสั่งใหม่",
            english="There is no second copy. Set DOCSERVICE_REPLICA_URL and try again.",
        )
    return target


def _place() -> str:
    return str(address.parse(config().replica_url))


def _mark() -> str:
    """The name under which it is kept how far this copy has come: another place begins anew."""
    return "replica-" + hashlib.sha256(config().replica_url.encode()).hexdigest()[:16]
