"""The words every command takes (``--json``, ``--lang``, ``--home``) and the arguments several share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import click

from docservice.cli.screen import Screen
from docservice.config import config
from docservice.thai import BE

_HOME = "โฟลเดอร์ที่เก็บข้อมูลทั้งหมดของระบบ"


@dataclass(frozen=True)
class Words:
    """The common words as typed."""

    as_json: bool
    lang: str

    @classmethod
    def of(cls, words: list[str]) -> Words:
        """Look for them before the words are parsed, so that a parse error knows how to speak."""
        lang = "en" if "--lang=en" in words or ("--lang", "en") in pairwise(words) else ""
        return cls("--json" in words, lang or config().lang)

    def screen(self) -> Screen:
        """The screen that speaks that way."""
        return Screen(as_json=self.as_json, lang=self.lang)


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the common options and hand the command its ``screen`` as first argument."""

    @click.option("--json", "as_json", is_flag=True, help="ตอบเป็น JSON")
    @click.option("--lang", type=click.Choice(["th", "en"]), default=None, help="ภาษาของข้อความ (ค่าเดิม: th)")
    @click.option("--home", type=click.Path(), default=None, help=_HOME)
    @functools.wraps(function)
    def wrapped(as_json: bool, lang: str | None, home: str | None, **arguments: Any) -> Any:
        return function(Screen(as_json=as_json, lang=lang or config().lang), **arguments)

    return wrapped


class YearType(click.ParamType[BE]):
    """A BE year as an argument."""

    name = "ปี พ.ศ."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """``2562`` or ``๒๕๖๒`` → ``BE``; a CE year is refused."""
        return value if isinstance(value, BE) else BE.parse(str(value))


YEAR = YearType()
