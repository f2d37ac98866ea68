"""The kinds of papers and the catalogue that holds them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from docservice.catalogue.check import Fault, check_fields, nearest, refusal
from docservice.catalogue.fields import (
    Code,
    Field,
    bad_catalogue,
    known_keys,
    parse_fields,
    sample_record,
    want,
)
from docservice.errors import FactsRefused, NotFound
from docservice.thai import BE, safe_file_name, to_arabic_digits, to_thai_digits

_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_KEYS = {"label", "edition", "catchwords", "name", "variant", "variants", "pages", "as_long", "fields"}
# What names a paper in its title, in this order, with the words that lead it there.
_TITLE_PARTS = {
    "number": "ที่ ",
    "serial": "เลขที่ ",
    "subject": "เรื่อง ",
    "group_name": "",
    "recipient": "",
    "name": "",
    "scope": "",
    "province": "จังหวัด",
    "year_be": "พ.ศ. ",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper. ``name`` is the pattern of its file name; ``variant_field`` picks one of ``variants``.

    ``pages`` is how many pages the paper may have. ``as_long`` maps the path of a list inside the facts, such as
    ``rows.counts``, to the list field that must be as long.
    """

    code: str
    label: str
    edition: str
    name: str
    catchwords: bool = False
    variants: tuple[str, ...] = ()
    variant_field: str | None = None
    pages: int | None = None
    as_long: Mapping[str, str] = field(default_factory=dict, hash=False)
    fields: Mapping[str, Field] = field(default_factory=dict, hash=False)

    def check(self, facts: Mapping[str, object]) -> dict[str, object]:
        """The typed context for the template, every field present; checking it again changes nothing.

        Raises one ``FactsRefused`` that lists all faults, by Thai label and path.
        """
        typed, faults = self._checked(facts)
        if faults:
            raise refusal(self.label, faults)
        return typed

    def faults(self, facts: Mapping[str, object]) -> tuple[Fault, ...]:
        """All faults of ``facts``, for a form that shows each at its field; empty when ``check`` would pass."""
        return tuple(self._checked(facts)[1])

    def example(self) -> dict[str, object]:
        """Facts that pass ``check``, of plain values only (JSON, TOML); dates as ``YYYY-MM-DD``."""
        return sample_record(self.fields)

    def file_name(self, facts: Mapping[str, object]) -> str:
        """A safe file name without extension, begun by the kind's code, digits Arabic; ``facts`` as for ``check``."""
        typed = self.check(facts)
        values = {name: _printed(value) for name, value in typed.items() if isinstance(value, str | int | BE)}
        stem = " ".join(self.name.format_map(values).split()) or self._subject(typed)
        return safe_file_name(to_arabic_digits(f"{self.code}-{stem}" if stem else self.code))

    def variant(self, facts: Mapping[str, object]) -> str | None:
        """Which of ``variants`` the facts ask for; ``None`` for a kind without variants."""
        return None if self.variant_field is None else str(self.check(facts)[self.variant_field])

    def title(self, facts: Mapping[str, object]) -> str:
        """What a person calls the paper: label and issuer, number, subject or recipient, in Thai digits, one line."""
        return self.called(self.check(facts))

    def called(self, context: Mapping[str, object]) -> str:
        """As ``title``, from what ``check`` gave."""
        typed = dict(context)
        head = str(typed.get("title") or f"{self.label}{typed.get('issuer', '')}")
        if typed.get("number") and typed.get("year_be"):  # where the year is a fact of its own, the number carries it
            typed["number"] = f"{typed['number']}/{typed.pop('year_be')}"
        parts = [f"{lead}{_printed(typed[name])}" for name, lead in _TITLE_PARTS.items() if typed.get(name)]
        return " ".join(" ".join([_printed(head), *parts]).split())

    def _checked(self, facts: object) -> tuple[dict[str, object], list[Fault]]:
        if not isinstance(facts, Mapping):
            raise FactsRefused(
                f"ข้อมูลของ{self.label}ไม่ใช่กลุ่มข้อมูล (ชื่อ = ค่า)",
                "กรุณาดูตัวอย่างของเอกสารชนิดนี้",
                english=f"The facts of {self.code} are not a table of names and values; see the example of this kind.",
            )
        faults: list[Fault] = []
        typed = check_fields(self.fields, facts, faults)
        if self.variant_field is not None and not any(fault.path == self.variant_field for fault in faults):
            faults.extend(self._variant_fault(str(typed[self.variant_field])))
        if not faults:
            faults.extend(self._length_faults(typed))
        return typed, faults

    def _length_faults(self, typed: Mapping[str, object]) -> list[Fault]:
        """Lists that are not as long as the list they belong to: columns would be lost or stay empty."""
        return [
            Fault(
                where,
                self.fields[path.split(".")[0]].short_label,
                f"มี {to_thai_digits(str(len(found)))} รายการ ไม่เท่ากับ {self.fields[model].short_label} ({model}) "
                f"ที่มี {to_thai_digits(str(len(wanted)))} รายการ",
                f"{len(found)} entries, but {model} has {len(wanted)}",
            )
            for path, model in self.as_long.items()
            if isinstance(wanted := typed[model], list)
            for where, found in _lists(typed, path.split("."))
            if len(found) != len(wanted)
        ]

    def _variant_fault(self, chosen: str) -> list[Fault]:
        if chosen in self.variants:
            return []
        name = str(self.variant_field)
        allowed = ", ".join(self.variants)
        return [
            Fault(
                name,
                self.fields[name].short_label,
                f"ไม่มีแบบ “{chosen}” กรุณาเลือก {allowed}",
                f"there is no variant {chosen!r}; choose one of {allowed}",
            )
        ]

    def _subject(self, typed: Mapping[str, object]) -> str:
        """What stands in a file name for a number not yet given."""
        return next((str(typed[name]) for name in ("subject", "title", "name") if typed.get(name)), "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All kinds by code."""

    kinds: Mapping[str, Kind]

    @classmethod
    def parse(cls, mapping: Mapping[str, object]) -> Self:
        """The catalogue written in ``mapping`` (tables ``types`` and ``kinds``).

        Raises ``InputRefused`` naming the first faulty place: an unknown key or type, a required field without example,
        an example or default that its own field refuses, a file-name pattern with an unknown field.
        """
        known_keys(mapping, {"types", "kinds"}, "catalogue")
        tables: Mapping[str, object] = want(mapping, "kinds", dict, "catalogue")
        types: Mapping[str, object] = want(mapping, "types", dict, "catalogue", {})
        return cls({code: _parse_kind(code, want(tables, code, dict, "kinds"), types) for code in tables})

    def kind(self, name: str) -> Kind:
        """The kind with code ``name``; raises ``NotFound`` naming the nearest known ones."""
        if name in self.kinds:
            return self.kinds[name]
        by_word = {kind.label: code for code, kind in self.kinds.items()} | {code: code for code in self.kinds}
        near = list(dict.fromkeys(by_word[word] for word in nearest(name, by_word, 3))) or sorted(self.kinds)
        shown = ", ".join(f"{code} ({self.kinds[code].label})" for code in near)
        raise NotFound(
            f"ไม่มีเอกสารชนิด “{name}”",
            f"ชนิดที่ใกล้เคียง: {shown}",
            english=f"There is no kind {name!r}; the nearest: {', '.join(near)}.",
        )


def _parse_kind(code: str, table: Mapping[str, object], types: Mapping[str, object]) -> Kind:
    place = f"kinds.{code}"
    known_keys(table, _KEYS, place)
    if not _CODE.fullmatch(code):
        raise bad_catalogue(place, "รหัสต้องเป็น a-z 0-9 -", "a code is a-z 0-9 -")
    variants = want(table, "variants", list, place, [])
    kind = Kind(
        code=code,
        label=want(table, "label", str, place),
        edition=want(table, "edition", str, place),
        name=want(table, "name", str, place),
        catchwords=want(table, "catchwords", bool, place, False),
        variants=tuple(str(variant) for variant in variants),
        variant_field=want(table, "variant", str, place) if "variant" in table else None,
        pages=want(table, "pages", int, place) if "pages" in table else None,
        as_long=want(table, "as_long", dict, place, {}),
        fields=parse_fields(want(table, "fields", dict, place), types, f"{place}.fields"),
    )
    _coherent(kind, place)
    return kind


def _coherent(kind: Kind, place: str) -> None:
    """The rules between the parts of one kind."""
    named = [name for _, name, _, _ in string.Formatter().parse(kind.name) if name is not None]
    if strangers := [name for name in named if name not in kind.fields]:
        raise bad_catalogue(f"{place}.name", f"ไม่มีช่อง {strangers[0]}", f"there is no field {strangers[0]}")
    if bool(kind.variants) != (kind.variant_field in kind.fields):
        raise bad_catalogue(f"{place}.variant", "ต้องเป็นชื่อช่องและมี variants", "names a field, and goes with variants")
    for path, model in kind.as_long.items():
        if path.split(".")[0] not in kind.fields or model not in kind.fields:
            raise bad_catalogue(f"{place}.as_long", f"ไม่มีช่อง {path} หรือ {model}", f"no field {path} or {model}")
    without_optional = {name: fact for name, fact in kind.example().items() if kind.fields[name].required}
    for fault in (*kind.faults(kind.example()), *kind.faults(without_optional)):
        raise bad_catalogue(f"{place}.fields.{fault.path}", f"ตัวอย่าง: {fault.message}", f"example: {fault.english}")


def _lists(value: object, path: list[str], where: str = "") -> Iterator[tuple[str, list[object]]]:
    """Place and value of every list that ``path`` leads to, through the entries of the lists on its way."""
    if not path:
        if isinstance(value, list):
            yield where, value
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _lists(entry, path, f"{where}[{number}]")
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _lists(value[path[0]], path[1:], f"{where}.{path[0]}" if where else path[0])


def _printed(value: object) -> str:
    return str(value) if isinstance(value, Code) else to_thai_digits(str(value))
