"""``docservice person``: accounts from the machine itself."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from docservice.cli.app import run
from docservice.models import Account

pytestmark = pytest.mark.django_db


def test_an_account_made_here_logs_in_with_its_one_time_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["person", "add", "wichai", "--role", "district", "--district", "2401", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    client = Client()
    answer = client.post("/login/", {"login": "wichai", "password": said["password"]})
    assert answer.status_code == 302
    assert client.get("/2562/")["Location"] == "/login/first-password/"
    assert Account.objects.get(username="wichai").districts == ["2401"]


def test_a_new_password_ends_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    run(["person", "add", "suda", "--json"])
    old = json.loads(capsys.readouterr().out)["password"]
    assert run(["person", "password", "suda", "--json"]) == 0
    new = json.loads(capsys.readouterr().out)["password"]
    account = Account.objects.get(username="suda")
    assert (account.check_password(old), account.check_password(new)) == (False, True)


def test_the_same_name_twice_and_an_unknown_one_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    run(["person", "add", "suda"])
    assert run(["person", "add", "suda"]) == 3
    assert run(["person", "add", "ไม่มีอำเภอ", "--role", "district"]) == 3
    assert run(["person", "password", "nobody"]) == 3
    assert "ไม่มีผู้ใช้ชื่อ nobody" in capsys.readouterr().err


def test_the_list_shows_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    run(["person", "add", "suda"])
    capsys.readouterr()
    assert run(["person", "ls", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one == {"username": "suda", "role": "staff", "districts": [], "years": [], "active": True}
