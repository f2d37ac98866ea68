"""No false alarm: the stock templates, and what the three word processors and careful clerks make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from doctor.clinic import KINDS, kind, stock
from doctor.well import ALL, Well

from docservice.render import doctor
from docservice.render.fonts import ALIASES
from docservice.render.template import Template, fill

STOCK = [(one.code, variant) for one in KINDS for variant in one.variants or ("",)]


@pytest.mark.parametrize(("code", "variant"), STOCK)
def test_a_stock_template_is_clean(code: str, variant: str) -> None:
    assert doctor.examine(stock(code, variant), kind(code), KINDS).faults == ()


@pytest.mark.parametrize("well", ALL, ids=[well.name for well in ALL])
def test_a_valid_variation_is_clean(well: Well) -> None:
    found = doctor.examine(well.data(), kind(well.kind), KINDS).faults
    assert [fault.line() for fault in found] == []


@pytest.mark.parametrize("well", ALL, ids=[well.name for well in ALL])
def test_a_paper_can_be_made_with_a_valid_variation(well: Well, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(well.data())
    template = Template.load(path, kind(well.kind))
    assert template.fonts <= set(ALIASES)
    assert fill(template, kind(well.kind).check(kind(well.kind).example()))


def test_the_kind_of_a_template_is_guessed_from_its_fields() -> None:
    assert doctor.examine(stock("letter"), None, KINDS).kind == "letter"
    assert doctor.examine(stock("certificate"), None, KINDS).kind == "certificate"
