"""The text layer of a PDF, page by page, as a reader finds it."""

from __future__ import annotations

import pypdfium2


def text_of(pdf: bytes) -> list[str]:
    """The text of each page as pdfium reads it, lines ended by ``\\n``."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [str(page.get_textpage().get_text_range()).replace("\r\n", "\n") for page in document]
    finally:
        document.close()
