from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.errors import InputRefused
from docservice.thai import BE
from storage.keys import DossierKey, check_path


def test_a_key_is_written_with_arabic_digits() -> None:
    assert str(DossierKey(BE(2562), "24", "2401", "leader-0007")) == "2562/24/2401/leader-0007"


@given(
    st.integers(2400, 2700),
    st.from_regex(r"[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{2}", fullmatch=True),
    st.from_regex(r"[a-z]{1,20}(-[a-z]{1,20})?-[0-9]{4}", fullmatch=True),
)
def test_a_key_is_read_back_as_it_was_written(year: int, province: str, district: str, name: str) -> None:
    key = DossierKey(BE(year), province, province + district, name)
    assert DossierKey.parse(str(key)) == key


@given(st.text())
def test_whatever_parse_accepts_it_writes_back_the_same(text: str) -> None:
    try:
        key = DossierKey.parse(text)
    except InputRefused:
        return
    assert str(key) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2562/24/2401",
        "2562/24/2401/leader-0007/",
        "2562/24/2401/leader-0007\n",
        "2562/24/2401/leader-0007/v1",
        "/2562/24/2401/leader-0007",
        "๒๕๖๒/24/2401/leader-0007",
        "2562/24/2401/ผู้นำ-0007",
        "2562/24/2401/Leader-0007",
        "2562/24/2401/../x",
        "2562/24/2401/leader 7",
        "2562/24/2401/-leader",
        "2562/24/1001/leader-0007",
        "2562/24/24011/leader-0007",
        "2019/24/2401/leader-0007",
        "2562/24/2401/" + "a" * 65,
        "2562/24/2401/leader-" + "0" * 13,
    ],
)
def test_everything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        DossierKey.parse(text)
    assert repr(text) in refused.value.message


def test_a_key_of_parts_is_checked_too() -> None:
    with pytest.raises(InputRefused):
        DossierKey(BE(2562), "24", "2401", "a/b")


def test_keys_sort_by_year_then_place() -> None:
    keys = [DossierKey.parse(text) for text in ("2563/24/2401/a-1", "2562/24/2402/a-1", "2562/24/2401/b-1")]
    assert [str(key) for key in sorted(keys)] == ["2562/24/2401/b-1", "2562/24/2402/a-1", "2563/24/2401/a-1"]


def test_a_long_thai_name_is_allowed_up_to_what_a_disk_takes() -> None:
    assert check_path("paper/" + "ก" * 85) == "paper/" + "ก" * 85
    with pytest.raises(InputRefused, match="255"):
        check_path("paper/" + "ก" * 86)
