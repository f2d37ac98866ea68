"""What was recognised on a picture of a page: words with their places, put together from what Tesseract writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from docservice.thai import clean

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the picture."""

_WORD_LEVEL = "5"
_UNSURE = 40.0
"""Per cent of confidence below which a word is noise (a face, a stamp, the grain of a table) and left out."""
_NOTHING = 55.0
"""Mean confidence below which the whole picture is taken for one without text."""
_FEWEST, _SHORT = 3, 8  # letters
_FLAT, _WITHIN = 0.75, 0.6  # of the height of the line it stands in
_LETTER = re.compile(r"[0-9A-Za-z\u0e01-\u0e2e\u0e50-\u0e59]")
_MARKS = re.compile(r"[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]")
_MIXED = re.compile(r"(?<![A-Za-z0-9๐-๙])[0-9๐-๙]+(?:[.,][0-9๐-๙]+)*")
_TO_THAI, _TO_ARABIC = (str.maketrans(*pair) for pair in (("0123456789", "๐๑๒๓๔๕๖๗๘๙"), ("๐๑๒๓๔๕๖๗๘๙", "0123456789")))


@dataclass(frozen=True)
class Word:
    """Letters between two spaces, and where they stand."""

    text: str
    box: Box


@dataclass(frozen=True)
class Line:
    """A line of words; ``turn``: degrees clockwise from upright in which it runs (0, 90, 180 or 270)."""

    words: tuple[Word, ...]
    turn: int = 0


@dataclass(frozen=True)
class Reading:
    """What a picture of ``width`` × ``height`` pixels says; no lines when it shows no text.

    ``confidence``: the mean of Tesseract's own, in per cent; it says how sure it is, not how right.
    """

    width: int
    height: int
    lines: tuple[Line, ...] = ()
    confidence: float = 0.0

    @property
    def text(self) -> str:
        """The words, a line each."""
        return "\n".join(" ".join(word.text for word in line.words) for line in self.lines)

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Reading:
        """The reading that ``facts`` were made of."""
        lines = tuple(
            Line(tuple(Word(str(w["text"]), _box(w["box"])) for w in line["words"]), int(line["turn"]))
            for line in facts["lines"]
        )
        return cls(int(facts["width"]), int(facts["height"]), lines, float(facts["confidence"]))


def reading(table: str, plain: str, width: int, height: int) -> Reading:
    """Put together ``table`` (TSV: every bit of a word with place and confidence) and ``plain``, the same as text.

    Tesseract cuts Thai into syllables and single marks in the table; where a real space stands only the text tells.
    What it is unsure of is left out.
    """
    bits = list(_bits(table))
    lines = [_line(list(group)) for _, group in groupby(_spaced(bits, plain), key=lambda bit: bit.line)]
    lines = _turned(lines)
    whole = [line for line, _ in lines if line.words]
    kept = [(line, sure) for line, sure in lines if line.words and not any(_is_echo(line, other) for other in whole)]
    letters = sum(_weight(line) for line, _ in kept)
    mean = sum(sure * _weight(line) for line, sure in kept) / letters if letters else 0.0
    if letters < _FEWEST or mean < _NOTHING:
        return Reading(width, height)
    return Reading(width, height, tuple(line for line, _ in kept), round(mean, 1))


def tidy(text: str) -> str:
    """A word as it is meant: Thai marks in order, ํ + า as ำ, one kind of digits within a number."""
    return _MIXED.sub(lambda number: _one_kind(number[0]), clean(text))


@dataclass(frozen=True)
class _Bit:
    line: tuple[str, ...]
    text: str
    box: Box
    sure: float
    begins: bool = True


def _bits(table: str) -> Iterator[_Bit]:
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD_LEVEL and (text := "".join(cells[11].split())):
            left, top, width, height = (int(cell) for cell in cells[6:10])
            yield _Bit(tuple(cells[2:5]), text, (left, top, left + width, top + height), float(cells[10]))


