"""A lot of papers of one template set in one load: Word files merged, converted once, and the PDF taken apart again.

Papers with catchwords, or with the number of their pages in them, are loaded twice: once to learn where pages begin,
once with that written in. What a paper's PDF then says is compared with what was written; one that differs is left to
be made alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docservice.errors import Broken
from docservice.render import catchword, merging, pdfcheck
from docservice.render.office import Layout, Office
from docservice.render.package import Parts
from docservice.render.pieces import Piece


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
    if not catchwords and not any(map(merging.tells_pages, papers)):
        return [Made(*each) for each in zip(papers, _pieces(office, papers, titles), strict=True)]
    papers = [catchword.divided(paper) for paper in papers] if catchwords else list(papers)
    layouts = _layouts(office, papers, catchwords=catchwords)
    carrying = papers
    if catchwords:
        carrying = [catchword.written(paper, layout) for paper, layout in zip(papers, layouts, strict=True)]
    told = [merging.telling(paper, layout.pages) for paper, layout in zip(carrying, layouts, strict=True)]
    pieces = _pieces(office, told, titles)
    return [
        Made(carries, piece) if _as_told(piece, paper, layout) else None
        for carries, piece, paper, layout in zip(carrying, pieces, papers, layouts, strict=True)
    ]


def _pieces(office: Office, papers: Sequence[Parts], titles: Sequence[str]) -> list[Piece]:
    marks = [f"paper{number}" for number in range(len(papers))]
    pdf = office.convert(merging.merge(papers, marks), title=titles[0], lot=True).pdf or b""
    return pdfcheck.finish_lot(pdf, marks, titles, office.fonts.names)


def _layouts(office: Office, papers: Sequence[Parts], *, catchwords: bool) -> tuple[Layout, ...]:
    marks = [f"paper{number}" for number in range(len(papers))]
    marked = [catchword.marked(paper, mark) if catchwords else paper for paper, mark in zip(papers, marks, strict=True)]
    spots = [catchword.spots(paper) if catchwords else 0 for paper in papers]
    return office.lay_out(merging.merge(marked, marks), spots)


def _as_told(piece: Piece, paper: Parts, layout: Layout) -> bool:
    """Whether the finished PDF has the pages, and on them the words, that were learned in the first load."""
    fault: Broken | None = catchword.fault_in(piece.pdf, paper, layout) if piece.pages == layout.pages else None
    return piece.pages == layout.pages and fault is None
