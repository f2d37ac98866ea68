"""Lots: papers set in one load are what they are alone, and one that is bad is bad alone."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import archival
import pikepdf
import pikepdf.pdfa
import pytest
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from word_files import ONE_TEXT, SENTENCE, drawing, png, slot, template

from docservice import engines
from docservice.errors import DocserviceError, FactsRefused
from docservice.render import lot, merging, package
from docservice.render.office import Office
from docservice.render.paper import Paper, make_paper, make_papers
from docservice.render.template import Template, fill
from docservice.render.textlayer import text_of

MANY = {"text": ONE_TEXT["text"], "items": {"type": "paragraphs", "label": "ข้อ", "example": ["ก"]}}


def body(document: Word) -> None:
    document.add_paragraph("{{ text }}")
    for line in ("{%p for item in items %}", "{{ loop.index }}. {{ item }}", "{%p endfor %}"):
        document.add_paragraph(line)


def field(paragraph: Any, instruction: str) -> None:
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), f" {instruction} ")
    paragraph._p.append(simple)


def own_header(document: Word) -> None:
    document.sections[0].header.paragraphs[0].text = "เรื่อง {{ text }}"
    body(document)


def counting(document: Word) -> None:
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run("หน้า ")
    field(foot, "PAGE")
    foot.add_run(" จาก ")
    field(foot, "NUMPAGES")
    body(document)


def facts(*lengths: int) -> list[dict[str, Any]]:
    return [{"text": f"ฉบับที่ {n}", "items": [SENTENCE] * length} for n, length in enumerate(lengths, start=1)]


def together(office: Office, made: Template, asked: list[dict[str, Any]]) -> list[Paper]:
    papers = [paper for paper in make_papers(office, made, asked) if isinstance(paper, Paper)]
    assert len(papers) == len(asked)
    return papers


@pytest.mark.parametrize(
    ("build", "catchwords"), [(own_header, False), (counting, False), (body, True), (counting, True)]
)
def test_papers_of_a_lot_are_what_they_are_alone(office: Office, tmp_path: Path, build: Any, catchwords: bool) -> None:
    made = template(tmp_path, build, MANY, catchwords=catchwords)
    asked = facts(1, 14, 2, 30)
    alone = [make_paper(office, made, one) for one in asked]
    papers = together(office, made, asked)
    assert made.mergeable
    assert [paper.pages for paper in papers] == [paper.pages for paper in alone] == [1, 2, 1, 3]
    assert [text_of(paper.pdf) for paper in papers] == [text_of(paper.pdf) for paper in alone]
    assert [drawing(paper.pdf) for paper in papers] == [drawing(paper.pdf) for paper in alone]
    assert [paper.docx for paper in papers] == [paper.docx for paper in alone]


def test_a_lot_with_catchwords_and_page_counts_is_not_made_one_by_one(office: Office, tmp_path: Path) -> None:
    for build in (body, counting):
        made = template(tmp_path, build, MANY, catchwords=True)
        parts = [package.read(fill(made, one)) for one in facts(1, 14)]
        assert None not in lot.convert(office, parts, ["ก", "ข"], catchwords=True)


def test_the_papers_of_a_lot_are_sound_pdf_files(office: Office, tmp_path: Path) -> None:
    for paper in together(office, template(tmp_path, body, MANY), facts(1, 14)):
        assert archival.faults(paper.pdf) == []
        with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
            assert pdf.check_pdf_syntax() == []


def test_a_paper_holds_no_picture_of_another(office: Office, tmp_path: Path) -> None:
    fields = {**ONE_TEXT, "photo": {"type": "image", "label": "รูป", "required": False}}
    made = template(tmp_path, lambda word: [slot(word, "photo"), word.add_paragraph("{{ text }}")], fields)
    colours = ("red", "green", "blue")
    asked = [{"text": colour, "photo": png(30, 30, colour)} for colour in colours]
    for paper in together(office, made, asked):
        with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
            assert (
                sum(item.get("/Subtype") == "/Image" for item in pdf.objects if isinstance(item, pikepdf.Stream)) == 1
            )


def test_only_what_cannot_be_seen_is_merged(tmp_path: Path) -> None:
    def referring(document: Word) -> None:
        field(document.add_paragraph("{{ text }}"), "PAGEREF somewhere")

    assert not template(tmp_path, referring).mergeable
    assert merging.mergeable(package.read(template(tmp_path, own_header, MANY).data))


# ------------------------------------------------------------------------------------------------------------ bad input
def _certificate(**own: Any) -> dict[str, Any]:
    return {**engines.catalogue().kind("certificate").example(), **own}


def _results(kind: str, asked: list[Mapping[str, Any]]) -> list[Paper | DocserviceError]:
    return list(make_papers(engines.office(), engines.template(engines.catalogue().kind(kind)), asked))


def test_one_bad_certificate_of_a_lot_fails_alone_and_says_why() -> None:
    bad: list[Mapping[str, Any]] = [
        _certificate(achievement=["ผ่านการรับรองมาตรฐานการพัฒนาชุมชน " * 12] * 12),
        _certificate(recipient="นาย😀 ใจดี"),
        _certificate(border="/nowhere/border.png"),
    ]
    good = [_certificate(recipient=f"นายตัวอย่าง {n}") for n in ("หนึ่ง", "สอง", "สาม", "สี่")]
    results = _results("certificate", [good[0], bad[0], good[1], bad[1], good[2], bad[2], good[3]])
    faults = [result for result in results if isinstance(result, FactsRefused)]
    assert [type(result) is Paper for result in results] == [True, False, True, False, True, False, True]
    assert ["หน้า" in faults[0].message, "recipient" in faults[1].message, "border" in faults[2].message] == [True] * 3


def test_a_committee_of_three_hundred_grows_its_own_order_only() -> None:
    usual = engines.catalogue().kind("order").example()
    large = {**usual, "members": [usual["members"][n % len(usual["members"])] for n in range(300)]}
    papers = [paper for paper in _results("order", [usual, large, usual]) if isinstance(paper, Paper)]
    assert [paper.pages for paper in papers][::2] == [1, 1]
    assert papers[1].pages > 9
    assert "๓๐๐." in "".join(text_of(papers[1].pdf))
