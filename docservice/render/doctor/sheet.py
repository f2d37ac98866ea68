"""The page of a template against the rules: paper, margins, breaks, numbers that Word counts, pictures and slots."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from docservice.catalogue import Kind
from docservice.render.doctor.flow import MC, Paragraph
from docservice.render.doctor.looks import properties_of, style_of
from docservice.render.doctor.opening import Opened
from docservice.render.doctor.tags import Trouble
from docservice.render.package import DOCUMENT, NS, q
from docservice.render.pictures import SLOTS

A4 = (11906, 16838)
_TWIPS_PER_CM = 1440 / 2.54
_EMU_PER_CM = 360_000
_NEAR_PAPER = 113  # twips: 2 mm, what converters round away
_NEAR = 68  # 1.2 mm
_LEFT, _RIGHT = 1701, 1134
_RULED = ("letter", "order", "announcement", "report", "guideline")
_EMBLEM = ("letter", "order", "announcement")
_EMBLEM_CM = 3.0

_ARABIC_FORMATS = ("decimal", "decimalZero", "decimalFullWidth", "decimalHalfWidth", "ordinal", "numberInDash")
_V = "{urn:schemas-microsoft-com:vml}"
_NUMBERING = "word/numbering.xml"


@dataclass
class Sheet:
    """The checks of one file's pages."""

    opened: Opened
    kind: Kind | None
    thai: bool

    def all(self, paragraphs: dict[str, list[Paragraph]]) -> Iterator[Trouble]:
        """What is wrong with pages, numbers and pictures."""
        body = paragraphs.get(DOCUMENT, [])
        if body:
            yield from self._sections(body)
            yield from self._breaks(body)
        numbering = _arabic_lists(self.opened)
        for part in paragraphs.values():
            for paragraph in part:
                yield from _numbered(paragraph, numbering, self._style_lists) if self.thai and numbering else ()
                if self.thai:
                    yield from self._page_numbers(paragraph)
                yield from self._pictures(paragraph)

    # --------------------------------------------------------------------------------------------------- sections
    def _sections(self, body: list[Paragraph]) -> Iterator[Trouble]:
        start = body[0]
        after = False
        for paragraph in body:
            if after and paragraph.holder is start.holder:
                start, after = paragraph, False
            properties = properties_of(paragraph.element)
            end = properties.find(q("w:sectPr")) if properties is not None else None
            if end is not None:
                yield from self._section(start, end)
                after = True
        last = self.opened.trees[DOCUMENT].find("w:body/w:sectPr", NS)
        if last is not None:
            yield from self._section(start, last)

    def _section(self, start: Paragraph, section: etree._Element) -> Iterator[Trouble]:
        size, margins = section.find(q("w:pgSz")), section.find(q("w:pgMar"))
        spot = (start, 0, 0)
        if size is not None:
            wide, high = _twips(size.get(q("w:w"))), _twips(size.get(q("w:h")))
            sides = sorted((wide, high))
            if any(abs(side - wanted) > _NEAR_PAPER for side, wanted in zip(sides, A4, strict=True)):
                yield Trouble(
                    "paper-size", *spot, {"found": f"{wide / _TWIPS_PER_CM:.1f} × {high / _TWIPS_PER_CM:.1f}"}
                )
                return
            if wide > high:
                return
        if margins is None or self.kind is None or self.kind.code not in _RULED:
            return
        gutter = _twips(margins.get(q("w:gutter"), "0"))
        for name, thai, wanted in (("left", "ซ้าย", _LEFT), ("right", "ขวา", _RIGHT)):
            found = _twips(margins.get(q(f"w:{name}"), margins.get(q("w:start" if name == "left" else "w:end"), "0")))
            found += gutter if name == "left" else 0
            if abs(found - wanted) > _NEAR:
                facts = {
                    "side": thai,
                    "found": f"{found / _TWIPS_PER_CM:.2f}",
                    "wanted": f"{wanted / _TWIPS_PER_CM:.0f}",
                }
                yield Trouble("margins", *spot, facts | {"side_english": name})

    def _breaks(self, body: list[Paragraph]) -> Iterator[Trouble]:
        if self.kind is None or not self.kind.catchwords:
            return
        for number, paragraph in enumerate(body):
            for piece in paragraph.pieces:
                if piece.node.tag == q("w:br") and piece.node.get(q("w:type")) == "page":
                    yield Trouble("page-break", paragraph, piece.start, piece.end)
            properties = properties_of(paragraph.element)
            before = properties.find(q("w:pageBreakBefore")) if properties is not None else None
            if number and before is not None and before.get(q("w:val")) not in ("0", "false", "off"):
                yield Trouble("page-break", paragraph, 0, len(paragraph.text))

    # ---------------------------------------------------------------------------------------- numbers Word counts
    @property
    def _style_lists(self) -> dict[str, tuple[str, str]]:
        """Paragraph style → (list, level) that the style itself numbers with."""
        if not hasattr(self, "_lists"):
            root = self.opened.trees.get("word/styles.xml")
            self._lists = {
                str(style.get(q("w:styleId"))): found
                for style in (root.iterfind(q("w:style")) if root is not None else ())
                if (found := _list_of(style.find("w:pPr/w:numPr", NS))) is not None
            }
        return self._lists

    def _page_numbers(self, paragraph: Paragraph) -> Iterator[Trouble]:
        thai = self._thai_pages()
        for code in paragraph.fields:
            if code.name in ("PAGE", "NUMPAGES", "SECTIONPAGES") and not thai and "THAI" not in code.code.upper():
                yield Trouble("arabic-page-number", paragraph, 0, len(paragraph.text))
                return

    def _thai_pages(self) -> bool:
        if not hasattr(self, "_thai_numbers"):
            formats = [one.get(q("w:fmt")) for one in self.opened.trees[DOCUMENT].iter(q("w:pgNumType"))]
            self._thai_numbers = any(one in ("thaiNumbers", "thaiLetters") for one in formats)
        return self._thai_numbers

    # --------------------------------------------------------------------------------------------------- pictures
    def _pictures(self, paragraph: Paragraph) -> Iterator[Trouble]:
        if not paragraph.drawings:
            return
        spot = (paragraph, 0, len(paragraph.text))
        for holder in paragraph.element.iter(q("wp:inline"), q("wp:anchor")):
            if any(above.tag in (f"{MC}Fallback", q("w:txbxContent")) for above in _up_to(holder, paragraph.element)):
                continue
            extent, mark = holder.find(q("wp:extent")), holder.find(q("wp:docPr"))
            high = _number(extent.get("cy")) if extent is not None else 0
            wide = _number(extent.get("cx")) if extent is not None else 0
            if holder.find(".//a:blip", NS) is not None and (high <= 0 or wide <= 0):
                yield Trouble("image-no-size", *spot)
            elif mark is not None:
                yield from self._slot(spot, str(mark.get("descr", "")), high)
        for shape in paragraph.element.iter(f"{_V}shape"):
            style = str(shape.get("style", ""))
            fallback = any(above.tag == f"{MC}Fallback" for above in _up_to(shape, paragraph.element))
            if (
                not fallback
                and shape.find(f"{_V}imagedata") is not None
                and not ("width" in style and "height" in style)
            ):
                yield Trouble("image-no-size", *spot)

    def _slot(self, spot: tuple[Paragraph, int, int], name: str, high: int) -> Iterator[Trouble]:
        fields = [slot for slot in SLOTS if self.kind is None or slot in self.kind.fields]
        if name in fields:
            found = high / _EMU_PER_CM
            if (
                name == "emblem"
                and self.kind is not None
                and self.kind.code in _EMBLEM
                and abs(found - _EMBLEM_CM) > 0.12
            ):
                yield Trouble("emblem-size", *spot, {"found": f"{found:.1f}", "wanted": "3"})
            return
        near = difflib.get_close_matches(name.lower(), fields, 1, 0.6)
        if near or name in SLOTS:
            hint = f"แก้ข้อความแสดงแทนเป็น {near[0]}" if near else f"ช่องภาพของเอกสารนี้คือ {', '.join(fields) or '(ไม่มี)'}"
            english = f"Write '{near[0]}'." if near else f"This kind has: {', '.join(fields) or 'none'}."
            yield Trouble("unknown-slot", *spot, {"name": name, "hint": hint, "hint_english": english})


