"""Hiding personal data in a real browser: drawn with the mouse at a desk, by keys, tapped on a phone; then the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from live import Live, log_in
from looks import kept, serious
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect
from surroundings import POSTGRESQL

NAME = "นายประเสริฐ แสงตะวัน"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service with one worker."""
    place = tmp_path_factory.mktemp("live")
    if not POSTGRESQL:
        with Live(place / "home", f"sqlite://{place}/docservice.sqlite3") as service:
            yield service
        return
    with postgres.fresh() as url, Live(place / "home", url) as service:
        yield service


def card(path: Path) -> Path:
    """Something like an ID card on a sheet; nobody's."""
    sheet = Image.new("RGB", (1000, 1414), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rounded_rectangle((120, 150, 880, 620), 24, outline="#3a6ea5", width=5, fill="#e8f1fa")
    pen.rectangle((680, 330, 840, 540), fill="#b9c6d4")
    pen.text((160, 190), "ID 0-0000-00000-00-0", fill="black", font_size=44)
    for line in range(5):
        pen.line((160, 290 + line * 60, 600 - line * 40, 290 + line * 60), fill="#5b6472", width=14)
    sheet.save(path)
    return path


def saved(page: Page) -> None:
    expect(page.locator("#redact")).to_have_attribute("data-state", "saved")


def numbers(page: Page) -> list[list[float]]:
    """The rows of numbers that are filled in: left, top, width, height."""
    rows: list[list[float]] = page.eval_on_selector_all(
        "#rows tr",
        """rows => rows.map(row => ["left", "top", "width", "height"].map(n => row.querySelector(`[name=${n}]`).value))
           .filter(each => each.every(v => v !== "")).map(each => each.map(Number))""",
    )
    return rows


def drawn(page: Page) -> None:
    """The picture of the first page is there."""
    expect(page.locator(".paper img").first).to_have_js_property("complete", True)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
    page.mouse.move(*end, steps=3)
    page.mouse.up()


def handed_in(page: Page, tmp_path: Path) -> None:
    page.goto("/2562/applicants/")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    page.wait_for_load_state()  # its scripts have run: files chosen before that go nowhere
    files = [card(tmp_path / "สำเนาบัตรประชาชน.png"), card(tmp_path / "ใบสมัคร.png")]
    Image.new("RGB", (900, 700), "#7aa57a").save(files[1])
    page.locator("#intake input[webkitdirectory]").evaluate("e => e.removeAttribute('webkitdirectory')")
    page.locator("#pick-files").set_input_files(files)
    expect(page.locator("#sending")).to_have_attribute("data-state", "done")


def test_an_officer_draws_mends_and_removes_areas_and_the_book_is_made(
    live: Live, browser: Browser, tmp_path: Path
) -> None:
    _, page = log_in(browser, live, "officer")
    handed_in(page, tmp_path)
    page.get_by_role("link", name="ฉบับสำหรับคณะกรรมการ").click()
    expect(page.get_by_text("ยังไม่ได้ตรวจ ๒ จาก ๒ ไฟล์")).to_be_visible()
    assert serious(page) == []
    kept(page, "redaction-files")
    page.get_by_role("link", name="ตรวจ สำเนาบัตรประชาชน.png").click()

    paper = page.locator(".paper")
    expect(paper.locator("img")).to_be_visible()
    drawn(page)
    page.evaluate("scrollTo(0, 0)")
    box = paper.bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100

    # Drawn with the mouse, moved by keys, sized by keys.
    drag(page, at(15, 13), at(62, 17))
    area = page.locator(".area")
    expect(area).to_have_count(1)
    expect(area).to_be_focused()
    saved(page)
    ((left, top, width, height),) = numbers(page)
    assert abs(left - 15) < 1
    assert abs(width - 47) < 1
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert numbers(page) == [[pytest.approx(n, abs=0.02) for n in (left + 0.5, top + 0.5, width + 0.5, height - 0.5)]]

    # The kind by a click; dragged elsewhere; another one by a button; taken out and called back.
    page.get_by_label("ศาสนา", exact=True).check()
    expect(area.locator(".word")).to_have_text("ศาสนา")
    drag(page, at(40, 15), at(45, 25))
    assert abs(numbers(page)[0][1] - (top + 10.5)) < 0.5
    page.get_by_role("button", name="เพิ่มแถบดำในหน้านี้").click()
    expect(page.locator(".area")).to_have_count(2)
    page.keyboard.press("Delete")
    expect(page.locator(".area")).to_have_count(1)
    page.get_by_role("button", name="เรียกแถบคืน").click()
    expect(page.locator(".area")).to_have_count(2)
    page.evaluate("scrollTo(0, 0)")
    saved(page)
    assert serious(page) == []
    kept(page, "redaction")

    page.get_by_label("ตรวจครบทุกหน้าแล้ว").check()
    saved(page)
    page.reload()
    expect(page.locator(".area")).to_have_count(2)
    expect(page.get_by_label("ตรวจครบทุกหน้าแล้ว")).to_be_checked()
    page.get_by_role("button", name="บันทึกและไปต่อ").click()
    expect(page.get_by_text("ใบสมัคร.png")).to_be_visible()
    page.get_by_label("ตรวจแล้ว ไม่มีอะไรต้องปิด").check()
    page.get_by_role("button", name="บันทึกและไปต่อ").click()
    expect(page.get_by_text("ตรวจครบทั้ง ๒ ไฟล์แล้ว")).to_be_visible()

    page.get_by_role("button", name="ทำเล่มฉบับปกปิด").click()
    link = page.get_by_role("link", name="ฉบับปกปิดที่จัดเก็บ")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ฉบับปกปิดข้อมูลส่วนบุคคล")
    sheet = page.locator(".viewer-pages li").nth(2)
    sheet.scroll_into_view_if_needed()
    expect(sheet.locator("img")).to_have_js_property("complete", True)
    expect(sheet.locator("img")).not_to_have_js_property("naturalWidth", 0)
    sheet.evaluate("e => e.scrollIntoView({block: 'start'})")
    kept(page, "redaction-book")


def test_a_finger_taps_an_area_and_a_second_window_is_told(live: Live, browser: Browser, tmp_path: Path) -> None:
    _, officer = log_in(browser, live, "officer")
    handed_in(officer, tmp_path)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=live.address, locale="th-TH", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    _, desk = log_in(browser, live, "staff")
    page.goto("/login/")
    context.add_cookies(desk.context.cookies())
    for window in (desk, page):
        window.goto("/2562/applicants/")
        window.get_by_role("link", name=NAME).click()
        window.get_by_role("link", name="ฉบับสำหรับคณะกรรมการ").click()
        window.get_by_role("link", name=re.compile("^(แก้|ตรวจ) ใบสมัคร.png$")).click()
    paper = page.locator(".paper")
    paper.scroll_into_view_if_needed()
    drawn(page)
    paper.tap(position={"x": 150, "y": 120})
    expect(page.locator(".area")).to_have_count(1)
    saved(page)
    assert serious(page) == []
    kept(page, "redaction-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    desk.get_by_role("button", name="เพิ่มแถบดำในหน้านี้").click()
    expect(desk.locator("#saved")).to_contain_text("มีผู้อื่นบันทึกการปกปิดของไฟล์นี้ไปก่อน")
