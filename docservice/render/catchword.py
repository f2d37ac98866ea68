"""Catchwords: at the lower right of a page that continues, ``/`` and the first words of the next page, ``...``.

The rule is that of the manual for typing official letters. LibreOffice tells where pages start and where Thai words end
(``office_inside.py``); here the words are written into the Word file, as a text box fixed to the page so that no line
moves, and read again from the finished PDF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from docservice.errors import Broken, FactsRefused
from docservice.render import package, pdfcheck
from docservice.render.catchword_check import fault_in
from docservice.render.office import Layout, Office
from docservice.render.package import DOCUMENT, NS, Parts, q
from docservice.render.spots import FIRST_ID, LINE, body_of, divided, marked, spots_of
from docservice.thai import to_thai_digits

STYLE = "Catchword"
_ROUNDS = 6
_EMU_PER_TWIP = 635
_EMU_PER_HUNDREDTH = 360  # of a millimetre
_BELOW_TEXT = 170  # twips from the last line's place to the catchword: 0.3 cm
_BOX_HEIGHT = 480  # one line of 16 pt with its marks
_A4 = {"w": 11906, "h": 16838, "left": 1701, "right": 1134, "bottom": 1134}
_LINES = 43  # of a page, empty ones and cells counted
_TABLE_FIRST = re.compile(rb"<w:body><w:tbl>")
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)")
_NEXT_SECTION: Any = etree.XPath("following::w:sectPr[1]", namespaces=NS)


@dataclass(frozen=True)
class Set:
    """A paper set by LibreOffice: the Word file's parts with catchwords, and the PDF."""

    parts: Parts
    pdf: bytes


def with_catchwords(office: Office, parts: Parts, *, title: str) -> Set:
    """Set a paper and write its catchwords, usually in one conversion.

    LibreOffice itself puts the words on the pages it has set; the Word file gets the same boxes afterwards, and the
    finished PDF is compared with both. Where that does not fit, the paper goes the long way. Raises as that.
    """
    parts = divided(parts)
    box = box_of(parts)
    if box is None:
        return _in_rounds(office, parts, title=title)
    done = office.convert(marked(parts), title=title, box=box)
    told = done.layout or Layout(1, (), {})
    pages, places = pdfcheck.places_in(done.pdf) if done.pdf else (0, {})
    layout = Layout(pages, told.starts, places)
    if done.pdf is None or told.pages != pages or not has_places(layout) or fault_in(done.pdf, parts, layout):
        return _in_rounds(office, parts, title=title)
    return Set(written(parts, layout), done.pdf)


def _in_rounds(office: Office, parts: Parts, *, title: str) -> Set:
    """Boxes written into the Word file, and the file set again, until nothing changes.

    Raises Broken when after six rounds the words still change or the PDF does not carry them. LibreOffice sets pages on
    its own time: on a busy machine it was seen to write other pages than it had told of, so both are asked for again.
    """
    if _may_be_one_page(parts):  # marks, which only a second page needs, take a tenth of its time
        done = office.convert(parts, title=title, layout=True, unless_continued=True)
        if done.pdf is not None:
            return Set(parts, done.pdf)
    done = office.convert(marked(parts, every=True), title=title, layout=True, unless_continued=True)
    if done.pdf is not None:
        return Set(parts, done.pdf)
    layout, fault = done.layout or Layout(1, (), {}), _unsettled()
    for _ in range(_ROUNDS):
        carrying = written(parts, layout)
        done = office.convert(marked(carrying, every=True), title=title, layout=True)
        before, layout = layout, done.layout or Layout(1, (), {})
        if done.pdf is not None and layout.catchwords == before.catchwords:
            found = fault_in(done.pdf, parts, layout)
            if found is None:
                return Set(carrying, done.pdf)
            fault = found
    raise fault


def _may_be_one_page(parts: Parts) -> bool:
    """Whether a paper's text is so short that it probably fills one page; a wrong guess costs a load more."""
    document = parts[DOCUMENT]
    letters = sum(map(len, _TEXT.findall(document.decode())))
    return document.count(b"</w:p>") + letters / LINE <= _LINES


def _unsettled() -> Broken:
    return Broken(
        "คำต่อเนื่องท้ายหน้าไม่คงที่หลังจัดหน้าหกรอบ",
        "กรุณาแจ้งผู้ดูแลระบบพร้อมชื่อแม่แบบและข้อมูลของเอกสารนี้",
        english="The catchwords still change after six rounds of layout.",
    )


# ------------------------------------------------------------------------------------------------- where to write
def has_places(layout: Layout) -> bool:
    """Whether every page that continues has a mark; where it has none, every spot must be marked to find one."""
    return set(layout.places.values()).issuperset(layout.catchwords)


