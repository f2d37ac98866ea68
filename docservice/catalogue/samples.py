"""Facts to try a template with: plain ones, the most extreme that an office could enter, and no more than must be."""

from __future__ import annotations

from collections.abc import Mapping

from docservice.catalogue.fields import Field
from docservice.catalogue.kinds import Kind

ROWS = 300
"""Rows of a list that people fill: a committee, a register."""
_LONG_LISTS = {"member", "register_row", "list_entry", "number_row"}
_SHORT_LIST = 40
_PARAGRAPHS = 30
_ON_ONE_PAGE = 3
_OUTER = 6
"""Entries of a list whose entries hold lists themselves."""
_TITLES = ("นาย", "นาง")
_LONG_NAME = "นางสาวพิมพ์พิศุทธิ์ลักษณ์ ณ ตัวอย่างวัฒนกุลไพศาลเจริญศิริ"
_MORE = "และงานอื่นที่เกี่ยวข้องตามที่จังหวัดมอบหมาย"
_AS_THEY_ARE = {"number", "serial", "value", "text", "phone", "qr", "province"}
"""Texts that are never long, by the name of their field."""


def plain(kind: Kind, variant: str = "") -> dict[str, object]:
    """The example of the catalogue, of ``variant`` where the kind has variants."""
    return _of_variant(kind, variant, kind.example())


def bare(kind: Kind, variant: str = "") -> dict[str, object]:
    """Only what is required, at any depth: every optional field is empty."""
    return _of_variant(kind, variant, _required(kind.fields, kind.example()))


def extreme(kind: Kind, variant: str = "") -> dict[str, object]:
    """The longest names and texts, lists of 300 rows, everything optional given."""
    facts = {name: _longest(each) for name, each in kind.fields.items()}
    facts = {name: value for name, value in facts.items() if value is not None}
    if kind.pages:  # a paper of so many pages has no room for lists
        facts = {name: value[:_ON_ONE_PAGE] if isinstance(value, list) else value for name, value in facts.items()}
    for path, model in kind.as_long.items():
        wanted = facts[model]
        _set_length(facts, path.split("."), len(wanted) if isinstance(wanted, list) else 0)
    return _of_variant(kind, variant, facts)


def _of_variant(kind: Kind, variant: str, facts: dict[str, object]) -> dict[str, object]:
    return {**facts, kind.variant_field: variant} if kind.variant_field and variant else facts


def _required(fields: Mapping[str, Field], facts: Mapping[str, object]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in facts.items():
        each = fields[name]
        if not each.required:
            if each.default is not None:  # emptied on purpose, or the default would be printed
                kept[name] = [] if each.is_list else "" if each.element in ("text", "code") else each.default
            continue
        kept[name] = _inside(each, value)
    return kept


def _inside(each: Field, value: object) -> object:
    if isinstance(value, list) and each.fields:
        return [_required(each.fields, one) for one in value]
    return _required(each.fields, value) if isinstance(value, Mapping) and each.fields else value


def _longest(each: Field, inner: int | None = None) -> object:
    """The longest value of a field; ``inner``: how many entries a list inside a list has."""
    if each.is_list:
        return _long_list(each, inner)
    if each.fields:
        return {name: value for name, one in each.fields.items() if (value := _longest(one)) is not None}
    if each.choices:
        return max(each.choices, key=len)
    if each.element == "int":
        return 99_999
    if each.element == "text":
        return _long_text(each, 3)
    return each.example


def _long_list(each: Field, inner: int | None) -> list[object]:
    if not each.fields:
        example = each.example[0] if isinstance(each.example, list) and each.example else each.label
        return [_lengthened(str(example), 2)] * min(each.most or _PARAGRAPHS, _PARAGRAPHS)
    nested = any(one.is_list and one.element in _LONG_LISTS for one in each.fields.values())
    rows = ROWS if each.element in _LONG_LISTS else _OUTER if nested else _SHORT_LIST
    rows = min(each.most or rows, rows if inner is None else inner)
    within = ROWS // _OUTER if nested else _OUTER
    entry = {name: _longest(one, within if one.is_list else None) for name, one in each.fields.items()}
    return [{name: value for name, value in entry.items() if value is not None} for _ in range(rows)]


def _long_text(each: Field, times: int) -> str:
    example = str(each.example or "")
    if each.name in _AS_THEY_ARE:
        return example or each.short_label
    if example.startswith(_TITLES):
        return _LONG_NAME
    return _lengthened(example or each.short_label, times)


def _lengthened(text: str, times: int) -> str:
    wanted = min(max(60, times * len(text)), 400)
    while len(text) < wanted:
        text = f"{text} {_MORE}"
    return text


def _set_length(facts: object, path: list[str], length: int) -> None:
    """Cut or repeat every list that ``path`` leads to, so that it has ``length`` entries."""
    if isinstance(facts, list):
        for one in facts:
            _set_length(one, path, length)
    elif isinstance(facts, dict) and path[0] in facts:
        held = facts[path[0]]
        if len(path) > 1:
            _set_length(held, path[1:], length)
        elif isinstance(held, list) and held:
            facts[path[0]] = [held[0]] * length


def described(each: Field) -> str:
    """An example of a field in one line, as a person would type it."""
    return _told(each.sample())


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return " · ".join(text for one in value.values() if (text := _told(one)))
    if isinstance(value, list):
        return " / ".join(_told(one) for one in value)
    return "" if value is None else str(value)
