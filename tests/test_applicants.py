"""Applicants and results from Excel: read as clerks type them, imported whole or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from office_year import HEADER, entered_year, entry, workbook

from docservice import register
from docservice.applicants import Imported, import_workbook
from docservice.errors import InputRefused
from docservice.models import Applicant, Event
from docservice.samples.applicants import read_applicants, write_workbooks
from docservice.thai import BE

pytestmark = pytest.mark.django_db

LEADER = ("เมืองฉะเชิงเทรา", "ผู้นำชุมชน", "นายประเสริฐ แสงตะวัน", "กำนัน", "หมู่ที่ ๓", "นางบุญเรือน", "๐-๓๘๐๐-๐๐๐๑", None)
GROUP = ("บางคล้า", "กลุ่ม/องค์กรชุมชน", "กลุ่มออมทรัพย์", "ประธาน", "หมู่ที่ ๕", "", "", 86)
RESULT = ("อำเภอ", "กลุ่มเป้าหมาย", "ชื่อผู้สมัคร", "ผลการประเมิน", "คะแนน")


def _import(path: Path) -> Imported:
    return import_workbook(path, entered_year(), actor="tester")


def _refusal(path: Path) -> str:
    with pytest.raises(InputRefused) as refused:
        _import(path)
    assert not Applicant.objects.exists()
    return str(refused.value)


def test_title_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    titles = ("ทะเบียนผู้สมัคร", "จังหวัดฉะเชิงเทรา", "อำเภอ ทั้งหมด")

    assert _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP], titles=titles)).added == 2


def test_every_column_reaches_its_field(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP]))

    found = Applicant.objects.get(group="leader")
    assert (found.year_be, found.province, found.district, found.seq) == (2562, "24", "2401", 1)
    assert (found.name, found.post, found.place) == ("นายประเสริฐ แสงตะวัน", "กำนัน", "หมู่ที่ ๓")
    assert (found.coordinator, found.phone) == ("นางบุญเรือน", "๐-๓๘๐๐-๐๐๐๑")
    assert Applicant.objects.get(group="organisation").members == "86"


def test_thai_digits_stray_blanks_and_old_spellings_are_taken(tmp_path: Path) -> None:
    row = (" อำเภอบางคล้า ", "กลุ่ม / องค์กรชุมชน", "กลุ่ม  ทอผ้า\u200bบ้านน\u0e4d\u0e32ใส", None, None, None, None, "๑๒")

    _import(workbook(tmp_path / "a.xlsx", [HEADER, row]))

    found = Applicant.objects.get()
    assert (found.district, found.group) == ("2402", "organisation")
    assert found.name == "กลุ่ม ทอผ้าบ้านนำใส"
    assert found.members == "๑๒"


def test_a_whole_number_stays_whole(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, (*GROUP[:-1], 86.0)]))

    assert Applicant.objects.get().members == "86"


def test_columns_may_stand_in_any_order_and_carry_remarks(tmp_path: Path) -> None:
    rows = [("ชื่อผู้สมัคร (เต็ม)", "ลำดับ", "กลุ่ม", "อำเภอ"), ("นายสมชาย", 1, "leader", 2403)]

    assert _import(workbook(tmp_path / "a.xlsx", rows)).added == 1
    assert Applicant.objects.get().district == "2403"


def test_empty_rows_between_are_passed_over(tmp_path: Path) -> None:
    empty = (None,) * 8

    assert _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, empty, (" ",) * 8, GROUP, empty])).rows == 2


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP])
    _import(path)
    events = Event.objects.count()

    assert _import(path) == Imported(rows=2, added=0, changed=0, results=0)
    assert Event.objects.count() == events


def test_a_corrected_row_changes_its_applicant_and_no_other(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP]))

    done = _import(workbook(tmp_path / "b.xlsx", [HEADER, (*LEADER[:4], "หมู่ที่ ๙", *LEADER[5:]), GROUP]))

    assert (done.added, done.changed) == (0, 1)
    assert Applicant.objects.get(group="leader").place == "หมู่ที่ ๙"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("เมืองระยอง", *LEADER[1:]), "A", "“เมืองระยอง” ไม่ใช่อำเภอของจังหวัดนี้"),
        ((None, *LEADER[1:]), "A", "ไม่ใช่อำเภอ"),
        ((LEADER[0], "ผู้นำ", *LEADER[2:]), "B", "“ผู้นำ” ไม่ใช่กลุ่มเป้าหมายของปีนี้"),
        ((*LEADER[:2], None, *LEADER[3:]), "C", "ยังไม่ได้กรอกชื่อ"),
        ((*LEADER[:2], "ก" * 301, *LEADER[3:]), "C", "ชื่อยาวเกิน"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column_and_nothing_is_imported(
    tmp_path: Path, row: tuple[object, ...], column: str, words: str
) -> None:
    told = _refusal(workbook(tmp_path / "ผู้สมัคร.xlsx", [HEADER, GROUP, row]))

    assert "ผู้สมัคร.xlsx" in told
    assert "แผ่นงาน “ผู้สมัคร”" in told
    assert f"แถว 4 คอลัมน์ {column}" in told
    assert words in told
    assert "ยังไม่มีรายการใดถูกนำเข้า" in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = _refusal(workbook(tmp_path / "a.xlsx", [HEADER, ("x", "y", "", *LEADER[3:]), ("z", *LEADER[1:])]))

    assert "มี 4 แห่ง" in told
    for place in ("แถว 3 คอลัมน์ A", "แถว 3 คอลัมน์ B", "แถว 3 คอลัมน์ C", "แถว 4 คอลัมน์ A"):
        assert place in told


def test_many_faults_are_counted_and_not_all_listed(tmp_path: Path) -> None:
    told = _refusal(workbook(tmp_path / "a.xlsx", [HEADER, *[("x", *LEADER[1:2], f"น{n}") for n in range(50)]]))

    assert "มี 50 แห่ง" in told
    assert "และอีก 30 แห่ง" in told


def test_the_same_applicant_twice_is_refused_with_both_rows(tmp_path: Path) -> None:
    told = _refusal(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP, LEADER]))

    assert "แถว 5 คอลัมน์ C" in told
    assert "ซ้ำกับแถว 3" in told


def test_the_same_applicant_spelled_two_ways_is_the_same(tmp_path: Path) -> None:
    other = ("อำเภอเมืองฉะเชิงเทรา", "leader", " นายประเสริฐ  แสงตะวัน", *LEADER[3:])

    assert "ซ้ำกับแถว 3" in _refusal(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, other]))


def test_the_same_name_in_another_district_is_another_applicant(tmp_path: Path) -> None:
    assert _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, ("บางคล้า", *LEADER[1:])])).added == 2


def test_a_sheet_without_the_needed_header_says_what_it_looks_for(tmp_path: Path) -> None:
    told = _refusal(workbook(tmp_path / "a.xlsx", [("อำเภอ", "ชื่อ"), ("บางคล้า", "x")]))

    assert "อำเภอ, กลุ่มเป้าหมาย และ ชื่อผู้สมัคร" in told


def test_a_sheet_with_a_header_and_nothing_below_is_refused(tmp_path: Path) -> None:
    assert "ไม่มีรายการใต้หัวตาราง" in _refusal(workbook(tmp_path / "a.xlsx", [HEADER]))


def _archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_files_that_are_no_workbook_are_refused_by_name(tmp_path: Path) -> None:
    sound = workbook(tmp_path / "sound.xlsx", [HEADER, LEADER])
    with zipfile.ZipFile(sound) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    broken_xml = _archive(tmp_path / "xml.xlsx", {**members, "xl/worksheets/sheet1.xml": b"<worksheet"})
    without_book = _archive(tmp_path / "part.xlsx", {k: v for k, v in members.items() if k != "xl/workbook.xml"})
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "text.xlsx").write_text("อำเภอ,กลุ่ม", encoding="utf-8")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (tmp_path / "cut.xlsx").write_bytes(sound.read_bytes()[:900])
    (tmp_path / "folder.xlsx").mkdir()

    for name in ("gone.xlsx", "empty.xlsx", "text.xlsx", "old.xls", "cut.xlsx", "folder.xlsx"):
        assert name in _refusal(tmp_path / name)
    assert "xml.xlsx" in _refusal(broken_xml)
    assert "part.xlsx" in _refusal(without_book)


def test_results_are_set_for_known_applicants(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER, GROUP]))

    done = _import(workbook(tmp_path / "r.xlsx", [RESULT, (*LEADER[:3], "ผ่าน", "๘๗"), (*GROUP[:3], "ไม่ผ่าน", 40)]))

    assert done.results == 2
    assert list(Applicant.objects.values_list("group", "result", "score")) == [
        ("leader", "passed", "๘๗"),
        ("organisation", "failed", "40"),
    ]


def test_a_result_for_a_stranger_is_refused_and_no_other_result_is_set(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER]))
    rows = [RESULT, (*LEADER[:3], "ผ่าน", 87), (*GROUP[:3], "ผ่าน", 90)]

    with pytest.raises(InputRefused, match=r"แถว 4: ไม่มี “กลุ่มออมทรัพย์”"):
        _import(workbook(tmp_path / "r.xlsx", rows))

    assert Applicant.objects.get().result == ""


def test_a_result_other_than_passed_or_failed_is_refused(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER]))

    with pytest.raises(InputRefused, match=r"แถว 3 คอลัมน์ D: “รอ” ต้องเป็น ผ่าน หรือ ไม่ผ่าน"):
        _import(workbook(tmp_path / "r.xlsx", [RESULT, (*LEADER[:3], "รอ", 87)]))


def test_results_do_not_touch_the_applicants_details(tmp_path: Path) -> None:
    _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER]))

    _import(workbook(tmp_path / "r.xlsx", [RESULT, (*LEADER[:3], "ผ่าน", 87)]))

    assert Applicant.objects.get().place == "หมู่ที่ ๓"


def test_the_sample_workbooks_bring_44_applicants_who_pass(tmp_path: Path) -> None:
    applicants, results = write_workbooks(tmp_path, year=BE(2562), province="ฉะเชิงเทรา")

    assert _import(applicants) == Imported(rows=44, added=44, changed=0, results=0)
    assert _import(results) == Imported(rows=44, added=0, changed=0, results=44)
    assert {a.name for a in Applicant.objects.all()} == {a.name for a in read_applicants()}


def test_another_years_applicants_are_left_alone(tmp_path: Path) -> None:
    next_year = entered_year(year_be=2563)
    register.enter_applicants(next_year, [entry("นายประเสริฐ แสงตะวัน")], actor="tester")

    assert _import(workbook(tmp_path / "a.xlsx", [HEADER, LEADER])).added == 1
    assert [a.name for a in register.applicants(next_year)] == ["นายประเสริฐ แสงตะวัน"]
