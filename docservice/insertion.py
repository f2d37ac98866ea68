"""Rows entered by a statement that is written once for each table: Django writes and compiles it anew for every row.

The values are prepared as Django's own ``save`` and ``bulk_create`` prepare them, so what is read is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

_AT_ONCE = 50
"""Rows of one statement: SQLite takes 32,766 values."""


@dataclass(frozen=True)
class _Table:
    """The columns of a table but its number, which the database gives, and the statement that fills them."""

    fields: tuple[Field[Any, Any], ...]
    start: str
    places: str

    @property
    def statement(self) -> str:
        return f"{self.start} {self.places}"

    def values(self, row: Model) -> list[Any]:
        here = connections[DEFAULT_DB_ALIAS]  # looked up once: ``connection`` looks for it at every question
        return [field.get_db_prep_save(field.pre_save(row, add=True), here) for field in self.fields]


@cache
def _table(model: type[Model]) -> _Table:
    fields = tuple(field for field in model._meta.local_concrete_fields if field is not model._meta.pk)
    columns, places = ", ".join(_quoted(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    # the names are the code's own
    return _Table(fields, f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES", f"({places})")


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Enter new ``rows`` in their order; one alone is told its number. ``IntegrityError`` as of ``bulk_create``."""
    if len(rows) == 1:
        _entered(model, rows[0], "")
    elif rows:
        table = _table(model)
        with connection.cursor() as cursor:
            cursor.executemany(table.statement, [table.values(row) for row in rows])


def insert_new(model: type[Model], row: Model) -> bool:
    """Enter ``row`` and tell it its number; False, and nothing is done, where what must be unique is there already."""
    return _entered(model, row, "ON CONFLICT DO NOTHING")


def insert_new_all(model: type[Model], rows: Mapping[str, Model], column: str) -> None:
    """Enter those of ``rows`` of which nothing that must be unique is there already, and tell them their numbers.

    They are known by what they have in ``column``, which must be unique.
    """
    table, number, known = _table(model), _quoted(model._meta.pk.column), _quoted(column)
    for some in _batches(rows.values(), _AT_ONCE):
        places = ", ".join([table.places] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"{table.start} {places} ON CONFLICT DO NOTHING RETURNING {number}, {known}",
                [value for row in some for value in table.values(row)],
            )
            for given, name in cursor.fetchall():
                _told(rows[name], given)


def _batches(rows: Iterable[Model], size: int) -> Iterator[list[Model]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def is_there(model: type[Model], column: str, value: str) -> bool:
    """Whether a row has ``value`` in ``column``, which an index finds: a question asked before each new row."""
    table, place = _quoted(model._meta.db_table), _quoted(column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {place} = %s", [value])  # noqa: S608  names of the code's own
        return cursor.fetchone() is not None


def _entered(model: type[Model], row: Model, unless: str) -> bool:
    table, number = _table(model), _quoted(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"{table.statement} {unless} RETURNING {number}", table.values(row))
        given = cursor.fetchone()
    if given is None:
        return False
    _told(row, given[0])
    return True


def _told(row: Model, number: int) -> None:
    row.pk, row._state.adding, row._state.db = number, False, connection.alias
