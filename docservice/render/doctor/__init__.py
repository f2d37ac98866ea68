"""The doctor of templates: every fault of a Word template at once, each with its place; comments; safe mends.

Bytes in, data or bytes out. ``examine`` never raises for what is in the bytes: what is no template has one fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from docservice.catalogue import Kind
from docservice.render.doctor import examination, pages
from docservice.render.doctor.comment import comments, without_comments
from docservice.render.doctor.located import explained, located
from docservice.render.doctor.mending import Change, Mended, mend
from docservice.render.doctor.opening import MOST_BYTES
from docservice.render.doctor.pages import Mark, Marked, marked
from docservice.render.doctor.report import Fault, Place, Report, to_json
from docservice.render.office import Office

__all__ = [
    "MOST_BYTES",
    "Change",
    "Fault",
    "Mark",
    "Marked",
    "Mended",
    "Place",
    "Report",
    "comments",
    "examine",
    "explained",
    "located",
    "marked",
    "mend",
    "to_json",
    "without_comments",
]


def examine(
    data: bytes, kind: Kind | None, kinds: Iterable[Kind] = (), *, office: Office | None = None, name: str = ""
) -> Report:
    """Every fault of the template ``data``, in reading order.

    ``kind`` says whose fields it may use; without it the kind is guessed among ``kinds``, and where none fits only what
    needs no kind is checked. With an ``office`` the places carry the page LibreOffice puts them on. ``name`` is the
    file's name, for the report.
    """
    report = replace(examination.examine(data, kind, kinds), name=name)
    placed = any(fault.place.index is not None for fault in report.faults)
    return pages.with_pages(office, data, report) if office is not None and placed else report
