"""What a file is, judged by its first bytes and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from docservice.errors import EvidenceRefused

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEAD = 1024  # readers accept "%PDF-" anywhere in the first kilobyte (PDF 32000-1, annex H.3.4.1)
_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_KNOWN_BUT_UNREADABLE = (
    (b"\xd0\xcf\x11\xe0", "Word/Excel รุ่นเก่าหรือไฟล์ที่ใส่รหัสผ่าน"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"MZ", "โปรแกรม (.exe)"),
    (b"\x7fELF", "โปรแกรม"),
    (b"#!", "โปรแกรม (สคริปต์)"),
)
_ACCEPTED = "กรุณาใช้ไฟล์ PDF, JPEG, PNG, TIFF หรือ Word (.docx)"


def media_type(path: Path, *, name: str) -> str:
    """The media type of the file at ``path``, one of the constants of this module.

    Raises ``EvidenceRefused`` (naming ``name``) when the file is empty, missing or of a type that cannot be read.
    """
    head = _head(path, name)
    if not head:
        raise EvidenceRefused(
            f"ไฟล์ {name} ว่างเปล่า", "กรุณาส่งไฟล์ใหม่อีกครั้ง", english=f"{name} is empty. Please upload it again."
        )
    if b"%PDF-" in head:
        return PDF
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK") and _is_word(path):
        return DOCX
    raise _unknown(name, _guess(head))


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as fault:
        raise EvidenceRefused(
            f"เปิดไฟล์ {name} ไม่ได้", "กรุณาส่งไฟล์ใหม่อีกครั้ง", english=f"{name} cannot be opened: {fault.strerror}"
        ) from fault


def _is_word(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return "word/document.xml" in package.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _guess(head: bytes) -> str:
    """What to call the file in the message: a known kind, or ``""``."""
    if head[4:8] == b"ftyp":
        return "HEIC หรือวิดีโอ"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WebP"
    if head.startswith(b"PK"):
        return "ZIP หรือ Office ที่ไม่ใช่ Word"
    return next((kind for magic, kind in _KNOWN_BUT_UNREADABLE if head.startswith(magic)), "")


def _unknown(name: str, kind: str) -> EvidenceRefused:
    what = f"เป็นไฟล์ชนิด {kind} ซึ่งยังไม่รองรับ" if kind else "เป็นไฟล์ชนิดที่ไม่รู้จัก"
    return EvidenceRefused(
        f"ไฟล์ {name} {what}",
        _ACCEPTED,
        english=f"{name} is of a type that cannot be read. Use PDF, JPEG, PNG, TIFF or Word (.docx).",
    )
