"""Where the pages of a document begin, asked of LibreOffice: a part of ``office_inside.py``, which imports it by path.

Every object that LibreOffice gives costs ten times a number or a text does (pyuno looks at what it can do), so few are
asked for.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import uno  # type: ignore[import-not-found]  # exists for the system's Python only
from com.sun.star.table import BorderLine2  # type: ignore[import-not-found]

_PAGE, _FIXED, _RIGHT = 7, 1, 1  # RelOrientation.PAGE_FRAME, SizeType.FIX, ParagraphAdjust.RIGHT
_NO_LINE = BorderLine2()
_ITEM = re.compile(r"\s*(?:\(?[๐-๙0-9]+(?:[.][๐-๙0-9]+)*[.)]?)?\s*")
_ENOUGH = 10  # letters (marks above and below not counted) a catchword holds at least, where the text has as many
_PATIENCE = 20  # times that the pages are looked at before they count as never settling
_LOOK = 200  # characters of a page's beginning that are looked at


class Pages:
    """The pages of one loaded document. ``words`` is a break iterator, ``thai`` its locale."""

    def __init__(self, document: Any, words: Any, thai: Any) -> None:
        self.document = document
        self.text = document.getText()
        self.cursor = document.CurrentController.ViewCursor
        self.marks = document.getBookmarks()
        self.words, self.thai = words, thai

    def count(self) -> int:
        """How many pages there are."""
        self.cursor.jumpToLastPage()
        pages: int = self.cursor.getPage()
        return pages

    def layout(self) -> dict[str, Any] | None:
        """``pages``; ``starts``: what begins each page after the first; ``places``: the page of every bookmark.

        LibreOffice sets pages on its own time, also between two questions: on a busy machine one row was seen to begin
        two pages. So it is asked until it says the same twice; None where it never does.
        """
        before = None
        for _ in range(_PATIENCE):
            starts = [self.start(page) for page in range(2, self.count() + 1)]
            if starts == before or not starts:
                places = {name: self.page(name) for name in self.marks.getElementNames()} if starts else {}
                return {"pages": len(starts) + 1, "starts": starts, "places": places}
            before = starts
        return None

    def papers(self, spots: list[list[int]]) -> Iterator[dict[str, Any]]:
        """The layout of each paper of a lot, pages counted from its own first; they begin at ``paper0``, ``paper1`` …

        ``spots`` tells the numbers of each one's bookmarks ``paper0ds0``, ``paper0ds4`` … in reading order; places are
        told of pages whose text flows on. What is told here is compared with the finished PDF, so it is asked once.
        """
        last = self.count()
        firsts = [self.page(f"paper{number}") for number in range(len(spots))]
        for number, (first, end, own) in enumerate(zip(firsts, [*firsts[1:], last + 1], spots)):  # noqa: B905
            last_page = end - 1 if end == first + 1 or not self._is_blank(end - 1) else end - 2
            starts = [self.start(page) for page in range(first + 1, last_page + 1)] if own else []
            places: dict[str, int] = {}
            for start in starts:
                start["page"] -= first - 1
                if start["flows"]:
                    places |= self._places(f"paper{number}ds", own, first, start["page"] - 1)
            yield {"pages": last_page - first + 1, "starts": starts, "places": places}

    def _places(self, prefix: str, spots: list[int], first: int, page: int) -> dict[str, int]:
        """The marks on one page, found by halving: they stand in the order of the pages."""

        def page_of(spot: int) -> int:
            return self.page(f"{prefix}{spot}") - first + 1

        begin = 0 if page == 1 else bisect.bisect_left(spots, page, key=page_of)
        end = bisect.bisect_right(spots, page, lo=begin, key=page_of)
        return {f"ds{spot}": page for spot in spots[begin:end]}

    def continued(self) -> tuple[list[dict[str, Any]], int]:
        """What begins each page that its section goes on to, as ``layout`` tells it, and how many pages there are.

        Asked once. ``page`` counts as the PDF does, ``at`` as LibreOffice does.

        Where the page's own style is asked for at its top and the page before had another, a section begins.
        """
        starts, before, blank = [], None, 0
        for page in range(1, self.count() + 1):
            if self._is_blank(page):
                blank += 1
                continue
            style = self.cursor.PageStyleName
            if page > 1 and (style == before or self.cursor.PageDescName != style):
                start = self._start_here(page)
                starts.append(start | {"page": page - blank, "at": page})
            before = style
        return starts, page - blank

    def _is_blank(self, page: int) -> bool:
        """Whether it is one of the pages that bring a paper's first onto a right-hand page; no PDF has them.

        Leaves the cursor at the page's beginning.
        """
        self.cursor.jumpToPage(page)
        self.cursor.jumpToStartOfPage()
        blank: bool = self.cursor.getPage() != page
        return blank

    def add_box(self, page: int, text: str, box: dict[str, Any]) -> None:
        """A text box fixed to the page, as ``catchword`` writes it into the Word file; ``box`` in hundredths of mm."""
        frame = self.document.createInstance("com.sun.star.text.TextFrame")
        for name, value in _frame(page, box):
            frame.setPropertyValue(name, value)
        self.text.insertTextContent(self.text.getEnd(), frame, False)
        inside = frame.createTextCursor()
        if box["style"]:
            inside.ParaStyleName = box["style"]
        else:
            inside.setPropertyValues(("ParaAdjust", "ParaTopMargin", "ParaBottomMargin"), (_RIGHT, 0, 0))
        inside.setString(text)

    def page(self, mark: str) -> int:
        """The page of a bookmark."""
        self.cursor.gotoRange(self.marks.getByName(mark).getAnchor(), False)
        self.cursor.collapseToStart()
        page: int = self.cursor.getPage()
        return page

    def start(self, page: int) -> dict[str, Any]:
        """The first words of ``page``, and whether the text of the page before flows on to it."""
        self.cursor.jumpToPage(page)
        self.cursor.jumpToStartOfPage()
        return self._start_here(page)

    def _start_here(self, page: int) -> dict[str, Any]:
        """As ``start``; the cursor stands at the page's beginning."""
        cursor = self.cursor
        table = cursor.TextTable
        here = cursor.getText().createTextCursorByRange(cursor)
        fresh = here.isStartOfParagraph()
        forced = fresh and _forced(table if table is not None else here)
        text = _row_text(table, cursor.Cell, here) if table is not None else _paragraph_text(here)
        # A list under a heading row that repeats speaks for itself: registers and attached lists carry no catchwords.
        listed = table is not None and table.RepeatHeadline
        flows = bool(text) and not forced and not listed
        return {"page": page, "text": text, "words": self._first_words(text), "flows": flows}

    def _first_words(self, text: str) -> str:
        """The item number, if any, and whole words up to at least ten Thai characters, as in ``๒. แต่งตั้งคณะ``."""
        text = text[:_LOOK]
        item = _ITEM.match(text)
        start = end = item.end() if item else 0
        while end < len(text) and _letters(text[start:end]) < _ENOUGH:
            bounds = self.words.getWordBoundary(text, end, self.thai, 0, True)
            end = max(bounds.endPos, end + 1)
        return " ".join(text[:end].split())


