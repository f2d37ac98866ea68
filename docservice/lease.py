"""The lease of a claim: how long it lives without a sign of its worker, and so which items may be claimed now.

Each question about a job's items is put so that the index on (job, state, position) answers it: the last of 100,000
items costs what the first did.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from docservice.errors import Broken
from docservice.models import Job, JobItem

LEASE = timedelta(seconds=15)
"""How long a claim lives without a sign of its worker."""
CHUNK = 25
"""Items that one worker takes without thinking of the others."""
MAX_ATTEMPTS = 3
SUSPECT = 2
"""Attempts after which an item is tried alone: one stop may be anybody's fault, two in its presence may be its own."""
UNFINISHED = (JobItem.WAITING, JobItem.CLAIMED)
_AHEAD = timedelta(minutes=2)


def free() -> Q:
    """Items that anybody may claim now: waiting, or claimed by a worker that gave no sign for a lease."""
    return Q(state__in=UNFINISHED) & _due()


def left(token: str) -> Q:
    """Items that an earlier delivery of the same claim left."""
    return Q(state=JobItem.CLAIMED, claim=token)


def wanted(job: Job, limit: int, token: str) -> list[int]:
    """The items to claim now: those a stopped worker left, then those that wait; the suspects last, one alone.

    Call it in the transaction that claims them.
    """
    # Not asking for rows another worker is about to take, this one goes home only when nothing is left.
    rows = job.items.select_for_update(skip_locked=True).values_list("pk", flat=True)
    stopped = rows.filter(left(token) | _due(), state=JobItem.CLAIMED)
    waiting = rows.filter(_due(), state=JobItem.WAITING)
    found = list(stopped.filter(attempts__lt=SUSPECT)[:limit])
    found += waiting.filter(attempts__lt=SUSPECT)[: limit - len(found)]
    return found or list(stopped[:1]) or list(waiting[:1])


def fair(found: list[int]) -> list[int]:
    """Of what may be claimed, half for whoever comes next: the end of a job keeps all workers busy."""
    return found[: max(CHUNK, -(-len(found) // 2))]


def _due() -> Q:
    """The lease is empty, past, or further ahead than it is ever set: then the clock was put back since."""
    now = datetime.now(UTC)
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + _AHEAD)


def poisoned(item: JobItem) -> Broken:
    """The end of an item that took its worker down too often."""
    return Broken(
        f"รายการ “{item.title}” ทำไม่สำเร็จ {MAX_ATTEMPTS} ครั้งโดยโปรแกรมหยุดกลางคัน",
        "ตรวจไฟล์ของรายการนี้ แล้วสั่งทำใหม่",
        english=f"Item “{item.title}” stopped its worker {MAX_ATTEMPTS} times. Check its files and retry.",
    )
