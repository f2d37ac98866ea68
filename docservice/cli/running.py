"""Seeing a job through: by the workers or in this process, its progress on the screen and its failures named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docservice import archive, database, jobs, verbs
from docservice.cli.screen import Screen
from docservice.config import config
from docservice.errors import Broken, DocserviceError, Transient
from docservice.models import Job, JobItem
from docservice.supervise import is_running

_ENDED = (JobItem.DONE, JobItem.FAILED, JobItem.CANCELLED)
_POLL = 0.1


@dataclass
class Outcome:
    """What a run of a job came to."""

    job: Job
    done: int = 0
    new: int = 0
    elsewhere: int = 0
    failed: list[JobItem] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)


def ready() -> None:
    """Make the embedded defaults ready: the home folder, the tables, the storage root."""
    config().home.mkdir(parents=True, exist_ok=True)
    database.make_tables()
    archive.prepare()


def run(screen: Screen, job: Job) -> Outcome:
    """See a job through: followed where the service is up, worked in this process where it is not."""
    outcome = follow(screen, job) if is_running(config().home) else _work(screen, job)
    for item in outcome.failed:
        screen.say(f"  ✗ {item.title}: {failure(item)}")
    return outcome


def _work(screen: Screen, job: Job) -> Outcome:
    outcome = Outcome(job)
    total = job.items.count()
    with screen.stage(job.title, total) as stage:
        for item in jobs.work(job, verbs.worker(job.verb)):
            stage.step(of=total)
            _count(outcome, item)
        stage.step(total - stage.done, of=total)
    outcome.elsewhere = jobs.counts(job)[JobItem.CLAIMED]
    return outcome


def follow(screen: Screen, job: Job) -> Outcome:
    """Watch the workers until the job has ended; its items are counted as they stand then."""
    before = set(job.items.filter(state__in=_ENDED).values_list("pk", flat=True))
    total = job.items.count()
    with screen.stage(job.title, total) as stage:
        while True:
            counts = jobs.counts(job)
            stage.step(sum(counts[state] for state in _ENDED) - stage.done, of=total, failed=counts[JobItem.FAILED])
            job.refresh_from_db()
            if job.state not in (Job.REQUESTED, Job.RUNNING):
                break
            time.sleep(_POLL)
    outcome = Outcome(job)
    for item in job.items.exclude(pk__in=before).iterator(chunk_size=500):
        _count(outcome, item)
    return outcome


def require_success(outcome: Outcome) -> None:
    """Tell the shell of what failed (the first failure's own error), or of items another worker still holds."""
    if outcome.failed:
        error = outcome.failed[0].error or {}
        several = f"ไม่สำเร็จ {len(outcome.failed)} รายการ รายการแรก: " if len(outcome.failed) > 1 else ""
        raise _CLASSES.get(error.get("code", ""), Broken)(
            several + error.get("message", ""), error.get("remedy", ""), english=error.get("english", "")
        )
    if outcome.elsewhere:
        seconds = int(jobs.LEASE.total_seconds())
        raise Transient(
            f"คำขอหมายเลข {outcome.job.pk} ยังมี {outcome.elsewhere} รายการที่งานอื่นกำลังทำอยู่หรือหยุดไปกลางคัน",
            f"สั่งคำสั่งเดิมอีกครั้งภายหลัง รายการที่หยุดไปจะทำต่อได้เมื่อครบ {seconds} วินาที",
            english=f"{outcome.elsewhere} items of job {outcome.job.pk} are held by another worker. Try again later.",
        )


def _tree(top: type[DocserviceError]) -> Iterator[type[DocserviceError]]:
    yield top
    for below in top.__subclasses__():
        yield from _tree(below)


_CLASSES = {kind.code: kind for kind in _tree(DocserviceError)}


def _count(outcome: Outcome, item: JobItem) -> None:
    if item.state == JobItem.FAILED:
        outcome.failed.append(item)
        return
    outcome.done += 1
    result = dict(item.result or {})
    outcome.new += int(result.get("new", 1))
    outcome.results.append(result)


def failure(item: JobItem) -> str:
    """Why an item failed and what to do, in one line."""
    error = item.error or {}
    return f"{error.get('message', '')} {error.get('remedy', '')}".strip()
