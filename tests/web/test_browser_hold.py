"""A clerk holds a dossier, then the year, in a real browser: the page says what the bucket itself was seen to do."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import REPOSITORY, Live, chromium, log_in
from looks import sound
from playwright.sync_api import Browser, Page, expect
from s3server import S3Server

DOSSIER, RETENTION = "/2562/archive/2401/leader-0001/", "/2562/archive/retention/"


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as opened:
        yield opened


def office(home: Path, database_url: str, store: dict[str, str], workers: int) -> Live:
    """An office with an archive, in that store."""
    live = Live(home, database_url, workers=workers)
    live.environ |= store
    return live


def filled(live: Live) -> None:
    script = str(Path(__file__).with_name("live_archive.py"))
    subprocess.run([sys.executable, script], env=live.environ, cwd=REPOSITORY, check=True)


def change(page: Page, summary: str, reason: str, button: str) -> None:
    page.locator("summary").filter(has_text=summary).click()
    page.get_by_label("เหตุผล (เลขคดี เลขหนังสือ)").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_clerk_sees_the_bucket_lock_what_is_held_and_free_it(
    s3_server: S3Server, browser: Browser, tmp_path: Path, database_url: str
) -> None:
    name = f"clerk-{uuid.uuid4().hex[:12]}"
    s3_server.client().make_bucket(name, object_lock=True)
    keys = {"DOCSERVICE_STORE_KEY": s3_server.admin.key, "DOCSERVICE_STORE_SECRET": s3_server.admin.secret}
    store = {"DOCSERVICE_STORE_URL": s3_server.url("office", name), **keys}
    with office(tmp_path / "home", database_url, store, workers=1) as live:
        filled(live)
        _, page = log_in(browser, live, "staff")
        page.goto(DOSSIER)
        change(page, "ระงับการทำลาย", "คดีหมายเลขดำที่ ๑/๒๕๖๙", "ระงับการทำลาย")
        expect(page.get_by_text("ล็อกในที่จัดเก็บแล้ว")).to_be_visible(timeout=30_000)
        sound(page)

        page.goto(RETENTION)
        change(page, "ระงับการทำลายทั้งปี ๒๕๖๒", "สตง. ตรวจสอบ", "ระงับการทำลาย")
        expect(page.get_by_text("ล็อกไฟล์ในที่จัดเก็บ ปี ๒๕๖๒").or_(page.get_by_text("ล็อกในที่จัดเก็บแล้ว ๕ แฟ้ม"))).to_be_visible()
        sound(page)
        page.wait_for_timeout(4000)
        page.reload()
        expect(page.get_by_text("ล็อกในที่จัดเก็บแล้ว ๕ แฟ้ม")).to_be_visible()
        sound(page)

        page.goto(DOSSIER)
        change(page, "ยกเลิกการระงับ", "คดีถึงที่สุด", "ยกเลิกการระงับ")
        expect(page.get_by_text("ระงับทั้งปี")).to_be_visible()
        expect(page.get_by_text("ล็อกในที่จัดเก็บแล้ว")).to_be_visible(timeout=30_000)


def test_a_clerk_is_told_that_a_folder_locks_nothing(browser: Browser, tmp_path: Path, database_url: str) -> None:
    with office(tmp_path / "home", database_url, {}, workers=0) as live:
        filled(live)
        _, page = log_in(browser, live, "staff")
        page.goto(DOSSIER)
        change(page, "ระงับการทำลาย", "คดีหมายเลขดำที่ ๑/๒๕๖๙", "ระงับการทำลาย")
        expect(page.get_by_text("ที่จัดเก็บไม่มีการล็อก")).to_be_visible()
        expect(page.get_by_text("ล็อกในที่จัดเก็บแล้ว")).to_have_count(0)
        sound(page)
