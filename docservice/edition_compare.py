"""Two editions of a template beside each other: their words, and the pages of the same sample paper."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from docservice import edition_check, edition_store, editions
from docservice.edition_check import PLAIN
from docservice.editions import Place
from docservice.errors import NotFound
from docservice.models import Edition
from docservice.pdf.page_image import pdfium
from docservice.render import compare, wording
from docservice.render.wording import Change

STOCK = "stock"
WIDTH = 820
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Side:
    """One of the two: an edition, or ``None`` for the template that ships."""

    place: Place
    row: Edition | None

    @property
    def digest(self) -> str:
        """Of its bytes."""
        return self.row.sha256 if self.row else edition_check.stock(self.place).digest

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return edition_store.data(self.row.sha256) if self.row else edition_check.stock(self.place).data

    @property
    def paper(self) -> bytes:
        """Its sample paper as PDF; ``NotFound`` where none was made."""
        return edition_store.shown(self.place.kind, self.place.variant, self.digest, f"{PLAIN}.pdf")


@dataclass(frozen=True)
class Compared:
    """``words``: paragraphs that differ; ``pages``: of each page of the longer one the share of pixels that differ.

    ``pages`` is empty where one of the two has no sample paper.
    """

    before: Side
    after: Side
    words: tuple[Change, ...]
    pages: tuple[float, ...]


def other(row: Edition, asked: str) -> Side:
    """What an edition is compared with: ``stock``, the number of another one of the same kind, or ``""``: the one in
    force, else the template that ships."""
    place = Place(row.province, row.kind, row.variant)
    if not asked:
        now = editions.in_force(place, editions.today())
        return Side(place, None if now is None or now.pk == row.pk else now)
    if asked == STOCK:
        return Side(place, None)
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    if found := place.rows.filter(number=number).first():
        return Side(place, found)
    raise NotFound(
        f"ไม่มีแม่แบบรุ่นที่ “{asked[:20]}” ของชนิดนี้",
        "เลือกรุ่นจากรายการ",
        english=f"There is no edition {asked[:20]!r} of this kind. Choose one of the list.",
    )


def compared(before: Side, row: Edition) -> Compared:
    """An edition beside what was before."""
    after = Side(before.place, row)
    words = tuple(wording.changes(before.data, after.data))
    try:
        one, two = before.paper, after.paper
    except NotFound:
        return Compared(before, after, words, ())
    with pdfium():
        return Compared(before, after, words, tuple(compare.seen(one, two)))


def picture(before: Side, row: Edition, side: str, page: int) -> bytes:
    """Page ``page`` (from 1) of one side as PNG, what differs washed in colour."""
    after = Side(before.place, row)
    one, two = before.paper, after.paper
    with pdfium():
        drawn = compare.marked(one, two, page, width=WIDTH)
    found: Image.Image | None = drawn[0 if side == BEFORE else 1]
    if found is None or side not in (BEFORE, AFTER):
        raise NotFound("ไม่มีภาพของหน้านี้", "เลือกหน้าที่มีอยู่", english="There is no picture of that page.")
    out = io.BytesIO()
    found.quantize(64).save(out, "PNG")
    return out.getvalue()
