"""pikepdf's check for PDF/A-2b, with a memory: what one paper has in common with an earlier one is not checked again.

Three of its questions depend on nothing but the bytes they are asked about, and take half of its time: whether a
dictionary fits the schema of its role, whether a glyph's outline can be read, and whether an object keeps the limits
of ISO 32000-1, Annex C. A yes is remembered. Everything else is asked anew, and whatever does not pass is judged once
more, by pikepdf alone: its findings are the verdict.
"""

from __future__ import annotations

import io
import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pikepdf
import pikepdf.pdfa
from fontTools.ttLib import TTFont
from pikepdf.pdfa._content import ContentWalker
from pikepdf.pdfa._context import ValidationContext
from pikepdf.pdfa._cos import FILE_KEYS, _ObjectChecker
from pikepdf.pdfa._engine import MAX_INDIRECT_OBJECTS
from pikepdf.pdfa._fontprogram import TrueTypeProgram
from pikepdf.pdfa._fonts import FontInfo, finalize_fonts
from pikepdf.pdfa._schemas import SchemaSet
from pikepdf.pdfa._walker import DocumentWalker, _Item
from pikepdf.pdfa._xmp import check_metadata

_PART = pikepdf.pdfa.Flavour("2b")
_NEWEST = (1, 7)
_MOST = 20_000
_NUMBER = rb"-?[0-9]{1,5}(?:\.[0-9]{1,5})?"
_STRING = rb"<(?:[0-9A-F]{2})+>"
_LINE = rb"(/F[0-9]{1,4}) %b Tf(%b(?=Tj\n)|\[(?:%b(?:%b)?)+\](?=TJ\n))T[jJ]\n" % (_NUMBER, _STRING, _STRING, _NUMBER)
_PLACED = rb"(?:%b %b Td |1 0 0 1 %b %b Tm\n)%b" % (
    *[_NUMBER] * 4,
    _LINE.replace(b"(/F", b"(?:/F").replace(b"Tf(", b"Tf(?:"),
)
_TEXT = re.compile(
    rb"(?:(?<=\n)|(?<=\nQ ))q (?:%b ){3}rg\nBT\n(?:%b|/Span<</ActualText%b>>\s?BDC\n%bEMC\n)+ET\nQ\n"
    % (_NUMBER, _PLACED, _STRING, _PLACED)
)
"""Text as LibreOffice writes it, with its lines joined or not."""
_SHOWN = re.compile(_LINE)
_NOTHING = b"q\nQ\n"
_AGAIN = re.compile(rb"(?<!\S)(?:q\nQ\n){2,}")
_HEX = re.compile("<([0-9A-F]+)>")
_UNUSUALS = (b"(", b"%", b"BI", b"Tr", b"gs")
_UNUSUAL = re.compile(rb"[(%]|\s(?:BI|Tr|gs)\s")  # any bytes may stand in what begins here, or the state bears on text
_LONG = 8000
_POINTER = re.compile(rb"\b\d+ \d+ R\b")
_REFERENCE = re.compile(r'"\d+ \d+ R"')
_WORDS = re.compile(r'"([ub]):(?:[^"\\]|\\.)*"')
_COUNTED = ("/Length", "/Length1", "/Length2", "/Length3", "/Size", "/LastChar", "/Widths")
_UNASKED = ({"$ref": "#/$defs/integer"}, {"$ref": "#/$defs/arrayOrRef"}, True)
"""What schemas say of an entry whose kind is all they ask about."""


class _Memory:
    """Questions that were answered with yes, the latest ``most`` of them."""

    def __init__(self, most: int = _MOST) -> None:
        self._known: OrderedDict[object, None] = OrderedDict()
        self._most = most

    def __contains__(self, question: object) -> bool:
        if question not in self._known:
            return False
        self._known.move_to_end(question)
        return True

    def add(self, question: object) -> None:
        """Keep this one; the one that was not asked for longest goes."""
        self._known[question] = None
        if len(self._known) > self._most:
            self._known.popitem(last=False)


