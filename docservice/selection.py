"""Rows asked for and changed by statements that are written once: Django compiles one anew for every question.

What is read is converted as Django's own queries convert it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import Col

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class _Table:
    names: list[str]
    columns: list[Col]
    statement: str


@cache
def _table(model: type[Model]) -> _Table:
    fields, name = model._meta.local_concrete_fields, model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # the names are the code's own
    statement = f'SELECT {columns} FROM "{name}" WHERE '  # noqa: S608
    return _Table([field.attname for field in fields], [field.get_col(name) for field in fields], statement)


def rows(model: type[Row], where: str, values: Sequence[Any]) -> list[Row]:
    """The rows that ``where`` (and what follows it in a statement) finds."""
    table = _table(model)
    converters = {
        at: (column, found)
        for at, column in enumerate(table.columns)
        if (found := [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)])
    }
    made = []
    for row in answers(table.statement + where, values):
        converted = list(row)
        for at, (column, functions) in converters.items():
            for function in functions:
                converted[at] = function(converted[at], column, connection)
        made.append(model.from_db(connection.alias, table.names, converted))
    return made


def answers(question: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All that the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def change(statement: str, values: Sequence[Sequence[Any]]) -> None:
    """Carry ``statement`` out with each of ``values``."""
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def moment(at: datetime) -> Any:
    """A time as a statement's value."""
    return connection.ops.adapt_datetimefield_value(at)


def day(on: date) -> Any:
    """A date as a statement's value."""
    return connection.ops.adapt_datefield_value(on)


def held() -> str:
    """The end of a question whose rows are held until the transaction ends; SQLite's has the whole database."""
    return " FOR UPDATE" if connection.features.has_select_for_update else ""


def held_if_free() -> str:
    """As ``held``, without rows that another transaction holds."""
    return " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
