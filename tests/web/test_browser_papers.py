"""A clerk's way in a real browser: a paper asked for with its preview, made by the workers, signed, found again."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from edition_files import changed
from live import Live, log_in
from looks import sound
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from docservice.render.textlayer import text_of

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The whole service with one worker, a small year and its people."""
    home = tmp_path_factory.mktemp("live") / "home"
    with Live(home, f"sqlite://{home}.sqlite3", workers=1) as service:
        yield service


def _shown(page: Page, name: str) -> None:
    """A small picture for the docs, only where it is asked for."""
    if os.environ.get("WRITE_PICTURES") == "1":
        path = PICTURES / f"web-{name}.png"
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            small = picture.convert("RGB").resize((960, round(picture.height * 960 / picture.width)))
            small.quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)


def _scan(path: Path) -> Path:
    Image.new("RGB", (1240, 1754), "white").save(path)
    return path


def test_a_paper_from_its_form_to_its_signed_copy(live: Live, browser: Browser, tmp_path: Path) -> None:
    context, page = log_in(browser, live, "staff")
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    page.get_by_role("link", name="ขอเอกสาร", exact=True).click()
    sound(page)
    _shown(page, "request")
    page.get_by_role("link", name="คำสั่ง", exact=True).click()
    _type_and_look(page)
    _keep_what_was_typed(page)
    _shown(page, "request-order")
    page.get_by_role("button", name="ขอคำสั่ง").click()
    _watch(page)
    page.locator(".items a").click()
    _sign(page, _scan(tmp_path / "หน้า 1.png"))
    _find(page)
    assert not said
    context.close()


def _type_and_look(page: Page) -> None:
    """The preview follows the typing, and says what is wrong instead of pages."""
    expect(page.locator("#preview img").first).to_be_visible()
    page.get_by_label("สั่ง ณ วันที่").fill("31 ก.พ. 2562")
    expect(page.locator("#preview")).to_contain_text("ไม่มีในปฏิทิน")
    page.get_by_label("สั่ง ณ วันที่").fill("๑๒ ม.ค. ๒๕๖๒")
    page.get_by_role("button", name="ระบบออกเลขถัดไป").click()
    expect(page.locator("#f-number")).to_have_value("auto")
    page.get_by_role("button", name="เพิ่มรายชื่อคณะ").click()
    added = page.locator("#f-members .entry").last
    added.get_by_label("ชื่อหรือตำแหน่ง").fill("พัฒนาการอำเภอทุกอำเภอ")
    added.get_by_label("หน้าที่ในคณะ").fill("กรรมการ")
    added.get_by_role("button", name="เลื่อนขึ้น").click()
    page.locator("#f-recitals .entry").last.get_by_role("button", name="นำออก").click()
    expect(page.locator("#preview img").first).to_be_visible()
    sound(page)


def _keep_what_was_typed(page: Page) -> None:
    """After a crash (a reload) every row is as it was left."""
    before = page.locator("#f-members textarea, #f-members input").evaluate_all("all => all.map(e => e.value)")
    page.reload()
    after = page.locator("#f-members textarea, #f-members input").evaluate_all("all => all.map(e => e.value)")
    assert after == before
    assert "พัฒนาการอำเภอทุกอำเภอ" in after
    expect(page.locator("#f-recitals .entry")).to_have_count(1)
    expect(page.locator("#f-number")).to_have_value("auto")
    expect(page.locator("#preview img").first).to_be_visible()


def _watch(page: Page) -> None:
    """The job's bar moves by itself until the paper is there."""
    page.wait_for_url(re.compile(r"/queue/\d+/"))
    expect(page.locator("progress.done")).to_be_visible()
    expect(page.locator(".items a")).to_have_count(1)
    sound(page)
    job = page.url
    page.go_back()
    page.get_by_role("button", name="ขอคำสั่ง").click()  # Back and again: the subject has its paper, no second one
    expect(page.locator("#faults, .items").first).to_be_visible()
    page.goto("/2562/queue/")
    sound(page)
    expect(page.locator(".job")).to_have_count(1)
    _shown(page, "queue")
    page.goto(job)


