"""The text of a Word file as its reader sees it: paragraphs with their places, and the pieces each is made of.

Reads what Word, LibreOffice and Google Docs write around runs: tracked changes, hyperlinks, content controls, smart
tags, fields, text boxes with their fallback copies. Deleted text is no text. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from lxml import etree

from docservice.render.doctor.opening import Opened
from docservice.render.doctor.report import Place
from docservice.render.package import DOCUMENT, q

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_AROUND = 60  # letters of the sentence shown on either side of the spot
_INLINE = {
    q(f"w:{name}") for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "fldSimple", "dir", "bdo")
}
_GONE = {q("w:del"), q("w:moveFrom")}
_BLOCK = {q(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_LETTERS = {
    q("w:tab"): "\t",
    q("w:ptab"): "\t",
    q("w:br"): "\n",
    q("w:cr"): "\n",
    q("w:noBreakHyphen"): "-",
    q("w:softHyphen"): "",
}
_DRAWN = {q("w:drawing"), q("w:pict"), q("w:object"), f"{MC}AlternateContent"}
_T, _P, _TBL, _TR, _TC, _R = (q(f"w:{name}") for name in ("t", "p", "tbl", "tr", "tc", "r"))
_NOTE_PARTS = {q("w:footnote"), q("w:endnote")}


Tables = tuple[tuple[etree._Element, etree._Element, etree._Element], ...]
"""Every table a paragraph is in, with its row and cell, the outermost first."""


@dataclass(slots=True)
class FieldCode:
    """A Word field: its instruction as far as read, and whether its result has begun."""

    code: str = ""
    shown: bool = False

    @property
    def name(self) -> str:
        """``MERGEFIELD``, ``PAGE`` …"""
        words = self.code.split()
        return words[0].upper() if words else ""


@dataclass(slots=True)
class Piece:
    """Letters of one ``w:t`` (or a tab, break or hyphen): where they start, their run, and what is wrapped around."""

    text: str
    start: int
    node: etree._Element
    run: etree._Element
    wraps: tuple[etree._Element, ...]
    field: FieldCode | None

    @property
    def end(self) -> int:
        """Where they end."""
        return self.start + len(self.text)

    @property
    def typed(self) -> bool:
        """Whether these are letters of a ``w:t``."""
        return bool(self.node.tag == _T)


@dataclass(eq=False)
class Paragraph:
    """One paragraph: element, place (without page and spot), pieces, and the containers it stands in.

    ``order`` and a letter's offset behind it sort tags as the file has them, text boxes inside their paragraph.
    """

    element: etree._Element
    place: Place
    holder: etree._Element
    tables: Tables
    box: etree._Element | None
    order: tuple[float, ...] = ()
    controls: tuple[etree._Element, ...] = ()
    pieces: list[Piece] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    drawings: int = 0
    fields: list[FieldCode] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """All letters; offsets of pieces and tags count in it."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def cell(self) -> etree._Element | None:
        """The innermost table cell, row and table."""
        return self.tables[-1][2] if self.tables else None

    @property
    def row(self) -> etree._Element | None:
        """The innermost row."""
        return self.tables[-1][1] if self.tables else None

    @property
    def table(self) -> etree._Element | None:
        """The innermost table."""
        return self.tables[-1][0] if self.tables else None

    def spot(self, start: int = 0, end: int | None = None) -> Place:
        """The place with letters ``start`` to ``end`` marked."""
        end = len(self.text) if end is None else end
        first, last = max(0, start - _AROUND), min(len(self.text), end + _AROUND)
        before, spot, after = (_shown(self.text[a:b]) for a, b in ((first, start), (start, end), (end, last)))
        return replace(
            self.place,
            before=("…" if first else "") + before,
            spot=spot,
            after=after + ("…" if last < len(self.text) else ""),
            start=start,
        )

    def over(self, start: int, end: int) -> list[Piece]:
        """The pieces that hold letters ``start`` to ``end``."""
        return [piece for piece in self.pieces if piece.start < end and piece.end > start]