def _frame(page: int, box: dict[str, Any]) -> list[tuple[str, Any]]:
    still = [(f"{side}BorderDistance", 0) for side in ("Top", "Bottom", "Left", "Right")]
    return [
        ("AnchorType", uno.Enum("com.sun.star.text.TextContentAnchorType", "AT_PAGE")),
        ("AnchorPageNo", page),
        ("HoriOrient", 0),
        ("HoriOrientRelation", _PAGE),
        ("HoriOrientPosition", box["left"]),
        ("VertOrient", 0),
        ("VertOrientRelation", _PAGE),
        ("VertOrientPosition", box["top"]),
        ("SizeType", _FIXED),
        ("Width", box["width"]),
        ("Height", box["height"]),
        ("BackColorTransparency", 100),  # the rest of what a frame may be filled with is white all the same
        ("TextWrap", uno.Enum("com.sun.star.text.WrapTextMode", "THROUGH")),
        *[(f"{side}Border", _NO_LINE) for side in ("Top", "Bottom", "Left", "Right")],
        *still,
    ]


def _letters(text: str) -> int:
    """How many letters a reader counts: neither blanks nor the marks above and below."""
    return sum(not letter.isspace() and unicodedata.category(letter) != "Mn" for letter in text)


def _forced(place: Any) -> bool:
    """Whether a page break or a new section was asked for before this paragraph or table."""
    return bool(place.PageDescName) or place.BreakType.value != "NONE"


def _paragraph_text(here: Any) -> str:
    """The text from ``here`` to the end of its paragraph, or the next paragraph that has any."""
    while True:
        here.gotoEndOfParagraph(True)
        text = " ".join(here.String.split())
        if text or not here.gotoNextParagraph(False):
            return text


def _row_text(table: Any, cell: Any, here: Any) -> str:
    """The text from ``here`` to the end of its cell, and of the row's other cells as far as the words need."""
    here.gotoEnd(True)
    texts = [here.String]
    row = re.sub(r"^[A-Za-z]+", "", cell.CellName)
    column = re.sub(r"[0-9]+$", "", cell.CellName)
    for name in table.CellNames:
        if re.sub(r"^[A-Za-z]+", "", name) == row and re.sub(r"[0-9]+$", "", name) > column:
            texts.append(table.getCellByName(name).String)
    return " ".join(" ".join(texts).split())
