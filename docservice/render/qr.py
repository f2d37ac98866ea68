"""QR codes as PNG, in the look ISO/IEC 18004 asks for, quickly: a lot of certificates needs thousands.

segno takes 3.7 ms a code, most of it for weighing eight masks module by module. Here symbols are whole numbers, a bit a
module: what masks, and single bits of a text, turn over is the same in every code of one version, so it is asked of
segno once and applied by exclusive or. The chosen mask, and so every pixel, is segno's own.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import segno

SCALE = 8
BORDER = 2
_MASKS = range(8)
_ASCII = b"01" + bytes(254)
_PIXELS = bytes(0 if value == 0x31 else 0xFF for value in range(256))
_LOWER = re.compile(r"[a-z].*[a-z]", re.DOTALL)  # with one turned over, still one: never the mode for capitals only
_MOST_LENGTHS = 32
_LONGEST = 200
_LEVEL = 5  # of zlib: smaller than 6 here, in a third of the time
_VERSION_INFO = 45  # modules a side from which a symbol carries its version twice


def png(text: str) -> tuple[bytes, int]:
    """A QR code of ``text`` with error correction M or better and its quiet zone, and how many pixels wide it is.

    Raises segno.DataOverflowError when it is too long.
    """
    symbol, size, masks = _symbol(text)
    best, least = 0, 1 << 32
    for mask in _MASKS:
        points = _penalty(symbol, masks[mask], size, least)
        if points < least:
            best, least = mask, points
    return _picture(symbol.upright ^ masks[best].upright, size)


@dataclass(frozen=True)
class _Modules:
    """A set of modules of a symbol, as numbers: row by row and column by column."""

    upright: int
    turned: int

    def __xor__(self, other: _Modules) -> _Modules:
        return _Modules(self.upright ^ other.upright, self.turned ^ other.turned)


_Masks = tuple[_Modules, ...]
_masks: dict[tuple[str, str], _Masks] = {}
_plain: dict[int, _Plain] = {}


def _symbol(text: str) -> tuple[_Modules, int, _Masks]:
    """The dark modules under mask 0, modules a side, and what each mask changes in them."""
    if len(text) <= _LONGEST and text.isascii() and _LOWER.search(text):
        known = _plain.get(len(text))
        if known is None:
            if len(_plain) >= _MOST_LENGTHS:
                _plain.clear()
            known = _plain[len(text)] = _Plain(text)
        return known.symbol(text), known.size, known.masks
    code = segno.make_qr(text, error="m", mask=0)
    return _modules(code), len(code.matrix), _masks_of(text, code)


class _Plain:
    """Codes of ASCII texts of one length with small letters: all have one version, one mode, one error level.

    Of those each bit of the text turns over the same modules in every code (error correction and placement are linear),
    so a code is made from another by the bits in which the texts differ; what a bit turns over is asked of segno once.
    """

    def __init__(self, text: str) -> None:
        code = segno.make_qr(text, error="m", mask=0)
        self.size, self.masks = len(code.matrix), _masks_of(text, code)
        self._text, self._number, self._modules = text, _bits(text), _modules(code)
        self._turns: dict[int, _Modules] = {}

    def symbol(self, text: str) -> _Modules:
        """The code of a text of this length."""
        upright, turned = self._modules.upright, self._modules.turned
        different = self._number ^ _bits(text)
        while different:
            lowest = different & -different
            different ^= lowest
            turns = self._turns.get(lowest) or self._asked(lowest)
            upright ^= turns.upright
            turned ^= turns.turned
        return _Modules(upright, turned)

    def _asked(self, bit: int) -> _Modules:
        text = (self._number ^ bit).to_bytes(len(self._text), "big").decode("ascii")
        turns = self._turns[bit] = self._modules ^ _modules(segno.make_qr(text, error="m", mask=0))
        return turns


def _bits(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "big")


def _masks_of(text: str, code: segno.QRCode) -> _Masks:
    key = str(code.version), str(code.error)
    if key not in _masks:
        first = _modules(code)
        _masks[key] = tuple(first ^ _modules(segno.make_qr(text, error="m", mask=mask)) for mask in _MASKS)
    return _masks[key]


def _modules(code: segno.QRCode) -> _Modules:
    flat, size = b"".join(code.matrix), len(code.matrix)
    return _Modules(_number(flat), _number(b"".join(flat[column::size] for column in range(size))))


def _number(flat: bytes) -> int:
    """The modules as one number: module ``j`` of row ``i`` is bit ``i * size + j``."""
    return int(flat[::-1].translate(_ASCII), 2)


@lru_cache(maxsize=40)
def _places(size: int) -> tuple[int, int, int]:
    """For symbols of ``size``: modules that count while masks are weighed, pairs in a row, squares.

    Format and version information and the dark module are not there yet when masks are weighed.
    """
    rows = range(size)
    blank = {(8, at) for at in (*range(9), *range(size - 8, size)) if at != 6}
    blank |= {(at, 8) for _, at in blank}
    if size >= _VERSION_INFO:
        blank |= {(i, j) for i in range(6) for j in range(size - 11, size - 8)}
        blank |= {(j, i) for i in range(6) for j in range(size - 11, size - 8)}
    counted = sum(1 << (i * size + j) for i in rows for j in rows if (i, j) not in blank)
    pairs = sum(((1 << (size - 1)) - 1) << (i * size) for i in rows)
    squares = pairs & ((1 << (size * (size - 1))) - 1)
    return counted, pairs, squares


@lru_cache(maxsize=40)
def _starts(size: int) -> tuple[int, int, int]:
    """Where a finder pattern may start, the first modules of lines, and all of one line."""
    lines = range(0, size * size, size)
    starts = sum(((1 << (size - 6)) - 1) << start for start in lines)
    return starts, sum(1 << start for start in lines), (1 << size) - 1


def _penalty(symbol: _Modules, mask: _Modules, size: int, least: int) -> int:
    """The penalty of ISO/IEC 18004, 7.8.3, of the symbol under ``mask``, counted on only while below ``least``."""
    counted, pairs, squares = _places(size)
    turned, upright = (symbol.turned ^ mask.turned) & counted, (symbol.upright ^ mask.upright) & counted
    unlike = upright ^ upright >> 1
    same = ~(unlike | unlike >> size | upright ^ upright >> size) & squares
    points = 3 * same.bit_count() + 10 * int(abs(upright.bit_count() / size**2 * 100 - 50) / 5)
    points += _runs(pairs & ~unlike) + _runs(pairs & ~(turned ^ turned >> 1))
    for lines in (upright, turned):
        if points < least:
            points += 40 * _finders(lines, size)
    return points


def _runs(alike: int) -> int:
    """Points for five and more modules alike in a line, from the pairs alike: two less than there are modules."""
    fours = alike & alike >> 1
    fours &= fours >> 2
    return fours.bit_count() + 2 * (fours & ~(fours << 1)).bit_count()


def _finders(lines: int, size: int) -> int:
    """Places that look like a finder pattern with light beside it, counted as segno does."""
    starts, first, beyond = _starts(size)
    places = starts & lines & lines >> 2 & lines >> 3 & lines >> 4 & lines >> 6 & ~(lines >> 1) & ~(lines >> 5)
    edge = places & first
    places &= ~(edge * 0x7F)  # at the edge all count, and hide what overlaps them
    found, row, free = edge.bit_count(), -1, 0
    while places:
        lowest = places & -places
        places ^= lowest
        i, at = divmod(lowest.bit_length() - 1, size)
        if i != row:
            row, free, line = i, 0, (lines >> i * size & beyond) << 4
        if at >= free:
            lonely = at == size - 7 or not line >> at & 15 or not line >> (at + 11) & 15
            found += lonely
            free = at + (7 if lonely else 4)
    return found


def _picture(symbol: int, size: int) -> tuple[bytes, int]:
    """A PNG of one bit a pixel, eight pixels a module: every module is a byte of a line."""
    side = size + 2 * BORDER
    modules = bin(symbol | 1 << (size * size))[:2:-1].encode().translate(_PIXELS)
    margin, line = b"\xff" * BORDER, b"\0" + b"\xff" * side
    lines = [line * SCALE * BORDER]
    for start in range(0, size * size, size):
        lines.append((b"\0" + margin + modules[start : start + size] + margin) * SCALE)
    lines.append(line * SCALE * BORDER)
    head = struct.pack(">2I5B", side * SCALE, side * SCALE, 1, 0, 0, 0, 0)
    chunks = (b"IHDR" + head, b"IDAT" + zlib.compress(b"".join(lines), _LEVEL), b"IEND")
    body = b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body, side * SCALE
