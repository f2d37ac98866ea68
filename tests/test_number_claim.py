"""How official numbers are written in a year file, and what that asks of a register."""

from __future__ import annotations

import pytest

from docservice.number_claim import AUTO, MARK, PENDING, Claim, WrittenNumber, claims, filled

CLAIM = Claim("order", "24", 2562, "2562/24/2400/order-0012", 12, "๑๒", subject="แต่งตั้งคณะกรรมการ")


@pytest.mark.parametrize(
    ("text", "asks", "circular"),
    [
        ("ฉช ๐๐๑๙/ว ๑๖๙", 169, True),
        ("ฉช ๐๐๑๙/๓๑๘๗", 3187, False),
        ("ฉช ๐๐๑๙/๒๕๖๒", 2562, False),
        ("๑๒/๒๕๖๒", 12, False),
        ("ฉช ๐๐๑๙/ว ๑๖๙/๒๕๖๒", 169, True),
        ("12", 12, False),
    ],
)
def test_a_stated_number_is_read_and_printed_as_it_was_typed(text: str, asks: int, circular: bool) -> None:
    assert WrittenNumber.parse(text, head="ฉช ๐๐๑๙/") == WrittenNumber(text, asks, circular)


@pytest.mark.parametrize(
    ("text", "asks", "printed"),
    [
        ("auto", AUTO, "ฉช ๐๐๑๙/๗"),
        ("ว auto", AUTO, "ฉช ๐๐๑๙/ว ๗"),
        ("ฉช ๐๐๒๐/ว auto", AUTO, "ฉช ๐๐๒๐/ว ๗"),
        ("ฉช ๐๐๒๐/auto", AUTO, "ฉช ๐๐๒๐/๗"),
        ("", PENDING, "ฉช ๐๐๑๙/๗"),
        ("ว", PENDING, "ฉช ๐๐๑๙/ว ๗"),
        ("ฉช ๐๐๒๐/ว", PENDING, "ฉช ๐๐๒๐/ว ๗"),
        ("auto/๒๕๖๒", AUTO, "ฉช ๐๐๑๙/๗/๒๕๖๒"),
    ],
)
def test_what_is_not_stated_is_printed_behind_the_offices_head(text: str, asks: str, printed: str) -> None:
    written = WrittenNumber.parse(text, head="ฉช ๐๐๑๙/")

    assert (written.asks, written.circular) == (asks, "ว" in text)
    assert filled(written.pattern, 7) == printed


def test_a_number_that_is_not_known_leaves_a_gap() -> None:
    waits = {"number": f"ฉช ๐๐๑๙/ว {MARK}", "body": ["ตามเลขที่ " + MARK, "ย่อหน้า "], "copies": 3}

    assert filled(waits, None) == {"number": "ฉช ๐๐๑๙/ว", "body": ["ตามเลขที่", "ย่อหน้า "], "copies": 3}


def test_a_claim_comes_back_from_the_payload_that_keeps_it() -> None:
    payloads = [{"dossier": CLAIM.dossier, "number": CLAIM.as_payload()}, {"dossier": "2562/24/2400/guideline"}]

    assert claims(payloads) == [CLAIM]
