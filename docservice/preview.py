"""Looking at a paper before it is requested: its pages as pictures with “ร่าง” across them. Nothing is kept.

One LibreOffice serves every page of the web process: whoever looks takes turns, and nobody waits for ever.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docservice import engines, jobs, papers
from docservice.errors import DocserviceError, EngineUnavailable
from docservice.papers import Draft
from docservice.pdf.page_image import Mark, page_images

WORD = "ร่าง"
SHOWN_ROWS = 40
"""So many rows of a list are shown, so that a preview comes at once."""
_PATIENCE = 25.0
_KEPT = 24
_WIDTH = 820
_turn = threading.Lock()
_made: OrderedDict[str, Preview] = OrderedDict()


@dataclass(frozen=True)
class Preview:
    """``images``: PNGs of the first pages; ``pages``: how many there are; ``warnings``: Thai sentences."""

    images: tuple[bytes, ...]
    pages: int
    warnings: tuple[str, ...] = ()


def of(draft: Draft, most: int = 6) -> Preview:
    """Up to ``most`` pages of one draft. Raises as a request for it would, or ``EngineUnavailable``."""
    return _kept([draft], most)


def samples(drafts: Sequence[Draft]) -> Preview:
    """The first page of each draft of a lot."""
    return _kept(drafts, 1)


def cut(value: Any) -> Any:
    """Lists at any depth, their first rows only."""
    if isinstance(value, Mapping):
        return {name: cut(each) for name, each in value.items()}
    return [cut(each) for each in value[:SHOWN_ROWS]] if isinstance(value, list) else value


def _kept(drafts: Sequence[Draft], most: int) -> Preview:
    """The preview, made once for the same facts; the last few are kept in memory."""
    digest = jobs.digest([most, [[d.kind, d.facts, papers.template_of(d).digest] for d in drafts]])
    if not _turn.acquire(timeout=_PATIENCE):
        raise EngineUnavailable(
            "ขณะนี้มีผู้ดูตัวอย่างหลายคน ยังไม่ถึงคิว",
            "รอสักครู่แล้วกดดูตัวอย่างอีกครั้ง ขอเอกสารได้โดยไม่ต้องรอตัวอย่าง",
            english="Several people are looking at previews. Try again shortly; requesting needs no preview.",
        )
    try:
        if digest not in _made:
            _made[digest] = _make(drafts, most)
        _made.move_to_end(digest)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
        return _made[digest]
    finally:
        _turn.release()


def _make(drafts: Sequence[Draft], most: int) -> Preview:
    images: list[bytes] = []
    pages, warnings = 0, dict[str, None]()
    for paper in papers.preview(drafts):
        if isinstance(paper, DocserviceError):
            raise paper
        drawn, _ = page_images(paper.pdf, width=_WIDTH, most=most, mark=Mark(WORD, engines.fonts().dir))
        images += drawn
        pages += paper.pages
        warnings |= dict.fromkeys(paper.warnings)
    return Preview(tuple(images), pages, tuple(warnings))
