"""A page that LibreOffice set, kept standing: its changing lines and pictures are put in anew, the rest stays.

Nothing is assumed of a template. A forme is learned from pages of one skeleton that LibreOffice set together: which
lines and pictures change, how they look, where each begins. It stands only when every one of those pages comes out of
it the same (``sheet.Page.seen``). What it was not shown it declines: a wider line, another format or script, words in
a line that hardly ever changed, a beginning that rounds both ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

from docservice.render import handset, sheet, skeleton, typeset
from docservice.render.embedded import Embedded
from docservice.render.handset import Block, Meanings, Unread, written
from docservice.render.sheet import PAINTED, Bits, Page
from docservice.render.skeleton import Filled, Paragraph
from docservice.render.typeset import Face, Glyph, Portion

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
class Setting:
    """What is put into a forme for one paper: the portions of its lines, and its pictures."""

    lines: list[list[Put]]
    pictures: list[Bits]


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
        found = [at for at in _places(parts, page.blocks) if page.blocks[at].height == self.height]
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


def _places(parts: Sequence[Portion], blocks: Sequence[Block]) -> list[int]:
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


@dataclass(frozen=True)
class Forme:
    """What stands is that of ``model``: it has the texts ``still``, by their number.

    ``slots`` are the pictures that change: number on the page, name in the Word file; ``sizes`` those seen in them.
    """

    model: Page
    faces: Faces
    lines: tuple[Line, ...]
    still: tuple[int, ...]
    slots: tuple[tuple[int, str], ...]
    sizes: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, pages: Sequence[Page], faces: Faces) -> Forme:
        """Learned from pages of one skeleton, those that differ in more than words and pictures left aside.

        Raises Unread where less than ``OPEN`` remain, or one of them would come out otherwise.
        """
        texts = [page.paper.texts for page in pages]
        changing = {at for at, own in enumerate(zip(*texts, strict=True)) if len(set(own)) > 1}
        told = [each for each in skeleton.paragraphs(pages[0].paper.document) if changing.intersection(each.places)]
        held = {place for paragraph in told for place in paragraph.places}
        if changing - held:
            raise Unread("words that are not in plain paragraphs")
        lines = [Line(each, _height(each, pages), {}, frozenset(), frozenset(), 0, frozenset()) for each in told]
        alike = []
        for page in pages:
            with suppress(Unread):
                lines = [line.learned(page, faces) for line in lines]
                alike.append(page)
        if len(alike) < OPEN:
            raise Unread("lines that are not where they were")
        still = tuple(at for at in range(len(texts[0])) if at not in held)
        forme = cls(alike[0], faces, tuple(lines), still, tuple(_slots(alike)), _sizes(alike))
        if not all(forme.agrees(page) for page in alike) or any(
            forme.setting(p.paper) for p in pages if p not in alike
        ):
            raise Unread("a page that comes out otherwise")
        return forme

    def fits(self, paper: Filled) -> bool:
        """Whether a paper of this skeleton has the same words and pictures wherever none change."""
        own, kept = paper.texts, self.model.paper
        changing = {name for _, name in self.slots}
        return all(own[at] == kept.texts[at] for at in self.still) and all(
            data == kept.pictures[name] for name, data in paper.pictures.items() if name not in changing
        )

    def setting(self, paper: Filled) -> Setting | None:
        """What is put in for a paper that fits; None where LibreOffice has to set it."""
        lines = []
        for line in self.lines:
            put = line.put(paper.texts, self.faces)
            if put is None:
                return None
            lines.append(put)
        shown = [sheet.bits(paper.pictures[name]) for _, name in self.slots]
        pictures = [each for each in shown if each is not None and each[:2] in self.sizes]
        return Setting(lines, pictures) if len(pictures) == len(shown) else None

    def learned(self, page: Page) -> Forme:
        """This forme, having seen another page that fits. Raises Unread where that does not agree."""
        lines = tuple(line.learned(page, self.faces) for line in self.lines)
        more = replace(self, lines=lines, sizes=self.sizes | _sizes([page]))
        if not more.agrees(page):
            raise Unread("a page that comes out otherwise")
        return more

    def agrees(self, page: Page) -> bool:
        """Whether the page LibreOffice set is what comes out of this forme for its paper."""
        setting = self.setting(page.paper)
        if setting is None:
            return False
        fonts = dict(self.fonts or {})
        if not fonts or not self.supplied(fonts, setting):
            return False
        greys = [sheet.grey(page.paper.pictures[name]) for _, name in self.slots]
        shown = {name: sheet.told(grey) for name, grey in zip(self.names, greys, strict=True) if grey}
        contents = self.contents(setting, fonts)
        blocks = tuple(handset.blocks(contents, fonts))
        made = replace(self.model, contents=contents, images={**self.model.images, **shown}, blocks=blocks)
        return made.seen() == page.seen()

    @property
    def names(self) -> list[str]:
        """What the pictures that change are called in the model's contents."""
        names = PAINTED.findall(self.model.contents)
        return [names[slot].decode() for slot, _ in self.slots]

    def contents(self, setting: Setting, fonts: Mapping[str, Embedded]) -> bytes:
        """The page's contents as LibreOffice writes those of a paper alone."""
        meanings: Meanings = {}
        return b"".join(
            each
            if isinstance(each, bytes)
            else written(each.block, fonts[each.block.font], each.glyphs, each.x, meanings)
            for each in self.script(setting)
        )

    def supplied(self, fonts: dict[str, Embedded], setting: Setting) -> bool:
        """Add to ``fonts`` the codes that a setting's lines need; whether they have room for them."""
        return _supplied(fonts, chain.from_iterable(setting.lines), self.faces)

    @cached_property
    def fonts(self) -> dict[str, Embedded] | None:
        """The model's fonts with the codes that what stands needs; None where they have no room for them."""
        fonts = dict(self.model.fonts)
        standing = (each for each in self._standing if isinstance(each, Put))
        return fonts if _supplied(fonts, standing, self.faces) else None

    def script(self, setting: Setting) -> Iterator[bytes | Put]:
        """The contents in their order: portions, and what stands between them."""
        for each in self._standing:
            if isinstance(each, int):
                yield from setting.lines[each]
            else:
                yield each

    @cached_property
    def _standing(self) -> list[bytes | Put | int]:
        """The model's contents, with the number of a line in place of its portions."""
        model, starts = self.model, dict[int, tuple[int, int]]()
        for number, line in enumerate(self.lines):
            start, end = line.cut(model)
            starts[start] = end, number
        out: list[bytes | Put | int] = []
        at = 0
        for block in model.blocks:
            if block.start < at:
                continue
            end, number = starts.get(block.start, (block.end, -1))
            out += [model.contents[at : block.start], Put(block, block.glyphs, block.x) if number < 0 else number]
            at = end
        return [*out, model.contents[at:]]


