"""Catchwords: what stands at the foot of a page that continues."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.shared import Pt
from PIL import ImageChops
from word_files import SENTENCE, new_section, template

from docservice.errors import FactsRefused
from docservice.render.office import Converted, Office
from docservice.render.paper import Paper, make_paper, make_papers
from docservice.render.textlayer import text_of

FIELDS = {"items": {"type": "paragraphs", "label": "ข้อ", "example": ["ก"]}}
LOOP = ("{%p for item in items %}", "{{ loop.index }}. {{ item }}", "{%p endfor %}")
CATCHWORD = re.compile(r"/(.+)\.\.\.\s*$")


def items(document: Word) -> None:
    for text in LOOP:
        document.add_paragraph(text)


def rows(document: Word, *, heading: bool = False) -> None:
    table = document.add_table(0, 2)
    if heading:
        table.add_row().cells[0].text, table.rows[0].cells[1].text = "ลำดับและชื่อ", "ตำแหน่ง"
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    table.add_row().cells[0].text = "{%tr for item in items %}"
    cells = table.add_row().cells
    cells[0].text, cells[1].text = "{{ loop.index }}. {{ item }}", "กรรมการ"
    table.add_row().cells[0].text = "{%tr endfor %}"


def paper_of(office: Office, folder: Path, build: Callable[[Word], object], facts: list[str]) -> Paper:
    return make_paper(office, template(folder, build, FIELDS, catchwords=True), {"items": facts})


def catchwords(paper: Paper) -> list[str | None]:
    """The words at the foot of each page, None where there are none."""
    return [found[1].strip() if (found := CATCHWORD.search(text)) else None for text in text_of(paper.pdf)]


def without_blanks(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def conversions(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for every load: whether a PDF came of it."""
    loads: list[bool] = []
    convert = office.convert

    def counted(*given: Any, **options: Any) -> Converted:
        done = convert(*given, **options)
        loads.append(done.pdf is not None)
        return done

    monkeypatch.setattr(office, "convert", counted)
    return loads


def test_a_paper_of_one_page_has_no_catchword_and_costs_one_load(
    office: Office, tmp_path: Path, conversions: list[bool]
) -> None:
    assert catchwords(paper_of(office, tmp_path, items, ["สั้น"])) == [None]
    assert conversions == [True]


def test_a_paper_of_two_pages_costs_one_load_and_one_pdf(
    office: Office, tmp_path: Path, conversions: list[bool]
) -> None:
    assert paper_of(office, tmp_path, items, ["จัดทำทะเบียนฐานข้อมูล"] * 40).pages == 2
    assert conversions == [True]


def _after_a_table(document: Word) -> None:
    """LibreOffice has no place for a box where the text begins with a table; few lines, far apart."""
    document.add_table(1, 1).cell(0, 0).text = "หัวหนังสือ"
    items(document)
    for paragraph in document.paragraphs:
        paragraph.paragraph_format.space_before = Pt(60)


def test_a_paper_that_begins_with_a_table_and_fills_one_page_costs_one_load(
    office: Office, tmp_path: Path, conversions: list[bool]
) -> None:
    assert catchwords(paper_of(office, tmp_path, _after_a_table, ["สั้น"] * 3)) == [None]
    assert conversions == [True]


def test_a_short_text_that_fills_two_pages_after_all_is_announced(
    office: Office, tmp_path: Path, conversions: list[bool]
) -> None:
    paper = paper_of(office, tmp_path, _after_a_table, ["จัดทำทะเบียน"] * 12)
    (words, nothing) = catchwords(paper)
    assert nothing is None
    assert text_of(paper.pdf)[1].startswith(str(words))
    assert conversions == [False, False, True]


@pytest.mark.parametrize("text", [["จัดทำทะเบียนฐานข้อมูล"] * 40, [SENTENCE * 30], [SENTENCE] * 30])
def test_the_catchwords_stand_where_the_word_file_has_them(office: Office, tmp_path: Path, text: list[str]) -> None:
    paper = paper_of(office, tmp_path, items, text)
    again = office.to_pdf(paper.docx, title="")
    assert paper.pages > 1
    with pypdfium2.PdfDocument(paper.pdf) as made, pypdfium2.PdfDocument(again) as converted:
        for one, other in zip(made, converted, strict=True):
            drawn = [page.render(scale=2).to_pil().convert("L") for page in (one, other)]
            assert ImageChops.difference(*drawn).getbbox() is None


def test_a_page_that_starts_a_numbered_item_is_announced_with_its_number(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, items, ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * 40)
    (words, nothing) = catchwords(paper)
    assert nothing is None
    assert words is not None
    assert re.fullmatch("[๐-๙]+[.] จัดทำทะเบียน", words)
    assert text_of(paper.pdf)[1].startswith(words)


def test_a_page_that_starts_within_a_paragraph_is_announced_with_the_words_there(
    office: Office, tmp_path: Path
) -> None:
    paper = paper_of(office, tmp_path, items, [SENTENCE * 30])
    words = catchwords(paper)[0]
    assert words is not None
    assert not words[0].isdigit()
    assert len(words) >= 10
    assert without_blanks(text_of(paper.pdf)[1]).startswith(without_blanks(words))


def test_a_page_that_starts_with_a_table_row_is_announced_with_its_first_cell(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, rows, ["พัฒนาการอำเภอเมืองฉะเชิงเทรา"] * 50)
    words = catchwords(paper)[0]
    assert words is not None
    assert re.fullmatch("[๐-๙]+[.] พัฒนาการอำเภอ.*", words)
    assert text_of(paper.pdf)[1].startswith(words)


