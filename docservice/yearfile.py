"""The year file: one province's settings of one year, as a mapping (no I/O), checked, with its {words} filled in.

A text in the file may name other settings in braces, so that copying the file to the next year needs few edits:
``{year}`` (Thai digits), ``{province}``, ``{deadline}``, ``{districts}`` (how many) everywhere, and the caller's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from docservice.errors import FactsRefused, InputRefused
from docservice.retention_schedule import schedule
from docservice.thai import BE, date_letter, parse_date, to_thai_digits

_BRACES = re.compile(r"\{([a-z_]+)\}")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PROVINCE_CODE = re.compile(r"[1-9][0-9]")
_HIGHEST_QUOTA = 1000


@dataclass(frozen=True)
class District:
    """An อำเภอ: official four-digit code and its name without the word อำเภอ."""

    code: str
    name: str


@dataclass(frozen=True)
class Group:
    """A target group of the year: its code, Thai name, checklist ``[{slot, title, required}]``.

    ``quota``: how many units of it each district has to bring.
    """

    code: str
    name: str
    checklist: tuple[Mapping[str, Any], ...]
    quota: int = 1


@dataclass(frozen=True)
class YearFile:
    """The checked year file; ``settings`` is the mapping as it was given, dates as ``YYYY-MM-DD`` text."""

    settings: Mapping[str, Any]
    year: BE
    province_code: str
    province: str
    deadline: date
    districts: tuple[District, ...]
    groups: tuple[Group, ...]

    @classmethod
    def parse(cls, settings: Mapping[str, Any]) -> YearFile:
        """Check ``settings``; ``InputRefused`` names the first place that is missing or wrong."""
        province = _need(settings, "province", dict)
        code = str(_need(province, "code", str, "province."))
        if not _PROVINCE_CODE.fullmatch(code):
            raise _refused("province.code", f"“{code}” ไม่ใช่รหัสจังหวัด ๒ หลัก")
        year_file = cls(
            settings=_plain(settings),
            year=_year(_need(settings, "year_be", (int, str))),
            province_code=code,
            province=_need(province, "name", str, "province."),
            deadline=_date(_need(settings, "deadline", (str, date))),
            districts=tuple(
                District(_need(d, "code", str, "districts."), _need(d, "name", str, "districts."))
                for d in _need(settings, "districts", list)
            ),
            groups=tuple(_group(g) for g in _need(settings, "groups", list)),
        )
        schedule(settings)
        return year_file._with_sound_codes()

    def section(self, name: str, /, **words: object) -> dict[str, Any]:
        """Section ``name`` (dotted), every {word} filled, ``signer`` and ``person`` looked up; ``words`` add more."""
        found: Any = self.settings
        for part in name.split("."):
            found = _need(found, part, dict)
        return dict(self.fill(found, name, **words))

    def sections(self, name: str, /, **words: object) -> list[dict[str, Any]]:
        """Like ``section`` for a list of tables."""
        entries = _need(self.settings, name, list)
        if not all(isinstance(entry, Mapping) for entry in entries):
            raise _refused(name, "ทุกรายการต้องเป็นตาราง (ชื่อ = ค่า)")
        return [dict(self.fill(entry, name, **words)) for entry in entries]

    def number(self, name: str, default: int) -> int:
        """The whole number above 0 at ``name`` (dotted), Thai digits allowed; ``default`` when it is not given."""
        *sections, last = name.split(".")
        table: Any = self.settings
        for part in sections:
            table = _need({part: {}, **table}, part, dict)
        text = str(table.get(last, default))
        if not text.isdecimal() or int(text) == 0:
            raise _refused(name, f"“{text}” ต้องเป็นจำนวนเต็มที่มากกว่า ๐")
        return int(text)

    def fill(self, value: Any, where: str, /, **words: object) -> Any:
        """``value`` with every {word} replaced, at any depth; an unknown word is refused with its place."""
        known = {**self._words(), **words}
        if isinstance(value, str):
            return _BRACES.sub(lambda m: self._word(m.group(1), known, where), value)
        if isinstance(value, Mapping):
            filled = {k: self.fill(v, f"{where}.{k}", **words) for k, v in value.items()}
            return self._looked_up(filled, where)
        if isinstance(value, list):
            return [self.fill(v, where, **words) for v in value]
        return value

    def district(self, text: str) -> District | None:
        """The district of that code or name."""
        return next((d for d in self.districts if text in (d.code, d.name)), None)

    def group(self, text: str) -> Group | None:
        """The group of that code or Thai name (spaces ignored)."""
        wanted = text.replace(" ", "")
        return next((g for g in self.groups if wanted in (g.code, g.name.replace(" ", ""))), None)

    def _words(self) -> dict[str, object]:
        return {
            "year": str(self.year),
            "province": self.province,
            "deadline": date_letter(self.deadline),
            "districts": to_thai_digits(str(len(self.districts))),
        }

    def _word(self, name: str, known: Mapping[str, object], where: str) -> str:
        if name not in known:
            raise _refused(where, f"ไม่รู้จักคำในปีกกา {{{name}}}", f"ใช้ได้: {', '.join(sorted(known))}")
        return str(known[name])

    def _looked_up(self, table: dict[str, Any], where: str) -> dict[str, Any]:
        """Replace ``signer = "id"`` by the directory's entry and ``person = "id"`` by a post line."""
        if isinstance(table.get("signer"), str):
            table["signer"] = self._entry("signers", table["signer"], where)
        if isinstance(table.get("person"), str):
            person = self._entry("people", table.pop("person"), where)
            line = f"{person.get('name', '')} {person.get('post', '')}".strip()
            table["post"] = "\n".join(part for part in (line, str(person.get("workplace", ""))) if part)
        return table

    def _entry(self, directory: str, key: str, where: str) -> dict[str, Any]:
        entries = _need({directory: {}, **self.settings}, directory, dict)
        if key not in entries:
            raise _refused(where, f"ไม่มี “{key}” ใน [{directory}]", f"มีอยู่: {', '.join(entries) or 'ว่าง'}")
        entry = _need(entries, key, dict, f"{directory}.")
        return {name: self.fill(value, f"{directory}.{key}") for name, value in entry.items()}

    def _with_sound_codes(self) -> YearFile:
        for district in self.districts:
            if not re.fullmatch(self.province_code + r"[0-9]{2}", district.code) or district.code.endswith("00"):
                raise _refused("districts.code", f"รหัสอำเภอ “{district.code}” ไม่ได้อยู่ในจังหวัด {self.province_code}")
        for place, codes in (
            ("districts", [d.code for d in self.districts]),
            ("groups", [g.code for g in self.groups]),
        ):
            if not codes or len(set(codes)) != len(codes):
                raise _refused(place, "ว่างหรือมีรหัสซ้ำกัน")
        return self


