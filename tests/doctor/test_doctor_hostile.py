"""Files that are no templates, or mean harm: one sentence each, and never a crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from doctor.clinic import KINDS, kind, stock
from doctor.hostile import FOREIGN, HEAVY, many_runs

from docservice.errors import TemplateRefused
from docservice.render import doctor

CASES = [(code, number) for code, files in FOREIGN.items() for number in range(len(files))]


@pytest.mark.parametrize(("code", "number"), CASES)
def test_what_is_no_template_is_said_in_one_sentence(code: str, number: int) -> None:
    report = doctor.examine(FOREIGN[code][number](), kind("order"), KINDS)
    assert [fault.code for fault in report.faults] == [code]
    assert not report.usable


@pytest.mark.parametrize("make", HEAVY.values(), ids=HEAVY)
def test_a_hostile_template_gets_its_faults_comments_and_mends(make: Callable[[], bytes]) -> None:
    data = make()
    report = doctor.examine(data, kind("order"), KINDS)
    doctor.mend(data, KINDS)
    assert doctor.comments(data, report)


def test_a_paragraph_of_a_hundred_thousand_runs_is_read() -> None:
    codes = [fault.code for fault in doctor.examine(many_runs(), kind("order"), KINDS).faults]
    assert "unknown-field" in codes


def test_a_template_for_another_kind_is_said_in_one_sentence() -> None:
    report = doctor.examine(stock("letter"), kind("order"), KINDS)
    assert [fault.code for fault in report.faults] == ["wrong-kind"]
    assert "หนังสือภายนอก" in report.faults[0].message


def test_comments_cannot_be_put_into_what_is_no_word_file() -> None:
    report = doctor.examine(b"%PDF-1.7", kind("order"), KINDS)
    with pytest.raises(TemplateRefused, match="PDF"):
        doctor.comments(b"%PDF-1.7", report)
