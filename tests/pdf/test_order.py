"""Files inside a slot stand in the order a Thai officer expects of their names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docservice.pdf.order import natural_key


def in_order(*names: str) -> list[str]:
    return sorted(names, key=natural_key)


def test_numbers_go_by_value_in_thai_and_arabic_digits() -> None:
    assert in_order("หน้า 10", "หน้า ๒", "หน้า 1") == ["หน้า 1", "หน้า ๒", "หน้า 10"]


def test_leading_vowels_do_not_decide() -> None:
    assert in_order("ไก่", "ขา", "เกม", "กา") == ["กา", "เกม", "ไก่", "ขา"]


def test_latin_case_does_not_decide() -> None:
    assert in_order("b.pdf", "A.pdf", "B.pdf", "a.pdf") == ["A.pdf", "a.pdf", "B.pdf", "b.pdf"]


@given(st.lists(st.text(alphabet="กขเไ่้ab 019๑๒²", max_size=6)))
def test_any_names_have_one_order(names: list[str]) -> None:
    assert in_order(*names) == in_order(*reversed(names))
