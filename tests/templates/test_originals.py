"""The papers of 2562: same text, same page breaks and same last page as the signed ones."""

from __future__ import annotations

import pytest
from template_papers import HERE, ORDERS, bare, pages, stock, with_bottom_margin

from docservice import engines
from docservice.render.textlayer import text_of

LAST_DUTY = {"order-12": 1, "order-13": 3, "order-14": 2}
THAI = "๐๑๒๓๔๕๖๗๘๙"
SIGNATURE = bare("(นายวรพจน์ แววสิงห์งาม) รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดฉะเชิงเทรา")


def breaks_after(name: str, text: list[str]) -> bool:
    """Whether page 1 ends with the duty that ends it in the original, and page 2 holds the next with the signature."""
    duty = LAST_DUTY[name]
    duties = text[0].split("ให้มีอำนาจหน้าที่ดังนี้")[-1]
    ends = f"{THAI[duty]}." in duties and f"{THAI[duty + 1]}." not in duties.split("/")[0]
    return len(text) == 2 and ends and SIGNATURE in text[1]


@pytest.mark.parametrize("name", [*ORDERS, "letter", "report", "guideline"])
def test_every_page_reads_as_the_golden_copy(name: str) -> None:
    golden = (HERE / "golden" / f"{name}.txt").read_text(encoding="utf-8").split("\f")
    assert pages(stock(name)) == [bare(page) for page in golden]


@pytest.mark.parametrize("name", ORDERS)
def test_page_one_of_an_order_ends_where_the_original_ends(name: str) -> None:
    assert breaks_after(name, pages(stock(name)))


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("points", [-4, 4])
def test_page_breaks_do_not_hang_on_a_few_points(name: str, points: int) -> None:
    pdf = engines.office().to_pdf(with_bottom_margin(stock(name).docx, points), title=name)
    assert breaks_after(name, [bare(page) for page in text_of(pdf)])


@pytest.mark.parametrize("name", [*ORDERS, "letter"])
def test_the_last_page_holds_the_whole_signature_and_text_before_it(name: str) -> None:
    text = pages(stock(name))
    assert SIGNATURE not in text[0]
    assert len(text[1].split(SIGNATURE)[0]) > 80


@pytest.mark.parametrize("name", [*ORDERS, "letter"])
def test_page_two_is_numbered_in_thai_and_page_one_is_not(name: str) -> None:
    first, second = pages(stock(name))
    assert second.startswith("-๒-")
    assert "-๑-" not in first
