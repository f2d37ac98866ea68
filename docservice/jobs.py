"""Jobs and their items: request, claim, finish. The row is the truth; whoever calls ``work`` is only a hand.

A job's identity is the digest of what was asked: asking again finds the first job. Items are claimed in chunks by a
conditional UPDATE under a lease, so that a second worker, or a second delivery, gets nothing.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from docservice import audit, broker, database, numbers, pulse, selection
from docservice.ending import OPEN, End, close, finish
from docservice.errors import NotFound, Refused, Transient
from docservice.heartbeat import Heartbeat
from docservice.insertion import insert
from docservice.lease import CHUNK as CHUNK
from docservice.lease import LEASE as LEASE
from docservice.lease import MAX_ATTEMPTS as MAX_ATTEMPTS
from docservice.lease import STILL_FREE, UNFINISHED, any_free, fair, free, left, poisoned, still_free, wanted
from docservice.models import Job, JobItem
from docservice.outcome import Outcome as Outcome
from docservice.outcome import Worker as Worker
from docservice.slips import Request as Request
from docservice.slips import Slips
from docservice.slips import digest as digest

PAUSE = timedelta(seconds=5)
"""How long an item whose trouble may pass waits before its second attempt; longer before each further one."""
RENUDGE = timedelta(seconds=10)
"""How long a message may be on its way before the job's workers are told again."""
_AT_ONCE = 1.0  # seconds: items that end within them, a lot at most, are written in one transaction
_FAN_OUT = 8
"""Messages a request begins with at most; each turn sends one on, so that any number of idle workers comes in."""

# Plain SQL: making 100,000 objects of rows would be most of the time that every other writer on SQLite has to wait.
_ENTER = (
    "INSERT INTO docservice_jobitem (job_id, position, title, payload, state, attempts, claim)"
    " VALUES (%s, %s, %s, %s, 'waiting', 0, '')"
)
# Each is asked for every letter: in the database's own words.
_TAKEN = "state = %s, claim = %s, lease_until = %s, attempts = attempts + 1, seconds = NULL"
_CLAIM = f"UPDATE docservice_jobitem SET {_TAKEN} WHERE id = %s AND {STILL_FREE}"  # noqa: S608  words of the code's own
_CLAIMED = "job_id = %s AND state = %s AND claim = %s ORDER BY position"
_BEYOND = 2**63  # no database has such a number, and one refuses to look for it
_NUDGED = "UPDATE docservice_job SET nudged_at = %s WHERE id = %s"
_BEGIN = "UPDATE docservice_job SET state = %s WHERE id = %s AND state = %s"


@dataclass(frozen=True)
class Scope:
    """What a job is about: the year and province, and the district when it is of one only."""

    year_be: int | None = None
    province: str = ""
    district: str = ""


NOWHERE = Scope()


def submit(
    verb: str,
    title: str,
    requests: Iterable[Request],
    *,
    actor: str,
    urgent: bool = False,
    scope: Scope = NOWHERE,
) -> Job:
    """Job, items, their papers' numbers and event in one transaction. The same again gives the first job back.

    ``requests`` is read once, one after the other, before the transaction begins. Asking again for a job that failed or
    was cancelled puts its unfinished items back to waiting. The workers are told after the commit.
    """
    with Slips(verb, requests) as slips:
        if not slips.count:
            raise Refused("คำขอนี้ไม่มีรายการให้ทำ", "เลือกอย่างน้อย ๑ รายการ", english="The request has no items.")
        with transaction.atomic():
            database.turn(f"job {slips.identity}")
            known = next(iter(selection.rows(Job, "identity = %s", [slips.identity])), None)
            job = known or Job(
                verb=verb,
                title=title,
                identity=slips.identity,
                urgent=urgent,
                requested_by=actor,
                requested_at=datetime.now(UTC),
                **vars(scope),
            )
            if not known:
                insert(Job, [job])
                _enter(job, slips, actor)
    if known:
        _ask_again(job, actor)
    return job


def _enter(job: Job, slips: Slips, actor: str) -> None:
    """Enter the items in the order of their slips, and the event; the workers are told after the commit."""
    position = 1
    for chunk in slips.chunks():
        with connection.cursor() as cursor:
            cursor.executemany(_ENTER, [(job.pk, n, s.title, s.payload) for n, s in enumerate(chunk, start=position)])
        position += len(chunk)
        numbers.hold(numbers.claims(json.loads(s.payload) for s in chunk if s.numbered), actor=actor)
    audit.record(actor, "job.requested", f"job/{job.pk}", {"verb": job.verb, "items": slips.count})
    transaction.on_commit(partial(tell, job, times=min(slips.count, _FAN_OUT)))


