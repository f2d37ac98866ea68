"""Shaped Thai text for content streams: one subset font a book, every mark where HarfBuzz puts it."""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import uharfbuzz
from fontTools import agl, subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

_THAI = range(0x0E01, 0x0E5C)
_TONES = tuple("\u0e48\u0e49\u0e4a\u0e4b\u0e4c")
_LATIN = (*range(0x20, 0x7F), 0xA0, 0xB7, 0x2013, 0x2014, 0x2026)


@dataclass(frozen=True)
class _Glyph:
    gid: int
    advance: int
    dx: int
    dy: int


@dataclass(frozen=True, eq=False)
class Line:
    """A shaped line; ``width`` in em. Each is its own: what is remembered of one is found without looking into it."""

    text: str
    glyphs: tuple[_Glyph, ...]
    width: float


@dataclass(frozen=True)
class Face:
    """What is read of a font file: a small copy of it for embedding, its measures in font units, its letters by glyph.

    Reading takes a tenth of a second: ``facts`` bring it to a process apart, which is told it with ``know``.
    """

    small: bytes
    units: int
    ascent: int
    descent: int
    name: str
    box: tuple[int, int, int, int]
    letters: dict[int, str]

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {**vars(self), "small": base64.b64encode(self.small).decode(), "letters": list(self.letters.items())}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Face:
        """The face that ``facts`` were made of."""
        kept = {
            "small": base64.b64decode(facts["small"]),
            "box": tuple(facts["box"]),
            "letters": dict(facts["letters"]),
        }
        return cls(**{**facts, **kept})


_KNOWN: dict[Path, Face] = {}


def face(path: Path) -> Face:
    """The face in the font file ``path``, read once a process."""
    if path not in _KNOWN:
        _KNOWN[path] = _read(path)
    return _KNOWN[path]


def know(path: Path, found: Face) -> None:
    """Let ``found``, which another process read, be the face of ``path``."""
    _KNOWN[path] = found


@cache
def _font(path: Path) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))


def _read(path: Path) -> Face:
    """The face without layout tables and with Thai and Latin glyphs only: subsetting it again takes milliseconds."""
    with TTFont(path, lazy=True) as source:
        options = subset.Options(retain_gids=True, notdef_outline=True, hinting=False, name_IDs=[6], glyph_names=False)
        options.drop_tables += ["FFTM", "DSIG"]  # editor's leavings
        options.layout_features = ["*"]  # shaping may reach any variant glyph
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[*_THAI, *_LATIN])
        subsetter.subset(source)
        for tag in {"GSUB", "GPOS", "GDEF"} & set(source.keys()):
            del source[tag]
        out = io.BytesIO()
        source.save(out)
        head, metrics = source["head"], source["OS/2"]
        name = str(source["name"].getDebugName(6) or path.stem)
        box = (head.xMin, head.yMin, head.xMax, head.yMax)
        letters = {source.getGlyphID(name): chr(code) for code, name in source.getBestCmap().items()}
        measures = (head.unitsPerEm, metrics.usWinAscent, metrics.usWinDescent)
    return Face(out.getvalue(), *measures, name, box, letters)


def readable(text: str, font: Path) -> str:
    """``text`` without the characters that the font file ``font`` lacks (a .notdef box also breaks PDF/A)."""
    found = _font(font)
    return "".join(char for char in text if found.get_nominal_glyph(ord(char)))


