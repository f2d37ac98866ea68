"""How long what is filed is kept: the classes of the regulation, which kind of document is in which. Pure.

``templates_th/retention.toml`` is the schedule; a year's own choice stands in ``[retention]`` of its year file. Years
are counted in calendar years: what was closed in 2562 and is kept ten years is kept to the last day of 2572.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from docservice.errors import InputRefused
from docservice.thai import BE

HOLD, LIFTED, DECISION = "legal-hold", "legal-hold-lifted", "retention-decision"
"""Kinds of documents that tell about a dossier's keeping: they do not change how long the rest of it is kept."""
ABOUT_KEEPING = frozenset((HOLD, LIFTED, DECISION))
DESTROY, TRANSFER = "destroy", "transfer"
_FILE = Path(__file__).resolve().parent.parent / "templates_th" / "retention.toml"
_FOR_EVER = 10**4


@dataclass(frozen=True)
class RetentionClass:
    """``years`` ``None``: for ever; ``then``: what may come afterwards; ``rule``: where the regulation has it."""

    code: str
    label: str
    rule: str
    years: int | None = None
    then: str = ""

    def last_year(self, closed: BE) -> BE | None:
        """The last calendar year in which something closed in ``closed`` is kept; ``None``: there is none."""
        return None if self.years is None else BE(int(closed) + self.years)

    @property
    def _length(self) -> tuple[int, bool]:
        return (_FOR_EVER if self.years is None else self.years, self.then == TRANSFER)


@dataclass(frozen=True)
class Schedule:
    """The classes by code, and the class of each kind that is not in ``default``."""

    classes: Mapping[str, RetentionClass]
    kinds: Mapping[str, str]
    default: str

    def of(self, kinds: Iterable[str]) -> RetentionClass:
        """The class of a dossier with documents of these kinds: the longest; of two as long, the one handed over."""
        found = set(kinds)
        counted = (found - ABOUT_KEEPING) or found
        classes = [self.classes[self.kinds.get(kind, self.default)] for kind in counted]
        return max(classes, key=lambda each: each._length, default=self.classes[self.default])

    def with_choices(self, choices: object) -> Schedule:
        """The schedule with an office's own choices, ``{kind: class}``; ``InputRefused`` for what cannot be meant."""
        if not isinstance(choices, Mapping):
            raise _refused(
                "retention", "ต้องเป็นตาราง (ชนิดเอกสาร = ประเภทการเก็บ)", "it must be a table of kinds and classes"
            )
        for kind, code in choices.items():
            if code not in self.classes:
                known = ", ".join(self.classes)
                raise _refused(f"retention.{kind}", f"ไม่มีประเภทการเก็บ “{code}” ใช้ได้: {known}", f"use one of {known}")
        return replace(self, kinds={**self.kinds, **choices})


def last_day(year: BE) -> date:
    """The last day of a calendar year."""
    return date(year.ce, 12, 31)


def schedule(settings: Mapping[str, Any] | None = None) -> Schedule:
    """The schedule of a year with these settings; without, as it is shipped."""
    choices = (settings or {}).get("retention")
    return _shipped() if choices is None else _shipped().with_choices(choices)


@cache
def _shipped() -> Schedule:
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    classes = {code: RetentionClass(code, **fields) for code, fields in told["classes"].items()}
    return Schedule(classes, told["kinds"], told["default"])


def _refused(where: str, thai: str, english: str) -> InputRefused:
    return InputRefused(
        f"ข้อมูลประจำปี ช่อง {where}: {thai}",
        "แก้ตาราง [retention] ในแฟ้มประจำปี แล้วนำเข้าใหม่",
        english=f"Year file, {where}: {english}.",
    )
