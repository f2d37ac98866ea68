"""National ID numbers: known by their check digit, in either digits and any joiners, and never left in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.thai import is_id_number, without_id_numbers

ARABIC, THAI = "0123456789", "๐๑๒๓๔๕๖๗๘๙"


def _number(twelve: str) -> str:
    weighed = sum(int(digit) * weight for digit, weight in zip(twelve, range(13, 1, -1), strict=True))
    return twelve + str((11 - weighed % 11) % 10)


@given(st.text(ARABIC, min_size=12, max_size=12), st.sampled_from(["", "-", " ", " - "]), st.booleans())
def test_every_valid_number_goes_whatever_it_is_written_with(twelve: str, joiner: str, thai: bool) -> None:
    number = _number(twelve)
    assert is_id_number(number)
    written = joiner.join((number[0], number[1:5], number[5:10], number[10:12], number[12]))
    written = written.translate(str.maketrans(ARABIC, THAI)) if thai else written

    safe = without_id_numbers(f"เลขประจำตัว {written} ออกให้ ณ")

    assert not set(safe) & {*ARABIC, *THAI}
    assert safe.startswith("เลขประจำตัว ")
    assert without_id_numbers(safe) == safe


@pytest.mark.parametrize("text", ["0812345678", "1234567890123", "12345678901234567", "11 กุมภาพันธ์ 2562", "1,254,300"])
def test_other_numbers_stay(text: str) -> None:
    assert without_id_numbers(text) == text


def test_thirteen_digits_read_from_a_picture_go_though_one_of_them_may_be_wrong() -> None:
    assert without_id_numbers("1-2345-67890-12-3", unsure=True) == "×-××××-×××××-××-×"
