"""Amounts of money in words, as they stand in brackets behind the figures: ``หนึ่งร้อยยี่สิบเอ็ดบาทถ้วน``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from docservice.errors import FactsRefused
from docservice.thai.digits import to_arabic_digits

_DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION = 1_000_000
_MOST = 10**15


def baht(amount: int | str | Decimal) -> str:
    """The amount in Thai words with baht and satang; ``FactsRefused`` for what is no amount of money."""
    value = _amount(amount)
    whole, satang = divmod(int(value * 100), 100)
    words = "ศูนย์บาท" if not (whole or satang) else f"{_number(whole)}บาท" if whole else ""
    return f"{words}{_number(satang)}สตางค์" if satang else f"{words}ถ้วน"


def _amount(amount: int | str | Decimal) -> Decimal:
    text = to_arabic_digits(str(amount)).replace(",", "").strip()
    try:
        value = Decimal("x" if isinstance(amount, bool) else text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < _MOST or value != value.quantize(Decimal("0.01")):
        raise FactsRefused(
            f"“{amount}” ไม่ใช่จำนวนเงิน",
            "ใส่ตัวเลขไม่ติดลบ ทศนิยมไม่เกิน ๒ ตำแหน่ง เช่น ๑,๒๐๐.๕๐",
            english=f"{amount!r} is not an amount of money: a number from 0, two decimals at most.",
        )
    return value


def _number(value: int) -> str:
    """A whole number in words; nothing for 0."""
    millions, rest = divmod(value, _MILLION)
    above = f"{_number(millions)}ล้าน" if millions else ""
    return above + _below_a_million(rest, alone=not millions)


def _below_a_million(value: int, *, alone: bool) -> str:
    words = ""
    for place, digit in reversed(list(enumerate(map(int, reversed(str(value)))))):
        if digit:
            words += _digit(digit, place, follows=bool(words) or not alone) + _PLACES[place]
    return words


def _digit(digit: int, place: int, *, follows: bool) -> str:
    if place == 1 and digit in (1, 2):
        return "ยี่" if digit == 2 else ""
    return "เอ็ด" if place == 0 and digit == 1 and follows else _DIGITS[digit]
