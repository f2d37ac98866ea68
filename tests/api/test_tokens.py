"""Who gets in: tokens with scopes and an end, roles, districts and years besides; pace; what every answer carries."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from programs import Program

from docservice import errors
from docservice import people as people_
from docservice.api import problem
from docservice.errors import DocserviceError
from docservice.models import Account, ApiToken, Applicant

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
NEW = {"district": "2401", "group": "leader", "name": "นายใหม่ ตัวอย่าง"}


def _told(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_a_token_says_whose_it_is(program: Programs) -> None:
    told = _told(program("officer", "read").get("/me"))
    assert (told["username"], told["role"], told["districts"], told["scopes"]) == (
        "officer", "district", ["2401"], ["read"],
    )  # fmt: skip


@pytest.mark.parametrize("header", ["", "Bearer ds_wrong", "Basic abc", "Bearer ", "bearer"])
def test_without_a_living_token_nobody_gets_in(header: str, office: list[Applicant]) -> None:
    answer = Client().get("/api/v1/years", headers={"Authorization": header})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert _told(answer)["code"] == "unauthenticated"


def test_a_session_does_not_open_the_api(people: dict[str, Account]) -> None:
    client = Client()
    client.force_login(people["admin"])
    assert client.get("/api/v1/me").status_code == 401


def test_an_ended_or_revoked_token_is_no_token(program: Programs, people: dict[str, Account]) -> None:
    ended, revoked = program("staff"), program("staff")
    first, second = ApiToken.objects.order_by("id")
    ApiToken.objects.filter(pk=first.pk).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    people_.revoke(second, actor="staff")
    assert [each.get("/me").status_code for each in (ended, revoked)] == [401, 401]


def test_an_account_out_of_use_or_with_a_one_time_password_gets_nothing(
    program: Programs, people: dict[str, Account]
) -> None:
    asks = program("staff")
    Account.objects.filter(pk=people["staff"].pk).update(must_change_password=True)
    assert asks.get("/me").status_code == 403
    Account.objects.filter(pk=people["staff"].pk).update(must_change_password=False, is_active=False)
    assert asks.get("/me").status_code == 401


def test_a_scope_opens_its_own_operations_only(program: Programs, office: list[Applicant]) -> None:
    reads, writes, requests = (program("staff", scope) for scope in ("read", "write", "request"))
    assert reads.get("/years").status_code == 200
    assert writes.get("/years").status_code == 403
    assert reads.post("/years/2562/applicants", NEW).status_code == 403
    assert requests.post("/years/2562/applicants", NEW).status_code == 403
    assert writes.post("/years/2562/applicants", NEW).status_code == 201
    assert reads.post("/years/2562/requests", {"kind": "guideline"}).status_code == 403
    assert requests.post("/years/2562/requests", {"kind": "guideline"}).status_code == 202


def test_rights_are_looked_at_before_what_was_sent(program: Programs, office: list[Applicant]) -> None:
    assert program("auditor").post("/years/2562/applicants", {"nonsense": 1}).status_code == 403


def test_a_district_sees_and_changes_its_own_only(program: Programs, office: list[Applicant]) -> None:
    asks = program("officer")
    own, other = office[0], next(a for a in office if a.district == "2402")
    assert {row["district"] for row in _told(asks.get("/years/2562/applicants"))["items"]} == {"2401"}
    assert asks.get(f"/applicants/{own.pk}").status_code == 200
    for method, path, content in (
        ("GET", f"/applicants/{other.pk}", None),
        ("PATCH", f"/applicants/{other.pk}", {"post": "x"}),
        ("GET", f"/applicants/{other.pk}/evidence", None),
        ("PUT", f"/applicants/{other.pk}/originals/id-card", None),
    ):
        assert asks.ask(method, path, content).status_code == 404
    assert asks.post("/years/2562/applicants", {**NEW, "district": "2402"}).status_code == 403


def test_an_auditor_sees_the_given_years_and_changes_nothing(program: Programs, office: list[Applicant]) -> None:
    asks = program("auditor")
    assert asks.get("/years/2562").status_code == 200
    assert asks.get("/years/2561").status_code == 404
    assert asks.get("/years/2562/applicants").status_code == 403
    assert asks.get("/years/2562/dossiers").status_code == 200


def test_too_many_requests_are_told_when_to_come_again(
    program: Programs, office: list[Applicant], settings: Any
) -> None:
    settings.API_PACE = (3, 0.5)
    asks = program("staff")
    assert [asks.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = asks.get("/me")
    assert answer["Retry-After"] == "2"
    assert _told(answer)["code"] == "too-many"
    assert program("staff").get("/me").status_code == 200


def test_every_answer_carries_its_number_its_language_and_no_leave_to_keep_it(program: Programs) -> None:
    asks = program("staff")
    for answer in (asks.get("/me"), asks.get("/nowhere"), asks.ask("TRACE", "/me"), Client().get("/api/v1/me")):
        assert answer["X-Request-ID"]
        assert answer["Content-Language"] == "th"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert asks.get("/me", X_Request_ID="my-42")["X-Request-ID"] == "my-42"
    assert asks.get("/me", X_Request_ID="a\tb" * 90)["X-Request-ID"] != "a\tb" * 90


def test_errors_speak_english_to_whom_asks_for_it(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    thai, english = asks.get("/applicants/999"), asks.get("/applicants/999", Accept_Language="en-GB,th;q=0.5")
    assert _told(thai)["title"] == "ไม่พบ"
    assert _told(english)["title"] == "Not found"
    assert english["Content-Language"] == "en"
    assert _told(english)["detail"].isascii()
    assert _told(thai)["code"] == _told(english)["code"] == "not-found"
    fields = asks.post("/years/2562/applicants", {"district": 1}, Accept_Language="en")
    assert all(fault["message"].isascii() for fault in _told(fields)["faults"])


def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(program: Programs) -> None:
    asks = program("staff")
    missing, wrong = asks.get("/nowhere/at/all"), asks.ask("DELETE", "/years")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    assert (wrong.status_code, wrong["Content-Type"], wrong["Allow"]) == (405, "application/problem+json", "GET, POST")
    assert asks.post("/openapi.json").status_code == 405


def test_head_says_what_get_would_without_the_body(program: Programs) -> None:
    asks = program("staff")
    full, head = asks.get("/me"), asks.ask("HEAD", "/me")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(full.content))


def test_the_page_of_operations_needs_nothing_from_elsewhere(program: Programs) -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "http://" not in text
    assert "https://" not in text
    assert 'id="conflict"' in text
    assert "/api/v1/years/{year}/applicants" in text


def test_every_error_has_a_title() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DocserviceError)]
    assert all(all(problem.title(kind)) for kind in kinds if kind is not DocserviceError)
