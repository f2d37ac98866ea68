"""The API's tests: a small year, people of every role, and a program with a token for each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from office_year import entered_year, entry
from programs import Program

from docservice import people as people_
from docservice import register
from docservice.api import pace
from docservice.models import Account, Applicant

ROLES: dict[str, dict[str, Any]] = {
    "staff": {"role": Account.STAFF},
    "officer": {"role": Account.DISTRICT, "districts": ["2401"]},
    "neighbour": {"role": Account.DISTRICT, "districts": ["2402"]},
    "auditor": {"role": Account.AUDITOR, "years": [2562]},
    "admin": {"role": Account.ADMINISTRATOR},
}
EVERYTHING = ("read", "write", "request", "people")


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    """Files of the pages by their own names, and buckets that are full."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    pace.forget()


@pytest.fixture
def people(db: None) -> dict[str, Account]:
    """One account of each role."""
    return {name: Account.objects.create(username=name, **details) for name, details in ROLES.items()}


@pytest.fixture
def program(people: dict[str, Account]) -> Callable[..., Program]:
    """A program of the person of that name, with these scopes: ``program("officer", "read")``."""

    def made(name: str, *scopes: str) -> Program:
        _, secret = people_.issue(people[name], "ทดสอบ", scopes or EVERYTHING, timedelta(days=1))
        return Program(secret)

    return made


@pytest.fixture
def office(home: Path, db: None) -> list[Applicant]:
    """The year 2562 with two applicants in each of the districts 2401 and 2402."""
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
    return register.applicants(year)
