"""A file without the styles that nothing uses looks on paper as it did."""

from __future__ import annotations

import re

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from word_files import drawing, saved, word

from docservice import engines
from docservice.render import package, page_numbers, unused
from docservice.render.office import Office
from docservice.render.template import filled

STYLES = "word/styles.xml"


def _names(parts: package.Parts) -> set[str]:
    return set(re.findall(r'w:styleId="([^"]*)"', parts[STYLES].decode()))


def _plain(office: Office, parts: package.Parts, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as all_of_them:
        all_of_them.setattr(unused, "left_out", lambda given: given)
        return office.convert(parts, title="").pdf or b""


@pytest.mark.parametrize("kind", ["letter", "order", "announcement", "report"])
def test_a_paper_without_unused_styles_is_drawn_alike(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    paper = engines.catalogue().kind(kind)
    parts = filled(engines.template(paper), paper.check(paper.example()), title="").parts
    assert len(_names(unused.left_out(parts))) < len(_names(parts))
    assert drawing(office.convert(parts, title="").pdf or b"") == drawing(_plain(office, parts, monkeypatch))


def test_what_a_style_that_is_used_stands_on_stays() -> None:
    document = word()
    made = {}
    for name in ("ฐาน", "ใช้", "ไม่ใช้", "ต่อจากไม่ใช้", "หัวกระดาษ", "Own English"):
        made[name] = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made["ใช้"].base_style, made["ต่อจากไม่ใช้"].base_style = made["ฐาน"], made["ไม่ใช้"]
    made["ใช้"].font.size = Pt(20)
    document.add_paragraph("ข้อความ", style="ใช้")
    document.sections[0].header.paragraphs[0].style = made["หัวกระดาษ"]
    parts = package.read(saved(document))
    before = dict(parts)
    spared = unused.left_out(parts)
    assert parts == before
    assert _names(parts) - _names(spared) == {made[name].style_id for name in ("ไม่ใช้", "ต่อจากไม่ใช้")}
    assert spared == {**parts, STYLES: spared[STYLES]}


def test_a_file_that_uses_all_of_them_stays_as_it_is() -> None:
    document = word()
    document.add_paragraph("ข้อความ", style=document.styles.add_style("ใช้", WD_STYLE_TYPE.PARAGRAPH))
    parts = package.read(saved(document))
    assert unused.left_out(parts) is parts
    assert page_numbers.native(parts) == (parts, "")