class _Schemas(SchemaSet):
    """The role schemas. To them a reference is a reference, whatever object it leads to, and a text a text.

    Nor does a role ask how long a stream is or how wide glyphs are: that is a number to it, or an array.
    """

    def __init__(self) -> None:
        super().__init__(_PART)
        self._passed = _Memory()
        self._by_kind: dict[str, frozenset[str]] = {}

    def check(self, role: str, shallow: Any, ctx: ValidationContext, where: str) -> bool:
        """As pikepdf's; asked only what did not pass before."""
        question = role, self._asked(role, shallow)
        if question in self._passed:
            return True
        passed = super().check(role, shallow, ctx, where)
        if passed:
            self._passed.add(question)
        return passed

    def _asked(self, role: str, shallow: Any) -> str:
        """What the role's schema is asked about, the same for all that it cannot tell apart."""
        if isinstance(shallow, dict):
            known = self._by_kind.get(role)
            if known is None:
                known = self._by_kind[role] = frozenset(self._told_by_kind(role))
            shallow = {key: _kind(value) if key in known else value for key, value in shallow.items()}
        return _WORDS.sub(r'"\1:"', _REFERENCE.sub('"1 0 R"', json.dumps(shallow)))

    def _told_by_kind(self, role: str) -> Iterator[str]:
        """The entries of which the role's schema asks the kind only."""
        nodes = [node.get("properties", {}) for node in self._nodes(role)]
        for key in _COUNTED:
            asked = [node[key] for node in nodes if key in node]
            if asked and all(each in _UNASKED for each in asked):
                yield key


def _kind(value: object) -> object:
    """A number for all numbers, an array for all arrays."""
    return 1 if type(value) is int else [] if isinstance(value, list) else value


class _Outlines:
    """A TrueType program that remembers by their bytes which outlines can be read; its tables are looked up once."""

    def __init__(self, program: TrueTypeProgram, readable: _Memory) -> None:
        self._program, self._readable = program, readable
        self._names, self._tables = program.glyph_names(), program.cmap_tables()
        self._found: dict[tuple[int, int], Mapping[int, str]] = {}
        self._glyphs: Mapping[str, object] = {}
        if not program.is_cff:
            font: TTFont = program._font  # nothing public tells them
            self._glyphs = font["glyf"].glyphs
        self.advance_1000 = program.advance_1000

    def has_gid(self, gid: int) -> bool:
        """As pikepdf's."""
        outline = self._outline(gid)
        if outline in self._readable:
            return True
        found = self._program.has_gid(gid)
        if found and outline is not None:
            self._readable.add(outline)
        return found

    def cmap_tables(self) -> list[tuple[int, int]]:
        """As pikepdf's."""
        return self._tables

    def lookup_cmap(self, platform: int, encoding: int, code: int) -> int | None:
        """As pikepdf's."""
        found = self._found.get((platform, encoding))
        if found is None:
            found = self._found[platform, encoding] = self._program._cmap(platform, encoding)
        name = found.get(code)
        return None if name is None else self._program._gid_by_name.get(name)

    def _outline(self, gid: int) -> bytes | None:
        """The bytes that ``has_gid`` reads; None where that cannot be told."""
        if not 0 <= gid < self._program.num_glyphs:
            return None
        data: bytes | None = getattr(self._glyphs.get(self._names[gid]), "data", None)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._program, name)


class _Objects(_ObjectChecker):
    """The limits of every object. A reference in it is no more than that: what it leads to is an object of its own."""

    def __init__(self, ctx: ValidationContext, kept: _Memory) -> None:
        super().__init__(ctx)
        self._kept = kept

    def check(self, obj: pikepdf.Object) -> None:
        """As pikepdf's; asked only about what did not pass before."""
        if isinstance(obj, pikepdf.Stream):
            return super().check(obj)
        question = obj.unparse(resolved=True)
        if b"(" not in question:  # a text may look like a reference
            question = _POINTER.sub(b"1 0 R", question)
        if question in self._kept:
            return None
        keys: set[str] = set()
        if self.limits.problems(obj, keys=keys) or not keys.isdisjoint(FILE_KEYS):
            return super().check(obj)
        return self._kept.add(question)


class _Said:
    """The check of contents, told once what a page shows: of text as LibreOffice writes it, only the codes matter.

    Only of the contents that are ``plain``: there each byte of a string is a code.
    """

    def __init__(self, checker: Any) -> None:
        self._checker = checker
        self._scratch = pikepdf.new()
        self.plain: tuple[int, int] | None = None

    def check(self, stream: pikepdf.Stream) -> Any:
        """As pikepdf's."""
        if stream.objgen == self.plain:
            data = stream.read_bytes()
            if not (any(sign in data for sign in _UNUSUALS) and _UNUSUAL.search(data)):
                stream = self._scratch.make_stream(_said_once(data))
        return self._checker.check(stream)


