"""What a template does when facts are given differently: nothing empty stays on paper, nothing is lost."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image
from template_papers import bare, document, facts, pages, paper, stock

from docservice import engines
from docservice.errors import FactsRefused
from docservice.render.paper import Paper
from docservice.render.textlayer import text_of

DISTRICTS = ("เมือง", "บางคล้า", "บ้านโพธิ์")
SIGNER = {"name": "นายตัวอย่าง ใจดี", "post": "ผู้ว่าราชการจังหวัดตัวอย่าง"}


def test_an_order_without_a_number_keeps_a_gap_to_write_it_in() -> None:
    made = paper("order-12", {"number": ""})
    assert re.search(r"ที่ {10,}/๒๕๖๒", document(made.docx))


def test_a_given_order_number_prints_as_in_the_original() -> None:
    assert "ที่ ๑๒ /๒๕๖๒" in document(stock("order-12").docx)


def test_a_signer_in_his_own_name_has_one_line_below_it() -> None:
    text = pages(paper("order-12", {"signer": SIGNER}))[-1]
    assert text.endswith(bare("(นายตัวอย่าง ใจดี)ผู้ว่าราชการจังหวัดตัวอย่าง"))


def test_one_enclosure_alone_has_no_number() -> None:
    text = pages(paper("letter", {"enclosures": [{"title": "ปฏิทินการดำเนินงาน", "count": "๒ ฉบับ"}]}))[0]
    assert bare("สิ่งที่ส่งมาด้วย ปฏิทินการดำเนินงาน จำนวน ๒ ฉบับ") in text


def test_a_letter_without_enclosures_and_items_prints_none_of_their_labels() -> None:
    made = paper("letter", {"enclosures": [], "items": [], "body": ["ด้วยจังหวัดขอเชิญประชุม"]})
    assert made.pages == 1
    assert "สิ่งที่ส่งมาด้วย" not in pages(made)[0]
    assert "๑.ด้วย" not in pages(made)[0]


def test_speed_references_and_copies_are_printed_when_given() -> None:
    extra = {
        "speed": "ด่วนที่สุด",
        "references": ["หนังสือฉบับแรก", "หนังสือฉบับที่สอง"],
        "copies_to": ["ปลัดจังหวัด", "ท้องถิ่นจังหวัด"],
    }
    text = "".join(pages(paper("letter", extra)))
    assert text.startswith("ด่วนที่สุด")
    assert bare("อ้างถึง หนังสือฉบับแรก หนังสือฉบับที่สอง") in text
    assert text.endswith(bare("สำเนาส่ง ปลัดจังหวัด ท้องถิ่นจังหวัด"))


def test_a_busy_machine_changes_no_page() -> None:
    """LibreOffice would set pages on its own time; one in twenty of these had a page more."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    try:
        made = {paper("announcement").pages for _ in range(12)}
    finally:
        for each in busy:
            each.kill()
            each.wait()
    assert made == {3}


def test_an_announcements_list_starts_on_its_own_page_and_repeats_its_head() -> None:
    text = pages(stock("announcement"))
    assert len(text) == 3
    assert text[1].startswith(bare("- ๒ - บัญชีรายชื่อแนบท้ายประกาศจังหวัดฉะเชิงเทรา"))
    assert text[2].startswith(bare("- ๓ - ที่ ชื่อ ที่อยู่ อำเภอ"))


def summary(groups: int) -> Paper:
    count = {"applied": 2, "passed": 1}

    def line(district: str) -> dict[str, Any]:
        return {"district": district, "counts": [count] * groups, "applied": 2 * groups, "passed": groups}

    rows = [line(name) for name in DISTRICTS]
    names = [f"กลุ่มที่ {number}" for number in range(1, groups + 1)]
    return paper("report", {"group_names": names, "rows": rows, "totals": line("รวมทั้งสิ้น")})


@pytest.mark.parametrize("groups", range(1, 7))
def test_the_reports_table_has_a_pair_of_columns_for_each_group_and_the_total(groups: int) -> None:
    made = summary(groups)
    tables = document(made.docx).split("<w:tbl>")[1:]
    grid = tables[-1].split("</w:tblGrid>")[0]
    assert grid.count("<w:gridCol ") == 1 + 2 * (groups + 1)
    assert made.pages == 2
    text = pages(made)[1]
    assert text.count("สมัครผ่าน") == groups + 1
    assert len(re.findall(r"เมือง(?:๒๑)+", text)) == 1


