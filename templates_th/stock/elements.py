"""WordprocessingML of paragraphs, runs, pictures, tables and sections: text in, XML out, nothing about a kind of paper.

Lengths are centimetres where a clerk would measure them (indents, widths) and points where Word shows points (spacing,
font size). Plain strings are template text: they are escaped, a tab becomes ``w:tab``, a line feed ``w:br``, and Jinja
tags stay whole inside one run, because Word and docxtpl both need that. :class:`Xml` marks what is already XML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

EMU_PER_CM = 360_000
BLACK_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'


class Xml(str):
    """A piece of WordprocessingML, not to be escaped again."""

    __slots__ = ()


def twips(cm: float) -> int:
    """Centimetres as twentieths of a point, Word's unit of length."""
    return round(cm * 1440 / 2.54)


def points(pt: float) -> int:
    """Points as twentieths of a point."""
    return round(pt * 20)


@dataclass(frozen=True)
class Look:
    """How a paragraph and its letters look; ``None`` inherits. Indents in cm, spacing and sizes in points.

    ``tabs`` are (position in cm, ``left`` | ``center`` | ``right``). ``line`` is an exact line height.
    """

    align: str | None = None
    before: float | None = None
    after: float | None = None
    line: float | None = None
    left: float | None = None
    right: float | None = None
    first: float | None = None
    hanging: float | None = None
    tabs: tuple[tuple[float, str], ...] = ()
    keep_next: bool | None = None
    keep_lines: bool | None = None
    rule_below: bool = False
    outline: int | None = None
    size: float | None = None
    bold: bool | None = None
    color: str | None = None

    def paragraph_properties(self, style: str = "") -> str:
        """The children of ``w:pPr`` in the order the schema asks for."""
        parts = [
            f'<w:pStyle w:val="{style}"/>' if style else "",
            _flag("keepNext", self.keep_next),
            _flag("keepLines", self.keep_lines),
            f"<w:pBdr><w:bottom {BLACK_LINE}/></w:pBdr>" if self.rule_below else "",
            self._tabs(),
            self._spacing(),
            self._indents(),
            f'<w:jc w:val="{self.align}"/>' if self.align else "",
            f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline is not None else "",
        ]
        return "".join(parts)

    def run_properties(self) -> str:
        """The children of ``w:rPr``: every property in its Latin and its complex-script slot, Thai reads the latter."""
        parts = [
            _flag("b", self.bold) + _flag("bCs", self.bold),
            f'<w:color w:val="{self.color}"/>' if self.color else "",
            f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/>' if self.size else "",
        ]
        return "".join(parts)

    def _tabs(self) -> str:
        stops = "".join(f'<w:tab w:val="{kind}" w:pos="{twips(at)}"/>' for at, kind in self.tabs)
        return f"<w:tabs>{stops}</w:tabs>" if stops else ""

    def _spacing(self) -> str:
        given = {
            "before": None if self.before is None else points(self.before),
            "after": None if self.after is None else points(self.after),
            "line": None if self.line is None else points(self.line),
        }
        names = "".join(f' w:{name}="{value}"' for name, value in given.items() if value is not None)
        exact = ' w:lineRule="exact"' if self.line is not None else ""
        return f"<w:spacing{names}{exact}/>" if names else ""

    def _indents(self) -> str:
        given = {"left": self.left, "right": self.right, "firstLine": self.first, "hanging": self.hanging}
        names = "".join(f' w:{name}="{twips(value)}"' for name, value in given.items() if value is not None)
        return f"<w:ind{names}/>" if names else ""


def _flag(name: str, value: bool | None) -> str:
    return "" if value is None else f"<w:{name}/>" if value else f'<w:{name} w:val="0"/>'


def run(text: str, *, bold: bool | None = None, size: float | None = None, color: str | None = None) -> Xml:
    """Letters that differ from their paragraph's style."""
    return _run(text, Look(bold=bold, size=size, color=color).run_properties())


def _run(text: str, properties: str = "") -> Xml:
    pieces = [_piece(piece) for piece in re.split(r"([\t\n])", text) if piece]
    head = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return Xml(f"<w:r>{head}{''.join(pieces)}</w:r>") if pieces else Xml("")


def _piece(text: str) -> str:
    breaks = {"\t": "<w:tab/>", "\n": "<w:br/>"}
    return breaks.get(text) or f'<w:t xml:space="preserve">{html.escape(text, quote=False)}</w:t>'


