"""Which use case works which verb of a job, and how much of it in one turn: looked up by tasks and commands.

A use case is loaded when a verb of it is worked: who exports a year needs no engine for papers in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from docservice import jobs
from docservice.errors import NotFound


@dataclass(frozen=True)
class Verb:
    """``use_case``: the module whose ``work`` does items, and whose ``VERB`` is this verb's name; ``chunk``: how many
    a worker takes in one turn (a lot of papers is converted as one)."""

    use_case: str
    chunk: int

    @property
    def worker(self) -> jobs.Worker:
        """What does items."""
        return cast(jobs.Worker, import_module(f"docservice.{self.use_case}").work)


VERBS = {
    "paper": Verb("papers", chunk=100),  # four lots, one set while another is checked and filed
    "evidence": Verb("evidence", chunk=2),
    "export": Verb("export", chunk=1),
    "text": Verb("book_text", chunk=1),
    "redaction": Verb("redacted", chunk=1),
    "disposal": Verb("disposal_work", chunk=1),
    "hold": Verb("holding", chunk=50),
    "template": Verb("edition_check", chunk=1),
}


def verb(name: str) -> Verb:
    """The verb of that name, or ``NotFound``."""
    if name not in VERBS:
        raise NotFound(f"ไม่รู้จักงานชนิด {name}", f"มี: {', '.join(VERBS)}", english=f"Unknown verb {name}.")
    return VERBS[name]


def worker(name: str) -> jobs.Worker:
    """The worker of a verb, or ``NotFound``."""
    return verb(name).worker


def load() -> None:
    """Load every use case now: before a worker forks, so that its children share them."""
    for each in VERBS.values():
        import_module(f"docservice.{each.use_case}")
