"""What is known of each dossier's soundness: when it was read again, when it was whole for the last time.

The rows are what the pages show and where a sweep goes on; what was found is an event as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Sum

from docservice import audit
from docservice.models import Condition, Dossier, Sweep

VERIFIED, BROKEN, SWEPT = "archive.verified", "fixity.broken", "archive.swept"
LEAST = 200_000_000
"""Bytes of a slice at least: a small archive is read whole every night."""
_AT_ONCE, _AHEAD = 200, 500


@dataclass(frozen=True)
class Found:
    """What reading a dossier came to: its faults as Thai sentences (none: it is whole), and how much was read."""

    dossier: Dossier
    faults: tuple[str, ...]
    files: int = 0
    size: int = 0
    sound_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """The archive as it was found: dossiers that are broken, when the one read longest ago was read, the last sweep."""

    broken: int
    oldest: datetime | None
    sweep: Sweep | None


def note(found: Iterable[Found], actor: str, *, told: bool = False) -> list[Found]:
    """Keep what was found, each with the last good date. A fault is an event; so is a dossier that is whole again.

    ``told``: that a dossier is whole is an event anyway (somebody asked about it).
    """
    now, answers = datetime.now(UTC), list(found)
    before = {c.pk: c for c in Condition.objects.filter(pk__in=[each.dossier.pk for each in answers])}
    with transaction.atomic():
        for bad in (False, True):
            rows = [_row(each, now) for each in answers if bool(each.faults) == bad]
            fields = ["checked_at", "broken"] + ([] if bad else ["sound_at"])
            Condition.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["dossier"], update_fields=fields, batch_size=_AT_ONCE
            )
        for each in answers:
            was = before.get(each.dossier.pk)
            if each.faults or told or (was and was.broken):
                _tell(each, was.sound_at if was else None, actor)
    return [Found(e.dossier, e.faults, e.files, e.size, _sound(before.get(e.dossier.pk))) for e in answers]


def _row(found: Found, now: datetime) -> Condition:
    return Condition(
        dossier=found.dossier, checked_at=now, broken=bool(found.faults), sound_at=None if found.faults else now
    )


def _sound(was: Condition | None) -> datetime | None:
    return was.sound_at if was else None


def _tell(found: Found, sound_at: datetime | None, actor: str) -> None:
    said: dict[str, object] = {"files": found.files, "version": found.dossier.version}
    if found.faults:
        said |= {"fault": found.faults[0], "faults": len(found.faults)}
        said |= {"sound_at": sound_at.isoformat() if sound_at else ""}
    audit.record(actor, BROKEN if found.faults else VERIFIED, found.dossier.key, said)


def of(dossier: Dossier) -> Condition | None:
    """As it was found last; None for one that was never read."""
    return Condition.objects.filter(dossier=dossier).first()


def standing() -> Standing:
    """How the whole archive was found: answered by indexes, however much there is."""
    oldest = Condition.objects.aggregate(oldest=Min("checked_at"))["oldest"]
    return Standing(Condition.objects.filter(broken=True).count(), oldest, Sweep.objects.first())


def unread() -> int:
    """How many dossiers were never read since they were filed."""
    return Dossier.objects.filter(version__gt=0, condition=None).count()


# ------------------------------------------------------------------------------------------------------------- slices
def begin(days: int) -> Sweep:
    """The sweep that is under way, or a new one with tonight's share of the archive: all of it is read in ``days``."""
    last = Sweep.objects.first()
    if last and last.ended_at is None:
        return last
    now = datetime.now(UTC)
    since = max(1.0, (now - last.begun_at) / timedelta(days=1)) if last else 1.0
    size = Dossier.objects.aggregate(size=Sum("size"))["size"] or 0
    share = math.ceil(size * min(1.0, since / days))
    return Sweep.objects.create(begun_at=now, quota=max(share, min(size, LEAST)))


def due(sweep: Sweep, days: int) -> list[Dossier]:
    """What is next of the sweep: those never read, then those read longest ago, until its quota is read; none: done.

    What was read more than ``days`` ago (less one, for the night) comes whatever the quota.
    """
    left, found = sweep.quota - sweep.size, []
    filed = Dossier.objects.filter(version__gt=0, condition=None).defer("about").order_by("pk")
    for dossier in filed[:_AHEAD] if left >= 0 else ():
        if left < 0:
            break
        left -= dossier.size
        found.append(dossier)
    overdue = sweep.begun_at - timedelta(days=max(days - 1, 0))
    read = Condition.objects.filter(checked_at__lt=sweep.begun_at).order_by("checked_at").select_related("dossier")
    for condition in read[:_AHEAD] if len(found) < _AHEAD else ():
        if left < 0 and condition.checked_at > overdue:
            break
        left -= condition.dossier.size
        found.append(condition.dossier)
    return found


def progress(sweep: Sweep, found: Iterable[Found]) -> None:
    """Count what was read towards the sweep."""
    answers = list(found)
    Sweep.objects.filter(pk=sweep.pk).update(
        dossiers=F("dossiers") + len(answers),
        files=F("files") + sum(each.files for each in answers),
        size=F("size") + sum(each.dossier.size for each in answers),
        broken=F("broken") + sum(1 for each in answers if each.faults),
    )
    sweep.refresh_from_db()


def end(sweep: Sweep, strays: Iterable[str], told: Mapping[str, object]) -> None:
    """The sweep is done; what came of it is an event, ``strays`` (what belongs to no dossier) included."""
    found = list(strays)
    with transaction.atomic():
        Sweep.objects.filter(pk=sweep.pk).update(ended_at=datetime.now(UTC))
        said: dict[str, object] = {"dossiers": sweep.dossiers, "files": sweep.files, "bytes": sweep.size}
        said |= {"broken": sweep.broken, "strays": found[:20], "stray_count": len(found), **told}
        audit.record("docservice", SWEPT, "archive", said)
