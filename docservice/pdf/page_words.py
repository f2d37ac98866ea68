"""What a child of the ward does with the words of a book (``ocr`` asks): read, recognise, lay under the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2

from docservice.errors import EvidenceRefused
from docservice.pdf import bare_page, tesseract, text_layer
from docservice.pdf.reading import Reading
from docservice.pdf.source import opened
from docservice.thai import clean, to_thai_digits

Facts = Mapping[str, Any]


def texts(facts: Facts) -> dict[str, Any]:
    """The number of pages, and the text layer of ``first`` to ``last`` without the stamp; ``null`` if unreadable."""
    try:
        document = pypdfium2.PdfDocument(Path(facts["path"]))
    except pypdfium2.PdfiumError as fault:
        name = facts["name"]
        raise EvidenceRefused(f"{name} เปิดอ่านไม่ได้", "กู้จากสำเนาสำรอง", english=f"{name} cannot be opened.") from fault
    with document as book:
        total = len(book)
        return {
            "pages": total,
            "texts": [_text(book, number, total) for number in range(facts["first"], facts["last"] + 1)],
        }


def identities(facts: Facts) -> dict[str, Any]:
    """``bare_page.identity`` of each of the pages ``numbers``; ``null`` where a page is too broken for one."""
    with opened(Path(facts["path"]), name=facts["name"]) as book:
        return {"identities": [_identity(book.pages[number - 1]) for number in facts["numbers"]]}


def recognised(facts: Facts) -> dict[str, Any]:
    """The ``Reading`` of page ``number``, which has no text of its own."""
    number, name = facts["number"], facts["name"]
    with opened(Path(facts["path"]), name=name) as book:
        try:
            picture = bare_page.picture(book.pages[number - 1], tesseract.DPI)
        except pypdfium2.PdfiumError as fault:
            raise EvidenceRefused(
                f"{name} วาดเป็นภาพไม่ได้", "เทียบกับต้นฉบับ", english=f"{name} cannot be drawn. Compare it with the original."
            ) from fault
    return {"reading": tesseract.read(picture, name=name).facts()}


def layered(facts: Facts) -> dict[str, Any]:
    """``text_layer.put_under`` with ``readings`` by page."""
    readings = {int(number): Reading.of(told) for number, told in facts["readings"].items()}
    text_layer.put_under(Path(facts["path"]), Path(facts["target"]), readings)
    return {}


def _identity(page: Any) -> str | None:
    try:
        return bare_page.identity(page)
    except (RuntimeError, ValueError, TypeError, KeyError, AttributeError):  # as ``source.opened`` says
        return None


def _text(book: pypdfium2.PdfDocument, number: int, total: int) -> str | None:
    try:
        page = book[number - 1]
        words = page.get_textpage()
        text = clean(str(words.get_text_range()))
        words.close()
        page.close()
    except pypdfium2.PdfiumError:
        return None
    stamp = to_thai_digits(rf"หน้า {number}/{total}")
    return re.sub(rf" ?{stamp}(?: · [^\n]*)?(?:\n|$)", "\n", text, count=1).strip()
