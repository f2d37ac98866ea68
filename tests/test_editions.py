"""Editions of templates: what becomes of one, who may, which is in force; nothing is lost with the database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from edition_files import LETTER, LONG_AGO, TEMPLATES, approved, changed, ready, uploaded
from office_year import filed, filing

from docservice import edition_store, editions, stores
from docservice.editions import Place
from docservice.errors import Conflict, FixityBroken, Forbidden, InputRefused, NotFound, Outdated, TooLarge
from docservice.models import Edition, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

HERE, ELSEWHERE = Place("24", "letter"), Place("30", "letter")
NEW = changed(LETTER, ("เรื่อง", "หัวข้อ"))
NEWER = changed(LETTER, ("เรื่อง", "ข้อความเรื่อง"))
TODAY = editions.today()
DAY = timedelta(days=2)  # a midnight may pass while these run


def test_what_is_sent_in_waits_for_its_check_and_is_kept_by_its_digest() -> None:
    row = uploaded(NEW)
    assert (row.state, row.number, row.name) == (Edition.CHECKING, 1, "24-letter-1")
    assert edition_store.data(row.sha256) == NEW
    assert Event.objects.filter(verb="template.uploaded", subject="template/24-letter-1").count() == 1


def test_an_edition_is_in_force_from_its_day_for_its_own_province() -> None:
    row = approved(NEW, date(2026, 1, 10))
    assert editions.in_force(HERE, date(2026, 1, 9)) is None
    assert editions.in_force(HERE, date(2026, 1, 10)) == row
    assert editions.in_force(ELSEWHERE, date(2026, 1, 10)) is None


def test_the_one_with_the_latest_day_is_in_force_and_of_one_day_the_later_one() -> None:
    first, second = approved(NEW, LONG_AGO), approved(NEWER, LONG_AGO)
    assert editions.in_force(HERE, TODAY) == second
    third = approved(changed(LETTER, ("เรียน", "เรียนท่าน")), TODAY + DAY)
    assert editions.in_force(HERE, TODAY) == second
    assert editions.coming(HERE, TODAY) == [third]
    assert (first.number, second.number, third.number) == (1, 2, 3)


def test_whoever_sent_it_cannot_approve_it_not_even_in_the_database() -> None:
    row = ready(NEW)
    with pytest.raises(Forbidden, match="อนุมัติเองไม่ได้"):
        editions.approve(row, TODAY, actor="staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=row.pk).update(state=Edition.APPROVED, effective=TODAY, approved_by="staff")


def test_only_what_is_checked_and_without_fault_is_approved() -> None:
    with pytest.raises(Conflict, match="ยังตรวจไม่เสร็จ"):
        editions.approve(uploaded(NEW), TODAY, actor="boss")
    faulty = editions.checked(uploaded(NEWER), {"faults": [{}]}, sound=False, actor="x")
    with pytest.raises(Conflict, match="มีที่ผิด"):
        editions.approve(faulty, TODAY, actor="boss")


def test_a_day_that_is_past_is_refused_only_where_papers_of_then_are() -> None:
    told = {"facts": {"date": "2019-01-11"}}
    filed(filing("paper/letter.pdf", b"%PDF", provenance=told), key="2562/24/2400/letter-0001")
    row = ready(NEW)
    with pytest.raises(Conflict, match="ทำด้วยแม่แบบเดิมแล้ว"):
        editions.approve(row, date(2019, 1, 11), actor="boss")
    assert editions.approve(row, date(2019, 1, 12), actor="boss").effective == date(2019, 1, 12)
    assert approved(NEW, date(2019, 1, 1), province="30").state == Edition.APPROVED


@pytest.mark.parametrize("state", [Edition.CHECKING, Edition.FAULTY, Edition.READY, Edition.APPROVED])
def test_the_same_bytes_are_refused_while_they_wait_or_are_in_force(state: str) -> None:
    row = approved(NEW) if state == Edition.APPROVED else uploaded(NEW)
    Edition.objects.filter(pk=row.pk).update(state=state)
    with pytest.raises(Conflict, match="เหมือนแม่แบบรุ่นที่ ๑"):
        uploaded(NEW)
    assert uploaded(NEW, province="30").number == 1


def test_an_edition_that_others_followed_may_come_back_and_so_may_one_withdrawn() -> None:
    approved(NEW, LONG_AGO)
    approved(NEWER, LONG_AGO + DAY)
    again = uploaded(NEW)
    assert again.number == 3
    editions.withdraw(again, "ส่งผิด", actor="staff")
    assert uploaded(NEW).number == 4


def test_the_stock_template_is_refused_while_it_is_in_force_and_may_come_back_later() -> None:
    stock = (TEMPLATES / LETTER).read_bytes()
    with pytest.raises(Conflict, match="แม่แบบกลาง"):
        uploaded(stock)
    approved(NEW)
    assert uploaded(stock).number == 2


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", InputRefused, "ไฟล์ว่าง"),
        (b"%PDF-1.7", InputRefused, "PDF"),
        (b"\xd0\xcf\x11\xe0 old", InputRefused, "Word รุ่นเก่า"),
        (b"{\\rtf1", InputRefused, "RTF"),
        (b"hello", InputRefused, "ไม่ใช่ไฟล์ Word"),
        (b"PK" + bytes(20_000_001), TooLarge, "เกิน ๒๐ MB"),
    ],
)
def test_what_is_no_word_file_is_refused_in_one_sentence(data: bytes, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        uploaded(data)
    assert not Edition.objects.exists()


def test_a_kind_or_variant_that_there_is_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="ไม่มีเอกสารชนิด"):
        uploaded(NEW, "lettre")
    with pytest.raises(NotFound, match="ไม่มีแบบ"):
        uploaded(NEW, "application-form", variant="nobody")
    with pytest.raises(NotFound):
        uploaded(NEW, "letter", variant="leader")


def test_what_is_not_in_force_yet_is_withdrawn_with_its_reason() -> None:
    row = approved(NEW, TODAY + DAY)
    with pytest.raises(InputRefused, match="เหตุผล"):
        editions.withdraw(row, "  ", actor="staff")
    gone = editions.withdraw(row, "เลือกวันผิด", actor="staff")
    assert (gone.state, gone.reason, editions.coming(HERE, TODAY)) == (Edition.WITHDRAWN, "เลือกวันผิด", [])
    with pytest.raises(Conflict, match="ถอนแล้ว"):
        editions.withdraw(gone, "อีกครั้ง", actor="staff")


def test_what_is_in_force_or_made_papers_already_is_not_withdrawn() -> None:
    with pytest.raises(Conflict, match="เริ่มใช้แล้ว"):
        editions.withdraw(approved(NEW, TODAY), "ผิด", actor="staff")
    ahead = approved(NEWER, TODAY + DAY)
    told = {"facts": {}, "template": ahead.sha256}
    filed(filing("paper/letter.pdf", b"%PDF", provenance=told), key="2569/24/2400/letter-0001")
    with pytest.raises(Conflict, match="มีเอกสารที่ทำด้วย"):
        editions.withdraw(ahead, "ผิด", actor="staff")


def test_two_people_who_change_the_same_edition_are_told_and_nothing_is_overwritten() -> None:
    row = ready(NEW)
    stale = Edition.objects.get(pk=row.pk)
    editions.approve(row, TODAY + DAY, actor="boss")
    with pytest.raises(Outdated):
        editions.withdraw(stale, "ผิด", actor="other")
    assert Edition.objects.get(pk=row.pk).state == Edition.APPROVED


def test_a_step_that_a_crash_left_in_the_store_only_is_taken_up_by_the_next_one() -> None:
    row = ready(NEW)
    before = dict(Edition.objects.values().get(pk=row.pk))
    editions.approve(row, TODAY + DAY, actor="boss")
    Edition.objects.filter(pk=row.pk).update(**before)
    with pytest.raises(Outdated):
        editions.approve(Edition.objects.get(pk=row.pk), TODAY, actor="other")
    found = Edition.objects.get(pk=row.pk)
    assert (found.state, found.approved_by, found.effective) == (Edition.APPROVED, "boss", TODAY + DAY)


def test_an_edition_that_a_crash_left_in_the_store_only_keeps_its_number() -> None:
    uploaded(NEW)
    Edition.objects.all().delete()
    assert uploaded(NEWER).number == 2
    assert [row.number for row in HERE.rows] == [2, 1]


def test_the_rows_come_back_from_the_store_alone() -> None:
    kept = [approved(NEW), editions.withdraw(uploaded(NEWER), "ผิด", actor="x"), uploaded(NEW, province="30")]
    before = list(Edition.objects.order_by("province", "number").values())
    Edition.objects.all().delete()
    assert editions.restore() == len(kept)
    after = list(Edition.objects.order_by("province", "number").values())
    assert [{**row, "id": 0} for row in after] == [{**row, "id": 0} for row in before]
    assert editions.restore() == 0


def test_bytes_that_are_not_what_was_kept_are_said_to_be_broken(home: Path) -> None:
    row = uploaded(NEW)
    (path,) = (home / "store" / stores.TEMPLATES).rglob(f"{row.sha256}.docx")
    path.chmod(0o600)
    path.write_bytes(b"PK other")
    with pytest.raises(FixityBroken, match="เสียหายหรือถูกแก้ไข"):
        edition_store.data(row.sha256)
