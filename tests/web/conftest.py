"""The pages' tests: people of every role, a client for each, a small year; and a real service with a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from live import chromium
from office_year import Office, entered_year, entry
from playwright.sync_api import Browser

from docservice import register
from docservice.models import Account

PASSWORD = "correct horse battery staple"
ROLES = {
    "staff": {"role": Account.STAFF},
    "officer": {"role": Account.DISTRICT, "districts": ["2401"]},
    "neighbour": {"role": Account.DISTRICT, "districts": ["2402"]},
    "auditor": {"role": Account.AUDITOR, "years": [2562]},
    "admin": {"role": Account.ADMINISTRATOR},
}


@pytest.fixture(autouse=True)
def _plain_files(settings: object) -> None:
    """Files of the pages by their own names: nothing is collected for a test; cheap passwords."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def people(db: None) -> dict[str, Account]:
    """One account of each role, by the names in ``ROLES``."""
    made = {name: Account(username=name, **details) for name, details in ROLES.items()}  # type: ignore[misc]
    for account in made.values():
        account.set_password(PASSWORD)
        account.save()
    return made


@pytest.fixture
def as_(people: dict[str, Account]) -> Callable[[str], Client]:
    """A client logged in as the person of that name: ``as_("staff").get("/2562/")``."""

    def client(name: str) -> Client:
        made = Client()
        made.force_login(people[name])
        return made

    return client


@pytest.fixture(scope="module")
def _chromium() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def browser(_chromium: Browser) -> Iterator[Browser]:
    """Chromium, one for all tests of a file; each test finds it without windows, logins or files of another."""
    yield _chromium
    for context in _chromium.contexts:
        context.close()


@pytest.fixture
def office(home: Path, db: None) -> Office:
    """The year 2562 with applicants in districts 2401 and 2402; an empty archive."""
    year = entered_year()
    register.enter_applicants(
        year,
        [
            entry("นายประเสริฐ แสงตะวัน"),
            entry("กลุ่มทอผ้าบ้านหนองบัว", group="organisation"),
            entry("นางสาวมาลี ใจงาม", district="2402"),
            entry("ชุมชนบ้านสวน", district="2402", group="community"),
        ],
        actor="tester",
    )
    return Office(year, register.applicants(year))