def _plain(value: Any) -> Any:
    """TOML's own dates and times as text, so that the settings can be kept as JSON."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _year(given: int | str) -> BE:
    try:
        return BE.parse(given)
    except FactsRefused as error:
        raise _refused("year_be", error.message, error.remedy) from error


def _date(given: str | date) -> date:
    try:
        return parse_date(given)
    except FactsRefused as error:
        raise _refused("deadline", error.message, error.remedy) from error


def _group(table: Any) -> Group:
    code = _need(table, "code", str, "groups.")
    if not _CODE.fullmatch(code):
        raise _refused("groups.code", f"“{code}” ต้องเป็นตัวพิมพ์เล็ก a-z 0-9 เช่น leader")
    checklist = _need(table, "checklist", list, "groups.")
    for item in checklist:
        slot = _need(item, "slot", str, f"groups.{code}.checklist.")
        if not _CODE.fullmatch(slot):
            raise _refused(f"groups.{code}.checklist.slot", f"“{slot}” ต้องเป็นตัวพิมพ์เล็ก a-z 0-9 เช่น id-card")
        _need(item, "title", str, f"groups.{code}.checklist.")
    if len({item["slot"] for item in checklist}) != len(checklist):
        raise _refused(f"groups.{code}.checklist", "มีรหัสช่อง (slot) ซ้ำกัน")
    return Group(code, _need(table, "name", str, "groups."), tuple(checklist), _quota(table, code))


def _quota(table: Mapping[str, Any], code: str) -> int:
    given = table.get("quota", 1)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= _HIGHEST_QUOTA:
        raise _refused(f"groups.{code}.quota", f"“{given}” ต้องเป็นจำนวนเต็ม ๐ ถึง ๑,๐๐๐", "ใส่จำนวนขั้นต่ำต่ออำเภอ เช่น 1")
    return given


def _need(table: Any, key: str, kind: Any, prefix: str = "") -> Any:
    if not isinstance(table, Mapping) or key not in table:
        raise _refused(prefix + key, "ไม่มีในแฟ้มข้อมูลประจำปี")
    if not isinstance(table[key], kind) or isinstance(table[key], bool):
        raise _refused(prefix + key, f"ชนิดข้อมูลไม่ถูกต้อง: {table[key]!r}")
    return table[key]


def _refused(where: str, what: str, remedy: str = "") -> InputRefused:
    return InputRefused(
        f"แฟ้มข้อมูลประจำปี ที่ {where}: {what}",
        remedy or "แก้ใน year.toml แล้วสั่งใหม่ ดูตัวอย่างได้ที่ docservice/samples/chachoengsao-2562/year.toml",
        english=f"Year file at {where}: missing or wrong. See docservice/samples/chachoengsao-2562/year.toml",
    )
