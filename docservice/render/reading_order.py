"""Makes a page's text come out in reading order: readers sort pieces by their left edge and put blanks into gaps.

LibreOffice writes a line as pieces, each placed by a ``Td`` or ``Tm``. A vowel that shares its glyph with another
character is a piece of its own, inside a ``/Span`` with ``/ActualText``; the piece after it may begin further left, or
justified text leaves a gap before it. pdfium then reads ``ความร้คว ู าม`` for ``ความรู้ความ`` and ``กล ุ่ม`` for ``กลุ่ม``.
Pieces without a blank between them become one piece, its glyphs at the same places, inside one span that says what it
is (ISO 32000-1, 9.4.3 and 14.9.4). Nothing that is painted changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TEXT_OBJECT = re.compile(rb"(?<![^\n])BT\n(?:[^\n]*\n)+?ET(?![^\n])")
_INLINE = re.compile(rb"\sBI\s")
_LIST = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_PER_EM = Decimal(1000)  # TJ adjustments and glyph widths are thousandths of the font's size
_FINE = Decimal("0.001")
_UNIT = re.compile(
    rb"(?P<span>/Span<</ActualText<(?P<spelled>FEFF[0-9A-F]+)>>>\nBDC\n)?"
    rb"(?P<place>(?P<by_td>[-\d.]+) [-\d.]+ Td |1 0 0 1 (?P<by_tm>[-\d.]+) [-\d.]+ Tm\n)"
    rb"(?P<choice>(?P<font>/[^\s/<>\[\](){}%]+) (?P<size>[\d.]+) Tf)(?:(?P<one><[0-9A-F]+>)Tj|\[(?P<many>[^\]]*)\]TJ)\n"
    rb"(?(span)EMC\n)"
)
_ITEM = re.compile(rb"<([0-9A-F]+)>|(-?[\d.]+)")
_CODES = 256
_RUN = 2  # pieces that a run has at least; each names its font

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
_Shown = list[bytes | Decimal]


@dataclass(frozen=True)
class _Font:
    """A simple font: what its codes mean (those that mean one thing) and how wide they are."""

    characters: dict[int, str]
    widths: dict[int, int | Decimal]

    @cached_property
    def codes(self) -> bytes:
        """The codes whose width is known."""
        return bytes(code for code in self.widths if 0 <= code < _CODES)

    @cached_property
    def meant(self) -> dict[int, str]:
        """For ``str.translate``: what each code means."""
        return {code: self.characters.get(code, "") for code in range(_CODES)}


class _Piece(NamedTuple):
    """Instructions ``first``…``last`` that show ``text`` at ``left`` and do nothing else."""

    first: int
    last: int
    left: Decimal
    font: _Font
    size: Decimal
    shown: _Shown
    text: str
    placed: bool  # by Tm, so that it stands on its own


def mend(document: pikepdf.Pdf) -> None:
    """Rewrite the contents of every page whose lines are cut up."""
    for page, (before, after) in zip(document.pages, _texts(document), strict=True):
        if after != before:
            page.Contents = document.make_stream(after)


def contents(document: pikepdf.Pdf) -> Iterator[bytes]:
    """The contents of every page as ``mend`` would write them; the document stays as it is."""
    for _, after in _texts(document):
        yield after


class Joiner:
    """``mend`` for contents that are no page's yet; ``fonts``: by name, what codes mean and how wide they are."""

    def __init__(self, fonts: Mapping[str, tuple[Mapping[int, str], Sequence[int]]]) -> None:
        self._document = pikepdf.new()
        self._fonts = {
            f"/{name}": _Font(dict(meant), dict(enumerate(widths))) for name, (meant, widths) in fonts.items()
        }

    def joined(self, contents: bytes) -> bytes:
        """A text object and what stands around it, with its runs joined."""
        return _mended(self._document, contents, self._fonts, {})


def _texts(document: pikepdf.Pdf) -> Iterator[tuple[bytes, bytes]]:
    """Each page's contents before and after; text objects that come again on other pages are mended once."""
    read: dict[tuple[int, int], _Font] = {}
    known: dict[tuple[bytes, object], bytes] = {}
    for page in document.pages:
        fonts = {}
        for name, font in page.resources.get("/Font", pikepdf.Dictionary()).items():
            if font.objgen not in read:
                read[font.objgen] = _font(font)
            fonts[name] = read[font.objgen]
        data = _read(page)
        yield data, _mended(document, data, fonts, known)


def _mended(
    document: pikepdf.Pdf, data: bytes, fonts: dict[str, _Font], known: dict[tuple[bytes, object], bytes]
) -> bytes:
    whose = tuple((name, id(font)) for name, font in fonts.items())

    def again(found: re.Match[bytes]) -> bytes:
        key = (found[0], whose)
        if key not in known:
            known[key] = _text_object(document, found[0], fonts)
        return known[key]

    # pictures inside the contents may hold any bytes, also those that begin and end text
    return _text_object(document, data, fonts) if _INLINE.search(data) else _TEXT_OBJECT.sub(again, data)


