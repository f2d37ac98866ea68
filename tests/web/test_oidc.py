"""The office's own login (OpenID Connect): it opens an account that is here, and makes none."""

from __future__ import annotations

import re
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live import Live
from oidc_provider import provider


class _Visitor:
    """A browser without a screen: cookies, forms, redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[str, str]:
        with self.opener.open(self.address + path, timeout=300) as answer:
            return answer.geturl(), answer.read().decode()

    def press(self, page: str, action: str) -> tuple[str, str]:
        """Send the page's form that leads to ``action``."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        data = urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        with self.opener.open(self.address + action, data, timeout=300) as answer:
            return answer.geturl(), answer.read().decode()


def _log_in(live: Live) -> tuple[str, str]:
    visitor = _Visitor(live.address)
    _, page = visitor.get("/login/")
    assert "บัญชีของหน่วยงาน" in page
    return visitor.press(page, "/login/oidc/office/login/")


@pytest.mark.one_database
def test_the_offices_login_opens_the_account_with_that_address_and_makes_none(
    tmp_path: Path, database_url: str
) -> None:
    live = Live(tmp_path / "home", database_url, workers=0)
    live.office("prepare", email="suda@office.example")
    with provider("suda@office.example") as address:
        live.environ |= {"DOCSERVICE_OIDC_URL": address, "DOCSERVICE_OIDC_CLIENT": "docs"}
        live.environ["DOCSERVICE_OIDC_SECRET"] = "s"
        live.start()
        try:
            where, page = _log_in(live)
            assert where == f"{live.address}/2562/"
            assert "สุดา ตัวอย่าง" in page
        finally:
            live.stop()
    with provider("stranger@office.example") as address:
        live.environ["DOCSERVICE_OIDC_URL"] = address
        live.start()
        try:
            where, page = _log_in(live)
            assert "/2562/" not in where
            assert "ออกจากระบบ" not in page
        finally:
            live.stop()