def _ask_again(job: Job, actor: str) -> None:
    """What asking for the same thing again changes: unfinished items are tried again, voided numbers replaced."""
    if job.state in (Job.FAILED, Job.CANCELLED):
        retry(job, actor=actor)
    elif job.state == Job.DONE:
        with transaction.atomic():
            given = numbers.hold(numbers.claims(_numbered(job.items.all())), actor=actor)
        if given:  # a paper's number was voided since: it is made again with its new one
            repeat(job, actor=actor)
    job.refresh_from_db()


def get(pk: int) -> Job:
    """The job of that number, or ``NotFound``."""
    found = selection.rows(Job, "id = %s", [pk]) if pk < _BEYOND else []
    if not found:
        raise NotFound(f"ไม่พบคำขอหมายเลข {pk}", "ดูรายการด้วย docservice jobs", english=f"No job {pk}.")
    return found[0]


def tell(job: Job, times: int | None = None) -> None:
    """Tell the workers of a job's queue to look at it; a message that gets lost is made up for by ``watch``.

    Without ``times`` one message for each item that is free, up to a fan: who finds nothing goes home at once.
    """
    times = times or len(job.items.filter(free()).order_by().values_list("pk")[:_FAN_OUT]) or 1
    if broker.nudge(job.verb, job.pk, times=times, urgent=job.urgent):
        with database.unhurried():  # forgotten in a power cut, they are told once more
            selection.change(_NUDGED, [(selection.moment(datetime.now(UTC)), job.pk)])


def watch() -> int:
    """Tell the workers of jobs with free items that nobody was told of lately, or since they are free; how many jobs.

    Ends what dead workers left open: a job after its last item, an item whose job was cancelled meanwhile.
    """
    items = JobItem.objects.filter(job=OuterRef("pk"), state__in=UNFINISHED)
    for job in Job.objects.filter(~Exists(items), state__in=OPEN):
        close(job)
    for job in Job.objects.filter(Exists(items.filter(free())), state=Job.CANCELLED):
        job.items.filter(free()).update(state=JobItem.CANCELLED)
    now = datetime.now(UTC)
    late = Q(nudged_at=None) | Q(nudged_at__lt=now - RENUDGE) | Q(nudged_at__gt=now)
    late |= Q(Exists(items.filter(free(), lease_until__gt=OuterRef("nudged_at"))))
    overdue = Job.objects.filter(late, Exists(items.filter(free())), state__in=OPEN)
    for job in overdue:
        tell(job, times=1)
    return len(overdue)


def claim(job: Job, limit: int = CHUNK, token: str = "") -> list[JobItem]:
    """Up to ``limit`` items of the job, now this caller's under a lease; each attempt is counted.

    ``token`` names the claim: a message delivered again after its worker died carries the same one and takes up at once
    what the first delivery left. What was there twice when a worker stopped comes back alone, after everything else, so
    that it takes no other item down with it.
    """
    token = token or secrets.token_hex(16)
    # A claim that the database loses in a power cut is ours no more: an end is written under a standing one, and
    # whoever claims the items next files what is filed already to no effect.
    with database.unhurried(), transaction.atomic():
        mine = fair(job, wanted(job, limit, token))
        until = selection.moment(datetime.now(UTC) + LEASE)
        free_still = still_free(token)
        selection.change(_CLAIM, [(JobItem.CLAIMED, token, until, pk, *free_still) for pk in mine])
        if mine and job.state == Job.REQUESTED:
            selection.change(_BEGIN, [(Job.RUNNING, job.pk, Job.REQUESTED)])
    items = selection.rows(JobItem, _CLAIMED, [job.pk, JobItem.CLAIMED, token])
    for item in items:
        item.job = job
    return items


def work(job: Job, worker: Worker, limit: int = CHUNK) -> Iterator[JobItem]:
    """Do the job's free items here, chunk by chunk; yields each as it ends. A failure is data."""
    while items := claim(job, limit):
        try:
            yield from _work(job, worker, items, patient=False)
        finally:
            _count(job, items)
    close(job)


def work_chunk(job: Job, worker: Worker, limit: int, token: str) -> int:
    """One worker's turn: take one chunk, tell the next worker while anything is free, do it. How many items ended."""
    if job.state == Job.CANCELLED:
        return 0
    items = claim(job, limit, token)
    if items and any_free(job):
        tell(job, times=1)  # now and not afterwards: whoever is idle comes in while this chunk is being done
    try:
        ended = sum(1 for _ in _work(job, worker, items, patient=True)) if items else 0
        if job.state in OPEN:
            close(job)  # first of all: whoever asked waits for it
        return ended
    finally:
        _count(job, items)


def _count(job: Job, items: Sequence[JobItem]) -> None:
    pulse.ended(job.verb, [item.seconds for item in items if item.seconds is not None])


