"""Papers with long lists for ``fill.py``: a committee of 300, registers of 300 rows; no two rows are alike."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from docservice.catalogue import Code

LONG = (
    ("order", "members", 100),
    ("order", "members", 300),
    ("order", "duties", 300),
    ("announcement", "entries", 300),
    ("register-applicants", "rows", 300),
    ("register-letters", "rows", 300),
    ("disposal-list", "rows", 300),
)
_LETTERS = "กขคจชตทนบปพมยรลวสหอ"


def longer(facts: Mapping[str, Any], field: str, rows: int, draw: random.Random) -> dict[str, Any]:
    """The list ``field``, here or in the first item of another list, with ``rows`` rows."""
    if field in facts:
        return {field: [_other(item, draw) for item in (facts[field] * rows)[:rows]]}
    for name, value in facts.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and field in value[0]:
            return {name: [{**value[0], **longer(value[0], field, rows, draw)}]}
    raise LookupError(field)


def _other(value: Any, draw: random.Random) -> Any:
    """Another value of the same kind: a text with some letters more and sometimes a number, another day or number."""
    if isinstance(value, dict):
        return {name: _other(inner, draw) for name, inner in value.items()}
    if type(value) is date:
        return value + timedelta(days=draw.randrange(365))
    if type(value) is int:
        return draw.randrange(10_000)
    if not value or not isinstance(value, str):
        return value
    if type(value) is Code:
        return Code(f"{value}-{draw.randrange(10_000)}")
    number = f" {draw.randrange(10_000)}" if draw.random() < 0.5 else ""
    return f"{value} {''.join(draw.choices(_LETTERS, k=draw.randrange(4, 12)))}{number}"
