"""The places of a Word file's text that can hold a mark or a box, and marks set at them to learn their pages.

Spots are numbered in reading order. A mark costs LibreOffice more the more there are (one at every spot took a sixth of
a lot's time), so one spot in some lines gets one: what lies between two that come out on one page is on it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from docservice.errors import Broken
from docservice.render import package
from docservice.render.package import DOCUMENT, NS, Parts, q

FIRST_ID = 900_000
LINE = 75
"""Letters that a line holds at least."""
_APART = 8  # lines from one mark to the next
_LONG = 700  # letters, about eight lines: a paragraph of more may reach over a page
_PIECE = 300
_PARAGRAPH, _TABLE, _ROW, _CELL = map(q, ("w:p", "w:tbl", "w:tr", "w:tc"))
_CONTROL, _CONTENT, _LOOK, _FRAME = map(q, ("w:sdt", "w:sdtContent", "w:pPr", "w:framePr"))
_LETTERS: Any = etree.XPath("string-length()")
_MAY_BE_LONG = re.compile(rf">[^<]{{{_LONG + 1}}}")


def _paragraphs(body: etree._Element, *, in_table: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    """Paragraphs of the text flow in reading order, and whether they are in a table; a row gives its first cell's."""
    for block in body.iterchildren(_PARAGRAPH, _TABLE, _CONTROL):
        if block.tag == _PARAGRAPH:
            look = block.find(_LOOK)
            if look is None or look.find(_FRAME) is None:
                yield block, in_table
        elif block.tag == _TABLE:
            for row in block.iterchildren(_ROW):
                for cell in islice(row.iterchildren(_CELL), 1):
                    yield from _paragraphs(cell, in_table=True)
        else:
            for content in block.iterchildren(_CONTENT):
                yield from _paragraphs(content, in_table=in_table)


@dataclass(frozen=True)
class Spot:
    """A place in the flow that can hold a mark or a box: a paragraph's start, or before ``run`` inside a long one.

    ``letters``: about how many follow up to the next.
    """

    paragraph: etree._Element
    run: etree._Element | None
    in_table: bool
    letters: int

    @property
    def rank(self) -> int:
        """Starts of paragraphs are best, then places inside long ones, then table cells."""
        return 2 if self.in_table else int(self.run is not None)

    def insert(self, *items: etree._Element) -> None:
        """Put ``items`` here, in that order."""
        if self.run is None:
            _insert_first(self.paragraph, *items)
        else:
            for item in items:
                self.run.addprevious(item)


def marks(parts: Parts) -> list[int]:
    """The numbers of the spots that ``marked_document`` marks when not every one."""
    return list(_sparse(spots_of(body_of(package.parse(parts[DOCUMENT])))))


def _sparse(spots: Sequence[Spot]) -> Iterator[int]:
    """One spot in some lines: what lies between two that come out on one page is on it, too."""
    lines = float(_APART)
    for number, spot in enumerate(spots):
        if lines >= _APART:
            yield number
            lines = 0
        lines += 1 + spot.letters / LINE


def spots_of(body: etree._Element) -> list[Spot]:
    """Every spot in reading order; the same numbers before and after boxes are written."""
    found = list[Spot]()
    for paragraph, in_table in _paragraphs(body):
        letters = int(_LETTERS(paragraph))
        if letters > _LONG and not in_table:
            found += _inside(paragraph)
        else:
            found.append(Spot(paragraph, None, in_table, letters))
    return found


def _inside(paragraph: etree._Element) -> Iterator[Spot]:
    """The spots of one paragraph; one whose text is so long that it may reach over a page has them within, too."""
    runs = [run for run in paragraph.findall("w:r", NS) if run.find("w:t", NS) is not None]
    letters = [len(run.findtext("w:t", "", NS)) for run in runs]
    if sum(letters) <= _LONG:
        yield Spot(paragraph, None, False, sum(letters))
        return
    yield Spot(paragraph, None, False, letters[0])
    for run, length in zip(runs[1:], letters[1:], strict=True):
        yield Spot(paragraph, run, False, length)


def divided(parts: Parts) -> Parts:
    """A copy whose long paragraphs are cut into more runs, at blanks: a page may lie within one paragraph.

    The same parts where none is that long.
    """
    if not _MAY_BE_LONG.search(parts[DOCUMENT].decode()):
        return parts
    root = package.parse(parts[DOCUMENT])
    for paragraph, _ in list(_paragraphs(body_of(root))):
        for run in paragraph.findall("w:r", NS):
            text = run.find("w:t", NS)
            if text is not None and len(text.text or "") > _LONG and len(run.findall("w:t", NS)) == 1:
                _divide(run, text.text or "")
    return parts | {DOCUMENT: package.serialise(root)}


def _divide(run: etree._Element, text: str) -> None:
    """Replace a run by copies of it that hold the text in pieces of some lines, each ending with a blank."""
    pieces, rest = [], text
    while len(rest) > _PIECE and (cut := rest.find(" ", _PIECE) + 1):
        pieces.append(rest[:cut])
        rest = rest[cut:]
    for piece in [*pieces, rest]:
        copy = deepcopy(run)
        held = copy.find("w:t", NS)
        if held is not None:
            held.text = piece
            held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.addprevious(copy)
    parent = run.getparent()
    if parent is not None:
        parent.remove(run)


def marked(parts: Parts, *, every: bool = False) -> Parts:
    """A copy with a bookmark ``dsN`` at spot N of the flow, one spot in some lines or ``every`` one."""
    return parts | {DOCUMENT: package.serialise(marked_document(parts, every=every))}


def marked_document(parts: Parts, prefix: str = "", *, every: bool = False) -> etree._Element:
    """The document part of ``marked``, the bookmarks' names after ``prefix``."""
    root = package.parse(parts[DOCUMENT])
    spots = spots_of(body_of(root))
    for number in range(len(spots)) if every else list(_sparse(spots)):
        start, end = etree.Element(q("w:bookmarkStart")), etree.Element(q("w:bookmarkEnd"))
        for mark in (start, end):
            mark.set(q("w:id"), str(FIRST_ID + number))
        start.set(q("w:name"), f"{prefix}ds{number}")
        spots[number].insert(start, end)
    return root


def body_of(root: etree._Element) -> etree._Element:
    """The body of a document part. Raises Broken where it has none."""
    body = root.find(q("w:body"))
    if body is None:
        raise Broken("ไฟล์ Word ไม่มีเนื้อเอกสาร", "กรุณาแจ้งผู้ดูแลระบบ", english="The Word file has no body.")
    return body


def _insert_first(paragraph: etree._Element, *items: etree._Element) -> None:
    at = 1 if len(paragraph) and paragraph[0].tag == q("w:pPr") else 0
    for offset, item in enumerate(items):
        paragraph.insert(at + offset, item)
