"""The Buddhist Era year as a type of its own; the only place that knows 543."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from docservice.errors import FactsRefused
from docservice.thai.digits import to_arabic_digits, to_thai_digits

_OFFSET = 543
FIRST, LAST = 2400, 2700
_WRITTEN = re.compile(r"(?:ปี\s*)?(?:พ\.?\s*ศ\.?|พุทธศักราช)?\s*(\d{1,6})")


@dataclass(frozen=True, order=True, slots=True)
class BE:
    """One calendar year of the Buddhist Era, 2400 to 2700; ``str`` gives Thai digits, ``int`` the number.

    Raises ``FactsRefused`` for any other number; one that looks like a Christian Era year is answered with its BE year.
    """

    value: int

    def __post_init__(self) -> None:
        # bool is an int to Python, not to a clerk
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not FIRST <= self.value <= LAST:
            raise _refusal(self.value)

    @classmethod
    def of(cls, day: date) -> Self:
        """The year of ``day`` (the calendar of 1 January, as in use since 2484)."""
        return cls(day.year + _OFFSET)

    @classmethod
    def parse(cls, written: object) -> Self:
        """A year from ``2562``, ``"2562"``, ``"๒๕๖๒"``, ``"พ.ศ. ๒๕๖๒"`` or a ``BE``; else ``FactsRefused``."""
        if isinstance(written, BE):
            return cls(written.value)
        if isinstance(written, str):
            found = _WRITTEN.fullmatch(to_arabic_digits(written).strip())
            if found is None:
                raise _refusal(written)
            return cls(int(found[1]))
        if isinstance(written, int):
            return cls(written)
        raise _refusal(written)

    @property
    def ce(self) -> int:
        """The same year in the Christian Era: 2562 → 2019."""
        return self.value - _OFFSET

    def __int__(self) -> int:
        return self.value

    def __str__(self) -> str:
        return to_thai_digits(str(self.value))

    def __repr__(self) -> str:
        return f"BE({self.value})"


def _refusal(given: object) -> FactsRefused:
    is_year = isinstance(given, int) and not isinstance(given, bool)
    shown = to_thai_digits(str(given))
    if is_year and FIRST - _OFFSET <= int(str(given)) <= LAST - _OFFSET:
        meant = int(str(given)) + _OFFSET
        return FactsRefused(
            f"ปี {shown} ดูเหมือนเป็นปี ค.ศ.",
            f"กรุณาใส่ปี พ.ศ. ซึ่งตรงกับ พ.ศ. {to_thai_digits(str(meant))}",
            english=f"{given} looks like a Christian Era year; give the Buddhist Era year, {meant}.",
        )
    if is_year and 0 <= int(str(given)) <= 99:
        return FactsRefused(
            f"ปี {shown} มีเพียงสองหลัก ระบบไม่เดาศตวรรษ",
            "กรุณาใส่ปี พ.ศ. สี่หลัก เช่น ๒๕๖๒",
            english=f"{given} has two digits and the century is not guessed; give four digits of the Buddhist Era.",
        )
    return FactsRefused(
        f"“{shown}” ไม่ใช่ปี พ.ศ.",
        "กรุณาใส่ปี พ.ศ. สี่หลัก เช่น ๒๕๖๒",
        english=f"{given!r} is not a year of the Buddhist Era; give four digits, {FIRST} to {LAST}, such as 2562.",
    )
