"""Amounts of money in Thai words."""

from __future__ import annotations

import pytest

from docservice.errors import FactsRefused
from docservice.thai import baht


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "ศูนย์บาทถ้วน"),
        (1, "หนึ่งบาทถ้วน"),
        (10, "สิบบาทถ้วน"),
        (11, "สิบเอ็ดบาทถ้วน"),
        (21, "ยี่สิบเอ็ดบาทถ้วน"),
        (101, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("1,200.50", "หนึ่งพันสองร้อยบาทห้าสิบสตางค์"),
        ("๐.๒๕", "ยี่สิบห้าสตางค์"),
        (1_000_001, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (2_000_000_000_000, "สองล้านล้านบาทถ้วน"),
    ],
)
def test_an_amount_is_said_as_it_is_read(amount: int | str, words: str) -> None:
    assert baht(amount) == words


@pytest.mark.parametrize("amount", [-1, "1.234", "พัน", "", "NaN", "1e999", True, 10**15])
def test_what_is_no_amount_is_refused(amount: int | str) -> None:
    with pytest.raises(FactsRefused, match="ไม่ใช่จำนวนเงิน"):
        baht(amount)
