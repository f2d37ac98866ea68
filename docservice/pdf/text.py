"""The words on the pages of a PDF, read by pdfium (the only reader measured that gives Thai back unbroken)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from docservice.errors import InputRefused


def page_texts(pdf: bytes | Path) -> list[str]:
    """The text of each page, lines ended by ``\\n``; ``""`` for a scan. Raises ``InputRefused`` when unreadable."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return [_text(page) for page in document]
    except pypdfium2.PdfiumError as fault:
        raise InputRefused("อ่านข้อความจาก PDF ไม่ได้", "กรุณาตรวจสอบไฟล์", english="The PDF cannot be read.") from fault


def _text(page: pypdfium2.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_bounded()).replace("\r\n", "\n")
    finally:
        words.close()
        page.close()
