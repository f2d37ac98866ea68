"""Small Word templates and kinds for the tests, made with python-docx."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image

from docservice.catalogue import Catalogue, Kind
from docservice.render.template import Template

FONT = "TH SarabunPSK"
SENTENCE = "แต่งตั้งคณะกรรมการรับรองมาตรฐานการพัฒนาชุมชนจังหวัดฉะเชิงเทราเพื่อให้การดำเนินงานเป็นไปอย่างมีประสิทธิภาพ"
ONE_TEXT = {"text": {"type": "text", "label": "ข้อความ", "example": "ตัวอย่าง"}}


def drawing(pdf: bytes) -> list[bytes]:
    """The pixels of every page at 100 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=100 / 72).to_pil().tobytes() for page in document]


def word(font: str = FONT) -> Word:
    """An empty A4 document whose normal text is 16 pt in ``font``."""
    document = Document()
    normal = document.styles["Normal"].element.get_or_add_rPr()
    names = normal.get_or_add_rFonts()
    names.attrib.clear()
    for slot in ("w:ascii", "w:hAnsi", "w:cs"):
        names.set(qn(slot), font)
    document.styles["Normal"].font.size = Pt(16)
    normal.append(normal.makeelement(qn("w:szCs"), {qn("w:val"): "32"}))
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(2), Cm(2.5), Cm(2)
    return document


def saved(document: Word) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def letter(*paragraphs: str, font: str = FONT) -> bytes:
    document = word(font)
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def kind(fields: Mapping[str, Any] = ONE_TEXT, *, catchwords: bool = False) -> Kind:
    table = {"label": "เอกสารทดสอบ", "edition": "1", "catchwords": catchwords, "name": "test", "fields": fields}
    return Catalogue.parse({"kinds": {"test": table}}).kind("test")


def template(
    folder: Path,
    build: Callable[[Word], object],
    fields: Mapping[str, Any] = ONE_TEXT,
    *,
    catchwords: bool = False,
    font: str = FONT,
) -> Template:
    """A template whose content ``build`` adds to an empty document."""
    document = word(font)
    build(document)
    path = folder / "test" / "1.docx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(saved(document))
    return Template.load(path, kind(fields, catchwords=catchwords))


def slot(document: Word, name: str, height: float = 3.0) -> Word:
    """A paragraph with a square picture slot ``name``, ``height`` cm high."""
    picture = document.add_paragraph().add_run().add_picture(io.BytesIO(png(10, 10, "grey")), height=Cm(height))
    picture._inline.docPr.set("descr", name)
    return document


def png(width: int, height: int, colour: str = "red", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def new_section(document: Word) -> None:
    document.add_section(WD_SECTION.NEW_PAGE)
