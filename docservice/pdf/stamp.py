"""The stamp on every page of a book: ``หน้า ๓/๔๗ · code``, lower right as the reader sees the page."""

from __future__ import annotations

from dataclasses import dataclass
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
    fence = pdf.make_indirect(Stream(pdf, b"q\n"))
    total = len(pdf.pages)
    for number, page in enumerate(pdf.pages, start=1):
        line = lettering.set(stamp_text(number, total, owner))
        _stamp(pdf, page, line, lettering, fence)
    lettering.embed()


def stamp_text(number: int, total: int, owner: str) -> str:
    """The words of the stamp on page ``number`` of ``total``; a long owner is cut with an ellipsis."""
    short = owner if len(owner) <= _LONGEST else owner[: _LONGEST - 1] + "…"
    return to_thai_digits(f"หน้า {number}/{total}") + (f" · {short}" if short else "")


def _stamp(pdf: Pdf, page: Page, line: Line, lettering: Lettering, fence: Object) -> None:
    view = view_of(page)
    size = min(_SIZE * max(1.0, min(view.width, view.height) / _A4_WIDTH), _fitting(view, line))
    key = _font_key(page, lettering.reference())
    drawn = Stream(pdf, b"Q\n" + _drawing(view, line, lettering, size, key))
    page.obj[Name.Contents] = Array([fence, *_contents(page), pdf.make_indirect(drawn)])


def _fitting(view: View, line: Line) -> float:
    """The largest size at which the line stays on a small page."""
    room = min(view.width * 0.9 / (line.width + 1), view.height * 0.4)
    return max(room, 0.5)


def _drawing(view: View, line: Line, lettering: Lettering, size: float, key: Name) -> bytes:
    """Operators for ground and words, in what the reader sees, brought to user space by the view's matrix."""
    unit = size / _SIZE
    pad = _PADDING * unit
    wide = line.width * size + 2 * pad
    up, down = lettering.ascent * size * 0.86, lettering.descent * size * 0.62  # the font's box is taller than its ink
    left = view.width - min(_MARGIN * unit, (view.width - wide) / 2) - wide
    low = min(_MARGIN * unit, max(view.height - up - down, 0) / 2)
    numbers = (left, low, wide, up + down, left + pad, low + down)
    ground = b"%.2f %.2f %.2f %.2f re f\n" % numbers[:4]
    words = b"BT %b %.2f Tf %.2f %.2f Td\n%bET\n" % (bytes(key), size, *numbers[4:], lettering.show(line, size))
    matrix = b"%.5f %.5f %.5f %.5f %.4f %.4f cm\n" % view.matrix
    return b"q\n%b1 g\n%b0.2 g\n%bQ\n" % (matrix, ground, words)


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
