"""Dates as official papers write them, and back: stored as ``date``, shown in the Buddhist Era with Thai digits."""

from __future__ import annotations

import difflib
import re
from datetime import date, datetime

from docservice.errors import FactsRefused
from docservice.thai.digits import to_arabic_digits, to_thai_digits
from docservice.thai.hygiene import clean
from docservice.thai.years import BE, FIRST, LAST

MONTHS = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
_SHORT = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
_MONTH_NUMBER = {name: number for number, name in enumerate(MONTHS, start=1)} | {
    name.replace(".", ""): number for number, name in enumerate(_SHORT, start=1)
}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d+)")
_WORDED = re.compile(
    r"(?:วัน\S{0,12}?)?(?:ที่)?\s*(\d{1,2})\s*(?:เดือน)?\s*([ก-์.]+?)\s*((?:พ\.?\s?ศ\.?|พุทธศักราช|ค\.?ศ\.?)?)\s*(\d+)"
)


def date_letter(day: date) -> str:
    """As in the head of a letter: ``๑๑ มกราคม ๒๕๖๒``."""
    return f"{_day(day)} {MONTHS[day.month - 1]} {BE.of(day)}"


def date_order(day: date) -> str:
    """As at the foot of an order or announcement: ``๑๑ มกราคม พ.ศ. ๒๕๖๒``."""
    return f"{_day(day)} {MONTHS[day.month - 1]} พ.ศ. {BE.of(day)}"


def date_certificate(day: date) -> str:
    """As on a certificate: ``๓๐ เดือน สิงหาคม พุทธศักราช ๒๕๖๒``."""
    return f"{_day(day)} เดือน {MONTHS[day.month - 1]} พุทธศักราช {BE.of(day)}"


def date_short(day: date) -> str:
    """For narrow table cells: ``๑๑ ม.ค. ๖๒``. Not read back: two digits do not name a century."""
    return f"{_day(day)} {_SHORT[day.month - 1]} {str(BE.of(day))[-2:]}"


def parse_date(written: object) -> date:
    """The date meant by a ``date``, ``"2019-01-11"`` (ISO, Christian Era) or a Thai form of the Buddhist Era.

    Thai forms: ``๑๑ มกราคม ๒๕๖๒``, with ``พ.ศ.``, ``พุทธศักราช``, ``วันที่`` or ``เดือน``; ``11 ม.ค. 2562``; ``11/1/2562``.
    Raises ``FactsRefused`` with a hint for a day that does not exist, the wrong era, an unknown month, anything else.
    """
    if isinstance(written, datetime):
        return _in_use(written.date(), written)
    if isinstance(written, date):
        return _in_use(written, written)
    if not isinstance(written, str):
        raise _unreadable(written)
    text = to_arabic_digits(clean(written)).strip()
    if found := _ISO.fullmatch(text):
        return _from_iso(int(found[1]), int(found[2]), int(found[3]), written)
    if found := _SLASHED.fullmatch(text):
        return _exists(BE(int(found[3])).ce, int(found[2]), int(found[1]), written)
    if found := _WORDED.fullmatch(text):
        return _exists(_worded_year(found[3], found[4]), _month(found[2], written), int(found[1]), written)
    raise _unreadable(written)


def _day(day: date) -> str:
    return to_thai_digits(str(day.day))


def _from_iso(year: int, month: int, day: int, written: str) -> date:
    if FIRST <= year <= LAST:
        meant = f"{BE(year).ce:04d}-{month:02d}-{day:02d}"
        raise FactsRefused(
            f"วันที่ “{written}” เขียนแบบสากลแต่ใช้ปี พ.ศ.",
            f"กรุณาใส่ {meant} หรือเขียนแบบไทย เช่น {day}/{month}/{year}",
            english=f"{written!r} is an ISO date with a Buddhist Era year; give {meant} or {day}/{month}/{year}.",
        )
    return _exists(year, month, day, written)


def _worded_year(era: str, digits: str) -> int:
    if era.startswith("ค"):
        return int(digits)
    return BE(int(digits)).ce


def _month(name: str, written: str) -> int:
    plain = name.replace(".", "").replace(" ", "")
    if plain in _MONTH_NUMBER:
        return _MONTH_NUMBER[plain]
    near = difflib.get_close_matches(plain, MONTHS, n=1, cutoff=0.5)
    hint = f"หมายถึง {near[0]} ใช่หรือไม่" if near else "กรุณาใส่ชื่อเดือน เช่น มกราคม หรือ ม.ค."
    raise FactsRefused(
        f"วันที่ “{written}” มีชื่อเดือนที่ไม่รู้จัก “{name}”",
        hint,
        english=f"{written!r} has an unknown month {name!r}." + (f" Did you mean {near[0]}?" if near else ""),
    )


def _exists(year: int, month: int, day: int, written: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise FactsRefused(
            f"วันที่ “{written}” ไม่มีในปฏิทิน",
            "กรุณาตรวจวันและเดือน",
            english=f"{written!r} is not a day of the calendar; check the day and the month.",
        ) from None
    return _in_use(found, written)


def _in_use(day: date, written: object) -> date:
    """``day`` when its year is one the papers can print."""
    if BE(FIRST).ce <= day.year <= BE(LAST).ce:
        return day
    raise _unreadable(written)


def _unreadable(written: object) -> FactsRefused:
    return FactsRefused(
        f"อ่านวันที่ “{written}” ไม่ได้",
        "กรุณาใส่ เช่น ๑๑ มกราคม ๒๕๖๒ หรือ 11/1/2562 หรือ 2019-01-11",
        english=f"{written!r} is not a readable date; give 2019-01-11, ๑๑ มกราคม ๒๕๖๒ or 11/1/2562.",
    )
