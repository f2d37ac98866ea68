"""The redacted edition's pages: each drawn as pixels, what has to be hidden painted black in them, nothing else kept.

A page of a source is never taken over as it is: text under a black box, a picture cropped on the page, a hidden layer
or the resources two pages share would come along unseen. So what leaves here is what an officer saw, and no more.

Everything here reads a stranger's file: it is done in a child of the ward (``scrutiny`` asks).
"""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageChops, ImageDraw, ImageFont

from docservice.errors import EvidenceRefused
from docservice.pdf import sniff
from docservice.pdf.pdfa import faults
from docservice.pdf.piece import Piece
from docservice.pdf.redact_find import id_numbers

WHOLE = 10_000
"""Parts of a page's width or height in which areas are measured."""
_DPI = 200
_MOST_PIXELS = 16_000_000
_QUALITY = 80
_GREY_ENOUGH = 20
_SMALLEST_LABEL = 18  # pixels: about the height of 6.5 points


@dataclass(frozen=True)
class Area:
    """What is hidden on page ``page`` (from 1): edges in ten-thousandths of the page as shown; ``label`` in it."""

    page: int
    left: int
    top: int
    width: int
    height: int
    label: str = ""


def look(pdf: Path, media_type: str) -> dict[str, Any]:
    """What an officer has before him: the ``sizes`` of the pages as shown, their ``shape``, and what might be hidden.

    ``shape`` changes when areas would not lie where they were drawn: other pages or sizes, and for a document that a
    program sets into pages, other lines on them. ``found``: page and box of every national ID number that is text.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        sizes, words, found = [], [], []
        for number, page in enumerate(_pages(document), start=1):
            sizes.append([round(side) for side in page.get_size()])
            found += [{"page": number, **box._asdict()} for box in id_numbers(page)]
            words.append(_words(page) if media_type in sniff.SET_LATER else "")
    told = json.dumps([sizes, words], ensure_ascii=False)
    return {"sizes": sizes, "shape": sha256(told.encode()).hexdigest(), "found": found}


def sheet(pdf: Path, number: int, width: int) -> bytes:
    """Page ``number`` as it will be redacted, ``width`` pixels across, as JPEG."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number - 1]
        wide, high = page.get_size()
        return _jpeg(_drawn(page, min(width / max(wide, 1), 4 * width / max(high, 1))))


def redacted(pdf: Path, areas: Sequence[Area], font: Path, target: Path) -> int:
    """``pdf`` as pictures of its pages with ``areas`` black, written to ``target``; the number of pages."""
    with pypdfium2.PdfDocument(pdf) as document, Pdf.new() as out:
        for number, page in enumerate(_pages(document), start=1):
            wide, high = page.get_size()
            scale = min(_DPI / 72, (_MOST_PIXELS / max(wide * high, 1)) ** 0.5)
            picture = _drawn(page, scale)
            for area in areas:
                if area.page == number:
                    _hide(picture, area, font)
            _add(out, picture, wide, high)
        out.save(target)
        return len(out.pages)


def _pages(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for number in range(len(document)):
        page = document[number]
        yield page
        page.close()


def _words(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()


def _drawn(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    return picture


def _hide(picture: Image.Image, area: Area, font: Path) -> None:
    """Black from edge to edge, pixels that the area only touches included, and what it is in white where that fits."""
    left, right = area.left * picture.width // WHOLE, -(-(area.left + area.width) * picture.width // WHOLE)
    top, bottom = area.top * picture.height // WHOLE, -(-(area.top + area.height) * picture.height // WHOLE)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), fill="black")
    size = min(round((bottom - top) * 0.6), round(picture.width / 36))
    while area.label and size >= _SMALLEST_LABEL:
        face = ImageFont.truetype(str(font), size)
        if pen.textlength(area.label, font=face) <= (right - left) * 0.9:
            pen.text(((left + right) / 2, (top + bottom) / 2), area.label, font=face, fill="white", anchor="mm")
            return
        size = size * 9 // 10


def _jpeg(picture: Image.Image) -> bytes:
    """Grey where the page has no colour worth keeping."""
    out = io.BytesIO()
    (picture if _is_coloured(picture) else picture.convert("L")).save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _is_coloured(picture: Image.Image) -> bool:
    red, green, blue = picture.reduce(8).split() if min(picture.size) > 64 else picture.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return max(int(each.getextrema()[1]) for each in differences) > _GREY_ENOUGH  # type: ignore[arg-type]  # one band


def _is_written(picture: Image.Image) -> bool:
    """Whether nearly all of it is plain white or black, as no scan is: only then is deflating worth its time."""
    counts = picture.convert("L").histogram()
    return sum(counts[:8]) + sum(counts[-8:]) > 0.85 * sum(counts)


def _flat(picture: Image.Image) -> bytes:
    """Sixteen greys, deflated: what is written rather than photographed becomes smaller and sharper so."""
    return zlib.compress(picture.convert("L").point([value // 16 * 17 for value in range(256)]).tobytes(), 6)


def _add(out: Pdf, picture: Image.Image, wide: float, high: float) -> None:
    """One page of ``wide`` × ``high`` points that holds the picture and nothing else."""
    coloured = _is_coloured(picture)
    data, packed = _jpeg(picture), Name.DCTDecode
    if not coloured and _is_written(picture) and 2 * len(flat := _flat(picture)) < len(data):
        data, packed = flat, Name.FlateDecode
    page = out.add_blank_page(page_size=(max(wide, 3), max(high, 3)))
    image = Stream(out, b"")
    image.write(data, filter=packed)
    image.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8))
    image.Width, image.Height = picture.width, picture.height
    image.ColorSpace = Name.DeviceRGB if coloured else Name.DeviceGray
    page.obj.Resources = Dictionary(XObject=Dictionary(P=image))
    page.obj.Contents = Stream(out, b"q %.3f 0 0 %.3f 0 0 cm /P Do Q" % (max(wide, 3), max(high, 3)))


# -------------------------------------------------------------------------------------------- jobs of the ward's child
def _look_job(facts: Mapping[str, Any]) -> dict[str, Any]:
    with _read(facts):
        return look(Path(facts["path"]), facts["media_type"])


def _sheet_job(facts: Mapping[str, Any]) -> dict[str, Any]:
    with _read(facts):
        picture = sheet(Path(facts["path"]), facts["number"], facts["width"])
    return {"picture": base64.b64encode(picture).decode()}


def _redact_job(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The piece, or ``other``: the pages are not those on which the areas were drawn."""
    source, target = Path(facts["path"]), Path(facts["target"])
    with _read(facts):
        if look(source, facts["media_type"])["shape"] != facts["shape"]:
            return {"other": True}
        areas = [Area(**area) for area in facts["areas"]]
        pages = redacted(source, areas, Path(facts["font"]), target)
    return asdict(Piece(target, pages, facts["media_type"], faults=faults(target))) | {"pdf": "made"}


@contextmanager
def _read(facts: Mapping[str, Any]) -> Iterator[None]:
    """Faults of drawing, told as ``EvidenceRefused`` naming the file."""
    try:
        yield
    except (pypdfium2.PdfiumError, IndexError, ValueError) as fault:
        name = facts["name"]
        raise EvidenceRefused(
            f"ไฟล์ {name} แสดงหน้าเป็นภาพไม่ได้",
            "กรุณาบันทึกหรือสแกนใหม่แล้วส่งอีกครั้ง",
            english=f"A page of {name} cannot be drawn. Save or scan it again.",
        ) from fault


JOBS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "redact-look": _look_job,
    "redact-sheet": _sheet_job,
    "redact": _redact_job,
}
"""For ``inside``."""
