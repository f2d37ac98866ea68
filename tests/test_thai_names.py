"""Tests of docservice.thai: the order of words, names of persons, names of files."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.errors import FactsRefused
from docservice.thai import Person, collation_key, safe_file_name

THAI = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=40)


# --------------------------------------------------------------------------------------------------------------- order
DICTIONARY = [
    "ก",
    "ก็",
    "กก",
    "กรรม",
    "กระ",
    "กะ",
    "กัน",
    "กั้น",
    "กา",
    "กาน",
    "การ",
    "การ์ด",
    "กำ",
    "กิน",
    "เกง",
    "เก็ง",
    "เก่ง",
    "เก้ง",
    "เก๋ง",
    "เกาะ",
    "แก",
    "โก",
    "ใกล้",
    "ไก่",
    "ขวด",
    "ต่างหาก",
    "นก",
    "นาม",
    "นำ",
    "น้ำ",
    "พันธุ",
    "พันธุ์",
    "รถ",
    "ฤดู",
    "ลม",
    "วัด",
    "เสือ",
    "เสื่อ",
    "เสื้อ",
    "อำเภอ",
    "ฮูก",
]


def test_words_sort_as_in_the_royal_institutes_dictionary() -> None:
    shuffled = DICTIONARY[:]
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order to undo, not a secret
    assert sorted(shuffled, key=collation_key) == DICTIONARY


def test_districts_sort_as_a_register_lists_them() -> None:
    districts = ["แปลงยาว", "ราชสาส์น", "เมืองฉะเชิงเทรา", "บ้านโพธิ์", "บางปะกง", "บางน้ำเปรี้ยว", "คลองเขื่อน", "บางคล้า"]
    assert sorted(districts, key=collation_key) == [
        "คลองเขื่อน",
        "บางคล้า",
        "บางน้ำเปรี้ยว",
        "บางปะกง",
        "บ้านโพธิ์",
        "แปลงยาว",
        "เมืองฉะเชิงเทรา",
        "ราชสาส์น",
    ]


def test_spaces_and_marks_of_abbreviation_do_not_part_words() -> None:
    assert sorted(["ต่างหาก", "ต่าง ๆ", "ตาง"], key=collation_key) == ["ตาง", "ต่าง ๆ", "ต่างหาก"]


def test_digits_of_both_kinds_sort_together_before_letters() -> None:
    assert sorted(["ก", "๒", "1", "a", "๐", "3"], key=collation_key) == ["๐", "1", "๒", "3", "a", "ก"]


@given(st.one_of(THAI, st.text()), st.one_of(THAI, st.text()))
def test_the_order_tells_any_two_texts_apart(one: str, other: str) -> None:
    mine, theirs = collation_key(one), collation_key(other)
    assert (mine == theirs) == (one == other)
    assert (mine < theirs) != (theirs < mine) or one == other


@given(st.lists(THAI, max_size=8))
def test_the_order_does_not_depend_on_where_one_starts(texts: list[str]) -> None:
    backwards = texts[::-1]
    assert sorted(texts, key=collation_key) == sorted(backwards, key=collation_key)


# --------------------------------------------------------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("written", "title", "printed"),
    [
        ("น.ส.ศิริ  ประดิษฐ์แจ้ง", "นางสาว", "นางสาวศิริ ประดิษฐ์แจ้ง"),
        ("นส. ศิริ ใจดี", "นางสาว", "นางสาวศิริ ใจดี"),
        ("น. ส. ศิริ ใจดี", "นางสาว", "นางสาวศิริ ใจดี"),
        ("นาย ตัวอย่าง ใจดี", "นาย", "นายตัวอย่าง ใจดี"),
        ("นายกมล ใจดี", "นาย", "นายกมล ใจดี"),
        ("นางสาวิตรี ใจดี", "นาง", "นางสาวิตรี ใจดี"),
        ("น.ส.นางฟ้า ใจดี", "นางสาว", "นางสาวนางฟ้า ใจดี"),
        ("ด.ช.ตัวอย่าง ใจดี", "เด็กชาย", "เด็กชายตัวอย่าง ใจดี"),
        ("ด.ญ. ตัวอย่าง ใจดี", "เด็กหญิง", "เด็กหญิงตัวอย่าง ใจดี"),
        ("ว่าที่ ร.ต. ตัวอย่าง ใจดี", "ว่าที่ร้อยตรี", "ว่าที่ร้อยตรี ตัวอย่าง ใจดี"),
        ("ว่าที่ร้อยตรีหญิงตัวอย่าง ใจดี", "ว่าที่ร้อยตรีหญิง", "ว่าที่ร้อยตรีหญิง ตัวอย่าง ใจดี"),
        ("ว่าที่ พ.ต. ตัวอย่าง ใจดี", "ว่าที่พันตรี", "ว่าที่พันตรี ตัวอย่าง ใจดี"),
        ("ร.ต.อ.ตัวอย่าง ใจดี", "ร้อยตำรวจเอก", "ร้อยตำรวจเอก ตัวอย่าง ใจดี"),
        ("ร.ต.อาจ ใจดี", "ร้อยตรี", "ร้อยตรี อาจ ใจดี"),
        ("ด.ต. ตัวอย่าง ใจดี", "ดาบตำรวจ", "ดาบตำรวจ ตัวอย่าง ใจดี"),
        ("จ.ส.อ. ตัวอย่าง ใจดี", "จ่าสิบเอก", "จ่าสิบเอก ตัวอย่าง ใจดี"),
        ("พ.ต.ท.หญิง ตัวอย่าง ใจดี", "พันตำรวจโทหญิง", "พันตำรวจโทหญิง ตัวอย่าง ใจดี"),
        ("พล.ต.ต. ตัวอย่าง ใจดี", "พลตำรวจตรี", "พลตำรวจตรี ตัวอย่าง ใจดี"),
        ("พล.อ.อ. ตัวอย่าง ใจดี", "พลอากาศเอก", "พลอากาศเอก ตัวอย่าง ใจดี"),
        ("ร.ต. ตัวอย่าง ใจดี ร.น.", "เรือตรี", "เรือตรี ตัวอย่าง ใจดี"),
        ("น.อ. ตัวอย่าง ใจดี ร.น.", "นาวาเอก", "นาวาเอก ตัวอย่าง ใจดี"),
        ("ดร.ตัวอย่าง ใจดี", "ดร.", "ดร.ตัวอย่าง ใจดี"),
        ("ผศ.ดร.ตัวอย่าง ใจดี", "ผู้ช่วยศาสตราจารย์ ดร.", "ผู้ช่วยศาสตราจารย์ ดร.ตัวอย่าง ใจดี"),
        ("รศ. พ.ท. ดร.ตัวอย่าง ใจดี", "รองศาสตราจารย์ พันโท ดร.", "รองศาสตราจารย์ พันโท ดร.ตัวอย่าง ใจดี"),
        ("ศ.ตัวอย่าง ใจดี", "ศาสตราจารย์", "ศาสตราจารย์ตัวอย่าง ใจดี"),
        ("นพ.ตัวอย่าง ใจดี", "นายแพทย์", "นายแพทย์ตัวอย่าง ใจดี"),
        ("พญ. ตัวอย่าง ใจดี", "แพทย์หญิง", "แพทย์หญิงตัวอย่าง ใจดี"),
        ("พระมหาตัวอย่าง ปญฺญาวโร", "พระมหา", "พระมหาตัวอย่าง ปญฺญาวโร"),
        ("พระครูตัวอย่าง", "พระครู", "พระครูตัวอย่าง"),
        ("ม.ล.ตัวอย่าง ใจดี", "หม่อมหลวง", "หม่อมหลวงตัวอย่าง ใจดี"),
        ("ม.ร.ว. ตัวอย่าง ใจดี", "หม่อมราชวงศ์", "หม่อมราชวงศ์ตัวอย่าง ใจดี"),
        ("นายตัวอย่าง ณ อยุธยา", "นาย", "นายตัวอย่าง ณ อยุธยา"),
    ],
)
def test_a_title_is_written_in_full_and_spaced_by_its_kind(written: str, title: str, printed: str) -> None:
    person = Person.parse(written)
    assert (person.title, str(person), person.title_known) == (title, printed, True)


@pytest.mark.parametrize(
    "written",
    ["นายิกา ใจดี", "ดรุณี ใจดี", "ตัวอย่าง ใจดี", "กลุ่มสตรีบ้านตัวอย่าง", "นายอำเภอ", "นายกเทศมนตรีตำบลตัวอย่าง", "John Smith"],
)
def test_a_name_or_post_without_a_title_gets_none(written: str) -> None:
    person = Person.parse(written)
    assert (person.title, str(person)) == ("", written)


@pytest.mark.parametrize("written", ["จ.อ.ตัวอย่าง ใจดี", "กขค.ตัวอย่าง ใจดี"])
def test_an_unknown_title_is_kept_as_written_and_flagged(written: str) -> None:
    person = Person.parse(written)
    assert (str(person), person.first, person.title_known) == (written, "ตัวอย่าง", False)


def test_a_first_name_that_looks_like_the_female_form_stays_a_name() -> None:
    assert Person.parse("ร.ต.ท. หญิง ใจดี") == Person("ร้อยตำรวจโท", "หญิง", "ใจดี")


@pytest.mark.parametrize("written", ["", "  ", "นาย", "น.ส. "])
def test_a_name_without_a_name_is_refused(written: str) -> None:
    with pytest.raises(FactsRefused, match="ไม่มีชื่อบุคคล"):
        Person.parse(written)


@given(
    st.sampled_from(["", "นาย", "นาง", "นางสาว", "ว่าที่ร้อยตรี", "พันตำรวจเอก", "ผู้ช่วยศาสตราจารย์ ดร.", "พระมหา", "หม่อมหลวง"]),
    st.sampled_from(["ตัวอย่าง", "กมล", "เอก", "อาจ", "วันดี", "สมหญิง"]),
    st.sampled_from(["", "ใจดี", "ณ อยุธยา"]),
)
def test_a_printed_person_reads_back(title: str, first: str, last: str) -> None:
    person = Person(title, first, last)
    assert Person.parse(str(person)) == person


# ---------------------------------------------------------------------------------------------------------- file names
@given(st.text())
def test_a_file_name_is_safe_short_and_stable(text: str) -> None:
    name = safe_file_name(text)
    assert name
    assert len(name.encode()) <= 120
    assert not set(name) & set('/\\:*?"<>|')
    assert all(ord(character) >= 0x20 for character in name)
    assert name == name.strip(". ")
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ฉช ๐๐๑๙/ว ๑๖๙", "ฉช ๐๐๑๙-ว ๑๖๙"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ('a:b*c?"d"<e>|f', "a-b-c-d-e-f"),
        ("สมัคร\nใหม่  .pdf", "สมัคร ใหม่ .pdf"),
        ("con.txt", "-con.txt"),
        ("", "ไม่มีชื่อ"),
        (" .. ", "ไม่มีชื่อ"),
    ],
)
def test_forbidden_characters_become_dashes(text: str, expected: str) -> None:
    assert safe_file_name(text) == expected


def test_a_long_file_name_keeps_its_extension() -> None:
    assert safe_file_name("ก" * 200 + ".pdf") == "ก" * 38 + ".pdf"


def test_a_file_name_is_not_cut_between_a_letter_and_its_marks() -> None:
    assert safe_file_name("a" * 116 + "กี่ก") == "a" * 116
    assert safe_file_name("a" * 114 + "กำก") == "a" * 114 + "กำ"