def _work(job: Job, worker: Worker, items: Sequence[JobItem], *, patient: bool) -> Iterator[JobItem]:
    """Work claimed items under a heartbeat; ``patient``: trouble that may pass is tried again before it fails."""
    sound, since = [item for item in items if item.attempts <= MAX_ATTEMPTS], time.monotonic()
    with Heartbeat(job, items[0].claim, LEASE):
        ended: list[End] = [(poison, poisoned(poison), 0.0) for poison in items if poison not in sound]
        try:
            for item, outcome in worker(sound) if sound else ():
                now = time.monotonic()
                if patient and isinstance(outcome, Transient) and item.attempts < MAX_ATTEMPTS:
                    yield _postpone(item)
                else:
                    ended.append((item, outcome, now - since))
                if len(ended) == CHUNK or now - since > _AT_ONCE:
                    yield from finish(ended)
                since = now
            yield from finish(ended, closing=job)
        finally:
            list(finish(ended))  # what had ended when the worker was stopped counts
            if any(item.state == JobItem.CLAIMED for item in items):
                _release(items)


def give_up(job_id: int, token: str) -> int:
    """The process that held this claim is dead: its items need not wait for their lease; how many there were."""
    return JobItem.objects.filter(left(token), job=job_id).update(lease_until=datetime.now(UTC))


def retry(job: Job, *, actor: str) -> int:
    """Put the failed and cancelled items back to waiting; how many there were."""
    with transaction.atomic():
        ended = job.items.filter(state__in=(JobItem.FAILED, JobItem.CANCELLED))
        numbers.hold(numbers.claims(_numbered(ended)), actor=actor)
        count = ended.update(state=JobItem.WAITING, attempts=0, error=None)
        if count:
            Job.objects.filter(pk=job.pk).update(state=Job.REQUESTED, finished_at=None)
            audit.record(actor, "job.retried", f"job/{job.pk}", {"items": count})
            transaction.on_commit(partial(tell, job))
    return count


def repeat(job: Job, *, actor: str) -> int:
    """Put the done items of a job back to waiting, to look again at what they made; how many there were."""
    with transaction.atomic():
        count = job.items.filter(state=JobItem.DONE).update(state=JobItem.WAITING, attempts=0)
        if count:
            Job.objects.filter(pk=job.pk).update(state=Job.REQUESTED, finished_at=None)
            audit.record(actor, "job.repeated", f"job/{job.pk}", {"items": count})
            transaction.on_commit(partial(tell, job))
    return count


def cancel(job: Job, *, actor: str) -> int:
    """Cancel what has not started; what is done stays done. Numbers of papers never tried are given back."""
    with transaction.atomic():
        numbers.release(numbers.claims(_numbered(job.items.filter(state=JobItem.WAITING, attempts=0))), actor=actor)
        count = job.items.filter(state=JobItem.WAITING).update(state=JobItem.CANCELLED)
        if count:
            Job.objects.filter(pk=job.pk).update(state=Job.CANCELLED, finished_at=datetime.now(UTC))
            audit.record(actor, "job.cancelled", f"job/{job.pk}", {"items": count})
    return count


def hasten(job: Job, *, actor: str) -> bool:
    """Put what waits before other requests; whether that changed anything."""
    with transaction.atomic():
        waits = Job.objects.filter(pk=job.pk, urgent=False, state__in=(Job.REQUESTED, Job.RUNNING))
        if not waits.update(urgent=True):
            return False
        job.urgent = True
        audit.record(actor, "job.hastened", f"job/{job.pk}")
        transaction.on_commit(partial(tell, job))
    return True


def counts(job: Job) -> dict[str, int]:
    """How many of the job's items stand in each state."""
    states = (JobItem.WAITING, JobItem.CLAIMED, JobItem.DONE, JobItem.FAILED, JobItem.CANCELLED)
    found = dict(job.items.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in states}


def _numbered(items: QuerySet[JobItem]) -> list[Mapping[str, object]]:
    """The payloads of the items whose paper takes an official number; the items are held until the transaction ends."""
    return list(items.filter(payload__has_key="number").select_for_update().values_list("payload", flat=True))


def _release(items: Sequence[JobItem]) -> None:
    """Give back what its worker left undone when it was stopped (Ctrl-C, a fault of the program)."""
    claims = {item.claim for item in items}
    JobItem.objects.filter(pk__in=[item.pk for item in items], claim__in=claims, state=JobItem.CLAIMED).update(
        state=JobItem.WAITING, lease_until=None
    )


def _postpone(item: JobItem) -> JobItem:
    """Put an item back whose trouble may pass (LibreOffice killed, disk full), for a later attempt."""
    item.state = JobItem.WAITING
    JobItem.objects.filter(pk=item.pk, claim=item.claim, state=JobItem.CLAIMED).update(
        state=JobItem.WAITING, lease_until=datetime.now(UTC) + item.attempts * PAUSE
    )
    return item
