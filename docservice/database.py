"""What SQLite and PostgreSQL do not have in common: waiting for one's turn, and making the tables. Nothing else."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from docservice import search_index
from docservice.config import config


def turn(name: str) -> None:
    """Wait until no other transaction has the turn ``name``, then have it until this transaction ends.

    Call it inside a transaction, before reading what the turn protects. On SQLite a transaction has the whole database
    to itself from its beginning (BEGIN IMMEDIATE, settings). On PostgreSQL a lock on the rows read would not do: the
    newest row of a table is another one after the wait.
    """
    if connection.vendor == "postgresql":
        _ask("SELECT pg_advisory_xact_lock(%s)", name)


def make_tables() -> None:
    """Bring the tables to this version; of processes that start together, one does it and the others wait."""
    with _alone("tables"):
        call_command("migrate", verbosity=0, interactive=False)
        if not search_index.is_installed():  # a table that was made anew has lost what kept its words
            search_index.install()
        call_command("createcachetable", verbosity=0)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process of this installation at a time; a process that dies lets the next one in."""
    if connection.vendor == "postgresql":
        _ask("SELECT pg_advisory_lock(%s)", name)
        try:
            yield
        finally:
            _ask("SELECT pg_advisory_unlock(%s)", name)
        return
    with (config().home / f"{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _ask(question: str, name: str) -> None:
    number = int.from_bytes(hashlib.sha256(f"docservice {name}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
