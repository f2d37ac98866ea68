"""What is wrong with a section of a year's settings, each fault with its field; and what may not be taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docservice import engines, facts
from docservice.catalogue import Fault, Kind
from docservice.errors import DocserviceError, FactsRefused
from docservice.models import Applicant, EvidenceFile, OriginalSeen, Upload
from docservice.number_claim import AUTO
from docservice.year_section import Section
from docservice.year_sections import GENERAL
from docservice.year_tree import Facts, Settings
from docservice.yearfile import YearFile

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass
class _Sample:
    """An applicant as papers see one, to try a text with."""

    district: str
    group: str
    seq: int = 1
    name: str = "นายตัวอย่าง ใจดี"
    post: str = "กำนัน"
    place: str = "หมู่ที่ ๓ ตำบลตัวอย่าง"
    coordinator: str = ""
    phone: str = ""
    members: str = ""
    result: str = "passed"
    evidence_complete: bool | None = None


def faults(before: Settings, section: Section, entered: Facts) -> list[Fault]:
    """Everything wrong with what was entered into a section; empty when it may be kept."""
    found = [*Kind(section.code, section.title, "", "", fields=section.fields).faults(entered)]
    found += _unknown_words(section, entered)
    if found:
        return found
    after = section.put(before, entered)
    found += missing(before, after)
    if found:
        return found
    try:
        return list(_as_printed(YearFile.parse(after), section))
    except DocserviceError as refused:
        return [Fault("", section.title, str(refused), refused.english)]


def _unknown_words(section: Section, entered: Facts) -> Iterator[Fault]:
    """Words in braces that nothing is known for: they would stop the paper, or be printed as they are."""
    known = (*GENERAL, *section.words)
    for path, text in _texts(entered):
        for word in _BRACES.findall(text):
            if word not in known:
                can = " ".join(f"{{{one}}}" for one in known)
                name = path.split(".")[0].split("[")[0]
                label = section.fields[name].short_label if name in section.fields else name
                yield Fault(path, label, f"ไม่รู้จักคำในปีกกา {{{word}}} ใช้ได้: {can}", f"unknown word {{{word}}}")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, f"{path}[{number}]")


def _as_printed(year: YearFile, section: Section) -> Iterator[Fault]:
    """The faults that the section's paper would have, words filled in and people looked up."""
    if not section.kind:
        return
    kind = _kinds()[section.kind]
    printed = _printed(year, section)
    if "number" in printed or "number" in kind.fields:
        printed["number"] = printed.get("number") or "๑"
    for fault in kind.faults(printed):
        if fault.path.split(".")[0].split("[")[0] in section.fields.keys() - {"signer", "members"}:
            yield fault


def _kinds() -> Mapping[str, Kind]:
    return engines.catalogue().kinds


def _printed(year: YearFile, section: Section) -> Facts:
    sample = _Sample(year.districts[0].code, year.groups[0].code)
    if section.kind == "order":
        return facts.orders(year)[int(section.code.rsplit(".", 1)[1])]
    if section.kind == "certificate":
        if year.settings["certificate"].get("first_serial", AUTO) != AUTO:
            year.number("certificate.first_serial", default=1)
        return next(iter(facts.certificates(year, [sample], serial="๑")))[1]
    if section.kind.startswith("register-"):
        name = section.code.rsplit(".", 1)[1]
        if name == "applicants":
            return facts.register_applicants(year, year.districts[0], [sample])
        return facts.register_passed(year, [sample]) if name == "passed" else facts.number_register(year, name, [])
    if section.kind == "letter":
        return facts.letter(year)
    return facts.announcement(year, [sample]) if section.kind == "announcement" else facts.report(year, [sample])


# ------------------------------------------------------------------------------------------------ what is in use stays
def missing(before: Settings, after: Settings) -> list[Fault]:
    """What the new settings leave out though it is in use: districts, groups, slots, signers, people."""
    old = YearFile.parse(before)
    try:
        new = YearFile.parse(after)
    except FactsRefused:
        return []
    except DocserviceError as refused:
        return [Fault("", "", str(refused), refused.english)]
    return [*_districts(old, new), *_groups(old, new), *_slots(old, new), *_people(before, after)]


def _rows(year: YearFile) -> dict[str, object]:
    return {"year_be": int(year.year), "province": year.province_code}


def _districts(old: YearFile, new: YearFile) -> Iterator[Fault]:
    kept = {district.code for district in new.districts}
    for district in old.districts:
        if district.code not in kept and Applicant.objects.filter(**_rows(old), district=district.code).exists():
            yield _in_use("districts", "อำเภอ", f"อำเภอ{district.name} ({district.code}) มีผู้สมัครแล้ว", district.code)


def _groups(old: YearFile, new: YearFile) -> Iterator[Fault]:
    kept = {group.code for group in new.groups}
    for group in old.groups:
        if group.code not in kept and Applicant.objects.filter(**_rows(old), group=group.code).exists():
            yield _in_use("groups", "กลุ่มเป้าหมาย", f"กลุ่ม “{group.name}” มีผู้สมัครแล้ว", group.code)


def _slots(old: YearFile, new: YearFile) -> Iterator[Fault]:
    for group in old.groups:
        now = new.group(group.code)
        kept = {item["slot"] for item in now.checklist} if now else {item["slot"] for item in group.checklist}
        for item in group.checklist:
            if item["slot"] not in kept and _is_used(old, group.code, str(item["slot"])):
                yield _in_use("checklist", "หลักฐาน", f"ช่อง “{item['title']}” มีไฟล์หลักฐานแล้ว", str(item["slot"]))


def _is_used(year: YearFile, group: str, slot: str) -> bool:
    whose = {f"applicant__{name}": value for name, value in (*_rows(year).items(), ("group", group))}
    return (
        EvidenceFile.objects.filter(**whose, slot=slot, removed_at=None).exists()
        or OriginalSeen.objects.filter(**whose, slot=slot).exists()
        or Upload.objects.filter(**whose, slot=slot, finished_at=None).exists()
    )


def _people(before: Settings, after: Settings) -> Iterator[Fault]:
    """Signers and people that a text names and the directory no longer has."""
    for key, directory, word in (("signer", "signers", "ผู้ลงนาม"), ("person", "people", "คนในสมุดรายชื่อ")):
        gone = set(before.get(directory, {})) - set(after.get(directory, {}))
        for code in sorted(gone & _named(after, key)):
            yield _in_use("entries", word, f"“{code}” ถูกอ้างถึงในหนังสือหรือคำสั่งของปีนี้", code)


def _named(value: Any, key: str) -> set[str]:
    """Every code that stands as ``key`` anywhere in the settings."""
    if isinstance(value, list):
        return {code for one in value for code in _named(one, key)}
    if not isinstance(value, Mapping):
        return set()
    here = {value[key]} if isinstance(value.get(key), str) else set()
    return here.union(*(_named(one, key) for one in value.values()))


def _in_use(path: str, label: str, what: str, code: str) -> Fault:
    return Fault(path, label, f"{what} จึงนำออกไม่ได้ ใส่กลับแล้วบันทึกอีกครั้ง", f"{code} is in use and cannot be taken out")
