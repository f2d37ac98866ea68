"""``docservice demo``: the sample year from nothing to a filed, exported and verified archive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from docservice import applicants, archive, audit, engines, register, stores
from docservice.cli import running
from docservice.cli.make import SAMPLE_YEAR
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.config import config
from docservice.errors import FixityBroken
from docservice.factsfile import read_facts
from docservice.models import Document, Dossier, Job
from docservice.requests import REQUESTS, Desk
from docservice.samples.applicants import read_applicants, write_workbooks
from docservice.samples.evidence import make_evidence
from docservice.supervise import die_with_parent, is_running
from docservice.yearfile import YearFile

ACTOR = "demo"
_BEFORE_RESULTS = ("guideline", "order", "letter", "application-form", "evidence", "register-applicants")
_AFTER_RESULTS = (
    "announcement",
    "register-passed",
    "certificate",
    "report",
    "register-letters",
    "register-orders",
    "export",
)


@dataclass(frozen=True)
class _Line:
    """One line of the closing table."""

    stage: str
    made: str
    new: int
    seconds: float
    look: str


@click.command()
@common
def demo(screen: Screen) -> None:
    """ตัวอย่างทั้งปี: ตั้งแต่แฟ้มประจำปีจนถึงคลังที่ส่งออกและตรวจแล้ว"""
    running.ready()
    started = time.monotonic()
    screen.say(f"ตัวอย่าง มชช. ปี ๒๕๖๒ จังหวัดฉะเชิงเทรา (ข้อมูลผู้สมัครเป็นข้อมูลสมมติ)\nเก็บที่ {config().home}\n")
    with serving(config().home):
        lines = _year(screen)
    lines.append(_timed("ตรวจคลังทุกไบต์", lambda: _verified(screen)))
    _close(screen, lines, time.monotonic() - started)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """The service, up while entered: the one that runs on ``home`` already, or one of our own without its web."""
    if is_running(home):
        yield
        return
    (home / "logs").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "docservice.cli", "up", "--no-web", "--home", str(home)]
    with (home / "logs" / "up.log").open("ab") as log:
        # Recognising every scan would take many times as long as all the rest, and go on after the demo.
        quick = {**os.environ, "DOCSERVICE_OCR": "off"}
        service = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=quick, preexec_fn=die_with_parent
        )
    try:
        yield
    finally:
        service.terminate()  # not SIGINT: a shell lets its background jobs ignore that until the service listens
        service.wait()


def _year(screen: Screen) -> list[_Line]:
    """Every stage of the year, in the order an office goes through it."""
    lines = [_timed("เตรียมแฟ้มตัวอย่าง", lambda: _sample_files(screen))]
    sample = config().home / "sample"
    year = _entered(sample)
    lines.append(_timed("ทะเบียนผู้สมัคร", lambda: _imported(sample / "applicants.xlsx", year)))
    lines += [_requested(screen, what, year) for what in _BEFORE_RESULTS]
    lines.append(_timed("ผลการประเมิน", lambda: _imported(sample / "results.xlsx", year)))
    lines += [_requested(screen, what, year) for what in _AFTER_RESULTS]
    return lines


def _timed(stage: str, work: Callable[[], tuple[str, int, str]]) -> _Line:
    started = time.monotonic()
    made, new, look = work()
    return _Line(stage, made, new, time.monotonic() - started, look)


def _sample_files(screen: Screen) -> tuple[str, int, str]:
    """The files a user would bring: year file, workbooks, evidence folders. Kept when they are there already."""
    sample = config().home / "sample"
    if (sample / "complete").exists():
        return "แฟ้มประจำปี ทะเบียน Excel และหลักฐาน (มีอยู่แล้ว)", 0, str(sample)
    sample.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SAMPLE_YEAR, sample / "year.toml")
    year = YearFile.parse(read_facts(sample / "year.toml"))
    with screen.stage("เตรียมแฟ้มตัวอย่าง"):
        write_workbooks(sample, year=year.year, province=year.province)
        folders = make_evidence(sample / "evidence", read_applicants(), year.year, engines.fonts().dir)
    (sample / "complete").touch()
    count = sum(len(folder.files) for folder in folders)
    return f"แฟ้มประจำปี ทะเบียน Excel และหลักฐาน {count} ไฟล์", 0, str(sample)


def _entered(sample: Path) -> YearFile:
    settings = read_facts(sample / "year.toml")
    register.enter_year(settings, actor=ACTOR)
    return YearFile.parse(settings)


def _imported(path: Path, year: YearFile) -> tuple[str, int, str]:
    done = applicants.import_workbook(path, year, actor=ACTOR)
    return f"{done.rows} หน่วยนับ", done.added + done.results, str(path)


def _requested(screen: Screen, what: str, year: YearFile) -> _Line:
    folder = config().home / "sample" / "evidence" if what == "evidence" else None
    started = time.monotonic()
    job = REQUESTS[what](Desk(year, ACTOR, folder))
    outcome = running.run(screen, job)
    running.require_success(outcome)
    made, look = _result(what, job)
    return _Line(job.title, made, outcome.new, time.monotonic() - started, look)


def _result(what: str, job: Job) -> tuple[str, str]:
    """What the job's items came to, whenever that was, and where to look at the first."""
    results = [item.result or {} for item in job.items.all()]
    if what == "export":
        return f"ชุด BagIt {results[0]['files']} ไฟล์ ตรวจแล้ว", results[0]["path"]
    if what == "evidence":
        unreadable = sum(len(r.get("unreadable", ())) for r in results)
        pages = sum(r.get("pages", 0) for r in results)
        return f"{len(results)} เล่ม {pages} หน้า · อ่านไม่ได้ {unreadable} ไฟล์ (มีหน้าแทนพร้อมเหตุผล)", _path(results)
    return f"{len(results)} ฉบับ", _path(results)


