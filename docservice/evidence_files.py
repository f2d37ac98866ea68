"""Files of evidence on this machine: what lies in a folder, in the order people count, and their digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from docservice.errors import EvidenceRefused, InputRefused
from docservice.pdf.order import natural_key

_IGNORED = {".ds_store", "thumbs.db", "desktop.ini"}


def files_in(folder: Path) -> list[Path]:
    """Every file below ``folder`` in natural order; ``InputRefused`` when it cannot be read or holds none."""
    try:
        found = list(_files(folder))
    except OSError as error:
        raise _folder_refused(folder, f"อ่านโฟลเดอร์ไม่ได้: {error.strerror}") from error
    if not folder.is_dir():
        raise _folder_refused(folder, "ไม่พบโฟลเดอร์")
    if not found:
        raise _folder_refused(folder, "ในโฟลเดอร์ไม่มีไฟล์")
    _refuse_unwritable_names(found, folder)
    return sorted(found, key=lambda p: [natural_key(part) for part in p.relative_to(folder).parts])


def _refuse_unwritable_names(found: Sequence[Path], folder: Path) -> None:
    """A name in an old encoding (a ZIP from Windows) can stand neither on a page nor in a record."""
    for path in found:
        inside = os.fsencode(path.relative_to(folder))
        try:
            inside.decode("utf-8")
        except UnicodeDecodeError as error:
            name = inside.decode("cp874", "replace")
            raise InputRefused(
                f"ชื่อไฟล์ “{name}” ในโฟลเดอร์ {_readable(folder)} ไม่ได้เข้ารหัสเป็น UTF-8",
                "เปลี่ยนชื่อไฟล์นั้นแล้วสั่งใหม่ (มักเกิดจากการแตกไฟล์ ZIP ที่ทำจาก Windows)",
                english=f"The file name {name!r} in {_readable(folder)} is not UTF-8. Rename the file, then try again.",
            ) from error


def _readable(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def holds_files(folder: Path) -> bool:
    """Whether there is anything to make a book of."""
    return any(_files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*") if p.is_file() and p.name.lower() not in _IGNORED)


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file, read in pieces; ``EvidenceRefused`` when it vanished or cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise EvidenceRefused(
            f"เปิดไฟล์ “{path.name}” ไม่ได้",
            "ตรวจว่าไฟล์ยังอยู่ในโฟลเดอร์และมีสิทธิ์อ่าน แล้วสั่งใหม่",
            english=f"Cannot read {path.name}: {error.strerror}",
        ) from error


def _folder_refused(folder: Path, what: str) -> InputRefused:
    return InputRefused(
        f"{what}: {folder}",
        "ตรวจชื่อโฟลเดอร์ ให้มีไฟล์หลักฐานอย่างน้อย ๑ ไฟล์ แล้วสั่งใหม่",
        english=f"No readable evidence in {folder}.",
    )