def slots(paragraphs: list[Paragraph]) -> set[str]:
    """The fields whose picture a slot shows."""
    return {
        str(mark.get("descr"))
        for paragraph in paragraphs
        if paragraph.drawings
        for mark in paragraph.element.iter(q("wp:docPr"))
        if mark.get("descr") in SLOTS
    }


def _numbered(
    paragraph: Paragraph, arabic: set[tuple[str, str]], styles: dict[str, tuple[str, str]]
) -> Iterator[Trouble]:
    properties = properties_of(paragraph.element)
    found = _list_of(properties.find(q("w:numPr"))) if properties is not None else None
    if found is None:
        found = styles.get(style_of(paragraph.element))
    if found in arabic:
        yield Trouble("arabic-numbering", paragraph, 0, len(paragraph.text))


def _list_of(properties: etree._Element | None) -> tuple[str, str] | None:
    if properties is None or (number := properties.find(q("w:numId"))) is None:
        return None
    level = properties.find(q("w:ilvl"))
    return str(number.get(q("w:val"))), str(level.get(q("w:val"))) if level is not None else "0"


def _arabic_lists(opened: Opened) -> set[tuple[str, str]]:
    """(list, level) of every list that counts 1, 2, 3."""
    root = opened.trees.get(_NUMBERING)
    if root is None:
        return set()
    levels = {
        str(one.get(q("w:abstractNumId"))): {
            str(level.get(q("w:ilvl")))
            for level in one.iterfind(q("w:lvl"))
            if _val(level.find(q("w:numFmt"))) in _ARABIC_FORMATS and "%" in _val(level.find(q("w:lvlText")))
        }
        for one in root.iterfind(q("w:abstractNum"))
    }
    return {
        (str(number.get(q("w:numId"))), level)
        for number in root.iterfind(q("w:num"))
        for level in levels.get(_val(number.find(q("w:abstractNumId"))), ())
    }


def _val(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(q("w:val")))


def _up_to(element: etree._Element, top: etree._Element) -> Iterator[etree._Element]:
    for above in element.iterancestors():
        if above is top:
            return
        yield above


def _twips(value: str | None) -> int:
    """Twentieths of a point; also as LibreOffice and strict files write them (``21cm``, ``595.3pt``)."""
    text = (value or "0").strip()
    for unit, factor in (("cm", _TWIPS_PER_CM), ("mm", _TWIPS_PER_CM / 10), ("in", 1440.0), ("pt", 20.0)):
        if text.endswith(unit):
            return round(_float(text.removesuffix(unit)) * factor)
    return round(_float(text))


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _number(value: str | None) -> int:
    return round(_float(value or "0"))
