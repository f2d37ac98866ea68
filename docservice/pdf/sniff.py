"""What a file is, judged by its content and never by its name."""

from __future__ import annotations

import codecs
import struct
import zipfile
from pathlib import Path

from docservice.errors import EvidenceRefused

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
TIFF = "image/tiff"
WEBP = "image/webp"
HEIC = "image/heic"
GIF = "image/gif"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

OFFICE = (DOCX, XLSX, ODT, ODS)
"""Types that only an office program can lay out: how many pages they have is known once it has."""
SET_LATER = (*OFFICE, TEXT)
"""Types whose pages are set when the book is made: until then nobody knows how many there are."""
IMAGES = (JPEG, PNG, TIFF, WEBP, HEIC, GIF)

_HEAD = 1024  # readers accept "%PDF-" anywhere in the first kilobyte (PDF 32000-1, annex H.3.4.1)
_TEXT_HEAD = 64 * 1024
_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_KNOWN_BUT_UNREADABLE = (
    (b"\xd0\xcf\x11\xe0", "Word/Excel รุ่นเก่าหรือไฟล์ที่ใส่รหัสผ่าน"),
    (b"BM", "BMP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"MZ", "โปรแกรม (.exe)"),
    (b"\x7fELF", "โปรแกรม"),
    (b"#!", "โปรแกรม (สคริปต์)"),
    (b"{\\rtf", "RTF"),
    (b"<", "หน้าเว็บหรือ XML"),
)
_PACKAGES = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_END = b"PK\x05\x06"
_LARGEST_DIRECTORY = 4 * 1024**2
_ACCEPTED = "กรุณาใช้ไฟล์ PDF, JPEG, PNG, TIFF, HEIC, WebP, GIF, ข้อความ, Word (.docx), Excel (.xlsx) หรือ OpenDocument"


def media_type(path: Path, *, name: str) -> str:
    """The media type of the file at ``path``, one of the constants of this module.

    Raises ``EvidenceRefused`` (naming ``name``) when the file is empty, missing or of a type that cannot be read.
    """
    head = _head(path, name)
    if not head:
        raise EvidenceRefused(
            f"ไฟล์ {name} ว่างเปล่า", "กรุณาส่งไฟล์ใหม่อีกครั้ง", english=f"{name} is empty. Please upload it again."
        )
    known = _by_magic(head) or (_package(path) if head.startswith(b"PK") else "")
    if known:
        return known
    guess = _guess(head)
    if not guess and _encoding(head):
        return TEXT
    raise _unknown(name, guess)


def encoding(data: bytes) -> str:
    """The encoding a plain text is written in: UTF-8, UTF-16 with its mark, or Thai Windows; ``""`` if it is none."""
    return _encoding(data, whole=True)


def _by_magic(head: bytes) -> str:
    if b"%PDF-" in head[:_HEAD]:
        return PDF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return HEIC
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_TEXT_HEAD)
    except OSError as fault:
        raise EvidenceRefused(
            f"เปิดไฟล์ {name} ไม่ได้", "กรุณาส่งไฟล์ใหม่อีกครั้ง", english=f"{name} cannot be opened: {fault.strerror}"
        ) from fault


def _package(path: Path) -> str:
    """Which office document a ZIP is; ``""`` for other archives, damaged ones and lists of contents beyond measure."""
    try:
        if not _has_short_directory(path):
            return ""
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            told = package.read("mimetype")[:100].decode("ascii", "replace") if _states_type(package) else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return ""
    return told if told in (ODT, ODS) else next((kind for part, kind in _PACKAGES if part in names), "")


def _states_type(package: zipfile.ZipFile) -> bool:
    return "mimetype" in package.namelist() and package.getinfo("mimetype").file_size < 200


def _has_short_directory(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 65_557))
        tail = stream.read()
    at = tail.rfind(_END)
    return 0 <= at <= len(tail) - 22 and struct.unpack("<I", tail[at + 12 : at + 16])[0] <= _LARGEST_DIRECTORY


def _encoding(data: bytes, *, whole: bool = False) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16" if _is_written(data, "utf-16", whole) else ""
    if b"\x00" in data:
        return ""
    return next((each for each in ("utf-8-sig", "cp874") if _is_written(data, each, whole)), "")


def _is_written(data: bytes, how: str, whole: bool) -> bool:
    """Whether the bytes read as text without control characters; the head of a file may end within a letter."""
    try:
        text = codecs.getincrementaldecoder(how)().decode(data, whole or len(data) < _TEXT_HEAD)
    except UnicodeDecodeError:
        return False
    return all(char >= " " or char in "\t\n\r\f" for char in text)


def _guess(head: bytes) -> str:
    """What to call the file in the message: a known kind, or ``""``."""
    if head[4:8] == b"ftyp":
        return "วิดีโอหรือภาพชนิดอื่น"
    if head.startswith(b"PK"):
        return "ZIP หรือ Office ชนิดอื่น"
    bare = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    return next((kind for magic, kind in _KNOWN_BUT_UNREADABLE if bare.startswith(magic)), "")


def _unknown(name: str, kind: str) -> EvidenceRefused:
    what = f"เป็นไฟล์ชนิด {kind} ซึ่งยังไม่รองรับ" if kind else "เป็นไฟล์ชนิดที่ไม่รู้จัก"
    return EvidenceRefused(
        f"ไฟล์ {name} {what}",
        _ACCEPTED,
        english=f"{name} cannot be read. Use PDF, a picture, plain text, Word, Excel or OpenDocument.",
    )
