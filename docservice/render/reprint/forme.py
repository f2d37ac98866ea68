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
from itertools import chain

from docservice.render.reprint import handset, sheet, skeleton, typeset
from docservice.render.reprint.embedded import Embedded
from docservice.render.reprint.handset import Meanings, Unread, written
from docservice.render.reprint.line import OPEN, Faces, Line, Put, places
from docservice.render.reprint.sheet import PAINTED, Bits, Page
from docservice.render.reprint.skeleton import Filled, Paragraph


@dataclass(frozen=True)
class Setting:
    """What is put into a forme for one paper: the portions of its lines, and its pictures."""

    lines: list[list[Put]]
    pictures: list[Bits]


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

    def scouts(self, papers: Mapping[int, Filled]) -> set[int]:
        """Of papers that fit and have no setting, those that would teach it most, as the widest of each line."""
        found: dict[object, tuple[int, int]] = {}
        for number, paper in papers.items():
            reasons: list[tuple[object, int]] = []
            for at, line in enumerate(self.lines):
                width, mixture = line.measured(paper.texts, self.faces)
                if width > line.widest or mixture not in line.mixtures:
                    reasons.append(((at, mixture), width))
            for _, name in self.slots:
                picture = sheet.bits(paper.pictures[name])
                if picture and picture[:2] not in self.sizes:
                    reasons.append((picture[:2], 0))
            for reason, width in reasons or [("another", 0)]:
                found[reason] = max(found.get(reason, (0, number)), (width, number))
        return {number for _, number in found.values()}

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
        found = places(typeset.portions(paragraph.runs(page.paper.texts)) or (), page.blocks)
        heights.update({page.blocks[at].height for at in found})
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
