"""How many papers a minute 1, 2 and 4 worker processes make and file: letters, certificates, evidence books.

``.venv/bin/python benchmarks/workers.py [--papers 200] [--books 40] [--write]``: a fresh service for each number of
workers, the same requests each time; prints a Markdown table (papers a minute, peak memory of a worker process with its
LibreOffice); with ``--write`` also ``docs/workers.json``, ``.svg`` and the table in docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

_KINDS = ("letters", "certificates", "books")
REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE = REPOSITORY / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"
if "DOCSERVICE_HOME" not in os.environ:
    os.environ["DOCSERVICE_HOME"] = tempfile.mkdtemp(prefix="docservice-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "docservice.settings"
sys.path.insert(0, str(REPOSITORY))

import django  # noqa: E402  the home must be set first

from benchmarks import report  # noqa: E402

django.setup()

from PIL import Image  # noqa: E402

from docservice import evidence, facts, jobs, papers, register  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.config import config  # noqa: E402
from docservice.models import Job  # noqa: E402
from docservice.papers import Draft  # noqa: E402
from docservice.unit_book import Unit  # noqa: E402
from docservice.yearfile import YearFile  # noqa: E402


def letters(year: YearFile, count: int) -> Iterator[jobs.Request]:
    """Two-page letters with a catchword, made one by one."""
    content = {**facts.letter(year), "enclosures": []}
    for n in range(1, count + 1):
        yield papers.request(
            Draft("letter", {**content, "number": f"ฉช ๐๐๑๙/{n}"}, f"2562/24/2400/letter-{n:04d}", "หนังสือ")
        )


def certificates(year: YearFile, count: int) -> Iterator[jobs.Request]:
    """Certificates, made in lots."""
    words = {"name": "นายตัวอย่าง ใจดี", "group": "ผู้นำชุมชน", "place": "", "district": ""}
    template = year.section("certificate", **words, serial="๑", serial_year="๒๕๖๒")
    template.pop("first_serial", None)
    for n in range(1, count + 1):
        content = {**template, "recipient": f"นายตัวอย่าง ลำดับ{n}", "serial": f"{n}/2562", "qr": f"docservice:{n}"}
        yield papers.request(Draft("certificate", content, f"2562/24/2401/leader-{n:04d}", "ผู้สมัคร"))


def books(year: YearFile, count: int) -> Iterator[jobs.Request]:
    """Books of five photographs of 2 megapixels."""
    folder = config().home / "photos"
    folder.mkdir(exist_ok=True)
    names = ("ใบสมัคร", "รูปถ่าย", "สำเนาทะเบียนบ้าน", "สำเนาบัตรประชาชน", "รายชื่อคณะที่ปรึกษา")
    for n, name in enumerate(names):
        Image.effect_noise((1200, 1600), 40 + n).convert("RGB").save(folder / f"{name}.jpg", quality=80)
    for n in range(1, count + 1):
        unit = Unit(evidence.PROGRAMME, f"ผู้สมัคร {n}", f"{n}", "", year.province, 2562, "ผู้นำชุมชน")
        yield evidence.request(f"2562/24/2402/leader-{n:04d}", unit, year.groups[0].checklist, folder, {})


def seconds(verb: str, requests: Iterable[jobs.Request]) -> float:
    """From the request to the end of the last item."""
    started = time.monotonic()
    job = jobs.submit(verb, verb, requests, actor="bench")
    while Job.objects.get(pk=job.pk).state in (Job.REQUESTED, Job.RUNNING):
        time.sleep(0.02)
    if Job.objects.get(pk=job.pk).state != Job.DONE:
        raise SystemExit(f"not every item of {job.title} was done")
    return time.monotonic() - started


class Memory:
    """The most memory (MiB, resident) a worker process and its LibreOffice took together, looked at every second."""

    def __init__(self, supervisor: int, workers: int) -> None:
        self.most = 0.0
        self._stop = threading.Event()
        threading.Thread(target=self._run, args=(supervisor, workers), daemon=True).start()

    def _run(self, supervisor: int, workers: int) -> None:
        while not self._stop.wait(1):
            total = sum(_resident(pid) for pid in _below(supervisor) if _counts(pid))
            self.most = max(self.most, total / workers / 2**20)

    def stop(self) -> float:
        """The figure, looking no more."""
        self._stop.set()
        return self.most


def _below(pid: int) -> set[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def _counts(pid: int) -> bool:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"soffice.bin" in line or b"office_bridge" in line or b" worker".replace(b" ", b"\0") in line


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def measure(workers: int, paper_count: int, book_count: int) -> tuple[float, ...]:
    """Letters, certificates and books a minute, and MiB a worker process."""
    running.ready()
    settings = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    register.enter_year(settings, actor="bench")
    year = YearFile.parse(settings)
    command = [sys.executable, "-m", "docservice.cli", "up", "--no-web", "--workers", str(workers)]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        next(line for line in service.stdout or () if "พร้อมใช้งาน" in line)
        memory = Memory(service.pid, workers)
        seconds("paper", letters(year, 2 * workers))  # warm
        rates = [
            60 * count / seconds(verb, make)
            for verb, make, count in (
                ("paper", letters(year, 100 + 2 * workers), 100 + 2 * workers),
                ("paper", certificates(year, paper_count), paper_count),
                ("evidence", books(year, book_count), book_count),
            )
        ]
    finally:
        service.send_signal(signal.SIGINT)
        service.wait()
    return (*rates, memory.stop())


def main() -> None:
    """One child process for each number of workers, so that each has a home of its own."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--papers", type=int, default=200)
    words.add_argument("--books", type=int, default=40)
    words.add_argument("--write", action="store_true", help="into docs/ and docs/performance.md")
    words.add_argument("--workers", type=int, default=0, help="measure this number only, in this process")
    asked = words.parse_args()
    if asked.workers:
        print(json.dumps(measure(asked.workers, asked.papers, asked.books)))  # noqa: T201  the answer
        shutil.rmtree(config().home, ignore_errors=True)
        return
    environ = {name: value for name, value in os.environ.items() if name != "DOCSERVICE_HOME"}
    told: dict[int, list[float]] = {}
    for workers in (1, 2, 4):
        again = [sys.executable, __file__, "--workers", str(workers), "--papers", str(asked.papers)]
        answer = subprocess.run(
            [*again, "--books", str(asked.books)], check=True, env=environ, stdout=subprocess.PIPE, text=True
        )
        told[workers] = json.loads(answer.stdout.splitlines()[-1])
    head = ["workers", "letters a minute", "certificates a minute", "books a minute", "MiB a worker, at most"]
    markdown = report.table(head, [[workers, *(f"{n:,.0f}" for n in row)] for workers, row in told.items()])
    print(report.machine(), markdown, sep="\n")  # noqa: T201  a command's answer
    if asked.write:
        rows = [(f"{name}, {n} workers", row[at]) for at, name in enumerate(_KINDS) for n, row in told.items()]
        plot = report.bars("a minute", [(name, rate, f"{rate:,.0f}") for name, rate in rows])
        facts = {"papers": asked.papers, "books": asked.books, "a_minute_and_mib": told}
        report.keep("workers", facts, markdown, plot)
    shutil.rmtree(config().home, ignore_errors=True)


if __name__ == "__main__":
    main()
