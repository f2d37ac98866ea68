"""The words of a finished book: read from its text layer, recognised where there is none, and put under its pages.

Everything that opens the book runs in a child of the ward, bounded like the gate's; Tesseract under the same bounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from docservice.errors import Broken, EvidenceRefused, EvidenceTooHeavy
from docservice.pdf.confined import WARD, Limits
from docservice.pdf.reading import Reading

MADE_BY = "1"
"""Raise when a change here gives other readings: those kept from before are not used then."""

_GIB = 1024**3
_FEWEST = 10
_LETTER = re.compile(r"[0-9A-Za-z\u0e01-\u0e2e\u0e50-\u0e59]")


def lacks_text(text: str | None) -> bool:
    """Whether a page with this text layer has none worth the name: fewer than ten letters (a scanner's page number)."""
    return text is not None and len(_LETTER.findall(text)) < _FEWEST


def page_count(book: Path, *, name: str) -> int:
    """How many pages the book has."""
    return int(
        WARD.ask("texts", {"path": str(book), "name": name, "first": 1, "last": 0}, _limits(book, 20), name=name)[
            "pages"
        ]
    )


def page_texts(book: Path, first: int, last: int, *, name: str) -> list[str | None]:
    """The text of pages ``first`` to ``last`` (from 1) without the stamp, ``None`` for what cannot be read.

    A page that takes its child down costs only itself.
    """
    facts = {"path": str(book), "name": name, "first": first, "last": last}
    try:
        return list(WARD.ask("texts", facts, _limits(book, 20 + (last - first) // 10), name=name)["texts"])
    except EvidenceRefused:
        if first == last:
            return [None]
        middle = (first + last) // 2
        return page_texts(book, first, middle, name=name) + page_texts(book, middle + 1, last, name=name)


def identities(book: Path, numbers: Sequence[int], *, name: str) -> list[str | None]:
    """What tells each page from others, in whatever book it stands; ``None`` for a page that is too broken."""
    facts = {"path": str(book), "name": name, "numbers": list(numbers)}
    try:
        return list(WARD.ask("identities", facts, _limits(book, 60), name=name)["identities"])
    except EvidenceRefused:
        return [None] * len(numbers)


def recognised(book: Path, number: int, *, name: str) -> Reading:
    """What Tesseract reads on page ``number``.

    ``EvidenceRefused`` when the page cannot be drawn, or its child goes past the limits (2 GiB, 60 s, 90 s by the
    clock) or falls over.
    """
    facts = {"path": str(book), "name": name, "number": number}
    return Reading.of(WARD.ask("recognised", facts, _limits(book, 60), name=name)["reading"])


def put_under(book: Path, target: Path, readings: Mapping[int, Reading], *, name: str) -> None:
    """The book with the words of ``readings`` (by page) under its pages, in ``target``; ``Broken`` if not so."""
    told = {str(number): reading.facts() for number, reading in readings.items()}
    facts = {"path": str(book), "target": str(target), "readings": told}
    try:
        WARD.ask("layered", facts, _limits(book, 120), name=name)
    except EvidenceTooHeavy as fault:
        raise Broken(
            "ใส่ข้อความลงในเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=f"Laying the words failed: {fault.english}"
        ) from fault


def _limits(book: Path, seconds: int) -> Limits:
    size = book.stat().st_size
    return Limits(2 * _GIB + size, size + _GIB, seconds, seconds * 3 // 2)
