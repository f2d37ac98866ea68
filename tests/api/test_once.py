"""Idempotency keys: the first answer is given again, and whatever is sent with a key happens once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from programs import Program

from docservice import promises
from docservice.errors import Refused
from docservice.models import Account, Applicant, Job, Promise

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
NEW = {"district": "2401", "group": "leader", "name": "นายใหม่ ตัวอย่าง"}
ADDRESS = "/years/2562/applicants"


def test_the_same_request_with_the_same_key_gets_the_first_answer(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    first = asks.post(ADDRESS, NEW, Idempotency_Key="k-1")
    again = asks.post(ADDRESS, NEW, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(again.content)
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert Applicant.objects.filter(name=NEW["name"]).count() == 1


def test_without_a_key_a_second_one_of_the_same_name_is_a_conflict(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    assert [asks.post(ADDRESS, NEW).status_code for _ in range(2)] == [201, 409]


def test_a_key_stands_for_one_request_only(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    asks.post(ADDRESS, NEW, Idempotency_Key="k-1")
    other = asks.post(ADDRESS, {**NEW, "name": "นางอื่น"}, Idempotency_Key="k-1")
    elsewhere = asks.post("/years/2562/requests", {"kind": "guideline"}, Idempotency_Key="k-1")
    for answer in (other, elsewhere):
        assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "key-reused")
    assert not Applicant.objects.filter(name="นางอื่น").exists()


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(program: Programs, office: list[Applicant]) -> None:
    assert program("staff").post(ADDRESS, NEW, Idempotency_Key="k-1").status_code == 201
    other = {**NEW, "name": "นางอื่น"}
    assert program("officer").post(ADDRESS, other, Idempotency_Key="k-1").status_code == 201


def test_what_was_refused_keeps_no_key(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    assert asks.post(ADDRESS, {**NEW, "group": "nobody"}, Idempotency_Key="k-1").status_code == 422
    assert asks.post(ADDRESS, NEW, Idempotency_Key="k-1").status_code == 201


@pytest.mark.parametrize("key", ["", "with space", "x" * 101, "ไทย"])
def test_a_key_that_is_none_is_refused(program: Programs, office: list[Applicant], key: str) -> None:
    sent = key.encode().decode("latin-1")
    assert program("staff").post(ADDRESS, NEW, Idempotency_Key=sent).status_code == 422


def test_a_request_for_papers_sent_twice_is_one_job(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    with_key = [asks.post("/years/2562/requests", {"kind": "order"}, Idempotency_Key="k") for _ in range(2)]
    without = asks.post("/years/2562/requests", {"kind": "order"})
    assert {json.loads(answer.content)["id"] for answer in (*with_key, without)} == {Job.objects.get().pk}


def test_while_one_is_at_it_the_other_is_told_to_come_again(people: dict[str, Account]) -> None:
    mine = promises.take(people["staff"], "k", "digest")
    with pytest.raises(Refused) as told:
        promises.take(people["staff"], "k", "digest")
    assert (told.value.code, told.value.http) == ("under-way", 409)
    promises.keep(mine, 201, {"id": 1})
    again = promises.take(people["staff"], "k", "digest")
    assert (again.status, again.answer) == (201, {"id": 1})


def test_who_took_a_key_and_died_is_followed_by_the_next(people: dict[str, Account]) -> None:
    dead = promises.take(people["staff"], "k", "digest")
    long_ago = datetime.now(UTC) - promises.PATIENCE - timedelta(seconds=1)
    Promise.objects.update(made_at=long_ago)
    heir = promises.take(people["staff"], "k", "digest")
    assert heir.status is None
    promises.keep(dead, 201, {"id": 1})  # it was not dead, only slow: the key is no longer its own
    assert Promise.objects.get().status is None
    promises.keep(heir, 201, {"id": 2})
    assert Promise.objects.get().answer == {"id": 2}


def test_an_answer_is_kept_for_two_days(people: dict[str, Account]) -> None:
    promises.keep(promises.take(people["staff"], "k", "digest"), 201, {"id": 1})
    Promise.objects.update(made_at=datetime.now(UTC) - promises.KEPT - timedelta(seconds=1))
    assert promises.take(people["staff"], "k", "another").status is None