def _path(results: list[dict[str, str]]) -> str:
    """Where the first result's PDF lies on this disk, or the command that brings it here."""
    document = (
        Document.objects.filter(
            dossier__key=results[0]["dossier"], media_type="application/pdf", current=True, kind__in=_kinds()
        )
        .order_by("-id")
        .first()
    )
    if document is None:
        return str(results[0]["dossier"])
    place, key = stores.place(stores.ARCHIVE), document.dossier.key
    if isinstance(place, Path):
        return str(place / key / document.content)
    return f"docservice archive get {key} --path {document.path} --out ."


def _kinds() -> list[str]:
    return [*engines.catalogue().kinds, "book"]


def _verified(screen: Screen) -> tuple[str, int, str]:
    dossiers = list(Dossier.objects.filter(version__gt=0).values_list("key", flat=True))
    with screen.stage("ตรวจคลังทุกไบต์", len(dossiers)) as stage:
        for key in dossiers:
            if faults := archive.verify(key):
                raise FixityBroken(faults[0], "แจ้งผู้ดูแลระบบ", english=f"{key} is damaged.")
            stage.step(of=len(dossiers))
    return (
        f"{len(dossiers)} แฟ้มถูกต้อง · เหตุการณ์ {audit.verify()} รายการต่อเนื่อง",
        0,
        str(stores.place(stores.ARCHIVE)),
    )


def _close(screen: Screen, lines: list[_Line], seconds: float) -> None:
    new = sum(line.new for line in lines)
    rows = [(line.stage, line.made, line.new or "-", f"{line.seconds:.1f}") for line in lines]
    screen.table("", ("ขั้นตอน", "ได้อะไร", ">ใหม่", ">วินาที"), rows)
    if new:
        screen.say(f"จัดเก็บใหม่ {new} รายการ ใช้เวลา {seconds:.1f} วินาที\n")
    else:
        screen.say(f"ไม่มีอะไรใหม่ ทุกอย่างจัดเก็บไว้แล้ว ใช้เวลา {seconds:.1f} วินาที\n")
    screen.say("อ่านข้อความในภาพสแกนของเล่มหลักฐาน (ใช้เวลาหลายนาที): docservice request text --year 2562\n")
    screen.say("เปิดดู:")
    for line in lines:
        screen.say(f"  {line.stage}\n    {line.look}")
    screen.answer({"seconds": round(seconds, 1), "new": new, "stages": [vars(line) for line in lines]})


COMMANDS = (demo,)
