"""Recognised words put under the pages of a finished book, unseen, as an update at its end.

Every byte of the book stays; behind them come one font, a content stream for each page and the pages' new entries. What
is drawn does not change (text render mode 3). The font has the same block for every letter, never drawn: it is small,
needs nobody's licence and stands for every letter there is. PDF/A asks for it to be embedded all the same.
"""

from __future__ import annotations

import copy
import io
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream
from pypdf.errors import PyPdfError

from docservice.errors import Broken
from docservice.pdf.reading import Line, Reading, Word
from docservice.pdf.stamp import View, view_of

_UNITS, _WIDTH = 1000, 500
_EM = _WIDTH / _UNITS
_NAME = "DSUnseen"
_TURNS = {0: (1, 0, 0, 1), 90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}
_AT_ONCE = 100  # entries of a ToUnicode section
_TAIL = 64
_EPOCH = 3_786_825_600  # 2024-01-01 in seconds since 1904: the same words give the same bytes


@dataclass(frozen=True)
class _Letters:
    """The glyph of each letter: all alike, told apart by what they stand for."""

    glyphs: dict[str, int]

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> _Letters:
        used = {sign for reading in readings for line in reading.lines for word in line.words for sign in word.text}
        return cls({sign: number for number, sign in enumerate(sorted(used | {" "}), start=1)})

    def shown(self, text: str) -> bytes:
        return "".join(f"{self.glyphs[sign]:04X}" for sign in text).encode()


def put_under(source: Path, target: Path, readings: Mapping[int, Reading]) -> None:
    """Write the book ``source`` with the words of ``readings`` (by page, from 1) to ``target``.

    Raises ``Broken`` when the book is not as ``binding`` writes one, or pypdf does not read the result as meant.
    """
    shutil.copyfile(source, target)
    with Pdf.open(source) as book:
        pages = len(book.pages)
        letters = _Letters.of(readings.values())
        font = _font(book, letters)
        changed = [
            *font,
            *(
                item
                for n, r in sorted(readings.items())
                for item in _laid(book, book.pages[n - 1], r, letters, font[0])
            ),
        ]
        with target.open("r+b") as out:
            _append(out, book, changed)
    _agree(target, pages, readings)


def _laid(book: Pdf, page: Page, reading: Reading, letters: _Letters, font: Object) -> list[Object]:
    """The page's entry and its new content stream."""
    resources = copy.copy(page.resources)
    fonts = copy.copy(resources[Name.Font]) if Name.Font in resources else Dictionary()
    key = next(Name(f"/{_NAME}{n}") for n in range(len(fonts) + 1) if f"/{_NAME}{n}" not in fonts)
    fonts[key] = font
    resources[Name.Font] = fonts
    drawn = _packed(book, _drawing(view_of(page), reading, letters, bytes(key)))
    contents = page.obj.get(Name.Contents)
    before = contents.as_list() if isinstance(contents, Array) else [contents]
    page.obj[Name.Resources] = resources
    page.obj[Name.Contents] = Array([*(part for part in before if isinstance(part, Stream)), drawn])
    return [page.obj, drawn]


def _drawing(shown: View, reading: Reading, letters: _Letters, key: bytes) -> bytes:
    scale = (shown.width / reading.width, shown.height / reading.height)
    lines = b"".join(_line(line, reading, scale, letters, key) for line in reading.lines)
    return b"q\n%.5f %.5f %.5f %.5f %.4f %.4f cm\nBT\n3 Tr\n%bET\nQ\n" % (*shown.matrix, lines)


def _line(line: Line, reading: Reading, scale: tuple[float, float], letters: _Letters, key: bytes) -> bytes:
    """The line as one piece of text, so that readers neither break nor turn it round, each word begun in its place.

    All its letters are of one width: a word ends about where it does on the picture.
    """
    x, y, length, size = _place(_joined(line.words), line.turn, reading, scale)
    starts = [_along(_place(word, line.turn, reading, scale), line.turn) for word in line.words]
    texts = [*(f"{word.text} " for word in line.words[:-1]), line.words[-1].text]
    advance = length / sum(len(text) for text in texts)
    stretched = 100 * advance / (_EM * size)
    parts = []
    for text, start, following in zip(texts, starts, [*starts[1:], None], strict=True):
        parts.append(b"<%b>" % letters.shown(text))
        if following is not None:
            missing = following - start - advance * len(text)
            parts.append(b"%d" % round(-missing / (advance / _EM) * 1000))
    numbers = (size, stretched, *_TURNS[line.turn], x, y)
    return b"%b %.2f Tf %.2f Tz %d %d %d %d %.2f %.2f Tm [%b] TJ\n" % (key, *numbers, b" ".join(parts))


def _along(place: tuple[float, float, float, float], turn: int) -> float:
    """How far along its line a word begins."""
    return {0: place[0], 90: -place[1], 180: -place[0], 270: place[1]}[turn]


def _joined(words: Sequence[Word]) -> Word:
    left, top, right, bottom = zip(*(word.box for word in words), strict=True)
    return Word(" ".join(word.text for word in words), (min(left), min(top), max(right), max(bottom)))


