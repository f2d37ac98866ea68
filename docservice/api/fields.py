"""The types of what programs send: bounded, so that nothing reaches a row that it cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from ninja import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import CoreSchema, core_schema

from docservice.errors import InputRefused
from docservice.thai import BE, clean

_BIGGEST = 2**63 - 1
_DEEPEST = 12
_LONGEST = 20_000
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_MEANT = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]+[^\x00-\x1f\x7f]*$"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _named(text: str) -> str:
    cleaned = _one_line(text)
    if not cleaned:
        raise ValueError("ต้องไม่ว่าง · must not be empty")
    return cleaned


def _not_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("ต้องเป็นตัวเลข · must be a number")
    return value


@dataclass(frozen=True)
class OneOf:
    """One of the names that exist: ``Annotated[str, OneOf(SERIES)]``."""

    names: Iterable[str]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """A literal."""
        return core_schema.literal_schema(list(self.names))


Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_MEANT), AfterValidator(_named)]
Line100 = Annotated[str, StringConstraints(max_length=100, pattern=_PRINTABLE), AfterValidator(_one_line)]
Line300 = Annotated[str, StringConstraints(max_length=300, pattern=_PRINTABLE), AfterValidator(_one_line)]
Line500 = Annotated[str, StringConstraints(max_length=500, pattern=_PRINTABLE), AfterValidator(_one_line)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_MEANT), AfterValidator(_named)]
District = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Number = Annotated[int, BeforeValidator(_not_bool), Field(ge=1, le=999_999)]
Id = Annotated[int, BeforeValidator(_not_bool), Field(ge=1, le=_BIGGEST)]
YearBE = Annotated[int, Field(ge=2400, le=2700, description="ปี พ.ศ. (Buddhist Era)")]

Day = Annotated[date, Query(ge=date(1900, 1, 1), le=date(2200, 12, 31))]

YearInPath = Annotated[int, Path(ge=2400, le=2700, description="ปี พ.ศ. (Buddhist Era), such as 2562")]
IdInPath = Annotated[int, Path(ge=1, le=_BIGGEST)]
CodeInPath = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


def be(year: int) -> BE:
    """The year as its own type."""
    return BE(year)


def plain(value: object, depth: int = 0) -> None:
    """Refuse what no row and no paper can hold, anywhere in free JSON: controls, lone surrogates, endless depth."""
    if depth > _DEEPEST:
        raise _unfit("ซ้อนกันลึกเกินไป", "It is nested too deep.")
    if isinstance(value, Mapping):
        for name, one in value.items():
            plain(name, depth + 1)
            plain(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            plain(one, depth + 1)
    elif isinstance(value, str):
        if _UNFIT.search(value):
            raise _unfit("มีอักขระที่ใช้ไม่ได้", "It holds characters that are not text.")
        if len(value) > _LONGEST:
            raise _unfit(f"ข้อความยาวเกิน {_LONGEST} ตัวอักษร", f"A text is longer than {_LONGEST} letters.")
    elif isinstance(value, int | float) and abs(value) >= _BIGGEST:
        raise _unfit("ตัวเลขใหญ่เกินไป", "A number is too large.")


def _unfit(what: str, english: str) -> InputRefused:
    return InputRefused(f"ข้อมูลที่ส่งมา{what}", "แก้แล้วส่งใหม่ ยังไม่มีอะไรถูกบันทึก", english=f"{english} Nothing was saved.")
