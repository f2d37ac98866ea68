"""Filling a template: what is printed, what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.shared import Cm
from word_files import ONE_TEXT, png, slot, template

from docservice.errors import FactsRefused, TemplateRefused
from docservice.render.template import Template, fill

DATED = {**ONE_TEXT, "day": {"type": "date", "label": "วันที่", "example": "2019-01-11"}}
CODED = {
    **ONE_TEXT,
    "mail": {"type": "code", "label": "ไปรษณีย์", "example": "a1@example.org"},
    "year": {"type": "year", "label": "ปี", "example": 2562},
    "count": {"type": "int", "label": "จำนวน", "example": 1234},
}
PICTURED = {
    **ONE_TEXT,
    "emblem": {"type": "image", "label": "ตรา", "required": False},
    "photo": {"type": "image", "label": "รูปถ่าย", "required": False},
    "qr": {"type": "code", "label": "คิวอาร์", "required": False},
}


def saying(text: str) -> Callable[[Word], object]:
    return lambda document: document.add_paragraph(text)


def filled(made: Template, **facts: Any) -> bytes:
    return fill(made, made.kind.check({**made.kind.example(), **facts}))


def text(docx: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)


def test_ampersands_and_angle_brackets_survive(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    assert text(filled(made, text="A & B <C> \"ก\" 'ข'")) == "A & B <C> \"ก\" 'ข'"


def test_a_tag_in_a_fact_is_text(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    assert text(filled(made, text="{{ 7 }} {% if x %}")) == "{{ ๗ }} {% if x %}"


def test_printed_values_get_thai_digits_except_codes(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }} {{ mail }} {{ year }} {{ count }} {{ count|thousands }}"), CODED)
    assert text(filled(made, text="ข้อ 12")) == "ข้อ ๑๒ a1@example.org ๒๕๖๒ ๑๒๓๔ ๑,๒๓๔"


def test_the_arabic_filter_keeps_arabic_digits(tmp_path: Path) -> None:
    assert text(filled(template(tmp_path, saying("{{ text|arabic }}")), text="๑๒/2562")) == "12/2562"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("date_letter", "๑๑ มกราคม ๒๕๖๒"),
        ("date_order", "๑๑ มกราคม พ.ศ. ๒๕๖๒"),
        ("date_certificate", "๑๑ เดือน มกราคม พุทธศักราช ๒๕๖๒"),
        ("date_short", "๑๑ ม.ค. ๖๒"),
    ],
)
def test_dates_are_printed_through_a_filter(tmp_path: Path, form: str, expected: str) -> None:
    assert text(filled(template(tmp_path, saying(f"{{{{ day|{form} }}}}"), DATED))) == expected


def test_new_lines_in_a_fact_become_line_breaks(tmp_path: Path) -> None:
    docx = filled(template(tmp_path, saying("{{ text }}")), text="บน\nล่าง")
    (paragraph,) = Document(io.BytesIO(docx)).paragraphs
    assert len(paragraph._element.findall(f".//{qn('w:br')}")) == 1


def test_a_column_span_keeps_a_number_that_word_can_read(tmp_path: Path) -> None:
    def build(document: Word) -> None:
        table = document.add_table(1, 1)
        table.cell(0, 0).text = "{% colspan count %}{{ text }}"

    docx = filled(template(tmp_path, build, CODED), count=2)
    assert b'w:gridSpan w:val="2"' in zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml")


def test_equal_facts_give_equal_bytes(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    assert filled(made) == filled(made)


def test_the_word_file_has_title_and_language(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    properties = Document(io.BytesIO(fill(made, {"text": "ก"}, title="เรื่อง <ก> & ข"))).core_properties
    assert (properties.title, properties.language) == ("เรื่อง <ก> & ข", "th-TH")


def test_a_missing_fact_is_refused_by_name(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    with pytest.raises(TemplateRefused, match=r"test/1\.docx.*“text”"):
        fill(made, {})


def test_a_fact_that_is_none_is_refused_with_its_path(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    with pytest.raises(FactsRefused, match=r"members\[1\]\.role"):
        fill(made, {"text": "ก", "members": [{"role": "ก"}, {"role": None}]})


def test_a_control_character_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match="“text”"):
        fill(template(tmp_path, saying("{{ text }}")), {"text": "ก\x07ข"})


def test_names_the_kind_does_not_have_are_refused_at_loading_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"“nmae”.*“titel”"):
        template(tmp_path, saying("{{ nmae }} {{ titel }} {{ text }}"))


def test_an_unknown_part_of_a_fact_is_refused_by_name(tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text.nmae }}"))
    with pytest.raises(TemplateRefused, match="“nmae”"):
        filled(made)


@pytest.mark.parametrize("tag", ["{{ text", "{% if text %}", "{{ text|nofilter }}", "{% endfor %}"])
def test_a_broken_tag_is_refused_at_loading(tmp_path: Path, tag: str) -> None:
    with pytest.raises(TemplateRefused, match=r"test/1\.docx"):
        template(tmp_path, saying(tag + "{{ text }}"))


def test_a_bare_date_is_refused_with_the_filters_to_use(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"\|date_letter"):
        filled(template(tmp_path, saying("{{ day }}"), DATED))


def test_a_bare_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="list"):
        filled(template(tmp_path, saying("{{ [text] }}")))


def test_a_template_cannot_reach_into_python(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused):
        filled(template(tmp_path, saying("{{ text.__class__.__mro__ }}")))


def test_a_file_that_is_not_word_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "test" / "1.docx"
    path.parent.mkdir()
    path.write_bytes(b"not a zip")
    with pytest.raises(TemplateRefused, match=r"test/1\.docx"):
        Template.load(path, template(tmp_path / "..", saying("{{ text }}")).kind)


# ------------------------------------------------------------------------------------------------------------- pictures
def with_slots(*names: str) -> Callable[[Word], object]:
    return lambda document: [slot(document, name) for name in names] and document.add_paragraph("{{ text }}")


def pictures(docx: bytes) -> list[tuple[int, int, bytes]]:
    """Width and height (mm) and bytes of every picture, in order."""
    document = Document(io.BytesIO(docx))
    found = []
    for shape in document.inline_shapes:
        part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        found.append((round(shape.width.mm), round(shape.height.mm), part.blob))
    return found


def test_an_emblem_keeps_the_height_of_its_slot_and_its_own_shape(tmp_path: Path) -> None:
    tall = png(200, 400)
    assert pictures(filled(template(tmp_path, with_slots("emblem"), PICTURED), emblem=tall)) == [(15, 30, tall)]


def test_two_slots_with_one_placeholder_get_a_picture_each(tmp_path: Path) -> None:
    red, blue = png(10, 10, "red"), png(10, 10, "blue")
    docx = filled(template(tmp_path, with_slots("emblem", "photo"), PICTURED), emblem=red, photo=blue)
    assert [data for _, _, data in pictures(docx)] == [red, blue]


def test_an_absent_emblem_keeps_the_placeholder_and_other_slots_disappear(tmp_path: Path) -> None:
    docx = filled(template(tmp_path, with_slots("emblem", "photo", "qr"), PICTURED))
    assert [(width, height) for width, height, _ in pictures(docx)] == [(30, 30)]


def test_a_text_becomes_a_qr_code(tmp_path: Path) -> None:
    ((width, height, data),) = pictures(filled(template(tmp_path, with_slots("qr"), PICTURED), qr="docservice:1"))
    assert width == height == 30
    assert data.startswith(b"\x89PNG")


def test_a_jpeg_photo_is_taken_as_it_is(tmp_path: Path) -> None:
    photo = png(30, 40, kind="JPEG")
    assert pictures(filled(template(tmp_path, with_slots("photo"), PICTURED), photo=photo))[0][2] == photo


@pytest.mark.parametrize("given", [b"GIF89a", png(5, 5)[:40], "/nowhere/emblem.png"], ids=["gif", "cut off", "no file"])
def test_an_unreadable_picture_is_refused_with_its_field(tmp_path: Path, given: bytes | str) -> None:
    made = template(tmp_path, with_slots("emblem"), PICTURED)
    with pytest.raises(FactsRefused, match="“emblem”"):
        fill(made, {"text": "ก", "emblem": given, "photo": "", "qr": ""})


def test_a_picture_too_wide_for_its_cell_is_made_smaller(tmp_path: Path) -> None:
    def build(document: Word) -> None:
        slot(document, "emblem")
        cell = document.add_table(1, 1).cell(0, 0)
        cell.width = Cm(4.3)
        cell.paragraphs[0]._p.append(document.paragraphs[0].runs[0]._r)

    wide = png(600, 200)
    ((width, height, _),) = pictures(filled(template(tmp_path, build, PICTURED), emblem=wide))
    assert (width, height) == (40, 13)


def test_a_table_that_tells_nothing_of_its_columns_is_filled_all_the_same(tmp_path: Path) -> None:
    def gridless(document: Word) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 1).text = "{{ text }}"
        table._tbl.remove(table._tbl.tblGrid)

    docx = Document(io.BytesIO(filled(template(tmp_path, gridless), text="ครบ")))
    assert docx.tables[0].cell(0, 1).text == "ครบ"
    assert len(docx.tables[0]._tbl.tblGrid.gridCol_lst) == 2
