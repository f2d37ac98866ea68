"""Large streams (scans, photographs) stay in their files until the book is written: memory does not grow with it.

Merging copies every stream of a source into memory. So a large one is taken out before, a mark of fixed length in its
place; the book is saved with the marks, and copied to its end with the streams put in and the offsets counted anew.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from pikepdf import Array, Name, Object, Pdf, Stream

from docservice.errors import Broken

_LARGE = 32 * 1024
_KEPT_AS_THEY_ARE = ("/DCTDecode", "/FlateDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
_PREFIX = b"docservice stream "
_MARK_LENGTH = len(_PREFIX) + 32
_MARK = re.compile(rb" /Length %d >>\nstream\n(%b[0-9a-f]{32})" % (_MARK_LENGTH, _PREFIX))
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_ENTRY = 20  # bytes of a line of the table
_HEAD = 64 * 1024


class Splice:
    """The large streams of one book; ``stack`` closes what it opens."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._held: dict[bytes, tuple[Pdf, tuple[int, int]]] = {}

    def hold_back(self, source: Pdf, part: bytes | Path) -> None:
        """Put marks in place of the large streams of ``source``, which was opened from ``part``."""
        large = [item for item in source.objects if isinstance(item, Stream) and _is_large(item)]
        if not large:
            return
        again = self._stack.enter_context(Pdf.open(io.BytesIO(part) if isinstance(part, bytes) else part))
        for stream in large:
            mark = _PREFIX + uuid.uuid4().hex.encode()
            self._held[mark] = (again, stream.objgen)
            _replace(stream, mark)

    def finish(self, marked: Path, target: Path) -> None:
        """Copy the book ``marked`` (as pikepdf saves it, without object streams) to ``target``, streams put in."""
        if not self._held:
            marked.replace(target)
            return
        with marked.open("rb") as source, target.open("wb") as out:
            self._copy(source, out)
        marked.unlink()

    def _copy(self, source: BinaryIO, out: BinaryIO) -> None:
        table, places = _table(source)
        moved: dict[int, int] = {}
        source.seek(0)
        out.write(source.read(places[0]))
        spliced = 0
        for start, end in zip(places, [*places[1:], table], strict=True):
            moved[start] = out.tell()
            source.seek(start)
            body = source.read(end - start)
            found = _MARK.search(body, 0, _HEAD)
            if found and found[1] in self._held:
                self._put_in(body, found, out)
                spliced += 1
            else:
                out.write(body)
        if spliced > len(self._held):
            raise _broken("a stream was put in twice")
        _write_table(source, table, moved, out)

    def _put_in(self, body: bytes, found: re.Match[bytes], out: BinaryIO) -> None:
        origin, number = self._held[found[1]]
        data = _raw(origin.get_object(number))
        out.write(body[: found.start()])
        out.write(b" /Length %d >>\nstream\n" % len(data))
        out.write(data)
        out.write(body[found.end() :])


def _replace(stream: Stream, data: bytes) -> None:
    """New bytes under the filter and parameters the stream has: writing drops both."""
    told = {key: stream[key] for key in (Name.Filter, Name.DecodeParms) if key in stream}
    stream.write(data)
    for key, value in told.items():
        stream[key] = value


def _is_large(stream: Stream) -> bool:
    length, kind = stream.get(Name.Length, 0), stream.get(Name.Filter)
    if isinstance(kind, Array) and len(kind) == 1:
        kind = kind[0]
    return isinstance(length, int) and length >= _LARGE and isinstance(kind, Name) and str(kind) in _KEPT_AS_THEY_ARE


def _raw(item: Object) -> memoryview:
    return memoryview(item.get_raw_stream_buffer())


def _table(source: BinaryIO) -> tuple[int, list[int]]:
    """Where the cross-reference table begins, and every object, in the order they stand in the file."""
    source.seek(0, io.SEEK_END)
    source.seek(max(0, source.tell() - 64))
    table = int(source.read().rpartition(b"startxref\n")[2].split()[0])
    return table, sorted(place for place in _entries(source, table) if place)


def _entries(source: BinaryIO, table: int) -> Iterator[int]:
    """The place of every object by its number; 0 for one that is not there."""
    source.seek(table)
    head = _TABLE.match(source.read(64))
    if not head:
        raise _broken("the cross-reference table is not where it should be")
    source.seek(table + head.end())
    lines = source.read(int(head[1]) * _ENTRY)
    for at in range(0, len(lines), _ENTRY):
        line = lines[at : at + _ENTRY]
        yield int(line[:10]) if line[17:18] == b"n" else 0


def _write_table(source: BinaryIO, table: int, moved: dict[int, int], out: BinaryIO) -> None:
    entries = list(_entries(source, table))
    trailer = source.read().partition(b"startxref")[0]
    begins = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % len(entries))
    out.write(b"".join(b"%010d 00000 n \n" % moved[place] for place in entries[1:]))
    out.write(b"%bstartxref\n%d\n%%%%EOF\n" % (trailer, begins))


def _broken(english: str) -> Broken:
    return Broken("รวมเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
