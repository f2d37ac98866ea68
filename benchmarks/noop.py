"""The Celery application of the queue benchmark: the product's own, one more verb that does nothing, and a bare task.

``celery -A benchmarks.noop worker``. Not part of the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from celery import Task

import tasks.app
from docservice import jobs, verbs
from docservice.models import JobItem

app = tasks.app.app
app.conf.task_routes = {**app.conf.task_routes, "docservice.noop": {"queue": "render"}, "bare": {"queue": "render"}}


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Nothing, for each item."""
    for item in items:
        yield item, {"new": 0}


verbs.VERBS["noop"] = verbs.Verb(work, chunk=25)


@app.task(name="docservice.noop", bind=True)
def noop(self: Task, job_id: int) -> int:
    """One turn at a job that does nothing."""
    verb = verbs.verb("noop")
    return jobs.work_chunk(jobs.get(job_id), verb.worker, verb.chunk, str(self.request.id).replace("-", ""))


@app.task(name="bare")
def bare(path: str) -> None:
    """Plain Celery's share: one message, one line appended (so that its end can be seen)."""
    with open(path, "a") as lines:  # noqa: PTH123  the plainest way there is
        lines.write("x\n")
