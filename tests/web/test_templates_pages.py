"""Templates on the pages: kinds, sending in, what was found, approval by a second person, comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from edition_files import FORM, LETTER, LONG_AGO, TEMPLATES, approved, changed, ready, uploaded
from office_year import entered_year

from docservice import edition_check, editions, engines, jobs
from docservice.models import Edition, Job

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
NEW = changed(LETTER, ("เรื่อง", "หัวข้อ"))
FORM_NEW = changed(FORM, ("ใบสมัคร", "แบบสมัคร"))


def _send(client: Client, data: bytes, kind: str = "letter", **words: str) -> Any:
    file = SimpleUploadedFile("แม่แบบ ใหม่.docx", data)
    return client.post(f"/2562/templates/{kind}/", {"file": file, "note": "ถ้อยคำใหม่", **words})


def _here(row: Edition, what: str = "") -> str:
    return f"/2562/templates/edition/{row.pk}/{what}"


def test_the_list_shows_what_is_in_force_what_comes_and_what_waits(as_: As, office: Any) -> None:
    approved(NEW)
    approved(changed(LETTER, ("เรียน", "เรียนท่าน")), editions.today().replace(year=2100))
    ready(changed(LETTER, ("ที่  ", "เลขที่  ")))
    page = as_("staff").get("/2562/templates/").content.decode()
    line = page.partition("หนังสือภายนอก")[2].partition("</tr>")[0]
    assert [word in line for word in ("รุ่นที่ ๑", "รุ่นที่ ๒", "รุ่นที่ ๓ รออนุมัติ")] == [True] * 3
    others = sum(max(1, len(kind.variants)) for kind in engines.catalogue().kinds.values()) - 1
    assert page.count("แม่แบบกลาง") == others


def test_another_province_sees_none_of_it(as_: As, office: Any) -> None:
    row = approved(NEW, province="30")
    assert as_("staff").get(_here(row)).status_code == 404
    assert "รุ่นที่" not in as_("staff").get("/2562/templates/letter/").content.decode()


def test_a_file_sent_in_is_checked_by_a_job_and_its_page_says_so(as_: As, office: Any) -> None:
    client = as_("staff")
    answer = _send(client, FORM_NEW, "application-form", variant="leader")
    row = Edition.objects.get()
    assert answer["Location"] == _here(row)
    assert (row.uploaded_by, row.note, row.file_name) == ("staff", "ถ้อยคำใหม่", "แม่แบบ ใหม่.docx")
    assert 'hx-trigger="every 2s"' in client.get(_here(row)).content.decode()
    assert "HX-Refresh" not in client.get(_here(row, "now/")).headers
    list(jobs.work(Job.objects.get(), edition_check.work))
    assert client.get(_here(row, "now/"))["HX-Refresh"] == "true"
    page = client.get(_here(row)).content.decode()
    assert _here(row, "pages/plain/1/") in page
    assert client.get(_here(row, "pages/plain/1/?width=240"))["Content-Type"] == "image/webp"
    assert client.get(_here(row, "file/extreme/")).content.startswith(b"%PDF")
    assert client.get(_here(row, "file/template/")).content == FORM_NEW
    assert "แบบ" in client.get(_here(row, "compare/")).content.decode()
    assert client.get(_here(row, "compare/after/1/"))["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"%PDF-1.4", 422, "เป็น PDF ไม่ใช่ไฟล์ Word"),
        (b"\xd0\xcf\x11\xe0", 422, "Word รุ่นเก่า"),
        ((TEMPLATES / LETTER).read_bytes(), 409, "แม่แบบกลางที่ใช้อยู่แล้ว"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_form(
    as_: As, office: Any, data: bytes, status: int, said: str
) -> None:
    answer = _send(as_("staff"), data)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert not Edition.objects.exists()


def test_without_a_file_the_form_says_so(as_: As, office: Any) -> None:
    answer = as_("staff").post("/2562/templates/letter/", {})
    assert (answer.status_code, "ยังไม่ได้เลือกไฟล์" in answer.content.decode()) == (422, True)


def test_whoever_sent_it_has_no_button_and_the_other_one_approves(as_: As, office: Any) -> None:
    row = ready(NEW)
    mine, other = as_("staff"), as_("admin")
    assert "ท่านเป็นผู้ส่งแม่แบบนี้" in mine.get(_here(row)).content.decode()
    assert mine.post(_here(row, "approve/"), {"effective": "2030-01-01"}).status_code == 403
    assert other.post(_here(row, "approve/"), {"effective": "๓๑ ก.พ. ๒๕๗๓"}).status_code == 422
    assert other.post(_here(row, "approve/"), {"effective": ""}).status_code == 422
    assert other.post(_here(row, "approve/"), {"effective": "๑ ม.ค. ๒๕๗๓"}).status_code == 302
    found = editions.get(row.pk)
    assert (found.state, found.approved_by, str(found.effective)) == (Edition.APPROVED, "admin", "2030-01-01")
    assert other.post(_here(row, "approve/"), {"effective": "2030-01-01"}).status_code == 409


def test_an_edition_is_withdrawn_with_a_reason_and_one_in_force_is_not(as_: As, office: Any) -> None:
    row, client = ready(NEW), as_("staff")
    assert client.post(_here(row, "withdraw/"), {"reason": " "}).status_code == 422
    assert client.post(_here(row, "withdraw/"), {"reason": "ส่งผิดไฟล์"}).status_code == 302
    assert "ส่งผิดไฟล์" in client.get("/2562/templates/letter/").content.decode()
    in_force = approved(changed(LETTER, ("เรียน", "เรียนท่าน")), LONG_AGO)
    assert "ถอนแม่แบบรุ่นนี้" not in client.get(_here(in_force)).content.decode()
    assert client.post(_here(in_force, "withdraw/"), {"reason": "ผิด"}).status_code == 409


def test_a_check_that_was_lost_can_be_asked_for_again(as_: As, office: Any) -> None:
    row = uploaded(NEW)
    Job.objects.all().delete()
    assert "ตรวจอีกครั้ง" in as_("staff").get(_here(row)).content.decode()
    assert as_("staff").post(_here(row, "check/")).status_code == 302
    assert Job.objects.get().verb == edition_check.VERB


def test_what_was_found_is_escaped(as_: As, office: Any) -> None:
    row = uploaded(NEW)
    fault = {"number": 1, "severity": "error", "message": "<b>x</b>", "remedy": "", "english": "", "place": "ที่ 1"}
    fault |= {"place_english": "", "sentence": "<i>", "before": "<script>", "spot": "{{ x }}", "after": ""}
    editions.checked(row, {"faults": [fault]}, sound=False, actor="x")
    page = as_("staff").get(_here(row)).content.decode()
    assert "&lt;script&gt;" in page
    assert "<b>x</b>" not in page


def test_to_start_from_there_are_the_stock_template_the_guide_and_the_blocks(as_: As, office: Any) -> None:
    client = as_("staff")
    assert client.get("/2562/templates/letter/stock/").content == (TEMPLATES / LETTER).read_bytes()
    form = client.get("/2562/templates/application-form/stock/?variant=network").content
    assert form == (TEMPLATES / "application-form/2562-1-network.docx").read_bytes()
    assert client.get("/2562/templates/letter/guide/").content.startswith(b"%PDF")
    assert client.get("/templates/blocks/").content.startswith(b"PK")


@pytest.mark.parametrize(
    "address",
    [
        "letter/stock/?variant=x",
        "nothing/",
        "application-form/?variant=%00",
        "edition/1/file/x/",
        "edition/1/pages/x/1/",
    ],
)
def test_what_there_is_not_is_not_found(as_: As, office: Any, address: str) -> None:
    approved(NEW)
    Edition.objects.update(id=1)
    assert as_("staff").get(f"/2562/templates/{address}").status_code in (404, 422)


def test_a_year_without_editions_asks_the_database_as_often_as_one_with_many(
    as_: As, office: Any, django_assert_max_num_queries: Any
) -> None:
    entered_year()
    client = as_("staff")
    for n in range(12):
        uploaded(changed(LETTER, ("เรื่อง", f"เรื่องที่ {n}")))
    with django_assert_max_num_queries(12):
        client.get("/2562/templates/")
