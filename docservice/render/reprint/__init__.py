"""Papers of a lot printed from a page that LibreOffice set before, where that is known to come out the same.

What LibreOffice sets is looked at (``forme``): from twenty papers of one skeleton on, later ones are written into their
page. The others of a lot are set by LibreOffice, and with them, again and again, one that was also printed here: where
the two differ, the forme is thrown away and the whole lot is set. Formes live in the memory of a process and are bound
to the engine and the fonts that they were learned with.
"""

from __future__ import annotations

import io
import logging
import struct
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import pikepdf

from docservice.render import pdfcheck
from docservice.render.fonts import Fonts
from docservice.render.office import Office
from docservice.render.package import Parts
from docservice.render.pieces import Key, Piece, Whole
from docservice.render.reprint import embedded, sheet, skeleton, typeset
from docservice.render.reprint.embedded import Embedded
from docservice.render.reprint.forme import Forme, Setting
from docservice.render.reprint.handset import Unread
from docservice.render.reprint.line import OPEN
from docservice.render.reprint.sheet import Page
from docservice.render.reprint.skeleton import Filled
from docservice.render.reprint.standing import Standing

log = logging.getLogger(__name__)

SAMPLE = 100
"""Of so many printed papers one is set by LibreOffice as well and compared; of the first ``OPEN`` one too."""

_MOST = 16  # skeletons
_BESIDE = 4  # formes of one skeleton
_TRIES = 3
_WORTH = 3  # papers waiting for each that is set first
_UNREADABLE = (struct.error, LookupError, ValueError, pikepdf.PdfError)  # Unread is a ValueError

told: Counter[str] = Counter()
"""How many papers were ``printed``, ``set`` by LibreOffice, ``compared``, and how many formes were ``learned``,
``refused`` and ``ended`` in this process."""

Apart = Callable[[Office, Sequence[Parts], Sequence[str]], tuple[bytes, pdfcheck.Lot]]


class Stock:
    """The formes of one engine with its fonts; what changes them holds ``lock``.

    A lot that may teach a forme holds ``turn``: those after it wait, and find it.
    """

    def __init__(self, fonts: Fonts) -> None:
        self.lock = threading.Lock()
        self.turn = threading.Lock()
        self._faces = {name: typeset.face(path) for name, path in zip(fonts.names, fonts.files, strict=True)}
        self._standing: OrderedDict[skeleton.Key, list[Standing]] = OrderedDict()
        self._tries: Counter[int] = Counter()

    def planned(self, papers: Mapping[int, Filled | None]) -> dict[int, tuple[Standing, Setting]]:
        """The papers that can be printed, by their number."""
        found = {}
        for number, paper in papers.items():
            standing = self._for(paper) if paper else None
            setting = standing.forme.setting(paper) if standing and paper else None
            if standing and setting:
                fonts = dict(standing.fonts)
                if standing.forme.supplied(fonts, setting):
                    standing.fonts = fonts
                    found[number] = standing, setting
        return found

    def _for(self, paper: Filled) -> Standing | None:
        held = self._standing.get(paper.key)
        if held is None:
            return None
        self._standing.move_to_end(paper.key)
        return next((standing for standing in held if standing.forme.fits(paper)), None)

    def scouts(self, papers: Mapping[int, Filled | None]) -> frozenset[int]:
        """Of papers that are not planned, those to be set first so that many others can be printed; none if few can."""
        fitting: dict[int, tuple[Standing, dict[int, Filled]]] = {}
        for number, paper in papers.items():
            if paper and (standing := self._for(paper)):
                fitting.setdefault(id(standing), (standing, {}))[1][number] = paper
        chosen = {number for standing, some in fitting.values() for number in standing.forme.scouts(some)}
        return (
            frozenset(chosen) if len(chosen) * _WORTH <= sum(len(some) for _, some in fitting.values()) else frozenset()
        )

    def hopes(self, papers: Iterable[Filled | None]) -> bool:
        """Whether so many of these papers are alike and new that a forme may come of them."""
        many = Counter(hash(paper.key) for paper in papers if paper and self._for(paper) is None)
        return any(count >= OPEN and self._tries[key] < _TRIES for key, count in many.items())

    def wants(self, papers: Collection[Filled | None]) -> bool:
        """Whether there is something to learn from these papers once LibreOffice has set them."""
        return self.hopes(papers) or any(paper is not None and self._for(paper) is not None for paper in papers)

    def learn(self, seen: _Seen) -> None:
        """Look at pages that LibreOffice set."""
        new: dict[skeleton.Key, list[Page]] = {}
        for page in seen.pages:
            standing = self._for(page.paper)
            if standing is None:
                new.setdefault(page.paper.key, []).append(page)
                continue
            with suppress(Unread):  # set otherwise than any before: LibreOffice sets those like it
                standing.forme = standing.forme.learned(page)
        for key, pages in new.items():
            if len(pages) >= OPEN and self._tries[hash(key)] < _TRIES:
                self._form(key, pages, seen)

    def _form(self, key: skeleton.Key, pages: list[Page], seen: _Seen) -> None:
        try:
            forme = Forme.of(pages, self._faces)
        except Unread as fault:
            self._tries[hash(key)] += 1
            told["refused"] += 1
            log.info("No page is kept standing: %s.", fault)
            return
        number, keys = seen.places[id(forme.model)]
        made = Standing(forme, seen.whole, number, dict(forme.fonts or {}), keys)
        self._standing[key] = [made, *self._standing.get(key, [])][:_BESIDE]
        if len(self._standing) > _MOST:
            self._standing.popitem(last=False)
        told["learned"] += 1

    def end(self, standing: Standing) -> None:
        """Throw a forme away, and learn none for its skeleton any more."""
        for key, held in self._standing.items():
            if standing in held:
                held.remove(standing)
                self._tries[hash(key)] = _TRIES
        told["ended"] += 1
        log.warning("A page kept standing differs from what LibreOffice sets; it is used no more.")


