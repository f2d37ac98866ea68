"""What may be requested for a year, each as one job: papers by name, evidence books, the export."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docservice import book_text, drafts, evidence, evidence_files, facts, jobs, papers
from docservice.config import config
from docservice.drafts import Desk, about, number_name
from docservice.errors import InputRefused
from docservice.export import export_year
from docservice.making import Making
from docservice.models import Applicant, Job
from docservice.papers import Draft
from docservice.thai import clean, safe_file_name
from docservice.unit_book import Unit
from docservice.yearfile import YearFile

__all__ = ["REQUESTS", "Desk", "about", "export_year", "number_name"]

_RUNNING_NUMBER = re.compile(r"^[\d๐-๙.()\-_\s]+")
_LONG = 30


def one(desk: Desk, draft: Draft) -> Job:
    """One paper as a person left its form. Asked twice it is the same job, and takes one number."""
    return drafts.submit(desk, draft.dossier_title or papers.label(draft.kind), drafts.asked(desk, [draft]))


def draft_of(desk: Desk, kind: str, content: Mapping[str, Any], like: Draft | None) -> Draft:
    """The draft of ``content``, which a person changed from ``like``; see ``drafts.edited``."""
    return drafts.edited(desk, kind, content, like)


def _papers(desk: Desk, kind: str, title: str) -> Job:
    return drafts.submit(desk, title, drafts.asked(desk, drafts.of_kind(desk, kind)))


def guideline(desk: Desk) -> Job:
    """The guideline of the year."""
    return _papers(desk, "guideline", f"แนวทางการดำเนินงาน ปี {desk.year.year}")


def orders(desk: Desk) -> Job:
    """Every appointment order of the year file."""
    return drafts.submit(desk, f"คำสั่งแต่งตั้งคณะกรรมการ ปี {desk.year.year}", list(drafts.asked(desk, drafts.orders(desk))))


def letter(desk: Desk) -> Job:
    """The cover letter with its enclosures: the orders and the guideline, as filed."""
    (draft,) = drafts.letter(desk)
    called, subject = drafts.called("หนังสือที่", draft.facts), draft.facts.get("subject", "")
    return drafts.submit(desk, called or f"หนังสือ {subject}", drafts.asked(desk, [draft]))


def application_forms(desk: Desk) -> Job:
    """An empty application form for each group."""
    return _papers(desk, "application-form", f"ใบสมัคร ปี {desk.year.year}")


def registers(desk: Desk) -> Job:
    """Each district's register of applicants."""
    return _papers(desk, "register-applicants", f"ทะเบียนผู้สมัครรายอำเภอ ปี {desk.year.year}")


def passed(desk: Desk) -> Job:
    """The province's register of those who passed."""
    return _papers(desk, "register-passed", f"ทะเบียนผู้ผ่านการประเมิน ปี {desk.year.year}")


def announcement(desk: Desk) -> Job:
    """The announcement of those who passed, with its list."""
    return _papers(desk, "announcement", f"ประกาศผล ปี {desk.year.year}")


def certificates(desk: Desk) -> Job:
    """One certificate for each that passed, filed in the applicant's dossier."""
    title = desk.year.settings.get("certificate", {}).get("title", "ใบประกาศเกียรติคุณ")
    return _papers(desk, "certificate", f"{title} ปี {desk.year.year}")


def report(desk: Desk) -> Job:
    """The report to the Department."""
    return _papers(desk, "report", f"รายงานผลต่อกรม ปี {desk.year.year}")


def register_letters(desk: Desk) -> Job:
    """The register of letters sent (ทะเบียนหนังสือส่ง) of the calendar year, from the registers of numbers."""
    return _number_register(desk, "register-letters")


def register_orders(desk: Desk) -> Job:
    """The register of orders of the calendar year."""
    return _number_register(desk, "register-orders")


def retention_sent(desk: Desk) -> Job:
    """Form 19: everything of the year, with how long it is kept."""
    return _papers(desk, "retention-sent", f"บัญชีหนังสือส่งเก็บ ปี {desk.year.year}")


