"""Text hygiene: mends the damage Thai text collects in old PDFs, spreadsheets and keyboards, without guessing words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Shaped glyphs that Windows fonts keep in the private area and old PDFs leak, U+F700 to U+F71A in order.
_SHAPED = dict(
    zip(
        range(0xF700, 0xF71B),
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e0d"
        "\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)
_SPACES = dict.fromkeys([0x00A0, 0x202F, *range(0x2000, 0x200B)], " ")
_BREAKS = dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")
# Zero width, direction and soft-hyphen characters, and what XML (so Word) cannot hold.
_GONE = dict.fromkeys(
    [
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
        0xFEFF,
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0B, 0x0C)),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    ]
)
_REPLACED = _SHAPED | _SPACES | _BREAKS | _GONE

_MARKS = re.compile(r"[ัำ-ฺ็-๎]+า?")
# Where a mark stands in its cluster: phinthu, vowels, tones, thanthakhat and the rest, nikhahit, sara am.
_RANK = (
    {"\u0e3a": 0}
    | dict.fromkeys("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47", 1)
    | dict.fromkeys("\u0e48\u0e49\u0e4a\u0e4b", 2)
    | {"\u0e4c": 3, "\u0e4e": 3, "\u0e4d": 4, "\u0e33": 5, "\u0e32": 6}
)

_SHORT = 500  # letters: longer texts seldom come again


def clean(text: str) -> str:
    """``text`` in NFC with real, single, well-ordered Thai marks, plain spaces and line feeds. Idempotent.

    Mends shaped private-area glyphs, ``ํ`` + ``า``, ``เ`` + ``เ``, doubled marks, marks before their vowel, NBSP,
    zero-width characters, controls. Keeps line breaks, tabs and runs of spaces; never loses a consonant.
    """
    return _cleaned(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_REPLACED)
    # Composing may bring two marks together that stood apart (a foreign mark between them): until nothing changes.
    while (mended := _mend(text)) != text:
        text = mended
    return text


# Papers of a lot share most of their texts, and one paper's are asked for several times.
_cleaned = lru_cache(maxsize=4096)(_clean)


def _mend(text: str) -> str:
    return _MARKS.sub(_cluster, unicodedata.normalize("NFC", text)).replace("เเ", "แ")


def _cluster(found: re.Match[str]) -> str:
    """One run of marks, each once, in the order a keyboard types them; nikhahit and sara aa made sara am."""
    marks = dict.fromkeys(found[0])
    if "ํ" in marks and ("า" in marks or "ำ" in marks):
        marks = {mark: None for mark in marks if mark not in "ํา"} | {"ำ": None}
    return "".join(sorted(marks, key=_RANK.__getitem__))
