"""The words of the cover: which slots are complete, missing or unreadable, and where each file begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from docservice.pdf.cover import ChecklistLine, ContentsLine, Cover
from docservice.pdf.piece import Signature
from docservice.pdf.report import FileReport
from docservice.pdf.request import BookRequest, Slot
from docservice.thai import date_letter, to_thai_digits

_PAGE, _HEAD, _CHECKLIST_LINE, _HEADING_LINE, _FILE_LINE = 715.0, 290.0, 24.0, 22.0, 18.6  # points, as measured
_BANGKOK = timezone(timedelta(hours=7))


def missing(slots: Sequence[Slot], files: Sequence[FileReport]) -> list[str]:
    """Codes of required slots with no readable file and no sight of the original."""
    return [slot.code for slot in slots if slot.required and not slot.checked_original and not _readable(slot, files)]


def is_complete(slots: Sequence[Slot], files: Sequence[FileReport]) -> bool:
    """Whether nothing is missing and every file of every required slot could be read."""
    return all(_mark(slot, files) in ("ok", "seen") for slot in slots if slot.required)


def cover(request: BookRequest, files: Sequence[FileReport], pages: int) -> Cover:
    """What the cover of ``request`` says, given where each of ``files`` begins and the ``pages`` of the book."""
    return Cover(
        programme=to_thai_digits(request.title),
        year=str(request.year_be),
        facts=_facts(request, files, pages),
        verdict=_verdict(request.slots, files),
        verdict_mark=_verdict_mark(request.slots, files),
        checklist=tuple(_line(at, slot, files) for at, slot in enumerate(request.slots, start=1)),
        contents=tuple(_contents(request, files)),
    )


def likely_pages(request: BookRequest, files: int) -> int:
    """How many pages the cover will probably have: a guess that, when it is right, spares setting it twice."""
    headings = sum(1 for slot in request.slots if slot.files)
    height = _HEAD + _CHECKLIST_LINE * len(request.slots) + _HEADING_LINE * headings + _FILE_LINE * files
    return 1 + int(height / _PAGE)


def slot_heading(at: int, slot: Slot) -> str:
    """``๑. ใบสมัคร``: the slot as checklist, contents and bookmarks call it."""
    return to_thai_digits(f"{at}. {slot.title}")


def _facts(request: BookRequest, files: Sequence[FileReport], pages: int) -> tuple[tuple[str, str], ...]:
    facts = (
        ("ผู้สมัคร", to_thai_digits(request.applicant)),
        ("รหัสผู้สมัคร", request.applicant_code),
        ("กลุ่มเป้าหมาย", request.group),
        ("อำเภอ", request.district.removeprefix("อำเภอ")),
        ("จังหวัด", request.province.removeprefix("จังหวัด")),
        ("เอกสารในเล่ม", to_thai_digits(f"{len(files)} ไฟล์ รวม {pages} หน้า (นับปก)")),
    )
    return tuple(fact for fact in facts if fact[1])


def _verdict(slots: Sequence[Slot], files: Sequence[FileReport]) -> str:
    lacking = [slot.title for slot in slots if slot.required and _mark(slot, files) == "missing"]
    unreadable = sum(1 for slot in slots if slot.required and _mark(slot, files) == "unreadable")
    parts = []
    if lacking:
        parts.append(to_thai_digits(f"ขาด {len(lacking)} รายการ: ") + to_thai_digits(", ".join(lacking)))
    if unreadable:
        parts.append(to_thai_digits(f"อ่านไม่ได้ {unreadable} รายการ"))
    return " · ".join(parts) or "หลักฐานครบถ้วน"


def _verdict_mark(slots: Sequence[Slot], files: Sequence[FileReport]) -> str:
    marks = {_mark(slot, files) for slot in slots if slot.required}
    return next((mark for mark in ("missing", "unreadable") if mark in marks), "ok")


def _line(at: int, slot: Slot, files: Sequence[FileReport]) -> ChecklistLine:
    mark = _mark(slot, files)
    return ChecklistLine(
        to_thai_digits(str(at)), to_thai_digits(slot.title), mark, _state(mark, slot), _remark(mark, slot, files)
    )


def _mark(slot: Slot, files: Sequence[FileReport]) -> str:
    own = _own(slot, files)
    if any(file.state == "placeholder" for file in own):
        return "seen" if slot.checked_original else "unreadable"
    if own:
        return "ok"
    if slot.checked_original:
        return "seen"
    return "missing" if slot.required else "absent"


def _state(mark: str, slot: Slot) -> str:
    words = {
        "ok": "มีครบ",
        "missing": "ขาด",
        "unreadable": "อ่านไม่ได้",
        "seen": "ตรวจจากต้นฉบับแล้ว",
        "absent": "ไม่มี (ไม่บังคับ)",
    }
    return words[mark] + (" · ตรวจจากต้นฉบับแล้ว" if mark == "ok" and slot.checked_original else "")


def _remark(mark: str, slot: Slot, files: Sequence[FileReport]) -> str:
    own = _own(slot, files)
    bad = [file for file in own if file.state == "placeholder"]
    if bad:
        return " · ".join(f"{file.name} {file.reason}" for file in bad)
    repaired = sum(1 for file in own if file.state == "repaired")
    return to_thai_digits(f"ซ่อมไฟล์แล้ว {repaired} ไฟล์ กรุณาเทียบกับต้นฉบับ") if mark == "ok" and repaired else ""


def _contents(request: BookRequest, files: Sequence[FileReport]) -> list[ContentsLine]:
    lines = []
    numbers = {id(file): at for at, file in enumerate(files)}
    starts = slot_starts(request, files)
    for at, slot in enumerate(request.slots):
        own = _own(slot, files)
        if not own:
            continue
        heading = slot_heading(at + 1, slot)
        lines.append(ContentsLine(heading, to_thai_digits(str(starts[at])), len(files) + at, heading=True))
        lines += [_file_line(file, numbers[id(file)]) for file in own]
    return lines


def slot_starts(request: BookRequest, files: Sequence[FileReport]) -> list[int]:
    """The page on which each slot begins: its separator, else its first file; page 1 for a slot without files."""
    first = [next((file.first_page for file in files if file.slot == slot.code), 0) for slot in request.slots]
    return [page - request.separators if page else 1 for page in first]


def signatures_told(signatures: Sequence[Signature]) -> str:
    """Who signed a source, when, and whether it was changed since."""
    return " · ".join(_signature(each) for each in signatures)


def _signature(signature: Signature) -> str:
    if not signature.intact:
        state = "ตรวจแล้วไม่ถูกต้อง หรือเนื้อหาถูกแก้ไขหลังลงนาม"
    else:
        state = "เนื้อหาที่ลงนามไม่ถูกแก้ไข" + ("" if signature.whole else " แต่มีการเพิ่มข้อมูลในไฟล์ภายหลัง")
    when = f" เมื่อ {_when(signature.time)}" if signature.time else ""
    return f"ลายมือชื่อดิจิทัลของ {signature.signer or 'ผู้ที่ไม่ปรากฏชื่อ'}{when}: {state}"


def _when(time: str) -> str:
    moment = datetime.fromisoformat(time)
    local = moment.astimezone(_BANGKOK) if moment.tzinfo else moment
    return f"{date_letter(local.date())} {to_thai_digits(f'{local:%H.%M}')} น."


def _file_line(file: FileReport, link: int) -> ContentsLine:
    page = to_thai_digits(str(file.first_page))
    return ContentsLine(file.name, page, link, False, _flag(file), signatures_told(file.signatures))


def _flag(file: FileReport) -> str:
    return {"placeholder": "อ่านไม่ได้", "repaired": "ซ่อมไฟล์แล้ว", "in-book": ""}[file.state]


def _own(slot: Slot, files: Sequence[FileReport]) -> list[FileReport]:
    return [file for file in files if file.slot == slot.code]


def _readable(slot: Slot, files: Sequence[FileReport]) -> bool:
    return any(file.state != "placeholder" for file in _own(slot, files))