def retention_twenty(desk: Desk) -> Job:
    """Form 21: what is twenty years old by the end of the year."""
    return _papers(desk, "retention-twenty", f"บัญชีส่งมอบหนังสือครบ ๒๐ ปี ประจำปี {desk.year.year}")


def _number_register(desk: Desk, kind: str) -> Job:
    (draft,) = drafts.of_kind(desk, kind)
    return drafts.submit(desk, draft.dossier_title, [draft])


def books(desk: Desk) -> Job:
    """An evidence book for each applicant whose folder is under ``folder``: ``<district>/<group>/<name>/``."""
    root = desk.folder or config().home / "evidence"
    units = [unit for unit in desk.units() if desk.wants(unit.dossier_key)]
    found = [(unit, folder) for unit in units if (folder := _folder_of(desk.year, unit, root))]
    if not found:
        raise InputRefused(
            f"ไม่พบโฟลเดอร์หลักฐานของผู้สมัครใน {root}",
            "จัดโฟลเดอร์เป็น อำเภอ/กลุ่มเป้าหมาย/ชื่อผู้สมัคร แล้วสั่งใหม่ หรือระบุที่อยู่ด้วย --folder",
            english=f"No applicant's folder under {root}. Lay them out as district/group/applicant.",
        )
    requests = [_book(desk.year, unit, folder) for unit, folder in found]
    return desk.enter(evidence.VERB, f"เล่มหลักฐาน ปี {desk.year.year}", requests)


def folders_are_used() -> bool:
    """Whether this machine has a folder of evidence beside what is handed in through the pages."""
    return (config().home / "evidence").is_dir()


def text(desk: Desk) -> Job:
    """The text of every filed book: scans recognised, words entered for the search. For books of before, or where
    Tesseract came later; a new book is read by itself."""
    desk.of_the_province()
    found = book_text.books().filter(year_be=int(desk.year.year), province=desk.year.province_code)
    wanted = (book for book in found.iterator(chunk_size=100) if desk.wants(book.dossier.key))
    done_with = book_text.how()
    parts = (part for book in wanted for part in book_text.parts(book, done_with))
    return desk.enter(book_text.VERB, f"อ่านข้อความในเล่มหลักฐาน ปี {desk.year.year}", parts)


def _book(year: YearFile, unit: Applicant, folder: Path) -> jobs.Request:
    district, group = drafts.place(year, unit)
    whose = Unit(
        title=evidence.PROGRAMME,
        applicant=unit.name,
        applicant_code=facts.applicant_number(year, unit),
        district=district.name,
        province=year.province,
        year_be=int(year.year),
        group=group.name,
    )
    return evidence.request(unit.dossier_key, whose, group.checklist, folder, about(year, unit), Making.of(year))


def _folder_of(year: YearFile, unit: Applicant, root: Path) -> Path | None:
    """The applicant's folder ``<district>/<group>/<…name…>`` holding files; people put numbers around the name."""
    district, group = drafts.place(year, unit)
    parent = root / district.name / safe_file_name(group.name)
    if not parent.is_dir():
        return None
    named = (f for f in sorted(parent.iterdir()) if f.is_dir() and _is_named(f.name, unit.name))
    return next((f for f in named if evidence_files.holds_files(f)), None)


def _is_named(folder: str, name: str) -> bool:
    """Whether a folder is the applicant's: the name in full, or as much of a long one as a folder name holds."""
    bare = _RUNNING_NUMBER.sub("", clean(folder))
    wanted = safe_file_name(name)
    numbered = re.fullmatch(rf"{re.escape(wanted)}(?:[.()\-_\s][\d.()\-_\s]*)?", bare)
    return numbered is not None or (len(bare) >= _LONG and wanted.startswith(bare))


REQUESTS: dict[str, Callable[[Desk], Job]] = {
    "guideline": guideline,
    "order": orders,
    "letter": letter,
    "application-form": application_forms,
    "register-applicants": registers,
    "register-passed": passed,
    "announcement": announcement,
    "certificate": certificates,
    "report": report,
    "register-letters": register_letters,
    "register-orders": register_orders,
    "retention-sent": retention_sent,
    "retention-twenty": retention_twenty,
    "evidence": books,
    "text": text,
    "export": export_year,
}
