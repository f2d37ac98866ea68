"""Letters the papers' typeface cannot draw: found in the facts, and named, before another font or an empty box is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from docservice.errors import FactsRefused
from docservice.render.fonts import Fonts

_PICTURES = ("emblem", "border", "photo", "qr")  # their text is a path or goes into a code, never on paper


def refuse_undrawable(fonts: Fonts, context: Mapping[str, object]) -> None:
    """Raise FactsRefused naming the first fact with letters (emoji, another script) that ``fonts`` does not have."""
    known = _letters(tuple(fonts.files))
    for path, text in _texts(context, ""):
        strange = {letter for letter in set(text).difference(known) if not _invisible(letter)}
        if strange:
            shown = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(strange)[:5])
            raise FactsRefused(
                f"ช่อง “{path}” มีตัวอักษรที่แบบอักษร TH SarabunPSK พิมพ์ไม่ได้: {shown}",
                "กรุณาลบหรือเปลี่ยนตัวอักษรนั้น",
                english=f"The field '{path}' has letters that TH SarabunPSK cannot print: {shown}. Change them.",
            )


def _invisible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) == "Cf"


@cache
def _letters(files: tuple[Path, ...]) -> frozenset[str]:
    found: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(map(chr, found))


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _PICTURES:
                yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value
