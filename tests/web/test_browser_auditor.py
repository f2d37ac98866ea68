"""The auditor's main way in a real browser: find an applicant, open the dossier, look at a page, verify, download."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from live import REPOSITORY, Live, log_in
from looks import kept, serious
from playwright.sync_api import Browser, Page, expect

DOSSIER = "/2562/archive/2401/leader-0001/"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The web process with an archive."""
    home = tmp_path_factory.mktemp("live") / "home"
    with Live(home, f"sqlite://{home}.sqlite3", workers=0) as service:
        script = str(Path(__file__).with_name("live_archive.py"))
        subprocess.run([sys.executable, script], env=service.environ, cwd=REPOSITORY, check=True)
        yield service


def _downloaded(page: Page, link: str) -> tuple[Path, int]:
    """The file and the exact size the page had said before."""
    said = page.get_by_text(re.compile("ไบต์")).first.inner_text()
    size = int(re.sub("[^0-9]", "", said.split("ไบต์")[0].translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))))
    with page.expect_download() as coming:
        page.get_by_role("link", name=link, exact=True).click()
    return Path(coming.value.path()), size


def _is_valid_bag(path: Path, folder: Path) -> bool:
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    (bag,) = folder.iterdir()
    return bool(bagit.Bag(str(bag)).is_valid())


def test_every_page_fits_a_phone(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "auditor", phone=True)
    places = (
        "/2562/archive/",
        "/2562/archive/2401/",
        DOSSIER,
        "/documents/1/",
        "/2562/events/",
        "/2562/search/?q=ประเสริฐ",
    )
    for address in places:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert serious(page) == [], address


def test_an_auditor_finds_looks_verifies_and_downloads(live: Live, browser: Browser, tmp_path: Path) -> None:
    _, page = log_in(browser, live, "auditor")
    expect(page.get_by_role("heading", level=1)).to_have_text("ปี ๒๕๖๒ จัดเก็บอะไรไว้บ้าง")
    expect(page.get_by_text(re.compile("ไบต์"))).to_be_visible()
    assert serious(page) == []
    kept(page, "archive")

    page.get_by_role("searchbox").first.fill("ประเสริฐ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("พบอะไรบ้าง")
    assert serious(page) == []
    page.get_by_role("link", name="นายประเสริฐ แสงตะวัน").first.click()
    page.wait_for_url(f"**{DOSSIER}")
    assert serious(page) == []

    page.get_by_role("link", name="เล่มหลักฐาน นายประเสริฐ แสงตะวัน", exact=True).click()
    first = page.get_by_role("img", name=re.compile("^หน้า ๑"))
    expect(first).to_be_visible()
    first.evaluate("picture => picture.decode()")
    assert first.evaluate("picture => picture.naturalWidth") >= 700
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("ไปหน้าที่")).to_have_value("๒")
    assert serious(page) == []
    page.keyboard.press("Home")
    kept(page, "viewer")

    page.goto(DOSSIER)
    page.get_by_role("button", name="ตรวจความถูกต้อง").click()
    expect(page.get_by_text("ครบถ้วน ทุกไฟล์ตรงกับที่จัดเก็บไว้")).to_be_visible()
    assert page.locator("table.digests tbody tr").count() == 3
    assert serious(page) == []
    kept(page, "dossier")

    path, size = _downloaded(page, "ดาวน์โหลดทั้งแฟ้ม")
    assert path.stat().st_size == size
    assert _is_valid_bag(path, tmp_path / "dossier")
    page.goto("/2562/archive/")
    path, size = _downloaded(page, "ดาวน์โหลดทั้งปี")
    assert path.stat().st_size == size
    assert _is_valid_bag(path, tmp_path / "year")

    page.get_by_role("link", name="บันทึกเหตุการณ์").click()
    page.get_by_role("button", name="ตรวจสายโซ่เดี๋ยวนี้").click()
    expect(page.get_by_text("สายโซ่ต่อเนื่อง")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("^ดาวน์โหลดจากคลัง")).first).to_be_visible()
    assert serious(page) == []
    kept(page, "events")


# The last of the file: what it damages stays damaged.
def test_a_corrupt_file_breaks_the_download_off_and_turns_red(live: Live, browser: Browser) -> None:
    book = next((live.home / "store" / "archive" / "2562/24/2402").rglob("book.pdf"))
    data = bytearray(book.read_bytes())
    data[-100] ^= 1
    book.chmod(0o600)
    book.write_bytes(data)
    _, page = log_in(browser, live, "auditor")
    with page.expect_download() as coming:
        page.get_by_role("link", name="ดาวน์โหลดทั้งปี", exact=True).click()
    assert coming.value.failure()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("ไม่ตรงกับที่จัดเก็บ")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_role("button", name="ตรวจความถูกต้อง").click()
    expect(page.locator("table.digests .failed")).to_have_text("ไม่ตรง")
    assert serious(page) == []


def test_a_verified_dossier_fits_a_phone(live: Live, browser: Browser) -> None:
    _, page = log_in(browser, live, "auditor", phone=True)
    page.goto(DOSSIER)

    page.get_by_role("button", name="ตรวจความถูกต้อง").click()

    expect(page.locator("#answer")).to_contain_text("ครบถ้วน")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    kept(page, "dossier-phone")
