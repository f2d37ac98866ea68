"""An office's year for tests: the sample settings, invented applicants, workbooks, filings, items of jobs."""

from __future__ import annotations

import copy
import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from docservice import archive, jobs, register
from docservice.models import Applicant, JobItem
from docservice.yearfile import YearFile

REPOSITORY = Path(__file__).parent.parent
YEAR_TOML = REPOSITORY / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"
SETTINGS: dict[str, Any] = tomllib.loads(YEAR_TOML.read_text(encoding="utf-8"))
HEADER = ("อำเภอ", "กลุ่มเป้าหมาย", "ชื่อผู้สมัคร", "ตำแหน่ง", "ที่อยู่/ที่ทำการ", "ผู้ประสานงาน", "โทรศัพท์", "จำนวนสมาชิก")
KEY = "2562/24/2401/leader-0001"


@dataclass
class Unit:
    """An applicant as papers see one."""

    district: str = "2401"
    group: str = "leader"
    seq: int = 1
    name: str = "นายประเสริฐ แสงตะวัน"
    post: str = "กำนัน"
    place: str = "หมู่ที่ ๓"
    coordinator: str = ""
    phone: str = ""
    members: str = ""
    result: str = "passed"
    evidence_complete: bool | None = None


def settings(**changes: Any) -> dict[str, Any]:
    """The sample's year file, with some top-level settings changed."""
    return {**copy.deepcopy(SETTINGS), **changes}


def year(**changes: Any) -> YearFile:
    """The checked year."""
    return YearFile.parse(settings(**changes))


def entered_year(**changes: Any) -> YearFile:
    """The year, in the database."""
    register.enter_year(settings(**changes), actor="tester")
    return year(**changes)


def entry(name: str, district: str = "2401", group: str = "leader", **details: str) -> dict[str, str]:
    """An applicant as entered."""
    return {"district": district, "group": group, "name": name, **details}


def workbook(path: Path, rows: Iterable[Sequence[object]], *, titles: Sequence[str] = ("ทะเบียนผู้สมัคร",)) -> Path:
    """An Excel file with title rows above its rows (the header first)."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "ผู้สมัคร"
    for title in titles:
        sheet.append([title])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def tampered(*statements: str) -> None:
    """Run SQL as somebody who may also take away what keeps the audit log from being changed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE docservice_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS docservice_event_update")
            cursor.execute("DROP TRIGGER IF EXISTS docservice_event_delete")
        for statement in statements:
            cursor.execute(statement)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def filing(path: str, data: bytes, **changes: Any) -> archive.Filing:
    """One file to be filed, made from its own bytes."""
    about: dict[str, Any] = {
        "kind": "letter",
        "title": "หนังสือเวียน",
        "media_type": "application/pdf",
        "inputs": digest(data),
        "number": "ฉช ๐๐๑๙/ว ๑๖๙",
        "pages": 2,
        "provenance": {"facts": {"to": "นายอำเภอ"}, "edition": "2562-1"},
    }
    return archive.Filing(path=path, data=data, **(about | changes))


def filed(*filings: archive.Filing, key: str = KEY, title: str = "นายประเสริฐ แสงตะวัน") -> archive.Filed:
    """File into one dossier."""
    return archive.file(key, title, filings, actor="tester", about={"group": "leader"})


def ask(payloads: Iterable[object], verb: str = "echo") -> Any:
    """A job with an item for each payload."""
    wanted = [jobs.Request(f"รายการ {payload}", {"what": payload}) for payload in payloads]
    return jobs.submit(verb, "งานทดลอง", wanted, actor="tester")


def states(job: Any) -> list[str]:
    """The state of every item, in order."""
    return list(JobItem.objects.filter(job=job).values_list("state", flat=True))


@dataclass
class Office:
    """A small year: two districts with two applicants each."""

    year: YearFile
    applicants: list[Applicant] = field(default_factory=list)

    def of(self, district: str) -> list[Applicant]:
        """The applicants of a district."""
        return [a for a in self.applicants if a.district == district]
