"""The list of applicants: filtered, searched, added to, changed, from and to Excel; registers handed over."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from office_year import HEADER, Office, entry, workbook
from openpyxl import load_workbook

from docservice import register
from docservice.models import Applicant, Event, EvidenceFile, Handover, OriginalSeen

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
LIST = "/2562/applicants/"
ROW = ("เมืองฉะเชิงเทรา", "ผู้นำชุมชน", "นายทดสอบ ตัวอย่าง", "กำนัน", "", "", "", "")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def sent(client: Client, path: Path) -> object:
    given = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(f"{LIST}import/", {"file": given}, follow=True)


def test_a_district_officer_sees_the_own_district_only(as_: As, office: Office) -> None:
    page = text(as_("officer").get(LIST))
    assert "นายประเสริฐ แสงตะวัน" in page
    assert "นางสาวมาลี ใจงาม" not in page
    assert "นางสาวมาลี ใจงาม" in text(as_("staff").get(LIST))
    assert as_("auditor").get(LIST).status_code == 403


def test_the_list_is_filtered_and_searched(as_: As, office: Office) -> None:
    client = as_("staff")
    assert "นางสาวมาลี" not in text(client.get(LIST, {"district": "2401"}))
    assert "นายประเสริฐ" not in text(client.get(LIST, {"group": "community"}))
    page = text(client.get(LIST, {"q": "ทอผ้า"}))
    assert ("กลุ่มทอผ้า" in page, "นายประเสริฐ" in page) == (True, False)
    assert "ไม่มีผู้สมัครตามที่กรอง" in text(client.get(LIST, {"q": "<script>\x00" + "ก" * 10_000}))
    assert client.get(LIST, {"district": "9999"}).status_code == 422


def test_the_ring_tells_how_many_required_slots_are_done(as_: As, office: Office) -> None:
    leader = office.of("2401")[0]
    common = {
        "applicant": leader,
        "size": 1,
        "media_type": "image/png",
        "added_by": "x",
        "added_at": "2026-01-01T00:00Z",
    }
    EvidenceFile.objects.create(slot="photo", name="a.png", sha256="a" * 64, pages=1, **common)
    EvidenceFile.objects.create(slot="house", name="b.png", sha256="b" * 64, problem={"message": "เสีย"}, **common)
    OriginalSeen.objects.create(applicant=leader, slot="id-card", seen_by="x", seen_at="2026-01-01T00:00Z")
    page = text(as_("officer").get(LIST))
    assert 'stroke-dasharray="50 100"' in page
    assert "๒/๔" in page
    assert "อ่านไม่ได้ ๑" in page


def test_twenty_rows_cost_as_many_queries_as_two(as_: As, office: Office) -> None:
    client = as_("officer")
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    register.enter_applicants(office.year, [entry(f"นายลำดับ {n}") for n in range(20)], actor="x")
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)


def test_an_applicant_is_added_with_the_next_number(as_: As, office: Office) -> None:
    typed = {"district": "2401", "group": "leader", "name": " นาย  ใหม่ ", "phone": "๐-๓๘"}
    answer = as_("officer").post(f"{LIST}add/", typed)
    row = Applicant.objects.get(name="นาย ใหม่")
    assert (answer.status_code, answer["Location"]) == (302, f"/2562/applicants/{row.pk}/")
    assert (row.seq, row.phone) == (2, "๐-๓๘")
    assert Event.objects.filter(subject=row.dossier_key).exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "กรอกชื่อผู้สมัคร"),
        ({"name": "ก" * 10_000}, "ยาวเกิน ๓๐๐"),
        ({"group": "king"}, "เลือกกลุ่มเป้าหมาย"),
        ({"district": "2402"}, "เลือกอำเภอ"),
        ({"district": "\x00"}, "เลือกอำเภอ"),
        ({"name": "นายประเสริฐ แสงตะวัน"}, "แล้ว"),
        ({"place": "ก" * 501}, "ยาวเกิน ๕๐๐"),
    ],
)
def test_faults_stand_beside_their_field_and_what_was_typed_stays(
    as_: As, office: Office, typed: dict[str, str], told: str
) -> None:
    whole = {"district": "2401", "group": "leader", "name": "<b>ใหม่</b>", "post": "กำนันเดิม", **typed}
    answer = as_("officer").post(f"{LIST}add/", whole)
    page = text(answer)
    assert answer.status_code == 422
    assert "data-answered" in page
    assert "กำนันเดิม" in page
    assert "<b>ใหม่" not in page
    assert told in page.split('class="fault"', 1)[1]
    assert Applicant.objects.count() == 4


def test_what_another_changed_meanwhile_is_not_written_over(as_: As, office: Office) -> None:
    row = office.of("2401")[0]
    seen = register.state_of(row)
    address = f"{LIST}{row.pk}/edit/"
    typed = {"seen": seen, "name": row.name, "post": "กำนัน"}
    assert as_("officer").post(address, typed).status_code == 302
    late = as_("staff").post(address, {**typed, "post": "สารวัตร"})
    assert late.status_code == 409
    assert "สารวัตร" in text(late)
    assert "ล่าสุด:" in text(late)
    row.refresh_from_db()
    assert row.post == "กำนัน"


def test_a_neighbour_can_neither_open_nor_change(as_: As, office: Office) -> None:
    row = office.of("2401")[0]
    assert as_("neighbour").get(f"{LIST}{row.pk}/edit/").status_code == 404
    assert as_("neighbour").post(f"{LIST}{row.pk}/edit/", {"name": "x"}).status_code == 404


def test_an_excel_file_is_imported_whole(as_: As, office: Office, tmp_path: Path) -> None:
    answer = sent(as_("officer"), workbook(tmp_path / "a.xlsx", [HEADER, ROW]))
    assert "เพิ่มใหม่ ๑" in text(answer)
    assert Applicant.objects.filter(name="นายทดสอบ ตัวอย่าง").exists()


def test_every_fault_of_the_excel_file_stands_in_a_table_by_row(as_: As, office: Office, tmp_path: Path) -> None:
    rows = [HEADER, ROW, ("บางคล้า", *ROW[1:]), ("<i>x</i>", "y", "", *ROW[3:])]
    page = text(sent(as_("officer"), workbook(tmp_path / "a.xlsx", rows)))
    assert "ไม่ใช่อำเภอที่ท่านดูแล" in page
    assert "&lt;i&gt;x" in page
    assert page.count("<tr>") == 5
    assert Applicant.objects.count() == 4


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a workbook"])
def test_what_is_no_workbook_is_told_beside_the_field(as_: As, office: Office, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    answer = sent(as_("officer"), path)
    assert "เปิดแฟ้ม a.xlsx ไม่ได้" in text(answer) or "ยังไม่ได้เลือกแฟ้ม" in text(answer) or "file" in text(answer)
    assert str(tmp_path) not in text(answer)
    assert as_("officer").post(f"{LIST}import/").status_code == 422


def test_a_district_officer_cannot_bring_in_results(as_: As, office: Office, tmp_path: Path) -> None:
    rows = [(*HEADER[:3], "ผลการประเมิน"), (*ROW[:2], "นายประเสริฐ แสงตะวัน", "ผ่าน")]
    assert "ให้จังหวัดเป็นผู้นำเข้า" in text(sent(as_("officer"), workbook(tmp_path / "a.xlsx", rows)))
    assert not Applicant.objects.exclude(result="").exists()


def test_the_exported_list_can_be_imported_again(as_: As, office: Office, tmp_path: Path) -> None:
    register.enter_applicants(office.year, [entry("=1+1")], actor="x")
    answer = as_("officer").get(f"{LIST}export/?group=leader")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert [sheet.cell(row, 4).value for row in (2, 3)] == ["นายประเสริฐ แสงตะวัน", "=1+1"]
    assert sheet.cell(3, 4).data_type == "s"
    path = tmp_path / "again.xlsx"
    path.write_bytes(data)
    assert "เพิ่มใหม่ ๐ ปรับปรุง ๐" in text(sent(as_("officer"), path))


def test_the_empty_form_has_the_columns_of_the_import(as_: As, office: Office) -> None:
    data = b"".join(as_("officer").get(f"{LIST}import/template/").streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert tuple(cell.value for cell in sheet[1]) == HEADER


def test_a_register_is_handed_over_and_given_back_with_its_reason(as_: As, office: Office) -> None:
    officer, staff = as_("officer"), as_("staff")
    assert officer.post("/2562/hand-over/", {"district": "2401", "note": "ครบแล้ว"}).status_code == 302
    officer.post("/2562/hand-over/", {"district": "2401", "note": "ครบแล้ว"})  # Back, and sent again
    row = Handover.objects.get()
    assert (row.units, row.complete, row.note, row.handed_by) == (2, 0, "ครบแล้ว", "officer")
    assert "ส่งทะเบียนอำเภอเมืองฉะเชิงเทรา" in text(officer.get(LIST))
    assert officer.post(f"/2562/hand-over/{row.pk}/give-back/", {"reason": "x"}).status_code == 403
    staff.post(f"/2562/hand-over/{row.pk}/give-back/", {"reason": " "})
    assert Handover.objects.get().returned_at is None
    staff.post(f"/2562/hand-over/{row.pk}/give-back/", {"reason": "ขาดกลุ่มเครือข่าย"})
    assert "ขาดกลุ่มเครือข่าย" in text(officer.get(LIST))
    officer.post("/2562/hand-over/", {"district": "2401", "note": "แก้แล้ว"})
    assert Handover.objects.count() == 2
    assert Event.objects.filter(verb="register.handed-over").count() == 2


def test_the_register_of_another_district_cannot_be_handed_over(as_: As, office: Office) -> None:
    assert as_("neighbour").post("/2562/hand-over/", {"district": "2401"}).status_code == 403
    assert as_("auditor").get("/2562/hand-over/").status_code == 403
    assert as_("staff").post("/2562/hand-over/", {"district": "\x00"}).status_code == 422
    assert as_("officer").post("/2562/hand-over/", {"district": "2401", "note": "ก" * 501}).status_code == 422
    assert not Handover.objects.exists()
