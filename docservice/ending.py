"""The end of items and of their job: written together, while the claim is still the worker's."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import JSONField

from docservice import selection
from docservice.database import unhurried
from docservice.errors import DocserviceError
from docservice.lease import UNFINISHED
from docservice.models import Job, JobItem
from docservice.outcome import Outcome

_RESULT = JSONField(null=True)
OPEN = (Job.REQUESTED, Job.RUNNING)

# Each is asked for every letter: in the database's own words.
_END = (
    "UPDATE docservice_jobitem SET state = %s, error = %s, result = %s, seconds = %s, lease_until = NULL"
    " WHERE id = %s AND claim = %s AND state = %s"
)
_UNFINISHED = "SELECT 1 FROM docservice_jobitem WHERE job_id = %s AND state IN (%s, %s) LIMIT 1"
_FAILED = "SELECT 1 FROM docservice_jobitem WHERE job_id = %s AND state = %s LIMIT 1"
_JOB = "SELECT id FROM docservice_job WHERE id = %s"
_SETTLE = "UPDATE docservice_job SET state = %s, finished_at = %s WHERE id = %s AND state IN (%s, %s) RETURNING id"

End = tuple[JobItem, Outcome, float]
"""An item, what became of it, and the seconds it took."""

log = logging.getLogger(__name__)


def finish(ended: list[End], closing: Job | None = None) -> Iterator[JobItem]:
    """Write the end of items whose claim is still ours, and empty the list; of the job ``closing`` too, if it ends."""
    if not ended:
        return
    # An end that a power cut takes back is found anew: whoever claims the item next sees what is filed.
    with unhurried(), transaction.atomic():
        if closing:  # whoever ends another part of it waits here, and then sees these ended
            _hold(closing)
        for each in ended:
            _end(*each)
        state = _settle(closing) if closing else None
    if closing and state:
        closing.state = state
    for each in ended:  # not before: whoever asked waits for the transaction
        _log(*each)
    while ended:
        yield ended.pop(0)[0]


def _end(item: JobItem, outcome: Outcome, seconds: float) -> None:
    fault = outcome if isinstance(outcome, DocserviceError) else None
    item.state, item.seconds = JobItem.FAILED if fault else JobItem.DONE, seconds
    item.error = fault.as_dict() if fault else None
    item.result = None if isinstance(outcome, DocserviceError) else dict(outcome)
    told = (_prepared(item.error), _prepared(item.result), seconds)
    selection.change(_END, [(item.state, *told, item.pk, item.claim, JobItem.CLAIMED)])


def _log(item: JobItem, outcome: Outcome, seconds: float) -> None:
    code = outcome.code if isinstance(outcome, DocserviceError) else ""
    line = {"job": item.job_id, "item": item.pk, "verb": item.job.verb, "state": item.state}
    log.info("item ended", extra={**line, "code": code, "seconds": round(seconds, 3)})


def close(job: Job) -> None:
    """Give the job its final state once nothing is waiting or claimed."""
    if selection.answers(_UNFINISHED, (job.pk, *UNFINISHED)):
        return
    with transaction.atomic():
        _hold(job)
        _settle(job)
    job.refresh_from_db()


def _hold(job: Job) -> None:
    """A retry that comes meanwhile waits until this transaction ends, and opens the job again."""
    if held := selection.held():
        selection.answers(_JOB + held, [job.pk])


def _settle(job: Job) -> str | None:
    """The final state that a job got whose last item has ended."""
    if selection.answers(_UNFINISHED, (job.pk, *UNFINISHED)):
        return None
    state = Job.FAILED if selection.answers(_FAILED, (job.pk, JobItem.FAILED)) else Job.DONE
    values = (state, selection.moment(datetime.now(UTC)), job.pk, *OPEN)
    return state if selection.answers(_SETTLE, values) else None


def _prepared(told: Mapping[str, object] | None) -> Any:
    """As the fields ``error`` and ``result`` keep it."""
    return _RESULT.get_db_prep_save(told, connection)
