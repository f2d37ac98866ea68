"""Whatever is sent that cannot be used ends as a problem with the field that is wrong, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from programs import Program

from docservice import engines
from docservice.models import Applicant, Event, Job

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
NEW = {"district": "2401", "group": "leader", "name": "นายใหม่ ตัวอย่าง"}
STRANGE = ["\x00", "a\x00b", "\ud800", "x" * 10_000, "", "   ", None, 1, 1.5, True, [], {}, ["x"], 10**400]


def _wrong(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {fault["where"] for fault in json.loads(answer.content)["faults"]}


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: f"{type(value).__name__}-{str(value)[:6]!r}")
@pytest.mark.parametrize("field", ["name", "district", "group"])
def test_a_field_that_cannot_be_used_is_named(
    program: Programs, office: list[Applicant], field: str, value: Any
) -> None:
    answer = program("staff").post("/years/2562/applicants", {**NEW, field: value})
    assert f"body.{field}" in _wrong(answer)
    assert Applicant.objects.count() == 4


@pytest.mark.parametrize("field", ["post", "place", "coordinator", "phone", "members"])
@pytest.mark.parametrize("value", ["\x00", "\ud800", "x" * 10_000, None, 1, [], 10**400], ids=repr)
def test_details_are_bounded_too(program: Programs, office: list[Applicant], field: str, value: Any) -> None:
    assert _wrong(program("staff").post("/years/2562/applicants", {**NEW, field: value})) == {f"body.{field}"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b'{"name": NaN}', b"[" * 100_000, b'{"a":' * 5_000,
        b'{"name": ' + b"9" * 5_000 + b"}", b"\xef\xbb\xbf{}", b"a=b&c=d",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(program: Programs, office: list[Applicant], body: bytes) -> None:
    _wrong(program("staff").post("/years/2562/applicants", body))


def test_a_body_that_is_too_large_is_refused(program: Programs, office: list[Applicant], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = program("staff").post("/years/2562/applicants", {**NEW, "name": "x" * 2000})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too-large")


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1e3", "๑", "%00", "1;drop", "../1"])
@pytest.mark.parametrize("path", ["/applicants/{}", "/jobs/{}", "/documents/{}", "/documents/{}/content"])
def test_a_number_nobody_has_is_refused_or_not_found(
    program: Programs, office: list[Applicant], path: str, number: str
) -> None:
    assert program("staff").get(path.format(number)).status_code in (404, 422)


@pytest.mark.parametrize("year", ["0", "2019", "2399", "2701", "99999999999", "abcd", "2563"])
def test_a_year_that_is_none_is_refused_or_not_found(program: Programs, office: list[Applicant], year: str) -> None:
    assert program("staff").get(f"/years/{year}/applicants").status_code in (404, 422)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=" + "9" * 40, "after=%00", "after=" + "A" * 2000, "district=%00",
     "group=%ED%A0%80", "result=maybe", "complete=perhaps", "district=2401'--"],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused(program: Programs, office: list[Applicant], query: str) -> None:
    assert program("staff").get(f"/years/2562/applicants?{query}").status_code == 422


def test_a_field_nobody_knows_is_refused(program: Programs, office: list[Applicant]) -> None:
    assert _wrong(program("staff").post("/years/2562/applicants", {**NEW, "role": "administrator"})) == {"body.role"}


def test_markup_in_a_name_is_a_name(program: Programs, office: list[Applicant]) -> None:
    name = "<script>alert(1)</script> {{ 7*7 }} =1+1"
    made = program("staff").post("/years/2562/applicants", {**NEW, "name": name})
    assert json.loads(made.content)["name"] == name


@pytest.mark.parametrize("kind", sorted(engines.catalogue().kinds))
def test_facts_of_any_shape_are_refused_with_their_place(
    program: Programs, office: list[Applicant], settings: Any, kind: str
) -> None:
    settings.API_PACE = (10**6, 1.0)
    asks, example = program("admin"), engines.catalogue().kinds[kind].example()
    for name in example:
        for value in ("\x00", "\ud800", 10**30, -1, [], {}, [[]], {"x": []}, [{"x": 1}], True, "x" * 30_000, "{x}"):
            answer = asks.post("/years/2562/papers", {"kind": kind, "facts": {**example, name: value}})
            assert answer.status_code in (202, 404, 409, 422), (name, value, answer.content.decode())
            if answer.status_code == 202:  # what can be read as the field's type is taken
                Job.objects.all().delete()
    assert asks.post("/years/2562/papers", {"kind": kind, "facts": {}}).status_code == 422


def test_nothing_refused_is_an_event(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    before = Event.objects.count()
    asks.post("/years/2562/applicants", {**NEW, "name": "\x00"})
    asks.post("/years/2562/requests", {"kind": "nothing"})
    asks.post("/years/2562/requests", {"kind": "letter", "dossiers": []})
    assert Event.objects.count() == before
