"""Where on a page a national ID number stands as text: a box to propose, never one to burn by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from docservice.thai.idnumbers import id_number_spans

WHOLE = 10_000
_MOST = 50
_AROUND = 40  # ten-thousandths left and right of the digits


class Box(NamedTuple):
    """Edges in ten-thousandths of the page as it is shown upright."""

    left: int
    top: int
    width: int
    height: int


def id_numbers(page: pypdfium2.PdfPage) -> list[Box]:
    """The box of each national ID number in the page's text (13 digits, Thai or Arabic, that check), at most 50."""
    words = page.get_textpage()
    try:
        signs = "".join(chr(raw.FPDFText_GetUnicode(words, at)) for at in range(words.count_chars()))
        found = id_number_spans(signs)[:_MOST]
        return [box for start, stop in found if (box := _box(page, words, range(start, stop)))]
    finally:
        words.close()


def _box(page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage, signs: range) -> Box | None:
    """Around the signs, in what the reader sees: rotation and crop honoured by pdfium itself."""
    corners = [corner for at in signs for corner in _corners(page, words.get_charbox(at, loose=True))]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(min(across) - _AROUND, 0), max(min(down), 0)
    right, bottom = min(max(across) + _AROUND, WHOLE), min(max(down), WHOLE)
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _corners(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> Iterator[tuple[int, int]]:
    left, bottom, right, top = box
    for x, y in ((left, bottom), (right, top)):
        across, down = raw.c_int(), raw.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, WHOLE, WHOLE, 0, x, y, across, down)
        yield across.value, down.value
