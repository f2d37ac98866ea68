"""A district officer's main way in a real browser, on a phone and a desk; and an upload that nothing can stop.

``UPLOAD_FULL=1``: 200 files of 300 MB together, five cuts and a restart, instead of 30 files of 30 MB and two cuts.
"""

from __future__ import annotations

import io
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from cut_line import CutLine
from live import PASSWORD, PATIENCE, Live, log_in
from looks import kept, serious
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from surroundings import POSTGRESQL

FULL = os.environ.get("UPLOAD_FULL") == "1"
FILES, BYTES, CUTS = (200, 300 * 10**6, 5) if FULL else (30, 30 * 10**6, 2)
PIECE = 4 * 2**20
AT_ONCE = 3


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One database for every test of this module; each brings its own applicant."""
    if not POSTGRESQL:
        yield f"sqlite://{tmp_path_factory.mktemp('database')}/docservice.sqlite3"
        return
    with postgres.fresh() as url:
        yield url


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Live]:
    """A service with one worker."""
    with Live(tmp_path_factory.mktemp("live") / "home", database_url) as service:
        yield service


def drawn(path: Path, colour: str) -> Path:
    """A sheet of paper with lines on it."""
    sheet = Image.new("RGB", (600, 848), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((50, 50, 550, 798), outline=colour, width=6)
    for line in range(10):
        pen.line((100, 140 + line * 60, 500, 140 + line * 60), fill=colour, width=3)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
    return path


def folder(place: Path, files: int, size: int) -> Path:
    """``files`` pictures of ``size`` bytes in all, no two alike: small ones, and some of several pieces."""
    noise = random.Random(2562)  # noqa: S311  the same pictures each time
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, "JPEG")
    shares = [noise.uniform(0.2, 1.0) + 6 * (number % 10 == 0) for number in range(files)]
    for number, share in enumerate(shares):
        path = place / ("สำเนาทะเบียนบ้าน" if number % 2 else "รูปถ่าย") / f"หน้า {number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue() + noise.randbytes(int(size * share / sum(shares)) - len(out.getvalue())))
    return place


def entered(page: Page, name: str) -> None:
    """A new leader, through the form; then the leader's page."""
    page.goto("/2562/applicants/add/")
    page.get_by_label("กลุ่มเป้าหมาย").select_option("leader")
    page.get_by_label("ชื่อผู้สมัคร").fill(name)
    page.get_by_role("button", name="เพิ่มผู้สมัคร").click()
    ready(page, name)


def opened(page: Page, name: str) -> None:
    """The applicant's page, from the list."""
    page.goto("/2562/applicants/")
    page.get_by_role("link", name=name).click()
    ready(page, name)


def ready(page: Page, name: str) -> None:
    """The applicant's page is there and its scripts have run: a file chosen before that goes nowhere."""
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.wait_for_load_state()


def sent(page: Page, seconds: float = 60) -> None:
    expect(page.locator("#sending")).to_have_attribute("data-state", "done", timeout=seconds * 1000)


def slot(page: Page, code: str) -> str:
    return f'.slot[data-slot="{code}"] .file'


def drag(page: Page, what: Locator, to: Locator) -> None:
    """As a hand does it: press, move a little, move there, let go."""
    page.set_viewport_size({"width": 1280, "height": 1800})
    start, end = what.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 12, start["y"] + start["height"] / 2 + 12, steps=4)
    page.mouse.move(end["x"] + 60, end["y"] + 30, steps=8)
    page.mouse.up()
    page.set_viewport_size({"width": 1280, "height": 900})


def test_an_officer_at_a_desk_from_a_folder_to_the_filed_book(live: Live, browser: Browser, tmp_path: Path) -> None:
    for name, colour in (("ใบสมัคร", "navy"), ("IMG_2045", "green"), ("IMG_2046", "maroon")):
        drawn(tmp_path / "หลักฐาน" / f"{name}.png", colour)
    (tmp_path / "หลักฐาน" / "สำเนาบัตรประชาชน.pdf").write_bytes(b"MZ\x90" + b"0" * 500)
    _, page = log_in(browser, live, "officer")
    page.goto("/2562/applicants/")
    assert serious(page) == []
    opened(page, "นายประเสริฐ แสงตะวัน")

    page.locator("#intake input[webkitdirectory]").set_input_files(tmp_path / "หลักฐาน")
    sent(page)
    expect(page.locator(slot(page, "application"))).to_have_count(1)
    expect(page.locator(slot(page, ""))).to_have_count(2)
    expect(page.get_by_text("โปรแกรม (.exe)").first).to_be_visible()

    drag(page, page.locator(slot(page, "")).filter(has_text="IMG_2045"), page.locator('.slot[data-slot="photo"]'))
    expect(page.locator(slot(page, "photo"))).to_contain_text("IMG_2045")
    move = page.locator(slot(page, "")).filter(has_text="IMG_2046").locator("summary")
    move.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("สำเนาทะเบียนบ้าน")
    page.keyboard.press("Enter")
    expect(page.locator(slot(page, "house"))).to_contain_text("IMG_2046")

    page.get_by_role("button", name="นำออก สำเนาบัตรประชาชน.pdf").click()
    page.get_by_role("button", name="ตรวจจากต้นฉบับแล้ว สำเนาบัตรประชาชน").click()
    expect(page.get_by_text("หลักฐานครบแล้ว")).to_be_visible()
    assert serious(page) == []
    kept(page, "district")

    page.get_by_role("link", name="ดูเล่มหลักฐาน").click()
    expect(page.locator("img.page-image")).to_have_count(3)
    assert serious(page) == []
    page.get_by_role("button", name="ทำเล่มและจัดเก็บ").click()
    filed = page.get_by_role("link", name=re.compile("เล่มที่จัดเก็บ"))
    expect(filed).to_be_visible()
    filed.click()
    expect(page.locator("img").first).to_be_visible()


