"""The text of a page's contents as LibreOffice writes it: read as glyphs at places, and written the same way.

A block is one portion of a line: ``q`` colour ``BT`` … ``ET Q``. Its glyphs come in runs, each placed for itself; one
whose code means something else, or that stands for several characters, is a run with a text of its own
(``/ActualText``). Numbers are LibreOffice's: places in tenths of a point, steps between glyphs whole thousandths.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from docservice.render.reprint.embedded import Embedded
from docservice.render.reprint.truetype import Outline
from docservice.render.reprint.typeset import Glyph

BLOCK = re.compile(rb"q ((?:[\d.]+ )+rg)\nBT\n(.*?)\nET\nQ\n", re.DOTALL)
_RUN = re.compile(
    rb"(?:/Span<</ActualText<FEFF([0-9A-F]+)>>>\nBDC\n)?(1 0 0 1 )?(-?[\d.]+) (-?[\d.]+) T([dm])[ \n]"
    rb"/(F\d+) ([\d.]+) Tf(?:<([0-9A-F]+)>Tj|\[([^\]]*)\]TJ)(?:\n(EMC))?(?:\n|$)"
)
_ITEM = re.compile(rb"<([0-9A-F]+)>|(-?\d+)")
_PER_EM = 1000
_FINE = 1000  # vertical places have thousandths of a point
_STEP = 100  # of them are a tenth


class Unread(ValueError):
    """Contents that are not written as LibreOffice was seen to write them."""


Meanings = dict[tuple[str, Outline], str | None]
"""By face, what its glyphs were first written for on a page; None for one of several that share characters."""


@dataclass(frozen=True)
class Block:
    """One portion as it stands in the contents, from ``start`` to ``end``.

    Its first glyph is at ``x`` tenths of a point from the left and ``height`` thousandths from below.
    """

    start: int
    end: int
    colour: bytes
    font: str
    face: str
    size: float
    x: int
    height: int
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(glyph.text or "" for glyph in self.glyphs)

    @property
    def style(self) -> tuple[object, ...]:
        """What another portion of the line may share."""
        return self.colour, self.face, self.size

    @property
    def look(self) -> tuple[object, ...]:
        """All that is seen of it and read from it, however it is encoded."""
        return *self.style, self.x, self.height, self.glyphs

    @cached_property
    def outlines(self) -> tuple[tuple[str, Outline], ...]:
        """Its glyphs, each once."""
        return tuple(dict.fromkeys((self.face, glyph.outline) for glyph in self.glyphs))


def blocks(contents: bytes, fonts: Mapping[str, Embedded]) -> list[Block]:
    """The portions of a page. Raises Unread where there is text that is written in any other way."""
    found = [_block(match, fonts) for match in BLOCK.finditer(contents)]
    if contents.count(b"BT\n") != len(found) or re.search(rb"\sBI\s", contents):
        raise Unread("text outside blocks")
    return found


def _block(match: re.Match[bytes], fonts: Mapping[str, Embedded]) -> Block:
    placed: list[tuple[Outline, int, int, str | None]] = []
    used: set[tuple[str, float]] = set()
    for run in _matched(match[2]):
        name, size = run[6].decode(), float(run[7])
        if name not in fonts:
            raise Unread("a font")
        used.add((name, size))
        placed += _placed(run, fonts[name], round(10 * size))
    if len(used) != 1:
        raise Unread("several fonts")
    ((name, size),) = used
    _, left, low, _ = placed[0]
    if any((y - low) % _STEP for _, _, y, _ in placed):
        raise Unread("a height")
    glyphs = tuple(Glyph(outline, x - left, (y - low) // _STEP, text) for outline, x, y, text in placed)
    return Block(match.start(), match.end(), match[1], name, fonts[name].name, size, left, low, glyphs)


def _matched(body: bytes) -> Iterator[re.Match[bytes]]:
    """The runs of a text object: the first may be placed by ``Td``, all others by ``Tm``."""
    at = 0
    while at < len(body):
        run = _RUN.match(body, at)
        moved = run is not None and run[5] == b"d"
        if run is None or bool(run[1]) != bool(run[10]) or moved == bool(run[2]) or (moved and at):
            raise Unread("a run")
        yield run
        at = run.end()


def _placed(run: re.Match[bytes], font: Embedded, height: int) -> Iterator[tuple[Outline, int, int, str | None]]:
    """Glyphs with their place and text."""
    x, y = round(10 * float(run[3])), round(_FINE * float(run[4]))
    spelled = bytes.fromhex(run[1].decode()).decode("utf-16-be") if run[1] else None
    before: int | None = None
    kern = 0
    for letters, number in _ITEM.findall(b"<%s>" % run[8] if run[8] else run[9]):
        if number:
            kern = int(number)
            continue
        for code in bytes.fromhex(letters.decode()):
            if code >= len(font.widths) or (spelled is None and code not in font.meant):
                raise Unread("a code")
            if before is not None:
                x += _step(font.widths[before], kern, height)
                kern = 0
            text = font.meant[code] if spelled is None else spelled if before is None else None
            yield font.outlines[code], x, y, text
            before = code


def _step(width: int, kern: int, height: int) -> int:
    """The whole tenths of a point that LibreOffice wrote as this number. Raises Unread where several would be so."""
    near = (width - kern) * height // _PER_EM
    fits = [step for step in range(near - 2, near + 4) if _kern(width, step, height) == kern]
    if len(fits) != 1:
        raise Unread("a step")
    return fits[0]


def _kern(width: int, step: int, height: int) -> int:
    return math.trunc(width - step * _PER_EM / height + 0.5)


# ------------------------------------------------------------------------------------------------------------- writing
def written(block: Block, font: Embedded, glyphs: Sequence[Glyph], x: int, meanings: Meanings) -> bytes:
    """``block``'s colour, size and height with other glyphs, beginning at ``x`` tenths of a point.

    ``meanings`` are those of the page so far, and are added to. Every outline must have a code in ``font``, with its
    meaning where it is alone.
    """
    name, height = block.font.encode(), round(10 * block.size)
    parts = [b"q %s\nBT" % block.colour]
    for number, (text, run) in enumerate(_runs(block.face, glyphs, meanings)):
        place = b"%s %s" % (_decimal(x + run[0].x, 10), _decimal(block.height + _STEP * run[0].y, _FINE))
        show = b"/%s %g Tf%s" % (name, block.size, _show(font, run, height, plain=text is None))
        if text is None:
            parts.append(b"%s Td %s" % (place, show) if number == 0 else b"1 0 0 1 %s Tm\n%s" % (place, show))
        else:
            spelled = text.encode("utf-16-be").hex().upper().encode()
            parts.append(b"/Span<</ActualText<FEFF%s>>>\nBDC\n1 0 0 1 %s Tm\n%s\nEMC" % (spelled, place, show))
    return b"\n".join(parts) + b"\nET\nQ\n"


def _runs(face: str, glyphs: Sequence[Glyph], meanings: Meanings) -> Iterator[tuple[str | None, list[Glyph]]]:
    """Runs with the text they need of their own, cut where the height changes.

    LibreOffice tells what a glyph means once for all, when it is first written, and not of those that share characters.
    """
    plain: list[Glyph] = []
    for group in groups(glyphs):
        spelled = group[0].text or ""
        alone = spelled if len(group) == 1 and len(spelled) == 1 else None
        means = [meanings.setdefault((face, glyph.outline), alone) for glyph in group]
        if plain and (alone is None or means != [alone] or plain[-1].y != group[0].y):
            yield None, plain
            plain = []
        if alone is None or means != [alone]:
            yield spelled, group
        else:
            plain += group
    if plain:
        yield None, plain


def groups(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that stand for characters together."""
    group: list[Glyph] = []
    for glyph in glyphs:
        if glyph.text is not None and group:
            yield group
            group = []
        group.append(glyph)
    if group:
        yield group


def _show(font: Embedded, run: Sequence[Glyph], height: int, *, plain: bool) -> bytes:
    """The glyphs with the steps between them that differ from their widths."""
    codes = [font.codes[glyph.outline, glyph.text if plain else None] for glyph in run]
    out, kerned = [b"%02X" % codes[0]], False
    for (before, glyph), (code, following) in zip(pairwise(run), pairwise(codes), strict=True):
        kern = _kern(font.widths[code], glyph.x - before.x, height)
        if kern:
            kerned = True
            out.append(b">%d<" % kern)
        out.append(b"%02X" % following)
    shown = b"".join(out)
    return b"[<%s>]TJ" % shown if kerned else b"<%s>Tj" % shown


def _decimal(number: int, unit: int) -> bytes:
    """A number of ``unit``-ths without needless zeros."""
    whole, rest = divmod(abs(number), unit)
    sign = b"-" if number < 0 else b""
    if not rest:
        return b"%s%d" % (sign, whole)
    return b"%s%d.%s" % (sign, whole, str(rest).zfill(len(str(unit)) - 1).rstrip("0").encode())
