"""The typeface of a book: which family the font folder holds, and its files, read once a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

from docservice.errors import InputRefused


@dataclass(frozen=True)
class Typeface:
    """``family`` as typst calls it, ``regular`` the file of the upright book weight, ``fonts`` typst's loaded set."""

    family: str
    regular: Path
    fonts: typst.Fonts


@cache
def typeface(folder: Path) -> Typeface:
    """The typeface in ``folder``; a family with Sarabun in its name is preferred. Raises ``InputRefused`` if none."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    upright = [font for font in fonts.fonts() if font.path and font.style == "normal"]
    if not upright:
        raise InputRefused(
            f"ไม่พบแบบอักษรในโฟลเดอร์ {folder.name}", "กรุณาติดตั้งแบบอักษรก่อน", english=f"No fonts in {folder.name}."
        )
    best = min(upright, key=lambda font: ("sarabun" not in font.family.lower(), font.family, abs(font.weight - 400)))
    return Typeface(best.family, Path(str(best.path)), fonts)
