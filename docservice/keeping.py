"""How well the archive is kept, as it was seen last: write-once, fixity, second copy, sealed log. Reads rows only.

Nothing is claimed that was not seen; what was not looked at yet says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docservice import condition, sealing, second_copy, worm_check
from docservice.config import config
from docservice.models import Event

GOOD, NONE, BAD = "good", "none", "bad"
_LATE = timedelta(hours=3)
_NIGHTS = timedelta(days=3)


@dataclass(frozen=True)
class Line:
    """One thing: ``good``, ``none`` (it is not there, or was not looked at) or ``bad``; in a word, since when, and why.

    ``message`` is Thai, ``english`` the same.
    """

    name: str
    label: str
    label_english: str
    state: str
    word: str
    word_english: str
    at: datetime | None = None
    message: str = ""
    english: str = ""


def lines() -> list[Line]:
    """Everything at a glance."""
    return [_worm(), _fixity(), _copy(), _sealed()]


def alarms() -> list[Line]:
    """What somebody has to look at."""
    return [line for line in lines() if line.state == BAD]


def _worm() -> Line:
    label = "worm", "การล็อกไม่ให้แก้ (WORM)", "Write-once (WORM)"
    found = worm_check.last()
    if found is None:
        return Line(*label, NONE, "ยังไม่ได้ลอง", "not tried yet")
    told, before = found.details, worm_check.proven()
    state = {"proven": GOOD, "failed": BAD}.get(told["state"], NONE)
    since = f" พิสูจน์ได้ครั้งสุดท้าย {before:%Y-%m-%d}" if before and state == BAD else ""
    return Line(
        *label, state, worm_check.WORDS[told["state"]], worm_check.ENGLISH[told["state"]], found.at,
        told["reason"] + since, told["english"] + (f" Proven last on {before:%Y-%m-%d}." if since and before else ""),
    )  # fmt: skip


def _fixity() -> Line:
    label = "fixity", "ไฟล์ยังตรงกับที่จัดเก็บ", "Files are what was filed"
    found = condition.standing()
    swept = Event.objects.filter(verb=condition.SWEPT).order_by("-id").first()
    strays = int(swept.details["stray_count"]) if swept else 0
    at = swept.at if swept else None
    if found.broken:
        said = f"เสียหาย {found.broken} แฟ้ม", f"{found.broken} dossiers are damaged"
        return Line(*label, BAD, "พบความเสียหาย", "damage found", at, *said)
    if strays and swept:
        named = ", ".join(swept.details["strays"][:3])
        said = f"มีไฟล์แปลกปลอม {strays} รายการในคลัง: {named}", f"{strays} strange files in the archive: {named}"
        return Line(*label, BAD, "พบไฟล์แปลกปลอม", "strange files", at, *said)
    if swept is None or at is None:
        return Line(*label, NONE, "ยังไม่เคยตรวจทั้งคลัง", "never read again")
    days = round(config().fixity_days)
    limit = datetime.now(UTC) - timedelta(days=days) - _NIGHTS
    if (found.oldest and found.oldest < limit) or at < datetime.now(UTC) - _NIGHTS:
        said = f"ไม่ได้ตรวจครบใน {days} วันตามที่ตั้งไว้", f"not all was read within {days} days"
        return Line(*label, BAD, "ตรวจไม่ทัน", "late", at, *said)
    told = swept.details
    return Line(
        *label, GOOD, "ตรง", "whole", at,
        f"คืนล่าสุดอ่าน {told['dossiers']} แฟ้ม {told['bytes']:,} ไบต์ อ่านครบทั้งคลังทุก {days} วัน",
        f"{told['dossiers']} dossiers, {told['bytes']:,} bytes read last night; all of it every {days} days",
    )  # fmt: skip


def _copy() -> Line:
    label = "copy", "สำเนาที่สอง", "Second copy"
    found = second_copy.standing()
    if found is None:
        return Line(*label, NONE, "ไม่มี", "none", None, "ยังไม่ได้ตั้ง DOCSERVICE_REPLICA_URL", "no DOCSERVICE_REPLICA_URL")
    told = found.compared.details if found.compared else {}
    if found.compared and found.compared.verb == second_copy.DIFFERS:
        why = str(told.get("fault") or ", ".join(told.get("differing", [])[:3]))
        return Line(*label, BAD, "ต่างจากคลัง", "differs", found.compared.at, why, why)
    behind = f"รอคัดลอก {found.behind} รายการ", f"{found.behind} filings to follow"
    if found.behind and (found.at is None or found.at < datetime.now(UTC) - _LATE):
        return Line(*label, BAD, "ตามไม่ทัน", "behind", found.at, *behind)
    if found.compared is None:
        return Line(*label, NONE, "ยังไม่เคยเทียบ", "not compared yet", found.at, *behind)
    return Line(*label, GOOD, "ตรงกับคลัง", "the same", found.compared.at, *behind)


def _sealed() -> Line:
    label = "seal", "บันทึกเหตุการณ์ที่ผนึกไว้", "Sealed audit log"
    found = sealing.standing()
    if found.fault:
        said = str(found.fault.details["fault"]), str(found.fault.details.get("english", ""))
        return Line(*label, BAD, "ผนึกไม่สำเร็จ", "sealing fails", found.fault.at, *said)
    waiting = (
        f"ผนึกแล้วถึงลำดับที่ {found.until} รอผนึก {found.waiting} รายการ",
        f"sealed up to event {found.until}, {found.waiting} to be sealed",
    )
    if found.at is None:
        return Line(*label, NONE, "ยังไม่เคยผนึก", "never sealed", None, *waiting)
    if found.waiting and found.at < datetime.now(UTC) - _LATE:
        return Line(*label, BAD, "ผนึกไม่ทัน", "late", found.at, *waiting)
    return Line(*label, GOOD, "ผนึกแล้ว", "sealed", found.at, *waiting)