def test_the_guideline_numbers_documents_below_their_group() -> None:
    text = "".join(pages(stock("guideline")))
    assert bare("๔. ชุมชน ๔.๑ ใบสมัคร ๔.๒ บันทึกประชาคมชุมชน") in text


def test_the_guideline_follows_another_years_groups() -> None:
    one = facts("guideline")["groups"][0]
    changes = {"province": "ระยอง", "year_be": 2566, "deadline": "2023-02-10", "groups": [one]}
    text = "".join(pages(paper("guideline", changes)))
    assert bare("(มชช.) ปี ๒๕๖๖ จังหวัดระยอง") in text
    assert bare("ให้ดำเนินการ ๑ กลุ่มเป้าหมาย") in text
    assert bare("ภายในวันที่ ๑๐ กุมภาพันธ์ ๒๕๖๖") in text
    assert "๒๕๖๒" not in text


@pytest.mark.parametrize("items", [3, 6, 7, 8, 9, 12])
def test_the_signature_never_stands_on_a_page_without_two_lines_of_the_letter(items: int) -> None:
    made = paper("letter", {"body": ["ด้วยจังหวัดขอเชิญประชุม"], "items": ["ชี้แจง"] * items, "copies_to": ["ปลัดจังหวัด"]})
    last = pages(made)[-1]
    assert bare("ชี้แจง จึงเรียนมา") in last
    assert last.endswith(bare("โทร ๐-๓๘๕๑-๑๒๓๙ สำเนาส่ง ปลัดจังหวัด"))


def test_numbers_in_thousands_stay_on_one_line_beside_six_groups() -> None:
    count = {"applied": 1234, "passed": 999}
    line = {"district": "เมือง", "counts": [count] * 6, "applied": 7404, "passed": 5994}
    names = [f"กลุ่มที่ {number}" for number in range(1, 7)]
    made = paper("report", {"group_names": names, "rows": [line] * 25, "totals": {**line, "district": "รวม"}})
    assert made.pages == 2
    assert "๑,๒๓๔" in text_of(made.pdf)[1]


@pytest.mark.parametrize(("groups", "told"), [(7, "(group_names): มี ๗"), (2, "(rows[0].counts): มี ๑")])
def test_a_report_never_leaves_out_a_group(groups: int, told: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        paper("report", {**engines.catalogue().kind("report").example(), "group_names": ["กลุ่ม"] * groups})
    assert told in refused.value.message


def test_a_signer_for_another_needs_the_post_signed_for() -> None:
    with pytest.raises(FactsRefused, match=r"signer\.principal"):
        paper("order-12", {"signer": {**SIGNER, "mode": "รักษาราชการแทน"}})


@pytest.mark.parametrize("size", [(400, 400), (900, 300)], ids=["round seal", "wide"])
def test_an_emblem_on_a_letter_is_never_wider_than_its_place(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, "PNG")
    shown = document(paper("letter", {"emblem": out.getvalue()}).docx)
    cx, cy = (int(number) for number in re.findall(r'<wp:extent cx="(\d+)" cy="(\d+)"', shown)[0])
    assert cx / 360_000 <= 3.5
    assert cx / cy == pytest.approx(size[0] / size[1], rel=0.01)
    assert cy == 1_080_000 or size[0] > size[1]


def test_beyond_ninety_nine_members_the_second_line_of_a_post_stands_under_its_first() -> None:
    members = [{"post": "นายอำเภอ\nผู้แทน", "role": "กรรมการ"}] * 100
    made = paper("order-12", {"members": members})
    with pdfium.PdfDocument(made.pdf) as pdf:
        last = next(
            page for page in map(pdf.get_page, range(len(pdf))) if "๑๐๐." in page.get_textpage().get_text_range()
        )
        layer = last.get_textpage()
        text = layer.get_text_range()
        first = text.index("นายอำเภอ", text.index("๑๐๐."))
        second = text.index("ผู้แทน", first)
        assert layer.get_charbox(first)[0] == pytest.approx(layer.get_charbox(second)[0], abs=2)
