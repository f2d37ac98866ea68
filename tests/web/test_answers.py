"""What answers carry: cookies' flags, limits of what is sent, methods that are not for an address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]  # cookies, limits and methods
PASSWORD = "correct horse battery staple"
_TELL = """
from docservice import settings
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS)
"""


def test_cookies_are_for_this_site_and_not_for_scripts(as_: Callable[[str], Client]) -> None:
    client = Client()
    answer = client.post("/login/", {"login": "staff", "password": PASSWORD})
    session, csrf = answer.cookies["docservice"], client.get("/account/").cookies["csrftoken"]
    for cookie in (session, csrf):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["secure"]


def test_behind_https_cookies_go_over_it_only() -> None:
    environ = {**os.environ, "DOCSERVICE_WEB_URL": "https://docs.example.go.th"}
    said = subprocess.run([sys.executable, "-c", _TELL], env=environ, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True", "31536000"]


@pytest.mark.parametrize("sent", [b"name=" + b"x" * 6_000_000, b"&".join(b"a=1" for _ in range(20_001))])
def test_a_form_beyond_the_limits_is_refused_in_thai(sent: bytes, as_: Callable[[str], Client]) -> None:
    form = "application/x-www-form-urlencoded"
    answer = as_("staff").generic("POST", "/account/tokens/", sent, form)
    assert answer.status_code in (413, 422)
    assert "ยังไม่มีอะไรถูกบันทึก" in answer.content.decode()


def test_a_method_that_is_not_for_an_address_is_told_which_are(as_: Callable[[str], Client]) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = as_("staff").generic(method, "/2562/applicants/")
        assert (answer.status_code, "GET" in answer["Allow"]) == (405, True)
