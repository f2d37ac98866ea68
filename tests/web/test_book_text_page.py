"""Books found by what is written on their pages: the hit names book and page, never the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from archive_office import book
from django.test import Client

from docservice import page_index
from docservice.models import Document

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def written(office: Any) -> Document:
    """A book of the district 2401 on whose pages 2 and 12 a fund is spoken of."""
    for unit in office.applicants:
        book(unit)
    filed = Document.objects.get(dossier__key=office.applicants[0].dossier_key, path="book/book.pdf")
    text = "กองทุนสวัสดิการตำบลบางไผ่ มีสมาชิก ๑๒๘ คน"
    page_index.enter(filed.pk, 2562 * page_index.DISTRICTS + 2401, {2: text, 3: "อื่น", 12: text})
    return filed


def _text(client: Client, **asked: str) -> str:
    answer = client.get("/2562/search/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("person", ["staff", "auditor", "officer"])
def test_a_word_on_a_page_leads_to_the_page(as_: As, written: Document, person: str) -> None:
    text = _text(as_(person), q="สวัสดิการ 128")
    assert "ข้อความในเล่มหลักฐาน" in text
    for page, shown in ((2, "๒"), (12, "๑๒")):
        assert f'href="/documents/{written.pk}/#page-{page}">{shown}</a>' in text
    assert "กองทุน" not in text.partition("</form>")[2]


def test_pages_that_do_not_fit_are_a_click_away(as_: As, written: Document) -> None:
    page_index.enter(written.pk, 2562 * page_index.DISTRICTS + 2401, dict.fromkeys(range(1, 71), "กองทุนสวัสดิการ"))
    first = _text(as_("auditor"), q="กองทุนสวัสดิการ")
    assert "หน้าอื่นที่พบ" in first
    after = first.partition("more=pages")[2].partition("after=")[2].partition('"')[0].partition("&")[0]
    second = _text(as_("auditor"), q="กองทุนสวัสดิการ", more="pages", after=after)
    assert "#page-70" in second
    assert "#page-50" not in second


def test_another_district_sees_nothing_of_it(as_: As, written: Document) -> None:
    page_index.enter(written.pk, 2562 * page_index.DISTRICTS + 2402, {2: "กองทุนสวัสดิการ"})
    assert "หน้าที่พบ" not in _text(as_("officer"), q="กองทุนสวัสดิการ")
