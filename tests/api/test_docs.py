"""``docs/api.md`` runs as it is written, against a live service; and many at the same time with one key are one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from web.live import REPOSITORY, Live

BLOCKS = dict(re.findall(r"^```(bash|python)\n(.*?)^```", (REPOSITORY / "docs" / "api.md").read_text(), re.S | re.M))


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service with one worker."""
    home = tmp_path_factory.mktemp("api")
    with Live(home, f"sqlite://{home}/docservice.sqlite3") as service:
        yield service


def _surroundings(live: Live) -> dict[str, str]:
    secret = live.office("token", name="staff", scopes=["read", "write", "request"])["secret"]
    return {"PATH": "/usr/bin:/bin", "DOCSERVICE": live.address, "TOKEN": str(secret), "LANG": "C.UTF-8"}


def test_the_example_with_curl_runs_as_written(live: Live, tmp_path: Path) -> None:
    assert shutil.which("curl"), "curl is missing: script/setup --dev installs it"
    said = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", BLOCKS["bash"]],
        env=_surroundings(live), cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    lines = said.stdout.splitlines()
    assert "photo.png" in lines
    assert any(re.fullmatch(r"job \d+: done", line) for line in lines)
    assert lines[-1] == "True"
    assert lines[-3].split()[0] == lines[-2]
    assert (tmp_path / "guideline.pdf").read_bytes().startswith(b"%PDF")


def test_the_example_in_python_runs_as_written(live: Live, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-c", BLOCKS["python"]],
        env=_surroundings(live), cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert re.search(r"2562/24/2400/register-passed paper/register-passed\.pdf \d+ bytes", said.stdout)


def test_of_many_at_the_same_time_with_one_key_one_makes_it(live: Live) -> None:
    secret = _surroundings(live)["TOKEN"]
    new = json.dumps({"district": "2402", "group": "leader", "name": "นายพร้อมกัน ตัวอย่าง"}).encode()

    def ask(_: int) -> tuple[int, str, int]:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": "k"}
        line = HTTPConnection("127.0.0.1", live.port, timeout=300)
        line.request("POST", "/api/v1/years/2562/applicants", new, headers)
        answer = line.getresponse()
        return answer.status, answer.headers.get("Retry-After", ""), json.load(answer).get("id", 0)

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(ask, range(16)))
    assert {code for code, _, _ in answers} <= {201, 409}
    assert len({number for code, _, number in answers if code == 201}) == 1
    assert all(wait for code, wait, _ in answers if code == 409)
