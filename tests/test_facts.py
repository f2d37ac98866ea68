"""Facts for each kind of paper: what the year file and the applicants say, and nothing the catalogue would refuse."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from office_year import Unit, year

from docservice import engines, facts
from docservice.yearfile import YearFile

YEAR = year()
UNITS = [
    Unit(seq=1, name="นายประเสริฐ แสงตะวัน"),
    Unit(seq=2, name="นายสมศักดิ์ ใจมั่น", result="failed", evidence_complete=True),
    Unit(district="2402", group="organisation", seq=1, name="กลุ่มออมทรัพย์", evidence_complete=False),
]


def _first_certificate(year: YearFile) -> facts.Facts:
    return next(iter(facts.certificates(year, UNITS)))[1]


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("letter", facts.letter),
        ("order", lambda y: facts.orders(y)[0]),
        ("guideline", facts.guideline),
        ("application-form", lambda y: facts.application_form(y, "community")),
        ("register-applicants", lambda y: facts.register_applicants(y, y.districts[0], UNITS)),
        ("register-passed", lambda y: facts.register_passed(y, UNITS)),
        ("announcement", lambda y: facts.announcement(y, UNITS)),
        ("certificate", _first_certificate),
        ("report", lambda y: facts.report(y, UNITS)),
    ],
)
def test_the_catalogue_accepts_the_facts_of_every_kind(kind: str, make: Callable[[YearFile], facts.Facts]) -> None:
    engines.catalogue().kind(kind).check(make(YEAR))


def test_facts_can_be_kept_as_json() -> None:
    for made in (facts.letter(YEAR), facts.report(YEAR, UNITS), facts.guideline(YEAR), *facts.orders(YEAR)):
        assert json.loads(json.dumps(made)) == made


def test_a_districts_register_holds_its_own_applicants_only() -> None:
    rows = facts.register_applicants(YEAR, YEAR.districts[0], UNITS)["rows"]

    assert [row["name"] for row in rows] == ["นายประเสริฐ แสงตะวัน", "นายสมศักดิ์ ใจมั่น"]


@pytest.mark.parametrize(("complete", "remark"), [(True, "หลักฐานครบ"), (False, "หลักฐานไม่ครบ"), (None, "")])
def test_the_register_says_whether_the_evidence_is_complete(complete: bool | None, remark: str) -> None:
    rows = facts.register_applicants(YEAR, YEAR.districts[0], [Unit(evidence_complete=complete)])["rows"]

    assert rows[0]["remark"] == remark


def test_who_failed_is_neither_announced_nor_registered_as_passed_nor_given_a_certificate() -> None:
    announced = [e["name"] for g in facts.announcement(YEAR, UNITS)["list_groups"] for e in g["entries"]]
    registered = [row["name"] for row in facts.register_passed(YEAR, UNITS)["rows"]]
    honoured = [unit.name for unit, _ in facts.certificates(YEAR, UNITS)]

    assert announced == registered == honoured == ["นายประเสริฐ แสงตะวัน", "กลุ่มออมทรัพย์"]


def test_a_group_in_which_nobody_passed_is_left_out_of_the_announcement() -> None:
    assert [g["name"] for g in facts.announcement(YEAR, UNITS)["list_groups"]] == ["ผู้นำชุมชน", "กลุ่ม/องค์กรชุมชน"]


def test_the_announcement_counts_in_thai_digits() -> None:
    assert "จำนวน ๓ หน่วยนับ ใน ๑๑ อำเภอ" in facts.announcement(YEAR, UNITS)["body"][0]
    assert "จำนวน ๒ หน่วยนับ" in facts.announcement(YEAR, UNITS)["body"][0]


def test_certificates_are_numbered_from_the_years_first_serial_without_a_gap() -> None:
    continued = year(certificate={**YEAR.settings["certificate"], "first_serial": "๘๗"})

    assert [made["serial"] for _, made in facts.certificates(continued, UNITS)] == ["๘๗/๒๕๖๒", "๘๘/๒๕๖๒"]


def test_a_certificate_names_recipient_place_group_and_its_dossier() -> None:
    made = _first_certificate(YEAR)

    assert made["recipient"] == "นายประเสริฐ แสงตะวัน"
    assert made["recipient_detail"] == "หมู่ที่ ๓ อำเภอเมืองฉะเชิงเทรา จังหวัดฉะเชิงเทรา"
    assert "ผู้นำชุมชน" in made["achievement"][0]
    assert made["qr"] == "docservice:2562/24/2401/leader-0001"


def test_the_reports_table_has_every_district_and_adds_up() -> None:
    made = facts.report(YEAR, UNITS)

    assert len(made["rows"]) == 11
    assert made["totals"]["applied"] == sum(row["applied"] for row in made["rows"]) == 3
    assert made["totals"]["passed"] == sum(row["passed"] for row in made["rows"]) == 2
    for row in (*made["rows"], made["totals"]):
        assert row["applied"] == sum(cell["applied"] for cell in row["counts"])
        assert len(row["counts"]) == len(made["group_names"])


def test_an_applicants_number_is_district_initial_of_the_group_and_running_number_in_thai_digits() -> None:
    assert facts.applicant_number(YEAR, UNITS[2]) == "๒๔๐๒-ก-๐๐๑"
    assert facts.applicant_number(YEAR, Unit(group="network", seq=12)) == "๒๔๐๑-ค-๐๑๒"


def test_a_group_named_in_latin_letters_still_gets_a_number() -> None:
    groups = [{"code": "otop", "name": "OTOP", "checklist": []}]

    assert facts.applicant_number(year(groups=groups), Unit(group="otop")) == "2401-O-001"


def test_the_offices_emblem_goes_on_the_papers_that_carry_one() -> None:
    with_emblem = year(emblem="ตรา.png")

    assert facts.letter(with_emblem)["emblem"] == "ตรา.png"
    assert "emblem" not in facts.letter(YEAR)
