"""Tests of docservice.thai: digits, years, dates and hygiene."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.errors import FactsRefused
from docservice.thai import (
    BE,
    MONTHS,
    clean,
    date_certificate,
    date_letter,
    date_order,
    date_short,
    parse_date,
    thousands,
    to_arabic_digits,
    to_thai_digits,
)

THAI = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=40)
MIXED = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
        st.characters(min_codepoint=0xF700, max_codepoint=0xF71A),
        st.sampled_from("\u0323\u0334\u0301\u00a0\u200b\ufeff\n\t ab12@./:-"),
    ),
    max_size=40,
)
DAYS = st.dates(date(1857, 1, 1), date(2157, 12, 31))


# -------------------------------------------------------------------------------------------------------------- digits
@given(st.text())
def test_thai_digits_twice_are_thai_digits_once(text: str) -> None:
    once = to_thai_digits(text)
    assert to_thai_digits(once) == once


@given(st.text())
def test_arabic_digits_twice_are_arabic_digits_once(text: str) -> None:
    once = to_arabic_digits(text)
    assert to_arabic_digits(once) == once
    assert not set(once) & set("๐๑๒๓๔๕๖๗๘๙")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_thai_digits_read_back_as_the_same_number(text: str) -> None:
    assert to_arabic_digits(to_thai_digits(text)) == to_arabic_digits(text)


@given(st.text(st.sampled_from("0123456789 ,/-.()กขคง"), max_size=30))
def test_no_arabic_digit_is_left_where_no_latin_letter_stands(text: str) -> None:
    assert not set(to_thai_digits(text)) & set("0123456789")


@given(
    st.sampled_from(
        [
            "https://cdd.go.th/2562/01?p=12#a3",
            "http://example.go.th/ปี2562",
            "www.example.go.th/12",
            "chacho2562@cdd.go.th",
            "a.b-12+3@mail7.go.th",
            "A4",
            "ISO-9001",
            "PDF/A-2b",
            "leader-0007",
            "docservice:2562/24/2401/leader-0001",
            "COVID-19",
            "3BB",
        ]
    ),
    st.sampled_from(["", "ดู ", "12 ", "ขนาด", "ปี 2562 ("]),
    st.sampled_from(["", " 12", " จำนวน 3 แผ่น", "\n4"]),
)
def test_addresses_and_codes_keep_their_digits(kept: str, before: str, after: str) -> None:
    assert to_thai_digits(before + kept + after) == to_thai_digits(before) + kept + to_thai_digits(after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ที่ ฉช 0019/ว 169", "ที่ ฉช ๐๐๑๙/ว ๑๖๙"),
        ("โทร. 0-3851-1239", "โทร. ๐-๓๘๕๑-๑๒๓๙"),
        ("12/2562", "๑๒/๒๕๖๒"),
        ("พ.ศ.2562", "พ.ศ.๒๕๖๒"),
        ("A4 2 แผ่น", "A4 ๒ แผ่น"),
        ("10:30 น. 3.5%", "๑๐:๓๐ น. ๓.๕%"),
    ],
)
def test_numbers_of_papers_get_thai_digits(text: str, expected: str) -> None:
    assert to_thai_digits(text) == expected


@pytest.mark.parametrize(("number", "written"), [(0, "๐"), (999, "๙๙๙"), (1234, "๑,๒๓๔"), (-1234567, "-๑,๒๓๔,๕๖๗")])
def test_thousands_are_parted_by_commas(number: int, written: str) -> None:
    assert thousands(number) == written


# --------------------------------------------------------------------------------------------------------------- years
@given(st.integers(2400, 2700))
def test_a_year_reads_back_from_every_way_it_is_written(value: int) -> None:
    year = BE(value)
    for written in (year, value, str(value), str(year), f"พ.ศ. {year}", f" {value} "):
        assert BE.parse(written) == year
    assert BE.of(date(year.ce, 6, 1)) == year
    assert int(year) == value
    assert pickle.loads(pickle.dumps(year)) == year  # noqa: S301 - our own bytes


def test_a_year_prints_thai_digits_and_knows_its_christian_year() -> None:
    assert (str(BE(2562)), repr(BE(2562)), BE(2562).ce) == ("๒๕๖๒", "BE(2562)", 2019)


def test_years_are_ordered_and_hashable() -> None:
    assert sorted({BE(2563), BE(2562), BE(2562)}) == [BE(2562), BE(2563)]


@pytest.mark.parametrize("written", [2019, "2019", "๒๐๑๙"])
def test_a_christian_year_is_refused_with_the_year_it_would_be(written: object) -> None:
    with pytest.raises(FactsRefused, match="๒๕๖๒") as refused:
        BE.parse(written)
    assert "2562" in refused.value.english


def test_a_two_digit_year_is_not_guessed() -> None:
    with pytest.raises(FactsRefused, match="สองหลัก"):
        BE.parse("62")


@pytest.mark.parametrize("written", [None, True, 2562.0, "", "ปี", "2562x", 2399, 2701, -1, 10**30, b"2562"])
def test_what_is_no_year_is_refused(written: object) -> None:
    with pytest.raises(FactsRefused):
        BE.parse(written)


def test_the_years_constructor_refuses_like_parse() -> None:
    with pytest.raises(FactsRefused, match="๒๕๖๒"):
        BE(2019)


# --------------------------------------------------------------------------------------------------------------- dates
def test_dates_are_written_as_papers_write_them() -> None:
    day = date(2019, 1, 11)
    assert date_letter(day) == "๑๑ มกราคม ๒๕๖๒"
    assert date_order(day) == "๑๑ มกราคม พ.ศ. ๒๕๖๒"
    assert date_certificate(date(2019, 8, 30)) == "๓๐ เดือน สิงหาคม พุทธศักราช ๒๕๖๒"
    assert date_short(day) == "๑๑ ม.ค. ๖๒"


@given(DAYS)
def test_every_full_way_of_writing_a_date_reads_back(day: date) -> None:
    year = int(BE.of(day))
    written = [day, day.isoformat(), date_letter(day), date_order(day), date_certificate(day)]
    written += [f"{day.day}/{day.month}/{year}", to_thai_digits(f"{day.day}/{day.month}/{year}")]
    written += [f"{date_short(day)[:-2]}{year}", f"วันที่ {date_letter(day)}", f"{day.day}{MONTHS[day.month - 1]}{year}"]
    assert {parse_date(form) for form in written} == {day}


def test_a_weekday_before_a_date_is_passed_over() -> None:
    assert parse_date("วันศุกร์ที่ ๑๑ มกราคม พ.ศ. ๒๕๖๒") == date(2019, 1, 11)


def test_a_moment_is_read_as_its_day() -> None:
    read = parse_date(datetime(2019, 1, 11, 9, 30))
    assert read == date(2019, 1, 11)
    assert type(read) is date


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2562-01-11", "2019-01-11"),
        ("11/1/2019", "๒๕๖๒"),
        ("30 กุมภาพันธ์ 2562", "ปฏิทิน"),
        ("2019-13-01", "ปฏิทิน"),
        ("11 มกรา 2562", "มกราคม"),
        ("11 ม.ค. 62", "สองหลัก"),
        ("เมื่อวาน", "อ่านวันที่"),
        ("0019-01-11", "อ่านวันที่"),
        (20190111, "อ่านวันที่"),
        (None, "อ่านวันที่"),
    ],
)
def test_a_date_that_cannot_be_meant_is_refused_with_a_hint(written: object, hint: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        parse_date(written)
    assert hint in str(refused.value)
    assert refused.value.english


# ------------------------------------------------------------------------------------------------------------- hygiene
@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("น\u0e4d\u0e49า", "น้ำ"),
        ("น\u0e49\u0e4dา", "น้ำ"),
        ("น\u0e33\u0e49", "น้ำ"),
        ("ท\u0e4dา", "ทำ"),
        ("ก\u0e48\u0e35", "ก\u0e35\u0e48"),
        ("พันธ\u0e4c\u0e38", "พันธุ์"),
        ("ก\u0e35\u0e35\u0e49\u0e49", "กี้"),
        ("เเปลง", "แปลง"),
        ("\uf700าน", "ฐาน"),
        ("ป\uf701\u0e48น", "ปิ่น"),
        ("ญ\uf718", "ญุ"),
        ("ผู\uf70b\uf70bใหญ่", "ผู้ใหญ่"),
        ("ก\u00a0ข", "ก ข"),
        ("ต่าง\u200b\ufeffๆ", "ต่างๆ"),
        ("ก\r\nข\rค\u2028ง\x0bจ", "ก\nข\nค\nง\nจ"),
        ("ก\x00\x1bข", "กข"),
        ("ก  ข\tค", "ก  ข\tค"),
        ("e\u0301", "é"),
    ],
)
def test_broken_text_is_mended(broken: str, mended: str) -> None:
    assert clean(broken) == mended


@given(st.one_of(THAI, MIXED, st.text()))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(MIXED)
def test_cleaning_never_loses_a_consonant(text: str) -> None:
    visible = text.replace("\uf700", "ฐ").replace("\uf70f", "ญ")
    assert _consonants(clean(text)) == _consonants(visible)


@given(st.text())
def test_clean_text_fits_into_xml(text: str) -> None:
    assert all(character in "\n\t" or ord(character) >= 0x20 for character in clean(text))


@pytest.mark.parametrize("text", ["นางสาวศิริ ประดิษฐ์แจ้ง", "ก็", "ปญฺญาวโร", "สัมมาทิฏฐิ", "ฤๅษี", "น้ำ\nใจ", "ดำริห์"])
def test_right_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def _consonants(text: str) -> list[str]:
    return [character for character in text if "ก" <= character <= "ฮ"]
