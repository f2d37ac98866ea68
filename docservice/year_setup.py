"""How a year begins: from the pattern that ships, or from the year before; and what is worth a look afterwards."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from docservice import provinces, year_edit, year_files
from docservice.errors import FactsRefused
from docservice.number_claim import AUTO, WrittenNumber
from docservice.samples.applicants import YEAR_FILE
from docservice.thai import BE, parse_date, to_arabic_digits, to_thai_digits
from docservice.year_tree import Settings, everywhere

GAP = "......."
"""Stands in a text where the number of another paper goes that is not known yet."""
_DATES = ("deadline", "date", "as_of")


@dataclass(frozen=True)
class Opening:
    """What a clerk tells for the first year: the rest comes from the pattern that ships."""

    year: BE
    province: provinces.Province
    deadline: str
    office: Mapping[str, Any]
    letter_head: str
    signer: Mapping[str, Any]


def first_year(opening: Opening) -> Settings:
    """The settings of an office's first year: the shipped sample as pattern, with the office's own in it."""
    made = carried_over(tomllib.loads(YEAR_FILE.read_text(encoding="utf-8")), opening.year)
    made["province"] = {"code": opening.province.code, "name": opening.province.name}
    made["districts"] = [{"code": one.code, "name": one.name} for one in opening.province.districts]
    made["deadline"] = opening.deadline
    made["office"] = dict(opening.office)
    made["numbers"] = {"letter": opening.letter_head}
    made["signers"], made["people"] = {"signer-1": dict(opening.signer)}, {}
    made["letter"]["number"], made["report"]["number"] = "ว", ""
    made = everywhere(made, "signer", lambda _was: {"signer": "signer-1"})
    post = "นักวิชาการพัฒนาชุมชน\nสำนักงานพัฒนาชุมชนจังหวัด{province}"
    return dict(everywhere(made, "person", lambda _was: {"post": post}))


def next_year(settings: Settings) -> Settings:
    """The year after: everything copied, dates a year later, official numbers emptied."""
    return carried_over(settings, BE(int(BE.parse(settings["year_be"])) + 1))


def carried_over(settings: Settings, year: BE) -> Settings:
    """The settings as those of another year: dates moved by as many years, official numbers emptied."""
    by = int(year) - int(BE.parse(settings["year_be"]))
    made = _without_numbers(copy.deepcopy(settings))
    for name in _DATES:
        made = everywhere(made, name, lambda value, name=name: {name: _moved(value, by)})  # type: ignore[misc]
    return {**made, "year_be": int(year)}


def _moved(value: Any, years: int) -> Any:
    """The date as many years later (29 February becomes 28); what is no date stays as it is."""
    try:
        day = parse_date(value)
    except FactsRefused:
        return value
    try:
        return day.replace(year=day.year + years).isoformat()
    except ValueError:
        return date(day.year + years, day.month, 28).isoformat()


def _without_numbers(settings: Settings) -> Settings:
    """Official numbers emptied; what goes before them stays, and a text that names an order's number gets a gap."""
    orders = settings.get("orders", [])
    for number in (str(order.get("number", "")) for order in orders if isinstance(order, Mapping)):
        if isinstance(WrittenNumber.parse(number).asks, int):
            settings = _with_gaps(settings, number)
    for order in settings.get("orders", []):
        order["number"] = _emptied(str(order.get("number", "")), "")
    for name in ("letter", "report"):
        if "number" in settings.get(name, {}):
            number = str(settings[name]["number"])
            settings[name]["number"] = _emptied(number, number[: number.rfind("/") + 1])
    if settings.get("certificate", {}).get("first_serial"):
        settings["certificate"]["first_serial"] = AUTO
    return settings


def _emptied(number: str, head: str) -> str:
    written = WrittenNumber.parse(number)
    if not isinstance(written.asks, int):
        return number
    return f"{head}ว" if written.circular else head


def _with_gaps(value: Any, number: str) -> Any:
    if isinstance(value, list):
        return [_with_gaps(one, number) for one in value]
    if isinstance(value, Mapping):
        return {name: one if name == "number" else _with_gaps(one, number) for name, one in value.items()}
    if isinstance(value, str):
        return re.sub(rf"(ที่\s*){re.escape(number)}(\s*/)", rf"\g<1>{GAP}\g<2>", value)
    return value


@dataclass(frozen=True)
class Look:
    """Something worth a look before the year begins, in Thai and English, and the section where it stands."""

    message: str
    english: str
    section: str


def looks(settings: Settings) -> list[Look]:
    """What may still be last year's, or is not there yet."""
    return [*_gaps(settings), *_old_years(settings), *_empty(settings)]


def _gaps(settings: Settings) -> Iterator[Look]:
    for part in year_edit.sections(settings):
        if any(GAP in text for text in _texts_of(part.get(settings))):
            said = f"{part.title}: เติมเลขคำสั่งในช่อง {GAP}"
            yield Look(said, f"{_(part.title)}: fill in the order's number at {GAP}", part.code)


def _old_years(settings: Settings) -> Iterator[Look]:
    year = int(BE.parse(settings["year_be"]))
    others = {str(year - n) for n in range(1, 4)}
    for part in year_edit.sections(settings):
        found = {old for old in others for text in _texts_of(part.get(settings)) if old in to_arabic_digits(text)}
        if found:
            named = ", ".join(sorted(found))
            said = f"{part.title}: มีปี {to_thai_digits(named)} อยู่ในข้อความ"
            yield Look(said, f"{_(part.title)}: the year {named} stands in the text", part.code)


def _empty(settings: Settings) -> Iterator[Look]:
    if not settings.get("numbers", {}).get("letter"):
        said = "ยังไม่มีหน้าเลขที่หนังสือ เช่น ฉช ๐๐๑๙/"
        yield Look(said, "There is nothing yet that goes before the numbers of letters", "office")
    if not year_files.picture(settings, "emblem"):
        said = "ยังไม่มีภาพตรา หนังสือจะเว้นกรอบไว้ให้"
        yield Look(said, "There is no picture of the emblem yet; letters leave a box for it", "pictures")


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            if name not in _DATES:
                yield from _texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_of(one)
