"""Names of what is archived: the dossier's key, and the rule every path in a store obeys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docservice.errors import FactsRefused, InputRefused
from docservice.thai import BE

SEGMENT_BYTES = 255
"""The longest name a Linux file system takes, in UTF-8 bytes (a Thai letter takes three)."""
PATH_BYTES = 1024
"""The longest key S3 takes, in UTF-8 bytes."""

_KEY = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{4})/([a-z0-9]+(?:[-_][a-z0-9]+)*)")
_NATIONAL_ID = re.compile(r"[0-9]{13}")
_NAME_LENGTH = 64
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


@dataclass(frozen=True, order=True)
class DossierKey:
    """Where one dossier lies: ``2562/24/2401/leader-0007``; ``DossierKey.parse(str(key)) == key``.

    ``district`` begins with its province's code; papers of the province itself use the code + ``00``. ``name`` is
    ASCII, lower case, and holds no personal data. Anything else is ``InputRefused``.
    """

    year_be: BE
    province: str
    district: str
    name: str

    def __post_init__(self) -> None:
        text = str(self)
        found = _KEY.fullmatch(text)
        if not found or len(self.name) > _NAME_LENGTH:
            raise _refused_key(text, "ต้องเป็นรูป 2562/24/2401/leader-0007", "it must look like 2562/24/2401/leader-0007")
        if not self.district.startswith(self.province):
            raise _refused_key(text, "อำเภอไม่อยู่ในจังหวัดนี้", "the district is not in that province")
        if _NATIONAL_ID.search(self.name):
            raise _refused_key(text, "ชื่อแฟ้มต้องไม่มีเลขประจำตัว", "a name must not hold an identity number")

    def __str__(self) -> str:
        return f"{int(self.year_be)}/{self.province}/{self.district}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> DossierKey:
        """Read back what ``str`` wrote; anything else is ``InputRefused``."""
        found = _KEY.fullmatch(text)
        if not found:
            raise _refused_key(text, "ต้องเป็นรูป 2562/24/2401/leader-0007", "it must look like 2562/24/2401/leader-0007")
        try:
            year = BE(int(found[1]))
        except FactsRefused as error:
            raise _refused_key(text, error.message, error.english) from error
        return cls(year, found[2], found[3], found[4])


def check_path(path: str) -> str:
    """``path`` itself, when every store, zip file and computer can keep it; otherwise ``InputRefused``.

    Refused: empty, ``.`` and ``..`` segments, control characters, backslash, blanks around a segment, a segment over
    ``SEGMENT_BYTES``, a path over ``PATH_BYTES``.
    """
    reason = _path_fault(path)
    if reason:
        raise InputRefused(
            f"ใช้ชื่อไฟล์ {path!r} ไม่ได้: {reason[0]}",
            "กรุณาเปลี่ยนชื่อไฟล์แล้วลองใหม่",
            english=f"The file name {path!r} cannot be used: {reason[1]}. Rename the file and try again.",
        )
    return path


def _path_fault(path: str) -> tuple[str, str] | None:
    if len(path) <= SEGMENT_BYTES and _PLAIN_PATH.fullmatch(path):  # nearly all, and an export asks of thousands
        return None
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        return "มีอักขระที่ไม่ใช่ตัวอักษร", "it holds bytes that are not text"
    if size > PATH_BYTES:
        return f"ยาวเกิน {PATH_BYTES} ไบต์", f"it is longer than {PATH_BYTES} bytes"
    for fault in map(_segment_fault, path.split("/")):
        if fault:
            return fault
    return None


def _segment_fault(segment: str) -> tuple[str, str] | None:
    if segment in {"", ".", ".."}:
        return "มีชื่อว่าง หรือชื่อ . หรือ ..", "a part of it is empty, . or .."
    if _UNWRITABLE.search(segment):
        return "มีอักขระควบคุมหรือ \\", "it holds a control character or a backslash"
    if segment != segment.strip():
        return "มีช่องว่างนำหน้าหรือต่อท้าย", "a part of it begins or ends with a blank"
    if len(segment.encode()) > SEGMENT_BYTES:
        return f"มีชื่อยาวเกิน {SEGMENT_BYTES} ไบต์", f"a part of it is longer than {SEGMENT_BYTES} bytes"
    return None


def _refused_key(text: str, thai: str, english: str) -> InputRefused:
    return InputRefused(
        f"รหัสแฟ้ม {text!r} ไม่ถูกต้อง: {thai}",
        "กรุณาตรวจปี จังหวัด อำเภอ และชื่อแฟ้ม",
        english=f"The dossier key {text!r} is wrong: {english}. Check year, province, district and name.",
    )
