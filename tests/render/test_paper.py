"""Papers: the finished PDF, alone and in lots."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import archival
import pikepdf
import pikepdf.pdfa
import pytest
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from word_files import ONE_TEXT, SENTENCE, drawing, letter, png, saved, slot, template, word

from docservice.errors import FactsRefused, FontSubstituted
from docservice.render.office import Office
from docservice.render.paper import Paper, make_paper, make_papers
from docservice.render.template import Template
from docservice.render.textlayer import text_of

SARA_AM = "น้ำคำที่กำนันทำสำเนาถูกต้อง จำนวนผู้แต่งตั้งคณะกรรมการ ซ้ำแล้วซ้ำเล่า"
PICTURED = {**ONE_TEXT, "border": {"type": "image", "label": "กรอบ", "required": False}}


def saying(*texts: str) -> Callable[[Word], object]:
    return lambda document: [document.add_paragraph(text) for text in texts]


def paper_of(office: Office, made: Template, **facts: Any) -> Paper:
    return make_paper(office, made, {**made.kind.example(), **facts})


def test_a_paper_is_archival_titled_and_thai(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, template(tmp_path, saying("{{ text }}")))
    assert archival.faults(paper.pdf) == []
    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["dc:title"], str(pdf.Root.Lang)) == (paper.title, "th-TH")
        assert metadata["pdfaid:part"] == "2"


def test_a_paper_tells_what_made_it(office: Office, tmp_path: Path) -> None:
    paper = paper_of(office, template(tmp_path, saying("{{ text }}")))
    assert paper.engine.startswith("LibreOffice ")
    assert set(paper.fonts) <= set(office.fonts.names)
    assert (paper.pages, paper.edition) == (1, "1")


@pytest.mark.parametrize("align", [WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.THAI_JUSTIFY])
def test_the_text_layer_has_every_thai_letter_and_mark_in_order(
    office: Office, tmp_path: Path, align: WD_ALIGN_PARAGRAPH
) -> None:
    def build(document: Word) -> None:
        document.add_paragraph("{{ text }}").alignment = align

    (text,) = text_of(paper_of(office, template(tmp_path, build), text=SARA_AM * 3).pdf)
    assert "".join(text.split()) == "".join((SARA_AM * 3).split())


def test_the_word_file_for_people_keeps_thai_justification(office: Office, tmp_path: Path) -> None:
    def build(document: Word) -> None:
        document.add_paragraph("{{ text }}").alignment = WD_ALIGN_PARAGRAPH.THAI_JUSTIFY

    with zipfile.ZipFile(io.BytesIO(paper_of(office, template(tmp_path, build)).docx)) as archive:
        assert b"thaiDistribute" in archive.read("word/document.xml")


def test_page_numbers_are_in_thai_digits(office: Office, tmp_path: Path) -> None:
    def build(document: Word) -> None:
        for _ in range(60):
            document.add_paragraph("{{ text }}")
        number = document.sections[0].header.paragraphs[0]
        field = number._p.makeelement(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldSimple",
            {"{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instr": r" PAGE \* THAIARABIC "},
        )
        number._p.append(field)
        number.add_run(" หน้า")

    paper = paper_of(office, template(tmp_path, build))
    assert [text.lstrip()[0] for text in text_of(paper.pdf)] == ["๑", "๒", "๓"][: paper.pages]


@pytest.mark.parametrize("where", ["style", "run"])
def test_a_template_that_asks_for_another_font_is_refused_by_that_font(
    office: Office, tmp_path: Path, where: str
) -> None:
    def build(document: Word) -> None:
        run = document.add_paragraph().add_run("{{ text }}")
        if where == "run":
            run.font.name = "Comic Sans MS"

    made = template(tmp_path, build, font="Comic Sans MS" if where == "style" else "TH SarabunPSK")
    with pytest.raises(FontSubstituted, match="Comic Sans MS"):
        paper_of(office, made)


def test_a_letter_of_the_template_that_the_font_lacks_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FontSubstituted, match="ฟอนต์ถูกแทน"):
        paper_of(office, template(tmp_path, saying("{{ text }} 墨")), text="หมึก")


def test_an_absent_emblem_is_a_warning(office: Office, tmp_path: Path) -> None:
    fields = {**ONE_TEXT, "emblem": {"type": "image", "label": "ตรา", "required": False}}
    made = template(tmp_path, lambda document: [slot(document, "emblem"), document.add_paragraph("{{ text }}")], fields)
    assert any("ตราครุฑ" in warning for warning in paper_of(office, made).warnings)
    assert not paper_of(office, made, emblem=png(90, 100)).warnings


def test_an_uploaded_word_file_may_use_any_font(office: Office) -> None:
    pdf = office.to_pdf(letter("ทดสอบ Test", font="Comic Sans MS"), title="หลักฐาน")
    assert "ทดสอบ" in text_of(pdf)[0]


def test_a_linked_file_is_not_fetched(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(50, 50))
    document = word()
    slot(document, "photo")
    blip = next(document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
    embed, link = (
        f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{name}" for name in ("embed", "link")
    )
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    blip.set(link, document.part.relate_to(secret.as_uri(), image, is_external=True))
    del blip.attrib[embed]
    with pikepdf.open(io.BytesIO(office.to_pdf(saved(document), title="ก"))) as pdf:
        assert not pdf.pages[0].get_images()


# ----------------------------------------------------------------------------------------------------------------- lots
def bordered(document: Word) -> None:
    slot(document, "border")
    document.add_paragraph("{{ text }}")


def test_papers_of_a_lot_look_like_papers_made_alone(office: Office, tmp_path: Path) -> None:
    made = template(tmp_path, bordered, PICTURED)
    facts = [{"text": f"นายตัวอย่าง {number}", "border": png(20 + number, 20, "green")} for number in range(5)]
    lot = list(make_papers(office, made, facts))
    assert [drawing(paper.pdf) for paper in lot if isinstance(paper, Paper)] == [
        drawing(make_paper(office, made, one).pdf) for one in facts
    ]


def test_papers_of_a_lot_may_have_different_numbers_of_pages(office: Office, tmp_path: Path) -> None:
    made = template(
        tmp_path, saying("{{ text[0] }}"), {"text": {**ONE_TEXT["text"], "type": "paragraphs", "example": ["ก"]}}
    )
    facts = [{"text": [f"เรื่องที่ {number} " + SENTENCE * length]} for number, length in enumerate((1, 60, 1, 30))]
    lot = [paper for paper in make_papers(office, made, facts) if isinstance(paper, Paper)]
    assert [paper.pages for paper in lot] == [make_paper(office, made, one).pages for one in facts]
    assert [text_of(paper.pdf)[0].split()[1] for paper in lot] == ["๐", "๑", "๒", "๓"]


def test_papers_of_a_lot_are_archival_each_with_its_title(office: Office, tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    for paper in make_papers(office, made, [{"text": "ก"}, {"text": "ข"}, {"text": "ค"}]):
        assert isinstance(paper, Paper)
        assert archival.faults(paper.pdf) == []
        with pikepdf.open(io.BytesIO(paper.pdf)) as pdf, pdf.open_metadata() as metadata:
            assert (metadata["dc:title"], str(pdf.Root.Lang)) == (paper.title, "th-TH")


def test_a_bad_paper_in_a_lot_fails_alone(office: Office, tmp_path: Path) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    facts: list[dict[str, Any]] = [{"text": "ก"}, {"txet": "ข"}, {"text": "墨"}, {"text": "ง"}]
    results = list(make_papers(office, made, facts, batch=3))
    assert [type(result) for result in results] == [Paper, FactsRefused, FactsRefused, Paper]
    assert [text_of(paper.pdf) for paper in results if isinstance(paper, Paper)] == [["ก"], ["ง"]]


def test_unknown_facts_are_refused_by_name(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match="txet"):
        make_paper(office, template(tmp_path, saying("{{ text }}")), {"text": "ก", "txet": "ข"})


def test_a_lot_of_nothing_gives_nothing(office: Office, tmp_path: Path) -> None:
    assert list(make_papers(office, template(tmp_path, saying("{{ text }}")), [])) == []


@pytest.mark.parametrize("letter_", ["😀", "漢", "\ud7ff"])
def test_a_letter_the_typeface_does_not_have_is_refused_with_its_field(
    office: Office, tmp_path: Path, letter_: str
) -> None:
    made = template(tmp_path, saying("{{ text }}"))
    with pytest.raises(FactsRefused, match="“text”") as refused:
        paper_of(office, made, text=f"นาย{letter_}ใจดี")
    assert letter_ in refused.value.message


def test_the_signs_of_official_papers_are_all_printed(office: Office, tmp_path: Path) -> None:
    signs = "ฯ ๆ ๏ ๚ ๛ ฿ “คำ” ‘คำ’ – — … • ½ × ÷ ° é & < >"
    paper = paper_of(office, template(tmp_path, saying("{{ text }}")), text=signs)
    assert "".join(signs.split()) in "".join("".join(text_of(paper.pdf)).split())
