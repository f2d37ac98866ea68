"""The simple fonts of a PDF that LibreOffice wrote: which code is which glyph and means what; more codes after them.

A font only grows: a code once given keeps its glyph and its meaning, so contents written before stay right.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf

from docservice.render.reprint.truetype import Outline, TrueType

MOST_CODES = 256
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_LIST = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_MOST_IN_LIST = 100
_PER_EM = 1000


@dataclass(frozen=True)
class Embedded:
    """A font of a page: ``name`` is its PostScript name, ``outlines`` its glyphs by code, ``meant`` what codes mean."""

    name: str
    widths: tuple[int, ...]
    outlines: tuple[Outline, ...]
    meant: dict[int, str]
    font: dict[str, bytes]
    descriptor: dict[str, bytes]
    file: TrueType
    added: tuple[Outline, ...] = ()

    @cached_property
    def codes(self) -> dict[tuple[Outline, str | None], int]:
        """The code of each glyph and meaning; that of a glyph whatever it means under None."""
        found: dict[tuple[Outline, str | None], int] = {}
        for code, outline in enumerate(self.outlines[1:], start=1):
            found.setdefault((outline, None), code)
            if code in self.meant:
                found.setdefault((outline, self.meant[code]), code)
        return found

    def with_glyph(self, outline: Outline, means: str | None, units: int) -> Embedded | None:
        """This font with one glyph more, ``units`` of the font per em; None where it has no room or the glyph parts."""
        code = len(self.outlines)
        if code >= MOST_CODES or not outline.simple:
            return None
        return Embedded(
            self.name,
            (*self.widths, outline.advance * _PER_EM // units),
            (*self.outlines, outline),
            self.meant if means is None else self.meant | {code: means},
            self.font,
            self.descriptor,
            self.file,
            (*self.added, outline),
        )

    def objects(self, source: TrueType, number: Callable[[], tuple[int, int]]) -> dict[tuple[int, int], list[Any]]:
        """Font, descriptor, file and character map as numbered chunks (``pieces``), the font first."""
        font, descriptor, file, meanings = number(), number(), number(), number()
        last = len(self.outlines) - 1
        widths = b" ".join(b"%d" % width for width in self.widths)
        told = {**self.font, "/FirstChar": b"0", "/LastChar": b"%d" % last, "/Widths": b"[%s]" % widths}
        data = self.file.extended(self.added, source.tables[b"maxp"])
        return {
            font: [*_entries(told), b"/FontDescriptor ", descriptor, b"/ToUnicode ", meanings, b">>"],
            descriptor: [*_entries(self.descriptor), b"/FontFile2 ", file, b">>"],
            file: [_stream(data, b"/Length1 %d" % len(data))],
            meanings: [_stream(self._map(), b"")],
        }

    def _map(self) -> bytes:
        pairs = [
            b"<%02X> <%s>" % (code, text.encode("utf-16-be").hex().upper().encode())
            for code, text in sorted(self.meant.items())
        ]
        lists = [pairs[first : first + _MOST_IN_LIST] for first in range(0, len(pairs), _MOST_IN_LIST)]
        shown = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(some), b"\n".join(some)) for some in lists)
        return (
            b"/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<<\n/Registry (Adobe)\n"
            b"/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n" + shown + b"\nendcmap\n"
            b"CMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def read(font: Any) -> Embedded | None:
    """A font as LibreOffice embeds TrueType subsets; None for any other."""
    if font.get("/Subtype") != "/TrueType" or "/ToUnicode" not in font or font.get("/FirstChar") != 0:
        return None
    if "/FontFile2" not in font.get("/FontDescriptor", {}):
        return None
    file = TrueType(font.FontDescriptor.FontFile2.read_bytes())
    pairs = (pair for part in _LIST.findall(font.ToUnicode.read_bytes()) for pair in _PAIR.findall(part))
    meant = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    widths = tuple(int(width) for width in font.Widths)
    if not file.coded or len(widths) != file.glyphs:
        return None
    outlines = tuple(file.outline(code) for code in range(file.glyphs))
    name = str(font.BaseFont).removeprefix("/")
    own = _plain(font, ("/FirstChar", "/LastChar", "/Widths", "/FontDescriptor", "/ToUnicode"))
    return Embedded(
        name.partition("+")[2] or name, widths, outlines, meant, own, _plain(font.FontDescriptor, ("/FontFile2",)), file
    )


def _plain(holder: Any, without: tuple[str, ...]) -> dict[str, bytes]:
    return {
        key: value.unparse() if isinstance(value, pikepdf.Object) else str(value).encode()
        for key, value in holder.items()
        if key not in without
    }


def _entries(told: dict[str, bytes]) -> list[bytes]:
    return [b"<<", *(b"%s %s " % (key.encode(), value) for key, value in told.items())]


def _stream(data: bytes, more: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (more, len(packed), packed)
