"""Staff in a real browser: the first administrator's way to a certificate, and the pages a clerk works on every day."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import PATIENCE, REPOSITORY, Live, log_in
from looks import sound
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

OFFICE = Path(__file__).with_name("staff_office.py")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The web process alone, with a small year and its people; one for all tests of a day's work."""
    home = tmp_path_factory.mktemp("live") / "home"
    with Live(home, f"sqlite://{home}.sqlite3", workers=0) as service:
        yield service


def _shown(page: Page, name: str) -> None:
    """A small picture for the docs, only where it is asked for."""
    if os.environ.get("WRITE_PICTURES") != "1":
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"web-{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


# ------------------------------------------------------------------------------------------- the first administrator
def test_from_the_printed_password_to_a_certificate_without_reading_anything(
    tmp_path: Path, database_url: str, browser: Browser
) -> None:
    live = Live(tmp_path / "home", database_url)
    live.start()
    try:
        said = (live.home / "live.log").read_text()
        page = browser.new_context(base_url=live.address, locale="th-TH").new_page()
        _first_login(page, said)
        _first_year(page)
        _first_applicant(page)
        _first_result(page)
        _first_certificate(page, tmp_path / "certificate.pdf")
        assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    finally:
        live.stop()


def _printed(said: str, label: str) -> str:
    found = re.search(rf"{label}\s+(\S+)", said)
    assert found, said
    return found[1]


def _first_login(page: Page, said: str) -> None:
    page.goto(_printed(said, "เปิดในเบราว์เซอร์"))
    page.get_by_label("ชื่อผู้ใช้").fill(_printed(said, "ชื่อผู้ใช้"))
    page.get_by_label("รหัสผ่าน").fill(_printed(said, "รหัสผ่านครั้งแรก"))
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_label("รหัสผ่านใหม่").fill("correct horse battery")
    page.get_by_role("button", name="ตั้งรหัสผ่าน").click()


def _first_year(page: Page) -> None:
    page.get_by_role("link", name="เริ่มปีแรก").click()
    page.get_by_label("จังหวัด", exact=True).select_option("สงขลา")
    expect(page.locator("#districts")).to_contain_text("หาดใหญ่")
    page.get_by_label("โทรศัพท์สำนักงาน").fill("๐-๗๔๓๑-๐๐๐๐")
    page.get_by_label("ชื่อและสกุลพร้อมคำนำหน้า").fill("นายตัวอย่าง สมมติ")
    sound(page)
    page.get_by_role("button", name="เริ่มงาน").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("จังหวัดสงขลา")


def _first_applicant(page: Page) -> None:
    page.locator("#next .button").first.click()
    page.locator("main").get_by_role("link", name="เพิ่มผู้สมัคร").first.click()
    page.get_by_label("อำเภอ", exact=True).select_option(label="หาดใหญ่")
    page.get_by_label("กลุ่มเป้าหมาย").select_option(label="ผู้นำชุมชน")
    page.get_by_label("ชื่อ", exact=False).first.fill("นางสาวทดลอง ใจดี")
    page.get_by_role("button", name="เพิ่มผู้สมัคร").click()


def _first_result(page: Page) -> None:
    page.get_by_role("link", name="ภาพรวม").first.click()
    page.get_by_role("link", name=re.compile("บันทึกผลการประเมิน")).click()
    page.get_by_label("ผ่าน", exact=True).check()
    expect(page.get_by_text("บันทึกแล้ว")).to_be_visible()


def _first_certificate(page: Page, path: Path) -> None:
    page.get_by_role("link", name="ภาพรวม").first.click()
    page.get_by_role("link", name=re.compile("ออกใบประกาศ")).click()
    page.get_by_role("button", name=re.compile(r"ขอใบประกาศ.* ราย")).click()
    made = page.locator("main").get_by_role("link", name=re.compile("ใบประกาศเกียรติคุณ.*ทดลอง"))
    made.first.click()
    sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    download.value.save_as(path)


# -------------------------------------------------------------------------------------------------------- every day
def test_the_year_at_a_glance_on_a_screen_and_on_a_phone(live: Live, browser: Browser) -> None:
    for phone in (False, True):
        context, page = log_in(browser, live, "staff", phone=phone)
        page.goto("/2562/")
        expect(page.get_by_role("row", name=re.compile("บางคล้า"))).to_be_visible()
        sound(page)
        page.get_by_role("row", name=re.compile("บางคล้า")).get_by_role("link").first.click()
        expect(page).to_have_url(re.compile(r"/2562/applicants/\?district=2402&group=leader"))
        context.close()


def test_an_officer_sees_what_is_missing_on_a_phone(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "officer", phone=True)
    page.goto("/2562/")
    expect(page.get_by_text("สำเนาทะเบียนบ้าน")).to_be_visible()
    expect(page.get_by_text("บางคล้า")).to_have_count(0)
    sound(page)
    _shown(page, "overview-district")


def test_results_are_kept_as_they_are_chosen(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "staff")
    page.goto("/2562/results/")
    sound(page)
    row = page.get_by_role("row", name=re.compile("ประเสริฐ"))
    row.get_by_label("ผ่าน", exact=True).check()
    expect(row.get_by_text("บันทึกแล้ว")).to_be_visible()
    row.get_by_label(re.compile("คะแนน")).fill("๘๗")
    row.get_by_label(re.compile("คะแนน")).press("Tab")
    expect(row.locator("[name^=seen-]")).to_have_value("passed|๘๗")
    page.reload()
    expect(row.get_by_label("ผ่าน", exact=True)).to_be_checked()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("ให้ผ่านทั้ง ๓ ราย")).click()
    expect(page.get_by_text("บันทึกผลผ่าน ๓ ราย")).to_be_visible()
    _shown(page, "results")


