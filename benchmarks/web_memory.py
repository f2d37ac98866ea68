"""Memory of the web process while a year of 2 GB is downloaded and 20 files go up.

``.venv/bin/python benchmarks/web_memory.py [--megabytes 2000] [--uploads 20]``: files a year of that size, starts the
web process (gunicorn, as ``docservice up`` does), downloads the year's bag through it while each of the uploads sends
a photograph by tus in small pieces, slowly enough not to end before the download, samples resident memory four times a
second, checks the bag, prints a table and writes ``docs/web-memory.json`` and ``.svg``.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="docservice-memory-"))
os.environ.update(DOCSERVICE_HOME=str(HOME), DJANGO_SETTINGS_MODULE="docservice.settings")
sys.path.insert(0, str(REPOSITORY))

import django  # noqa: E402  the home must be set first

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from PIL import Image  # noqa: E402

from benchmarks import large_index  # noqa: E402
from docservice import archive, register  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.cli.make import SAMPLE_YEAR  # noqa: E402
from docservice.factsfile import read_facts  # noqa: E402
from docservice.models import Account, Applicant  # noqa: E402
from docservice.yearfile import YearFile  # noqa: E402
from storage.bag import verify_bag  # noqa: E402

_FILE = 5_000_000
_PIECE = 200_000
_TICK = 0.25


def file_a_year(megabytes: int, uploads: int) -> None:
    """Dossiers with files of 5 MB each, and applicants to upload for."""
    running.ready()
    settings = read_facts(SAMPLE_YEAR)
    register.enter_year(settings, actor="bench")
    entries = [{"district": "2401", "group": "leader", "name": f"นายตัวอย่าง ลำดับ{n}"} for n in range(max(uploads, 20))]
    register.enter_applicants(YearFile.parse(settings), entries, actor="bench")
    block = os.urandom(_FILE)
    for n in range(megabytes * 10**6 // _FILE // 10):
        filings = [
            archive.Filing(
                f"evidence/photo/{k}.bin", (n * 10 + k).to_bytes(8, "big") + block[8:], "evidence", f"ไฟล์ {k}",
                "application/octet-stream", f"{n:032d}{k:032d}",
            )
            for k in range(10)
        ]  # fmt: skip
        archive.file(f"2562/24/2402/leader-{n + 1:04d}", f"นายตัวอย่าง {n}", filings, actor="bench")


def cookie(role: str) -> str:
    """A session of somebody with that role."""
    account = Account.objects.get(role=role)
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session.create()
    return f"docservice={session.session_key}"


def photograph(n: int) -> bytes:
    """Several megabytes, as a camera makes them."""
    out = io.BytesIO()
    Image.effect_noise((2600, 3200), 60 + n).save(out, "JPEG", quality=92)
    return out.getvalue()


class Uploader(threading.Thread):
    """One file on its way up, slowly enough to last as long as the download."""

    def __init__(self, port: int, who: str, applicant: int, n: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie, self.applicant, self.n, self.stop = port, who, applicant, n, stop
        self.sent = 0
        self.status = 0

    def run(self) -> None:
        """Creation, then piece by piece."""
        data = photograph(self.n)
        crumbs, told = self._ask("GET", "/uploads/pass/", {"Cookie": self.cookie})
        common = {"Cookie": f"{self.cookie}; {crumbs.get('Set-Cookie', '').split(';')[0]}", "Tus-Resumable": "1.0.0"}
        common["X-CSRFToken"] = json.loads(told)["csrf"]
        words = {"applicant": str(self.applicant), "name": f"photo-{self.n}.jpg"}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())
        made, _ = self._ask(
            "POST", "/uploads/", {**common, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        )
        while self.status in (201, 204) and self.sent < len(data):
            piece = data[self.sent : self.sent + _PIECE]
            more = {"Upload-Offset": str(self.sent), "Content-Type": "application/offset+octet-stream"}
            self._ask("PATCH", made["Location"], {**common, **more}, piece)
            self.sent += len(piece) if self.status == 204 else 0
            self.stop.wait(2.5)

    def _ask(self, method: str, place: str, headers: dict[str, str], body: bytes = b"") -> tuple[Any, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            line.request(method, place, body or None, headers)
            answer = line.getresponse()
            self.status = answer.status
            return answer.headers, answer.read()
        finally:
            line.close()


def download(port: int, who: str, path: Path) -> tuple[int, int]:
    """The year's bag into a file: bytes said beforehand and bytes that came."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("GET", "/2562/archive/download", headers={"Cookie": who})
    answer = line.getresponse()
    if answer.status != 200:
        raise SystemExit(f"the download was answered with {answer.status}")
    with path.open("wb") as out:
        shutil.copyfileobj(answer, out, 1 << 20)
    return int(answer.headers["Content-Length"]), path.stat().st_size


