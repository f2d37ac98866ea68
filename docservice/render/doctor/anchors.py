"""Finding the places of a report in the file again, and putting marks around their letters."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from docservice.render import package
from docservice.render.doctor.flow import Paragraph, Piece, paragraphs, reread
from docservice.render.doctor.opening import Opened, Unreadable, opened
from docservice.render.doctor.report import Place
from docservice.render.package import DOCUMENT, Parts, q

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Anchored:
    """A file whose places can be marked; ``parts`` gives its bytes with the marks."""

    def __init__(self, data: bytes) -> None:
        self.file: Opened = opened(data)
        self.flow = paragraphs(self.file)
        self.changed: set[str] = set()

    @property
    def parts(self) -> Parts:
        """All parts, those that were changed written anew."""
        return self.file.parts | {name: package.serialise(self.file.trees[name]) for name in self.changed}

    def paragraph(self, place: Place) -> Paragraph | None:
        """The paragraph of a place; None for the file as a whole."""
        part = self.flow.get(place.entry, [])
        return part[place.index] if place.index is not None and place.index < len(part) else None

    def in_body(self, place: Place) -> tuple[Paragraph, int, int] | None:
        """Where in the body a place shows: itself, what holds its text box, or the first paragraph.

        Word takes no comments in headers, notes and text boxes.
        """
        body = [one for one in self.flow.get(DOCUMENT, []) if one.box is None]
        found = self.paragraph(place) if place.entry == DOCUMENT else None
        if found is not None and found.box is None:
            return found, place.start, place.start + len(place.spot)
        if found is not None:
            holder = next((one for one in body if one.order == found.order[:1]), None)
            if holder is not None:
                return holder, 0, 0
        return (body[0], 0, 0) if body else None

    def bracket(
        self, paragraph: Paragraph, start: int, end: int, before: etree._Element, after: etree._Element
    ) -> None:
        """Put ``before`` in front of letter ``start`` and ``after`` behind letter ``end - 1``; runs are cut for it."""
        if end <= start:
            self.changed.add(paragraph.place.entry)
            _at_start(paragraph.element, before, after)
            return
        self.isolate(paragraph, start, end)
        inside = paragraph.over(start, end)
        if not inside:
            _at_start(paragraph.element, before, after)
            return
        inside[0].run.addprevious(before)
        inside[-1].run.addnext(after)

    def isolate(self, paragraph: Paragraph, start: int, end: int) -> None:
        """Cut runs so that letters ``start`` to ``end`` have runs of their own."""
        self.changed.add(paragraph.place.entry)
        reread(paragraph)
        _cut(paragraph, end)
        reread(paragraph)
        _cut(paragraph, start)
        reread(paragraph)


def _cut(paragraph: Paragraph, at: int) -> None:
    """Make a run end at letter ``at``."""
    for piece in paragraph.pieces:
        if piece.start < at < piece.end and piece.typed:
            _split(piece, at - piece.start)
            return
        if piece.start == at and piece.run.index(piece.node) > _first(piece.run):
            _divide(piece.run, piece.node)
            return


def _first(run: etree._Element) -> int:
    """The index of a run's first child that is no property."""
    return 1 if len(run) and run[0].tag == q("w:rPr") else 0


def _split(piece: Piece, at: int) -> None:
    node = piece.node
    second = deepcopy(node)
    node.text, second.text = piece.text[:at], piece.text[at:]
    node.set(_SPACE, "preserve")
    second.set(_SPACE, "preserve")
    node.addnext(second)
    _divide(piece.run, second)


def _divide(run: etree._Element, first: etree._Element) -> None:
    """Move ``first`` and all behind it into a run of their own with the same look."""
    new = etree.Element(run.tag, {str(key): str(value) for key, value in run.attrib.items()})
    properties = run.find(q("w:rPr"))
    if properties is not None:
        new.append(deepcopy(properties))
    at = run.index(first)
    for child in list(run)[at:]:
        new.append(child)
    run.addnext(new)


def _at_start(paragraph: etree._Element, *marks: etree._Element) -> None:
    at = 1 if len(paragraph) and paragraph[0].tag == q("w:pPr") else 0
    for number, mark in enumerate(marks):
        paragraph.insert(at + number, mark)


__all__ = ["Anchored", "Unreadable"]
