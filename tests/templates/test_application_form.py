"""The application forms: one page each, to be filled in by hand or beforehand."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pypdfium2 as pdfium
import pytest

from docservice import engines, facts
from docservice.render.paper import Paper, make_paper
from docservice.samples.applicants import YEAR_FILE
from docservice.yearfile import YearFile

YEAR = YearFile.parse(tomllib.loads(YEAR_FILE.read_text(encoding="utf-8")))
GROUPS = [group.code for group in YEAR.groups]
FILLED = {
    "name": "เครือข่ายป่าชุมชนตำบลทุ่งพญาไพร",
    "place": "หมู่ที่ 13 ตำบลทุ่งพญาไพร",
    "district": "สนามชัยเขต",
    "coordinator": "นายมานพ รักษ์ป่า",
    "phone": "๐-๓๘๐๐-๐๐๓๑",
}


def form(group: str, **changes: Any) -> Paper:
    kind = engines.catalogue().kind("application-form")
    given = {**facts.application_form(YEAR, group), **changes}
    return make_paper(engines.office(), engines.template(kind, group), given)


def text_of(paper: Paper) -> str:
    with pdfium.PdfDocument(paper.pdf) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def letters(text: str) -> str:
    """Without spaces and marks: pdfium reads marks beside a space in another order than they were written."""
    return re.sub(r"[\s\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]", "", text)


@pytest.mark.parametrize("group", GROUPS)
def test_every_form_is_one_page_and_lists_the_groups_documents(group: str) -> None:
    paper = form(group)
    text = letters(text_of(paper))
    assert paper.pages == 1
    for item in next(g for g in YEAR.groups if g.code == group).checklist:
        assert letters(item["title"]) in text


@pytest.mark.parametrize("group", GROUPS)
def test_a_form_filled_in_beforehand_shows_the_facts_and_still_one_page(group: str) -> None:
    paper = form(group, **FILLED)
    text = text_of(paper)
    assert paper.pages == 1
    assert FILLED["name"] in text
    assert "หมู่ที่ ๑๓ ตำบลทุ่งพญาไพร" in text
    assert FILLED["phone"] in text


def test_an_empty_form_leaves_dots_to_write_on() -> None:
    text = text_of(form("network"))
    assert "ชื่อเครือข่ายองค์กรชุมชน ....." in text
    assert "(.........." in text


def test_only_what_need_not_be_there_is_marked_so() -> None:
    text = text_of(form("leader"))
    assert text.count("(หากมี)") == 1
    assert "รายชื่อคณะที่ปรึกษา (หากมี)" in text


def test_only_the_leaders_form_has_room_for_a_photograph() -> None:
    assert [group for group in GROUPS if "ติดรูปถ่าย" in text_of(form(group))] == ["leader"]
