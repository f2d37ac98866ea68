"""A TrueType file as far as embedding needs it: outlines told apart by their bytes, and more of them put at its end.

LibreOffice copies the outlines of a font into its subsets byte for byte, so the same bytes and the same advance are the
same glyph. Which code means what is the business of ``embedded``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

_TABLES = struct.Struct(">4sIII")
_HEAD = 12
_WHOLE = 0xB1B0AFBA  # what all of a file sums up to, with the adjustment in its head
_PADDING = b"\0\0\0"


class Outline(NamedTuple):
    """A glyph as a subset holds it; ``advance`` and ``bearing`` in the font's units."""

    data: bytes
    advance: int
    bearing: int

    @property
    def simple(self) -> bool:
        """Whether it is not put together from others."""
        return not self.data or self.data[0] < 0x80  # the number of contours, negative for one put together


class TrueType:
    """The tables of one file. Raises struct.error, KeyError or IndexError for what is none."""

    def __init__(self, data: bytes) -> None:
        self._kind = data[:4]
        (count,) = struct.unpack_from(">H", data, 4)
        self.tables: dict[bytes, bytes] = {}
        for at in range(count):
            name, _, start, length = _TABLES.unpack_from(data, _HEAD + at * _TABLES.size)
            self.tables[name] = data[start : start + length]
        (self.glyphs,) = struct.unpack_from(">H", self.tables[b"maxp"], 4)
        (self._long,) = struct.unpack_from(">H", self.tables[b"head"], 50)
        (self._metrics,) = struct.unpack_from(">H", self.tables[b"hhea"], 34)
        self._places = self._loca()
        self._outlines: dict[int, Outline] = {}

    def _loca(self) -> Sequence[int]:
        form = f">{self.glyphs + 1}{'I' if self._long else 'H'}"
        places = struct.unpack_from(form, self.tables[b"loca"])
        return places if self._long else [2 * place for place in places]

    def outline(self, glyph: int) -> Outline:
        """A glyph by its number."""
        found = self._outlines.get(glyph)
        if found is None:
            data = self.tables[b"glyf"][self._places[glyph] : self._places[glyph + 1]].rstrip(b"\0")
            found = self._outlines[glyph] = Outline(data, *self._metric(glyph))
        return found

    def _metric(self, glyph: int) -> tuple[int, int]:
        table = self.tables[b"hmtx"]
        last = self._metrics - 1
        advance, bearing = struct.unpack_from(">Hh", table, 4 * min(glyph, last))
        if glyph > last:
            (bearing,) = struct.unpack_from(">h", table, 4 * self._metrics + 2 * (glyph - self._metrics))
        return advance, bearing

    def extended(self, outlines: Sequence[Outline], most: bytes) -> bytes:
        """This file with more glyphs after its own; codes of its Mac character map are glyph numbers.

        ``most`` is the ``maxp`` table of the font they come from.
        """
        count = self.glyphs + len(outlines)
        glyf, places = [self.tables[b"glyf"]], list(self._places)
        glyf[0] += b"\0" * (-len(glyf[0]) % 4)
        places[-1] = len(glyf[0]) if outlines else places[-1]
        for outline in outlines:
            glyf.append(outline.data + b"\0" * (-len(outline.data) % 4))
            places.append(places[-1] + len(glyf[-1]))
        own = dict(self.tables)
        own[b"glyf"] = b"".join(glyf)
        own[b"loca"] = struct.pack(f">{count + 1}I", *places)
        every = [*map(self.outline, range(self.glyphs)), *outlines]
        own[b"hmtx"] = b"".join(struct.pack(">Hh", each.advance, each.bearing) for each in every)
        own[b"hhea"] = own[b"hhea"][:34] + struct.pack(">H", count)
        own[b"maxp"] = most[:4] + struct.pack(">H", count) + most[6:]
        head = own[b"head"]
        own[b"head"] = head[:8] + b"\0\0\0\0" + head[12:50] + struct.pack(">h", 1) + head[52:]
        own[b"cmap"] = _mac(count)
        return self._written(own)

    @property
    def coded(self) -> bool:
        """Whether the code of every glyph is its number."""
        return self.glyphs <= 256 and self.tables.get(b"cmap") == _mac(self.glyphs)

    def _written(self, tables: dict[bytes, bytes]) -> bytes:
        names = sorted(tables)
        power = len(names).bit_length() - 1
        search = 16 << power
        head = self._kind + struct.pack(">4H", len(names), search, power, 16 * len(names) - search)
        at, directory, bodies = _HEAD + 16 * len(names), [], []
        for name in names:
            data = tables[name]
            directory.append(_TABLES.pack(name, _sum(data), at, len(data)))
            bodies.append(data + _PADDING[: -len(data) % 4])
            at += len(bodies[-1])
        whole = bytearray(b"".join([head, *directory, *bodies]))
        adjusted = len(head) + 16 * len(names) + sum(len(body) for body in bodies[: names.index(b"head")]) + 8
        struct.pack_into(">I", whole, adjusted, (_WHOLE - _sum(bytes(whole))) & 0xFFFFFFFF)
        return bytes(whole)


def _sum(data: bytes) -> int:
    data += _PADDING[: -len(data) % 4]
    total: int = sum(struct.unpack(f">{len(data) // 4}I", data))
    return total & 0xFFFFFFFF


def _mac(count: int) -> bytes:
    """The one character map of a subset: code n is glyph n."""
    codes = bytes(code if code < count else 0 for code in range(256))
    return struct.pack(">HHHHI3H", 0, 1, 1, 0, 12, 0, 262, 0) + codes
