"""The forms made from the catalogue: what they show, what they read back, faults beside their fields."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from docservice import engines
from docservice.web import factform
from docservice.web.factform import FactForm, Source


def _posted(form: FactForm) -> QueryDict:
    """What a browser would send back of the form as it stands."""
    return QueryDict(urlencode([pair for each in form.inputs for pair in _pairs(each)]))


def _pairs(each: factform.Input) -> list[tuple[str, str]]:
    if each.inputs or each.entries:
        return [pair for one in (*each.inputs, *each.entries) for pair in _pairs(one)]
    if each.widget in ("record", "records", "lines"):
        return []
    if each.widget == "bool":
        return [(each.name, "off"), *([(each.name, "on")] if each.on else [])]
    return [(each.name, each.value)]


@pytest.mark.parametrize("kind", sorted(engines.catalogue().kinds))
def test_what_a_form_shows_comes_back_the_same(kind: str) -> None:
    fields = engines.catalogue().kind(kind).fields
    shown = engines.catalogue().kind(kind).example()
    read = factform.read(fields, _posted(FactForm(fields, shown)))
    assert read == factform.tidy(fields, shown)
    assert not engines.catalogue().kind(kind).faults(read)


@pytest.mark.parametrize("kind", sorted(engines.catalogue().kinds))
def test_every_input_of_a_form_has_its_label(kind: str) -> None:
    form = FactForm(engines.catalogue().kind(kind).fields, engines.catalogue().kind(kind).example())
    page = render_to_string("factform/form.html", {"form": form})
    ids = re.findall(r'<(?:input(?! type="hidden")|textarea|select)[^>]* id="([^"]+)"', page)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    inside = set(re.findall(r'<label class="choice"><input type="checkbox" id="([^"]+)"', page))
    assert ids
    assert set(ids) <= labelled | inside


def _letter(**changes: str) -> dict[str, Any]:
    return factform.read(engines.catalogue().kind("letter").fields, QueryDict(urlencode(changes)))


@pytest.mark.parametrize("typed", ["๑๑ ม.ค. ๒๕๖๒", "11/01/2562", "2019-01-11", "๑๑ มกราคม พ.ศ. ๒๕๖๒"])
def test_a_date_may_be_typed_in_any_thai_form(typed: str) -> None:
    assert _letter(date=typed) == {"date": "2019-01-11"}


def test_what_cannot_be_read_stays_as_typed_for_the_check_to_refuse() -> None:
    kind = engines.catalogue().kind("letter")
    facts = _letter(date="30/2/2562")
    form = FactForm(kind.fields, facts, kind.faults(facts))
    dated = next(each for each in form.inputs if each.name == "date")
    assert dated.value == "30/2/2562"
    assert "ไม่มีในปฏิทิน" in dated.faults[0]


def test_rows_come_in_the_order_of_the_page_and_blank_ones_fall_out() -> None:
    words = [("body.7", "ก่อน"), ("body.0", "  "), ("body.2", "หลัง")]
    kind = engines.catalogue().kind("letter")
    assert factform.read(kind.fields, QueryDict(urlencode(words))) == {"body": ["ก่อน", "หลัง"]}


def test_a_fault_in_a_row_stands_beside_that_row() -> None:
    kind = engines.catalogue().kind("order")
    facts = {**kind.example(), "members": [{"post": "ปลัดจังหวัด", "role": "กรรมการ"}, {"post": "เกษตรจังหวัด"}]}
    form = FactForm(kind.fields, facts, kind.faults(facts))
    assert form.by_name.keys() == {"members.1.role"}
    page = render_to_string("factform/form.html", {"form": form})
    assert re.search(r'id="f-members\.1\.role-said"><p class="fault">', page)
    assert not form.others


def test_an_emptied_default_means_print_nothing_and_an_untouched_one_is_left_out() -> None:
    assert _letter(farewell="") == {"farewell": ""}
    assert _letter(farewell="ขอแสดงความนับถือ") == {}


def test_a_picture_can_only_be_the_one_shown_never_a_path() -> None:
    assert _letter(emblem="/etc/passwd") == {}
    assert _letter(emblem="asset:" + "a" * 64) == {"emblem": "asset:" + "a" * 64}


@pytest.mark.parametrize(
    "words",
    [
        {"signer": "x"},
        {"signer.name.more": "x"},
        {"body": "x"},
        {"nothing": "x"},
        {".".join("a" * 500): "x"},
        {"body.x.y": "z"},
        {"__proto__": "x"},
    ],
)
def test_names_that_are_no_field_break_nothing(words: dict[str, str]) -> None:
    assert not any(_letter(**words).get(name) for name in words)


def test_control_characters_are_taken_out_and_html_is_only_text() -> None:
    assert _letter(subject="เรื่อง\x00\x07 <script>alert(1)</script>") == {"subject": "เรื่อง <script>alert(1)</script>"}
    form = FactForm(engines.catalogue().kind("letter").fields, {"subject": "</textarea><script>"})
    assert "<script>" not in render_to_string("factform/form.html", {"form": form})


def test_a_value_says_where_it_came_from() -> None:
    fields = engines.catalogue().kind("letter").fields
    form = FactForm(fields, {}, sources={"signer": Source("ตั้งค่า › ผู้ลงนาม", "/2562/setup/")}, prefix="one.")
    page = render_to_string("factform/form.html", {"form": form})
    assert 'จาก <a href="/2562/setup/">ตั้งค่า › ผู้ลงนาม</a>' in page
    assert 'name="one.signer.name"' in page
