"""Running a job here, in this process, with its progress on the screen and its failures named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command

from docservice import archive, jobs, verbs
from docservice.cli.screen import Screen
from docservice.config import config
from docservice.errors import Broken, DocserviceError
from docservice.models import Job, JobItem


@dataclass
class Outcome:
    """What a run of a job came to."""

    job: Job
    done: int = 0
    new: int = 0
    failed: list[JobItem] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)


def ready() -> None:
    """Make the embedded defaults ready: the home folder, the tables, the storage root."""
    config().home.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    archive.prepare()


def run(screen: Screen, job: Job) -> Outcome:
    """Work all free items of ``job`` here; an already finished job has nothing new."""
    outcome = Outcome(job)
    total = job.items.count()
    with screen.stage(job.title, total) as stage:
        for item in jobs.work(job, verbs.worker(job.verb)):
            stage.step(of=total)
            _count(outcome, item)
        stage.step(total - stage.done, of=total)
    for item in outcome.failed:
        screen.say(f"  ✗ {item.title}: {failure(item)}")
    return outcome


def require_success(outcome: Outcome) -> None:
    """Give a failed item's own error to the shell when a command asked for just that item."""
    if outcome.failed:
        error = outcome.failed[0].error or {}
        raise _CLASSES.get(error.get("code", ""), Broken)(
            error.get("message", ""), error.get("remedy", ""), english=error.get("english", "")
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
