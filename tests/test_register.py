"""The year's rows: settings, applicants and results, each entry whole and with its event."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from office_year import entered_year, entry, settings

from docservice import audit, register
from docservice.errors import InputRefused, NotFound
from docservice.models import Applicant, Event, Year
from docservice.thai import BE

pytestmark = pytest.mark.django_db


def test_entering_a_year_keeps_its_settings_and_tells_of_it() -> None:
    assert register.enter_year(settings(), actor="สมศรี") is True

    assert register.year(BE(2562)).province == "ฉะเชิงเทรา"
    event = Event.objects.get()
    assert (event.actor, event.verb, event.subject) == ("สมศรี", "year.entered", "2562/24")


def test_entering_the_same_year_again_changes_nothing() -> None:
    register.enter_year(settings(), actor="tester")

    assert register.enter_year(settings(), actor="tester") is False
    assert (Year.objects.count(), Event.objects.count()) == (1, 1)


def test_entering_a_changed_year_replaces_its_settings() -> None:
    register.enter_year(settings(), actor="tester")

    assert register.enter_year(settings(deadline="2019-03-01"), actor="tester") is True
    assert register.year(BE(2562)).deadline.month == 3
    assert Year.objects.count() == 1


def test_a_faulty_year_is_refused_and_not_kept() -> None:
    with pytest.raises(InputRefused):
        register.enter_year(settings(districts=[]), actor="tester")

    assert not Year.objects.exists()
    assert not Event.objects.exists()


def test_a_year_nobody_entered_is_not_found_and_the_remedy_says_how_to_enter_it() -> None:
    with pytest.raises(NotFound, match="๒๕๖๓") as missing:
        register.year(BE(2563))

    assert "docservice import" in missing.value.remedy


def test_a_year_may_be_asked_for_by_province() -> None:
    entered_year()

    with pytest.raises(NotFound):
        register.year(BE(2562), "25")


def test_applicants_are_numbered_by_district_and_group_without_a_gap() -> None:
    year = entered_year()
    names = [("ก", "2401", "leader"), ("ข", "2401", "leader"), ("ค", "2402", "leader"), ("ง", "2401", "network")]

    register.enter_applicants(year, [entry(*name) for name in names], actor="tester")
    register.enter_applicants(year, [entry("จ")], actor="tester")

    assert [(a.name, a.dossier_key) for a in register.applicants(year)] == [
        ("ก", "2562/24/2401/leader-0001"),
        ("ข", "2562/24/2401/leader-0002"),
        ("จ", "2562/24/2401/leader-0003"),
        ("ง", "2562/24/2401/network-0001"),
        ("ค", "2562/24/2402/leader-0001"),
    ]


def test_a_known_applicant_keeps_the_number_when_details_change() -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("ก"), entry("ข")], actor="tester")

    assert register.enter_applicants(year, [entry("ข", place="หมู่ ๑"), entry("ก")], actor="tester") == (0, 1)
    assert [a.seq for a in register.applicants(year)] == [1, 2]


def test_when_one_applicant_cannot_be_entered_none_is() -> None:
    year = entered_year()
    broken = {**entry("ข"), "name": None}

    with pytest.raises(IntegrityError):
        register.enter_applicants(year, [entry("ก"), broken], actor="tester")  # type: ignore[list-item]

    assert not Applicant.objects.exists()
    assert Event.objects.count() == 1


def test_one_event_tells_of_one_import() -> None:
    year = entered_year()

    register.enter_applicants(year, [entry("ก"), entry("ข")], actor="tester")

    assert Event.objects.get(verb="applicants.entered").details == {"added": 2, "changed": 0}


def test_results_change_only_whom_they_name_and_are_counted_once() -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("ก"), entry("ข")], actor="tester")
    first = register.applicants(year)[0]

    assert register.enter_results(year, {first.pk: ("passed", "87")}, actor="tester") == 1
    assert register.enter_results(year, {first.pk: ("passed", "87")}, actor="tester") == 0
    assert [a.result for a in register.applicants(year)] == ["passed", ""]
    assert Event.objects.filter(verb="results.entered").count() == 1


def test_completeness_is_noted_for_the_dossiers_own_applicant_only() -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("ก"), entry("ข"), entry("ค", "2402")], actor="tester")

    register.note_evidence("2562/24/2401/leader-0002", complete=False)

    assert [a.evidence_complete for a in register.applicants(year)] == [None, False, None]


def test_every_entry_stands_in_the_chain_of_events() -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("ก")], actor="tester")
    register.enter_results(year, {register.applicants(year)[0].pk: ("passed", "")}, actor="tester")

    assert audit.verify() == 3
