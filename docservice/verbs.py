"""Which use case works which verb of a job: the one table that tasks and commands look up."""

from __future__ import annotations

from docservice import evidence, export, jobs, papers
from docservice.errors import NotFound

WORKERS: dict[str, jobs.Worker] = {
    papers.VERB: papers.work,
    evidence.VERB: evidence.work,
    export.VERB: export.work,
}


def worker(verb: str) -> jobs.Worker:
    """The worker of a verb, or ``NotFound``."""
    if verb not in WORKERS:
        raise NotFound(f"ไม่รู้จักงานชนิด {verb}", f"มี: {', '.join(WORKERS)}", english=f"Unknown verb {verb}.")
    return WORKERS[verb]