def _height(paragraph: Paragraph, pages: Sequence[Page]) -> int:
    """Where the paragraph's line stands on most pages. Raises Unread where it is found on none."""
    heights: Counter[int] = Counter()
    for page in pages:
        places = _places(typeset.portions(paragraph.runs(page.paper.texts)) or (), page.blocks)
        heights.update({page.blocks[at].height for at in places})
    if not heights:
        raise Unread("a paragraph that is not one line")
    return heights.most_common(1)[0][0]


def _sizes(pages: Sequence[Page]) -> frozenset[tuple[int, int]]:
    return frozenset(shown[:2] for page in pages for shown in map(sheet.as_grey, page.painted) if shown)


def _slots(pages: Sequence[Page]) -> Iterator[tuple[int, str]]:
    """(number among the page's pictures, name in the Word file) of every picture that changes."""
    painted = [page.painted for page in pages]
    if len({len(each) for each in painted}) != 1:
        raise Unread("more pictures")
    names = [name for name in pages[0].paper.pictures if len({page.paper.pictures[name] for page in pages}) > 1]
    for slot, shown in enumerate(zip(*painted, strict=True)):
        if all(each == shown[0] for each in shown):
            continue
        fitting = [
            name
            for name in names
            if all(
                sheet.as_grey(each) == (sheet.grey(page.paper.pictures[name]) or 0)
                for each, page in zip(shown, pages, strict=True)
            )
        ]
        if len(fitting) != 1:
            raise Unread("a picture")
        yield slot, fitting[0]
        names.remove(fitting[0])
    if names:
        raise Unread("a picture that is not shown")


def _supplied(fonts: dict[str, Embedded], portions: Iterable[Put], faces: Faces) -> bool:
    """Add to ``fonts`` the codes that portions need; whether they have room for them."""
    for block, glyphs, _ in portions:
        font, units = fonts[block.font], faces[block.face].units
        for group in handset.groups(glyphs):
            alone = group[0].text if len(group) == 1 and len(group[0].text or "") == 1 else None
            for glyph in group:
                if (glyph.outline, alone) not in font.codes:
                    more = font.with_glyph(glyph.outline, alone, units)
                    if more is None:
                        return False
                    font = more
        fonts[block.font] = font
    return True
