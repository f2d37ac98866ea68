"""Tests of docservice.catalogue: every shipped kind against its own example."""

from __future__ import annotations

import copy
import json
import pickle
import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest

from docservice.catalogue import Catalogue, Field, Kind
from docservice.errors import FactsRefused, NotFound

SHIPPED = Catalogue.parse(tomllib.loads(resources.files("templates_th").joinpath("catalogue.toml").read_text("utf-8")))
KINDS = sorted(SHIPPED.kinds)
REQUIRED = [(code, name) for code in KINDS for name, field in SHIPPED.kinds[code].fields.items() if field.required]
OPTIONAL = [(code, name) for code in KINDS for name, field in SHIPPED.kinds[code].fields.items() if not field.required]


def refused(kind: Kind, facts: dict[str, object]) -> FactsRefused:
    """The error ``kind`` answers ``facts`` with."""
    with pytest.raises(FactsRefused) as caught:
        kind.check(facts)
    return caught.value


# ----------------------------------------------------------------------------------------------------- shipped kinds
@pytest.mark.parametrize("code", KINDS)
def test_an_example_passes_its_own_check_with_every_field_present(code: str) -> None:
    kind = SHIPPED.kind(code)
    typed = kind.check(kind.example())
    assert list(typed) == list(kind.fields)
    assert None not in typed.values()


@pytest.mark.parametrize("code", KINDS)
def test_checking_checked_facts_changes_nothing(code: str) -> None:
    kind = SHIPPED.kind(code)
    typed = kind.check(kind.example())
    assert kind.check(typed) == typed


@pytest.mark.parametrize("code", KINDS)
def test_an_example_survives_json_and_toml(code: str) -> None:
    example = SHIPPED.kind(code).example()
    assert json.loads(json.dumps(example, ensure_ascii=False)) == example
    # One field a line, each value inline: what an office would type.
    toml = "\n".join(f"{name} = {_toml(value)}" for name, value in example.items())
    assert tomllib.loads(toml) == example


@pytest.mark.parametrize("code", KINDS)
def test_an_example_is_a_fresh_copy(code: str) -> None:
    kind = SHIPPED.kind(code)
    before = copy.deepcopy(kind.example())
    for value in kind.example().values():
        if isinstance(value, list):
            value.clear()
    assert kind.example() == before


@pytest.mark.parametrize(("code", "name"), REQUIRED)
def test_a_missing_required_field_is_refused_by_name(code: str, name: str) -> None:
    kind = SHIPPED.kind(code)
    facts = {key: value for key, value in kind.example().items() if key != name}
    error = refused(kind, facts)
    assert f"({name})" in error.message
    assert kind.fields[name].short_label in error.message
    assert [fault.path for fault in kind.faults(facts)] == [name]
    assert name in error.english


@pytest.mark.parametrize(("code", "name"), OPTIONAL)
def test_an_absent_optional_field_is_present_and_never_none(code: str, name: str) -> None:
    kind = SHIPPED.kind(code)
    facts = {key: value for key, value in kind.example().items() if key != name}
    field = kind.fields[name]
    expected = field.default if field.default is not None else [] if field.is_list else ""
    assert kind.check(facts)[name] == expected
    assert kind.check({**facts, name: None})[name] == expected


@pytest.mark.parametrize("code", KINDS)
def test_an_unknown_field_is_refused_by_name(code: str) -> None:
    kind = SHIPPED.kind(code)
    assert "(zzz)" in refused(kind, {**kind.example(), "zzz": 1}).message


@pytest.mark.parametrize("code", KINDS)
def test_a_missing_field_is_found_wherever_it_is_nested(code: str) -> None:
    kind = SHIPPED.kind(code)
    for path, facts in _without_each_nested_field(kind):
        assert [fault.path for fault in kind.faults(facts)] == [path]


@pytest.mark.parametrize("code", KINDS)
def test_a_file_name_begins_with_the_kind_and_has_arabic_digits(code: str) -> None:
    name = SHIPPED.kind(code).file_name(SHIPPED.kind(code).example())
    assert name.startswith(code)
    assert len(name.encode()) <= 120
    assert not set(name) & set("๐๑๒๓๔๕๖๗๘๙/")


