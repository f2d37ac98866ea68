"""How well the archive is kept, as it was seen last: write-once, fixity, second copy, sealed log, restore drill.

Reads rows only. Nothing is claimed that was not seen; what was not looked at yet says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from docservice import condition, drill, holding, sealing, second_copy, store_hold, worm_check
from docservice.config import config
from docservice.models import Event
from docservice.thai import date_short

GOOD, NONE, BAD = "good", "none", "bad"
_LATE = timedelta(hours=3)
_NIGHTS = timedelta(days=3)


class Said(NamedTuple):
    """A word or a sentence in Thai, and the same in English."""

    message: str
    english: str


_NOTHING = Said("", "")


@dataclass(frozen=True)
class Line:
    """One thing: ``good``, ``none`` (not there, or not looked at) or ``bad``; in a word, since when, and why.

    ``late``: bad only because it was not done in time, as on a machine that was off.
    """

    name: str
    label: Said
    state: str
    word: Said
    at: datetime | None = None
    why: Said = _NOTHING
    late: bool = False

    @property
    def plain(self) -> bool:
        """Whether the reason holds no names or addresses, so that its digits may become Thai ones."""
        return not any(sign in self.why.message for sign in "/_")

    def as_dict(self) -> dict[str, str]:
        """For ``--json`` and the API."""
        at = self.at.isoformat() if self.at else ""
        told = {"word": self.word.message, "message": self.why.message, "english": self.why.english}
        return {"name": self.name, "state": self.state, "at": at, **told}


def lines() -> list[Line]:
    """Everything at a glance."""
    return [_worm(), _holds(), _fixity(), _copy(), sealed(), _drill()]


def alarms() -> list[Line]:
    """What somebody has to look at."""
    return [line for line in lines() if line.state == BAD]


def _worm() -> Line:
    about = "worm", Said("การล็อกไม่ให้แก้ (WORM)", "Write-once (WORM)")
    found = worm_check.last()
    if found is None:
        return Line(*about, NONE, Said("ยังไม่ได้ลอง", "not tried yet"))
    told = found.details
    state = {"proven": GOOD, "failed": BAD}.get(told["state"], NONE)
    why = Said(told["reason"], told["english"])
    before = worm_check.proven() if state == BAD else None
    if before:
        why = Said(f"{why[0]} พิสูจน์ได้ครั้งสุดท้าย {_day(before)}", f"{why[1]} Proven last on {before:%Y-%m-%d}.")
    word = Said(worm_check.WORDS[told["state"]], worm_check.ENGLISH[told["state"]])
    return Line(*about, state, word, found.at, why)


def _holds() -> Line:
    about = "holds", Said("การล็อกแฟ้มที่ระงับการทำลาย", "Locks of dossiers on hold")
    count, found = holding.held_now(), holding.last_check()
    if found and found.details["failed_count"]:
        told = found.details
        keys = ", ".join(told["failed"][:3])
        why = Said(f"{keys} {told['fault']}".strip(), f"{keys} {told['english']}".strip())
        return Line(*about, BAD, Said("ล็อกไม่ครบ", "not all locked"), found.at, why)
    if not count:
        return Line(*about, NONE, Said("ไม่มีการระงับ", "no holds"))
    if not store_hold.is_bucket() or (found and not found.details["able"]):
        why = Said(
            "ที่จัดเก็บไม่มีการล็อก การระงับมีผลในทะเบียนและในระบบเท่านั้น",
            "The store has no locks: the holds stand in the record and in this service only",
        )
        return Line(*about, NONE, Said("ไม่มีการล็อกในที่จัดเก็บ", "no lock in the store"), found.at if found else None, why)
    if found is None:
        return Line(*about, NONE, Said("ยังไม่ได้ตรวจ", "not checked yet"))
    told = found.details
    why = Said(
        f"ถามที่จัดเก็บครบ {told['held']} แฟ้ม {told['files']} ไฟล์ แก้ให้ถูก {told['mended_count']} แฟ้ม",
        f"The store was asked about {told['held']} dossiers, {told['files']} files; {told['mended_count']} were mended",
    )
    late = found.at < datetime.now(UTC) - _NIGHTS
    return Line(*about, BAD if late else GOOD, *_LOCKED[late], found.at, why, late)


_LOCKED = {False: (Said("ล็อกครบ", "all locked"),), True: (Said("ตรวจไม่ทัน", "late"),)}


def _fixity() -> Line:
    about = "fixity", Said("ความถูกต้องของไฟล์", "Fixity of the files")
    found, days = condition.standing(), round(config().fixity_days)
    swept = Event.objects.filter(verb=condition.SWEPT).order_by("-id").first()
    told, at = (swept.details, swept.at) if swept else ({}, None)
    if found.broken:
        why = Said(f"เสียหาย {found.broken} แฟ้ม", f"{found.broken} dossiers are damaged")
        return Line(*about, BAD, Said("พบความเสียหาย", "damage found"), at, why)
    if told.get("stray_count"):
        named = f"{told['stray_count']}: {', '.join(told['strays'][:3])}"
        why = Said(f"มีสิ่งที่ไม่ใช่ของแฟ้มใดในคลัง {named}", f"In the archive and of no dossier: {named}")
        return Line(*about, BAD, Said("พบไฟล์แปลกปลอม", "strange files"), at, why)
    if at is None:
        return Line(*about, NONE, Said("ยังไม่เคยตรวจทั้งคลัง", "not read again yet"))
    now = datetime.now(UTC)
    if at < now - _NIGHTS or (found.oldest and found.oldest < now - timedelta(days=days) - _NIGHTS):
        why = Said(f"ต้องอ่านครบทั้งคลังทุก {days} วัน", f"All of it is to be read every {days} days")
        return Line(*about, BAD, Said("ตรวจไม่ทัน", "late"), at, why, late=True)
    why = Said(
        f"รอบล่าสุดอ่าน {told['dossiers']} แฟ้ม {told['bytes']:,} ไบต์ อ่านครบทั้งคลังทุก {days} วัน",
        f"{told['dossiers']} dossiers, {told['bytes']:,} bytes in the last slice; all of it every {days} days",
    )
    return Line(*about, GOOD, Said("ตรง", "whole"), at, why)


def _copy() -> Line:
    about = "copy", Said("สำเนาที่สอง", "Second copy")
    found = second_copy.standing()
    if found is None:
        why = Said("ยังไม่ได้ตั้ง DOCSERVICE_REPLICA_URL", "DOCSERVICE_REPLICA_URL is not set")
        return Line(*about, NONE, Said("ไม่มี", "none"), None, why)
    if found.compared and found.compared.verb == second_copy.DIFFERS:
        told = found.compared.details
        named = str(told.get("fault") or ", ".join(told.get("differing", [])[:3]))
        return Line(*about, BAD, Said("ต่างจากคลัง", "differs"), found.compared.at, Said(named, named))
    behind = Said(f"รอคัดลอก {found.behind} รายการ", f"{found.behind} filings to follow")
    if found.behind and (found.at is None or found.at < datetime.now(UTC) - _LATE):
        return Line(*about, BAD, Said("ตามไม่ทัน", "behind"), found.at, behind, late=True)
    if found.compared is None:
        return Line(*about, NONE, Said("ยังไม่เคยเทียบ", "not compared yet"), found.at, behind)
    return Line(*about, GOOD, Said("ตรงกับคลัง", "the same"), found.compared.at, behind)


_FAILS = {
    sealing.UNSEALED: Said("ผนึกไม่สำเร็จ", "sealing fails"),
    sealing.UNSTAMPED: Said("ผนึกแล้ว แต่ประทับเวลาไม่สำเร็จ", "sealed, but not time-stamped"),
}


def sealed() -> Line:
    """How much of the audit log is sealed in the store, and whether sealing works."""
    about = "seal", Said("บันทึกเหตุการณ์ที่ผนึกไว้", "Sealed audit log")
    found = sealing.standing()
    if found.fault:
        told = found.fault.details
        why = Said(str(told["fault"]), str(told.get("english", "")))
        return Line(*about, BAD, _FAILS[found.fault.verb], found.fault.at, why)
    why = Said(
        f"ผนึกแล้วถึงลำดับที่ {found.until} รอผนึก {found.waiting} รายการ",
        f"Sealed up to event {found.until}; {found.waiting} wait",
    )
    if found.at is None:
        why = Said(f"รอผนึก {found.waiting} รายการ", f"{found.waiting} wait")
        return Line(*about, NONE, Said("ยังไม่เคยผนึก", "not sealed yet"), None, why)
    if found.waiting and found.at < datetime.now(UTC) - _LATE:
        return Line(*about, BAD, Said("ผนึกไม่ทัน", "late"), found.at, why, late=True)
    return Line(*about, GOOD, Said("ผนึกแล้ว", "sealed"), found.at, why)


def _drill() -> Line:
    about = "drill", Said("ซ้อมกู้คืนจากชุดส่งออก", "Restore drill from an export")
    found = drill.last()
    if found is None:
        why = Said("ระบบซ้อมเองทุกต้นเดือน", "One is held at the beginning of every month")
        return Line(*about, NONE, Said("ยังไม่เคยซ้อม", "never held yet"), None, why)
    told = found.details
    if found.verb == drill.FAILED:
        why = Said(str(told["fault"]), str(told.get("english", "")))
        return Line(*about, BAD, Said("กู้คืนไม่ได้", "failed"), found.at, why)
    why = Said(
        f"ปี {told['year_be']}: {told['dossiers']} แฟ้ม {told['documents']} เอกสาร ตรงกันทุกตารางและทุกไบต์",
        f"BE {told['year_be']}: {told['dossiers']} dossiers, {told['documents']} documents, all the same",
    )
    return Line(*about, GOOD, Said("กู้คืนได้", "restored"), found.at, why)


def _day(moment: datetime) -> str:
    return date_short(timezone.localtime(moment).date())
