"""Which use case works which verb of a job, and how much of it in one turn: looked up by tasks and commands."""

from __future__ import annotations

from dataclasses import dataclass

from docservice import book_text, disposal_work, edition_check, evidence, export, holding, jobs, papers, redacted
from docservice.errors import NotFound


@dataclass(frozen=True)
class Verb:
    """``worker`` does items; ``chunk``: how many a worker takes in one turn (a lot of papers is converted as one)."""

    worker: jobs.Worker
    chunk: int


VERBS = {
    papers.VERB: Verb(papers.work, chunk=100),  # four lots, one set while another is checked and filed
    evidence.VERB: Verb(evidence.work, chunk=2),
    export.VERB: Verb(export.work, chunk=1),
    book_text.VERB: Verb(book_text.work, chunk=1),
    redacted.VERB: Verb(redacted.work, chunk=1),
    disposal_work.VERB: Verb(disposal_work.work, chunk=1),
    holding.VERB: Verb(holding.work, chunk=50),
    edition_check.VERB: Verb(edition_check.work, chunk=1),
}


def verb(name: str) -> Verb:
    """The verb of that name, or ``NotFound``."""
    if name not in VERBS:
        raise NotFound(f"ไม่รู้จักงานชนิด {name}", f"มี: {', '.join(VERBS)}", english=f"Unknown verb {name}.")
    return VERBS[name]


def worker(name: str) -> jobs.Worker:
    """The worker of a verb, or ``NotFound``."""
    return verb(name).worker
