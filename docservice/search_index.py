"""The index behind the search: one narrow table of words, kept by triggers, the same on SQLite and PostgreSQL.

A row's id holds year, table, district and primary key, so that a search of a year or a district is a range of ids. Its
words are separated by two blanks: a trigram index (FTS5 with the trigram tokenizer; pg_trgm) then answers both
``LIKE '%middle%'`` and ``LIKE '%  be%'`` for a word that begins with two letters. Before them stands the kind's
``marker``. Of documents the current ones are held, of a paper its PDF.

A migration that makes one of the three tables anew on SQLite drops its triggers: let it end with ``install``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection as default

TABLE = "docservice_words"
SEPARATORS = "/-.(),%_{}\"'“”‘’:;\n\t"
"""What parts words, in the index and in what is asked for; so no sign of ``LIKE`` is ever left in them."""
YEAR, PART, DISTRICT = 10**15, 10**14, 10**10
"""The places of year, table and district in an id."""
OF_YEAR = f"(id / {PART})"
"""PostgreSQL's index names rows by year and table too: else it names those of every year, each of them looked up."""

_AT_ONCE = 8
_DIGITS = "๐๑๒๓๔๕๖๗๘๙"


@dataclass(frozen=True)
class Source:
    """One table whose rows are found: ``part`` in the id, the columns of its words, of its kind and its day.

    ``held``: which rows; ``watched``: what besides the words may change.
    """

    table: str
    part: int
    words: tuple[str, ...]
    kind: str = ""
    day: str = ""
    held: str = "TRUE"
    watched: tuple[str, ...] = ()


SOURCES = (
    Source("docservice_applicant", 1, ("name", "place", "coordinator"), kind='"group"', watched=('"group"',)),
    Source("docservice_dossier", 2, ("title",)),
    Source(
        "docservice_document",
        3,
        ("title", "number"),
        kind="kind",
        day="filed_at",
        held="{row}.current AND {row}.path NOT LIKE 'paper/%.docx'",
        watched=("current", "kind"),
    ),
)


def marker(kind: str) -> str:
    """How a kind stands among the words, as nobody can type it: ``{l{e{t{`` for ``letter`` and all that begin so."""
    return "{" + "".join(letter.lower() + "{" for letter in kind[:3])


def install(connection: Any = default) -> None:
    """Make the table where it is missing and the triggers anew, and enter what is there."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def index_by_year(connection: Any = default) -> None:
    """Make PostgreSQL's index, which names rows by year, table and trigrams; the one by trigrams alone goes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in _POSTGRESQL_INDEX:
                cursor.execute(statement)


def is_installed(connection: Any = default) -> bool:
    """Whether every trigger is there."""
    catalogue = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'docservice_%_words_%'"
    if connection.vendor == "postgresql":
        catalogue = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'docservice_%_words'"
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return bool(cursor.fetchone()[0] == len(SOURCES) * (1 if connection.vendor == "postgresql" else 3))


def _statements(vendor: str) -> list[str]:
    make = _POSTGRESQL if vendor == "postgresql" else _SQLITE
    triggers = _postgresql_triggers if vendor == "postgresql" else _sqlite_triggers
    kept = [statement for source in SOURCES for statement in triggers(source)]
    entered = [_entered(vendor, source, '"row"', f'FROM {source.table} AS "row"') for source in SOURCES]
    return [*make, *kept, f"DELETE FROM {TABLE}", *entered]


_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5"
    "(words, kind UNINDEXED, day UNINDEXED, tokenize = 'trigram', detail = none)",
)
_POSTGRESQL_INDEX = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS btree_gin",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_of_year ON {TABLE} USING gin ({OF_YEAR}, words gin_trgm_ops)",
    f"DROP INDEX IF EXISTS {TABLE}_trigrams",
)
_POSTGRESQL = (
    f"CREATE TABLE IF NOT EXISTS {TABLE}"
    " (id bigint PRIMARY KEY, words text NOT NULL, kind varchar(40) NOT NULL, day varchar(10) NOT NULL)",
    *_POSTGRESQL_INDEX,
)


