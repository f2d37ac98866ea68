"""``docservice doctor``: what this machine lacks, and the command that mends it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from django.db import DatabaseError
from django.utils import timezone

from docservice import engines, keeping, pulse, stores
from docservice.broker import broker_answers, broker_is_embedded
from docservice.cli.machine import writable_folder
from docservice.cli.screen import Screen
from docservice.cli.words import common
from docservice.config import config, local_path
from docservice.errors import DocserviceError, EngineUnavailable
from docservice.pdf import tesseract
from docservice.supervise import is_running
from storage.address import parse
from storage.ocfl import ROOT_DECLARATION

_GIB = 1024**3
_ROOM = 2 * _GIB
_MENDS = {
    "worm": "docservice store probe แล้วดู docs/archive.md",
    "holds": "docservice archive holds --check",
    "fixity": "docservice archive verify แล้ว docservice archive repair",
    "copy": "docservice store replicate",
    "seal": "docservice audit verify แล้ว docservice audit seal",
    "drill": "docservice archive drill",
}
_REDIS = "Redis (สำหรับคิวงาน)"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and the command that mends it."""

    what: str
    well: bool
    seen: str
    mend: str = ""


@click.command()
@common
def doctor(screen: Screen) -> None:
    """ตรวจว่าเครื่องนี้พร้อมใช้งานหรือขาดอะไร พร้อมคำสั่งแก้"""
    findings = list(examine())
    marks = {True: "✓", False: "✗"}
    screen.table("", ("", "รายการ", "ที่พบ", "วิธีแก้"), [(marks[f.well], f.what, f.seen, f.mend) for f in findings])
    screen.table("การตั้งค่า", ("ชื่อ", "ค่า"), list(config().masked().items()))
    screen.answer({"findings": [vars(f) for f in findings], "settings": config().masked()})
    ill = [f for f in findings if not f.well]
    if ill:
        raise EngineUnavailable(
            f"เครื่องนี้ยังไม่พร้อม: {', '.join(f.what for f in ill)}",
            "ทำตามช่องวิธีแก้ แล้วสั่ง docservice doctor อีกครั้ง",
            english=f"Not ready: {', '.join(f.what for f in ill)}. Mend as shown and run doctor again.",
        )
    screen.say("เครื่องนี้พร้อมใช้งาน", "This machine is ready")


def examine() -> Iterator[Finding]:
    """Look at everything the product needs on this machine."""
    yield _folder()
    yield from _store()
    yield from _kept()
    yield Finding(
        "SQLite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version, "ใช้ Python ที่มี SQLite 3.35 ขึ้นไป"
    )
    yield _fonts()
    yield _office()
    yield recognition()
    yield _scanner()
    yield _redis()
    if is_running(config().home):
        health = pulse.health()
        yield Finding("คิวงาน", health.well, health.sentence(), "ดู docservice status และบันทึก logs/worker.log")


def _redis() -> Finding:
    """The program where ``up`` starts it, the answer where the office has one of its own."""
    if broker_is_embedded():
        program = shutil.which("redis-server")
        return Finding(_REDIS, program is not None, program or "ไม่พบ", "apt-get install redis-server")
    address, answers = config().masked()["DOCSERVICE_BROKER_URL"], broker_answers()
    return Finding(
        _REDIS, answers, f"{'ตอบ' if answers else 'ไม่ตอบ'}: {address}", "เปิด Redis หรือแก้ DOCSERVICE_BROKER_URL"
    )


def _folder() -> Finding:
    try:
        return Finding("โฟลเดอร์ข้อมูล", True, str(writable_folder(config().home)))
    except DocserviceError as fault:
        return Finding("โฟลเดอร์ข้อมูล", False, fault.message, "ตั้ง DOCSERVICE_HOME เป็นโฟลเดอร์ที่เขียนได้")


def _store() -> Iterator[Finding]:
    place = parse(config().store_url)
    if isinstance(place, Path):
        yield _room(place)
    try:
        stores.opened(stores.ARCHIVE).stat(ROOT_DECLARATION[0])
        yield Finding("ที่จัดเก็บ", True, f"ตอบ: {place}")
    except DocserviceError as fault:
        yield Finding("ที่จัดเก็บ", False, fault.message, fault.remedy)


def _kept() -> Iterator[Finding]:
    """How well the archive is kept, as it was seen last; a machine that was not used yet has seen nothing."""
    if config().database_url.startswith("sqlite:") and not local_path(config().database_url).exists():
        return
    try:
        lines = keeping.lines()
    except DatabaseError:  # said by whoever needs it; a doctor that only looks makes no tables
        return
    for line in lines:
        at = f" ({timezone.localtime(line.at):%Y-%m-%d %H:%M})" if line.at else ""
        seen = f"{line.word.message}{at} {line.why.message}".strip()
        well = line.state != keeping.BAD or (line.late and not is_running(config().home))  # it was off: that is why
        yield Finding(line.label.message, well, seen, _MENDS[line.name])


def _room(place: Path) -> Finding:
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding("พื้นที่ว่าง", free > _ROOM, f"{free / _GIB:.1f} GiB ที่ {place}", "ลบไฟล์ที่ไม่ใช้ หรือย้าย DOCSERVICE_STORE_URL")


def _fonts() -> Finding:
    mend = "apt-get install fonts-tlwg-laksaman-ttf หรือติดตั้งฟอนต์ TH SarabunPSK"
    try:
        fonts = engines.fonts()
    except DocserviceError as fault:
        return Finding("ฟอนต์ TH SarabunPSK", False, fault.message, mend)
    return Finding("ฟอนต์ TH SarabunPSK", True, f"{fonts.family} {'(ฟอนต์เทียบเท่า)' if fonts.stand_in else ''}".strip())


def _office() -> Finding:
    try:
        return Finding("LibreOffice", True, engines.office().version)
    except DocserviceError as fault:
        return Finding("LibreOffice", False, fault.message, "apt-get install libreoffice-writer-nogui python3-uno")


def _scanner() -> Finding:
    what = "ตรวจไวรัส (ClamAV)"
    scanner = engines.scanner()
    if scanner is None:
        return Finding(what, True, "ไม่ได้ตั้งค่า (DOCSERVICE_CLAMD)")
    try:
        return Finding(what, True, scanner.version())
    except DocserviceError as fault:
        return Finding(what, False, fault.message, fault.remedy)


def recognition() -> Finding:
    """Never ill: without it, books are filed all the same."""
    what = "อ่านข้อความจากภาพสแกน (Tesseract)"
    if config().ocr == "off":
        return Finding(what, True, "ปิดไว้ (DOCSERVICE_OCR=off)")
    mend = f"ถ้าต้องการค้นข้อความในภาพสแกน: apt-get install {tesseract.PACKAGES}"
    found = tesseract.found()
    if found is None or found.missing:
        lacking = f"ขาดภาษา {', '.join(found.missing)}" if found else "ไม่พบโปรแกรม"
        return Finding(what, True, f"ปิด: {lacking} (เล่มหลักฐานทำได้ตามปกติ)", mend)
    return Finding(what, True, f"{found.version} {tesseract.LANGUAGES}")


COMMANDS = (doctor,)
