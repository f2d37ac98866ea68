"""A ZIP of files as they are, not compressed, written forwards: what comes before each, after it, and at the end.

A file's check value is told after its bytes, so that nothing need be known of them before but how many there are. All
dates are the format's zero: the same files give the same bytes. Standard: PKWARE's APPNOTE.TXT 6.3.10; the fields of
ZIP64 stand where a size or a place is past 2 GiB, which older readers take for a negative number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

_LIMIT = 2**31 - 1
_MOST = 2**16 - 1
_FULL = 2**32 - 1
"""In place of a size or place that a field of ZIP64 tells."""
_DATE = 1 << 5 | 1
_SIZES_AFTER, _UTF8 = 1 << 3, 1 << 11
_PLAIN, _ZIP64 = 20, 45
_UNIX = 3
_MODE = 0o100644 << 16


class Zipped:
    """One ZIP that is being written: ask ``before`` and ``after`` for each file in turn, then for the ``end``."""

    def __init__(self) -> None:
        self._place = 0
        self._directory: list[bytes] = []
        self._file = b"", 0, 0, 0

    def before(self, path: str, size: int) -> bytes:
        """What goes before the ``size`` bytes of the file at ``path``."""
        name = path.encode()
        flags = _SIZES_AFTER | (0 if path.isascii() else _UTF8)
        self._file = name, flags, size, self._place
        large = size > _LIMIT
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
        told = _FULL if large else 0
        version = _ZIP64 if large else _PLAIN
        head = struct.pack("<4s5H3L2H", b"PK\3\4", version, flags, 0, 0, _DATE, 0, told, told, len(name), len(extra))
        self._place += len(head) + len(name) + len(extra) + size
        return head + name + extra

    def after(self, crc32: int) -> bytes:
        """What goes after its bytes, whose check value is ``crc32``."""
        name, flags, size, place = self._file
        large = [number for number in (size, size, place) if number > _LIMIT]
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        version = _ZIP64 if large else _PLAIN
        head = struct.pack(
            "<4s2B5H3L5H2L",
            *(b"PK\1\2", version, _UNIX, version, flags, 0, 0, _DATE, crc32, _short(size), _short(size)),
            *(len(name), len(extra), 0, 0, 0, _MODE, _short(place)),
        )
        self._directory.append(head + name + extra)
        sizes = "QQ" if size > _LIMIT else "LL"
        descriptor = struct.pack(f"<4sL{sizes}", b"PK\7\x08", crc32, size, size)
        self._place += len(descriptor)
        return descriptor

    def end(self) -> bytes:
        """What goes after all files."""
        directory, count = b"".join(self._directory), len(self._directory)
        place, size, more = self._place, len(directory), b""
        if count > _MOST or place > _LIMIT or size > _LIMIT:
            more = struct.pack(
                "<4sQ2H2L4Q", b"PK\6\6", 44, _ZIP64, _ZIP64, 0, 0, count, count, size, place
            ) + struct.pack("<4sLQL", b"PK\6\7", 0, place + size, 1)
            count, size, place = min(count, _MOST), min(size, _FULL), min(place, _FULL)
        return directory + more + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, place, 0)


def zipped_size(files: Iterable[tuple[str, int]]) -> int:
    """How many bytes a ZIP of these paths and sizes has."""
    archive, total = Zipped(), 0
    for path, size in files:
        total += len(archive.before(path, size)) + size + len(archive.after(0))
    return total + len(archive.end())


def _short(number: int) -> int:
    return _FULL if number > _LIMIT else number
