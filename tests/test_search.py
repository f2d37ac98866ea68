"""Search: by part of a name, by number in either digits, by district, kind and day; the index follows the tables."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from office_year import entered_year, entry, filed, filing

from docservice import register, search, search_index
from docservice.models import Account, Applicant, Document
from docservice.search import Asked, find
from docservice.yearfile import YearFile

pytestmark = pytest.mark.django_db
STAFF = Account(role=Account.STAFF)


@pytest.fixture
def year(home: Path) -> YearFile:
    """Applicants of two districts, an order, a letter and a book."""
    made = entered_year()
    people = [
        entry("นายประเสริฐ แสงตะวัน", place="หมู่ที่ ๓ ตำบลบางไผ่"),
        entry("กลุ่มทอผ้าบ้านหนองบัว", group="organisation", coordinator="นางสมศรี ใจดี"),
        entry("นางสาวมาลี แสงทอง", district="2402"),
    ]
    register.enter_applicants(made, people, actor="tester")
    order = filing("paper/order.pdf", b"o", kind="order", title="คำสั่งแต่งตั้งคณะกรรมการ", number="๑๒/๒๕๖๒")
    filed(order, key="2562/24/2400/order-0012", title="คำสั่งที่ ๑๒")
    letter = filing("paper/letter.pdf", b"l", title="การคัดสรร", number="ฉช ๐๐๑๙/ว ๑๖๙")
    word = filing("paper/letter.docx", b"w", title="การคัดสรร", number="ฉช ๐๐๑๙/ว ๑๖๙")
    filed(letter, word, key="2562/24/2400/letter-w0169", title="หนังสือเวียน")
    filed(filing("book/book.pdf", b"b", kind="book", title="เล่มหลักฐาน นางสาวมาลี แสงทอง", number=""),
          key="2562/24/2402/leader-0001", title="นางสาวมาลี แสงทอง")  # fmt: skip
    return made


def _names(found: Any) -> list[str]:
    return [row.name for row in found.rows]


def _titles(found: Any) -> list[str]:
    return [row.title for row in found.rows]


@pytest.mark.parametrize("text", ["ประเสริฐ", "เสริฐ", "แสงตะวัน", "ประเสริฐ แสง", "แสงตะวัน ประเสริฐ", "บางไผ่ ๓", "หม แสง"])
def test_an_applicant_is_found_by_any_part_of_the_name(year: YearFile, text: str) -> None:
    assert _names(find(STAFF, year, text).applicants) == ["นายประเสริฐ แสงตะวัน"]


@pytest.mark.parametrize("text", ["นา", "ก", "กล"])
def test_a_short_word_is_the_beginning_of_a_word(year: YearFile, text: str) -> None:
    found = find(STAFF, year, text).applicants.rows
    assert found
    for row in found:
        assert any(part.startswith(text) for part in f"{row.name} {row.place} {row.coordinator}".split())


@pytest.mark.parametrize("text", ["12", "๑๒", "12/2562", "๑๒ / ๒๕๖๒", "คำสั่ง 12"])
def test_an_order_is_found_by_its_number_in_either_digits(year: YearFile, text: str) -> None:
    assert _titles(find(STAFF, year, text).documents) == ["คำสั่งแต่งตั้งคณะกรรมการ"]


@pytest.mark.parametrize("text", ["169", "๑๖๙", "ฉช ๐๐๑๙/ว ๑๖๙", "ว 169", "0019"])
def test_a_letter_is_found_once_by_its_number(year: YearFile, text: str) -> None:
    assert _titles(find(STAFF, year, text).documents) == ["การคัดสรร"]


def test_a_short_number_is_not_found_within_a_longer_one(year: YearFile) -> None:
    assert not find(STAFF, year, "16").documents.rows


def test_the_name_of_a_district_narrows_to_it(year: YearFile) -> None:
    assert _names(find(STAFF, year, "แสง บางคล้า").applicants) == ["นางสาวมาลี แสงทอง"]
    assert _names(find(STAFF, year, "แสง อำเภอบางคล้า").applicants) == ["นางสาวมาลี แสงทอง"]
    assert _titles(find(STAFF, year, "บางคล้า").documents) == ["เล่มหลักฐาน นางสาวมาลี แสงทอง"]
    assert _names(find(STAFF, year, "แสง", district="2401").applicants) == ["นายประเสริฐ แสงตะวัน"]


def test_kind_and_day_narrow_to_documents(year: YearFile) -> None:
    today = date.today()
    assert _titles(find(STAFF, year, "แสงทอง", kind="book").documents) == ["เล่มหลักฐาน นางสาวมาลี แสงทอง"]
    assert not find(STAFF, year, "แสงทอง", kind="order")
    assert not find(STAFF, year, "แสงทอง", kind="bookish")
    assert len(find(STAFF, year, "", kind="order").documents.rows) == 1
    assert (
        len(find(STAFF, year, "", since=today - timedelta(days=1), until=today + timedelta(days=1)).documents.rows) == 3
    )
    assert find(STAFF, year, "แสงทอง", since=today - timedelta(days=1)).documents.rows
    assert not find(STAFF, year, "แสงทอง", since=today + timedelta(days=2))
    assert not find(STAFF, year, "แสงทอง", until=today - timedelta(days=2))


@pytest.mark.parametrize(
    "text", ["", "   ", "%%%", "___", "%_%", "{}", "\0", "'", '"', "*", "\\", "NEAR(", "ฮ" * 10_000, "a' OR 1=1 --"]
)
def test_nothing_typed_breaks_the_search_or_finds_everything(year: YearFile, text: str) -> None:
    assert not find(STAFF, year, text)


def test_a_marker_of_the_index_cannot_be_typed(year: YearFile) -> None:
    for text in ("{boo}", "boo", "b o o", "{b{o{o{"):
        assert not find(STAFF, year, text).documents.rows


def test_everybody_finds_what_they_may_see_and_no_more(year: YearFile) -> None:
    officer = Account(role=Account.DISTRICT, districts=["2401"])
    assert _names(find(officer, year, "แสง").applicants) == ["นายประเสริฐ แสงตะวัน"]
    assert not find(officer, year, "แสงทอง")
    assert not find(officer, year, "แสง", district="2402")
    assert not find(officer, year, "บางคล้า")
    assert not find(officer, year, "12").documents.rows
    auditor = Account(role=Account.AUDITOR, years=[2562])
    found = find(auditor, year, "แสงทอง")
    assert (found.applicants.rows, len(found.dossiers.rows), len(found.documents.rows)) == ([], 1, 1)
    assert not find(Account(role=Account.AUDITOR, years=[2561]), year, "แสงทอง")
    assert not find(Account(role="nobody"), year, "แสงทอง")


def test_another_years_rows_are_not_found(year: YearFile) -> None:
    assert not find(STAFF, entered_year(year_be=2563), "แสง")


def test_the_index_follows_a_changed_name(year: YearFile) -> None:
    row = Applicant.objects.get(name__startswith="นางสาวมาลี")
    row.name, row.district = "นางมาลี ศรีสุข", "2403"
    row.save()
    assert _names(find(STAFF, year, "ศรีสุข").applicants) == ["นางมาลี ศรีสุข"]
    assert not find(STAFF, year, "แสงทอง").applicants.rows
    row.delete()
    assert not find(STAFF, year, "ศรีสุข").applicants.rows


def test_only_the_current_version_is_found(year: YearFile) -> None:
    filed(
        filing("paper/order.pdf", b"o2", kind="order", title="คำสั่งฉบับแก้ไข", number="๑๒/๒๕๖๒"),
        key="2562/24/2400/order-0012",
    )
    assert _titles(find(STAFF, year, "12").documents) == ["คำสั่งฉบับแก้ไข"]
    assert Document.objects.filter(path="paper/order.pdf").count() == 2


def test_the_next_page_begins_where_the_last_one_ended(year: YearFile) -> None:
    filed(*(filing(f"evidence/{n}.pdf", bytes([n]), kind="evidence", title=f"รูปถ่าย {n}") for n in range(7)))
    for text, kind in (("รูปถ่าย", ""), ("", "evidence")):
        seen: list[str] = []
        after: int | None = 0
        while after is not None:
            page = search.documents(STAFF, year, Asked.of(text, year, kind=kind), after=after, most=3)
            seen += _titles(page)
            after = page.following
        assert sorted(seen) == [f"รูปถ่าย {n}" for n in range(7)]


def test_the_index_made_anew_is_the_same(year: YearFile) -> None:
    assert search_index.is_installed()
    before = [_titles(find(STAFF, year, text).documents) for text in ("12", "169", "แสงทอง")]
    search_index.install()
    assert search_index.is_installed()
    assert [_titles(find(STAFF, year, text).documents) for text in ("12", "169", "แสงทอง")] == before


def test_a_search_asks_as_much_for_many_as_for_few(year: YearFile, django_assert_max_num_queries: Any) -> None:
    filed(*(filing(f"evidence/{n}.pdf", bytes([n]), kind="evidence", title=f"รูปถ่าย {n}") for n in range(20)))
    with django_assert_max_num_queries(9):
        assert len(find(STAFF, year, "รูปถ่าย").documents.rows) == 20
