"""How long what is filed is kept: by class and calendar year, what is due, and what a hold keeps back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from disposal_office import NAME, OLD, ORDER, TODAY, old_dossier
from office_year import KEY, entered_year, filed, filing, settings

from docservice import archive, drafts, register, retained, retention
from docservice.drafts import Desk
from docservice.errors import Conflict, InputRefused
from docservice.models import Event
from docservice.retention_schedule import schedule
from docservice.thai import BE
from docservice.yearfile import YearFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def due(today: date = TODAY) -> list[str]:
    return [dossier.key for dossier, kept in retention.over(None, "24", today) if kept.is_due(today)]


def kept(key: str) -> retained.Keeping:
    return retained.of(archive.get(key))


@pytest.mark.parametrize(
    ("kinds", "code", "last"),
    [
        (["book", "certificate"], "ten-years", 2572),
        (["application-form"], "one-year", 2563),
        (["application-form", "letter"], "ten-years", 2572),
        (["order", "letter"], "twenty-years", 2582),
        (["order", "register-orders"], "permanent", None),
        (["letter", "legal-hold"], "ten-years", 2572),
        (["legal-hold"], "permanent", None),
    ],
)
def test_a_dossier_is_kept_in_the_longest_class_of_its_kinds(kinds: list[str], code: str, last: int | None) -> None:
    found = schedule().of(kinds)
    year = found.last_year(BE(2562))
    assert (found.code, year and int(year)) == (code, last)


def test_a_dossier_is_kept_to_the_end_of_the_calendar_year_and_due_on_the_day_after() -> None:
    filed(filing("book/book.pdf", b"book", kind="book"), key="2558/24/2401/leader-0001")
    assert kept("2558/24/2401/leader-0001").until == date(2025, 12, 31)
    assert due(date(2025, 12, 31)) == []
    assert due(date(2026, 1, 1)) == ["2558/24/2401/leader-0001"]


def test_a_paper_dated_in_a_later_year_counts_from_its_own_date() -> None:
    facts = {"facts": {"date": "2017-03-01"}}
    filed(filing("paper/letter.pdf", b"late", provenance=facts), key="2558/24/2400/letter-0001")
    assert (kept("2558/24/2400/letter-0001").closed, kept("2558/24/2400/letter-0001").until) == (
        BE(2560),
        date(2027, 12, 31),
    )


def test_the_year_file_may_choose_other_classes() -> None:
    filed(filing("book/book.pdf", b"book", kind="book"), key=KEY)
    assert kept(KEY).until == date(2029, 12, 31)
    register.enter_year(settings(retention={"book": "five-years"}), actor="tester")
    assert kept(KEY).until == date(2024, 12, 31)
    assert due() == [KEY]


@pytest.mark.parametrize("choices", [{"book": "forever"}, "ten-years"])
def test_a_class_that_is_not_there_is_refused_with_its_place(choices: object) -> None:
    with pytest.raises(InputRefused, match="retention"):
        YearFile.parse(settings(retention=choices))


def test_what_goes_to_the_national_archives_is_over_but_never_due() -> None:
    facts = {"facts": {"date": "1997-01-11"}}
    filed(filing("paper/order.pdf", b"order", kind="order", provenance=facts), key=ORDER)
    assert [dossier.key for dossier, _ in retention.over(None, "24", TODAY)] == [ORDER]
    assert due() == []


@pytest.mark.parametrize(("kind", "year"), [("book", 2030), ("order", 2040), ("legal-hold", None)])
def test_a_store_that_locks_is_asked_to_lock_to_the_end_of_the_class(kind: str, year: int | None) -> None:
    filed(filing("book/book.pdf", b"book", kind="book", provenance={}))
    fresh = [filing("paper/x.pdf", b"x", kind=kind, provenance={})]
    until = retained.locked_until(archive.get(KEY), fresh)
    assert (until.year, until.month, until.day) == (year or 2030, 1, 1)
    assert retained.locked_until(archive.get(KEY), [filing("p", b"", kind="register-orders")]).year > 2110


def test_a_hold_keeps_a_dossier_back_until_it_is_lifted_and_both_say_who_and_why() -> None:
    old_dossier()
    retention.place_hold(archive.get(OLD), "คดีหมายเลขดำที่ ๑/๒๕๖๙", actor="lawyer")
    assert due() == []
    assert (kept(OLD).hold["by"], kept(OLD).hold["reason"]) == ("lawyer", "คดีหมายเลขดำที่ ๑/๒๕๖๙")
    with pytest.raises(Conflict, match="อยู่แล้ว"):
        retention.place_hold(archive.get(OLD), "อีกคดี", actor="lawyer")

    lifted = retention.lift_hold(OLD, "คดีถึงที่สุด", actor="chief")

    assert due() == [OLD]
    assert lifted.provenance["placed"]["by"] == "lawyer"
    told = Event.objects.filter(verb__startswith="hold.").order_by("id").values_list("verb", "actor", "subject")
    assert list(told) == [("hold.placed", "lawyer", OLD), ("hold.lifted", "chief", OLD)]
    with pytest.raises(Conflict, match="ไม่ได้ถูกระงับ"):
        retention.lift_hold(OLD, "อีกครั้ง", actor="chief")


def test_a_hold_on_a_year_keeps_every_dossier_of_it_back() -> None:
    old_dossier()
    old_dossier("2551/24/2401/leader-0001")
    retention.hold_year(2550, "24", "สตง. ตรวจสอบ", actor="lawyer")
    assert due() == ["2551/24/2401/leader-0001"]
    assert len(retention.holds(None, "24")) == 1
    retention.lift_hold(retained.year_hold_key(2550, "24"), "ตรวจสอบเสร็จ", actor="chief")
    assert due() == [OLD, "2551/24/2401/leader-0001"]


def test_a_hold_without_a_reason_is_refused() -> None:
    old_dossier()
    with pytest.raises(InputRefused, match="เหตุผล"):
        retention.place_hold(archive.get(OLD), "  ", actor="lawyer")


def test_holds_and_decisions_come_back_from_the_store_alone() -> None:
    entered_year()
    old_dossier()
    retention.place_hold(archive.get(OLD), "คดี", actor="lawyer")
    archive.get(OLD).documents.all().delete()
    archive.get(OLD).delete()

    archive.reindex(actor="tester")

    assert kept(OLD).hold["reason"] == "คดี"


def facts_of(kind: str, year_be: int) -> dict[str, Any]:
    desk = Desk(entered_year(year_be=year_be), "clerk")
    (draft,) = drafts.of_kind(desk, kind)
    return dict(draft.facts)


def test_form_19_lists_the_year_with_how_long_each_is_kept_and_names_no_applicant() -> None:
    about = {"kind": "letter", "provenance": {"facts": {"date": "2007-01-11"}}}
    filed(filing("paper/letter.pdf", b"letter", **about), key="2550/24/2400/letter-w0169", title="หนังสือเวียน")
    old_dossier()
    rows = {row["code"]: row for row in facts_of("retention-sent", 2550)["rows"]}
    assert (rows["2550/24/2400/letter-w0169"]["number"], rows["2550/24/2400/letter-w0169"]["date"]) == (
        "ฉช ๐๐๑๙/ว ๑๖๙",
        "2007-01-11",
    )
    assert rows[OLD]["keep"] == "เก็บไม่น้อยกว่า ๑๐ ปี (ถึง ๓๑ ธ.ค. ๖๐)"
    assert NAME not in str(rows)


def test_form_21_lists_what_is_twenty_years_old_and_says_what_is_kept_for_ever() -> None:
    filed(filing("paper/order.pdf", b"order", kind="order", provenance={}), key=ORDER, title="คำสั่งเก่า")
    filed(filing("paper/register.pdf", b"x", kind="register-orders", provenance={}), key="2541/24/2400/register-orders")
    old_dossier()
    rows = {row["code"]: row["remark"] for row in facts_of("retention-twenty", 2562)["rows"]}
    assert set(rows) == {ORDER, "2541/24/2400/register-orders"}
    assert rows["2541/24/2400/register-orders"].startswith("ขอเก็บเอง")
    with pytest.raises(InputRefused, match="ไม่มีแฟ้ม"):
        facts_of("retention-twenty", 2555)
