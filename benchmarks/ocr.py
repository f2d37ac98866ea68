"""How fast and how right scanned Thai pages are recognised, at several resolutions.

``.venv/bin/python benchmarks/ocr.py [--pages 2]``: prints a table. Pages are set by this program in the face of the
books, drawn, and made worse as phones do; processor seconds are those of Tesseract alone, one thread.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2
import typst
from PIL import Image, ImageFilter

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

from scans import error_rate  # noqa: E402  the tests' own measure

from docservice.pdf import tesseract  # noqa: E402
from docservice.pdf.typeface import typeface  # noqa: E402
from docservice.render.fonts import prepare  # noqa: E402

RESOLUTIONS = (150, 200, 300, 400)
SIZE = 16  # points: that of official papers
TEXT = (
    "สำนักงานพัฒนาชุมชนจังหวัดฉะเชิงเทรา ศาลากลางจังหวัดฉะเชิงเทรา ถนนมรุพงษ์",
    "ที่ ฉช ๐๐๑๙/ว ๑๖๙ วันที่ ๑๑ กุมภาพันธ์ ๒๕๖๒ เรื่อง การคัดสรรกิจกรรมพัฒนาชุมชนดีเด่น ประจำปี ๒๕๖๒",
    "ข้าพเจ้า นายประเสริฐ แสงตะวัน อายุ ๕๔ ปี อยู่บ้านเลขที่ ๑๒/๓ หมู่ที่ ๓ ตำบลบางไผ่ อำเภอเมืองฉะเชิงเทรา "
    "จังหวัดฉะเชิงเทรา โทรศัพท์ 0-3851-1239 ขอสมัครเข้ารับการประเมินตามระบบมาตรฐานการพัฒนาชุมชน ประเภทผู้นำชุมชน",
    "ได้รับการแต่งตั้งเป็นกรรมการหมู่บ้าน ตามคำสั่งอำเภอเมืองฉะเชิงเทราที่ 45/2560 ลงวันที่ 3 มกราคม 2560 "
    "และเป็นประธานกลุ่มออมทรัพย์เพื่อการผลิตบ้านหนองบัว ซึ่งมีสมาชิก 128 คน เงินสัจจะสะสม 1,254,300 บาท",
    "มีความรู้ความชำนาญด้านการทำนา ทำสวน การทำน้ำดื่มชุมชน และการจัดการขยะมูลฝอยในครัวเรือน เคยเป็นวิทยากร "
    "ถ่ายทอดความรู้ให้แก่กลุ่มแม่บ้าน กลุ่มเยาวชน และผู้สูงอายุในตำบล ไม่น้อยกว่าปีละ ๔ ครั้ง",
    "The Community Development Department certifies that this copy is true. ผู้รับรองสำเนาถูกต้อง",
)


def page(fonts: Path, number: int) -> tuple[pypdfium2.PdfDocument, str]:
    """A page of A4 and the text on it."""
    lines = [*TEXT[number % 3 :], *TEXT[: number % 3]] * 2
    face = typeface(fonts)
    body = "\n\n".join(line.replace("/", "\\/").replace("-", "\\-") for line in lines)
    source = f'#set page("a4")\n#set text(font: "{face.family}", size: {SIZE}pt, lang: "th")\n{body}\n'
    with tempfile.TemporaryDirectory() as place:
        Path(place, "page.typ").write_text(source, encoding="utf-8")
        compiler = typst.Compiler(str(Path(place, "page.typ")), font_paths=face.fonts, ignore_system_fonts=True)
        pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)  # noqa: S101 -- a PDF is one file
    return pypdfium2.PdfDocument(pdf), " ".join(lines)


def clean(document: pypdfium2.PdfDocument, dpi: int) -> Image.Image:
    """As a good scanner gives it: drawn at 300 and brought to ``dpi`` as ``bare_page`` would."""
    return _at(document[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L"), dpi)


def phone(document: pypdfium2.PdfDocument, dpi: int) -> Image.Image:
    """As a phone gives it: a little turned and blurred, darker to one side, grainy, JPEG of quality 60."""
    sharp = document[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L")
    turned = sharp.rotate(1.2, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(1.2))
    shade = Image.linear_gradient("L").resize(turned.size).point(lambda grey: 150 + grey * 100 // 255)
    dark = Image.composite(turned, Image.new("L", turned.size, 20), shade)
    grain = Image.blend(dark, Image.effect_noise(turned.size, 60).convert("L"), 0.12)
    out = io.BytesIO()
    grain.save(out, "JPEG", quality=60)
    return _at(Image.open(out).convert("L"), dpi)


def _at(picture: Image.Image, dpi: int) -> Image.Image:
    size = (picture.width * dpi // 300, picture.height * dpi // 300)
    return picture.resize(size, Image.Resampling.LANCZOS) if dpi != 300 else picture


def measure(pages: int, fonts: Path) -> None:
    """Print the table."""
    say = sys.stdout.write
    say("| page | dpi | processor s a page | pages a minute | wrong | confidence |\n|---|---|---|---|---|---|\n")
    made = [page(fonts, number) for number in range(pages)]
    for kind in (clean, phone):
        for dpi in RESOLUTIONS:
            wrong = sure = 0.0
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            for document, text in made:
                read = tesseract.read(kind(document, dpi), name="page", dpi=dpi)
                wrong, sure = wrong + error_rate(read.text, text) / pages, sure + read.confidence / pages
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = (used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime) / pages
            wall = (time.monotonic() - started) / pages
            say(f"| {kind.__name__} | {dpi} | {seconds:.1f} | {60 / wall:.0f} | {wrong:.1%} | {sure:.0f} |\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3)
    with tempfile.TemporaryDirectory() as home:
        measure(parser.parse_args().pages, prepare(Path(home)).dir)
