"""What every finished PDF must be: PDF/A-2b, titled, Thai, in the allowed fonts; and the splitting of a lot.

Its text layer is read in ``textlayer``.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pikepdf
import pikepdf.pdfa

from docservice.errors import Broken, FontSubstituted
from docservice.render import conformance, packet, reading_order
from docservice.render.pieces import LANGUAGE, Piece, Whole

# LibreOffice's own symbol font: bullets and ballot boxes, drawn alike on every machine
SYMBOL_FONTS = ("OpenSymbol",)

# LibreOffice's font subsets carry no sensible dates, which is no news
logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)


def tidy(pdf: bytes, *, title: str) -> bytes:
    """The same pages, text in reading order, title and language set, LibreOffice's non-archival entries removed."""
    return _tidied(pdf, title).pdf


def _tidied(pdf: bytes, title: str) -> Piece:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        reading_order.mend(document)
        pages, fonts = len(document.pages), _fonts_in(document)
        return Piece(_save(document, title), pages, fonts)


def finish(pdf: bytes, *, title: str, fonts: Sequence[str]) -> Piece:
    """``tidy``, then check: the finished PDF.

    Raises Broken naming the rules of PDF/A-2b that it fails, FontSubstituted naming the fonts.
    """
    piece = _tidied(pdf, title)
    check(piece, fonts)
    return piece


def check(piece: Piece, fonts: Sequence[str]) -> None:
    """Raise FontSubstituted for a font outside ``fonts`` (PostScript names), Broken where PDF/A-2b is not met."""
    refuse_fonts(piece.fonts.difference(fonts, SYMBOL_FONTS))
    report = conformance.report(piece.pdf)
    if not report.passed:
        rules = ", ".join(sorted({finding.rule for finding in report.findings}))
        raise Broken(
            f"ไฟล์ PDF ที่สร้างไม่ผ่านมาตรฐาน PDF/A-2b ({rules})",
            "กรุณาแจ้งผู้ดูแลระบบพร้อมชื่อแม่แบบ",
            english=f"The PDF is not PDF/A-2b: {rules}",
        )


def refuse_fonts(strangers: Iterable[str]) -> None:
    """Raise FontSubstituted naming ``strangers``, if there are any."""
    names = ", ".join(sorted(strangers))
    if names:
        raise FontSubstituted(
            f"ฟอนต์ถูกแทน: เอกสารใช้แบบอักษรที่ไม่ใช่ TH SarabunPSK ({names})",
            "กรุณาเปลี่ยนแบบอักษรในแม่แบบเป็น TH SarabunPSK",
            english=f"The document uses other fonts than TH SarabunPSK: {names}. Change the template.",
        )


def _fonts_in(document: pikepdf.Pdf) -> frozenset[str]:
    """PostScript names of all fonts in the file, without subset prefixes."""
    names = {
        str(item.BaseFont).removeprefix("/")
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/BaseFont" in item
    }
    return frozenset(name.partition("+")[2] or name for name in names)


@dataclass(frozen=True)
class Lot:
    """A lot's PDF taken apart: a piece for each paper, the first page of each, and the page of every bookmark.

    ``together``: all of it as one finished file.
    """

    pieces: tuple[Piece, ...]
    firsts: tuple[int, ...]
    places: dict[str, int]
    pages: int
    together: bytes


def finish_lot(pdf: bytes, marks: Sequence[str], titles: Sequence[str], fonts: Sequence[str]) -> Lot:
    """``finish`` for a lot: a PDF for every mark, from its named destination up to the next.

    ``pdf`` is as LibreOffice wrote it, without tags. All pages are validated as one file; a piece is written by the
    same hand from the same objects. Raises as ``finish``, and Broken when a mark is not in the file or two marks share
    a page.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        places = _places(document)
        firsts = [places.get(mark, 0) for mark in marks]
        whole = Whole(document)
        ends = [*firsts[1:], whole.pages + 1]
        if firsts[0] != 1 or any(end <= first for first, end in zip(firsts, ends, strict=True)):
            raise Broken("แยกเอกสารชุดไม่ได้", "กรุณาทำทีละฉบับ", english=f"The lot cannot be split at pages {firsts}.")
        check(whole.specimen(titles[0]), fonts)
        pieces = (
            whole.piece(first - 1, end - 1, title) for first, end, title in zip(firsts, ends, titles, strict=True)
        )
        return Lot(tuple(pieces), tuple(firsts), places, whole.pages, whole.piece(0, whole.pages, titles[0]).pdf)


def places_in(pdf: bytes) -> tuple[int, dict[str, int]]:
    """How many pages a PDF has, and the page (from 1) of every named destination."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages), _places(document)


def _places(document: pikepdf.Pdf) -> dict[str, int]:
    numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
    return {name: numbers[target[0].objgen] for name, target in _destinations(document)}


def _destinations(document: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Name and explicit destination of every named destination, in either of the two places PDF has for them."""
    old = document.Root.get("/Dests", pikepdf.Dictionary())
    tree = document.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    new = pikepdf.NameTree(tree).items() if tree is not None else ()
    for name, target in [*old.items(), *new]:
        yield str(name).removeprefix("/"), target["/D"] if isinstance(target, pikepdf.Dictionary) else target


def _save(document: pikepdf.Pdf, title: str) -> bytes:
    # the destinations were for us: where the marks of a paper are
    for holder, key in ((document.trailer, "/DocChecksum"), (document.Root, "/OpenAction"), (document.Root, "/Dests")):
        if key in holder:
            del holder[key]
    packet.tell(document, title=title, language=LANGUAGE)
    out = io.BytesIO()
    document.save(out, **pikepdf.pdfa.resolve_save_kwargs(pikepdf.pdfa.Flavour("2b")))
    return out.getvalue()