def written(parts: Parts, layout: Layout) -> Parts:
    """A copy with the catchword of every page that continues, each held by a spot on its page.

    The same parts where none does.
    """
    if not layout.catchwords:
        return parts
    root = package.parse(parts[DOCUMENT])
    places = spots_of(body_of(root))
    style = _is_styled(parts)
    for page, words in layout.catchwords.items():
        numbers = [int(name.removeprefix("ds")) for name, place in layout.places.items() if place == page]
        here = places[min(numbers) : max(numbers) + 1] if numbers else []
        here = [spot for spot in here if spot.rank == min(other.rank for other in here)]
        if not here:
            raise FactsRefused(
                f"ไม่มีที่วางคำต่อเนื่องในหน้า {to_thai_digits(str(page))} เพราะทั้งหน้าเป็นข้อความติดกันไม่มีเว้นวรรค",
                "กรุณาแบ่งย่อหน้าที่ยาวเกินหนึ่งหน้า หรือเว้นวรรคระหว่างประโยค",
                english=f"Page {page} is one text without a blank: its catchword has no place. Divide the paragraph.",
            )
        # one in the middle of the page stays on it even where Word breaks a line or two elsewhere
        holder = here[len(here) // 2]
        holder.insert(_box(f"/{words}...", page, _page_of(holder.paragraph), styled=style))
    return parts | {DOCUMENT: package.serialise(root)}


def _page_of(paragraph: etree._Element) -> dict[str, int]:
    """Paper size and margins, in twips, of the section that ``paragraph`` is in: the next ``sectPr`` from there on."""
    sections = (*paragraph.iter(q("w:sectPr")), *_NEXT_SECTION(paragraph))
    return _measures(sections[0] if sections else None)


def _measures(section: etree._Element | None) -> dict[str, int]:
    measures = dict(_A4)
    for name in ("w:pgSz", "w:pgMar") if section is not None else ():
        found = section.find(q(name)) if section is not None else None
        attributes: dict[Any, Any] = dict(found.attrib) if found is not None else {}
        measures |= {key: int(attributes[q(f"w:{key}")]) for key in measures if q(f"w:{key}") in attributes}
    return measures


def _place(page: dict[str, int]) -> dict[str, int]:
    """Where a catchword's box stands on such a page, in EMU: just below the last line, as wide as the text."""
    return {
        "left": page["left"] * _EMU_PER_TWIP,
        "top": (page["h"] - page["bottom"] + min(_BELOW_TEXT, max(page["bottom"] - _BOX_HEIGHT, 0))) * _EMU_PER_TWIP,
        "width": (page["w"] - page["left"] - page["right"]) * _EMU_PER_TWIP,
        "height": min(_BOX_HEIGHT, page["bottom"]) * _EMU_PER_TWIP,
    }


def box_of(parts: Parts) -> dict[str, object] | None:
    """The box of every page for ``Office.convert``; None where the paper's sections have pages of several shapes.

    None also where the text begins with a table: LibreOffice 7.4 then has no place to hold a box by.
    """
    if _TABLE_FIRST.search(parts[DOCUMENT]):
        return None
    body = body_of(package.parse(parts[DOCUMENT]))
    places = [_place(_measures(section)) for section in body.iter(q("w:sectPr"))]
    if not places or any(place != places[0] for place in places) or body[0].tag == q("w:tbl"):
        return None
    style = STYLE if _is_styled(parts) else ""
    places[0]["width"] += _EMU_PER_TWIP  # LibreOffice counts both edges of a drawn box, but not of a frame
    return {**{name: round(value / _EMU_PER_HUNDREDTH) for name, value in places[0].items()}, "style": style}


def _is_styled(parts: Parts) -> bool:
    return f'w:styleId="{STYLE}"'.encode() in parts.get("word/styles.xml", b"")


def _box(text: str, number: int, page: dict[str, int], *, styled: bool) -> etree._Element:
    """A run with a text box at its place on the page, right-aligned."""
    look = f'<w:pStyle w:val="{STYLE}"/>' if styled else '<w:spacing w:before="0" w:after="0"/><w:jc w:val="right"/>'
    return etree.fromstring(
        _BOX.format(
            **NS,
            **_MORE_NS,
            **_place(page),
            **{"id": FIRST_ID + number, "text": escape(text), "look": look},
        )
    )


_MORE_NS = {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
_BOX = """<w:r xmlns:w="{w}" xmlns:wp="{wp}" xmlns:a="{a}" xmlns:mc="{mc}" xmlns:wps="{wps}">\
<w:rPr><w:noProof/></w:rPr><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>\
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="1" \
layoutInCell="0" allowOverlap="1"><wp:simplePos x="0" y="0"/>\
<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>\
<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>\
<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>\
<wp:docPr id="{id}" name="Catchword"/><wp:cNvGraphicFramePr/>\
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>\
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>\
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>\
<wps:txbx><w:txbxContent><w:p><w:pPr>{look}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>\
</w:txbxContent></wps:txbx><wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/>\
</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"""