def _place(word: Word, turn: int, reading: Reading, scale: tuple[float, float]) -> tuple[float, float, float, float]:
    """Where the word begins on its base line, how long and how high it is, in points from the lower left."""
    left, top, right, bottom = word.box
    x0, x1 = left * scale[0], right * scale[0]
    y0, y1 = (reading.height - bottom) * scale[1], (reading.height - top) * scale[1]
    wide, high = max(x1 - x0, 0.1), max(y1 - y0, 0.1)
    begin = {0: (x0, y0), 90: (x0, y1), 180: (x1, y1), 270: (x1, y0)}[turn]
    return (*begin, wide, high) if turn in (0, 180) else (*begin, high, wide)


def _font(book: Pdf, letters: _Letters) -> list[Object]:
    """The font's objects, itself first."""
    program = _packed(book, _program(len(letters.glyphs)))
    program[Name.Length1] = len(program.read_bytes())
    base = Name(f"/DSUNSE+{_NAME}")
    descriptor = book.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor, FontName=base, Flags=4, FontBBox=Array([0, 0, _WIDTH, _UNITS]), ItalicAngle=0,
            Ascent=_UNITS, Descent=0, CapHeight=_UNITS, StemV=80, FontFile2=program,
        )
    )  # fmt: skip
    below = book.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=base, CIDToGIDMap=Name.Identity, DW=_WIDTH,
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0), FontDescriptor=descriptor,
        )
    )  # fmt: skip
    meant = _packed(book, _to_unicode(letters))
    font = book.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=base, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([below]), ToUnicode=meant,
        )
    )  # fmt: skip
    return [font, below, descriptor, program, meant]


def _program(count: int) -> bytes:
    """A TrueType font of ``count`` glyphs, each a block half an em wide: pdfium leaves out what has no extent."""
    names = [".notdef", *(f"g{number}" for number in range(1, count + 1))]
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf(dict.fromkeys(names, _block()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (_WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=_UNITS, descent=0)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular", "psName": _NAME})
    builder.setupOS2(sTypoAscender=_UNITS, usWinAscent=_UNITS)
    builder.setupPost(keepGlyphNames=False)
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = _EPOCH
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _block() -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, _UNITS), (_WIDTH, _UNITS), (_WIDTH, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _to_unicode(letters: _Letters) -> bytes:
    pairs = [f"<{glyph:04X}> <{ord(sign):04X}>" for sign, glyph in letters.glyphs.items()]
    chunks = [pairs[at : at + _AT_ONCE] for at in range(0, len(pairs), _AT_ONCE)]
    sections = "".join(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar\n" for chunk in chunks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{sections}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def _packed(book: Pdf, data: bytes) -> Stream:
    stream = book.make_stream(zlib.compress(data, 9))
    stream[Name.Filter] = Name.FlateDecode
    return stream


def _append(out: io.BufferedRandom, book: Pdf, changed: Sequence[Object]) -> None:
    """The changed objects, their table and a trailer that leads to the table before."""
    before = _last_table(out)
    out.seek(0, io.SEEK_END)
    places: dict[int, tuple[int, int]] = {}
    for item in changed:
        number, generation = item.objgen
        places[number] = (out.tell(), generation)
        out.write(b"%d %d obj\n%b\nendobj\n" % (number, generation, _body(item)))
    table = out.tell()
    out.write(b"xref\n")
    for first, entries in _sections(places):
        out.write(b"%d %d\n" % (first, len(entries)))
        out.write(b"".join(b"%010d %05d n \n" % entry for entry in entries))
    trailer = copy.copy(book.trailer)
    trailer[Name.Size] = max(int(trailer.Size), max(places) + 1)
    trailer[Name.Prev] = before
    out.write(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer.unparse(resolved=True), table))


def _body(item: Object) -> bytes:
    if not isinstance(item, Stream):
        return item.unparse(resolved=True)
    return b"%b\nstream\n%b\nendstream" % (item.stream_dict.unparse(resolved=True), item.read_raw_bytes())


def _sections(places: Mapping[int, tuple[int, int]]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    for _, group in groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in group]
        yield numbers[0], [places[number] for number in numbers]


def _last_table(book: io.BufferedRandom) -> int:
    book.seek(0, io.SEEK_END)
    book.seek(max(0, book.tell() - _TAIL))
    found = book.read().rpartition(b"startxref\n")[2].split()
    place = int(found[0]) if found and found[0].isdigit() else 0
    book.seek(place)
    if book.read(5) != b"xref\n":
        raise _broken("the book has no plain cross-reference table at its end")
    return place


def _agree(target: Path, pages: int, readings: Mapping[int, Reading]) -> None:
    """pypdf, an independent reader, must find every page, and the first word of the first page with words."""
    spoken = next(((n, r.lines[0].words[0].text) for n, r in sorted(readings.items()) if r.lines), None)
    try:
        with target.open("rb") as stream:
            reader = pypdf.PdfReader(stream)
            found = len(reader.pages)
            heard = spoken is None or spoken[1] in reader.pages[spoken[0] - 1].extract_text()
    except (PyPdfError, ValueError, KeyError) as fault:
        raise _broken(f"pypdf cannot read the book with its words: {fault}") from fault
    if found != pages or not heard:
        raise _broken(f"pypdf reads {found} of {pages} pages, or not the words that were put under them")


def _broken(english: str) -> Broken:
    return Broken("ใส่ข้อความที่อ่านได้ลงในเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
