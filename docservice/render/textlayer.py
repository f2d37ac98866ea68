"""The text layer of a PDF, page by page, as a person would read it.

pdfium sorts text objects by their left edge. A tone mark raised above an upper vowel is an object of its own, and comes
out some letters late with blanks around it ("ตังคณะกรรมก ้ าร" for "ตั้งคณะกรรมการ"); it is put back here by its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_MARKS = "ัิ-ฺ็-๎"
_LATE = re.compile(rf"\s[{_MARKS}]")
_MARK = re.compile(rf"[{_MARKS}]")
_LOOK_BACK = 120
_REACH = 2.5  # heights of a letter between the middles of a mark and of its letter, at most


@dataclass
class _Character:
    text: str
    made_up: bool  # a blank or line end that pdfium added
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, lines ended by ``\\n``."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page_text(page.get_textpage()) for page in document]
    finally:
        document.close()


def _page_text(page: pypdfium2.PdfTextPage) -> str:
    text = page.get_text_range().replace("\r\n", "\n")
    if not _LATE.search(text):
        return str(text)
    read: list[_Character] = []
    late = False
    for character in (_character(page, number) for number in range(page.count_chars())):
        if late and character.made_up:
            late = False
            continue
        late = bool(_MARK.fullmatch(character.text) and read and read[-1].made_up) and _put_back(read, character)
        if not late:
            read.append(character)
    return "".join(character.text for character in read).replace("\r\n", "\n")


def _character(page: pypdfium2.PdfTextPage, number: int) -> _Character:
    made_up = bool(pdfium.FPDFText_IsGenerated(page, number))
    return _Character(chr(pdfium.FPDFText_GetUnicode(page, number)), made_up, *page.get_charbox(number))


def _put_back(read: list[_Character], mark: _Character) -> bool:
    """Insert ``mark`` after the letter it stands on and its marks, drop the blank before it; False if there is none."""
    for at in range(len(read) - 1, max(len(read) - _LOOK_BACK, -1), -1):
        if not read[at].made_up and not _MARK.fullmatch(read[at].text) and _stands_on(mark, read[at]):
            break
    else:
        return False
    read.pop()
    place = at + 1
    while place < len(read) and _MARK.fullmatch(read[place].text):
        place += 1
    read.insert(place, mark)
    return True


def _stands_on(mark: _Character, letter: _Character) -> bool:
    across, up = mark.middle
    height = letter.top - letter.bottom
    return letter.left < across and abs(up - letter.middle[1]) < _REACH * max(height, 1)