def _spaced(bits: Sequence[_Bit], plain: str) -> list[_Bit]:
    """The bits, told which of them begin a word: those behind a space in ``plain``, never a mark.

    Where the two do not tell the same letters, every bit but a mark begins one.
    """
    letters = "".join(plain.split())
    known = letters == "".join(bit.text for bit in bits)
    starts, at = set(), 0
    for word in plain.split():
        starts.add(at)
        at += len(word)
    spaced, place = [], 0
    for bit in bits:
        begins = (not known or place in starts) and not _MARKS.match(bit.text)
        spaced.append(_Bit(bit.line, bit.text, bit.box, bit.sure, begins))
        place += len(bit.text)
    return spaced


def _line(bits: Sequence[_Bit]) -> tuple[Line, float]:
    """The line of these bits, and how sure its words are in the mean of their letters."""
    groups: list[list[_Bit]] = []
    for bit in bits:
        if bit.begins or not groups:
            groups.append([])
        groups[-1].append(bit)
    words = [
        (Word(text, _around(bit.box for bit in group)), _sure(group)) for group in groups if (text := _said(group))
    ]
    kept = [(word, sure) for word, sure in words if sure >= _UNSURE]
    letters = sum(len(word.text) for word, _ in kept)
    sure = sum(sure * len(word.text) for word, sure in kept) / letters if letters else 0.0
    return Line(tuple(word for word, _ in kept), _turn(bits)), sure


def _said(group: Sequence[_Bit]) -> str:
    text = "".join(sign for sign in tidy("".join(bit.text for bit in group)) if sign <= "\uffff" and sign.isprintable())
    return text if text and not text.isspace() else ""


def _sure(group: Sequence[_Bit]) -> float:
    return sum(bit.sure * len(bit.text) for bit in group) / sum(len(bit.text) for bit in group)


def _turn(bits: Sequence[_Bit]) -> int:
    """Where the line runs: from the middle of its first bit to that of its last."""
    first, last = bits[0].box, bits[-1].box
    dx, dy = (last[0] + last[2]) - (first[0] + first[2]), (last[1] + last[3]) - (first[1] + first[3])
    if abs(dx) >= abs(dy):
        return 0 if dx >= 0 else 180
    return 90 if dy > 0 else 270


def _is_echo(line: Line, other: Line) -> bool:
    """Whether a line is nothing but the marks above the line ``other``, which Tesseract at times reads on their own."""
    mine, theirs = _across(line), _across(other)
    height, along = mine[1] - mine[0], (max(mine[2], theirs[2]), min(mine[3], theirs[3]))
    inside = min(mine[1], theirs[1]) - max(mine[0], theirs[0])
    return along[0] < along[1] and height < _FLAT * (theirs[1] - theirs[0]) and inside > _WITHIN * height


def _across(line: Line) -> Box:
    """The line's extent across its direction, then along it."""
    left, top, right, bottom = _around(word.box for word in line.words)
    return (top, bottom, left, right) if line.turn in (0, 180) else (left, right, top, bottom)


def _turned(lines: Sequence[tuple[Line, float]]) -> list[tuple[Line, float]]:
    """Short lines run as the most of the page does: two letters of different height do not tell a direction."""
    votes: Counter[int] = Counter()
    for line, _ in lines:
        votes[line.turn] += _weight(line)
    most = votes.most_common(1)[0][0] if votes else 0
    return [(replace(line, turn=most) if _weight(line) < _SHORT else line, sure) for line, sure in lines]


def _around(boxes: Iterable[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _weight(line: Line) -> int:
    return sum(len(_LETTER.findall(word.text)) for word in line.words)


def _one_kind(number: str) -> str:
    """The digits of a number as most of them are: a page mixes kinds, a number does not."""
    thai = sum("๐" <= sign <= "๙" for sign in number)
    arabic = sum("0" <= sign <= "9" for sign in number)
    return number.translate(_TO_THAI if thai >= arabic else _TO_ARABIC) if thai and arabic else number


def _box(edges: Sequence[int]) -> Box:
    left, top, right, bottom = (int(edge) for edge in edges)
    return left, top, right, bottom