def test_a_list_under_a_repeated_heading_row_is_not_announced(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, lambda word: rows(word, heading=True), ["พัฒนาการอำเภอเมือง"] * 50)
    assert set(catchwords(paper)) == {None}
    assert text_of(paper.pdf)[1].startswith("ลำดับ")


def test_every_page_but_the_last_of_three_has_the_words_of_the_next(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, items, [SENTENCE] * 30)
    assert paper.pages == 3
    pages = [without_blanks(text) for text in text_of(paper.pdf)]
    first, second, last = catchwords(paper)
    assert pages[1].startswith(without_blanks(str(first)))
    assert pages[2].startswith(without_blanks(str(second)))
    assert last is None


def test_an_attached_list_is_not_announced_but_pages_within_it_are(office: Office, tmp_path: Path) -> None:
    def build(document: Word) -> None:
        document.add_paragraph("ประกาศ")
        new_section(document)
        items(document)

    first, second, last = catchwords(paper_of(office, tmp_path, build, ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * 40))
    assert (first, last) == (None, None)
    assert second is not None
    assert "จัดทำทะเบียน" in second


def test_a_page_break_that_was_asked_for_is_not_announced(office: Office, tmp_path: Path) -> None:
    def build(document: Word) -> None:
        items(document)
        document.add_paragraph("แบบท้ายคำสั่ง").paragraph_format.page_break_before = True

    assert catchwords(paper_of(office, tmp_path, build, ["สั้น"])) == [None, None]


def test_no_line_moves_for_a_catchword(office: Office, tmp_path: Path) -> None:
    facts = [SENTENCE] * 40
    made = template(tmp_path, items, FIELDS)
    plain = [without_blanks(text) for text in text_of(make_paper(office, made, {"items": facts}).pdf)]
    paper = paper_of(office, tmp_path, items, facts)
    assert [without_blanks(CATCHWORD.sub("", text)) for text in text_of(paper.pdf)] == plain


def test_a_catchword_stands_at_the_lower_right_below_the_text_inside_the_margin(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, items, [SENTENCE] * 20)
    document = pypdfium2.PdfDocument(paper.pdf)
    page = document[0]
    text = page.get_textpage()
    last = max(
        (text.get_charbox(number) for number in range(text.count_chars()) if text.get_text_range(number, 1) == "."),
        key=lambda box: box[2],
    )
    margin, bottom = 2 / 2.54 * 72, 2 / 2.54 * 72
    assert page.get_width() - margin - 6 < last[2] < page.get_width() - margin + 1
    assert 0 < last[1] < bottom
    document.close()


def test_the_word_file_carries_the_catchword_as_a_box_fixed_to_the_page(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, items, ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * 40)
    with zipfile.ZipFile(io.BytesIO(paper.docx)) as archive:
        document = archive.read("word/document.xml").decode()
    assert f">/{catchwords(paper)[0]}...</w:t>" in document
    assert 'relativeFrom="page"' in document
    assert "bookmarkStart" not in document


def test_text_from_another_header_may_stand_above_the_next_page(office: Office, tmp_path: Path) -> None:
    def build(document: Word) -> None:
        document.sections[0].header.paragraphs[0].text = "สำเนาคู่ฉบับ"
        items(document)

    assert catchwords(paper_of(office, tmp_path, build, ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * 40))[0] is not None


def test_a_page_that_starts_with_an_empty_paragraph_is_announced_with_the_next_words(
    office: Office, tmp_path: Path
) -> None:
    def build(document: Word) -> None:
        filler = document.add_paragraph("เต็มหน้า")
        filler.paragraph_format.space_after = Pt(0)
        for text in (LOOP[0], "", "{{ item }}", LOOP[2]):
            document.add_paragraph(text).paragraph_format.space_after = Pt(0)

    for count in (17, 18):
        paper = paper_of(office, tmp_path, build, ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * count)
        assert catchwords(paper)[0] == "จัดทำทะเบียน"


@pytest.mark.parametrize("at_once", [1, 2])
def test_pages_that_hold_two_lines_each_are_announced_like_any_other(
    office: Office, tmp_path: Path, at_once: int
) -> None:
    def build(document: Word) -> None:
        for text in LOOP:
            document.add_paragraph(text).paragraph_format.space_after = Pt(500)

    tall = template(tmp_path, build, FIELDS, catchwords=True)
    for paper in make_papers(office, tall, [{"items": ["จัดทำทะเบียนฐานข้อมูลผู้สมัคร"] * 9}] * at_once):
        assert isinstance(paper, Paper)
        assert len(catchwords(paper)) > 3
        assert all(catchwords(paper)[:-1])


def test_a_paragraph_longer_than_a_page_is_refused_with_the_page(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match="หน้า ๒"):
        paper_of(office, tmp_path, items, [SENTENCE * 80])


def test_a_page_within_one_paragraph_carries_the_words_of_the_next(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, tmp_path, items, [f"{SENTENCE} " * 80])
    first, second, *_ = catchwords(paper)
    pages = [without_blanks(text) for text in text_of(paper.pdf)]
    assert len(pages) > 2
    assert pages[1].startswith(without_blanks(str(first)))
    assert pages[2].startswith(without_blanks(str(second)))
