"""Where LibreOffice puts the glyphs of a line when it writes a PDF: its own arithmetic, without LibreOffice.

Writer measures on a device of 8,640 dots an inch, each advance rounded to its dots; what it tells of characters is in
twips, and the PDF has tenths of a point: a twip array halved and rounded down, inside a cluster the glyphs' own rounded
advances. Learned from LibreOffice 7.4 and trusted for no other output than one it was compared with (``reprint``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import uharfbuzz

from docservice.render.reprint.truetype import Outline, TrueType

_DOTS_PER_TWIP = 6
_DOTS_PER_POINT = 120
_UNITS_PER_POINT = 10  # of what stands in a PDF
_THAI = range(0x0E01, 0x0E5C)
_GAP_IN_THAI = range(0x0E3B, 0x0E3F)
_LATIN = range(0x21, 0x7F)
_LANGUAGES = {True: "th", False: "en"}


class Glyph(NamedTuple):
    """A glyph ``x`` and ``y`` tenths of a point from its portion's beginning; ``text`` is what its group stands for.

    A group is one glyph, or several that share characters: the first has the group's text, the others none.
    """

    outline: Outline
    x: int
    y: int
    text: str | None


@dataclass(frozen=True)
class Shaped:
    """A portion's glyphs, and its width in twips."""

    glyphs: tuple[Glyph, ...]
    width: int


class Run(NamedTuple):
    """Characters of one format; ``look`` tells formats apart."""

    look: str
    text: str


class Portion(NamedTuple):
    """Characters of one format and one script: what LibreOffice shapes and writes together."""

    look: str
    thai: bool
    text: str


def portions(runs: Sequence[Run]) -> tuple[Portion, ...] | None:
    """A paragraph's portions; None where it holds what was never compared: other scripts, blanks at its ends."""
    text = "".join(run.text for run in runs)
    thai = _scripts(text)
    if thai is None or text != text.strip(" "):
        return None
    looks = [run.look for run in runs for _ in run.text]
    cut = groupby(zip(looks, thai, text, strict=True), key=lambda each: each[:2])
    return tuple(Portion(look, script, "".join(each[2] for each in inside)) for (look, script), inside in cut)


def _scripts(text: str) -> list[bool] | None:
    """For each character, whether it is set as Thai: a blank goes with the letter before it."""
    found: list[bool] = []
    for letter in text:
        code = ord(letter)
        if code in _THAI and code not in _GAP_IN_THAI:
            found.append(True)
        elif code in _LATIN:
            found.append(False)
        elif letter == " " and found:
            found.append(found[-1])
        else:
            return None
    return found


class Face:
    """One font file."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        self.file = TrueType(data)
        self._font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))
        self.units = self._font.face.upem
        self.shaped = lru_cache(maxsize=4096)(self._shaped)

    def _shaped(self, text: str, size: float, thai: bool) -> Shaped | None:
        """``text`` at ``size`` points; None where the face lacks a character."""
        groups = list(self._groups(text, _LANGUAGES[thai]))
        fine, coarse = size * _DOTS_PER_POINT / self.units, size * _UNITS_PER_POINT / self.units
        glyphs: list[Glyph] = []
        dots = 0
        for (cluster, group), (following, _) in pairwise([*groups, (len(text), [])]):
            here = _twips(dots) // 2
            for number, (glyph, advance, x, y) in enumerate(group):
                if not glyph:
                    return None
                spelled = None if number else text[cluster:following]
                glyphs.append(Glyph(self.file.outline(glyph), here + _round(x * coarse), _round(y * coarse), spelled))
                here += _round(advance * coarse)
                dots += _round(advance * fine)
        return Shaped(tuple(glyphs), _twips(dots))

    def _groups(self, text: str, language: str) -> Iterator[tuple[int, list[tuple[int, int, int, int]]]]:
        """(first character, glyphs as number, advance, offsets) of each cluster, in their order."""
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.language = language
        uharfbuzz.shape(self._font, buffer)
        shown = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        for cluster, group in groupby(shown, key=lambda each: each[0].cluster):
            yield cluster, [(info.codepoint, at.x_advance, at.x_offset, at.y_offset) for info, at in group]


def _round(number: float) -> int:
    """The nearest whole number; halves away from zero, as C rounds."""
    return math.floor(number + 0.5) if number >= 0 else -math.floor(0.5 - number)


def _twips(dots: int) -> int:
    return _round(dots / _DOTS_PER_TWIP)


@lru_cache(maxsize=16)
def face(path: Path) -> Face:
    """The face in a font file, read once."""
    return Face(path)
