"""The stamp on every page of a book: ``หน้า ๓/๔๗ · code``, lower right as the reader sees the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from docservice.pdf.lettering import Lettering, Line
from docservice.thai import to_thai_digits

_SIZE = 12.0  # points on A4; TH Sarabun draws small: this is the height of 8 points elsewhere
_A4_WIDTH = 595.0
_MARGIN = 12.0
_PADDING = 2.5
_LONGEST = 60  # characters of the code or name
_FALLBACK = (0.0, 0.0, 612.0, 792.0)  # what readers show for a page without a usable MediaBox
_DIGITS = to_thai_digits("0123456789")
_TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class View:
    """How a reader sees a page: its size in points and the matrix from there to user space."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]


def stamp_pages(pdf: Pdf, owner: str, font: Path) -> None:
    """Put ``หน้า n/total · owner`` on every page of ``pdf`` in place, in the font file ``font``.

    The stamp stands upright in the lower right corner of what is shown (CropBox, Rotate and UserUnit honoured), on a
    white ground. The page's own content is left byte for byte and only fenced in by ``q`` and ``Q``.
    """
    lettering = Lettering(pdf, font)
    words = _Words(lettering, len(pdf.pages), owner)
    views = _Views()
    reference, fence = lettering.reference(), pdf.make_indirect(Stream(pdf, b"q\n"))
    for number, page in enumerate(pdf.pages, start=1):
        drawn = _drawing(views.of(page), words.of(number), lettering, _font_key(page, reference))
        last = pdf.make_indirect(Stream(pdf, b"Q\n" + drawn))
        page.obj[Name.Contents] = Array([fence, *_contents(page), last])
    lettering.embed()


def stamp_text(number: int, total: int, owner: str) -> str:
    """The words of the stamp on page ``number`` of ``total``; a long owner is cut with an ellipsis."""
    return "".join(_stamp_parts(to_thai_digits(str(number)), total, owner))


def _stamp_parts(number: str, total: int, owner: str) -> tuple[str, str, str]:
    short = owner if len(owner) <= _LONGEST else owner[: _LONGEST - 1] + "…"
    return "หน้า ", number, to_thai_digits(f"/{total}") + (f" · {short}" if short else "")


class _Words:
    """The stamps' lines, page by page. Pages differ in their number only: the rest is shaped once, and each digit once,
    unless the font joins any of them with what stands beside it.
    """

    def __init__(self, lettering: Lettering, total: int, owner: str) -> None:
        self._lettering, self._total, self._owner = lettering, total, owner
        before, _, after = _stamp_parts("", total, owner)
        self._before, self._after = lettering.set(before), lettering.set(after)
        self._digits = {digit: lettering.set(digit) for digit in _DIGITS}
        side_by_side = [self._digits[digit] for pair in product(_DIGITS, repeat=2) for digit in pair]
        self._apart = lettering.is_whole([self._before, *side_by_side, self._after])

    def of(self, number: int) -> list[Line]:
        """The parts of the line on page ``number``."""
        if not self._apart:
            return [self._lettering.set(stamp_text(number, self._total, self._owner))]
        return [self._before, *(self._digits[digit] for digit in to_thai_digits(str(number))), self._after]


def _drawing(view: View, line: Sequence[Line], lettering: Lettering, key: Name) -> bytes:
    """Operators for ground and words, in what the reader sees, brought to user space by the view's matrix.

    On a small page the line is set as small as it must be to stay on it.
    """
    width = sum(part.width for part in line)
    fitting = max(min(view.width * 0.9 / (width + 1), view.height * 0.4), 0.5)
    size = min(_SIZE * max(1.0, min(view.width, view.height) / _A4_WIDTH), fitting)
    unit = size / _SIZE
    pad = _PADDING * unit
    wide = width * size + 2 * pad
    up, down = lettering.ascent * size * 0.86, lettering.descent * size * 0.62  # the font's box is taller than its ink
    left = view.width - min(_MARGIN * unit, (view.width - wide) / 2) - wide
    low = min(_MARGIN * unit, max(view.height - up - down, 0) / 2)
    numbers = (left, low, wide, up + down, left + pad, low + down)
    ground = b"%.2f %.2f %.2f %.2f re f\n" % numbers[:4]
    words = b"BT %b %.2f Tf %.2f %.2f Td\n%bET\n" % (bytes(key), size, *numbers[4:], lettering.show(line, size))
    matrix = b"%.5f %.5f %.5f %.5f %.4f %.4f cm\n" % view.matrix
    return b"q\n%b1 g\n%b0.2 g\n%bQ\n" % (matrix, ground, words)


