"""Who sees which rows and may do what: role by action, own and other district, year."""

from __future__ import annotations

import pytest

from docservice import access
from docservice.errors import Forbidden, NotFound
from docservice.models import Account, Applicant, Event, Job

pytestmark = pytest.mark.django_db

ACTIONS = (
    "see", "request", "request-district", "enter", "evidence", "hand-over", "set-up", "number", "withdraw",
    "archive", "templates", "events", "people", "dispose",
)  # fmt: skip
TABLE = {
    Account.STAFF: "see request request-district enter evidence hand-over set-up number withdraw archive templates"
    " dispose",
    Account.DISTRICT: "see request-district enter evidence hand-over",
    Account.AUDITOR: "archive events",
    Account.ADMINISTRATOR: " ".join(ACTIONS),
}


def person(role: str, **details: object) -> Account:
    return Account.objects.create(username=f"{role}{details}", role=role, **details)


def applicants() -> None:
    for year in (2561, 2562):
        for district in ("2401", "2402"):
            Applicant.objects.create(
                year_be=year, province="24", district=district, group="leader", seq=1, name=f"{year}{district}"
            )


@pytest.mark.parametrize("role", TABLE)
@pytest.mark.parametrize("action", ACTIONS)
def test_the_table_of_roles_and_actions(role: str, action: access.Action) -> None:
    allowed = action in TABLE[role].split()
    assert access.may(person(role, districts=["2401"]), action) is allowed


@pytest.mark.parametrize("action", ["see", "enter", "evidence", "hand-over"])
def test_a_district_officer_acts_in_the_own_district_only(action: access.Action) -> None:
    officer = person(Account.DISTRICT, districts=["2401"])
    access.require(officer, action, "2401")
    with pytest.raises(Forbidden, match="อำเภออื่น"):
        access.require(officer, action, "2402")


def test_an_account_out_of_use_may_nothing_and_sees_nothing() -> None:
    applicants()
    gone = person(Account.ADMINISTRATOR, is_active=False)
    assert not any(access.may(gone, action) for action in ACTIONS)  # type: ignore[arg-type]
    assert not access.applicants(gone).exists()


@pytest.mark.parametrize(
    ("role", "details", "seen"),
    [
        (Account.STAFF, {}, 4),
        (Account.ADMINISTRATOR, {}, 4),
        (Account.DISTRICT, {"districts": ["2401"]}, 2),
        (Account.DISTRICT, {"districts": ["2401", "2402"]}, 4),
        (Account.DISTRICT, {"districts": []}, 0),
        (Account.AUDITOR, {"years": [2562]}, 2),
        (Account.AUDITOR, {"years": []}, 4),
    ],
)
def test_whose_applicants_a_role_sees(role: str, details: dict[str, object], seen: int) -> None:
    applicants()
    assert access.applicants(person(role, **details)).count() == seen


def test_jobs_are_seen_by_the_province_the_district_and_whoever_asked() -> None:
    officer = person(Account.DISTRICT, districts=["2401"])
    when = {"verb": "paper", "requested_at": "2026-01-01T00:00:00Z"}
    Job.objects.create(title="own district", identity="1", district="2401", requested_by="x", **when)
    Job.objects.create(title="asked", identity="2", district="", requested_by=officer.username, **when)
    Job.objects.create(title="other", identity="3", district="2402", requested_by="x", **when)
    assert set(access.jobs(officer).values_list("title", flat=True)) == {"own district", "asked"}
    assert access.jobs(person(Account.STAFF)).count() == 3
    assert access.jobs(person(Account.AUDITOR)).count() == 0


def test_an_auditor_reads_the_events_of_the_given_years() -> None:
    for n, subject in enumerate(("2561/24/2401/leader-0001", "2562/24/2401/leader-0001", "account/1")):
        Event.objects.create(
            at="2026-01-01T00:00:00Z", actor="a", verb="v", subject=subject, details={}, previous="0", digest=str(n)
        )
    assert access.events(person(Account.AUDITOR, years=[2562])).count() == 1
    assert access.events(person(Account.ADMINISTRATOR)).count() == 3
    assert access.events(person(Account.STAFF)).count() == 0


def test_what_a_person_may_not_see_does_not_exist() -> None:
    applicants()
    officer = person(Account.DISTRICT, districts=["2401"])
    other = Applicant.objects.filter(district="2402").first()
    assert other is not None
    with pytest.raises(NotFound):
        access.one(access.applicants(officer), pk=other.pk)
