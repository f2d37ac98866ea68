"""Facts for each kind of paper, from the year file and the applicants. Pure: rows in, JSON-able facts out.

Every function returns facts that the catalogue's kind of the same name accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from docservice.errors import FactsRefused
from docservice.thai import BE, parse_date, to_thai_digits
from docservice.yearfile import District, YearFile

Facts = dict[str, Any]


class Unit(Protocol):
    """What a paper needs to know of an applicant (a row of models.Applicant fits)."""

    district: str
    group: str
    seq: int
    name: str
    post: str
    place: str
    coordinator: str
    phone: str
    members: str
    result: str
    evidence_complete: bool | None


class Entry(Protocol):
    """What a register prints of a number (a row of models.Number fits)."""

    value: int | None
    state: str
    given_by: str
    text: str
    dated: date | None
    subject: str
    addressee: str
    reason: str


U = TypeVar("U", bound=Unit)
_REGISTERS = {"letters": "ทะเบียนหนังสือส่ง", "orders": "ทะเบียนคำสั่ง"}
_STANDS = {"pending": "รอเลข", "reserved": "จองเลขไว้", "used": "ออกแล้ว", "voided": "ยกเลิก", "free": "เลขว่าง"}


def letter(year: YearFile) -> Facts:
    """The cover letter to the districts."""
    return {**year.section("letter"), "office": year.section("office"), **_emblem(year)}


def orders(year: YearFile) -> list[Facts]:
    """Every order of the year file, in its order."""
    return [{"year_be": _issued(year, order), **order, **_emblem(year)} for order in year.sections("orders")]


def guideline(year: YearFile) -> Facts:
    """The guideline sent with the letter."""
    return {
        "province": year.province,
        "year_be": int(year.year),
        "deadline": year.deadline.isoformat(),
        "groups": [_without_noted(group) for group in year.sections("groups")],
    }


def _without_noted(group: Facts) -> Facts:
    """A group's note speaks of what may be handed in as well; it is not listed twice."""
    if not group.get("note"):
        return group
    return {**group, "checklist": [item for item in group["checklist"] if item.get("required", True)]}


def application_form(year: YearFile, group_code: str) -> Facts:
    """An empty application form of one group."""
    group = next(g for g in year.groups if g.code == group_code)
    return {
        "group_code": group.code,
        "group_name": group.name,
        "province": year.province,
        "year_be": int(year.year),
        "checklist": [dict(item) for item in group.checklist],
    }


def register_applicants(year: YearFile, district: District, units: Sequence[Unit]) -> Facts:
    """The district's register of applicants."""
    section = year.section("registers.applicants", district=district.name)
    return {**section, "rows": [_row(year, u, _evidence_remark(u)) for u in units if u.district == district.code]}


def register_passed(year: YearFile, units: Sequence[Unit]) -> Facts:
    """The province's register of those who passed."""
    return {**year.section("registers.passed"), "rows": [_row(year, u, "") for u in _passed(units)]}


def announcement(year: YearFile, units: Sequence[Unit]) -> Facts:
    """The announcement of those who passed, with its attached list by group."""
    passed = _passed(units)
    groups = [{"name": g.name, "entries": [_entry(year, u) for u in passed if u.group == g.code]} for g in year.groups]
    section = year.section("announcement", **_totals(units))
    return {**section, "list_groups": [g for g in groups if g["entries"]], **_emblem(year)}


def certificates(year: YearFile, units: Sequence[U], *, serial: str = "") -> Iterator[tuple[U, Facts]]:
    """One certificate for each that passed, serials running from the year file's first.

    ``serial`` is printed in their place where a register gives the serials later.
    """
    first = 0 if serial else year.number("certificate.first_serial", default=1)
    for running, unit in enumerate(_passed(units), start=first):
        facts = year.section(
            "certificate",
            name=unit.name,
            group=_group_name(year, unit),
            place=unit.place,
            district=_district_name(year, unit),
            serial=serial or to_thai_digits(str(running)),
            serial_year=to_thai_digits(str(_issued(year, year.settings.get("certificate")))),
        )
        facts.pop("first_serial", None)
        yield unit, {**facts, "qr": _qr(year, unit), **_emblem(year)}


