"""Lists by pages without counting them: ``after`` is where the last page ended, ``next`` where this one did."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from ninja import Query, Schema
from pydantic import Field

from docservice.errors import InputRefused

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


class Page(Schema, Generic[Item]):
    """Some of the list; ``next`` goes into ``after`` for the following page, ``null`` on the last."""

    items: list[Item]
    next: str | None


class Turn(Schema):
    """Which page."""

    after: Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


Turned = Annotated[Turn, Query()]


def turned(rows: QuerySet[Row], turn: Turn, *order: str) -> dict[str, Any]:
    """The page of ``rows`` in the order of ``order`` (``-`` before a name for falling); the last name is unique.

    A cursor that somebody made up is refused.
    """
    rows = rows.order_by(*order)
    try:
        beyond = rows.filter(_beyond(order, _place(turn.after, order))) if turn.after else rows
        found = list(beyond[: turn.limit + 1])
    except (ValidationError, ValueError, TypeError) as error:  # its values do not suit the columns
        raise _refused() from error
    more = len(found) > turn.limit
    page = found[: turn.limit]
    return {"items": page, "next": _cursor(page[-1], order) if more else None}


def _beyond(order: tuple[str, ...], place: list[Any]) -> Q:
    """What comes after ``place``; the first condition alone bounds what an index has to be read for."""
    names = [name.lstrip("-") for name in order]
    beyond = ["lt" if name.startswith("-") else "gt" for name in order]
    found = Q()
    for depth in range(len(names)):
        same = dict(zip(names[:depth], place[:depth], strict=True))
        found |= Q(**same, **{f"{names[depth]}__{beyond[depth]}": place[depth]})
    return Q(**{f"{names[0]}__{beyond[0]}e": place[0]}) & found


def _cursor(row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    told = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _place(cursor: str, order: tuple[str, ...]) -> list[Any]:
    """The place a cursor names; what somebody made up is refused."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or len(place) != len(order) or not all(map(_sound, place)):
        raise _refused()
    return place


def _sound(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    return abs(value) < 2**63 if isinstance(value, int) else len(value) < 200 and "\0" not in value


def _refused() -> InputRefused:
    return InputRefused(
        "ค่า after ใช้ไม่ได้",
        "ใช้ค่า next จากหน้าก่อน หรือเริ่มจากหน้าแรก",
        english="after is not a place in this list. Use the next of the page before.",
    )
