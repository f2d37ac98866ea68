"""What goes wrong while a real paper is made is told at its place, in the words of the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctor.clinic import KINDS, edited, kind, stock
from doctor.ill import ROLE

from docservice.errors import TemplateRefused
from docservice.render import doctor
from docservice.render.template import Template, fill

UNEVEN = edited(stock("order"), (ROLE, "{{ ROLE }}{{ 10 // (members|length - 4) }}".replace("ROLE", "member.role")))


def test_a_fault_of_the_facts_is_told_with_table_row_and_cell(tmp_path: Path) -> None:
    path = tmp_path / "order" / "own.docx"
    path.parent.mkdir()
    path.write_bytes(UNEVEN)
    template = Template.load(path, kind("order"))
    facts = kind("order").example() | {"members": [{"post": "ก", "role": "ข"}] * 4}
    context = kind("order").check(facts)
    with pytest.raises(TemplateRefused) as caught:
        fill(template, context)
    told = doctor.located(caught.value, template.name, template.data, context)
    assert "ตารางที่ ๑ แถวที่ ๒ ช่องที่ ๒" in told.message
    assert "⟦{{ 10 // (members|length - 4) }}⟧" in told.message


def test_a_template_that_cannot_be_loaded_is_refused_with_all_its_places(tmp_path: Path) -> None:
    path = tmp_path / "order" / "own.docx"
    path.parent.mkdir()
    path.write_bytes(edited(stock("order"), (ROLE, "{{ member.role"), ("{{ subject }}", "{{ subjct }}")))
    with pytest.raises(TemplateRefused) as caught:
        Template.load(path, kind("order"))
    told = doctor.explained(caught.value, "order/own.docx", path.read_bytes(), kind("order"))
    assert "แถวที่ ๒ ช่องที่ ๒" in told.message
    assert "หมายถึง subject" in told.message or "subjct" in told.message


def test_a_fault_with_the_example_facts_is_found_by_the_check() -> None:
    data = edited(stock("order"), (ROLE, ROLE + "{{ 1 // (members|length - 3) }}"))
    assert [one.code for one in doctor.examine(data, kind("order"), KINDS).faults] == ["render-fault"]