def resident(pid: int) -> Iterator[tuple[int, str, int]]:
    """Resident kilobytes of a process and all below it, with what each runs."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return
    found = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0")
    yield pid, words, int(found.split()[1])
    for child in below:
        yield from resident(int(child))


def sampled(pid: int, stop: threading.Event, samples: list[dict[str, float]]) -> None:
    """Four times a second: the gunicorn worker, and everything."""
    started = time.monotonic()
    while not stop.wait(_TICK):
        every = list(resident(pid))
        web = [kb for _, words, kb in every if "gunicorn" in words]
        seconds = time.monotonic() - started
        samples.append(
            {"seconds": round(seconds, 2), "web": max(web, default=0) / 1000, "all": sum(k for *_, k in every) / 1000}
        )


def started() -> tuple[subprocess.Popen[bytes], int]:
    """The web process, answering."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = int(line.getsockname()[1])
    log = (HOME / "web.log").open("wb")
    command = [sys.executable, "-m", "docservice.cli", "web", "--port", str(port)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=log)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        except OSError:
            if process.poll() is not None:
                raise SystemExit((HOME / "web.log").read_text()) from None
            time.sleep(0.2)


def drawn(samples: list[dict[str, float]], until: float) -> str:
    """Resident memory over time."""
    wide = max(s["seconds"] for s in samples)
    high = max(200.0, max(s["web"] for s in samples) * 1.3)
    points = " ".join(f"{60 + s['seconds'] / wide * 700:.1f},{260 - s['web'] / high * 220:.1f}" for s in samples)
    marks = "".join(
        f'<text x="54" y="{264 - mb / high * 220:.0f}" text-anchor="end">{mb}</text>'
        f'<line x1="60" x2="760" y1="{260 - mb / high * 220:.0f}" y2="{260 - mb / high * 220:.0f}" stroke="#d9dee5"/>'
        for mb in range(0, int(high), 50)
    )
    end = 60 + until / wide * 700
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="780" height="300" font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" fill="#fff"/><text x="60" y="20" font-size="14">Resident memory of the web '
        f"process (MB) while a year is downloaded and files go up</text>{marks}"
        f'<line x1="{end:.0f}" x2="{end:.0f}" y1="40" y2="260" stroke="#b3261e" stroke-dasharray="4 3"/>'
        f'<text x="{end - 4:.0f}" y="52" text-anchor="end">download ends</text>'
        f'<polyline points="{points}" fill="none" stroke="#2b4c9b" stroke-width="2"/>'
        f'<text x="760" y="280" text-anchor="end">{wide:.0f} s</text></svg>\n'
    )


def main() -> None:
    """Run it once, print, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--megabytes", type=int, default=2000)
    words.add_argument("--uploads", type=int, default=20)
    asked = words.parse_args()
    file_a_year(asked.megabytes, asked.uploads)
    large_index.people()
    process, port = started()
    stop, quiet = threading.Event(), threading.Event()
    samples: list[dict[str, float]] = []
    sampler = threading.Thread(target=sampled, args=(process.pid, quiet, samples), daemon=True)
    sampler.start()
    units = list(Applicant.objects.order_by("pk").values_list("pk", flat=True)[: asked.uploads])
    officer, auditor = cookie(Account.DISTRICT), cookie(Account.AUDITOR)
    try:
        rising = [Uploader(port, officer, pk, n, stop) for n, pk in enumerate(units)]
        for each in rising:
            each.start()
        time.sleep(2)
        before = time.monotonic()
        said, came = download(port, auditor, HOME / "year.zip")
        took, until = time.monotonic() - before, samples[-1]["seconds"]
        going = sum(each.is_alive() for each in rising)
        stop.set()
        for each in rising:
            each.join(300)
        time.sleep(2)
        quiet.set()
        sampler.join()
        report = verify_bag(HOME / "year.zip")
        tell(
            asked,
            samples,
            until,
            {"said": said, "came": came, "seconds": round(took, 1), "valid": report.ok, "uploads_still_going": going},
            rising,
        )
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(HOME, ignore_errors=True)


def tell(
    asked: argparse.Namespace,
    samples: list[dict[str, float]],
    until: float,
    bag: dict[str, Any],
    rising: list[Uploader],
) -> None:
    """The table and the files."""
    while_busy = [s["web"] for s in samples if 2 < s["seconds"] <= until]
    fifths = [while_busy[n * len(while_busy) // 5 : (n + 1) * len(while_busy) // 5] for n in range(5)]
    result = {
        "megabytes": asked.megabytes,
        "bag": bag,
        "uploads": {
            "files": len(rising),
            "bytes": sum(u.sent for u in rising),
            "refused": [u.status for u in rising if u.status != 204],
        },
        "web_process_mb": {
            "before": samples[0]["web"],
            "peak": max(s["web"] for s in samples),
            "peak_of_each_fifth_of_the_download": [round(max(part), 1) for part in fifths if part],
        },
        "all_processes_peak_mb": max(s["all"] for s in samples),
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))  # noqa: T201  a command's answer
    docs = REPOSITORY / "docs"
    (docs / "web-memory.json").write_text(json.dumps({**result, "samples": samples}) + "\n")
    (docs / "web-memory.svg").write_text(drawn(samples, until))


if __name__ == "__main__":
    main()
