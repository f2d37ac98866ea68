"""Guessing a file's slot from its name: right for the names districts use, silent about names that say nothing."""

from __future__ import annotations

import pytest
from office_year import SETTINGS

from docservice.checklist import UNASSIGNED, guess_slot

CHECKLISTS = {group["code"]: group["checklist"] for group in SETTINGS["groups"]}


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("ใบสมัคร", "application"),
        ("01 ใบสมัคร (แก้ไข)", "application"),
        ("๑.ใบสมัคร", "application"),
        ("รูปถ่าย", "photo"),
        ("รูปถ่าย 2", "photo"),
        ("สำเนาทะเบียนบ้าน", "house"),
        ("ทะเบียนบ้าน_หน้า1", "house"),
        ("สำเนาบัตรประชาชน", "id-card"),
        ("บัตรประชาชน", "id-card"),
        ("รายชื่อคณะที่ปรึกษา", "advisers"),
        ("id-card", "id-card"),
        ("ID CARD 01", "id-card"),
    ],
)
def test_a_leaders_files_go_to_their_slots(name: str, slot: str) -> None:
    assert guess_slot([name], CHECKLISTS["leader"]) == slot


@pytest.mark.parametrize(
    ("group", "name", "slot"),
    [
        ("organisation", "บันทึกการประชุม", "minutes"),
        ("network", "รายชื่อทีมพัฒนา", "team"),
        ("community", "บันทึกประชาคม", "forum-minutes"),
        ("community", "รายชื่อทีมนำการพัฒนา", "team"),
    ],
)
def test_the_other_groups_files_go_to_their_slots(group: str, name: str, slot: str) -> None:
    assert guess_slot([name], CHECKLISTS[group]) == slot


@pytest.mark.parametrize("name", ["IMG_2045", "scan0001", "เอกสาร", "ก", "", "1", "...", "ขขขขขขขขขข"])
def test_a_name_that_says_nothing_is_left_for_a_person(name: str) -> None:
    assert guess_slot([name], CHECKLISTS["leader"]) == UNASSIGNED


def test_the_folder_helps_where_the_file_name_says_nothing() -> None:
    assert guess_slot(["IMG_2045", "ทะเบียนบ้าน"], CHECKLISTS["leader"]) == "house"


def test_the_file_name_counts_before_the_folder() -> None:
    assert guess_slot(["รูปถ่าย", "ใบสมัคร"], CHECKLISTS["leader"]) == "photo"


def test_an_empty_checklist_has_no_slot() -> None:
    assert guess_slot(["ใบสมัคร"], []) == UNASSIGNED
