"""The end of items and of their job: written together, while the claim is still the worker's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import transaction

from docservice.errors import DocserviceError
from docservice.lease import UNFINISHED
from docservice.models import Job, JobItem
from docservice.outcome import Outcome

OPEN = (Job.REQUESTED, Job.RUNNING)

End = tuple[JobItem, Outcome, float]
"""An item, what became of it, and the seconds it took."""

log = logging.getLogger(__name__)


def finish(ended: list[End], closing: Job | None = None) -> Iterator[JobItem]:
    """Write the end of items whose claim is still ours, and empty the list; of the job ``closing`` too, if it ends."""
    if not ended:
        return
    with transaction.atomic():
        if closing:  # whoever ends another part of it waits here, and then sees these ended
            _hold(closing)
        for each in ended:
            _end(*each)
        state = _settle(closing) if closing else None
    if closing and state:
        closing.state = state
    while ended:
        yield ended.pop(0)[0]


def _end(item: JobItem, outcome: Outcome, seconds: float) -> None:
    fault = outcome if isinstance(outcome, DocserviceError) else None
    item.state, item.seconds = JobItem.FAILED if fault else JobItem.DONE, seconds
    item.error = fault.as_dict() if fault else None
    item.result = None if isinstance(outcome, DocserviceError) else dict(outcome)
    JobItem.objects.filter(pk=item.pk, claim=item.claim, state=JobItem.CLAIMED).update(
        state=item.state, error=item.error, result=item.result, seconds=seconds, lease_until=None
    )
    told = {"job": item.job_id, "item": item.pk, "verb": item.job.verb, "state": item.state}
    log.info("item ended", extra={**told, "code": fault.code if fault else "", "seconds": round(seconds, 3)})


def close(job: Job) -> None:
    """Give the job its final state once nothing is waiting or claimed."""
    if job.items.filter(state__in=UNFINISHED).exists():
        return
    with transaction.atomic():
        _hold(job)
        _settle(job)
    job.refresh_from_db()


def _hold(job: Job) -> None:
    """A retry that comes meanwhile waits until this transaction ends, and opens the job again."""
    Job.objects.select_for_update().filter(pk=job.pk).values_list("pk").first()


def _settle(job: Job) -> str | None:
    """The final state that a job got whose last item has ended."""
    if job.items.filter(state__in=UNFINISHED).exists():
        return None
    state = Job.FAILED if job.items.filter(state=JobItem.FAILED).exists() else Job.DONE
    closed = Job.objects.filter(pk=job.pk, state__in=OPEN).update(state=state, finished_at=datetime.now(UTC))
    return state if closed else None