@dataclass(frozen=True)
class _Seen:
    """Pages of papers of one page that LibreOffice set; ``places``: by a page's identity, its number and objects."""

    whole: Whole
    pages: list[Page]
    places: dict[int, tuple[int, dict[str, Key]]]


def _seen(pdf: bytes, made: pdfcheck.Lot, papers: Sequence[Filled | None]) -> _Seen:
    """The pages that can be read."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        seen, images, fonts = _Seen(Whole(document), [], {}), dict[Any, object](), dict[Any, Embedded | None]()
        for paper, piece, first in zip(papers, made.pieces, made.firsts, strict=True):
            if paper is None or piece.pages != 1:
                continue
            with suppress(*_UNREADABLE):
                own = document.pages[first - 1]
                named = dict(own.resources.get("/Font", {}))
                fonts |= {font.objgen: embedded.read(font) for font in named.values() if font.objgen not in fonts}
                known = {name[1:]: fonts[font.objgen] for name, font in named.items()}
                page = sheet.page(paper, own, {name: font for name, font in known.items() if font}, images)
                drawn = {**named, **dict(own.resources.get("/XObject", {}))}
                seen.places[id(page)] = first - 1, {name[1:]: item.objgen for name, item in drawn.items()}
                seen.pages.append(page)
        return seen


_stocks: dict[tuple[str, str], Stock] = {}


def _stock(office: Office) -> Stock:
    return _stocks.setdefault((office.version, str(office.fonts.dir)), Stock(office.fonts))


def pieces(office: Office, papers: Sequence[Parts], titles: Sequence[str], apart: Apart) -> list[Piece]:
    """A PDF for each of ``papers``, filled from mergeable templates without page counts or catchwords.

    ``apart`` sets papers in one load. Raises as it does, and as ``pdfcheck.check``.
    """
    stock = _stock(office)
    taken = [skeleton.of(paper) for paper in papers]
    with stock.lock:
        hopes = stock.hopes(taken)
    with stock.turn if hopes else nullcontext():
        return _pieces(office, stock, papers, taken, titles, apart)


def _pieces(
    office: Office,
    stock: Stock,
    papers: Sequence[Parts],
    taken: Sequence[Filled | None],
    titles: Sequence[str],
    apart: Apart,
) -> list[Piece]:
    with stock.lock:
        planned = stock.planned(dict(enumerate(taken)))
        compared = _compared(planned)
    made: dict[int, Piece] = {}
    for scouting in (True, False):
        left = [n for n in range(len(papers)) if n not in made and (n not in planned or n in compared)]
        if scouting:
            with stock.lock:
                scouts = stock.scouts({number: taken[number] for number in left if number not in planned})
            left = [number for number in left if number in scouts or number in compared] if scouts else []
        if not left:
            continue
        pdf, lot = apart(office, [papers[number] for number in left], [titles[number] for number in left])
        made |= zip(left, lot.pieces, strict=True)
        told["set"] += len(left)
        with stock.lock:
            tried = {number: standing for number, standing in compared.items() if number in left}
            if not _looked(stock, pdf, lot, {number: taken[number] for number in left}, tried):
                return _all_set(office, papers, titles, apart, made)
            # printed as well once they can be: what a glyph was written for in the papers before them moves no letter
            planned |= stock.planned({n: paper for n, paper in enumerate(taken) if n not in planned})
    were_set = len(made)
    for standing in {id(standing): standing for standing, _ in planned.values()}.values():
        settings = {number: setting for number, (whose, setting) in planned.items() if whose is standing}
        with stock.lock:
            printed = standing.printed(
                list(settings.values()), [titles[number] for number in settings], office.fonts.names
            )
        made |= zip(settings, printed, strict=True)
        told["printed"] += len(settings)
    log.info("A lot of %d papers: %d printed, %d set by LibreOffice.", len(papers), len(planned), were_set)
    return [made[number] for number in range(len(papers))]


def _compared(planned: Mapping[int, tuple[Standing, Setting]]) -> dict[int, Standing]:
    """The papers whose turn it is to be set by LibreOffice as well, with the forme that is tried by them."""
    compared = {}
    for number, (standing, _) in planned.items():
        standing.due -= 1
        if standing.due <= 0:
            standing.due = SAMPLE
            compared[number] = standing
    return compared


def _looked(
    stock: Stock, pdf: bytes, made: pdfcheck.Lot, papers: Mapping[int, Filled | None], compared: Mapping[int, Standing]
) -> bool:
    """Learn from what LibreOffice set; whether all formes that were tried agree."""
    if not compared and not stock.wants(papers.values()):
        return True
    seen = _seen(pdf, made, list(papers.values()))
    pages = {id(page.paper): page for page in seen.pages}
    for number, standing in compared.items():
        page = pages.pop(id(papers[number]), None)
        told["compared"] += 1
        if page is None or not standing.forme.agrees(page):
            stock.end(standing)
            return False
    stock.learn(seen)
    return True


def _all_set(
    office: Office, papers: Sequence[Parts], titles: Sequence[str], apart: Apart, made: dict[int, Piece]
) -> list[Piece]:
    """Every paper set by LibreOffice; those in ``made`` are."""
    left = [number for number in range(len(papers)) if number not in made]
    if left:
        _, lot = apart(office, [papers[number] for number in left], [titles[number] for number in left])
        made |= zip(left, lot.pieces, strict=True)
        told["set"] += len(left)
    return [made[number] for number in range(len(papers))]
