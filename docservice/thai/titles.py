"""Titles before a Thai person's name: full forms, abbreviations, and which of them are ranks (set off by a space).

Sources: the Royal Institute's rules of spacing (a space after a police or military rank, none after other titles) and
the navy's habit of closing an abbreviated rank with ร.น., which tells its ranks from those of the other services.
Abbreviations that services share even so (จ.ส.ต., จ.อ., จ.ท., จ.ต.) are left out: kept as written, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_CIVIL = {
    "นาย": (),
    "นาง": (),
    "นางสาว": ("น.ส.",),
    "เด็กชาย": ("ด.ช.",),
    "เด็กหญิง": ("ด.ญ.",),
}
_OTHER = {
    "ดร.": ("ดร.",),
    "ศาสตราจารย์": ("ศ.",),
    "รองศาสตราจารย์": ("รศ.",),
    "ผู้ช่วยศาสตราจารย์": ("ผศ.",),
    "ศาสตราจารย์พิเศษ": ("ศ.พิเศษ",),
    "ศาสตราจารย์เกียรติคุณ": ("ศ.เกียรติคุณ",),
    "นายแพทย์": ("นพ.",),
    "แพทย์หญิง": ("พญ.",),
    "ทันตแพทย์": ("ทพ.",),
    "ทันตแพทย์หญิง": ("ทพ.ญ.", "ทพญ."),
    "เภสัชกร": ("ภก.",),
    "เภสัชกรหญิง": ("ภ.ญ.", "ภกญ."),
    "นายสัตวแพทย์": ("น.สพ.",),
    "สัตวแพทย์หญิง": ("สพ.ญ.",),
    "ทนายความ": (),
    "หม่อมเจ้า": ("ม.จ.",),
    "หม่อมราชวงศ์": ("ม.ร.ว.",),
    "หม่อมหลวง": ("ม.ล.",),
    "ท่านผู้หญิง": (),
    "คุณหญิง": (),
    "พระ": (),
    "พระครู": (),
    "พระครูปลัด": (),
    "พระครูสมุห์": (),
    "พระครูใบฎีกา": (),
    "พระครูสังฆรักษ์": (),
    "พระครูวินัยธร": (),
    "พระครูธรรมธร": (),
    "พระมหา": (),
    "พระอธิการ": (),
    "พระปลัด": (),
    "พระสมุห์": (),
    "พระใบฎีกา": (),
    "พระอาจารย์": (),
    "สามเณร": ("ส.ณ.",),
    "แม่ชี": (),
    "บาทหลวง": (),
}
_RANKS = {
    "พลเอก": ("พล.อ.",),
    "พลโท": ("พล.ท.",),
    "พลตรี": ("พล.ต.",),
    "พันเอกพิเศษ": ("พ.อ.พิเศษ", "พ.อ.(พิเศษ)"),
    "พันเอก": ("พ.อ.",),
    "พันโท": ("พ.ท.",),
    "พันตรี": ("พ.ต.",),
    "ร้อยเอก": ("ร.อ.",),
    "ร้อยโท": ("ร.ท.",),
    "ร้อยตรี": ("ร.ต.",),
    "จ่าสิบเอก": ("จ.ส.อ.",),
    "จ่าสิบโท": ("จ.ส.ท.",),
    "จ่าสิบตรี": (),
    "สิบเอก": ("ส.อ.",),
    "สิบโท": ("ส.ท.",),
    "สิบตรี": ("ส.ต.",),
    "พลทหาร": ("พลฯ",),
    "พลเรือเอก": ("พล.ร.อ.",),
    "พลเรือโท": ("พล.ร.ท.",),
    "พลเรือตรี": ("พล.ร.ต.",),
    "นาวาเอก": (),
    "นาวาโท": (),
    "นาวาตรี": (),
    "เรือเอก": (),
    "เรือโท": (),
    "เรือตรี": (),
    "พันจ่าเอก": ("พ.จ.อ.",),
    "พันจ่าโท": ("พ.จ.ท.",),
    "พันจ่าตรี": ("พ.จ.ต.",),
    "จ่าเอก": (),
    "จ่าโท": (),
    "จ่าตรี": (),
    "พลอากาศเอก": ("พล.อ.อ.",),
    "พลอากาศโท": ("พล.อ.ท.",),
    "พลอากาศตรี": ("พล.อ.ต.",),
    "นาวาอากาศเอก": ("น.อ.",),
    "นาวาอากาศโท": ("น.ท.",),
    "นาวาอากาศตรี": ("น.ต.",),
    "เรืออากาศเอก": (),
    "เรืออากาศโท": (),
    "เรืออากาศตรี": (),
    "พันจ่าอากาศเอก": ("พ.อ.อ.",),
    "พันจ่าอากาศโท": ("พ.อ.ท.",),
    "พันจ่าอากาศตรี": ("พ.อ.ต.",),
    "จ่าอากาศเอก": (),
    "จ่าอากาศโท": (),
    "จ่าอากาศตรี": (),
    "พลตำรวจเอก": ("พล.ต.อ.",),
    "พลตำรวจโท": ("พล.ต.ท.",),
    "พลตำรวจตรี": ("พล.ต.ต.",),
    "พันตำรวจเอก": ("พ.ต.อ.",),
    "พันตำรวจโท": ("พ.ต.ท.",),
    "พันตำรวจตรี": ("พ.ต.ต.",),
    "ร้อยตำรวจเอก": ("ร.ต.อ.",),
    "ร้อยตำรวจโท": ("ร.ต.ท.",),
    "ร้อยตำรวจตรี": ("ร.ต.ต.",),
    "ดาบตำรวจ": ("ด.ต.",),
    "จ่าสิบตำรวจ": (),
    "สิบตำรวจเอก": ("ส.ต.อ.",),
    "สิบตำรวจโท": ("ส.ต.ท.",),
    "สิบตำรวจตรี": ("ส.ต.ต.",),
    "พลตำรวจ": (),
    "นายกองใหญ่": ("ก.ญ.",),
    "นายกองเอก": ("ก.อ.",),
    "นายกองโท": ("ก.ท.",),
    "นายกองตรี": ("ก.ต.",),
    "นายหมวดเอก": ("มว.อ.",),
    "นายหมวดโท": ("มว.ท.",),
    "นายหมวดตรี": ("มว.ต.",),
    "นายหมู่เอก": ("ม.อ.",),
    "นายหมู่โท": ("ม.ท.",),
    "นายหมู่ตรี": ("ม.ต.",),
}
_NAVY = {"น.อ.": "นาวาเอก", "น.ท.": "นาวาโท", "น.ต.": "นาวาตรี", "ร.อ.": "เรือเอก", "ร.ท.": "เรือโท", "ร.ต.": "เรือตรี"}
_POSTS = (
    "นายอำเภอ",
    "นายกเทศมนตรี",
    "นายกองค์การ",
    "นายกสมาคม",
    "นายกเหล่ากาชาด",
    "นายกรัฐมนตรี",
    "นายทะเบียน",
    "นายแพทย์สาธารณสุข",
)
# A title ends before a consonant, a leading vowel, a Latin letter, a space or nothing; นายิกา is a name.
_AFTER = r"(?=\s|$|[ก-ฮเ-ไA-Za-z])\s*"
_POST = re.compile("|".join(_POSTS))
_FEMALE = re.compile(r"หญิง(?=\s|[ก-ฮเ-ไ])\s*|\s+หญิง\s+(?=\S+\s+\S)")
_ACTING = re.compile(r"ว่าที่\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """One title found at the start of a name: its full form, its kind, and how many characters it took there."""

    full: str
    is_rank: bool
    is_civil: bool
    length: int


def find_title(text: str, *, navy: bool) -> Title | None:
    """The title ``text`` begins with, or ``None``; ``navy`` reads the shared abbreviations as navy ranks."""
    if _POST.match(text):
        return None
    acting = _ACTING.match(text)
    start = acting.end() if acting else 0
    for pattern, full, abbreviation in _patterns():
        found = pattern.match(text, start)
        if found is None or (acting and full not in _RANKS):
            continue
        if navy and abbreviation in _NAVY:
            full = _NAVY[abbreviation]
        return _title(text, full, found.end(), acting=bool(acting))
    return None


def is_known(title: str) -> bool:
    """Whether every part of ``title`` (parts are set apart by spaces) is a full form of these tables."""
    return all(_is_full(part) for part in title.split())


def is_rank(title: str) -> bool:
    """Whether the last part of ``title`` is a police, military or volunteer rank."""
    return bool(title) and _plain_rank(title.split()[-1]) in _RANKS


def _title(text: str, full: str, end: int, *, acting: bool) -> Title:
    rank = full in _RANKS
    if rank and (female := _FEMALE.match(text, len(text[:end].rstrip()))):
        full, end = f"{full}หญิง", female.end()
    return Title(f"ว่าที่{full}" if acting else full, rank, full in _CIVIL, end)


def _plain_rank(part: str) -> str:
    return part.removeprefix("ว่าที่").removesuffix("หญิง")


def _is_full(part: str) -> bool:
    return part in _CIVIL or part in _OTHER or _plain_rank(part) in _RANKS


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str]]:
    """What to try at the start of a name, longest first: (pattern, full form, abbreviation or empty)."""
    tables = _CIVIL | _OTHER | _RANKS
    words = [(full, full, "") for full in tables if not full.endswith(".")]
    shorts = [(short, full, short) for full, many in tables.items() for short in many]
    ordered = sorted(words + shorts, key=lambda entry: len(entry[0]), reverse=True)
    return [(re.compile(_tolerant(written)), full, short) for written, full, short in ordered]


def _tolerant(written: str) -> str:
    """The pattern of one written form; an abbreviation may lack inner dots, or its last one before a space."""
    if "." not in written:
        return re.escape(written) + _AFTER
    if not written.endswith("."):
        return re.escape(written).replace(r"\.", r"\.\s?") + _AFTER
    letters = [re.escape(part) for part in written[:-1].split(".")]
    return rf"(?:{'[.]?[ ]?'.join(letters)}\.|{'[.]'.join(letters)}(?=\s))\s*"