def _text_object(document: pikepdf.Pdf, data: bytes, fonts: dict[str, _Font]) -> bytes:
    """Contents, or the part of them that is one text object, with their runs joined; the same bytes if none is."""
    if data.count(b"Tf") < _RUN:
        return data
    quick = _quick(data, fonts)
    if quick is not None:
        return quick
    instructions = list(pikepdf.parse_content_stream(document.make_stream(data)))
    runs = [run for line in _lines(instructions, fonts) for run in _runs(line)]
    return bytes(pikepdf.unparse_content_stream(_merged(instructions, runs))) if runs else data


def _quick(data: bytes, fonts: Mapping[str, _Font]) -> bytes | None:
    """As ``_text_object`` of one written as LibreOffice does, without an object for each number; None for any other."""
    at, units = len(b"BT\n"), list[re.Match[bytes]]()
    end = len(data) - len(b"ET")
    while at < end and (found := _UNIT.match(data, at)):
        units.append(found)
        at = found.end()
    if at != end or not data.startswith(b"BT\n"):
        return None
    pieces = [_unit_piece(number, unit, fonts) for number, unit in enumerate(units)]
    known = [piece for piece in pieces if piece is not None]
    if len(known) < len(pieces):
        return None
    runs = list(_runs(known))
    if not runs:
        return data
    out, at = [], 0
    for run in runs:
        first, last = units[run[0].first], units[run[-1].last]
        text = "".join(piece.text for piece in run).encode("utf-16-be").hex().upper().encode()
        shown = b"".join(_between(units[piece.first], piece, following) for piece, following in _pairs(run))
        out += [data[at : first.start()], b"/Span<</ActualText<FEFF%s>>>\nBDC\n" % text, first["place"]]
        out.append(b"%s[%s]TJ\nEMC\n" % (first["choice"], shown))
        at = last.end()
    return b"".join([*out, data[at:]])


def _unit_piece(number: int, unit: re.Match[bytes], fonts: Mapping[str, _Font]) -> _Piece | None:
    """Its codes come first in ``shown``, then its steps: only their sums are asked for."""
    font, items = fonts.get(unit["font"].decode("latin-1")), _ITEM.findall(unit["one"] or unit["many"])
    hexes = [code for code, _ in items if code]
    if font is None or any(len(code) % 2 for code in hexes):
        return None
    codes = bytes.fromhex(b"".join(hexes).decode())
    if codes.translate(None, font.codes):
        return None
    spelled = bytes.fromhex(unit["spelled"].decode()).decode("utf-16") if unit["spelled"] else ""
    text = spelled or codes.decode("latin-1").translate(font.meant)
    left, size = unit["by_td"] or unit["by_tm"], _number(unit["size"])
    shown: _Shown = [codes, *(_number(step) for code, step in items if not code)]
    return _Piece(number, number, Decimal(left.decode()), font, size, shown, text, placed=unit["by_td"] is None)


@lru_cache(maxsize=1024)
def _number(written: bytes) -> Decimal:
    """Sizes and small steps come again and again."""
    return Decimal(written.decode())


def _between(unit: re.Match[bytes], piece: _Piece, following: _Piece | None) -> bytes:
    """What a piece shows, and the step to the next."""
    shown: bytes = unit["one"] or unit["many"]
    return shown if following is None else shown + format(_step(piece, following), "f").encode()


