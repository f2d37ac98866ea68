"""Templates for programs: the same steps as on the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from edition_files import LETTER, TEMPLATES, approved, changed, ready, uploaded
from programs import Program

from docservice.models import Applicant, Edition

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
NEW = changed(LETTER, ("เรื่อง", "หัวข้อ"))
HERE = "/years/2562"


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


def _send(asks: Program, data: bytes, kind: str = "letter") -> Any:
    return Client().post(
        f"/api/v1{HERE}/templates/{kind}/editions",
        {"file": SimpleUploadedFile("letter.docx", data), "note": "ใหม่"},
        headers={"Authorization": f"Bearer {asks.secret}"},
    )


def test_an_edition_is_sent_in_once_and_told_with_what_was_found(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    answer = _send(asks, NEW)
    assert (answer.status_code, _told(answer)["state"]) == (202, "checking")
    assert _send(asks, NEW).status_code == 409
    assert _send(asks, b"%PDF").status_code == 422
    (row,) = _told(asks.get(f"{HERE}/templates/letter/editions"))
    assert _told(asks.get(f"{HERE}/editions/{row['id']}"))["report"] == {}
    assert asks.get(f"{HERE}/editions/{row['id']}/files/template").content == NEW
    assert asks.get(f"{HERE}/editions/{row['id']}/files/plain").status_code == 404


def test_a_second_person_approves_and_the_list_says_what_is_in_force(
    program: Programs, office: list[Applicant]
) -> None:
    row = ready(NEW)
    address = f"{HERE}/editions/{row.pk}/approve"
    assert program("staff").post(address, {"effective": "2018-01-01"}).status_code == 403
    assert program("admin").post(address, {"effective": "2018-01-01"}).status_code == 200
    (letter,) = [each for each in _told(program("staff").get(f"{HERE}/templates")) if each["kind"] == "letter"]
    assert (letter["in_force"]["number"], letter["coming"], letter["waiting"]) == (1, [], [])
    assert program("staff").post(f"{HERE}/editions/{row.pk}/withdraw", {"reason": "ผิด"}).status_code == 409


def test_two_editions_are_compared_word_by_word(program: Programs, office: list[Applicant]) -> None:
    row = approved(NEW)
    told = _told(program("staff").get(f"{HERE}/editions/{row.pk}/compare?with=stock"))
    assert (told["before"], told["pages"]) == (None, [])
    assert {"how": "new", "text": "หัวข้อ"} in [piece for change in told["words"] for piece in change]
    assert program("staff").get(f"{HERE}/editions/{row.pk}/compare?with=9").status_code == 404


def test_an_edition_of_another_province_is_not_there(program: Programs, office: list[Applicant]) -> None:
    row = uploaded(NEW, province="30")
    for what in ("", "/files/template", "/compare"):
        assert program("admin").get(f"{HERE}/editions/{row.pk}{what}").status_code == 404
    assert program("admin").post(f"{HERE}/editions/{row.pk}/withdraw", {"reason": "x"}).status_code == 404
    assert Edition.objects.get().state == Edition.CHECKING


def test_to_start_from_there_are_the_stock_template_the_guide_and_the_blocks(
    program: Programs, office: list[Applicant]
) -> None:
    asks = program("staff")
    assert asks.get(f"{HERE}/templates/letter/stock").content == (TEMPLATES / LETTER).read_bytes()
    assert asks.get(f"{HERE}/templates/order/guide").content.startswith(b"%PDF")
    assert asks.get("/template-blocks").content.startswith(b"PK")