@dataclass
class _Views:
    """``view_of`` page after page: most pages of a book are made alike."""

    _known: dict[tuple[bytes, ...], View] = field(default_factory=dict)

    def of(self, page: Page) -> View:
        """How a reader sees ``page``; see ``view_of``."""
        told = [page.obj.get(name) for name in (Name.MediaBox, Name.CropBox, Name.Rotate, Name.UserUnit)]
        make = tuple(map(_unparsed, told))
        if (known := self._known.get(make)) is not None:
            return known
        view = view_of(page)
        if _box(told[0]) is not None:  # else the page itself was changed, and so must the next one be
            self._known[make] = view
        return view


def _unparsed(value: object) -> bytes:
    return value.unparse(resolved=True) if isinstance(value, Object) else repr(value).encode()


def view_of(page: Page) -> View:
    """How a reader sees ``page``; one without a usable MediaBox is given the size readers show it in."""
    x0, y0, x1, y1 = _shown(page)
    unit = _number(page.obj.get(Name.UserUnit), 1.0)
    turn = int(_number(page.obj.get(Name.Rotate), 0)) % 360
    a, b, c, d = _TURNS.get(turn, _TURNS[0])
    sideways = turn in (90, 270)
    width, height = (y1 - y0, x1 - x0) if sideways else (x1 - x0, y1 - y0)
    origin_x = x0 if a + c > 0 else x1
    origin_y = y0 if b + d > 0 else y1
    matrix = (a / unit, b / unit, c / unit, d / unit, origin_x, origin_y)
    return View(width * unit, height * unit, matrix)


def _shown(page: Page) -> Box:
    """The part of the page that readers show: CropBox within MediaBox, in user space."""
    media = _box(page.obj.get(Name.MediaBox))
    if media is None:
        page.obj[Name.MediaBox] = Array([*_FALLBACK])
        media = _FALLBACK
    crop = _box(page.obj.get(Name.CropBox)) or media
    both = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return both if both[0] < both[2] and both[1] < both[3] else media


def _box(value: Object | None) -> Box | None:
    """Four numbers as left, bottom, right, top; ``None`` when absent, malformed or without area."""
    if not isinstance(value, Array) or len(value) != 4:
        return None
    edges = [_number(edge, 0.0) for edge in value.as_list()]
    box = (min(edges[0], edges[2]), min(edges[1], edges[3]), max(edges[0], edges[2]), max(edges[1], edges[3]))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _number(value: object, otherwise: float) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # whatever a stranger's file holds is tried
    except (TypeError, ValueError):
        return otherwise


def _font_key(page: Page, font: Object) -> Name:
    """The name of the stamp's font in the page's resources, put there when missing.

    Pages may share one resource dictionary, and a source may itself be a stamped book: the font is looked for by
    identity and given a free name.
    """
    resources = page.obj.get(Name.Resources)
    if not isinstance(resources, Dictionary):
        resources = page.obj[Name.Resources] = Dictionary()
    fonts = resources.get(Name.Font)
    if not isinstance(fonts, Dictionary):
        fonts = resources[Name.Font] = Dictionary()
    for key, known in fonts.items():
        if known.is_indirect and known.objgen == font.objgen:
            return Name(key)
    name = next(Name(f"/DS{number}") for number in range(len(fonts) + 1) if f"/DS{number}" not in fonts)
    fonts[name] = font
    return name


def _contents(page: Page) -> list[Object]:
    contents = page.obj.get(Name.Contents)
    if isinstance(contents, Array):
        return [part for part in contents.as_list() if isinstance(part, Stream)]
    return [contents] if isinstance(contents, Stream) else []