@pytest.mark.parametrize(
    ("code", "title", "file_name"),
    [
        (
            "letter",
            "หนังสือภายนอก ที่ ฉช ๐๐๑๙/ว ๑๖๙ เรื่อง การดำเนินงานตามระบบมาตรฐานการพัฒนาชุมชน (มชช.) ประจำปี ๒๕๖๒",
            "letter-ฉช 0019-ว 169",
        ),
        (
            "order",
            "คำสั่งจังหวัดฉะเชิงเทรา ที่ ๑๒/๒๕๖๒ เรื่อง แต่งตั้งคณะกรรมการรับรองมาตรฐานการพัฒนาชุมชนจังหวัดฉะเชิงเทรา",
            "order-12",
        ),
        ("certificate", "ใบประกาศเกียรติคุณ เลขที่ ๑/๒๕๖๒ นายตัวอย่าง ใจดี", "certificate-1-2562 นายตัวอย่าง ใจดี"),
        ("guideline", "แนวทางการดำเนินงาน จังหวัดฉะเชิงเทรา พ.ศ. ๒๕๖๒", "guideline-ฉะเชิงเทรา 2562"),
    ],
)
def test_a_paper_is_called_by_its_number_subject_or_recipient(code: str, title: str, file_name: str) -> None:
    kind = SHIPPED.kind(code)
    assert kind.title(kind.example()) == title
    assert kind.file_name(kind.example()) == file_name


def test_an_order_without_its_number_is_named_by_its_subject() -> None:
    order = SHIPPED.kind("order")
    facts = {**order.example(), "number": ""}
    assert order.file_name(facts).startswith("order-แต่งตั้ง")
    assert "ที่ ๑๒" not in order.title(facts)


def test_the_variant_comes_from_its_field() -> None:
    form = SHIPPED.kind("application-form")
    assert form.variants == ("leader", "organisation", "network", "community")
    assert form.variant({**form.example(), "group_code": "network"}) == "network"
    assert SHIPPED.kind("letter").variant(SHIPPED.kind("letter").example()) is None


def test_an_unknown_variant_is_refused_with_the_known_ones() -> None:
    form = SHIPPED.kind("application-form")
    error = refused(form, {**form.example(), "group_code": "village"})
    assert "group_code" in error.message
    assert "organisation" in error.message


@pytest.mark.parametrize(("asked", "nearest"), [("ordr", "order"), ("คำสั่ง", "order"), ("certficate", "certificate")])
def test_an_unknown_kind_names_the_nearest(asked: str, nearest: str) -> None:
    with pytest.raises(NotFound, match=nearest) as caught:
        SHIPPED.kind(asked)
    assert nearest in caught.value.english


def test_kinds_survive_a_trip_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(SHIPPED)) == SHIPPED  # noqa: S301 - our own bytes
    assert len({SHIPPED.kind(code) for code in KINDS}) == len(KINDS)


# ------------------------------------------------------------------------------------------------------------- the rest
def _toml(value: object) -> str:
    """``value`` as one inline TOML value; JSON's strings, numbers and booleans are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _without_each_nested_field(kind: Kind) -> Iterator[tuple[str, dict[str, object]]]:
    """Each required field below the first level: its path, and the example facts without it."""
    for name, field in kind.fields.items():
        for below, lean in _lacking(field, kind.example().get(name)):
            yield f"{name}{below}", {**kind.example(), name: lean}


def _lacking(field: Field, value: object) -> Iterator[tuple[str, object]]:
    if field.is_list and isinstance(value, list) and field.fields and value:
        for below, lean in _record_lacking(field, value[-1]):
            yield f"[{len(value) - 1}]{below}", [*value[:-1], lean]
    elif isinstance(value, dict):
        yield from _record_lacking(field, value)


def _record_lacking(field: Field, record: dict[str, object]) -> Iterator[tuple[str, object]]:
    for name, inner in field.fields.items():
        if inner.required:
            yield f".{name}", {key: each for key, each in record.items() if key != name}
        for below, lean in _lacking(inner, record.get(name)):
            yield f".{name}{below}", {**record, name: lean}
