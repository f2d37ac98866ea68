"""Jobs and their items: request, claim, finish. The row is the truth; whoever calls ``work`` is only a hand.

A job's identity is the digest of what was asked: asking again finds the first job. Items are claimed in chunks by a
conditional UPDATE under a lease, so that a second worker, or a second delivery, gets nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from docservice import audit
from docservice.errors import Broken, DocserviceError, NotFound, Refused
from docservice.models import Job, JobItem

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
CHUNK = 25

Outcome = Mapping[str, object] | DocserviceError
Worker = Callable[[Sequence[JobItem]], Iterable[tuple[JobItem, Outcome]]]


@dataclass(frozen=True)
class Request:
    """One item to be: its title for people and its payload (JSON-able) for the worker."""

    title: str
    payload: Mapping[str, object]


def digest(content: object) -> str:
    """SHA-256 (hex) of the canonical JSON of ``content``: the identity of anything made from it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def submit(verb: str, title: str, requests: Sequence[Request], *, actor: str) -> Job:
    """Job, items and event in one transaction. The same verb and payloads again give the first job back."""
    if not requests:
        raise Refused("คำขอนี้ไม่มีรายการให้ทำ", "เลือกอย่างน้อย ๑ รายการ", english="The request has no items.")
    identity = digest([verb, [dict(r.payload) for r in requests]])
    with transaction.atomic():
        job, new = Job.objects.get_or_create(
            identity=identity,
            defaults={"verb": verb, "title": title, "requested_by": actor, "requested_at": datetime.now(UTC)},
        )
        if new:
            JobItem.objects.bulk_create(
                (
                    JobItem(job=job, position=n, title=r.title, payload=dict(r.payload))
                    for n, r in enumerate(requests, start=1)
                ),
                batch_size=500,
            )
            audit.record(actor, "job.requested", f"job/{job.pk}", {"verb": verb, "items": len(requests)})
    return job


def get(pk: int) -> Job:
    """The job of that number, or ``NotFound``."""
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        raise NotFound(f"ไม่พบคำขอหมายเลข {pk}", "ดูรายการด้วย docservice jobs", english=f"No job {pk}.")
    return job


def claim(job: Job, limit: int = CHUNK) -> list[JobItem]:
    """Up to ``limit`` items of the job, now this caller's under a lease; each attempt is counted."""
    now = datetime.now(UTC)
    free = Q(state=JobItem.WAITING) | Q(state=JobItem.CLAIMED, lease_until__lt=now)
    wanted = list(job.items.filter(free).values_list("pk", flat=True)[:limit])
    token = secrets.token_hex(16)
    job.items.filter(free, pk__in=wanted).update(
        state=JobItem.CLAIMED, claim=token, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return _without_poison(list(job.items.filter(claim=token, state=JobItem.CLAIMED)))


def work(job: Job, worker: Worker, limit: int = CHUNK) -> Iterator[JobItem]:
    """Do all the job's free items here, chunk by chunk; yields each item as it ends. A failure is data."""
    Job.objects.filter(pk=job.pk, state=Job.REQUESTED).update(state=Job.RUNNING)
    while items := claim(job, limit):
        for item, outcome in worker(items):
            yield _finish(item, outcome)
    _close(job)


def retry(job: Job, *, actor: str) -> int:
    """Put the failed items back to waiting; how many there were."""
    with transaction.atomic():
        count = job.items.filter(state=JobItem.FAILED).update(state=JobItem.WAITING, attempts=0, error=None)
        if count:
            Job.objects.filter(pk=job.pk).update(state=Job.REQUESTED, finished_at=None)
            audit.record(actor, "job.retried", f"job/{job.pk}", {"items": count})
    return count


def cancel(job: Job, *, actor: str) -> int:
    """Cancel what has not started; what is done stays done."""
    with transaction.atomic():
        count = job.items.filter(state=JobItem.WAITING).update(state=JobItem.CANCELLED)
        if count:
            Job.objects.filter(pk=job.pk).update(state=Job.CANCELLED, finished_at=datetime.now(UTC))
            audit.record(actor, "job.cancelled", f"job/{job.pk}", {"items": count})
    return count


def counts(job: Job) -> dict[str, int]:
    """How many of the job's items stand in each state."""
    states = (JobItem.WAITING, JobItem.CLAIMED, JobItem.DONE, JobItem.FAILED, JobItem.CANCELLED)
    return {state: job.items.filter(state=state).count() for state in states}


def _without_poison(items: list[JobItem]) -> list[JobItem]:
    """End items that took their worker down too often; the others are the claim."""
    sound = []
    for item in items:
        if item.attempts > MAX_ATTEMPTS:
            _finish(
                item,
                Broken(
                    f"รายการ “{item.title}” ทำไม่สำเร็จ {MAX_ATTEMPTS} ครั้งโดยโปรแกรมหยุดกลางคัน",
                    "ตรวจไฟล์ของรายการนี้ แล้วสั่งทำใหม่",
                    english=f"Item “{item.title}” stopped its worker {MAX_ATTEMPTS} times. Check its files and retry.",
                ),
            )
        else:
            sound.append(item)
    return sound


def _finish(item: JobItem, outcome: Outcome) -> JobItem:
    """Write the end of an item, if the claim is still ours."""
    failed = isinstance(outcome, DocserviceError)
    item.state = JobItem.FAILED if failed else JobItem.DONE
    item.error = outcome.as_dict() if isinstance(outcome, DocserviceError) else None
    item.result = None if isinstance(outcome, DocserviceError) else dict(outcome)
    JobItem.objects.filter(pk=item.pk, claim=item.claim, state=JobItem.CLAIMED).update(
        state=item.state, error=item.error, result=item.result, lease_until=None
    )
    return item


def _close(job: Job) -> None:
    """Give the job its final state once nothing is waiting or claimed."""
    now = counts(job)
    if now[JobItem.WAITING] or now[JobItem.CLAIMED]:
        return
    state = Job.FAILED if now[JobItem.FAILED] else Job.DONE
    Job.objects.filter(pk=job.pk, state=Job.RUNNING).update(state=state, finished_at=datetime.now(UTC))
    job.refresh_from_db()
