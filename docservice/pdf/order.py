"""The order of files inside a slot: Thai dictionary order, numbers by value (``หน้า 2`` before ``หน้า 10``)."""

from __future__ import annotations

import re

from docservice.thai import collation_key, to_arabic_digits

_NUMBERS = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[object, ...]:
    """Sort key of a file name; Thai and Arabic digits count alike, equal keys fall back to the name itself."""
    parts = _NUMBERS.split(to_arabic_digits(name).casefold())
    return tuple(int(part) if at % 2 else collation_key(part) for at, part in enumerate(parts)), name