def _entered(vendor: str, source: Source, row: str, come_from: str = "") -> str:
    """The statement that enters ``row`` (what stands before a column's name), or every row of ``come_from``."""
    text = " || ' ' || ".join(f"COALESCE({row}.{column}, '')" for column in source.words)
    kind = f"{row}.{source.kind}" if source.kind else "''"
    plain = (
        f"SELECT {_number(vendor, source, row)} AS number, {kind} AS kind, {_day(vendor, source, row)} AS day, "
        f"lower({text}) AS text {come_from} WHERE {source.held.format(row=row)}"
    )
    for step in _plain(vendor):
        plain = f"SELECT number, kind, day, {step} AS text FROM ({plain}) AS plain"
    letters = " || ".join(f"lower(substr(kind, {n}, 1)) || '{{'" for n in (1, 2, 3))
    words = f"'{{' || {letters} || '  ' || replace(text, ' ', '  ') || '  '"
    chosen = f"SELECT number, {words}, kind, day FROM ({plain}) AS plain WHERE TRUE"
    if vendor == "postgresql":
        anew = "ON CONFLICT (id) DO UPDATE SET words = excluded.words, kind = excluded.kind, day = excluded.day"
        return f"INSERT INTO {TABLE} (id, words, kind, day) {chosen} {anew}"
    return f"INSERT OR REPLACE INTO {TABLE} (rowid, words, kind, day) {chosen}"


def _number(vendor: str, source: Source, row: str) -> str:
    district = f"CAST({row}.district AS INTEGER)"
    if vendor == "postgresql":
        district = f"COALESCE(NULLIF(regexp_replace({row}.district, '[^0-9]', '', 'g'), ''), '0')::bigint"
    return f"({row}.year_be * {YEAR} + {source.part * PART} + {district} * {DISTRICT} + {row}.id)"


def _day(vendor: str, source: Source, row: str) -> str:
    """The day in Bangkok."""
    if not source.day:
        return "''"
    if vendor == "postgresql":
        return f"to_char({row}.{source.day} AT TIME ZONE 'Asia/Bangkok', 'YYYY-MM-DD')"
    return f"date({row}.{source.day}, '+7 hours')"


def _plain(vendor: str) -> list[str]:
    """Steps from ``text`` to Arabic digits and blanks for what parts words; SQLite cannot read it as one."""
    pairs = [*((thai, str(n)) for n, thai in enumerate(_DIGITS)), *((sign, " ") for sign in SEPARATORS)]
    if vendor == "postgresql":
        before, after = ("".join(part) for part in zip(*pairs, strict=True))
        return [f"translate(text, {_quoted(before)}, {_quoted(after)})"]
    steps = []
    for start in range(0, len(pairs), _AT_ONCE):
        step = "text"
        for sign, meant in pairs[start : start + _AT_ONCE]:
            step = f"replace({step}, {_quoted(sign)}, '{meant}')"
        steps.append(step)
    return steps


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _columns(source: Source) -> str:
    return ", ".join(dict.fromkeys((*source.words, "district", "year_be", *source.watched)))


def _sqlite_triggers(source: Source) -> list[str]:
    name = f"{source.table}_words"
    gone = f"DELETE FROM {TABLE} WHERE rowid = {_number('sqlite', source, 'OLD')};"
    come = _entered("sqlite", source, "NEW") + ";"
    on = {
        f"{name}_insert": ("INSERT", come),
        f"{name}_update": (f"UPDATE OF {_columns(source)}", gone + " " + come),
        f"{name}_delete": ("DELETE", gone),
    }
    made = []
    for trigger, (what, steps) in on.items():
        made.append(f"DROP TRIGGER IF EXISTS {trigger}")
        made.append(f"CREATE TRIGGER {trigger} AFTER {what} ON {source.table} BEGIN {steps} END")
    return made


def _postgresql_triggers(source: Source) -> list[str]:
    name = f"{source.table}_words"
    gone = f"DELETE FROM {TABLE} WHERE id = {_number('postgresql', source, 'OLD')};"
    come = _entered("postgresql", source, "NEW") + ";"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $words$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {gone} END IF; IF TG_OP <> 'DELETE' THEN {come} END IF; RETURN NULL; END $words$",
        f"DROP TRIGGER IF EXISTS {name} ON {source.table}",
        f"CREATE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE OF {_columns(source)} ON {source.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
