"""The search page: what is typed, what is found, and that bad input ends in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from archive_office import book, paper
from django.test import Client

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def archive(office: Any) -> Any:
    """Two books and an order, filed."""
    for unit in office.applicants:
        book(unit)
    paper()
    return office


def _text(client: Client, **asked: str) -> str:
    answer = client.get("/2562/search/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_name_leads_to_applicant_dossier_and_document(as_: As, archive: Any) -> None:
    unit = archive.applicants[0]
    text = _text(as_("staff"), q="ประเสริฐ")
    assert f'href="/2562/applicants/{unit.pk}/"' in text
    assert f'href="/2562/archive/2401/{unit.code}/"' in text
    assert "เล่มหลักฐาน นายประเสริฐ" in text


def test_an_auditor_is_led_to_the_archive_only(as_: As, archive: Any) -> None:
    text = _text(as_("auditor"), q="ประเสริฐ")
    assert "/2562/applicants/" not in text
    assert "/2562/archive/2401/leader-0001/" in text


def test_an_officer_finds_the_own_district_and_no_way_into_the_archive(as_: As, archive: Any) -> None:
    text = _text(as_("officer"), q="ประเสริฐ")
    assert "เล่มหลักฐาน นายประเสริฐ" in text
    assert "/2562/archive/" not in text
    assert "มาลี ใจงาม" not in _text(as_("officer"), q="มาลี")
    assert as_("officer").get("/2562/search/?district=2402").status_code == 422


def test_filters_alone_list_documents(as_: As, archive: Any) -> None:
    assert "คำสั่งที่ ๑๒" in _text(as_("auditor"), kind="order")
    assert "เล่มหลักฐาน" not in _text(as_("auditor"), kind="order").split("<tbody>")[1]
    assert "มาลี" in _text(as_("auditor"), district="2402")
    assert "ไม่พบ" in _text(as_("auditor"), since="1 ม.ค. 2540", until="๓๑ ธ.ค. ๒๕๔๐")


def test_an_empty_search_teaches(as_: As, archive: Any) -> None:
    assert "พิมพ์ชื่อผู้สมัคร" in _text(as_("auditor"))
    assert "ลองใช้คำที่สั้นลง" in _text(as_("auditor"), q="ฮฮฮฮ")


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("written", ["x" * 10_000, "32/13/2562", "2562-01-01", "<b>", "\0"])
def test_a_day_that_is_none_is_told_beside_its_field_and_the_words_stay(
    as_: As, archive: Any, name: str, written: str
) -> None:
    answer = as_("auditor").get("/2562/search/", {"q": "มาลี", name: written})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{name}-fault"' in text
    assert 'value="มาลี"' in text


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "nothing"},
        {"district": "9999"},
        {"more": "everything"},
        {"q": "\0" * 50},
        {"q": "ก" * 10_000},
        {"q": "<script>alert(1)</script>"},
        {"q": "มาลี", "more": "documents", "after": "x"},
        {"q": "มาลี", "more": "documents", "after": "9" * 18},
        {"kind": "book", "more": "documents", "after": "9" * 18},
        {"q": "มาลี", "more": "applicants", "after": "-1"},
    ],
)
def test_nothing_typed_breaks_the_page(as_: As, archive: Any, asked: dict[str, str]) -> None:
    answer = as_("auditor").get("/2562/search/", asked)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.content.decode()


def test_more_goes_on_with_one_kind(as_: As, archive: Any) -> None:
    text = _text(as_("auditor"), q="เล่มหลักฐาน", more="documents")
    assert text.count("เล่มหลักฐาน นาย") == 1
    assert "กลับไปผลทั้งหมด" in text


def test_the_page_needs_a_login(office: Any) -> None:
    assert Client().get("/2562/search/?q=x").status_code == 302
