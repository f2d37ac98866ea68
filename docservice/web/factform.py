"""Forms made from the catalogue's fields: a ``Field`` in, labelled inputs out, and what was typed back as plain facts.

How it is used, by any page that lets people enter what a paper (or a section of the year) holds::

    fields = kind.fields                                      # any {name: Field}, a part of a kind's as well
    if request.method == "POST":
        facts = factform.read(fields, request.POST)           # plain facts, blanks left out
        faults = kind.faults(facts)
    form = factform.FactForm(fields, facts, faults, sources={"signer": Source("ตั้งค่า › ผู้ลงนาม", address)})

and in the template, inside a ``<form>`` of your own, with css/factform.css and js/factform.js loaded::

    {% include "factform/form.html" with form=form %}

Names are dotted: ``signer.name``, ``items.0``, ``members.3.role``; ``prefix`` goes before them all, so that two forms
fit on a page. The order of a list is the order of its inputs on the page, whatever their numbers: rows are added, moved
and taken out in the browser without renumbering, and without a script a blank row stands ready at each list's end.

``read`` gives what the catalogue's check takes: text cleaned (no NUL, no control characters), a date as ``YYYY-MM-DD``
whichever Thai form it was typed in, a year and a number as ``int``, a check box as ``bool``. What cannot be read stays
as it was typed, for the check to refuse it beside its field. Blank rows, blank optional values and values that are the
field's default are left out; a default that was emptied stays as ``""``. A picture can only be the one shown
(``asset:<digest>``): never a path. ``tidy`` brings facts from elsewhere into the same form, so that they can be
compared: ``read(fields, posted) == tidy(fields, shown)`` says that nothing was edited.

A field of another shape (a signer chosen by code): ``dataclasses.replace(field, type="choice", choices=…, fields={})``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from docservice.catalogue import Fault, Field
from docservice.errors import FactsRefused
from docservice.thai import BE, clean, date_letter, parse_date, to_arabic_digits, to_thai_digits
from docservice.web.words import wrong

Facts = dict[str, Any]
_PICTURE = re.compile(r"asset:[0-9a-f]{64}")
_ENTRY = re.compile(r"\[(\d+)\]")
_LONG = 60  # letters that no longer fit into one line of a form
_SEVERAL_LINES = "ขึ้นบรรทัดใหม่ได้"


@dataclass(frozen=True)
class Source:
    """Where a prefilled value came from: its words and, where it can be mended there, the address."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Input:
    """One thing to render: a scalar with its ``value``, a record with its ``inputs``, a list with its ``entries``."""

    field: Field
    name: str
    widget: str
    value: str = ""
    on: bool = False
    faults: tuple[str, ...] = ()
    source: Source | None = None
    inputs: tuple[Input, ...] = ()
    entries: tuple[Input, ...] = ()
    blank: Input | None = None
    spare: Input | None = None
    token: str = ""
    position: int | None = None

    @property
    def id(self) -> str:
        """The id of its input on the page."""
        return f"f-{self.name}"

    @property
    def rows(self) -> int:
        """How many lines its text area shows."""
        return min(8, max(1, self.value.count("\n") + 1 + len(self.value) // 90))

    @property
    def sample(self) -> str:
        """The field's example, as a hint in an empty input."""
        return _shown(self.field, self.field.example) if not self.field.is_list else ""


@dataclass(frozen=True)
class FactForm:
    """The form of ``fields`` showing ``facts``, each of ``faults`` beside its input, and where values came from."""

    fields: Mapping[str, Field]
    facts: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    prefix: str = ""

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every input, in the order of the fields."""
        made = self._record(self.fields, self.facts, self.prefix, 0)
        return tuple(replace(each, source=self.sources.get(each.field.name)) for each in made)

    @cached_property
    def others(self) -> list[Fault]:
        """Faults that belong to no input of this form."""
        shown = {name for each in self.inputs for name in _names(each)}
        return [fault for fault in self.faults if self._name(fault) not in shown]

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """The messages of the faults by the input's name."""
        found: dict[str, tuple[str, ...]] = {}
        for fault in self.faults:
            name = self._name(fault)
            found[name] = (*found.get(name, ()), wrong(fault))
        return found

    def _name(self, fault: Fault) -> str:
        return self.prefix + _ENTRY.sub(r".\1", fault.path)

    def _record(self, fields: Mapping[str, Field], facts: object, prefix: str, depth: int) -> tuple[Input, ...]:
        held = facts if isinstance(facts, Mapping) else {}
        return tuple(
            self._input(each, held.get(name, each.default), prefix + name, depth) for name, each in fields.items()
        )

    def _input(self, each: Field, value: object, name: str, depth: int) -> Input:
        if each.is_list:
            return self._list(each, value, name, depth)
        return self._single(each, value, name, depth)

    def _list(self, each: Field, value: object, name: str, depth: int) -> Input:
        held = list(value) if isinstance(value, list | tuple) else []
        token = f"~{depth}"
        one = replace(each, type=each.element, required=False, most=None, default=None, example=None)
        one = replace(one, label=f"{each.label} ({_SEVERAL_LINES})") if each.type == "paragraphs" else one
        entries = tuple(
            replace(self._single(one, entry, f"{name}.{n}", depth + 1), position=n) for n, entry in enumerate(held)
        )
        return Input(
            each,
            name,
            "records" if each.fields else "lines",
            faults=self.by_name.get(name, ()),
            entries=entries,
            blank=self._single(one, None, f"{name}.{token}", depth + 1),
            spare=self._single(one, None, f"{name}.{len(held)}", depth + 1),
            token=token,
        )

    def _single(self, each: Field, value: object, name: str, depth: int) -> Input:
        faults = self.by_name.get(name, ())
        if each.fields:
            inputs = self._record(each.fields, value, f"{name}.", depth)
            return Input(each, name, "record", faults=faults, inputs=inputs)
        shown = _shown(each, value)
        return Input(each, name, _widget(each, shown), value=shown, on=value is True, faults=faults)


def read(fields: Mapping[str, Field], posted: Mapping[str, str], prefix: str = "") -> Facts:
    """What was typed, as plain facts (see the module); names that are no field of the form are passed over."""
    tree: dict[str, Any] = {}
    for name in posted:
        if name.startswith(prefix):
            _plant(tree, name.removeprefix(prefix).split("."), posted[name])
    return _read_record(fields, tree)


def tidy(fields: Mapping[str, Field], facts: Mapping[str, Any]) -> Facts:
    """``facts`` as ``read`` would give them back from a form that shows them."""
    kept = {name: _tidied(each, facts[name]) for name, each in fields.items() if facts.get(name) is not None}
    return {name: value for name, value in kept.items() if not _says_nothing(fields[name], value)}


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        below = tree.setdefault(part, {})
        if not isinstance(below, dict):
            return
        tree = below
    tree.setdefault(path[-1], value)


def _read_record(fields: Mapping[str, Field], tree: Mapping[str, Any]) -> Facts:
    found = {name: _read(each, tree[name]) for name, each in fields.items() if name in tree}
    return {name: value for name, value in found.items() if not _says_nothing(fields[name], value)}


def _read(each: Field, node: object) -> object:
    if each.is_list:
        entries = [_read_single(each, one) for one in node.values()] if isinstance(node, dict) else []
        return [one for one in entries if not _is_blank(each, one)]
    return _read_single(each, node)


def _read_single(each: Field, node: object) -> object:
    if each.fields:
        return _read_record(each.fields, node) if isinstance(node, dict) else {}
    return _typed(each, node if isinstance(node, str) else "")


def _typed(each: Field, text: str) -> object:
    """The plain value of what was typed; what cannot be read stays as it is."""
    text = clean(text).strip()
    if each.element == "bool":
        return text == "on"
    if each.element == "image":
        return text if _PICTURE.fullmatch(text) else ""
    if not text or each.element in ("text", "code", "choice"):
        return text
    try:
        return _READ[each.element](text)
    except (FactsRefused, ValueError):
        return text


def _whole(text: str) -> int:
    digits = to_arabic_digits(text).replace(",", "").strip()
    if len(digits) > 18 or not digits.removeprefix("-").isdecimal():
        raise ValueError(text)
    return int(digits)


_READ: dict[str, Callable[[str], object]] = {
    "date": lambda text: parse_date(text).isoformat(),
    "year": lambda text: int(BE.parse(text)),
    "int": _whole,
}


def _tidied(each: Field, value: object) -> object:
    if each.is_list:
        held = value if isinstance(value, list | tuple) else []
        tidied = [_tidied_single(each, one) for one in held]
        return [one for one in tidied if not _is_blank(each, one)]
    return _tidied_single(each, value)


def _tidied_single(each: Field, value: object) -> object:
    if each.fields:
        return tidy(each.fields, value) if isinstance(value, Mapping) else {}
    if each.element == "bool":
        return value is True
    return _typed(each, str(int(value)) if isinstance(value, BE) else str(value))


def _says_nothing(each: Field, value: object) -> bool:
    """Whether leaving the value out says the same: it is the default, or blank where nothing stands by default."""
    if value is None or value == each.default:
        return True
    if each.element == "bool" and not each.is_list:
        return value is False and not each.default
    return value in ("", [], {}) and not each.default


def _is_blank(each: Field, entry: object) -> bool:
    """Whether an entry of a list holds nothing at all; a choice that has no empty one is never left empty."""
    if isinstance(entry, Mapping):
        always = {name for name, one in each.fields.items() if _never_empty(one)}
        return not set(entry) - always
    return entry in ("", None)


def _never_empty(each: Field) -> bool:
    return not each.is_list and (each.element == "bool" or (each.element == "choice" and "" not in each.choices))


def _shown(each: Field, value: object) -> str:
    """A scalar as its input shows it: dates, years and numbers in Thai."""
    if value is None or isinstance(value, bool | list | dict):
        return ""
    try:
        if each.element == "date" and value:
            return date_letter(parse_date(value))
        if each.element in ("year", "int") and value != "":
            return to_thai_digits(str(int(value) if isinstance(value, int | BE) else value))
    except FactsRefused:
        return str(value)
    return str(value)


def _widget(each: Field, shown: str) -> str:
    if each.element == "text" and (len(shown) > _LONG or "\n" in shown or _SEVERAL_LINES in each.label):
        return "area"
    return {"code": "text", "year": "text", "int": "number"}.get(each.element, each.element)


def _names(each: Input) -> Iterator[str]:
    yield each.name
    for one in (*each.inputs, *each.entries):
        yield from _names(one)
