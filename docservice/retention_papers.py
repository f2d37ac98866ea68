"""Facts of the regulation's lists of what is kept and destroyed: forms 19, 21 and 25, and the record of a destruction.

No line names an applicant (``disposal_lines.subject_of``): the lists are kept for ever, what they list is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from docservice import archive, retained
from docservice.disposal import Batch
from docservice.disposal_lines import Line, Opinion, paper_of, subject_of
from docservice.errors import InputRefused
from docservice.models import Dossier
from docservice.record import RECORD
from docservice.retained import KEEP, Keeping
from docservice.retention_schedule import DESTROY, last_day
from docservice.thai import BE, date_short, to_thai_digits
from docservice.yearfile import YearFile
from storage.keys import DossierKey

Facts = dict[str, Any]
SENT, TWENTY, LIST, CERTIFICATE = "retention-sent", "retention-twenty", "disposal-list", "disposal-certificate"
_OWN = (SENT, TWENTY, "disposal-", retained.YEAR_HOLD)
"""Dossiers about keeping itself: they stand in no list."""
_TWENTY_YEARS = 20


def sent(year: YearFile) -> Facts:
    """Form 19: everything of the year, with how long it is kept."""
    found = _kept(_dossiers(year).filter(year_be=int(year.year)))
    rows = [_row(dossier, keep=_how_long(kept), remark=dossier.key) for dossier, kept in found]
    return {"scope": _office(year), "year_be": int(year.year), "date": _today(), "rows": _some(rows)}


def twenty(year: YearFile) -> Facts:
    """Form 21: everything that is twenty years old by the end of the year, and what is kept here none the less."""
    found = _kept(_dossiers(year).filter(year_be__lte=int(year.year) - _TWENTY_YEARS))
    old = [(d, kept) for d, kept in found if int(kept.closed) + _TWENTY_YEARS <= int(year.year)]
    rows = [_row(dossier, remark=_why_kept(kept)) for dossier, kept in old]
    return {**_organisation(year), "year_be": int(year.year), "date": _today(), "rows": _some(rows)}


def proposed(year: YearFile, batch: Batch) -> Facts:
    """Form 25: the batch's lines, with the committee's opinions once they are entered."""
    rows = [
        {
            "code": line.dossier,
            "number": line.number,
            "date": line.dated,
            "subject": line.subject,
            "keep": line.label,
            "opinion": _opinion(batch.decided.get(line.no)),
            "remark": batch.decided[line.no].note if line.no in batch.decided else "",
        }
        for line in batch.lines
    ]
    return {
        **_organisation(year),
        **_of_batch(batch),
        "date": batch.list["as_of"],
        "rows": rows,
        "committee": list(batch.opinions.get("committee", [])),
        "minutes": batch.opinions.get("minutes", ""),
    }


def certificate(year: YearFile, batch: Batch) -> Facts:
    """The record of the destruction, once every line has been carried out."""
    found = {each.key: each for each in Dossier.objects.filter(key__in=[line.dossier for line in batch.lines])}
    rows = [_result(line, batch.decided[line.no], found[line.dossier]) for line in batch.lines]
    gone = sum(opinion.decision == DESTROY for opinion in batch.decided.values())
    return {
        "scope": _office(year),
        **_of_batch(batch),
        "list": batch.key,
        "date": max((row["date"] for row in rows if row["date"]), default=_today()),
        "order": batch.approval["order"],
        "archives": batch.approval["archives"],
        "proposed_by": batch.list["by"],
        "decided_by": batch.opinions["by"],
        "approved_by": batch.approval["by"],
        "destroyed": gone,
        "others": len(rows) - gone,
        "rows": rows,
        "committee": list(batch.opinions["committee"]),
    }


def _of_batch(batch: Batch) -> Facts:
    return {"year_be": batch.dossier.year_be, "round": to_thai_digits(str(int(batch.dossier.name.rpartition("-")[2])))}


def _result(line: Line, opinion: Opinion, dossier: Dossier) -> Facts:
    row = {"no": line.no, "code": line.dossier, "subject": line.subject, "result": _opinion(opinion), "date": ""}
    if not dossier.disposed:
        return row
    with archive.root().open(DossierKey.parse(dossier.key), RECORD) as stone:
        digest = hashlib.sha256(stone.read()).hexdigest()
    day = timezone.localtime(datetime.fromisoformat(dossier.disposed["at"])).date()
    told = to_thai_digits(f"ทำลายแล้ว {dossier.disposed['files']} ไฟล์")
    return {**row, "result": told, "date": day.isoformat(), "digest": digest}


def _opinion(opinion: Opinion | None) -> str:
    """What a committee said, as form 25 has it: a cross for what should be destroyed (ข้อ ๖๘)."""
    if opinion is None:
        return ""
    if opinion.decision == DESTROY:
        return "×"
    if opinion.decision == KEEP and opinion.until_be:
        return f"ขยายเวลาถึง {date_short(last_day(BE(opinion.until_be)))}"
    return "ส่งมอบหอจดหมายเหตุแห่งชาติ"


def _row(dossier: Dossier, *, keep: str = "", remark: str = "") -> Facts:
    number, dated = paper_of(dossier)
    told = {"code": dossier.key, "number": number, "date": dated, "subject": subject_of(dossier)}
    return {**told, "keep": keep, "remark": remark}


def _how_long(kept: Keeping) -> str:
    return f"{kept.retention.label} (ถึง {date_short(kept.until)})" if kept.until else kept.retention.label


def _why_kept(kept: Keeping) -> str:
    if kept.hold:
        return f"ระงับการทำลาย: {kept.hold['reason']}"[:200]
    return "ขอเก็บเอง (แบบที่ ๒๒) เก็บไว้ตลอดไป" if kept.until is None else ""


def _dossiers(year: YearFile) -> Any:
    rows = Dossier.objects.filter(province=year.province_code, version__gt=0, disposed__isnull=True).order_by("key")
    for own in _OWN:
        rows = rows.exclude(key__contains=f"/{own}")
    return rows


def _kept(rows: Iterable[Dossier]) -> list[tuple[Dossier, Keeping]]:
    found = list(rows)
    kept = retained.of_many(found)
    return [(each, kept[each.pk]) for each in found]


def _some(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if not rows:
        raise InputRefused(
            "ไม่มีแฟ้มที่ต้องลงในบัญชีนี้", "ตรวจปีอีกครั้ง หรือดู docservice archive due", english="No dossier belongs into that list."
        )
    return list(rows)


def _organisation(year: YearFile) -> Facts:
    department = year.settings.get("department", {})
    return {
        "ministry": str(department.get("ministry", "กระทรวงมหาดไทย")),
        "department": str(department.get("name", "กรมการพัฒนาชุมชน")),
        "scope": _office(year),
    }


def _office(year: YearFile) -> str:
    name = str(year.section("office")["name"])
    return name if name.endswith(year.province) else f"{name}{year.province}"


def _today() -> str:
    day: date = timezone.localdate()
    return day.isoformat()
