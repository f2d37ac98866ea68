"""Two PDFs of one paper beside each other: where their text or their pixels differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import zip_longest

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from docservice.render.textlayer import text_of

_SCALE = 100 / 72  # 100 dpi: a mark above a letter has several pixels
_NOTICED = 24  # of 255: less is another rounding of an edge

_SEEN = 56  # the same letter drawn anew in another subset of its font differs by less
_WASH = 9  # pixels around a difference, so that it is seen
_GONE, _COME = (255, 190, 185), (185, 235, 205)


@dataclass(frozen=True)
class Difference:
    """What differs on ``page`` (from 1): lines of text gone (``-``) and come (``+``), and the share of its pixels.

    A page that only one of the two has differs in all of its pixels.
    """

    page: int
    lines: tuple[str, ...]
    pixels: float


def differences(before: bytes, after: bytes) -> list[Difference]:
    """The pages that differ, in their order; empty where both say and show the same."""
    texts = zip_longest(text_of(before), text_of(after), fillvalue="")
    shown = zip_longest(_pages(before), _pages(after))
    found = [
        Difference(number, _lines(*text), _share(*pages))
        for number, (text, pages) in enumerate(zip(texts, shown, strict=True), start=1)
    ]
    return [each for each in found if each.lines or each.pixels]


def _pages(pdf: bytes) -> Sequence[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=_SCALE).to_pil().convert("L") for page in document]


def _lines(before: str, after: str) -> tuple[str, ...]:
    told = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return tuple(line for line in told if line[0] in "+-" and not line.startswith(("+++", "---")))


def _share(before: Image.Image | None, after: Image.Image | None) -> float:
    if before is None or after is None or before.size != after.size:
        return 1.0
    counts = ImageChops.difference(before, after).histogram()
    return sum(counts[_NOTICED:]) / (before.width * before.height)


def marked(before: bytes, after: bytes, page: int, *, width: int) -> tuple[Image.Image | None, Image.Image | None]:
    """Page ``page`` (from 1) of both, ``width`` pixels wide, what differs from the other washed in colour.

    ``None`` for one that has no such page.
    """
    one, other = (_page(pdf, page, width) for pdf in (before, after))
    if one is None or other is None or one.size != other.size:
        return one, other
    near = _seen(one.convert("L"), other.convert("L")).filter(ImageFilter.MaxFilter(_WASH))
    return _washed(one, near, _GONE), _washed(other, near, _COME)


def seen(before: bytes, after: bytes) -> list[float]:
    """Of each page of the longer one the share of pixels that a person sees to differ: not the edge of a letter that
    lies a hair beside its place.
    """
    pairs = zip_longest(_pages(before), _pages(after))
    return [_seen_share(*pair) for pair in pairs]


def _seen_share(before: Image.Image | None, after: Image.Image | None) -> float:
    if before is None or after is None or before.size != after.size:
        return 1.0
    return _seen(before, after).histogram()[255] / (before.width * before.height)


def _seen(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where a pixel of either is darker or lighter than all of the other's around the same place."""
    found = Image.new("L", one.size)
    for mine, theirs in ((one, other), (other, one)):
        darker = ImageChops.subtract(theirs.filter(ImageFilter.MinFilter(3)), mine)
        lighter = ImageChops.subtract(mine, theirs.filter(ImageFilter.MaxFilter(3)))
        found = ImageChops.lighter(found, ImageChops.lighter(darker, lighter))
    return found.point(lambda value: 255 * (value > _SEEN))


def _page(pdf: bytes, page: int, width: int) -> Image.Image | None:
    with pypdfium2.PdfDocument(pdf) as document:
        if page > len(document):
            return None
        drawn = document[page - 1]
        picture: Image.Image = drawn.render(scale=width / max(drawn.get_width(), 1)).to_pil()
        return picture.convert("RGB")


def _washed(picture: Image.Image, where: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The picture as it is, its ground in ``colour`` where it differs."""
    return Image.composite(ImageChops.multiply(picture, Image.new("RGB", picture.size, colour)), picture, where)
