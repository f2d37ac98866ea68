"""Editing a year by section: what was entered is checked and kept, two clerks never overwrite each other unseen."""

from __future__ import annotations

import copy

from docservice import completeness, engines, jobs, register, year_checks, year_sections, year_tree
from docservice.catalogue import Fault
from docservice.errors import Conflict, FactsRefused, Outdated
from docservice.year_section import Section
from docservice.year_tree import Facts, Settings
from docservice.yearfile import YearFile

_NEW_ORDER = "แต่งตั้งคณะกรรมการ"


class Clash(Conflict):
    """Somebody else has changed the section since it was opened; ``theirs`` is what it holds now."""

    def __init__(self, theirs: Facts) -> None:
        super().__init__(
            "ระหว่างที่ท่านแก้ มีผู้อื่นบันทึกส่วนนี้ไปก่อน สิ่งที่ท่านพิมพ์ยังอยู่ครบ และยังไม่มีอะไรถูกบันทึกทับ",
            "เทียบรายการที่ต่างกันด้านล่าง แก้ให้ตรงตามต้องการ แล้วบันทึกอีกครั้ง",
            english="Somebody else saved this section meanwhile. Yours is kept here; compare, mend and save again.",
        )
        self.theirs = theirs


def section(settings: Settings, code: str) -> Section:
    """The section of that code, or ``NotFound``."""
    return year_sections.section(settings, engines.catalogue().kinds, code)


def sections(settings: Settings) -> list[Section]:
    """Every section of these settings."""
    return year_sections.sections(settings, engines.catalogue().kinds)


def version(settings: Settings, part: Section) -> str:
    """What the section holds now, as a digest: sent back with a form, it tells whether somebody else was quicker."""
    return jobs.digest(part.get(settings))


def change(year: YearFile, code: str, entered: Facts, seen: str, *, actor: str) -> bool:
    """Keep what was entered into a section; whether anything changed.

    ``Clash`` when the section is no longer what was ``seen``; ``FactsRefused`` lists what is wrong with it.
    """

    def alter(settings: Settings) -> Settings:
        part = section(settings, code)
        if version(settings, part) != seen:
            raise Clash(part.get(settings))
        if found := year_checks.faults(settings, part, entered):
            raise _faulty(found)
        return part.put(settings, entered)

    changed = register.amend_year(year, alter, actor=actor, section=code)
    if changed and code.startswith("groups."):
        completeness.note_group(register.year(year.year, year.province_code), code.partition(".")[2])
    return changed


def replace_all(year: YearFile, settings: Settings, *, seen: str = "", actor: str) -> bool:
    """Keep a whole year file in place of the year's settings; what is in use may not be missing from it.

    ``seen``: digest of the settings as they were read (``Outdated`` when they have changed since), empty to overwrite.
    """

    def alter(before: Settings) -> Settings:
        if seen and jobs.digest(before) != seen:
            raise Outdated(
                "มีผู้แก้การตั้งค่าของปีนี้ไปก่อนแล้ว ยังไม่ได้บันทึก",
                "อ่านการตั้งค่าล่าสุด แล้วแก้อีกครั้ง",
                english="The settings have changed since they were read; nothing was saved. Read them again.",
            )
        if found := year_checks.missing(before, settings):
            raise _faulty(found)
        return settings

    changed = register.amend_year(year, alter, actor=actor, section="file")
    if changed:
        now = register.year(year.year, year.province_code)
        for group in now.groups:
            completeness.note_group(now, group.code)
    return changed


def add(year: YearFile, what: str, *, actor: str) -> str:
    """A new order, or a new target group, to be filled in; the code of its section."""
    made = ""

    def alter(settings: Settings) -> Settings:
        nonlocal made
        after = copy.deepcopy(settings)
        listed = after.setdefault(what, [])
        entry = _new_order(after) if what == "orders" else _new_group(after)
        listed.append(entry)
        made = f"orders.{len(listed) - 1}" if what == "orders" else f"groups.{entry['code']}"
        return after

    register.amend_year(year, alter, actor=actor, section=what)
    return made


def remove(year: YearFile, code: str, seen: str, *, actor: str) -> None:
    """Take an order or a target group out; ``FactsRefused`` while it is in use, ``Clash`` when it was changed since."""
    what, _, which = code.partition(".")

    def alter(settings: Settings) -> Settings:
        part = section(settings, code)
        if version(settings, part) != seen:
            raise Clash(part.get(settings))
        kept = [one for n, one in enumerate(settings[what]) if which not in (str(n), one.get("code"))]
        after = {**settings, what: kept}
        if found := year_checks.missing(settings, after):
            raise _faulty(found)
        return after

    register.amend_year(year, alter, actor=actor, section=code)


def _new_order(settings: Settings) -> Facts:
    signers = list(settings.get("signers", {}))
    return {
        "number": "",
        "date": str(settings.get("deadline", "")),
        "issuer": "จังหวัด{province}",
        "subject": _NEW_ORDER,
        "recitals": ["ด้วยจังหวัด{province} เห็นสมควร" + _NEW_ORDER + " ดังนี้"],
        "members": [{"post": "ปลัดจังหวัด{province}", "role": "ประธานกรรมการ"}],
        "duties": ["ดำเนินงานตามระบบมาตรฐานการพัฒนาชุมชน (มชช.) ประจำปี {year}"],
        **({"signer": signers[0]} if signers else {}),
    }


def _new_group(settings: Settings) -> Facts:
    taken = [dict(one) for one in settings.get("groups", [])]
    entry = {
        "name": "กลุ่มเป้าหมายใหม่",
        "unit": "มาตรฐานกลุ่มเป้าหมายใหม่",
        "quota": 1,
        "benefit": "พัฒนาตนเองอย่างมีทิศทางและต่อเนื่อง",
        "qualification": "สมัครเข้าสู่ระบบมาตรฐานงานชุมชน",
        "checklist": [{"slot": "application", "title": "ใบสมัคร"}],
    }
    return year_tree.coded([*taken, entry], "code", "group")[-1]


def _faulty(found: list[Fault]) -> FactsRefused:
    lines = [f"{fault.label}: {fault.message}" for fault in found]
    return FactsRefused("\n".join(lines), "", english="\n".join(fault.english for fault in found))