def report(year: YearFile, units: Sequence[Unit]) -> Facts:
    """The report to the Department, with its table by district and group."""
    rows = [_report_row(year, d.name, [u for u in units if u.district == d.code]) for d in year.districts]
    return {
        **year.section("report", **_totals(units)),
        "office": year.section("office"),
        "group_names": [g.name for g in year.groups],
        "rows": rows,
        "totals": _report_row(year, "รวม", units),
        **_emblem(year),
    }


def number_register(year: YearFile, name: str, parts: Sequence[tuple[str, Sequence[Entry]]]) -> Facts:
    """The register of letters or of orders (``name``): its parts, each a heading and the lines of one series.

    ``[registers.<name>]`` may give title, scope, as_of and certifier; the register is as of its last date otherwise.
    """
    dated = [entry.dated for _, entries in parts for entry in entries if entry.dated]
    given = year.settings.get("registers", {}).get(name)
    return {
        "title": _REGISTERS[name],
        "scope": f"จังหวัด{year.province}",
        "as_of": max(dated, default=year.deadline).isoformat(),
        **(year.section(f"registers.{name}") if given else {}),
        "year_be": int(year.year),
        "parts": [{"name": heading, "rows": [_line(year, e) for e in entries]} for heading, entries in parts],
    }


def _line(year: YearFile, entry: Entry) -> Facts:
    """A line of a register of numbers: a voided number keeps its line, one that nobody has yet says so."""
    elsewhere = "เลขจากทะเบียนกลาง" if entry.given_by == "central" else ""
    return {
        "value": to_thai_digits(str(entry.value)) if entry.value else "-",
        "text": entry.text,
        "date": entry.dated.isoformat() if entry.dated else "",
        "sender": year.section("office")["name"] if entry.text else "",
        "addressee": entry.addressee,
        "subject": entry.subject,
        "action": _STANDS[entry.state],
        "remark": entry.reason or elsewhere,
    }


def applicant_number(year: YearFile, unit: Unit) -> str:
    """The applicant's number as people read it: district, group's initial, running number."""
    initial = next((ch for ch in _group_name(year, unit) if "ก" <= ch <= "ฮ"), unit.group[:1].upper())
    return to_thai_digits(f"{unit.district}-{initial}-{unit.seq:03d}")


def _passed(units: Sequence[U]) -> list[U]:
    return [u for u in units if u.result == "passed"]


def _totals(units: Sequence[Unit]) -> dict[str, str]:
    return {"applied": to_thai_digits(str(len(units))), "passed": to_thai_digits(str(len(_passed(units))))}


def _row(year: YearFile, unit: Unit, remark: str) -> Facts:
    return {
        "number": applicant_number(year, unit),
        "group": _group_name(year, unit),
        "name": unit.name,
        "place": unit.place,
        "district": _district_name(year, unit),
        "coordinator": unit.coordinator,
        "remark": remark,
    }


def _evidence_remark(unit: Unit) -> str:
    return {True: "หลักฐานครบ", False: "หลักฐานไม่ครบ", None: ""}[unit.evidence_complete]


def _entry(year: YearFile, unit: Unit) -> Facts:
    return {"name": unit.name, "place": unit.place, "district": _district_name(year, unit)}


def _report_row(year: YearFile, name: str, units: Sequence[Unit]) -> Facts:
    counts = [_count([u for u in units if u.group == g.code]) for g in year.groups]
    return {"district": name, "counts": counts, **_count(units)}


def _count(units: Sequence[Unit]) -> dict[str, int]:
    return {"applied": len(units), "passed": len(_passed(units))}


def _district_name(year: YearFile, unit: Unit) -> str:
    district = year.district(unit.district)
    return district.name if district else unit.district


def _group_name(year: YearFile, unit: Unit) -> str:
    group = year.group(unit.group)
    return group.name if group else unit.group


def _qr(year: YearFile, unit: Unit) -> str:
    return f"docservice:{int(year.year)}/{year.province_code}/{unit.district}/{unit.group}-{unit.seq:04d}"


def _issued(year: YearFile, section: object) -> int:
    """The calendar year in which a paper of the year file is issued: numbers start again with each."""
    given = section.get("date") if isinstance(section, Mapping) else None
    try:
        return int(BE.of(parse_date(given))) if given else int(year.year)
    except FactsRefused:  # for the catalogue to refuse, with its place
        return int(year.year)


def _emblem(year: YearFile) -> Facts:
    emblem = year.settings.get("emblem", "")
    return {"emblem": emblem} if emblem else {}
