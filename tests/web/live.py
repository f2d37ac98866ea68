"""A real service (``docservice up``) with people who can log in, and Chromium to drive its pages."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

REPOSITORY = Path(__file__).parents[2]
OFFICE = Path(__file__).with_name("live_office.py")
PASSWORD = "correct horse battery staple"
PATIENCE = 240_000
"""Milliseconds after which a page counts as stuck: a net to fall into, no measure."""
expect.set_options(timeout=PATIENCE)


class Live:
    """``docservice up`` on a home of its own; ``office(verb, …)`` prepares it from inside."""

    def __init__(self, home: Path, database_url: str, *, workers: int = 1) -> None:
        """``workers=0``: the web process alone, which starts in a second."""
        self.home, self.workers, self.port = home, workers, _free_port()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
        self.environ = {
            **clean,
            "DOCSERVICE_HOME": str(home),
            "DOCSERVICE_DATABASE_URL": database_url,
            "DOCSERVICE_WEB_URL": f"http://127.0.0.1:{self.port}",
            "DOCSERVICE_OCR": "off",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._log = home / "live.log"

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def office(self, verb: str, **words: object) -> dict[str, object]:
        """Prepare something in a process of its own (see ``live_office.py``); what it answered."""
        said = subprocess.run(
            [sys.executable, str(OFFICE), verb, json.dumps(words)],
            env=self.environ, cwd=REPOSITORY, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        answer: dict[str, object] = json.loads(said.stdout.splitlines()[-1])
        return answer

    def start(self) -> None:
        """Start it and wait until its pages answer."""
        words = ["up", "--workers", str(self.workers)] if self.workers else ["web"]
        words += ["--port", str(self.port)]
        self.home.mkdir(parents=True, exist_ok=True)
        log = self._log
        with log.open("w") as lines:  # a file, not a pipe: nobody reads on while the test drives the pages
            self.process = subprocess.Popen(
                [sys.executable, "-m", "docservice.cli", *words],
                env=self.environ, cwd=REPOSITORY, stdout=lines, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + 900
        while not (self._started(log) and self.answers()):
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    def log(self) -> str:
        """The last of what it wrote."""
        return self._log.read_text()[-4000:]

    def _started(self, log: Path) -> bool:
        return not self.workers or "พร้อมใช้งาน" in log.read_text()

    def answers(self) -> bool:
        """Its pages are there."""
        try:
            urllib.request.urlopen(f"{self.address}/login/", timeout=5).close()  # noqa: S310  our own loopback
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=300)
            self.process = None

    def __enter__(self) -> Live:
        self.office("prepare")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is missing: script/setup --dev installs it"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def log_in(browser: Browser, live: Live, name: str, *, phone: bool = False) -> tuple[BrowserContext, Page]:
    """A browser context in which the person of that name has logged in through the login page."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size, base_url=live.address, locale="th-TH")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login/")
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.wait_for_url(lambda address: "/login/" not in address)
    return context, page


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
