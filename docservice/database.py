"""What SQLite and PostgreSQL do not have in common: waiting for a turn, making the tables, an index's expression."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import CharField, Func

from docservice import search_index
from docservice.config import config


class YearOf(Func):
    """The first five letters of an event's subject: its year and a slash, as the index ``event_of_year`` has them.

    ``Left`` gives 5 as a value, in which SQLite does not recognise the index.
    """

    output_field = CharField()
    template = "SUBSTR(%(expressions)s, 1, 5)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """``LEFT(subject, 5)``."""
        return self.as_sql(compiler, connection, template="LEFT(%(expressions)s, 5)", **context)


def turn(name: str) -> None:
    """Wait until no other transaction has the turn ``name``, then have it until this transaction ends.

    Call it inside a transaction, before reading what the turn protects. On SQLite a transaction has the whole database
    to itself from its beginning (BEGIN IMMEDIATE, settings). On PostgreSQL a lock on the rows read would not do: the
    newest row of a table is another one after the wait.
    """
    if connection.vendor == "postgresql":
        _ask(_TURN, name)


def in_turn(name: str, question: str) -> tuple[Any, ...] | None:
    """The first row that answers ``question``, which has no values of its own, asked when it is our ``turn``."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one message; each of its statements sees what was committed before it
            cursor.execute(f"{_TURN}; {question}", [_number_of(name)])
            cursor.nextset()
        else:
            cursor.execute(question)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


_TURN = "SELECT pg_advisory_xact_lock(%s)"


@contextmanager
def unhurried() -> Iterator[None]:
    """What is committed in the block does not wait for the disk; inside a transaction it is part of that, and waits.

    Everybody sees it at once, and it survives the death of any process. A power cut may take it back, whole; but never
    once a later commit has waited for the disk: what stands before that in the log is safe with it.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with connection.execute_wrapper(_unhurriedly):
            yield
        return
    _run("PRAGMA synchronous = NORMAL")  # in WAL mode it waits at its checkpoints then, never at a commit
    try:
        yield
    finally:
        _run("PRAGMA synchronous = FULL")  # as the settings ask for


def _unhurriedly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """What writes says so in the same message, for its own transaction: two questions less."""
    if sql[:6] not in _WRITES:
        return execute(sql, params, many, context)
    if many:
        execute(_QUICK, [()], many, context)
        return execute(sql, params, many, context)
    answer = execute(f"{_QUICK}; {sql}", params, many, context)
    context["cursor"].nextset()
    return answer


_WRITES = ("INSERT", "UPDATE", "DELETE")
_QUICK = "SET LOCAL synchronous_commit = off"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def make_tables() -> None:
    """Bring the tables to this version; of processes that start together, one does it and the others wait."""
    with _alone("tables"):
        call_command("migrate", verbosity=0, interactive=False)
        if not search_index.is_installed():  # a table that was made anew has lost what kept its words
            search_index.install()
        call_command("createcachetable", verbosity=0)
        guard_the_log()


def guard_the_log() -> None:
    """Let the database itself refuse to change or delete a line of the audit log, whoever asks.

    Made anew at every start: altering the table on SQLite loses it. A person who may take it away is found by the chain
    and by what is sealed in the store.
    """
    statements = _POSTGRESQL_GUARD if connection.vendor == "postgresql" else _SQLITE_GUARD
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


_REFUSED = "บันทึกเหตุการณ์แก้หรือลบไม่ได้ / the audit log is append-only"
_SQLITE_GUARD = tuple(
    f"CREATE TRIGGER IF NOT EXISTS docservice_event_{verb.lower()} BEFORE {verb} ON docservice_event "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL_GUARD = (
    "CREATE OR REPLACE FUNCTION docservice_event_refused() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
    "CREATE OR REPLACE TRIGGER docservice_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON docservice_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION docservice_event_refused()",
)


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
    with connection.cursor() as cursor:
        cursor.execute(question, [_number_of(name)])


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"docservice {name}".encode()).digest()[:8], signed=True)
