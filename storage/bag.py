"""Bags: what leaves the archive, as one streamed ZIP that holds a BagIt 1.0 bag (RFC 8493), and their check.

The same entries and info give the same bytes. Manifests are written from recorded digests, and every payload file is
compared with its SHA-256 while it streams. Its SHA-512 was recorded together with that, of the same bytes; the caller
sees to it that the record itself is whole (``docservice.stored``). So a bag that was finished is known to be right.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from docservice.errors import FixityBroken, InputRefused
from storage.ahead import CRC32, Counted, Wanted, arriving
from storage.bagcheck import DECLARATION, BagReport, verify_bag
from storage.keys import check_path
from storage.store import chunks, unavailable
from storage.zipped import Zipped, zipped_size

__all__ = ["BagEntry", "BagReport", "BagSummary", "bag_size", "stream_bag", "verify_bag", "write_bag"]

_PIECE = 64 * 1024


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
    payload, archive, sent = _payload(entries), Zipped(), _Sent()
    wanted = [Wanted(entry.open, entry.size) for entry in payload.values()]
    with arriving(wanted, ["sha256", CRC32]) as files:
        for path, data in _tag_files(payload, info).items():
            yield from sent.add(archive.before(f"{name}/{path}", len(data)))
            for chunk in chunks(data):
                yield from sent.add(chunk)
            yield from sent.add(archive.after(zlib.crc32(data)))
        for (path, entry), file in zip(payload.items(), files, strict=True):
            yield from sent.add(archive.before(f"{name}/{path}", entry.size))
            for piece in file.pieces():
                yield from sent.add(piece)
            _require_same(entry, file.counted)
            yield from sent.add(archive.after(int(file.counted.digests[CRC32], 16)))
    yield from sent.add(archive.end())
    yield from sent.rest()


def bag_size(entries: Iterable[BagEntry], info: Mapping[str, str], name: str) -> int:
    """Exactly how many bytes the bag has, without opening any entry."""
    payload = _payload(entries)
    sizes = {path: len(data) for path, data in _tag_files(payload, info).items()}
    sizes |= {path: entry.size for path, entry in payload.items()}
    return zipped_size((f"{name}/{path}", size) for path, size in sizes.items())


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


def _require_same(entry: BagEntry, counted: Counted) -> None:
    if (counted.size, counted.digests["sha256"]) != (entry.size, entry.sha256):
        raise FixityBroken(
            f"ไฟล์ {entry.path} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ จึงหยุดการส่งออก",
            "กรุณาแจ้งผู้ดูแลระบบให้กู้คืนไฟล์นี้จากสำเนาสำรอง แล้วส่งออกใหม่",
            english=f"{entry.path} differs from what was filed; the export stopped. Restore it, then export again.",
        )


class _Sent:
    """Joins what is small, so that what is handed on is worth a turn; what is large goes on as it came."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> Iterator[bytes]:
        """What waited and ``part``, or nothing yet."""
        if len(part) >= _PIECE:
            yield from self.rest()
            yield part
            return
        self._waiting.append(part)
        self._size += len(part)
        if self._size >= _PIECE:
            yield from self.rest()

    def rest(self) -> Iterator[bytes]:
        """All that waits."""
        if self._waiting:
            yield b"".join(self._waiting)
            self._waiting, self._size = [], 0
