"""The registers of applicants and of those who passed."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest

from docservice import engines
from docservice.render.paper import Paper, make_paper

KINDS = ("register-applicants", "register-passed")
TALL = "เครือข่ายเฝ้าระวังช้างป่าและอนุรักษ์ทรัพยากรธรรมชาติและสิ่งแวดล้อมตำบลคลองตะแบกฝั่งตะวันออก"


def register(kind_code: str, count: int, **changes: Any) -> Paper:
    kind = engines.catalogue().kind(kind_code)
    row = {"group": "ชุมชน", "place": "หมู่ที่ 3", "district": "บางคล้า", "name": TALL, "coordinator": "นางสุข ใจดี"}
    rows = [{**row, "number": f"2402-ช-{n:03d}"} for n in range(1, count + 1)]
    return make_paper(engines.office(), engines.template(kind), {**kind.example(), "rows": rows, **changes})


def pages(paper: Paper) -> list[str]:
    with pdfium.PdfDocument(paper.pdf) as pdf:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_of_the_table_is_on_every_page(kind: str) -> None:
    made = pages(register(kind, 30))
    assert len(made) > 1
    assert all("ผู้ประสานงาน" in page and "หมายเหตุ" in page for page in made)


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_is_split_over_two_pages(kind: str) -> None:
    for page in pages(register(kind, 30)):
        assert page.count("๒๔๐๒-ช-") == page.count("ฝั่งตะวันออก")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [6, 8, 22, 23, 30])
def test_the_total_and_the_certifier_stay_with_the_last_rows(kind: str, count: int) -> None:
    last = pages(register(kind, count, certifier="พัฒนาการอำเภอบางคล้า"))[-1]
    assert last.count("๒๔๐๒-ช-") >= 2
    assert "หน่วยนับ" in last
    assert "ผู้รับรองทะเบียน" in last
    assert last.endswith("พัฒนาการอำเภอบางคล้า")


def test_a_register_without_certifier_ends_with_the_total() -> None:
    made = pages(register("register-passed", 2, certifier=""))
    assert made[-1].endswith("รวมผ่านการประเมินทั้งสิ้น ๒ หน่วยนับ")


def test_title_scope_and_date_stand_above_the_table() -> None:
    first = pages(register("register-applicants", 1))[0]
    assert first.startswith("ทะเบียนฐานข้อมูลผู้สมัครเข้ารับการพัฒนา")
    assert "อำเภอเมืองฉะเชิงเทรา จังหวัดฉะเชิงเทรา ข้อมูล ณ วันที่ ๑๑ กุมภาพันธ์ ๒๕๖๒" in first
