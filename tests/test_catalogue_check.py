"""Tests of docservice.catalogue: how facts are typed and faults told, and how a faulty catalogue is refused."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from importlib import resources

import pytest

from docservice.catalogue import Catalogue, Code, Kind
from docservice.errors import FactsRefused, InputRefused
from docservice.thai import BE

SHIPPED = Catalogue.parse(tomllib.loads(resources.files("templates_th").joinpath("catalogue.toml").read_text("utf-8")))


def small(**fields: dict[str, object]) -> Kind:
    """A kind of its own with ``fields``."""
    kind: dict[str, object] = {"label": "ทดสอบ", "edition": "1", "name": "x", "fields": fields}
    return Catalogue.parse({"kinds": {"test": kind}}).kind("test")


def refused(kind: Kind, facts: dict[str, object]) -> FactsRefused:
    """The error ``kind`` answers ``facts`` with."""
    with pytest.raises(FactsRefused) as caught:
        kind.check(facts)
    return caught.value


# -------------------------------------------------------------------------------------------------------------- faults
def test_all_faults_come_in_one_error_with_label_and_path() -> None:
    order = SHIPPED.kind("order")
    facts = order.example()
    del facts["issuer"]
    members: list[dict[str, object]] = [{"post": "ก", "role": "ข"} for _ in range(4)]
    members[3] = {"post": "ก", "rol": "ข"}
    facts |= {"year_be": 2019, "date": "2562-01-11", "sbject": "x", "members": members, "duties": "ข้อเดียว"}
    paths = [fault.path for fault in order.faults(facts)]
    assert paths == ["sbject", "issuer", "year_be", "members[3].rol", "members[3].role", "duties", "date"]
    error = refused(order, facts)
    assert all(f"({path})" in error.message and path in error.english for path in paths)
    assert "รายชื่อคณะ รายการที่ ๔ › หน้าที่ในคณะ" in error.message
    assert error.message.startswith("ข้อมูลของคำสั่งใช้ไม่ได้ ๗ แห่ง")


def test_a_christian_year_is_refused_with_its_buddhist_year() -> None:
    order = SHIPPED.kind("order")
    error = refused(order, {**order.example(), "year_be": 2019})
    assert "๒๕๖๒" in error.message
    assert "2562" in error.english


@pytest.mark.parametrize(("typed", "meant"), [("sbject", "subject"), ("เรื่อง", "subject"), ("signr", "signer")])
def test_an_unknown_field_names_the_one_that_was_meant(typed: str, meant: str) -> None:
    letter = SHIPPED.kind("letter")
    assert f"หมายถึง {meant}" in refused(letter, {**letter.example(), typed: "x"}).message


def test_a_wrong_choice_lists_the_choices_and_the_nearest() -> None:
    letter = SHIPPED.kind("letter")
    error = refused(letter, {**letter.example(), "speed": "ด่วนสุด"})
    assert "ด่วนมาก" in error.message
    assert "ใกล้เคียง: ด่วนที่สุด" in error.message


def test_a_long_list_of_faults_is_counted_in_full_and_shown_in_part() -> None:
    register = SHIPPED.kind("register-passed")
    rows: list[object] = [{}] * 100
    error = refused(register, {**register.example(), "rows": rows})
    assert "๔๐๐ แห่ง" in error.message
    assert "และอีก ๓๘๐ แห่ง" in error.message
    assert len(register.faults({**register.example(), "rows": rows})) == 400


def test_facts_that_are_no_table_are_refused() -> None:
    with pytest.raises(FactsRefused, match="กลุ่มข้อมูล"):
        SHIPPED.kind("letter").check(["x"])  # type: ignore[arg-type]  # what a JSON file may hold


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", None])
def test_a_blank_text_does_not_fill_a_required_field(blank: object) -> None:
    letter = SHIPPED.kind("letter")
    assert "(subject)" in refused(letter, {**letter.example(), "subject": blank}).message


@pytest.mark.parametrize("blank", [[], [""], ["  ", "\u200b"]])
def test_paragraphs_without_words_do_not_fill_a_required_field(blank: list[str]) -> None:
    letter = SHIPPED.kind("letter")
    assert "(body)" in refused(letter, {**letter.example(), "body": blank}).message


# --------------------------------------------------------------------------------------------------------------- types
@pytest.mark.parametrize(
    ("kind_of_value", "given", "typed"),
    [
        ("text", " น\u0e4d\u0e49า\u00a0ใจ ", "น้ำ ใจ"),
        ("text", "๑ บรรทัด\nอีกบรรทัด", "๑ บรรทัด\nอีกบรรทัด"),
        ("code", "a-1", "a-1"),
        ("int", 7, 7),
        ("int", "๑,๒๓๔", 1234),
        ("int", 0, 0),
        ("bool", False, False),
        ("date", "๑๑ มกราคม ๒๕๖๒", date(2019, 1, 11)),
        ("date", date(2019, 1, 11), date(2019, 1, 11)),
        ("date", datetime(2019, 1, 11, 8, 0), date(2019, 1, 11)),
        ("year", 2562, BE(2562)),
        ("year", "๒๕๖๒", BE(2562)),
        ("year", BE(2562), BE(2562)),
        ("image", "a/b.png", "a/b.png"),
        ("image", b"\x89PNG", b"\x89PNG"),
        ("paragraphs", ["ก", " ", "ข "], ["ก", "ข"]),
        ("list of int", [1, "๒"], [1, 2]),
    ],
)
def test_a_value_is_typed(kind_of_value: str, given: object, typed: object) -> None:
    kind = small(x={"type": kind_of_value, "label": "ก", "example": typed if kind_of_value != "year" else 2562})
    found = kind.check({"x": given})["x"]
    assert found == typed
    assert type(found) is (Code if kind_of_value == "code" else type(typed))


@pytest.mark.parametrize(
    ("kind_of_value", "given"),
    [
        ("text", 12),
        ("text", ["ก"]),
        ("code", 1),
        ("int", True),
        ("int", 1.5),
        ("int", "หนึ่ง"),
        ("int", "²"),
        ("bool", "ใช่"),
        ("bool", 1),
        ("date", 11),
        ("date", "31/2/2562"),
        ("year", "62"),
        ("year", True),
        ("image", 3),
        ("paragraphs", "ก"),
        ("paragraphs", ["ก", 1]),
        ("paragraphs", ["ก", None]),
    ],
)
def test_a_mistyped_value_is_refused_by_name(kind_of_value: str, given: object) -> None:
    kind = small(x={"type": kind_of_value, "label": "ช่องทดสอบ", "required": False})
    error = refused(kind, {"x": given})
    assert "ช่องทดสอบ" in error.message
    assert "(x" in error.message
    assert error.english


def test_codes_stay_distinguishable_from_text() -> None:
    certificate = SHIPPED.kind("certificate").check(SHIPPED.kind("certificate").example())
    assert isinstance(certificate["qr"], Code)
    assert not isinstance(certificate["recipient"], Code)
    assert certificate["qr"] == "docservice:2562/24/2401/leader-0001"


def test_nested_defaults_are_filled_in() -> None:
    form = SHIPPED.kind("application-form")
    checklist = form.check(form.example())["checklist"]
    assert checklist == [
        {"slot": "application", "title": "ใบสมัคร", "required": True},
        {"slot": "photo", "title": "รูปถ่าย ๑ รูป", "required": True},
    ]


def test_a_text_emptied_on_purpose_does_not_fall_back_to_its_default() -> None:
    order = SHIPPED.kind("order")
    assert order.check({**order.example(), "effective": ""})["effective"] == ""


def test_a_choice_that_may_not_be_empty_falls_back_to_its_default() -> None:
    certificate = SHIPPED.kind("certificate")
    assert certificate.check({**certificate.example(), "title": ""})["title"] == "ใบประกาศเกียรติคุณ"


# ---------------------------------------------------------------------------------------------------- faulty catalogues
GOOD = {"type": "text", "label": "ก", "example": "ก"}


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("kinds.test.fields.x", {"x": {**GOOD, "type": "txt"}}),
        ("kinds.test.fields.x.requierd", {"x": {**GOOD, "requierd": False}}),
        ("kinds.test.fields.x.required", {"x": {**GOOD, "required": "no"}}),
        ("kinds.test.fields.x.label", {"x": {"type": "text", "example": "ก"}}),
        ("kinds.test.fields.x", {"x": {"type": "text", "label": "ก"}}),
        ("kinds.test.fields.x", {"x": {"type": "choice", "label": "ก", "example": "ก"}}),
        ("kinds.test.fields.x", {"x": {"type": "choice", "label": "ก", "choices": ["ก"], "example": "ข"}}),
        ("kinds.test.fields.x", {"x": {"type": "year", "label": "ก", "example": 2019}}),
        ("kinds.test.fields.x", {"x": {"type": "int", "label": "ก", "required": False, "default": "ก"}}),
        ("kinds.test.fields.X", {"X": GOOD}),
        ("kinds.test.fields.x", {"x": "text"}),
    ],
)
def test_a_faulty_field_is_refused_with_its_place(place: str, fields: dict[str, dict[str, object]]) -> None:
    with pytest.raises(InputRefused) as caught:
        small(**fields)
    assert f"{place}:" in caught.value.message
    assert f"{place}:" in caught.value.english


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("kinds.test.name", {"name": "{nowhere}"}),
        ("kinds.test.variant", {"variants": ["a"]}),
        ("kinds.test.variant", {"variants": ["a"], "variant": "nowhere"}),
        ("kinds.test.editon", {"editon": "2"}),
        ("kinds.test.edition", {"edition": 2562}),
    ],
)
def test_a_faulty_kind_is_refused_with_its_place(place: str, change: dict[str, object]) -> None:
    kind = {"label": "ก", "edition": "1", "name": "{x}", "fields": {"x": GOOD}, **change}
    with pytest.raises(InputRefused) as caught:
        Catalogue.parse({"kinds": {"test": kind}})
    assert f"{place}:" in caught.value.message


def test_a_type_that_holds_itself_is_refused() -> None:
    holder = {"type": "list of node", "label": "ก", "required": False}
    types = {"node": {"label": "ก", "fields": {"below": holder}}}
    kind = {"label": "ก", "edition": "1", "name": "x", "fields": {"top": holder}}
    with pytest.raises(InputRefused, match="อ้างถึงตัวเอง"):
        Catalogue.parse({"types": types, "kinds": {"test": kind}})


def test_a_text_longer_than_any_name_is_refused_but_a_paragraph_may_be_long() -> None:
    kind = small(
        name={"type": "text", "label": "ชื่อ", "example": "ก"},
        body={"type": "paragraphs", "label": "ความ", "example": ["ก"]},
    )
    long = "ก" * 1001
    assert [fault.path for fault in kind.faults({"name": long, "body": [long]})] == ["name"]


def test_a_list_longer_than_its_place_on_the_page_is_refused() -> None:
    kind = small(names={"type": "paragraphs", "label": "ชื่อ", "most": 2, "example": ["ก"]})
    assert kind.faults({"names": ["ก", "ข"]}) == ()
    assert "มี ๓ รายการ เกิน ๒ รายการ" in refused(kind, {"names": ["ก", "ข", "ค"]}).message


def test_a_field_can_be_needed_only_with_another() -> None:
    kind = small(
        mode={"type": "text", "label": "แทน", "required": False},
        principal={"type": "text", "label": "ตำแหน่ง", "required": False, "needed_with": "mode"},
    )
    assert kind.faults({}) == ()
    assert [fault.path for fault in kind.faults({"mode": "แทน"})] == ["principal"]


@pytest.mark.parametrize("rule", [{"most": 2}, {"needed_with": "nobody"}])
def test_a_rule_that_cannot_hold_is_refused_in_the_catalogue(rule: dict[str, object]) -> None:
    with pytest.raises(InputRefused, match="name"):
        small(name={"type": "text", "label": "ชื่อ", "example": "ก", **rule})