def _read(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents", pikepdf.Array())
    if isinstance(contents, pikepdf.Array):
        return b"\n".join(part.read_bytes() for part in contents)
    return bytes(contents.read_bytes())


def _lines(instructions: Sequence[_Instruction], fonts: dict[str, _Font]) -> Iterator[list[_Piece]]:
    """The pieces of each text object (``BT`` … ``ET``) that holds nothing unusual."""
    start = None
    for at, instruction in enumerate(instructions):
        operator = str(instruction.operator)
        if operator == "BT":
            start = at + 1
        elif operator == "ET" and start is not None:
            yield list(_pieces(instructions, start, at, fonts))
            start = None


def _pieces(instructions: Sequence[_Instruction], start: int, end: int, fonts: dict[str, _Font]) -> Iterator[_Piece]:
    """``[BDC] Td|Tm Tf Tj|TJ [EMC]`` again and again; anything else ends the search in this text object."""
    at = start
    while at < end:
        opened = str(instructions[at].operator) == "BDC"
        body = instructions[at + opened : at + opened + 3]
        place, choice, show = ([str(i.operator) for i in body] + ["", "", ""])[:3]
        if place not in ("Td", "Tm") or choice != "Tf" or show not in ("Tj", "TJ"):
            return
        last = at + opened + 2 + opened
        if opened and (last >= end or str(instructions[last].operator) != "EMC"):
            return
        spelled = _actual_text(instructions[at].operands) if opened else ""
        piece = _piece(body, fonts, at, last, spelled)
        if piece is None:
            return
        yield piece
        at = last + 1


def _piece(body: Sequence[_Instruction], fonts: dict[str, _Font], first: int, last: int, spelled: str) -> _Piece | None:
    operands: list[list[Any]] = [list(instruction.operands) for instruction in body]
    place, choice, show = operands
    font = fonts.get(str(choice[0]))
    shown = _shown(show[0])
    if font is None or not _upright(place) or any(code not in font.widths for code in _codes(shown)):
        return None
    text = spelled or "".join(font.characters.get(code, "") for code in _codes(shown))
    return _Piece(first, last, Decimal(place[-2]), font, Decimal(choice[1]), shown, text, placed=len(place) > 2)


def _upright(place: Sequence[Any]) -> bool:
    return len(place) == 2 or [Decimal(number) for number in place[:4]] == [1, 0, 0, 1]


def _runs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Neighbours of one font without a blank between them, where there is more than one."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and not _goes_on(run[-1], piece):
            yield from [run] if len(run) >= _RUN else []
            run = []
        if piece.text:
            run.append(piece)
    yield from [run] if len(run) >= _RUN else []


def _goes_on(before: _Piece, piece: _Piece) -> bool:
    same = piece.placed and piece.font is before.font and piece.size == before.size
    return same and bool(piece.text) and before.text[-1] != " " and piece.text[0] != " "


def _merged(instructions: Sequence[_Instruction], runs: Sequence[Sequence[_Piece]]) -> list[_Instruction]:
    """The instructions with each run as one piece inside one span."""
    out: list[_Instruction] = []
    at = 0
    for run in runs:
        out += instructions[at : run[0].first]
        text = pikepdf.Dictionary(ActualText=pikepdf.String("".join(piece.text for piece in run)))
        out.append(_instruction([pikepdf.Name.Span, text], "BDC"))
        out += [i for i in instructions[run[0].first : run[0].last + 1] if str(i.operator) in ("Td", "Tm", "Tf")]
        out.append(_instruction([pikepdf.Array(_strung(run))], "TJ"))
        out.append(_instruction([], "EMC"))
        at = run[-1].last + 1
    return [*out, *instructions[at:]]


def _strung(run: Sequence[_Piece]) -> list[Any]:
    """The glyphs of the run as one ``TJ`` operand: between two pieces, the step from where one ends to the next."""
    strung: _Shown = []
    for piece, following in _pairs(run):
        strung += piece.shown
        if following is not None:
            strung.append(_step(piece, following))
    return [pikepdf.String(item) if isinstance(item, bytes) else item for item in strung]


def _pairs(run: Sequence[_Piece]) -> Iterator[tuple[_Piece, _Piece | None]]:
    return zip(run, [*run[1:], None], strict=True)


def _step(piece: _Piece, following: _Piece) -> Decimal:
    """From where a piece ends to the next, as ``TJ`` counts."""
    end = piece.left + _advance(piece) * piece.size / _PER_EM
    return ((end - following.left) * _PER_EM / piece.size).quantize(_FINE)


def _advance(piece: _Piece) -> Decimal:
    """How far the piece moves the pen, in thousandths of its size."""
    widths = sum(piece.font.widths[code] for code in _codes(piece.shown))
    return widths - sum((item for item in piece.shown if isinstance(item, Decimal)), Decimal(0))


def _codes(shown: _Shown) -> list[int]:
    return [code for item in shown if isinstance(item, bytes) for code in item]


def _shown(operand: Any) -> _Shown:
    items = [operand] if isinstance(operand, pikepdf.String) else list(operand)
    return [bytes(item) if isinstance(item, pikepdf.String) else Decimal(item) for item in items]


def _actual_text(operands: Iterable[pikepdf.Object]) -> str:
    *_, properties = operands
    return str(properties.get("/ActualText", "")) if isinstance(properties, pikepdf.Dictionary) else ""


def _font(font: Any) -> _Font:
    """A simple font's map, as LibreOffice writes it (bfchar lists); a composite font has no codes here."""
    if font.get("/Subtype") == "/Type0" or "/Widths" not in font:
        return _Font({}, {})
    first = int(font.FirstChar)
    widths = dict(enumerate(font.Widths, first))
    source = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
    pairs = (pair for part in _LIST.findall(source) for pair in _PAIR.findall(part))
    characters = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    return _Font(characters, widths)


def _instruction(operands: Sequence[Any], operator: str) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))
