"""No false alarm: the stock templates, and what the three word processors and careful clerks make of them."""

from __future__ import annotations

import pytest
from doctor.clinic import KINDS, kind, stock
from doctor.well import ALL, Well

from docservice.render import doctor

STOCK = [(one.code, variant) for one in KINDS for variant in one.variants or ("",)]


@pytest.mark.parametrize(("code", "variant"), STOCK)
def test_a_stock_template_is_clean(code: str, variant: str) -> None:
    assert doctor.examine(stock(code, variant), kind(code), KINDS).faults == ()


@pytest.mark.parametrize("well", ALL, ids=[well.name for well in ALL])
def test_a_valid_variation_is_clean(well: Well) -> None:
    found = doctor.examine(well.data(), kind(well.kind), KINDS).faults
    assert [fault.line() for fault in found] == []


def test_the_kind_of_a_template_is_guessed_from_its_fields() -> None:
    assert doctor.examine(stock("letter"), None, KINDS).kind == "letter"
    assert doctor.examine(stock("certificate"), None, KINDS).kind == "certificate"
