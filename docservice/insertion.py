"""Rows entered by a statement that is written once for each table: Django writes and compiles it anew for every row.

The values are prepared as Django's own ``save`` and ``bulk_create`` prepare them, so what is read is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


@dataclass(frozen=True)
class _Table:
    """The columns of a table but its number, which the database gives, and the statement that fills them."""

    fields: tuple[Field[Any, Any], ...]
    statement: str

    def values(self, row: Model) -> list[Any]:
        return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]


@cache
def _table(model: type[Model]) -> _Table:
    fields = tuple(field for field in model._meta.local_concrete_fields if field is not model._meta.pk)
    columns, places = ", ".join(_quoted(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    # the names are the code's own
    return _Table(fields, f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({places})")  # noqa: S608


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


def insert_new_all(model: type[Model], rows: Sequence[Model]) -> None:
    """Enter those of ``rows`` of which nothing that must be unique is there already; they are told no numbers."""
    table = _table(model)
    with connection.cursor() as cursor:
        cursor.executemany(f"{table.statement} ON CONFLICT DO NOTHING", [table.values(row) for row in rows])


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
    row.pk, row._state.adding, row._state.db = given[0], False, connection.alias
    return True
