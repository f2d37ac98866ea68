"""The provinces of Thailand with their districts, by official code: data that ships (see NOTICE.md), read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docservice.factsfile import read_facts
from docservice.yearfile import District


@dataclass(frozen=True)
class Province:
    """A province: official two-digit code, its name without the word จังหวัด, its districts by code."""

    code: str
    name: str
    districts: tuple[District, ...]


@cache
def provinces() -> Mapping[str, Province]:
    """Every province by code."""
    tables = read_facts(Path(__file__).with_name("provinces.toml"))
    return {
        code: Province(code, table["name"], tuple(District(**district) for district in table["districts"]))
        for code, table in tables.items()
    }


def named(text: str) -> Province | None:
    """The province of that name or code, with or without the word จังหวัด."""
    wanted = text.strip().removeprefix("จังหวัด").strip()
    return next((p for p in provinces().values() if wanted in (p.code, p.name)), None)
