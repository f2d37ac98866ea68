"""How a year wants its evidence books made: settings of the year file's ``[book]``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from docservice.thai import to_thai_digits
from docservice.yearfile import YearFile

SIDES = (0, 4000, 3000, 2000)
"""Pixels of the longer side that are offered for photographs; 0 keeps every pixel."""


def side_told(side: object) -> str:
    """What such a bound is called."""
    return to_thai_digits(f"ย่อให้ด้านยาวไม่เกิน {side:,} จุด") if side else "คงทุกจุดภาพ (เล่มใหญ่ที่สุด)"


@dataclass(frozen=True)
class Making:
    """``separators``: a page before each slot's files; ``longest_side``: pixels of photographs, 0 keeps them all;
    ``attachments``: the files themselves go into the full edition as well (PDF/A-3b).
    """

    separators: bool = False
    longest_side: int = 0
    attachments: bool = False

    @classmethod
    def of(cls, year: YearFile) -> Making:
        """As the year says; a year that says nothing wants neither."""
        return cls.kept(year.settings.get("book"))

    @classmethod
    def kept(cls, told: Any) -> Making:
        """As ``told`` (or a year) says it; what cannot be meant counts as not said."""
        table = told if isinstance(told, Mapping) else {}
        side = table.get("longest_side", 0)
        sound = isinstance(side, int) and not isinstance(side, bool) and side > 0
        return cls(table.get("separators") is True, side if sound else 0, table.get("attachments") is True)

    def without_attachments(self) -> Making:
        """As the redacted edition is made: what is hidden in it stands in the files."""
        return replace(self, attachments=False)

    def told(self) -> dict[str, object]:
        """What differs from the usual, JSON-able: so that a year that says nothing asks as it always did."""
        return {name: value for name, value in vars(self).items() if value != getattr(USUAL, name)}


USUAL = Making()
"""A year that says nothing."""
