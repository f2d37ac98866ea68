"""``archive due|hold|lift|holds`` and ``archive dispose …``: what they print, refuse and answer as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from disposal_office import COMMITTEE, OLD, old_dossier

from docservice import disposal, people
from docservice.models import Account, Document, Dossier

KEY = "2562/24/2400/disposal-01"
DISPOSE = ("archive", "dispose")
Answer = Callable[..., Any]


@pytest.fixture(autouse=True)
def _old(office: None) -> None:
    """A dossier that is over, and two clerks."""
    old_dossier()
    for name in ("somsri", "wichai"):
        people.make(name, actor="tester", role=Account.STAFF)


def test_what_is_over_and_what_a_hold_changes(answer: Answer) -> None:
    assert [(row["dossier"], row["stands"]) for row in answer("archive", "due")] == [(OLD, "due")]
    assert answer("archive", "due", "--on", "2560-12-31") == []
    answer("archive", "hold", "2550", "--reason", "คดี", "--as", "wichai")
    assert answer("archive", "due")[0]["stands"] == "hold"
    assert [row["by"] for row in answer("archive", "holds")] == ["wichai"]
    answer("archive", "lift", "๒๕๕๐", "--reason", "ถึงที่สุด")
    assert answer("archive", "due")[0]["stands"] == "due"
    assert answer("archive", "lift", OLD, "--reason", "x", exit_code=3)["code"] == "conflict"


def test_a_list_from_its_proposal_to_the_record_of_its_end(answer: Answer) -> None:
    assert answer(*DISPOSE, "propose", "--year", "2562", "--as", "somsri")["state"] == disposal.PROPOSED
    members = [word for name in COMMITTEE for word in ("--member", name)]
    opine = (*DISPOSE, "opine", KEY, *members, "--minutes", "รายงาน", "--as", "somsri")
    assert answer(*opine, "--line", "1=burn", exit_code=3)["code"] == "input-refused"
    assert answer(*opine, "--all", "destroy")["lines"][0]["decision"] == "destroy"
    approve = (*DISPOSE, "approve", KEY, "--order", "ที่ ๑", "--archives", "เห็นชอบ", "--as")
    assert answer(*approve, "somsri", exit_code=3)["code"] == "forbidden"
    assert answer(*approve, "nobody", exit_code=3)["code"] == "not-found"
    assert answer(*approve, "wichai")["state"] == disposal.APPROVED

    assert answer(*DISPOSE, "run", KEY, "--as", "wichai")["lines"][0]["done"]

    assert Dossier.objects.get(key=OLD).disposed["approved_by"] == "wichai"
    assert answer("archive", "ls", OLD)["disposed"]["list"] == KEY
    assert [row["state"] for row in answer(*DISPOSE, "ls")] == [disposal.DONE]
    papers = Document.objects.filter(dossier__key=KEY, current=True, path__endswith=".pdf").values_list(
        "kind", flat=True
    )
    assert set(papers) == {"disposal-list", "disposal-certificate"}
    assert answer("archive", "verify", OLD)["faults"] == []
