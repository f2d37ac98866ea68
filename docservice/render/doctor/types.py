"""What a name in a template stands for, as far as the catalogue tells: text, date, list of members …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docservice.catalogue import Field

LOOP = {
    **dict.fromkeys(("index", "index0", "revindex", "revindex0", "length", "depth", "depth0"), "int"),
    **dict.fromkeys(("first", "last"), "bool"),
    **dict.fromkeys(("previtem", "nextitem", "cycle", "changed"), "any"),
}
SAID = {
    "bool": ("ค่าใช่/ไม่ใช่", "a yes-or-no value"),
    "date": ("วันที่", "a date"),
    "list": ("รายการหลายรายการ", "a list"),
    "record": ("กลุ่มข้อมูล", "a group of fields"),
    "text": ("ข้อความ", "text"),
    "code": ("รหัส", "a code"),
    "choice": ("ตัวเลือก", "a choice"),
    "int": ("จำนวนนับ", "a number"),
    "year": ("ปี พ.ศ.", "a year"),
    "image": ("ภาพ", "a picture"),
    "none": ("ค่าว่าง (None)", "no value (None)"),
    "loop": ("ตัวนับรอบ", "the loop"),
}


@dataclass(frozen=True)
class Type:
    """``what`` is a key of ``SAID`` or ``any``; lists know their entry's type, records their fields."""

    what: str
    name: str = ""
    of: Type | None = None
    fields: Mapping[str, Field] | None = None

    @property
    def words(self) -> tuple[str, str]:
        """What to call it, in Thai and in English."""
        return SAID.get(self.what, ("ค่า", "a value"))

    @property
    def fields_path(self) -> str:
        """The name, for records and lists, that their fields are filed under."""
        return self.name


ANY = Type("any")
TEXT = Type("text")
NUMBER = Type("int")
FLAG = Type("bool")


def of_field(field: Field, path: str) -> Type:
    """The type of a field's value; ``path`` as a template writes it."""
    if field.is_list:
        return Type("list", path, of=_entry(field, f"{path}[]"))
    return _entry(field, path)


def _entry(field: Field, path: str) -> Type:
    if field.fields:
        return Type("record", path, fields=field.fields)
    return Type(field.element, path)


def joined(one: Type, other: Type) -> Type:
    """What a value is that may be either."""
    if one.what == other.what:
        return one
    texts = {"text", "code", "choice", "year"}
    return TEXT if one.what in texts and other.what in texts else ANY