class _Contents(ContentWalker):
    checker: Any

    def __init__(self, ctx: ValidationContext) -> None:
        super().__init__(ctx)
        self.checker = _Said(self.checker)

    def walk_page(self, page: pikepdf.Page, where: str) -> None:
        """As pikepdf's; text is told once where all fonts are simple: others may read two bytes as one."""
        contents = page.obj.get("/Contents")
        if isinstance(contents, pikepdf.Stream) and contents.is_indirect and _is_plain(page):
            self.checker.plain = contents.objgen
        super().walk_page(page, where)
        self.checker.plain = None


def _said_once(contents: bytes) -> bytes:
    """The contents with text left out, and at their end what it showed, font by font; other text than ours stays.

    Ours saves and restores the state, and sets colour, font and place itself. Nested as deep as before.
    """
    shown: dict[bytes, list[bytes]] = {}

    def silenced(text: re.Match[bytes]) -> bytes:
        if len(text[0]) > _LONG:  # there are limits to what one string may hold
            return text[0]
        for font, line in _SHOWN.findall(text[0]):
            shown.setdefault(font, []).append(line)
        return _NOTHING

    left = _AGAIN.sub(_NOTHING, _TEXT.sub(silenced, contents))
    if b"BT" in left:  # what is left out may stand within it
        return contents
    told = (b"q 0 0 0 rg\nBT\n%b 1 Tf<%b>Tj\nET\nQ\n" % (font, _codes(lines)) for font, lines in shown.items())
    return b"\n".join((left, *told))


def _codes(lines: Sequence[bytes]) -> bytes:
    """Each code that they show, once, in hexadecimal digits."""
    return bytes(set(bytes.fromhex("".join(_HEX.findall(b"".join(lines).decode()))))).hex().encode()


def _is_plain(page: pikepdf.Page) -> bool:
    """Whether the page names fonts of its own and all are simple; those it may inherit are not looked for."""
    fonts = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font")
    return isinstance(fonts, pikepdf.Dictionary) and all(font.get("/Subtype") == "/TrueType" for font in fonts.values())


class _Walker(DocumentWalker):
    def __init__(self, ctx: ValidationContext, schemas: _Schemas, readable: _Memory, kept: _Memory) -> None:
        super().__init__(ctx, schemas)
        self._readable, self._kept = readable, kept
        self.content = _Contents(ctx)

    def walk(self) -> None:
        """As pikepdf's for PDF/A-2, step by step; only the limits are asked by ``_Objects``."""
        self._stack = [_Item(self.ctx.pdf.trailer, "Trailer", 0, "trailer")]
        while self._stack:
            self._visit(self._stack.pop())
        self._check_unpainted_images()
        self._check_page_tree()
        objects = _Objects(self.ctx, self._kept)
        for each in (self.ctx.pdf.trailer, *self.ctx.model.objects(self.ctx.pdf)):
            if isinstance(each, pikepdf.Object):  # else a number or a truth, checked where it is used
                objects.check(each)
        finalize_fonts(self.ctx)

    def on_font(self, obj: pikepdf.Object, where: str = "font") -> None:
        """As pikepdf's; every font passes here before its glyphs are looked at."""
        super().on_font(obj, where)
        known: FontInfo | None = self.ctx.fonts.get(obj.objgen)
        if known is not None and isinstance(known.program, TrueTypeProgram):
            known.program = _Outlines(known.program, self._readable)


@cache
def _memories() -> tuple[_Schemas, _Memory, _Memory]:
    return _Schemas(), _Memory(), _Memory()


def report(pdf: bytes) -> pikepdf.pdfa.Report:
    """What ``pikepdf.pdfa.validate_written`` says of the file: the same verdict and, where it fails, its findings."""
    quick = _quick(pdf)
    return quick if quick is not None and quick.passed else pikepdf.pdfa.validate_written(io.BytesIO(pdf), "2b")


@pikepdf.explicit_conversion()
def _quick(pdf: bytes) -> pikepdf.pdfa.Report | None:
    """The report on a file that looks as all do; None where pikepdf itself must look."""
    found = pikepdf.pdfa.Report(_PART)
    try:
        with pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False) as document:
            context = ValidationContext(_PART, document, found)
            version = tuple(map(int, context.model.version(document).split(".")))
            if context.model.encrypted(document) or version > _NEWEST or len(document.objects) > MAX_INDIRECT_OBJECTS:
                return None
            _Walker(context, *_memories()).walk()
            check_metadata(context)
    except Exception:  # noqa: BLE001  whatever it is, pikepdf's own report tells of it
        return None
    return found
