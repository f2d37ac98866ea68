"""Pages of the places: the template as LibreOffice lays it out, tags and all, and marks for a picture of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from lxml import etree

from docservice.errors import DocserviceError
from docservice.render import package
from docservice.render.doctor.anchors import Anchored
from docservice.render.doctor.opening import Unreadable
from docservice.render.doctor.report import Report
from docservice.render.office import Office
from docservice.render.package import q

_FIRST_ID = 970_000
_MOST_XML = 12 * 1024 * 1024  # a longer body is not laid out only to be told its pages


@dataclass(frozen=True, slots=True)
class Mark:
    """Fault ``number`` of the report on its page (from 1), in PDF points from the page's upper left corner."""

    number: int
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Marked:
    """The template as PDF, tags and all, and where on its pages the faults are."""

    pdf: bytes
    marks: tuple[Mark, ...]


def with_pages(office: Office, data: bytes, report: Report) -> Report:
    """The report with the page of every place; as it was where LibreOffice cannot lay the file out."""
    try:
        file, names = _bookmarked(data, report)
        if len(file.parts[package.DOCUMENT]) > _MOST_XML:
            return report
        layout = office.convert(file.parts, title="", layout=True, unless_continued=True).layout
    except (Unreadable, DocserviceError):
        return report
    if layout is None:
        return report
    faults = [
        fault
        if name is None
        else replace(fault, place=replace(fault.place, page=_page(name, layout.places, layout.pages)))
        for fault, name in zip(report.faults, names, strict=True)
    ]
    return replace(report, faults=tuple(faults), pages=layout.pages)


def _page(name: str, places: Mapping[str, int], pages: int) -> int | None:
    return 1 if pages == 1 else places.get(name)


def marked(office: Office, data: bytes, report: Report) -> Marked:
    """The template laid out, with the place of every fault that has one.

    Raises what ``Office.convert`` raises, and TemplateRefused for a file that is no Word file.
    """
    file, names = _bookmarked(data, report)
    pdf = office.convert(file.parts, title="", lot=True).pdf or b""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        places = _destinations(document)
        found = [(number, places.get(name or "")) for number, name in enumerate(names, start=1)]
    return Marked(pdf, tuple(Mark(number, *place) for number, place in found if place is not None))


def _bookmarked(data: bytes, report: Report) -> tuple[Anchored, list[str | None]]:
    """The file with a bookmark at every place, and their names in the order of the faults."""
    file = Anchored(data)
    names: list[str | None] = []
    made: dict[tuple[str, int, int], str] = {}
    for fault in report.faults:
        place = fault.place
        paragraph = file.paragraph(place)
        if paragraph is None or place.index is None:
            names.append(None)
            continue
        if paragraph.box is not None and (spot := file.in_body(place)) is not None:
            paragraph = spot[0]
        key = (place.entry, place.index, place.start)
        if key not in made:
            made[key] = f"dd{len(made)}"
            start, end = _bookmark(made[key], _FIRST_ID + len(made))
            inside = 0 if paragraph.box is not None else place.start
            file.bracket(paragraph, inside, inside + max(len(place.spot), 1), start, end)
        names.append(made[key])
    return file, names


def _bookmark(name: str, number: int) -> tuple[etree._Element, etree._Element]:
    start, end = etree.Element(q("w:bookmarkStart")), etree.Element(q("w:bookmarkEnd"))
    for mark in (start, end):
        mark.set(q("w:id"), str(number))
    start.set(q("w:name"), name)
    return start, end


def _destinations(document: pikepdf.Pdf) -> dict[str, tuple[int, float, float]]:
    """Name → (page, x, y from the top) of every named destination."""
    numbers = {page.objgen: number for number, page in enumerate((page.obj for page in document.pages), start=1)}
    found: dict[str, tuple[int, float, float]] = {}
    for name, target in _named(document).items():
        where: Any = target.get("/D") if isinstance(target, pikepdf.Dictionary) else target
        number = numbers.get(where[0].objgen)
        if number is not None and len(where) >= 4:
            height = float(document.pages[number - 1].mediabox[3])
            found[name] = (number, float(where[2]), height - float(where[3]))
    return found


def _named(document: pikepdf.Pdf) -> dict[str, Any]:
    root = document.Root
    if "/Dests" in root:
        return {str(name).removeprefix("/"): target for name, target in root.Dests.items()}
    if "/Names" in root and "/Dests" in root.Names:
        return dict(pikepdf.NameTree(root.Names.Dests).items())
    return {}
