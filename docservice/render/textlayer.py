"""The text layer of a PDF, page by page, as a reader finds it."""

from __future__ import annotations

from collections.abc import Collection

import pypdfium2


def text_of(pdf: bytes) -> list[str]:
    """The text of each page as pdfium reads it, lines ended by ``\\n``."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_text(page) for page in document]
    finally:
        document.close()


def texts_of(pdf: bytes, numbers: Collection[int]) -> dict[int, str]:
    """``text_of`` those pages only, by their number from 1; one that the file does not have is left out."""
    if not numbers:
        return {}
    document = pypdfium2.PdfDocument(pdf)
    try:
        return {number: _text(document[number - 1]) for number in numbers if number <= len(document)}
    finally:
        document.close()


def _text(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_range()).replace("\r\n", "\n")
