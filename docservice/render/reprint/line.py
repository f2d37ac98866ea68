"""A line of a page whose words change: how it looks, where it begins, and how wide it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from docservice.render.reprint import typeset
from docservice.render.reprint.handset import Block, Unread
from docservice.render.reprint.sheet import Page
from docservice.render.reprint.skeleton import Paragraph
from docservice.render.reprint.typeset import Face, Glyph, Portion

OPEN = 20
"""Different words that came out right in a line before others are put there."""

_SHIFTS = (0, 1, 2)  # left, centred, right: halves of the line's width that it begins further left
_ROUNDING = range(4)
_PER_TENTH = 2  # twips

Faces = Mapping[str, Face]


class Put(NamedTuple):
    """Glyphs in the style and at the height of ``block``, beginning at ``x`` tenths of a point."""

    block: Block
    glyphs: tuple[Glyph, ...]
    x: int


@dataclass(frozen=True)
class Line:
    """A paragraph whose words change, on one line in every page seen.

    ``beginnings`` are (shift, constant): the line begins at half of the constant less its shifted width, in twips.
    """

    paragraph: Paragraph
    height: int
    styles: dict[tuple[str, bool], Block]
    mixtures: frozenset[frozenset[tuple[str, bool]]]
    beginnings: frozenset[tuple[int, int]]
    widest: int
    words: frozenset[tuple[bytes, ...]]

    def put(self, texts: Sequence[bytes], faces: Faces) -> list[Put] | None:
        """The line's portions for a paper's texts; None where it was not shown enough to know."""
        parts = typeset.portions(self.paragraph.runs(texts))
        known = self.paragraph.own(texts) in self.words or len(self.words) >= OPEN
        if not parts or not known or _mixture(parts) not in self.mixtures:
            return None
        shaped = [_shaped(part, self.styles[part.look, part.thai], faces) for part in parts]
        widths = [each.width for each in shaped if each is not None]
        begins = {_begins(widths, *beginning) for beginning in self.beginnings}
        if len(widths) < len(shaped) or sum(widths) > self.widest or len(begins) != 1:
            return None
        blocks = (self.styles[part.look, part.thai] for part in parts)
        return [
            Put(block, each.glyphs, x)
            for block, each, x in zip(blocks, shaped, begins.pop(), strict=True)
            if each is not None
        ]

    def measured(self, texts: Sequence[bytes], faces: Faces) -> tuple[int, frozenset[tuple[str, bool]]]:
        """The width for a paper's texts, as far as it is known, and the mixture of formats and scripts."""
        parts = typeset.portions(self.paragraph.runs(texts)) or ()
        styles = [(part, self.styles[part.look, part.thai]) for part in parts if (part.look, part.thai) in self.styles]
        shaped = [_shaped(part, style, faces) for part, style in styles]
        return sum(each.width for each in shaped if each), _mixture(parts)

    def learned(self, page: Page, faces: Faces) -> Line:
        """This line, having seen another page. Raises Unread where it is not on it, or does not agree."""
        parts, blocks = self._on(page)
        styles = dict(self.styles)
        for part, block in zip(parts, blocks, strict=True):
            if styles.setdefault((part.look, part.thai), block).style != block.style:
                raise Unread("a style")
        shaped = [_shaped(part, block, faces) for part, block in zip(parts, blocks, strict=True)]
        widths = [each.width for each in shaped if each is not None]
        if len(widths) < len(shaped):
            raise Unread("a glyph")
        seen = tuple(block.x - each.glyphs[0].x for block, each in zip(blocks, shaped, strict=True) if each)
        beginnings = self.beginnings or _possible(seen[0], sum(widths))
        return replace(
            self,
            styles=styles,
            mixtures=self.mixtures | {_mixture(parts)},
            beginnings=frozenset(each for each in beginnings if _begins(widths, *each) == seen),
            widest=max(self.widest, sum(widths)),
            words=self.words | {self.paragraph.own(page.paper.texts)},
        )

    def cut(self, page: Page) -> tuple[int, int]:
        """Where the line stands in the page's contents."""
        _, blocks = self._on(page)
        return blocks[0].start, blocks[-1].end

    def _on(self, page: Page) -> tuple[tuple[Portion, ...], tuple[Block, ...]]:
        parts = typeset.portions(self.paragraph.runs(page.paper.texts)) or ()
        found = [at for at in places(parts, page.blocks) if page.blocks[at].height == self.height]
        if len(found) != 1:
            raise Unread("a line")
        return parts, page.blocks[found[0] : found[0] + len(parts)]


def _mixture(parts: Sequence[Portion]) -> frozenset[tuple[str, bool]]:
    return frozenset((part.look, part.thai) for part in parts)


def _shaped(part: Portion, style: Block, faces: Faces) -> typeset.Shaped | None:
    face = faces.get(style.face)
    return None if face is None else face.shaped(part.text, style.size, part.thai)


def _begins(widths: Sequence[int], shift: int, constant: int) -> tuple[int, ...]:
    """Where each portion begins, in tenths of a point."""
    start = (constant - shift * sum(widths)) // 2
    return tuple((start + before) // _PER_TENTH for before in accumulate(widths[:-1], initial=0))


def _possible(x: int, width: int) -> frozenset[tuple[int, int]]:
    return frozenset((shift, 4 * x + shift * width + more) for shift in _SHIFTS for more in _ROUNDING)


def places(parts: Sequence[Portion], blocks: Sequence[Block]) -> list[int]:
    """Where portions with these texts stand beside each other on one line."""
    texts = [part.text for part in parts]
    count = len(texts)
    return [
        at
        for at in range(len(blocks) - count + 1)
        if count
        and [block.text for block in blocks[at : at + count]] == texts
        and len({block.height for block in blocks[at : at + count]}) == 1
    ]
