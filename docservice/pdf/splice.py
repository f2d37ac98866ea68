"""Large streams (scans, photographs) go from their files into the book as they are: memory does not grow with it.

Merging copies every stream of a source into memory. So a large one is taken out before, a mark of fixed length in its
place. While the rest is merged, stamped and saved, a second process copies the streams to the beginning of the book,
with room before each for its dictionary; then the rest is put behind them, the dictionaries into their room, and the
table of offsets is written anew.
"""

from __future__ import annotations

import io
import mmap
import os
import re
import uuid
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, XrefEntry

from docservice.errors import Broken
from docservice.pdf.haul import TAIL, Haul, Held

_LARGE = 32 * 1024
_KEPT_AS_THEY_ARE = ("/DCTDecode", "/FlateDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
_PREFIX = b"docservice stream "
_MARK_LENGTH = len(_PREFIX) + 32
_MARK = re.compile(rb" /Length %d >>\nstream\n(%b[0-9a-f]{32})" % (_MARK_LENGTH, _PREFIX))
_STREAM = re.compile(rb">>[\x00\t\n\f\r ]*stream\r?\n")
_LONGEST_HEAD = 4096  # bytes of an object before its stream
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_ENTRY = 20  # bytes of a line of the table
_BEGINS = 64  # bytes kept free for the first lines of the file
_STANDS_IN = Name.DCTDecode
_BARE = b" /Filter /DCTDecode"
_MOST_OBJECTS = 200_000
_MOST_MISSES = 3

Place = tuple[int, int, int, int]
"""Of one large stream: its object number and generation, where its bytes begin in the file, and how many they are."""


def large_streams(part: Path) -> tuple[Place, ...]:
    """The large streams that the pages of ``part`` use and whose bytes stand in the file as they are used."""
    with Pdf.open(part) as source:
        large = [] if source.is_encrypted else sorted(_used(source), key=lambda stream: stream.objgen)
        if not large:
            return ()
        objects = source.get_xref_table()
        with (
            part.open("rb", buffering=0) as file,
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as whole,
        ):
            return tuple(_places(large, [objects.get(stream.objgen) for stream in large], file, whole))


def _used(source: Pdf) -> Iterator[Stream]:
    """Large streams that can be reached from the pages; none for an object graph beyond measure."""
    ahead: list[Object] = [page.obj for page in source.pages]
    seen = {item.objgen for item in ahead}
    found = []
    while ahead:
        item = ahead.pop()
        if isinstance(item, Stream) and _is_large(item):
            found.append(item)
        for each in _below(item):
            if not each.is_indirect:
                ahead.append(each)
            elif each.objgen not in seen:
                seen.add(each.objgen)
                ahead.append(each)
        if len(seen) > _MOST_OBJECTS:
            return
    yield from found


def _below(item: Object) -> Iterator[Object]:
    """What an object holds that may hold more."""
    inside = iter(item) if isinstance(item, Array) else (value for key, value in item.items() if key != "/Parent")
    return (each for each in inside if isinstance(each, Dictionary | Array | Stream))


def _places(
    large: Sequence[Stream], entries: Sequence[XrefEntry | None], file: io.FileIO, whole: mmap.mmap
) -> Iterator[Place]:
    behind = misses = 0
    for stream, entry in zip(large, entries, strict=True):
        raw = memoryview(stream.get_raw_stream_buffer())
        begins = _expected(whole, entry)
        if begins < 0 or not _stands(file, raw, begins):
            begins = _found(file, whole, raw, behind)
        if begins < 0:
            begins = _found(file, whole, raw, 0)
        if begins >= 0:
            behind = begins + len(raw)
            yield *stream.objgen, begins, len(raw)
        elif (misses := misses + 1) == _MOST_MISSES:
            return


def _expected(whole: mmap.mmap, entry: XrefEntry | None) -> int:
    """Where the bytes of the stream should begin by the file's own table; -1 if it does not tell."""
    if entry is None or entry.type != 1 or entry.offset is None:
        return -1
    head = _STREAM.search(whole, entry.offset, min(entry.offset + _LONGEST_HEAD, len(whole)))
    return head.end() if head else -1


def _stands(file: io.FileIO, raw: memoryview, begins: int) -> bool:
    """Whether ``raw`` stands in the file there."""
    there = bytearray(len(raw))
    file.seek(begins)
    return file.readinto(there) == len(raw) and there == raw


def _found(file: io.FileIO, whole: mmap.mmap, raw: memoryview, start: int) -> int:
    """Where ``raw`` stands in the file; -1 if nowhere."""
    head = bytes(raw[:64])
    begins = whole.find(head, start)
    while begins >= 0 and not _stands(file, raw, begins):
        begins = whole.find(head, begins + 1)
    return begins


def _is_large(stream: Stream) -> bool:
    length, kind = stream.get(Name.Length, 0), stream.get(Name.Filter)
    if isinstance(kind, Array) and len(kind) == 1:
        kind = kind[0]
    return isinstance(length, int) and length >= _LARGE and isinstance(kind, Name) and str(kind) in _KEPT_AS_THEY_ARE


class Splice:
    """The large streams of one book on their way to the file ``target``."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._held: dict[bytes, Held] = {}
        self._end = _BEGINS
        self._haul: Haul | None = None
        self._unused: list[Held] = []

    def hold_back(self, source: Pdf, part: Path, places: Sequence[Place]) -> None:
        """Put marks in place of the streams of ``source``, which was opened from ``part``, that are at ``places``."""
        for number, generation, begins, length in places:
            stream = source.get_object((number, generation))
            if not isinstance(stream, Stream) or stream.get(Name.Length) != length:
                raise _broken(f"{part} changed after it was read")
            self._hold(stream, part, begins, length)

    def whole_file(self, book: Pdf, path: Path, told: Dictionary) -> Stream:
        """A stream of ``book`` that will hold the file ``path`` as it is, with the entries ``told``.

        Under a filter it does not have, so that saving leaves its mark alone; ``finish`` takes that away.
        """
        told[Name.Filter] = _STANDS_IN
        stream = Stream(book, b"", told)
        self._hold(stream, path, 0, path.stat().st_size, bare=True)
        return stream

    def _hold(self, stream: Stream, part: Path, begins: int, length: int, *, bare: bool = False) -> None:
        mark = _PREFIX + uuid.uuid4().hex.encode()
        room = 2 * len(stream.stream_dict.unparse()) + 128  # numbers grow a little when it is merged
        self._held[mark] = Held(part, begins, length, room, self._end + room, bare)
        self._end += room + length + len(TAIL)
        _replace(stream, mark)

    def start(self) -> None:
        """Begin to copy what is held back, in a process beside this one."""
        if self._held:
            self._haul = Haul(self._target, list(self._held.values()), self._end)

    def finish(self, marked: Path) -> None:
        """Add the book ``marked`` (as pikepdf saves it, without object streams) to the streams in the target."""
        if not self._haul:
            marked.replace(self._target)
            return
        with self._target.open("r+b") as out:
            try:
                with (
                    marked.open("rb") as file,
                    mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as body,
                ):
                    self._add(body, out)
            finally:
                self._haul.finish()
            self._blank(out)
        marked.unlink()

    def _add(self, body: mmap.mmap, out: BinaryIO) -> None:
        table, entries = _table(body)
        places = sorted(place for place in entries if place)
        ends = [*places[1:], table]
        out.write(_begin(body[: places[0]]))
        out.seek(self._end)
        moved: dict[int, int] = {}
        run = places[0]  # where the objects begin that are not written yet
        for found in _MARK.finditer(body):
            held = self._held.pop(found[1], None)
            if held is None:
                continue  # a source that holds such words itself
            at = bisect_right(places, found.start()) - 1
            _write_run(body, run, places[at], out, moved)
            told = body[places[at] : found.start()]
            head = (told.replace(_BARE, b"", 1) if held.bare else told) + b" /Length %d >>\nstream\n" % held.length
            moved[places[at]] = self._put(head, held, out)
            run = ends[at]
        _write_run(body, run, table, out, moved)
        self._unused += self._held.values()
        _write_table(body, table, _new_places(entries, places, moved), out)

    def _put(self, head: bytes, held: Held, out: BinaryIO) -> int:
        """Where the stream's object begins: in the room before its bytes, or, if that is too small, anew at the end."""
        if len(head) < held.room:
            os.pwrite(out.fileno(), b" " * (held.room - len(head) - 1) + b"\n" + head, held.to - held.room)
            return held.to - len(head)
        begins = out.tell()
        out.write(head)
        with held.part.open("rb") as source:
            source.seek(held.begins)
            out.write(source.read(held.length) + TAIL)
        self._unused.append(held)
        return begins

    def _blank(self, out: BinaryIO) -> None:
        """Nothing that the book does not use may stand in it."""
        out.flush()
        for held in self._unused:
            os.pwrite(out.fileno(), b" " * (held.room + held.length), held.to - held.room)


def _replace(stream: Stream, data: bytes) -> None:
    """New bytes under the filter and parameters the stream has: writing drops both."""
    told = {key: stream[key] for key in (Name.Filter, Name.DecodeParms) if key in stream}
    stream.write(data)
    for key, value in told.items():
        stream[key] = value


def _begin(head: bytes) -> bytes:
    """The first lines of the file, filled up to where the streams begin."""
    if len(head) >= _BEGINS:
        raise _broken("the head of the file is longer than any")
    return head + b" " * (_BEGINS - 1 - len(head)) + b"\n"


def _write_run(body: mmap.mmap, start: int, end: int, out: BinaryIO, moved: dict[int, int]) -> None:
    """Objects that stand together, as they are."""
    moved[start] = out.tell()
    out.write(body[start:end])


def _new_places(entries: Sequence[int], places: Sequence[int], moved: dict[int, int]) -> Iterator[int]:
    """The new place of every object by its number: its own, or as far from the beginning of its run as before."""
    new, run, to = {}, 0, 0
    for place in places:
        if place in moved:
            run, to = place, moved[place]
        new[place] = to + place - run
    return (new[place] for place in entries[1:])


def _table(body: mmap.mmap) -> tuple[int, list[int]]:
    """Where the cross-reference table begins, and the place of every object by its number; 0 for none."""
    table = int(body[-64:].rpartition(b"startxref\n")[2].split()[0])
    head = _TABLE.match(body, table)
    if not head:
        raise _broken("the cross-reference table is not where it should be")
    lines = body[head.end() : head.end() + int(head[1]) * _ENTRY]
    at = range(0, len(lines), _ENTRY)
    return table, [int(lines[each : each + 10]) if lines[each + 17 : each + 18] == b"n" else 0 for each in at]


def _write_table(body: mmap.mmap, table: int, places: Iterator[int], out: BinaryIO) -> None:
    head = _TABLE.match(body, table)
    assert head  # noqa: S101 -- it was read before
    count = int(head[1])
    trailer = body[head.end() + count * _ENTRY :].partition(b"startxref")[0]
    begins = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"%bstartxref\n%d\n%%%%EOF\n" % (trailer, begins))


def _broken(english: str) -> Broken:
    return Broken("รวมเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=english)
