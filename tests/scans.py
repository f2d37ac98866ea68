"""Scans for tests: text set in the book's face, drawn as a scanner would, and how far what was read is from it."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image

from docservice.pdf.words import text_pdf
from docservice.thai import clean

LETTER = (
    "สำนักงานพัฒนาชุมชนจังหวัดฉะเชิงเทรา\n"
    "ทะเบียนผู้นำชุมชน นายประเสริฐ แสงตะวัน อยู่บ้านเลขที่ ๑๒/๓ หมู่ที่ ๓\n"
    "ตำบลบางไผ่ อำเภอเมืองฉะเชิงเทรา จังหวัดฉะเชิงเทรา โทรศัพท์ 0-3851-1239\n"
    "ได้รับการแต่งตั้งเป็นกรรมการหมู่บ้าน ตามคำสั่งอำเภอที่ 45/2560 ลงวันที่ 3 มกราคม 2560\n"
    "กลุ่มออมทรัพย์เพื่อการผลิตบ้านหนองบัว มีสมาชิก 128 คน เงินสัจจะสะสม 1,254,300 บาท\n"
    "The Community Development Department certifies this copy. ผู้รับรองสำเนาถูกต้อง\n"
)
_DPI = 300
_MARGIN = 60


def drawn(text: str, fonts: Path, dpi: int = _DPI) -> Image.Image:
    """The text in grey on white, cut off a little below its last line: a small picture is read quickly."""
    with TemporaryDirectory() as place:
        source = Path(place, "text.txt")
        source.write_text(text, encoding="utf-8")
        pdf, lost = text_pdf(source, fonts, name=source.name)
    assert not lost
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    ink = page.point(lambda grey: 255 * (grey < 128)).getbbox()
    assert ink is not None
    return page.crop((0, 0, page.width, ink[3] + _MARGIN))


def scan(path: Path, text: str, fonts: Path, *, turn: int = 0) -> Path:
    """A JPEG of the text as a scanner gives it, turned clockwise by ``turn`` degrees."""
    path.write_bytes(_jpeg(drawn(text, fonts).rotate(-turn, expand=True, fillcolor=255)))
    return path


def letters(text: str) -> str:
    """Without spaces and line breaks: readers set them as they like."""
    return "".join(text.split())


def error_rate(read: str, meant: str) -> float:
    """Letters to insert, remove or change for each letter meant; runs of spaces count as one."""
    got, wanted = " ".join(clean(read).split()), " ".join(clean(meant).split())
    row = list(range(len(wanted) + 1))
    for at, letter in enumerate(got, start=1):
        before, row = row, [at]
        for n, other in enumerate(wanted, start=1):
            row.append(min(row[-1] + 1, before[n] + 1, before[n - 1] + (letter != other)))
    return row[-1] / len(wanted)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, dpi=(_DPI, _DPI))
    return out.getvalue()
