"""ZIP files put together from entries that are made once and copied as they are; the same parts, the same bytes.

``zipfile`` deflates every part of every paper again. Here an ``Entry`` holds a part's finished bytes and a ``Block`` a
run of entries that opens every file of one template, with its records already counted out. Parts of a paper's own are
deflated by ISA-L, in a tenth of zlib's time; its bytes may differ between kinds of processors.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from isal import isal_zlib

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_UNIX = 3 << 8
_DATE = (1 << 5) | 1  # the first day ZIP knows, 1 January 1980: times would make equal papers differ
_UTF8 = 0x800
_DEFLATED = 8
_MODE = 0o600 << 16
_PICTURES = (".png", ".jpg", ".jpeg")
_FAST = 1
_SMALL = 700  # bytes that are not worth the deflating


class Entry(NamedTuple):
    """One part: its local header with the data, and what the central record says of it."""

    local: bytes
    name: bytes
    facts: tuple[int, int, int, int, int]  # flags, method, crc, size here, size unpacked


class Block(NamedTuple):
    """Entries that open a file: their bytes, their central records, how many they are."""

    local: bytes
    central: bytes
    entries: int


def entry(name: str, data: bytes, *, once: bool = False, stored: bool = False) -> Entry:
    """A part deflated fast, or as well as can be when it is made only ``once``.

    Pictures, and parts so small that it gains nothing, are ``stored``.
    """
    written = name.encode()
    flags = 0 if written.isascii() else _UTF8
    method, packed = 0, data
    if len(data) > _SMALL and not stored and not name.endswith(_PICTURES):
        if once:
            deflate = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = deflate.compress(data) + deflate.flush()
        else:
            packed = isal_zlib.compress(data, _FAST, -zlib.MAX_WBITS)
        method = _DEFLATED
    crc, size = isal_zlib.crc32(data), len(packed)
    head = _LOCAL.pack(b"PK\3\4", _VERSION, flags, method, 0, _DATE, crc, size, len(data), len(written), 0)
    return Entry(b"".join((head, written, packed)), written, (flags, method, crc, size, len(data)))


def block(entries: Iterable[Entry]) -> Block:
    """Entries at the front of a file, in their order."""
    held = list(entries)
    records, _ = _records(held, 0)
    return Block(b"".join(one.local for one in held), b"".join(records), len(held))


def pack(opening: Block, entries: list[Entry]) -> bytes:
    """The whole file: the opening block, then ``entries``."""
    records, start = _records(entries, len(opening.local))
    central = b"".join((opening.central, *records))
    count = opening.entries + len(entries)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(central), start, 0)
    return b"".join((opening.local, *(one.local for one in entries), central, end))


def unpacked(parts: Mapping[str, bytes]) -> bytes:
    """A file of ``parts``, in their order, for whoever reads it once: nothing is deflated."""
    return pack(block(()), [entry(name, data, stored=True) for name, data in parts.items()])


def _records(entries: list[Entry], offset: int) -> tuple[list[bytes], int]:
    """Central records of entries that start at ``offset``, and where they end."""
    records = []
    for local, name, (flags, method, crc, size, unpacked) in entries:
        sizes = (crc, size, unpacked, len(name), 0, 0, 0, 0)
        records.append(
            _CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, _VERSION, flags, method, 0, _DATE, *sizes, _MODE, offset) + name
        )
        offset += len(local)
    return records, offset
