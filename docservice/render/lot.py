"""A lot of papers of one template set in one load: Word files merged, converted once, and the PDF taken apart again.

Papers that tell the number of their pages are loaded twice: once to learn it, once with it written in. What a paper's
PDF then says is compared with what was told while it was set; one that differs is left to be made alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docservice.render import catchword, catchword_check, merging, pdfcheck, reprint, spots
from docservice.render.office import Layout, Office, PageStart
from docservice.render.package import Parts
from docservice.render.pieces import Piece
from docservice.render.textlayer import texts_of


@dataclass(frozen=True)
class Made:
    """One paper of a lot: its Word file's parts (``given`` back where nothing was written into them) and its PDF."""

    parts: Parts
    piece: Piece


def convert(
    office: Office, papers: Sequence[Parts], titles: Sequence[str], *, catchwords: bool = False
) -> list[Made | None]:
    """Each of ``papers``, all filled from one mergeable template, with its PDF; None for one to be made alone.

    Page counts are read from marks in the PDF, not assumed. Raises as ``Office.convert``, FactsRefused where a
    catchword has no place, and Broken when the files do not merge.
    """
    if any(map(merging.tells_pages, papers)):
        return _told_first(office, papers, titles, catchwords=catchwords)
    if catchwords:
        return _in_one_load(office, papers, titles)
    return [Made(*each) for each in zip(papers, reprint.pieces(office, papers, titles, _apart), strict=True)]


def _marks(papers: Sequence[Parts]) -> list[str]:
    return [f"paper{number}" for number in range(len(papers))]


def _apart(office: Office, papers: Sequence[Parts], titles: Sequence[str]) -> tuple[bytes, pdfcheck.Lot]:
    """The lot as LibreOffice set it, and taken apart."""
    pdf = office.convert(merging.merge(papers, _marks(papers)), title=titles[0], lot=True).pdf or b""
    return pdf, pdfcheck.finish_lot(pdf, _marks(papers), titles, office.fonts.names)


# ------------------------------------------------------------------------------------------------------ with catchwords
def _in_one_load(office: Office, papers: Sequence[Parts], titles: Sequence[str]) -> list[Made | None]:
    """LibreOffice puts the catchwords on the pages it has set; the Word files get the same boxes afterwards."""
    box = catchword.box_of(papers[0])
    if box is None:
        return [None] * len(papers)
    papers, marks = [spots.divided(paper) for paper in papers], _marks(papers)
    marked = [spots.marked_document(paper, mark) for paper, mark in zip(papers, marks, strict=True)]
    done = office.convert(merging.merge(papers, marks, marked), title=titles[0], lot=True, box=box)
    told = done.layout or Layout(1, (), {})
    if done.pdf is None:
        return [None] * len(papers)
    parted = pdfcheck.finish_lot(done.pdf, marks, titles, office.fonts.names)
    if told.pages != parted.pages:
        return _by_halves(office, papers, titles)
    layouts = _own_layouts(told.starts, parted, marks)
    sound = _as_told(parted, papers, layouts)
    return [
        Made(catchword.written(paper, layout), piece) if good else None
        for paper, piece, layout, good in zip(papers, parted.pieces, layouts, sound, strict=True)
    ]


def _by_halves(office: Office, papers: Sequence[Parts], titles: Sequence[str]) -> list[Made | None]:
    """Pages that changed after they were told of: one paper's, and the others need not be made alone for it."""
    if len(papers) == 1:
        return [None]
    half = len(papers) // 2
    parts = (papers[:half], titles[:half]), (papers[half:], titles[half:])
    return [made for some, called in parts for made in _in_one_load(office, some, called)]


def _own_layouts(starts: Sequence[PageStart], parted: pdfcheck.Lot, marks: Sequence[str]) -> list[Layout]:
    """What was told of the whole, for each paper as if it stood alone."""
    places: dict[str, dict[str, int]] = {mark: {} for mark in marks}
    for name, page in parted.places.items():
        mark, found, spot = name.partition("ds")
        if found:
            places[mark][found + spot] = page
    layouts = []
    for mark, first, piece in zip(marks, parted.firsts, parted.pieces, strict=True):
        before, end = first - 1, first + piece.pages
        own = tuple(replace(start, page=start.page - before) for start in starts if first < start.page < end)
        layouts.append(Layout(piece.pages, own, {spot: page - before for spot, page in places[mark].items()}))
    return layouts


def _as_told(parted: pdfcheck.Lot, papers: Sequence[Parts], layouts: Sequence[Layout]) -> list[bool]:
    """Of each paper, whether the finished PDF has the pages, and on them the words, that were told while it was set."""
    same = [piece.pages == layout.pages for piece, layout in zip(parted.pieces, layouts, strict=True)]
    each = list(zip(papers, layouts, parted.firsts, same, strict=True))
    asked = {first - 1 + page for _, own, first, good in each for page in catchword_check.read_pages(own) if good}
    texts = texts_of(parted.together, sorted(asked))

    def carries(paper: Parts, layout: Layout, first: int) -> bool:
        own = {page: texts[first - 1 + page] for page in catchword_check.read_pages(layout)}
        return catchword_check.fault_on(own, paper, layout) is None

    return [good and catchword.has_places(own) and carries(paper, own, first) for paper, own, first, good in each]


# -------------------------------------------------------------------------------------------------- with page counts
def _told_first(
    office: Office, papers: Sequence[Parts], titles: Sequence[str], *, catchwords: bool
) -> list[Made | None]:
    """Loaded once to learn the pages of each paper, and again with their number and the catchwords written in."""
    papers, marks = [spots.divided(paper) for paper in papers] if catchwords else list(papers), _marks(papers)
    each = zip(papers, marks, strict=True)
    marked = [spots.marked_document(paper, mark) for paper, mark in each] if catchwords else None
    own = [spots.marks(paper) if catchwords else [] for paper in papers]
    layouts = office.lay_out(merging.merge(papers, marks, marked), own)
    carrying = [
        catchword.written(paper, layout) if catchword.has_places(layout) else paper
        for paper, layout in zip(papers, layouts, strict=True)
    ]
    told = [merging.telling(paper, layout.pages) for paper, layout in zip(carrying, layouts, strict=True)]
    parted = _apart(office, told, titles)[1]
    sound = _as_told(parted, papers, layouts)
    return [
        Made(carries if catchwords else paper, piece) if good else None
        for carries, piece, paper, good in zip(carrying, parted.pieces, papers, sound, strict=True)
    ]
