"""A ZIP as districts send it: opened within bounds, its files' names made readable, a ZIP inside it opened as well.

Nothing is written where a name in the archive says: every file goes to a path this module chose. Knows no Django.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docservice.errors import EvidenceRefused
from docservice.thai import clean, to_thai_digits

MOST_FILES = 500
MOST_BYTES = 2 * 1000**3
"""Both of everything in it together."""
DEEPEST = 2
"""A ZIP in a ZIP is opened, one in that is not."""
_RATIO = 200
_RATIO_FROM = 10 * 10**6
_DIRECTORY = 4 * 1024**2
_PIECE = 256 * 1024
_IGNORED = {".ds_store", "thumbs.db", "desktop.ini"}
_IGNORED_FOLDER = "__MACOSX"
_UTF8 = 0x800
_LOCKED = 0x1
_END = b"PK\x05\x06"
_OFFICE = {"[Content_Types].xml", "mimetype"}
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


@dataclass(frozen=True)
class Parcelled:
    """A file out of a ZIP: ``name`` with its folders, ``path`` where its bytes are now."""

    name: str
    path: Path


def is_parcel(path: Path) -> bool:
    """Whether the file is a ZIP of files, not an Office document that is one inside."""
    with path.open("rb") as stream:
        if stream.read(4) not in (b"PK\x03\x04", _END):
            return False
    try:
        _refuse_huge(path, path.name)
        with zipfile.ZipFile(path) as archive:
            return not _OFFICE & set(archive.namelist())
    except EvidenceRefused:
        return True
    except _FAULTS:
        return True


def unpack(path: Path, into: Path, *, name: str) -> list[Parcelled]:
    """Every file of the ZIP at ``path``, in its order, written into the folder ``into`` under names of our own.

    ``EvidenceRefused`` (naming ``name``) when it is damaged, locked, or holds more than the bounds of this module:
    then nothing of it is to be used.
    """
    return list(_Unpacking(into, name).files(path, "", 1))


class _Unpacking:
    def __init__(self, into: Path, name: str) -> None:
        self._into, self._name = into, name
        self._count = self._bytes = 0

    def files(self, path: Path, folder: str, depth: int) -> Iterator[Parcelled]:
        _refuse_huge(path, self._name)
        try:
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    if not info.is_dir() and (inside := _readable_name(info)):
                        yield from self._file(archive, info, f"{folder}{inside}", depth)
        except EvidenceRefused:
            raise
        except _FAULTS as fault:
            raise _refused(self._name, "เป็น ZIP ที่เสียหาย แตกไฟล์ไม่ได้", "is a damaged ZIP") from fault

    def _file(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int) -> Iterator[Parcelled]:
        if info.flag_bits & _LOCKED:
            raise _refused(self._name, "เป็น ZIP ที่ใส่รหัสผ่าน", "is a ZIP with a password")
        self._count += 1
        if self._count > MOST_FILES:
            raise _refused(self._name, to_thai_digits(f"มีไฟล์ข้างในเกิน {MOST_FILES} ไฟล์"), "holds too many files")
        target = self._into / f"{self._count:04d}"
        self._write(archive, info, target)
        if depth < DEEPEST and is_parcel(target):
            self._count -= 1  # only what is in it counts
            inner = target.rename(target.with_suffix(f".{depth}"))
            yield from self.files(inner, f"{name.rpartition('.')[0] or name}/", depth + 1)
        else:
            yield Parcelled(name, target)

    def _write(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
        """Counted as it comes out: what the archive says about sizes may be a lie."""
        written = 0
        with archive.open(info) as source, target.open("wb") as out:
            while piece := source.read(_PIECE):
                written += len(piece)
                self._bytes += len(piece)
                bomb = written > _RATIO_FROM and written > _RATIO * max(info.compress_size, 1)
                if self._bytes > MOST_BYTES or bomb:
                    raise _refused(self._name, "มีข้อมูลข้างในมากเกินกำหนด", "holds too much")
                out.write(piece)


def _readable_name(info: zipfile.ZipInfo) -> str:
    """The name with its folders as its owner wrote it, without ways up or out; empty for what nobody sent on purpose.

    A name without the flag for UTF-8 was read as cp437 by Python: most programs wrote UTF-8 all the same, Thai Windows
    its own code page.
    """
    name = info.filename if info.flag_bits & _UTF8 else _repaired(info.orig_filename)
    parts = [" ".join(clean(part).split()) for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    if not parts or _IGNORED_FOLDER in parts or parts[-1].lower() in _IGNORED:
        return ""
    return "/".join(parts)


def _repaired(name: str) -> str:
    try:
        written = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("cp874", "replace")


def _refuse_huge(path: Path, name: str) -> None:
    """Before the list of contents is read into memory: how long it says it is."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 65_557))
        tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise _refused(name, "เป็น ZIP ที่ไม่ครบหรือเสียหาย", "is a ZIP that is cut off or damaged")
    entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > 2 * MOST_FILES or length > _DIRECTORY:  # folders are entries too
        raise _refused(name, to_thai_digits(f"มีไฟล์ข้างในเกิน {MOST_FILES} ไฟล์"), "holds too many files")


def _refused(name: str, what: str, english: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} {what}",
        "แตกไฟล์ ZIP ในเครื่องของท่าน แล้วลากทั้งโฟลเดอร์มาวาง",
        english=f"{name} {english}. Unpack it on your computer and drag the folder here.",
    )
