"""Bags: what leaves the archive, as one streamed ZIP that holds a BagIt 1.0 bag (RFC 8493), and their check.

The same entries and info give the same bytes. Manifests are written from recorded digests, and every payload file is
compared with its SHA-256 while it streams. Its SHA-512 was recorded together with that, of the same bytes; the caller
sees to it that the record itself is whole (``docservice.stored``). So a bag that was finished is known to be right.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, cast

from zipstream import ZipStream

from docservice.errors import FixityBroken, InputRefused
from storage.ahead import Arriving, Wanted, arriving
from storage.bagcheck import DECLARATION, BagReport, verify_bag
from storage.keys import check_path
from storage.store import chunks, unavailable

__all__ = ["BagEntry", "BagReport", "BagSummary", "bag_size", "stream_bag", "verify_bag", "write_bag"]

_PIECE = 64 * 1024
_DATE = (1980, 1, 1, 0, 0, 0)  # the zip format's zero: the same input gives the same bytes


@dataclass(frozen=True, slots=True)
class BagEntry:
    """One payload file: its path below ``data/``, recorded size and digests, and how to get its bytes."""

    path: str
    size: int
    sha256: str
    sha512: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class BagSummary:
    """A finished bag: payload ``files`` and ``payload_size`` in bytes; ``size`` of the ZIP itself."""

    name: str
    files: int
    payload_size: int
    size: int


def write_bag(out: BinaryIO, entries: Iterable[BagEntry], info: Mapping[str, str], name: str) -> BagSummary:
    """Write the bag to ``out`` (need not seek), as ``stream_bag`` gives it, with the same errors.

    ``StoreUnavailable`` when ``out`` takes no more. After an error ``out`` is unfinished: drop it.
    """
    listed = list(entries)
    size = 0
    for piece in stream_bag(listed, info, name):
        try:
            out.write(piece)
        except OSError as error:
            raise unavailable(getattr(out, "name", "ชุดส่งออก"), error) from error
        size += len(piece)
    return BagSummary(name, len(listed), sum(entry.size for entry in listed), size)


def stream_bag(entries: Iterable[BagEntry], info: Mapping[str, str], name: str) -> Iterator[bytes]:
    """The bag ``name`` with ``entries``, a piece at a time; a file is opened when its turn has come.

    ``info`` becomes bag-info.txt (the caller gives ``Bagging-Date``); ``Payload-Oxum`` is added. A ``%`` in a path is
    written as ``％`` (U+FF05), because tools disagree about it. Errors: ``InputRefused`` for an unusable or doubled
    path, ``FixityBroken`` naming the file whose bytes are not what was recorded: nothing comes after it, so that what
    was given is no whole ZIP.
    """
    check_path(name)
    payload, given = _payload(entries), _Given()
    with zipfile.ZipFile(cast(BinaryIO, given), "w", zipfile.ZIP_STORED) as archive:
        for path, data in _tag_files(payload, info).items():
            with archive.open(_member(f"{name}/{path}", len(data)), "w") as member:
                for chunk in chunks(data):
                    member.write(chunk)
                    yield from given.taken()
        files = arriving((Wanted(entry.open, entry.size) for entry in payload.values()), ["sha256"])
        with closing(files):
            for (path, entry), file in zip(payload.items(), files, strict=True):
                for _ in _copied(archive, f"{name}/{path}", entry, file):
                    yield from given.taken()
    yield from given.taken(1)


def bag_size(entries: Iterable[BagEntry], info: Mapping[str, str], name: str) -> int:
    """Exactly how many bytes the bag has, without opening any entry."""
    payload = _payload(entries)
    stream = ZipStream(sized=True)
    for path, data in _tag_files(payload, info).items():
        stream.add(data, f"{name}/{path}")
    for path, entry in payload.items():
        stream.add(iter(()), f"{name}/{path}", size=entry.size)
    return len(stream)


def _payload(entries: Iterable[BagEntry]) -> dict[str, BagEntry]:
    """Path in the bag → entry, in the order of paths."""
    payload: dict[str, BagEntry] = {}
    for entry in entries:
        path = "data/" + check_path(entry.path).replace("%", "％")
        if path in payload:
            raise InputRefused(
                f"มีไฟล์ชื่อ {entry.path} ซ้ำกันในชุดส่งออก",
                "กรุณาเปลี่ยนชื่อไฟล์ใดไฟล์หนึ่ง",
                english=f"Two files of the bag are named {entry.path}. Rename one of them.",
            )
        payload[path] = entry
    return dict(sorted(payload.items()))


def _tag_files(payload: Mapping[str, BagEntry], info: Mapping[str, str]) -> dict[str, bytes]:
    oxum = f"{sum(entry.size for entry in payload.values())}.{len(payload)}"
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(_info_line(*pair) for pair in {**info, "Payload-Oxum": oxum}.items()).encode(),
        "manifest-sha256.txt": _manifest((entry.sha256, path) for path, entry in payload.items()),
        "manifest-sha512.txt": _manifest((entry.sha512, path) for path, entry in payload.items()),
    }
    return tags | {
        f"tagmanifest-{algorithm}.txt": _manifest(
            (hashlib.new(algorithm, data).hexdigest(), path) for path, data in tags.items()
        )
        for algorithm in ("sha256", "sha512")
    }


def _info_line(label: str, value: str) -> str:
    if not label or ":" in label or label != label.strip() or "\n" in label:
        raise ValueError(f"not a bag-info label: {label!r}")
    return f"{label}: {' '.join(value.split())}\n"


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for digest, path in lines).encode()


def _member(path: str, size: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path, _DATE)
    member.file_size = size
    member.create_system = 3  # Unix, whatever machine writes it
    member.external_attr = 0o100644 << 16
    return member


def _copied(archive: zipfile.ZipFile, path: str, entry: BagEntry, file: Arriving) -> Iterator[None]:
    """Copy an entry; a turn for the caller after each piece."""
    with archive.open(_member(path, entry.size), "w") as member:
        for piece in file.pieces():
            member.write(piece)
            yield
        if (file.counted.size, file.counted.digests["sha256"]) != (entry.size, entry.sha256):
            raise FixityBroken(
                f"ไฟล์ {entry.path} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ จึงหยุดการส่งออก",
                "กรุณาแจ้งผู้ดูแลระบบให้กู้คืนไฟล์นี้จากสำเนาสำรอง แล้วส่งออกใหม่",
                english=f"{entry.path} differs from what was filed; the export stopped. Restore it, then export again.",
            )


class _Given(io.RawIOBase):
    """Takes what zipfile writes and hands it on; it cannot seek, so zipfile writes the same whoever reads."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(cast(bytes, data))
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def taken(self, least: int = _PIECE) -> Iterator[bytes]:
        """What has come in, once it is ``least`` bytes; what is large is handed on as it is, not copied again."""
        if self._size >= least:
            *small, last = self._pieces
            self._pieces, self._size = [], 0
            if small and len(last) < _PIECE:
                small, last = [], b"".join([*small, last])
            if small:
                yield b"".join(small)
            yield last
