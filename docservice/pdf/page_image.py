"""Pages of a PDF as pictures for a screen, with a word across each where they are not the real thing."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from docservice.errors import InputRefused
from docservice.pdf.typeface import typeface

_COLOURS = 64
_GREY = (170, 20, 20, 70)
_PDFIUM = threading.RLock()


@dataclass(frozen=True)
class Mark:
    """A word drawn across a page, in the face of the font folder ``fonts``."""

    word: str
    fonts: Path


@contextmanager
def pdfium() -> Iterator[None]:
    """The turn of this thread: pdfium may be used by one thread of a process at a time."""
    with _PDFIUM:
        yield


def page_images(
    pdf: bytes | Path, *, width: int, first: int = 1, most: int = 1, mark: Mark | None = None
) -> tuple[list[bytes], int]:
    """PNGs of up to ``most`` pages from page ``first`` on, ``width`` pixels wide, and how many pages there are.

    Raises ``InputRefused`` when the PDF cannot be read.
    """
    try:
        with pdfium(), pypdfium2.PdfDocument(pdf) as document:
            pages = len(document)
            numbers = range(first - 1, min(pages, first - 1 + most))
            drawn = [_drawn(document[number], width) for number in numbers]
    except pypdfium2.PdfiumError as fault:
        raise InputRefused("อ่านไฟล์ PDF ไม่ได้", "กรุณาตรวจสอบไฟล์", english="The PDF cannot be read.") from fault
    return [_png(_marked(picture, mark) if mark else picture) for picture in drawn], pages


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in points."""
    with pdfium(), pypdfium2.PdfDocument(pdf) as document:
        return [page.get_size() for page in document]


def _drawn(page: pypdfium2.PdfPage, width: int) -> Image.Image:
    try:
        picture: Image.Image = page.render(scale=width / max(page.get_width(), 1)).to_pil()
        return picture.convert("RGB")
    finally:
        page.close()


def _marked(picture: Image.Image, mark: Mark) -> Image.Image:
    """The picture with the word across it, from corner to corner."""
    stripe = _stripe(mark, round(picture.width * 0.7))
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    layer.paste(stripe, ((picture.width - stripe.width) // 2, (picture.height - stripe.height) // 2))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


@lru_cache(maxsize=8)
def _stripe(mark: Mark, width: int) -> Image.Image:
    font = ImageFont.truetype(str(typeface(mark.fonts).regular), width // 2)
    box = font.getbbox(mark.word)
    stripe = Image.new("RGBA", (round(box[2]) + 40, round(box[3]) + 40), (0, 0, 0, 0))
    ImageDraw.Draw(stripe).text((20, 20), mark.word, font=font, fill=_GREY)
    return stripe.rotate(30, expand=True, resample=Image.Resampling.BICUBIC)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