def field(code: str, shown: str) -> Xml:
    """A Word field, such as the page number, with the text it shows until Word computes it."""
    return Xml(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(style: str, *content: str, look: Look | None = None) -> Xml:
    """One paragraph of a named style; ``look`` overrides the style in this place only."""
    given = look or Look()
    properties = given.paragraph_properties(style) + _mark(given)
    runs = "".join(item if isinstance(item, Xml) else _run(item, given.run_properties()) for item in content)
    return Xml(f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>")


def _mark(look: Look) -> str:
    """The paragraph mark's own properties: they set the height of an empty line."""
    return f"<w:rPr>{look.run_properties()}</w:rPr>" if look.run_properties() else ""


def tag(code: str) -> Xml:
    """A paragraph that holds one Jinja statement and leaves no line behind: ``tag("for m in members")``."""
    return paragraph("Tag", f"{{%p {code} %}}")


@dataclass(frozen=True)
class Cell:
    """One table cell: its paragraphs and the columns it spans. ``merge``: ``restart`` or ``continue`` downwards."""

    content: str
    span: int = 1
    merge: str | None = None
    align: str = "top"


def row_tag(code: str, columns: int = 1) -> Xml:
    """A table row that holds one Jinja statement and leaves no row behind: ``row_tag("for row in rows")``."""
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    return Xml(f"<w:tr><w:tc><w:tcPr>{span}</w:tcPr>{paragraph('Tag', f'{{%tr {code} %}}')}</w:tc></w:tr>")


def row(widths: Sequence[float], cells: Iterable[Cell], *, header: bool = False, height: float | None = None) -> Xml:
    """A row that never splits over two pages; a header row is repeated on each. ``widths`` (cm) are the table's."""
    left = list(widths)
    made = []
    for cell in cells:
        made.append(_cell(cell, sum(left[: cell.span])))
        del left[: cell.span]
    tall = f'<w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/>' if height else ""
    repeat = "<w:tblHeader/>" if header else ""
    return Xml(f"<w:tr><w:trPr><w:cantSplit/>{tall}{repeat}</w:trPr>{''.join(made)}</w:tr>")


def _cell(cell: Cell, width: float) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    align = f'<w:vAlign w:val="{cell.align}"/>' if cell.align != "top" else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{span}{merge}{align}</w:tcPr>{cell.content}</w:tc>'


def table(
    widths: Sequence[float], rows: Iterable[str], *, borders: bool = True, indent: float = 0, padding: float = 0.12
) -> Xml:
    """A table of fixed column ``widths`` (cm): LibreOffice and Word both take them from the grid."""
    lines = (
        "".join(f"<w:{side} {BLACK_LINE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        if borders
        else ""
    )
    edge = twips(padding)
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return Xml(
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/>'
        f'<w:tblInd w:w="{twips(indent)}" w:type="dxa"/>'
        + (f"<w:tblBorders>{lines}</w:tblBorders>" if lines else "")
        + '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{edge}" w:type="dxa"/><w:right w:w="{edge}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def picture(slot: str, width: float, height: float, *, behind_page: bool = False) -> Xml:
    """A picture slot: a drawing whose description is the field's name, so that the engine can put the picture in.

    Inline by default; ``behind_page`` fixes it to the paper's upper left corner behind the text (a certificate's
    border). The placeholder comes from ``slots/<slot>.png``. Sizes in cm.
    """
    size = f'cx="{round(width * EMU_PER_CM)}" cy="{round(height * EMU_PER_CM)}"'
    inner = _graphic(slot, size)
    body = (
        _anchor(inner, size)
        if behind_page
        else f'<wp:inline distT="0" distB="0" distL="0" distR="0">{inner}</wp:inline>'
    )
    return Xml(f"<w:r><w:drawing>{body}</w:drawing></w:r>")


SLOT_NUMBERS = {"emblem": 1, "border": 2, "qr": 3}


def _graphic(slot: str, size: str) -> str:
    number = SLOT_NUMBERS[slot]
    return (
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="{slot}" descr="{slot}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{slot}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="rIdSlot{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )


def _anchor(inner: str, size: str) -> str:
    positions = "".join(
        f'<wp:position{axis} relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:position{axis}>' for axis in "HV"
    )
    effect = '<wp:effectExtent l="0" t="0" r="0" b="0"/>'
    return (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="0" behindDoc="1" locked="1" '
        f'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>{positions}'
        f"{inner.replace(effect, effect + '<wp:wrapNone/>')}</wp:anchor>"
    )


@dataclass(frozen=True)
class Page:
    """A paper size with its margins, all in cm. The defaults are those of Thai official papers: A4, left 3, right 2.

    ``header`` and ``footer`` are distances from the paper's edge.
    """

    width: float = 21.0
    height: float = 29.7
    top: float = 2.5
    bottom: float = 2.0
    left: float = 3.0
    right: float = 2.0
    header: float = 1.4
    footer: float = 1.0

    @property
    def text_width(self) -> float:
        """Width between the margins, cm."""
        return self.width - self.left - self.right

    def landscape(self) -> Page:
        """The same paper turned; margins stay as they are."""
        return replace(self, width=self.height, height=self.width)


def section(page: Page, *, numbered: bool = True, first: bool = True) -> Xml:
    """``w:sectPr``: Thai page numbers, ``- ๒ -`` at the top, on every page but the paper's first.

    ``first`` is the section that starts the paper; the others count on, since LibreOffice puts an empty page before a
    section that starts again from 1 on a left-hand page.
    """
    turned = ' w:orient="landscape"' if page.width > page.height else ""
    margins = {name: twips(getattr(page, name)) for name in ("top", "right", "bottom", "left", "header", "footer")}
    sides = "".join(f' w:{name}="{value}"' for name, value in margins.items())
    headers = "".join(
        f'<w:headerReference w:type="{kind}" r:id="{target}"/>'
        for kind, target in (("default", "rIdHeader"), ("first", "rIdHeaderFirst"))
    )
    start = ' w:start="1"' if first else ""
    return Xml(
        f'<w:sectPr>{headers if numbered else ""}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"{turned}/>'
        f'<w:pgMar{sides} w:gutter="0"/>'
        f'<w:pgNumType w:fmt="thaiNumbers"{start}/>{"<w:titlePg/>" if numbered and first else ""}</w:sectPr>'
    )


def section_end(page: Page, *, numbered: bool = True, first: bool = True) -> Xml:
    """The end of a section that is not the last one: what follows starts on a new page."""
    end = section(page, numbered=numbered, first=first)
    return Xml(f'<w:p><w:pPr><w:pStyle w:val="SectionEnd"/>{end}</w:pPr></w:p>')