@dataclass
class Lettering:
    """Sets lines in one font and afterwards embeds just the glyphs that were used.

    ``set`` any number of lines, draw them with ``show``, then ``embed`` once; the font object given by ``reference``
    may be put into resources before that.
    """

    pdf: Pdf
    path: Path
    _used: dict[int, str] = field(default_factory=dict)
    _font: Object | None = None

    @property
    def ascent(self) -> float:
        """Height above the base line in em."""
        return face(self.path).ascent / face(self.path).units

    @property
    def descent(self) -> float:
        """Depth below the base line in em, positive."""
        return face(self.path).descent / face(self.path).units

    def reference(self) -> Object:
        """The indirect font dictionary, empty until ``embed``."""
        if self._font is None:
            self._font = self.pdf.make_indirect(Dictionary(Type=Name.Font))
        return self._font

    def set(self, text: str) -> Line:
        """Shape ``text``; characters the font lacks are left out, since .notdef boxes help nobody."""
        units = face(self.path).units
        shown = readable(text, self.path)
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(shown)
        buffer.guess_segment_properties()
        uharfbuzz.shape(_font(self.path), buffer)
        positions = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
        self._remember(shown, [(info.codepoint, info.cluster) for info, _ in positions])
        glyphs = [_glyph(info.codepoint, at, units) for info, at in positions]
        return Line(shown, self._in_writing_order(glyphs), sum(glyph.advance for glyph in glyphs) / units)

    def show(self, line: Sequence[Line], size: float) -> bytes:
        """Operators that show a ``line`` of one or more parts at the current text position in the font's ``size``
        (already selected).
        """
        actual = ("\ufeff" + "".join(part.text for part in line)).encode("utf-16-be").hex().upper()
        units = face(self.path).units
        body = b"".join(_operators(part, size, units) for part in line)
        return b"/Span <</ActualText <%s>>> BDC\n%sEMC\n" % (actual.encode(), body)

    def is_whole(self, parts: Sequence[Line]) -> bool:
        """Whether ``parts``, shaped one by one, look behind one another as they do when shaped together."""
        together = self.set("".join(part.text for part in parts))
        return together.glyphs == tuple(glyph for part in parts for glyph in part.glyphs)

    def embed(self) -> None:
        """Fill the font object: Type0, Identity-H, the used glyphs as TrueType, ToUnicode."""
        if not self._used:
            return
        own = face(self.path)
        program = _subset(own.small, frozenset(self._used))
        tag = "".join(chr(65 + byte % 26) for byte in sha256(program).digest()[:6])
        base = Name(f"/{tag}+{own.name}")
        font = self.reference()
        font.update(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=base,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([self._descendant(own, base, program)]),
                ToUnicode=self.pdf.make_stream(_to_unicode(self._used)),
            )
        )

    def _remember(self, text: str, glyphs: list[tuple[int, int]]) -> None:
        """Note what each glyph stands for: by the font's own tables, else the letters it was shaped from."""
        letters = face(self.path).letters
        starts = sorted({cluster for _, cluster in glyphs} | {len(text)})
        following = dict(pairwise(starts))
        for gid, cluster in glyphs:
            if gid not in self._used:
                name = _font(self.path).glyph_to_string(gid)
                self._used[gid] = letters.get(gid) or agl.toUnicode(name) or text[cluster : following[cluster]]

    def _in_writing_order(self, glyphs: list[_Glyph]) -> tuple[_Glyph, ...]:
        """Glyphs with tone marks behind the vowels they sit on; fonts may place them first, readers copy in order.

        Marks have no advance of their own, so within a run of them the order changes nothing that is seen.
        """
        ordered: list[_Glyph] = []
        for _, run in groupby(glyphs, key=lambda glyph: glyph.advance == 0 or id(glyph)):
            ordered += sorted(run, key=lambda glyph: self._used[glyph.gid] in _TONES)
        return tuple(ordered)

    def _descendant(self, face: Face, base: Name, program: bytes) -> Object:
        scale = 1000 / face.units
        widths: list[object] = []
        for gid in sorted(self._used):
            widths += [gid, Array([round(_font(self.path).get_glyph_h_advance(gid) * scale, 3)])]
        return self.pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=base,
                CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
                CIDToGIDMap=Name.Identity,
                DW=0,
                W=Array(widths),
                FontDescriptor=self._descriptor(face, base, program, scale),
            )
        )

    def _descriptor(self, face: Face, base: Name, program: bytes, scale: float) -> Object:
        embedded = Stream(self.pdf, program)
        embedded.Length1 = len(program)
        return self.pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=base,
                Flags=4,
                FontBBox=Array([round(edge * scale) for edge in face.box]),
                ItalicAngle=0,
                Ascent=round(face.ascent * scale),
                Descent=-round(face.descent * scale),
                CapHeight=round(face.ascent * scale * 0.7),
                StemV=80,
                FontFile2=embedded,
            )
        )


def _glyph(gid: int, at: uharfbuzz.GlyphPosition, units: int) -> _Glyph:
    """A placed glyph; a shift below a thousandth of an em is nothing to the eye but breaks a run for readers."""
    dx, dy = (0 if abs(shift) * 1000 <= units else shift for shift in (at.x_offset, at.y_offset))
    return _Glyph(gid, at.x_advance, dx, dy)


@lru_cache(maxsize=256)
def _operators(line: Line, size: float, units: int) -> bytes:
    """Runs of glyphs; one lifted or moved aside by the shaper gets a rise and a kern of its own."""
    parts: list[bytes] = []
    for (dx, dy), run in groupby(line.glyphs, key=lambda glyph: (glyph.dx, glyph.dy)):
        if (dx, dy) == (0, 0):
            parts.append(b"<%b> Tj\n" % b"".join(b"%04X" % glyph.gid for glyph in run))
            continue
        kern = dx * 1000 / units
        body = b"".join(b"%.2f <%04X> %.2f " % (-kern, glyph.gid, kern) for glyph in run)
        parts.append(b"%.3f Ts [%b] TJ 0 Ts\n" % (dy * size / units, body))
    return b"".join(parts)


@cache
def _subset(small: bytes, gids: frozenset[int]) -> bytes:
    with TTFont(io.BytesIO(small), lazy=True) as font:
        options = subset.Options(retain_gids=True, notdef_outline=True, hinting=False, name_IDs=[6], glyph_names=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(gids=sorted(gids))
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _to_unicode(used: dict[int, str]) -> bytes:
    rows = [
        f"<{gid:04X}> <{unicodedata.normalize('NFC', text).encode('utf-16-be').hex().upper()}>"
        for gid, text in sorted(used.items())
        if text
    ]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
