"""Facts to try templates with: every kind has plain, bare and extreme ones, and its own check takes them all."""

from __future__ import annotations

from typing import Any

import pytest

from docservice import engines
from docservice.catalogue import Kind, samples

KINDS = [(kind, variant) for kind in engines.catalogue().kinds.values() for variant in kind.variants or ("",)]


@pytest.mark.parametrize(("kind", "variant"), KINDS, ids=[f"{kind.code}-{variant}" for kind, variant in KINDS])
@pytest.mark.parametrize("facts", [samples.plain, samples.bare, samples.extreme])
def test_the_facts_are_such_as_the_kind_takes(facts: Any, kind: Kind, variant: str) -> None:
    made = facts(kind, variant)
    assert kind.faults(made) == ()
    assert (kind.variant(made) or "") == variant


def test_a_committee_of_the_extreme_has_300_rows_and_long_names() -> None:
    order = samples.extreme(engines.catalogue().kind("order"))
    members: Any = order["members"]
    assert len(members) == 300
    assert len(str(order["subject"])) > 150
    register: Any = samples.extreme(engines.catalogue().kind("register-passed"))
    assert len(register["rows"]) == 300
    assert len(register["rows"][0]["name"]) > 50


def test_the_bare_facts_leave_every_optional_field_empty() -> None:
    kind = engines.catalogue().kind("letter")
    typed: Any = kind.check(samples.bare(kind))
    assert (typed["enclosures"], typed["items"], typed["farewell"], typed["signer"]["mode"]) == ([], [], "", "")
