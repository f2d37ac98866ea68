"""Every code has its words in both languages and its line in the guide."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from docservice.render.doctor.words import CODES

GUIDE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_its_line_in_the_guide(code: str) -> None:
    assert f"| `{code}` |" in GUIDE


@pytest.mark.parametrize("code", CODES)
def test_both_languages_are_filled_with_the_same_facts(code: str) -> None:
    words = CODES[code]

    def facts(text: str) -> set[str]:
        return {str(name).removesuffix("_english") for _, name, _, _ in string.Formatter().parse(text) if name}

    shown_in_thai_only = {
        "label",
        "where",
        "what",
        "why",
        "hint",
        "look",
        "look_short",
        "found_label",
        "opener",
        "text",
    }
    assert facts(words.english) <= facts(words.message + words.remedy) | {
        "owner",
        "style",
        "where",
        "what",
        "why",
        "look",
    }
    assert facts(words.message) - facts(words.english) <= shown_in_thai_only | {"kind", "name", "entry", "slot", "spot"}