def test_what_was_typed_survives_a_crash_and_a_colleague(live: Live, browser: Browser) -> None:
    _, mine = log_in(browser, live, "staff")
    _, theirs = log_in(browser, live, "admin")
    for page in (mine, theirs):
        page.goto("/2562/setup/office/")
    sound(mine)
    mine.get_by_label("โทรศัพท์").fill("๐-๒๑๔๑-๑๑๑๑")
    mine.reload()
    expect(mine.get_by_label("โทรศัพท์")).to_have_value("๐-๒๑๔๑-๑๑๑๑")
    theirs.get_by_label("โทรศัพท์").fill("๐-๒๑๔๑-๒๒๒๒")
    theirs.get_by_role("button", name="บันทึก", exact=True).click()
    expect(theirs.get_by_text("บันทึก “สำนักงาน” แล้ว")).to_be_visible()

    mine.get_by_role("button", name="บันทึก", exact=True).click()

    expect(mine.get_by_role("alert").first).to_contain_text("มีผู้อื่นบันทึกส่วนนี้ไปก่อน")
    expect(mine.get_by_role("row", name=re.compile("โทรศัพท์"))).to_contain_text("๐-๒๑๔๑-๒๒๒๒")
    expect(mine.get_by_label("โทรศัพท์")).to_have_value("๐-๒๑๔๑-๑๑๑๑")
    sound(mine)
    _shown(mine, "setup-clash")
    mine.get_by_role("button", name="บันทึก", exact=True).click()
    expect(mine.get_by_text("บันทึก “สำนักงาน” แล้ว")).to_be_visible()


def _on_a_slow_line(page: Page, address: str) -> list[Route]:
    """A page that stands there to be read while htmx is on its way; ``_arrives`` lets what this gives through."""
    held: list[Route] = []
    page.route("**/htmx*.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    for _ in range(PATIENCE // 20):
        if held:
            return held
        page.wait_for_timeout(20)
    raise AssertionError("the page never asked for htmx")


def _arrives(page: Page, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    expect(page.locator("html")).to_have_class("ready")
    page.unroute("**/htmx*.js")


def test_what_is_typed_before_a_slow_line_has_brought_the_scripts_counts(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "staff")
    page.goto("/2562/setup/office/")
    page.get_by_label("โทรศัพท์").fill("๐-๒๑๔๑-๓๓๓๓")  # kept from before
    page.get_by_label("ไปรษณีย์อิเล็กทรอนิกส์").fill("before@example.org")

    held = _on_a_slow_line(page, "/2562/setup/office/")
    page.get_by_label("ไปรษณีย์อิเล็กทรอนิกส์").fill("quick@example.org")
    _arrives(page, held)
    expect(page.get_by_label("โทรศัพท์")).to_have_value("๐-๒๑๔๑-๓๓๓๓")
    expect(page.get_by_label("ไปรษณีย์อิเล็กทรอนิกส์")).to_have_value("quick@example.org")
    page.reload()
    expect(page.get_by_label("ไปรษณีย์อิเล็กทรอนิกส์")).to_have_value("quick@example.org")

    held = _on_a_slow_line(page, "/2562/results/")
    row = page.get_by_role("row", name=re.compile("ประเสริฐ"))
    row.get_by_label("ไม่ผ่าน", exact=True).check()
    _arrives(page, held)
    expect(row.get_by_text("บันทึกแล้ว")).to_be_visible()

    held = _on_a_slow_line(page, "/2562/setup/orders.0/")
    add = page.locator("[data-add]").first
    expect(add).to_be_attached()
    expect(add).to_be_hidden()
    _arrives(page, held)
    expect(add).to_be_visible()


def test_a_committee_is_edited_by_hand_and_by_keyboard(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "staff")
    page.goto("/2562/setup/")
    sound(page)
    _shown(page, "setup")
    page.get_by_role("link", name=re.compile("คำสั่งฉบับที่ ๑")).click()
    sound(page)
    members = page.locator("#f-members")
    before = members.locator("[data-entry]").count()
    members.get_by_role("button", name=re.compile(r"\+ เพิ่ม")).press("Enter")
    last = members.locator("[data-entry]").last
    last.get_by_label(re.compile("หรือพิมพ์ชื่อ")).fill("คลังจังหวัด{province}")
    last.get_by_label(re.compile("หน้าที่ในคณะ")).fill("กรรมการ")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    page.get_by_role("link", name=re.compile("คำสั่งฉบับที่ ๑")).click()
    expect(members.locator("[data-entry]")).to_have_count(before + 1)


def test_the_next_year_is_one_button(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "staff", phone=True)
    page.goto("/years/new/")
    sound(page)
    page.get_by_role("button", name="เริ่มปี ๒๕๖๓").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ปี ๒๕๖๓")
    expect(page.get_by_role("heading", name="ควรดูอีกครั้ง")).to_be_visible()
    sound(page)


def test_a_whole_year_is_read_at_one_glance(live: Live, browser: Browser) -> None:
    subprocess.run([sys.executable, str(OFFICE)], env=live.environ, cwd=REPOSITORY, check=True, capture_output=True)
    for phone in (False, True):
        context, page = log_in(browser, live, "staff", phone=phone)
        page.goto("/2562/")
        expect(page.get_by_role("row", name=re.compile("พนมสารคาม"))).to_contain_text("ครบ")
        expect(page.locator("tfoot")).to_contain_text("๖/๑๑")
        sound(page)
        _shown(page, "overview-phone" if phone else "overview")
        context.close()
