"""Logging in, the first password, lock-out, headers, and that nobody gets in without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from docservice import people
from docservice.models import Account, Event

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
As = Callable[[str], Client]


def _account(password: str, **details: object) -> Account:
    account = Account(username="suda", **details)
    account.set_password(password)
    account.save()
    return account


def test_a_page_without_login_leads_to_the_login_and_back() -> None:
    answer = Client().get("/2562/queue/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/2562/queue/")


def test_a_part_of_a_page_without_login_is_told_so() -> None:
    answer = Client().get("/2562/queue/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (401, "login-needed")


def test_login_writes_an_event_and_opens_the_start() -> None:
    _account("a long enough password")
    answer = Client().post("/login/", {"login": "suda", "password": "a long enough password"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Event.objects.filter(verb="account.logged-in", actor="suda").exists()


def test_the_sixth_wrong_password_is_not_even_tried() -> None:
    _account("a long enough password")
    client = Client()
    for _ in range(5):
        assert client.post("/login/", {"login": "suda", "password": "wrong"}).status_code == 200
    answer = client.post("/login/", {"login": "suda", "password": "a long enough password"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(verb="account.login-failed").count() == 5


def test_a_wrong_name_is_not_written_into_the_log() -> None:
    Client().post("/login/", {"login": "my-secret-password", "password": "x"})
    told = Event.objects.get(verb="account.login-failed")
    assert "my-secret" not in f"{told.actor}{told.subject}{told.details}"


def test_the_first_administrator_gets_a_new_password_until_one_has_logged_in() -> None:
    first, again = people.first_administrator(), people.first_administrator()
    assert first is not None
    assert again is not None
    assert first[0] == again[0]
    assert first[1] != again[1]
    client = Client()
    client.post("/login/", {"login": again[0], "password": again[1]})
    assert people.first_administrator() is None
    assert client.get("/2562/queue/")["Location"] == "/login/first-password/"
    refused = client.post("/login/first-password/", {"password": "12345"})
    assert refused.status_code == 422
    client.post("/login/first-password/", {"password": "a much longer one"})
    assert client.get("/").status_code == 200
    assert "ยังไม่มีข้อมูลประจำปี" in client.get("/").content.decode()


def test_every_answer_carries_the_security_headers() -> None:
    answer = Client().get("/login/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_a_form_from_elsewhere_is_not_taken() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "ยังไม่มีอะไรถูกบันทึก" in answer.content.decode()


def test_only_an_administrator_manages_people(as_: As) -> None:
    for name in ("staff", "officer", "auditor"):
        assert as_(name).get("/people/").status_code == 403
        assert as_(name).get("/admin/", follow=False).status_code == 302
    page = as_("admin").get("/people/")
    assert page.status_code == 200
    made = as_("admin").post("/people/", {"username": "new", "role": "staff"}).content.decode()
    assert 'id="secret"' in made
    assert Account.objects.get(username="new").must_change_password


def test_a_district_officer_without_a_district_is_refused_beside_the_form(as_: As) -> None:
    answer = as_("admin").post("/people/", {"username": "new", "role": "district"})
    assert answer.status_code == 422
    assert "อย่างน้อย ๑ อำเภอ" in answer.content.decode()
    assert not Account.objects.filter(username="new").exists()


def test_the_last_administrator_stays(as_: As, people: dict[str, Account]) -> None:
    address = f"/people/{people['admin'].pk}/"
    assert as_("admin").post(address, {"role": "staff", "is_active": "on"}).status_code == 422
    assert as_("admin").post(address, {"role": "administrator", "is_active": "off"}).status_code == 422
    people["admin"].refresh_from_db()
    assert (people["admin"].role, people["admin"].is_active) == (Account.ADMINISTRATOR, True)


def test_second_factor_and_password_pages_speak_thai(as_: As) -> None:
    for address in ("/account/", "/account/tokens/", "/account/password/", "/account/2fa/"):
        answer = as_("staff").get(address)
        assert answer.status_code == 200, address
        assert "docservice" in answer.content.decode()


def test_a_token_is_shown_once_and_ends_when_told(as_: As, people: dict[str, Account]) -> None:
    client = as_("staff")
    shown = client.post("/account/tokens/", {"name": "โปรแกรมบัญชี", "scopes": ["read"], "days": "๓๐"}).content.decode()
    assert "ds_" in shown
    token = people["staff"].tokens.get()
    assert token.digest not in client.get("/account/tokens/").content.decode()
    client.post("/account/tokens/", {"revoke": str(token.pk)})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_second_factor_asks_for_the_password_again_first(as_: As) -> None:
    client = as_("staff")
    answer = client.get("/account/2fa/totp/activate/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/again/")
    client.post("/login/again/?next=/account/2fa/totp/activate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    assert "data:image/svg+xml" in page


def test_a_form_that_is_too_large_is_refused_in_thai(as_: As, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = as_("staff").post("/account/tokens/", {"name": "x" * 2000, "scopes": "read", "days": "3"})
    assert answer.status_code == 413
    assert "ยังไม่มีอะไรถูกบันทึก" in answer.content.decode()
