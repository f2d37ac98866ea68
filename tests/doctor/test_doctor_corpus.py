"""Every broken template of the corpus: its fault is found, at its place, and nothing else is."""

from __future__ import annotations

import pytest
from doctor.clinic import KINDS, At, kind, where
from doctor.ill import Ill
from doctor.ill_looks import FILES, LOOKS
from doctor.ill_statements import NAMES, STATEMENTS
from doctor.ill_tags import BRACES, MANGLED

from docservice.render import doctor

ALL = (*BRACES, *MANGLED, *STATEMENTS, *NAMES, *LOOKS, *FILES)


@pytest.mark.parametrize("ill", ALL, ids=[ill.name for ill in ALL])
def test_the_one_fault_is_found_at_its_place(ill: Ill) -> None:
    data = ill.data()
    found = doctor.examine(data, kind(ill.kind), KINDS).faults
    assert {fault.code for fault in found} == {ill.code}, [fault.line() for fault in found]
    place = found[0].place
    if ill.words:
        assert At(place.part, place.paragraph, place.table, place.row, place.cell) == where(data, ill.words)


def test_the_corpus_is_large_and_its_names_are_its_own() -> None:
    assert len({ill.name for ill in ALL}) == len(ALL) >= 60
