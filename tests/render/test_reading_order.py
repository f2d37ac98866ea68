"""Text comes out of the finished PDF as it was written, also where a line is justified or a mark is its own piece."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from docservice import engines
from docservice.render import package, reading_order

WORDS = [
    "ความรู้",
    "กลุ่ม",
    "ภูมิธรรม",
    "จัดทำ",
    "น้ำ",
    "ผู้นำ",
    "ที่",
    "เพื่อ",
    "ชุมชน",
    "(มชช.)",
    "อยู่",
    "สำนักงาน",
    "บุคลิกภาพ",
    "๒๕๖๒",
    "ปิ่น",
]


def _word(text: str, *, justified: bool) -> bytes:
    word = Document()
    style = word.styles["Normal"]
    style.font.size = Pt(16)
    style.font.name = "TH SarabunPSK"
    style.element.rPr.rFonts.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}cs", "TH SarabunPSK")
    word.sections[0].page_width = Cm(21)
    paragraph = word.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if justified else WD_ALIGN_PARAGRAPH.LEFT
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _pdf(text: str, *, justified: bool) -> bytes:
    return engines.office().to_pdf(_word(text, justified=justified), title="ทดสอบ")


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("justified", [True, False])
@settings(max_examples=12, deadline=None)
@given(words=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("".join), min_size=20, max_size=40))
def test_every_word_is_read_as_it_was_written(justified: bool, words: list[str]) -> None:
    read = _text(_pdf(" ".join(words), justified=justified))
    assert "".join(read.split()) == "".join(words)


def test_no_blank_comes_between_a_letter_and_its_vowel() -> None:
    read = _text(_pdf("กลุ่มจัดทำความรู้ " * 40, justified=True))
    assert (
        re.sub(r"\s+", " ", read.replace("กลุ่มจัดทำ\r\nความรู้", "กลุ่มจัดทำความรู้")).strip().split(" ").count("กลุ่มจัดทำความรู้")
        >= 35
    )


def test_nothing_that_is_painted_changes() -> None:
    word = _word("ผู้นำชุมชนมีความรู้ ภูมิธรรม และบุคลิกภาพ จัดทำทะเบียน " * 12, justified=True)
    raw = engines.office().convert(package.read(word), title="").pdf or b""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        before = document.pages[0].Contents.read_bytes()
        reading_order.mend(document)
        assert document.pages[0].Contents.read_bytes() != before
        document.save(out)
    with pypdfium2.PdfDocument(raw) as old, pypdfium2.PdfDocument(out.getvalue()) as new:
        pictures = [page.render(scale=2).to_pil().convert("L") for page in (old[0], new[0])]
    assert ImageChops.difference(*pictures).getbbox() is None


def test_mending_twice_is_mending_once() -> None:
    with pikepdf.open(io.BytesIO(_pdf("ความรู้ ความเชี่ยวชาญของกลุ่ม " * 20, justified=True))) as document:
        before = document.pages[0].Contents.read_bytes()
        reading_order.mend(document)
        assert document.pages[0].Contents.read_bytes() == before
