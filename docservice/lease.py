"""The lease of a claim: how long it lives without a sign of its worker, and so which items may be claimed now.

What a claim asks is asked in the database's own words, beside the same said to Django.
Each question about a job's items is put so that the index on (job, state, position) answers it: the last of 100,000
items costs what the first did.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from docservice import selection
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
_DUE = "(lease_until IS NULL OR lease_until < %s OR lease_until > %s)"
STILL_FREE = f"(state IN (%s, %s) AND {_DUE} OR state = %s AND claim = %s)"
"""``free`` or ``left``, with ``still_free`` for its values."""
_OF_JOB = "SELECT id FROM docservice_jobitem WHERE job_id = %s AND state = %s"
_FIRST = "AND attempts <= %s ORDER BY position LIMIT %s"
_STOPPED = f"{_OF_JOB} AND (claim = %s OR {_DUE}) {_FIRST}"
_WAITING = f"{_OF_JOB} AND {_DUE} {_FIRST}"
_FREE = f"SELECT id FROM docservice_jobitem WHERE job_id = %s AND state IN (%s, %s) AND {_DUE} LIMIT 1"  # noqa: S608
_HELD = (
    f"SELECT COUNT(*) FROM docservice_jobitem WHERE job_id = %s AND state = %s AND NOT {_DUE}"  # noqa: S608
    " GROUP BY claim"
)
_ANY = 2**15 - 1


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
    end = selection.held_if_free()
    due = _moments()

    def found(question: str, *values: object) -> list[int]:
        return [pk for (pk,) in selection.answers(question + end, values)]

    stopped, waiting = (job.pk, JobItem.CLAIMED, token, *due), (job.pk, JobItem.WAITING, *due)
    first = found(_STOPPED, *stopped, SUSPECT - 1, limit)
    if len(first) < limit:
        first += found(_WAITING, *waiting, SUSPECT - 1, limit - len(first))
    return first or found(_STOPPED, *stopped, _ANY, 1) or found(_WAITING, *waiting, _ANY, 1)


def any_free(job: Job) -> bool:
    """Whether the job has an item that is ``free``."""
    return bool(selection.answers(_FREE, (job.pk, *UNFINISHED, *_moments())))


def still_free(token: str) -> tuple[object, ...]:
    """The values of ``STILL_FREE``."""
    return (*UNFINISHED, *_moments(), JobItem.CLAIMED, token)


def fair(job: Job, found: list[int]) -> list[int]:
    """Of what may be claimed, half for whoever comes next: the end of a job keeps all workers busy.

    Who comes while another holds more than that may take as much: it ends when the other does.
    """
    if len(found) <= CHUNK:
        return found
    held = selection.answers(_HELD, (job.pk, JobItem.CLAIMED, *_moments()))
    return found[: max(CHUNK, -(-len(found) // 2), *(count for (count,) in held))]


def _moments() -> tuple[object, object]:
    """For ``_DUE``."""
    now = datetime.now(UTC)
    return selection.moment(now), selection.moment(now + _AHEAD)


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