def _sign(page: Page, scan: Path) -> None:
    """The scan becomes the record beside the paper; the digests match."""
    expect(page.locator(".steps .here")).to_have_text("ลงนาม")
    page.wait_for_function("() => { const i = document.querySelector('.sheets img'); return i && i.naturalWidth > 0 }")
    sound(page)
    _shown(page, "paper")
    page.get_by_label("ฉบับที่ลงนามแล้ว").set_input_files(scan)
    page.get_by_role("button", name="แนบฉบับลงนาม").click()
    expect(page.locator(".steps .past")).to_have_count(4)
    expect(page.locator(".timeline li")).to_have_count(2)
    page.get_by_role("button", name="ตรวจสอบ").click()
    expect(page.locator("#checked")).to_contain_text("ครบถ้วน")
    sound(page)


def _find(page: Page) -> None:
    """In the list, by its number; on a phone as well."""
    page.get_by_role("link", name="เอกสาร", exact=True).first.click()
    page.get_by_label("สถานะ").select_option("filed")
    page.get_by_role("button", name="กรอง").click()
    expect(page.locator("table.papers tbody tr")).to_have_count(1)
    sound(page)
    page.set_viewport_size({"width": 390, "height": 844})
    sound(page)
    page.locator("table.papers a").click()
    sound(page)


def test_a_lot_on_a_phone(live: Live, browser: Browser) -> None:
    context, page = log_in(browser, live, "officer", phone=True)
    page.goto("/2562/request/")
    expect(page.locator(".card")).to_have_count(2)
    sound(page)
    page.get_by_role("link", name="ทะเบียนผู้สมัคร").click()
    expect(page.locator("#preview img")).to_have_count(1)
    sound(page)
    page.get_by_role("button", name="ขอทะเบียนผู้สมัคร ๑ ฉบับ").click()
    expect(page.locator("progress.done")).to_be_visible()
    sound(page)
    context.close()


def test_a_new_template_from_word_to_a_paper_with_its_words(live: Live, browser: Browser, tmp_path: Path) -> None:
    """Sent in by one, checked by the workers, approved by another; the next paper has the new words."""
    file = tmp_path / "แนวทาง.docx"
    file.write_bytes(changed("guideline/2562-1.docx", ("กระบวนการดำเนินงานระบบ", "คู่มือดำเนินงานระบบ")))
    context, page = log_in(browser, live, "staff")
    page.get_by_role("link", name="แม่แบบ", exact=True).click()
    sound(page)
    page.get_by_role("link", name="แนวทางการดำเนินงาน", exact=True).click()
    sound(page)
    page.get_by_label("ไฟล์แม่แบบ (.docx)").set_input_files(file)
    page.get_by_role("button", name="ส่งไปตรวจ").click()
    expect(page.get_by_text("ท่านเป็นผู้ส่งแม่แบบนี้")).to_be_visible()
    expect(page.locator(".sheets img").first).to_be_visible()
    sound(page)
    _shown(page, "template")
    address = page.url
    context.close()
    context, page = log_in(browser, live, "admin")
    page.goto(address)
    page.get_by_role("link", name="เทียบกับรุ่นอื่น").click()
    expect(page.locator(".words ins").first).to_be_visible()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.pair img')].slice(0, 2).every(i => i.naturalWidth > 0)"
    )
    sound(page)
    _shown(page, "template-compare")
    page.goto(address)
    page.get_by_role("button", name="อนุมัติแม่แบบนี้").click()
    expect(page.get_by_text("ใช้อยู่", exact=True)).to_be_visible()
    page.goto("/2562/request/guideline/")
    page.get_by_role("button", name="ขอแนวทางการดำเนินงาน").click()
    expect(page.locator("progress.done")).to_be_visible()
    page.locator(".items a").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert "คู่มือดำเนินงานระบบ" in "".join(text_of(download.value.path().read_bytes()))
    context.close()
