"""What programs can do for the office: open years, import workbooks, keep pictures and accounts, take lists."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from office_year import HEADER, workbook
from openpyxl import load_workbook
from PIL import Image
from programs import Program

from docservice.lists import MEDIA_TYPE
from docservice.models import Account, ApiToken, Applicant, Event, Promise, Year

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
IMPORT = "/years/2562/applicants/import"


def _told(answer: Any) -> Any:
    return json.loads(answer.content)


# -------------------------------------------------------------------------------------------------------- opening years
def test_the_next_year_is_looked_at_and_opened_once(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    found = _told(asks.get("/years/2562/next"))
    assert (found["year_be"], found["settings"]["orders"][0]["number"]) == (2563, "")
    assert {"name": "deadline", "label": "อำเภอส่งทะเบียนผู้สมัครภายใน", "value": "2020-02-11"} in found["dates"]
    assert Year.objects.count() == 1
    made = asks.post("/years/2562/next", {"dates": {"deadline": "2020-02-14"}}, Idempotency_Key="k")
    assert (made.status_code, _told(made)["year_be"]) == (201, 2563)
    assert asks.post("/years/2562/next", {"dates": {"deadline": "2020-02-14"}}, Idempotency_Key="k").status_code == 201
    assert asks.post("/years/2562/next", {}).status_code == 409
    assert _told(asks.get("/years/2563"))["deadline"] == "2020-02-14"
    assert _told(asks.get("/years/2563/settings"))["digest"] == _told(made)["digest"]
    assert all(look["what"] for look in _told(asks.get("/years/2563/looks"))["looks"])


def test_a_date_that_the_year_does_not_have_is_named(program: Programs, office: list[Applicant]) -> None:
    refused = program("staff").post("/years/2562/next", {"dates": {"xmas": "2020-12-25"}})
    assert (refused.status_code, [fault["where"] for fault in _told(refused)["faults"]]) == (422, ["xmas"])
    assert Year.objects.count() == 1


def test_a_first_year_is_opened_from_a_few_answers(program: Programs, home: Path) -> None:
    asks = program("staff")
    first = {
        "province": "24", "year_be": 2568, "deadline": "2025-02-11", "phone": "๐ ๓๘๕๑ ๐๐๐๐",
        "address": ["ศาลากลางจังหวัด{province}"], "letter_head": "ฉช ๐๐๑๙/",
        "signer": {"name": "นายตัวอย่าง ใจดี", "post": "รองผู้ว่าราชการจังหวัด"},
    }  # fmt: skip
    assert len(_told(asks.get("/provinces"))) == 77
    wrong = asks.post("/years", {"first": {**first, "signer": {"post": 1}}}, Accept_Language="en")
    assert wrong.status_code == 422
    assert {fault["where"] for fault in _told(wrong)["faults"]} >= {"signer.post"}
    assert asks.post("/years", {"first": first, "settings": {}}).status_code == 422
    assert asks.post("/years", {"first": {**first, "province": "99"}}).status_code == 422
    assert asks.post("/years", {"first": first}).status_code == 201
    assert len(_told(asks.get("/years/2568"))["districts"]) == 11


def test_a_year_is_opened_from_its_settings(program: Programs, office: list[Applicant]) -> None:
    asks = program("staff")
    settings = _told(asks.get("/years/2562/next"))["settings"]
    assert asks.post("/years", {"settings": {**settings, "emblem": "/etc/passwd"}}).status_code == 422
    assert asks.post("/years", {"settings": {**settings, "more": "\x00"}}).status_code == 422
    assert asks.post("/years", {"settings": settings}).status_code == 201
    assert asks.post("/years", {"settings": settings}).status_code == 409


# ------------------------------------------------------------------------------------------------------------- pictures
def _png(colour: str = "white") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_kept_read_replaced_and_taken_out(program: Programs, office: list[Applicant]) -> None:
    asks, address = program("staff"), "/years/2562/pictures/emblem"
    assert asks.get(address).status_code == 404
    kept = asks.ask("PUT", address, _png())
    assert (kept.status_code, _told(kept)["picture"][:6]) == (200, "asset:")
    read = asks.get(address)
    assert (read.content, read["ETag"]) == (_png(), kept["ETag"])
    assert asks.ask("PUT", address, _png("red"), If_Match=kept["ETag"]).status_code == 200
    assert asks.ask("PUT", address, _png("blue"), If_Match=kept["ETag"]).status_code == 412
    assert asks.ask("DELETE", address, If_Match=kept["ETag"]).status_code == 412
    assert _told(asks.ask("DELETE", address)) == {"which": "emblem", "picture": ""}
    for data in (b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"x" * 100):
        assert asks.ask("PUT", address, data).status_code == 422
    assert asks.ask("PUT", address, _png() + b"x" * (4 * 2**20)).status_code == 413
    assert program("officer").ask("PUT", address, _png()).status_code == 403


# --------------------------------------------------------------------------------------------------------------- import
def _workbook(path: Path, *rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> bytes:
    return workbook(path / "a.xlsx", [header, *rows]).read_bytes()


ROW = ("บางคล้า", "ผู้นำชุมชน", "นางใหม่ ตัวอย่าง", "กำนัน", "", "", "", "")


def _sent(asks: Program, data: bytes, query: str = "", **headers: str) -> Any:
    told = {"Authorization": f"Bearer {asks.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Client().generic("POST", f"/api/v1{IMPORT}{query}", data, MEDIA_TYPE, headers=told)


def test_a_workbook_is_tried_then_imported(program: Programs, office: list[Applicant], tmp_path: Path) -> None:
    asks, before = program("staff"), Event.objects.count()
    data = _workbook(tmp_path, ROW, (*ROW[:2], office[2].name, "ผู้ใหญ่บ้าน", *ROW[4:]))
    dry = _sent(asks, data, "?dry_run=true")
    assert _told(dry) == {"dry_run": True, "rows": 2, "added": 1, "changed": 1, "results": 0}, dry.content
    assert (Applicant.objects.count(), Event.objects.count()) == (4, before)
    assert _told(_sent(asks, data)) == {"dry_run": False, "rows": 2, "added": 1, "changed": 1, "results": 0}
    assert _told(_sent(asks, data))["added"] == 0
    assert Applicant.objects.count() == 5


def test_a_workbook_comes_as_a_form_as_well_and_once(
    program: Programs, office: list[Applicant], tmp_path: Path
) -> None:
    asks, data = program("officer"), _workbook(tmp_path, ("เมืองฉะเชิงเทรา", *ROW[1:]))
    told = {"Authorization": f"Bearer {asks.secret}", "Idempotency-Key": "k"}
    answers = []
    for _ in range(2):
        # the boundary is the same each time, so the request is the same
        file = SimpleUploadedFile("ทะเบียน.xlsx", data)
        answers.append(Client().post(f"/api/v1{IMPORT}", {"file": file}, headers=told))
    assert [_told(answer)["added"] for answer in answers] == [1, 1]
    assert answers[1]["Idempotent-Replayed"] == "true"


def test_each_place_to_mend_is_named_by_row_and_column(
    program: Programs, office: list[Applicant], tmp_path: Path
) -> None:
    data = _workbook(tmp_path, ("ดาวอังคาร", *ROW[1:]), ROW, ROW)
    thai, english = (_sent(program("staff"), data, Accept_Language=language) for language in ("th", "en"))
    assert (thai.status_code, thai["Content-Type"]) == (422, "application/problem+json")
    assert _told(thai)["faults"][0] == {
        "where": "A3", "row": 3, "column": "A", "value": "ดาวอังคาร", "message": "ไม่ใช่อำเภอของจังหวัดนี้",
    }  # fmt: skip
    assert [(fault["row"], fault["message"]) for fault in _told(english)["faults"]] == [
        (3, "is no district of this province"),
        (5, "repeats row 4"),
    ]
    assert Applicant.objects.count() == 4
    own = _told(_sent(program("officer"), _workbook(tmp_path, ROW), Accept_Language="en"))
    assert [fault["message"] for fault in own["faults"]] == ["is not your district"]


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04" + b"\0" * 200], ids=["empty", "text", "zip"])
def test_what_is_no_workbook_is_refused(program: Programs, office: list[Applicant], data: bytes) -> None:
    refused = _sent(program("staff"), data)
    assert (refused.status_code, "/tmp" in refused.content.decode()) == (422, False)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="]
)
@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data; name=file", b"\xff" * 50]
)
def test_a_form_that_cannot_be_read_is_refused(
    program: Programs, office: list[Applicant], kind: str, body: bytes
) -> None:
    for key in ({}, {"Idempotency-Key": "k"}):
        told = {"Authorization": f"Bearer {program('staff').secret}", **key}
        answer = Client().generic("POST", f"/api/v1{IMPORT}", body, kind, headers=told)
        assert answer.status_code == 422, answer.content.decode()


def test_a_workbook_that_is_too_large_is_refused(program: Programs, office: list[Applicant], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    asks = program("staff")
    answer = Client().post(
        f"/api/v1{IMPORT}",
        {"file": SimpleUploadedFile("a.xlsx", b"x" * 1001)},
        headers={"Authorization": f"Bearer {asks.secret}"},
    )
    assert (answer.status_code, _sent(asks, b"x" * 1001).status_code) == (413, 413)


def test_results_are_imported_by_the_province_and_can_be_tried(
    program: Programs, office: list[Applicant], tmp_path: Path
) -> None:
    header, row = (*HEADER, "ผลการประเมิน"), ("เมืองฉะเชิงเทรา", "ผู้นำชุมชน", office[0].name, "", "", "", "", "", "ผ่าน")
    data = _workbook(tmp_path, row, header=header)
    assert _told(_sent(program("staff"), data, "?dry_run=true"))["results"] == 1
    assert not Applicant.objects.filter(result="passed").exists()
    assert _sent(program("officer"), data).status_code == 422
    assert _told(_sent(program("staff"), data))["results"] == 1


# -------------------------------------------------------------------------------------------------------------- results
def test_many_results_are_kept_each_for_itself(program: Programs, office: list[Applicant]) -> None:
    asks, first, second = program("staff"), office[0], office[1]
    many = [
        {"id": first.pk, "result": "passed", "score": "๙๐"},
        {"id": second.pk, "result": "failed", "seen": {"result": "passed"}},
        {"id": 999, "result": "passed"},
    ]
    kept = _told(asks.post("/years/2562/results", {"results": many}, Accept_Language="en"))
    assert kept["changed"] == 1
    assert {each["id"] for each in kept["not_kept"]} == {second.pk, 999}
    assert all(each["message"].isascii() for each in kept["not_kept"])
    assert _told(asks.post("/years/2562/results/pass-rest", {"district": "2402"})) == {"changed": 2}
    assert _told(asks.post("/years/2562/results/pass-rest", {})) == {"changed": 1}


def test_the_overview_tells_what_is_due_and_next(program: Programs, office: list[Applicant]) -> None:
    found = _told(program("staff").get("/years/2562/overview"))
    assert (found["waiting"], len(found["districts"])) == (4, 11)
    assert found["districts"][0]["groups"][0] == {
        "group": "leader", "units": 1, "complete": 0, "quota": 1, "state": "partial",
    }  # fmt: skip
    assert found["next"][0]["name"] == "order"
    own = _told(program("officer").get("/years/2562/overview"))
    assert ([row["district"] for row in own["districts"]], own["next"]) == (["2401"], [])


# --------------------------------------------------------------------------------------------------------------- sheets
def test_lists_come_as_excel_and_can_be_imported_again(
    program: Programs, office: list[Applicant], tmp_path: Path
) -> None:
    asks = program("officer")
    answer = asks.get("/years/2562/sheets/applicants")
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA_TYPE)
    data = b"".join(answer)  # type: ignore[arg-type]
    rows = list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == [unit.name for unit in office if unit.district == "2401"]
    assert _told(_sent(program("staff"), data))["added"] == 0
    for name in ("applicants-form", "papers", "jobs"):
        answer = asks.get(f"/years/2562/sheets/{name}")
        assert b"".join(answer).startswith(b"PK")  # type: ignore[arg-type]
    job = _told(asks.post("/years/2562/requests", {"kind": "register-applicants"}))["id"]
    assert b"".join(asks.get(f"/jobs/{job}/sheet")).startswith(b"PK")  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------- accounts
NEW = {"username": "somchai", "role": "district", "districts": ["2401"], "first_name": "สมชาย"}


def test_an_account_is_made_and_its_password_told_once(program: Programs) -> None:
    asks = program("admin")
    made, again = (asks.post("/accounts", NEW, Idempotency_Key="k") for _ in range(2))
    assert (made.status_code, again.status_code) == (201, 201)
    account = Account.objects.get(username="somchai")
    assert account.check_password(_told(made)["password"])
    assert _told(again) == {**_told(made), "password": None}
    assert _told(made)["password"] not in json.dumps(Promise.objects.get().answer)
    assert (account.must_change_password, Event.objects.filter(verb="account.made", actor="admin").count()) == (True, 1)
    assert asks.post("/accounts", NEW).status_code == 409
    assert asks.post("/accounts", {**NEW, "username": "b", "districts": []}).status_code == 422
    assert asks.post("/accounts", {**NEW, "username": "b", "password": "x"}).status_code == 422
    assert asks.post("/accounts", {**NEW, "username": "b", "email": "no address"}).status_code == 422


def test_no_answer_about_accounts_holds_a_secret(program: Programs) -> None:
    asks = program("admin")
    password = _told(asks.post("/accounts", NEW))["password"]
    row = _told(asks.get("/accounts?role=district"))["items"]
    whole = json.dumps([row, _told(asks.get(f"/accounts/{row[-1]['id']}")), _told(asks.get("/me/tokens"))])
    secrets = (password, Account.objects.get(username="somchai").password, ApiToken.objects.get().digest, asks.secret)
    assert not any(secret and secret in whole for secret in secrets)


def test_an_account_is_changed_as_it_was_read_and_closed(program: Programs, people: dict[str, Account]) -> None:
    asks, address = program("admin"), f"/accounts/{people['officer'].pk}"
    read = asks.get(address)
    changed = asks.ask("PATCH", address, {"districts": ["2401", "2402"]}, If_Match=read["ETag"])
    assert (changed.status_code, _told(changed)["districts"]) == (200, ["2401", "2402"])
    assert asks.ask("PATCH", address, {"role": "staff"}, If_Match=read["ETag"]).status_code == 412
    theirs = program("officer")
    assert _told(asks.ask("PATCH", address, {"is_active": False}))["is_active"] is False
    assert theirs.get("/me").status_code == 401
    last = asks.ask("PATCH", f"/accounts/{people['admin'].pk}", {"role": "staff"})
    assert (last.status_code, _told(last)["code"]) == (409, "conflict")


def test_a_new_password_shuts_the_old_one_out(program: Programs, people: dict[str, Account]) -> None:
    asks, address = program("admin"), f"/accounts/{people['staff'].pk}/new-password"
    told = _told(asks.post(address))["password"]
    assert Account.objects.get(username="staff").check_password(told)
    assert program("staff").get("/me").status_code == 403


def test_accounts_need_their_own_scope_and_an_administrator(program: Programs) -> None:
    assert program("admin", "read", "write", "request").get("/accounts").status_code == 403
    assert program("admin", "people").get("/accounts").status_code == 200
    for role in ("staff", "officer", "auditor"):
        assert program(role).get("/accounts").status_code == 403
        assert program(role).post("/accounts", NEW).status_code == 403


def test_a_person_keeps_digits_language_and_tokens(program: Programs, people: dict[str, Account]) -> None:
    asks, other = program("officer"), program("officer")
    assert _told(asks.ask("PATCH", "/me", {"language": "en", "thai_digits": False}))["language"] == "en"
    tokens = _told(asks.get("/me/tokens"))["items"]
    assert len(tokens) == 2
    gone = asks.ask("DELETE", f"/me/tokens/{tokens[0]['id']}")
    assert _told(gone)["revoked_at"]
    assert other.get("/me").status_code == 401
    assert program("staff").ask("DELETE", f"/me/tokens/{tokens[1]['id']}").status_code == 404