def _shown(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


def paragraphs(opened: Opened) -> dict[str, list[Paragraph]]:
    """All paragraphs by part, in reading order; text boxes follow the paragraph that holds them."""
    return {name: list(_Walk(name, opened.trees[name]).all()) for name in opened.flowing()}


def reread(paragraph: Paragraph) -> None:
    """Read a paragraph's pieces again, after its runs were cut."""
    paragraph.__dict__.pop("text", None)
    paragraph.pieces.clear()
    paragraph.gone.clear()
    paragraph.marks.clear()
    paragraph.fields.clear()
    paragraph.drawings = 0
    _Walk(paragraph.place.entry, paragraph.element)._inline(paragraph.element, paragraph, (), [], [0])


def part_word(entry: str) -> str:
    """``word/header2.xml`` → ``header``."""
    name = entry.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
    return {"document": "body", "footnotes": "footnote", "endnotes": "endnote"}.get(name, name)


@dataclass(frozen=True, slots=True)
class _Where:
    """What a block stands in: its holder (body, cell, text box …), the place so far, tables, box and controls."""

    holder: etree._Element
    place: Place
    tables: Tables = ()
    box: etree._Element | None = None
    controls: tuple[etree._Element, ...] = ()


class _Walk:
    """One part, from its first paragraph to its last."""

    def __init__(self, entry: str, root: etree._Element) -> None:
        self.entry, self.root, self.part = entry, root, part_word(entry)
        self.index = 0
        self.fields: list[FieldCode] = []
        self.tables = 0
        self.within: tuple[float, ...] = ()  # where the text box that is being read stands

    def all(self) -> Iterator[Paragraph]:
        holders: list[etree._Element] = [self.root]
        if self.entry == DOCUMENT:
            holders = self.root.findall(q("w:body"))
        elif self.part in ("footnote", "endnote"):
            holders = [note for note in self.root if note.tag in _NOTE_PARTS and note.get(q("w:type")) is None]
        for holder in holders:
            yield from self._blocks(holder, _Where(holder, Place(part=self.part, entry=self.entry)), [0])

    def _blocks(self, parent: etree._Element, where: _Where, count: list[int]) -> Iterator[Paragraph]:
        for block in parent:
            if block.tag == _P:
                count[0] += 1
                yield from self._paragraph(block, where, count[0])
            elif block.tag == _TBL:
                if not where.tables and where.box is None:
                    self.tables += 1
                yield from self._table(block, where)
            elif block.tag in _BLOCK or block.tag == f"{MC}AlternateContent":
                inner = block if block.tag in _BLOCK else _choice(block)
                controls = (*where.controls, block) if block.tag == q("w:sdt") else where.controls
                yield from self._blocks(inner, replace(where, controls=controls), count)

    def _table(self, table: etree._Element, where: _Where) -> Iterator[Paragraph]:
        outer = not where.tables and where.box is None
        number = self.tables if outer else 1 + sum(1 for _ in table.itersiblings(_TBL, preceding=True))
        for row_number, row in enumerate(_within(table, _TR), start=1):
            for cell_number, cell in enumerate(_within(row, _TC), start=1):
                numbers = (number, row_number, cell_number)
                place = replace(where.place, paragraph=None, nested=numbers)
                if outer:
                    place = replace(where.place, paragraph=None, table=number, row=row_number, cell=cell_number)
                inside = replace(where, holder=cell, place=place, tables=(*where.tables, (table, row, cell)))
                yield from self._blocks(cell, inside, [0])

    def _paragraph(self, element: etree._Element, where: _Where, number: int) -> Iterator[Paragraph]:
        self.index += 1
        if where.box is not None and where.place.paragraph:  # a text box is found by the paragraph that holds it
            number = where.place.paragraph
        spot = replace(where.place, paragraph=number, index=self.index - 1)
        order = (*self.within, self.index)
        made = Paragraph(element, spot, where.holder, where.tables, where.box, order, where.controls)
        boxes: list[tuple[int, etree._Element]] = []
        self._inline(element, made, (), boxes, [0])
        yield made
        before = self.within
        for at, inner in boxes:
            self.within = (*made.order, at - 0.5)
            inside = replace(where, holder=inner, place=replace(spot, text_box=True, index=None), box=inner)
            yield from self._blocks(inner, inside, [0])
        self.within = before

    def _inline(
        self,
        parent: etree._Element,
        made: Paragraph,
        wraps: tuple[etree._Element, ...],
        boxes: list[tuple[int, etree._Element]],
        at: list[int],
    ) -> None:
        for child in parent:
            if child.tag == _R:
                self._run(child, made, wraps, boxes, at)
            elif child.tag in _GONE:
                made.gone.append(at[0])
            elif child.tag == q("w:fldSimple"):
                code = FieldCode(str(child.get(q("w:instr"), "")), shown=True)
                self.fields.append(code)
                made.fields.append(code)
                self._inline(child, made, (*wraps, child), boxes, at)
                self.fields.pop()
            elif child.tag == q("w:sdt"):
                for content in child.iterfind(q("w:sdtContent")):
                    self._inline(content, made, (*wraps, child), boxes, at)
            elif child.tag in _INLINE:
                self._inline(child, made, (*wraps, child), boxes, at)
            elif child.tag == f"{MC}AlternateContent":
                self._inline(_choice(child), made, wraps, boxes, at)

    def _run(
        self,
        run: etree._Element,
        made: Paragraph,
        wraps: tuple[etree._Element, ...],
        boxes: list[tuple[int, etree._Element]],
        at: list[int],
    ) -> None:
        for node in run:
            tag = node.tag
            if tag == _T or tag in _LETTERS:
                text = (node.text or "") if tag == _T else _LETTERS[tag]
                if text:
                    code = self.fields[-1] if self.fields else None
                    made.pieces.append(Piece(text, at[0], node, run, wraps, code))
                    at[0] += len(text)
            elif tag == q("w:fldChar"):
                self._field(str(node.get(q("w:fldCharType"))), made, at[0])
            elif tag == q("w:instrText"):
                if self.fields:
                    self.fields[-1].code += node.text or ""
            elif tag == q("w:delText"):
                made.gone.append(at[0])
            elif tag in _DRAWN:
                found = list(_boxes(node))
                boxes += [(at[0], box) for box in found]
                made.drawings += not found

    def _field(self, kind: str, made: Paragraph, at: int) -> None:
        if kind == "begin":
            self.fields.append(FieldCode())
            made.fields.append(self.fields[-1])
        elif kind == "separate" and self.fields:
            self.fields[-1].shown = True
        elif kind == "end" and self.fields:
            self.fields.pop()
        made.marks.append((at, "field"))


def _choice(block: etree._Element) -> etree._Element:
    """The branch of ``mc:AlternateContent`` that Word shows; the fallback is a copy for older programs."""
    found = block.find(f"{MC}Choice")
    return block if found is None else found


def _boxes(node: etree._Element) -> Iterator[etree._Element]:
    """Text boxes inside a drawing, those of a fallback left out where there is a choice."""
    for found in node.iter(q("w:txbxContent")):
        above = list(found.iterancestors())
        if any(one.tag == f"{MC}Fallback" and one.getparent().find(f"{MC}Choice") is not None for one in above):  # type: ignore[union-attr]
            continue
        inner = [one for one in above if one.tag == q("w:txbxContent")]
        if not inner or node in inner[0].iterdescendants():
            yield found


def _within(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those in content controls."""
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag in _BLOCK:
            yield from _within(child, wanted)


def run_look(run: etree._Element) -> bytes:
    """What a reader sees of a run's look, as bytes to compare: languages, hints and revision marks left out."""
    properties = run.find(q("w:rPr"))
    seen = []
    for one in properties if properties is not None else ():
        name = etree.QName(one).localname
        if name in ("lang", "noProof", "cs", "rtl", "webHidden", "rPrChange", "ins", "del", "kern", "snapToGrid"):
            continue
        if one.get(q("w:val")) in ("0", "false", "off"):
            continue
        values = sorted((str(key), str(value)) for key, value in one.attrib.items() if not str(key).endswith("}hint"))
        if name != "rFonts" or values:
            seen.append((name, tuple(values)))
    return repr(sorted(seen)).encode()
