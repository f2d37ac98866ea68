"""One field of a kind: its type, label, rules and example, and how it is read from the catalogue."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from docservice.errors import InputRefused

SCALARS = ("text", "code", "int", "bool", "date", "year", "choice", "image")
_LIST_OF = "list of "
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = {"type", "label", "required", "default", "example", "help", "choices", "most", "needed_with"}
T = TypeVar("T")


class Code(str):
    """A value kept as typed (a code, an e-mail, the text of a QR code): Thai digits are never put on it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One named fact of a kind or of a type.

    ``most`` is how many entries a list may have; ``needed_with`` names the field beside it that makes it required.
    ``type`` is as written in the catalogue; ``element`` is what a list holds (``text`` for ``paragraphs``), or the type
    itself; ``fields`` are those of the element when it is a type of the catalogue's own, else empty.
    """

    name: str
    type: str
    label: str
    required: bool = True
    default: object = field(default=None, hash=False)
    example: object = field(default=None, hash=False)
    help: str = ""
    choices: tuple[str, ...] = ()
    most: int | None = None
    needed_with: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict, hash=False)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list: ``paragraphs`` or ``list of …``."""
        return self.type == "paragraphs" or self.type.startswith(_LIST_OF)

    @property
    def element(self) -> str:
        """The type of one entry of a list, or of the value itself."""
        return "text" if self.type == "paragraphs" else self.type.removeprefix(_LIST_OF)

    @property
    def short_label(self) -> str:
        """The label without its closing remark in brackets, for messages."""
        return self.label.split(" (")[0]

    def sample(self) -> object:
        """A plain example value, from the field or from the fields of its type; ``None`` when there is none."""
        if self.example is not None:
            return _plain(self.example)
        if not self.fields:
            return None
        record = sample_record(self.fields)
        return [record] if self.is_list else record


def sample_record(fields: Mapping[str, Field]) -> dict[str, object]:
    """Examples of all ``fields`` that have one, by name."""
    samples = {name: each.sample() for name, each in fields.items()}
    return {name: sample for name, sample in samples.items() if sample is not None}


def parse_fields(table: Mapping[str, object], types: Mapping[str, object], place: str) -> dict[str, Field]:
    """The fields written in ``table``; names under ``types`` are resolved. Raises ``InputRefused`` naming the place."""
    return _coherent({name: _parse_field(name, table, types, place, ()) for name in table}, place)


def _coherent(fields: dict[str, Field], place: str) -> dict[str, Field]:
    for field_ in fields.values():
        if field_.needed_with and field_.needed_with not in fields:
            raise bad_catalogue(
                f"{place}.{field_.name}", f"ไม่มีช่อง {field_.needed_with}", f"there is no field {field_.needed_with}"
            )
    return fields


def want(table: Mapping[str, object], key: str, kind: type[T], place: str, default: T | None = None) -> T:
    """``table[key]`` when it is a ``kind``; ``default`` when absent; else ``InputRefused`` naming ``place`` and key."""
    value = table.get(key, default)
    if not isinstance(value, kind):
        raise bad_catalogue(f"{place}.{key}", f"ต้องเป็น {kind.__name__}", f"must be {kind.__name__}")
    return value


def known_keys(table: Mapping[str, object], known: set[str], place: str) -> None:
    """Refuse a catalogue entry with a key nobody reads: it would be a misspelt rule that silently does nothing."""
    if strangers := sorted(set(table) - known):
        raise bad_catalogue(f"{place}.{strangers[0]}", "เป็นคำที่ระบบไม่รู้จัก", "is not a known key")


def bad_catalogue(place: str, thai: str, english: str) -> InputRefused:
    """The error for a fault in the catalogue itself."""
    return InputRefused(
        f"รายการเอกสาร (catalogue) ที่ {place}: {thai}",
        "กรุณาแก้ไขแฟ้ม catalogue.toml",
        english=f"catalogue at {place}: {english}; mend catalogue.toml.",
    )


def _parse_field(
    name: str, table: Mapping[str, object], types: Mapping[str, object], place: str, above: tuple[str, ...]
) -> Field:
    here = f"{place}.{name}"
    entry: Mapping[str, object] = want(table, name, dict, place)
    known_keys(entry, _KEYS, here)
    if not _NAME.fullmatch(name):
        raise bad_catalogue(here, "ชื่อต้องเป็น a-z 0-9 _", "a name is a-z 0-9 _")
    choices = want(entry, "choices", list, here, [])
    found = Field(
        name=name,
        type=want(entry, "type", str, here),
        label=want(entry, "label", str, here),
        required=want(entry, "required", bool, here, True),
        default=entry.get("default"),
        example=entry.get("example"),
        help=want(entry, "help", str, here, ""),
        choices=tuple(str(choice) for choice in choices),
        most=want(entry, "most", int, here) if "most" in entry else None,
        needed_with=want(entry, "needed_with", str, here, ""),
    )
    return _resolved(found, types, here, above)


def _resolved(found: Field, types: Mapping[str, object], here: str, above: tuple[str, ...]) -> Field:
    """``found`` with the fields of its type, after the rules that hold for every field."""
    if (found.element == "choice") != bool(found.choices):
        raise bad_catalogue(here, "choices ใช้คู่กับ type choice เท่านั้น", "choices go with type choice, and only there")
    if found.most is not None and not found.is_list:
        raise bad_catalogue(here, "most ใช้กับรายการเท่านั้น", "most goes with lists only")
    if found.element not in SCALARS:
        found = replace(found, fields=_type_fields(found.element, types, here, above))
    if found.required and found.sample() is None:
        raise bad_catalogue(here, "ต้องมี example", "needs an example")
    return found


def _type_fields(element: str, types: Mapping[str, object], here: str, above: tuple[str, ...]) -> Mapping[str, Field]:
    if element not in types:
        raise bad_catalogue(here, f"ไม่มีชนิด “{element}”", f"there is no type {element!r}")
    if element in above:
        raise bad_catalogue(here, f"ชนิด “{element}” อ้างถึงตัวเอง", f"type {element!r} holds itself")
    written: Mapping[str, object] = want(types, element, dict, "types")
    known_keys(written, {"label", "fields"}, f"types.{element}")
    table: Mapping[str, object] = want(written, "fields", dict, f"types.{element}")
    place = f"types.{element}.fields"
    return _coherent({name: _parse_field(name, table, types, place, (*above, element)) for name in table}, place)


def _plain(example: object) -> object:
    """A copy that JSON and TOML can hold; a date written as TOML's own becomes ``YYYY-MM-DD``."""
    return example.isoformat() if isinstance(example, date) else copy.deepcopy(example)