def test_an_officer_on_a_phone_adds_someone_takes_a_picture_and_hands_over(
    live: Live, browser: Browser, tmp_path: Path
) -> None:
    _, page = log_in(browser, live, "officer", phone=True)
    page.goto("/2562/applicants/")
    page.get_by_role("link", name="เพิ่มผู้สมัคร").click()
    page.get_by_label("กลุ่มเป้าหมาย").select_option("leader")
    page.get_by_role("button", name="เพิ่มผู้สมัคร").click()
    expect(page.get_by_text("กรอกชื่อผู้สมัคร")).to_be_visible()
    page.get_by_label("ชื่อผู้สมัคร").fill("นายโทรศัพท์ ตัวอย่าง")
    page.get_by_role("button", name="เพิ่มผู้สมัคร").click()
    ready(page, "นายโทรศัพท์ ตัวอย่าง")

    camera = page.locator('.slot[data-slot="photo"] input[capture]')
    camera.set_input_files(drawn(tmp_path / "image.png", "navy"))
    sent(page)
    expect(page.locator(slot(page, "photo"))).to_have_count(1)
    camera.set_input_files(drawn(tmp_path / "again.png", "navy"))
    expect(page.locator("#sending-files")).to_contain_text("มีอยู่แล้ว ไม่ได้เก็บซ้ำ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
    kept(page, "district-phone")

    page.goto("/2562/hand-over/")
    assert serious(page) == []
    page.get_by_label("หมายเหตุถึงจังหวัด").fill("ส่งก่อน หลักฐานตามมา")
    page.get_by_role("button", name="ส่งให้จังหวัด").click()
    expect(page.get_by_text("อยู่ที่จังหวัด")).to_be_visible()

    _, province = log_in(browser, live, "staff")
    province.goto("/2562/hand-over/?district=2401")
    expect(province.get_by_text("ส่งก่อน หลักฐานตามมา")).to_be_visible()


def test_a_session_that_ends_in_mid_upload_goes_on_after_login(live: Live, browser: Browser, tmp_path: Path) -> None:
    place = folder(tmp_path / "แฟ้ม", 6, 30 * 10**6)
    with CutLine(live.port) as line:
        context, page = on(line, browser)
        entered(page, "นายหมดเวลา ตัวอย่าง")
        line.plan((line.up + 6 * 10**6, line.hold))
        page.locator("#intake input[webkitdirectory]").set_input_files(place)
        assert line.held.wait(600)
        context.clear_cookies()
        line.release()
        expect(page.locator("#sending")).to_have_attribute("data-state", "login")
        with page.expect_popup() as coming:
            page.locator("#sending-login a").click()
        fill_login(coming.value)
        sent(page)
        expect(page.locator(".file")).to_have_count(6)
        assert line.up < 30 * 10**6 + AT_ONCE * PIECE + 10**6


def test_a_folder_arrives_whole_whatever_the_line_and_the_server_do(
    live: Live, browser: Browser, tmp_path: Path
) -> None:
    place = folder(tmp_path / "แฟ้ม", FILES, BYTES)
    whole = sum(path.stat().st_size for path in place.rglob("*.jpg"))
    with CutLine(live.port) as line:
        context, page = on(line, browser)
        entered(page, "นายสายหลุด ตัวอย่าง")
        before = line.up
        steps = [before + (step + 1) * whole // (CUTS + 3) for step in range(CUTS + 2)]
        line.plan(*((step, line.cut) for step in steps[:CUTS]), (steps[CUTS], lambda: kill_web(live)))
        line.plan((steps[CUTS + 1], line.hold))  # the laptop is closed here
        since = time.monotonic()
        page.locator("#intake input[webkitdirectory]").set_input_files(place)
        assert line.held.wait(600)
        page.close()
        line.cut(silence=0)
        line.release()
        while not live.answers():  # killed, and perhaps not there again yet
            time.sleep(0.1)

        page = context.new_page()
        opened(page, "นายสายหลุด ตัวอย่าง")
        page.locator("#intake input[webkitdirectory]").set_input_files(place)
        sent(page, 600)
        expect(page.locator(".file")).to_have_count(FILES)
        took, up = time.monotonic() - since, line.up - before
        cuts = line.cuts

    interrupted = cuts + 1
    told = f"{FILES} files, {whole:,} bytes: {up:,} went up in {took:.0f} s, {cuts} cuts, 1 kill -9\n"
    sys.stdout.write(told)
    assert cuts == CUTS + 1
    assert up < whole + interrupted * AT_ONCE * PIECE + 20_000 * FILES
    assert live.office("evidence", name="นายสายหลุด ตัวอย่าง") == {
        "files": FILES,
        "bytes": whole,
        "sound": FILES,
        "left": 0,
    }


def on(line: CutLine, browser: Browser) -> tuple[BrowserContext, Page]:
    """The officer, logged in over the line."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=line.address, locale="th-TH")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login/")
    fill_login(page)
    return context, page


def fill_login(page: Page) -> None:
    page.get_by_label("ชื่อผู้ใช้").fill("officer")
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.wait_for_url(lambda address: "/login/" not in address)


def kill_web(live: Live) -> None:
    """End the web process and its children without a word; the supervisor starts it anew."""
    assert live.process is not None
    for pid in map(int, Path(f"/proc/{live.process.pid}/task/{live.process.pid}/children").read_text().split()):
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.killpg(pid, signal.SIGKILL)
