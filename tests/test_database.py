"""SQLite and PostgreSQL: how the address is read, and many processes writing at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from office_year import REPOSITORY, filing
from real_command import UNAVAILABLE, command

from docservice import archive, database, settings
from docservice.config import Config, postgresql_words
from docservice.errors import InputRefused
from docservice.models import Dossier


def _words(url: str) -> dict[str, str]:
    return postgresql_words(Config.read({"DOCSERVICE_DATABASE_URL": url}).database_url)


def test_a_postgresql_address_gives_libpqs_words() -> None:
    assert _words("postgresql://clerk:p%40ss@db.office:5433/docservice?sslmode=require") == {
        "dbname": "docservice",
        "user": "clerk",
        "password": "p@ss",
        "host": "db.office",
        "port": "5433",
        "sslmode": "require",
    }


def test_a_unix_socket_is_named_by_its_folder() -> None:
    words = {"dbname": "docservice", "user": "clerk", "host": "/run/postgresql"}

    assert _words("postgresql://clerk@/docservice?host=/run/postgresql") == words
    assert _words("postgresql://clerk@%2Frun%2Fpostgresql/docservice") == words


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk:hush@db.office",
        "postgresql://clerk:hush@db.office/",
        "postgresql://clerk:hush@db.office:many/docservice",
        "postgresql://clerk:hu/sh@db.office/docservice",
        "postgresql://clerk:hu[sh@db.office/docservice",
        "postgresql://clerk@db.office/docservice?password=hush",
        "postgres://clerk:hush@db.office/docservice",
    ],
)
def test_an_address_that_cannot_work_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(InputRefused, match="DOCSERVICE_DATABASE_URL") as refused:
        Config.read({"DOCSERVICE_DATABASE_URL": url})

    assert not any(part in str(refused.value.as_dict()) for part in ("hush", "hu/sh", "hu[sh"))


def test_a_password_is_masked_in_what_is_shown() -> None:
    shown = Config.read({"DOCSERVICE_DATABASE_URL": "postgresql://clerk:p%40ss:w@db.office/docservice"}).masked()

    assert shown["DOCSERVICE_DATABASE_URL"] == "postgresql://clerk:••••••@db.office/docservice"


def test_a_database_that_does_not_answer_is_told_by_its_setting_without_the_password(tmp_path: Path) -> None:
    said = command(
        "jobs", home=tmp_path, environ={"DOCSERVICE_DATABASE_URL": f"postgresql://clerk:hush@/none?host={tmp_path}"}
    )

    assert said.returncode == UNAVAILABLE
    assert "DOCSERVICE_DATABASE_URL" in said.stderr
    assert "hush" not in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


def test_the_address_decides_the_engine() -> None:
    sqlite = settings._database("sqlite:///srv/docservice.sqlite3")
    postgresql = settings._database("postgresql://clerk@db.office/docservice?sslmode=require")

    assert (sqlite["ENGINE"], sqlite["NAME"]) == ("django.db.backends.sqlite3", Path("/srv/docservice.sqlite3"))
    assert (postgresql["ENGINE"], postgresql["NAME"]) == ("django.db.backends.postgresql", "docservice")
    assert (postgresql["HOST"], postgresql["USER"], postgresql["PASSWORD"]) == ("db.office", "clerk", "")
    assert postgresql["OPTIONS"]["sslmode"] == "require"


@pytest.mark.django_db
def test_text_sorts_by_code_point_on_either_database() -> None:
    keys = ["ก", "Z", "a", "leader-0002", "leader/0001", "เก", "_"]
    for key in keys:
        Dossier.objects.create(key=key, year_be=2562, province="24", district="2400", title="คำสั่ง")

    assert list(Dossier.objects.order_by("key").values_list("key", flat=True)) == sorted(keys)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("home")
def test_only_taking_a_dossier_does_not_wait_for_the_disk() -> None:
    seen: dict[str, str] = {}

    def look(execute: Callable[..., object], statement: str, *rest: Any) -> object:
        for table in ("docservice_dossier", "docservice_event"):
            if statement.startswith(f'INSERT INTO "{table}"'):
                seen[table] = _waits()
        return execute(statement, *rest)

    with connection.execute_wrapper(look):
        archive.file("2562/24/2401/leader-0001", "ผู้สมัคร", [filing("paper/letter.pdf", b"letter")], actor="officer")

    assert seen == {"docservice_dossier": "no", "docservice_event": "yes"}


@pytest.mark.django_db(transaction=True)
def test_commits_wait_for_the_disk_again_after_an_error() -> None:
    with suppress(ZeroDivisionError), database.unhurried():
        assert _waits() == "no"
        raise ZeroDivisionError

    assert _waits() == "yes"


@pytest.mark.django_db(transaction=True)
def test_what_need_not_wait_is_every_write_of_the_block_and_none_after_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE noted (at_commit text)")
        with database.unhurried():
            _note(cursor)
        _note(cursor)
        with database.unhurried(), transaction.atomic():
            cursor.executemany("INSERT INTO noted VALUES (%s)", [("first",), ("second",)])
            _note(cursor)
        cursor.execute("SELECT at_commit FROM noted")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE noted")

    assert found == ["no", "yes", "first", "second", "no"]


def _note(cursor: CursorWrapper) -> None:
    """Write down whether this very write waits for the disk when it is committed."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "INSERT INTO noted VALUES (CASE current_setting('synchronous_commit') WHEN 'off' THEN 'no' ELSE 'yes' END)"
        )
    else:
        cursor.execute("INSERT INTO noted VALUES (%s)", [_waits()])


def _waits() -> str:
    """Whether a commit of this connection waits for the disk."""
    if database._unhurriedly in connection.execute_wrappers:
        return "no"
    asked = "SHOW synchronous_commit" if connection.vendor == "postgresql" else "PRAGMA synchronous"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {"on": "yes", 2: "yes", "off": "no", 1: "no"}[cursor.fetchone()[0]]


def test_four_writers_are_never_refused_and_lose_nothing(database_url: str) -> None:
    measured = _measure(database_url, writers=4, transactions=250)

    assert (measured["committed"], measured["refused"]) == (1000, 0)
    assert measured["changes"] == 1000
    assert measured["events"] == 1000, "the event chain holds"


def test_processes_that_start_together_make_the_tables_once(database_url: str, tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _MAKE_TABLES],
            env=_environ(database_url, tmp_path),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    assert [process.communicate(timeout=900)[1] for process in started] == [""] * 3


_MAKE_TABLES = """
import django
django.setup()
from docservice import database
database.make_tables()
"""


def _environ(database_url: str, home: Path) -> dict[str, str]:
    settings = {"DOCSERVICE_HOME": str(home), "DOCSERVICE_DATABASE_URL": database_url}
    return {**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "docservice.settings"}


def _measure(database_url: str, *, writers: int, transactions: int) -> dict[str, Any]:
    script = REPOSITORY / "benchmarks" / "sqlite_writers.py"
    asked = ["--writers", str(writers), "--transactions", str(transactions), "--database", database_url, "--json"]
    done = subprocess.run(
        [sys.executable, str(script), *asked], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return dict(json.loads(done.stdout))
