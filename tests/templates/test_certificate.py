"""The certificate a governor signs: one page, whatever the name."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from docservice import engines
from docservice.errors import FactsRefused
from docservice.render.paper import Paper, make_paper

LONG = "เครือข่ายกองทุนสวัสดิการชุมชนและกลุ่มออมทรัพย์เพื่อการผลิตตำบลคลองบัวทอง"


def certificate(**changes: Any) -> Paper:
    kind = engines.catalogue().kind("certificate")
    facts: Mapping[str, Any] = {**kind.example(), **changes}
    return make_paper(engines.office(), engines.template(kind), facts)


def text_of(paper: Paper) -> str:
    with pdfium.PdfDocument(paper.pdf) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def document(paper: Paper) -> str:
    with zipfile.ZipFile(BytesIO(paper.docx)) as word:
        return word.read("word/document.xml").decode()


@pytest.mark.parametrize("name", ["นายดี มี", LONG, f"{LONG}และ{LONG}"], ids=["short", "long", "longest"])
def test_a_certificate_is_one_landscape_page_whatever_the_name(name: str) -> None:
    paper = certificate(
        recipient=name,
        achievement=["ผ่านการรับรองมาตรฐานการพัฒนาชุมชน (มชช.) ประเภทเครือข่ายองค์กรชุมชน", "ประจำปี ๒๕๖๒"],
        blessing="ขอให้มีความสุขความเจริญ และเป็นแบบอย่างที่ดีแก่ชุมชนสืบไป",
    )
    with pdfium.PdfDocument(paper.pdf) as pdf:
        width, height = pdf[0].get_size()
    assert paper.pages == 1
    assert (round(width), round(height)) == (842, 595)
    assert "".join(name.split()) in text_of(paper).replace(" ", "")


def test_a_certificate_prints_its_facts_in_thai_digits() -> None:
    text = text_of(certificate(serial="7/2562", blessing="ขอให้เจริญ"))
    for part in (
        "มอบใบประกาศเกียรติคุณฉบับนี้ให้ไว้เพื่อแสดงว่า",
        "ให้ไว้ ณ วันที่ ๓๐ เดือน สิงหาคม พุทธศักราช ๒๕๖๒",
        "เลขที่ ๗/๒๕๖๒",
        "(นายวรพจน์ แววสิงห์งาม)",
        "รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน",
        "ผู้ว่าราชการจังหวัดฉะเชิงเทรา",
        "ขอให้เจริญ",
    ):
        assert part in text


def test_a_signer_in_his_own_right_has_no_second_line() -> None:
    signer = {"name": "นายตัวอย่าง ใจดี", "post": "ผู้ว่าราชการจังหวัดฉะเชิงเทรา"}
    assert text_of(certificate(signer=signer)).count("ผู้ว่าราชการจังหวัด") == 1


def test_without_a_code_nothing_stands_in_its_place() -> None:
    paper = certificate(qr="")
    assert "ตรวจสอบใบประกาศ" not in text_of(paper)
    assert 'descr="qr"' not in document(paper)


def test_the_drawn_frame_gives_way_to_the_offices_picture(tmp_path: Path) -> None:
    picture = tmp_path / "border.png"
    Image.new("RGB", (297, 210), "#fff4d6").save(picture)
    framed = certificate(border=str(picture))
    assert "plaque" in document(certificate())
    assert "plaque" not in document(framed)
    assert 'descr="border"' in document(framed)
    assert framed.pages == 1


def test_a_certificate_that_would_need_a_second_page_is_refused() -> None:
    with pytest.raises(FactsRefused, match="๒ หน้า แต่ใบประกาศเกียรติคุณมีได้ ๑ หน้า"):
        certificate(recipient=LONG, achievement=[f"{LONG} {LONG}"] * 5)
