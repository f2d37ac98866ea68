"""The store's contract: what every place that keeps bytes (a local folder, an S3 bucket) promises.

Every promise here is proven for every store by ``tests/contract/test_store.py``.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from docservice.errors import Conflict, FixityBroken, InputRefused, NotFound, StoreUnavailable
from storage.proof import Held, Proof

CHUNK = 1024 * 1024
"""Bytes held in memory at a time while streaming."""

HOLD_SECONDS = 120.0
"""How long ``Store.hold`` waits for another holder."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True)
class Blob:
    """What a store keeps under ``key``: ``size`` in bytes and both digests in lower-case hex."""

    key: str
    size: int
    sha256: str
    sha512: str


@dataclass(frozen=True)
class Stat:
    """What a store knows about ``key`` without reading its bytes."""

    key: str
    size: int


@dataclass(frozen=True)
class Leaf:
    """A file of a folder to be put whole: bytes, or where they lie, with what was counted of them (of a path: must be).

    ``turn``: where files cannot appear at one stroke, those of a lower one are there before this is put.
    """

    data: bytes | Path
    tally: Tally | None = None
    replaceable: bool = False
    turn: int = 0


@dataclass(frozen=True)
class Beginning:
    """What is put below a prefix before all else, always the same bytes, and what is there once who put it has ended.

    ``retain_until``: as of ``Store.put``.
    """

    name: str
    data: bytes
    until: str
    retain_until: datetime | None = None


@dataclass(frozen=True)
class Tree:
    """A folder to be put whole: what begins it, and the rest of its files by their names in it."""

    beginning: Beginning
    leaves: Mapping[str, Leaf]


Trees = Mapping[str, Callable[[], Tree]]
"""Folders by their key, each with what makes it; a store that ``plants`` asks only for a folder that is new."""


class Store(Protocol):
    """Keys to bytes. All files are written once; nothing can be deleted (disposal by order has a verb of its own, in
    ``storage.destruction``, that is no part of this).

    A key is a path: segments joined by ``/``, as ``storage.keys.check_path`` allows; anything else is ``InputRefused``.
    A key is visible only when all its bytes are safely stored; a writer that dies leaves nothing visible.
    Any method raises ``StoreUnavailable`` when the place cannot be read or written now.
    """

    mounted: bool
    """Whether something else, empty, may stand in its place from one moment to the next: a folder without its disk."""

    plants: bool
    """Whether ``plant`` puts a folder at one stroke or not at all, whatever lies in it."""

    def put(
        self, key: str, data: bytes | BinaryIO, *, retain_until: datetime | None = None, tally: Tally | None = None
    ) -> Blob:
        """Store ``data`` once. The same bytes again: nothing happens. Other bytes: ``Conflict``, nothing changed.

        A stream is read from where it stands to its end, a piece at a time. ``retain_until``: where the store locks
        what it keeps, until then at least (a store without locks does nothing about it). ``tally``: of bytes, where
        they were counted before.
        """

    def plant(self, trees: Trees) -> frozenset[str]:
        """Put new folders there, beside each other; which of them stand now with all their files.

        Not in the answer: where anything lies below the key. A store that ``plants`` has not written anything there;
        it says ``InputRefused`` when a source is not what it was, and then no folder was put. Any other holds each
        folder (``hold``) by its beginning and puts the rest turn by turn; what it could not put, nor make, or what is
        too large for that is not in the answer either, and what is there of it is for the next holder to finish.
        ``StoreUnavailable`` where none stands for that.
        """

    def replace(self, key: str, data: bytes, *, expected: str | None) -> Blob:
        """Swap the bytes at ``key`` if their sha256 is ``expected`` (None: if there are none), else ``Conflict``.

        If ``data`` is there already, nothing happens. A key stored by ``put`` is never replaced: ``Conflict``.
        Only for the root inventory of an OCFL object and its sidecar.
        """

    def mend(self, key: str, data: BinaryIO, sha512: str, *, replaceable: bool) -> str:
        """Put the bytes that have ``sha512`` where wrong ones or none are; ``FixityBroken`` if ``data`` has not.

        What was there is kept aside, never destroyed: the answer says where (``""``: nothing was there).
        ``replaceable``: whether ``replace`` may change them later. Only for ``storage.repair``, under ``hold``.
        """

    def probe(self) -> Proof:
        """Try whether what is locked here stays as it is; what was seen. ``StoreUnavailable``: nothing was."""

    def set_legal_hold(self, prefix: str, *, on: bool) -> Held:
        """Have the place itself hold every version of every key that begins with ``prefix``, or lift that.

        Each version is asked before and after; again: only what is not so yet. A place without locks does nothing and
        says so. ``StoreUnavailable`` when the keys may not, or the service goes away midway: what is done stays done.
        """

    def legal_hold(self, prefix: str) -> Held:
        """What the place says of the same versions, each asked now; nothing is changed."""

    def open(self, key: str) -> BinaryIO:
        """The bytes at ``key`` as a stream the caller closes; ``NotFound`` when there are none."""

    def stat(self, key: str) -> Stat | None:
        """The size at ``key``, or None when nothing is there."""

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that begins with ``prefix`` (a string, not a folder), in the order of their UTF-8 bytes."""

    def hold(
        self, prefix: str, beginning: Beginning | None = None, *, begins: bool = False
    ) -> AbstractContextManager[bool]:
        """One holder of ``prefix`` at a time on this machine; the hold of a process that dies ends with it.

        ``beginning``: what lies there begins so, and all who hold it say so. The store may put it where nothing is yet.
        ``begins``: the caller thinks that nothing is, and puts ``until`` before the block ends; wrong or right in what
        it thinks, that only saves requests. True: the beginning was put with this hold, so nothing else is there; a
        store need not: False says nothing. Not reentrant.
        Entering it also clears away what a dead holder left that is not a key (empty folders).
        Writers on several machines must be kept apart by the caller (the dossier's row lock); a store that is shared by
        machines keeps them apart as well, and gives a dead machine's hold away after a while.
        ``StoreUnavailable`` after ``HOLD_SECONDS`` in vain.
        """


class Tally:
    """Size and digests of bytes seen so far."""

    def __init__(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()

    @classmethod
    def of(cls, data: bytes | BinaryIO) -> Tally:
        """Read ``data`` to its end."""
        tally = cls()
        for chunk in chunks(data):
            tally.feed(chunk)
        return tally

    def feed(self, chunk: bytes) -> None:
        """Count one more piece."""
        self.size += len(chunk)
        self._sha256.update(chunk)
        self._sha512.update(chunk)

    @property
    def sha256(self) -> str:
        """Lower-case hex."""
        return self._sha256.hexdigest()

    @property
    def sha512(self) -> str:
        """Lower-case hex."""
        return self._sha512.hexdigest()

    def blob(self, key: str) -> Blob:
        """The finished count as the answer of a store."""
        return Blob(key, self.size, self.sha256, self.sha512)


def chunks(data: bytes | BinaryIO) -> Iterator[bytes]:
    """``data`` in pieces of at most ``CHUNK`` bytes."""
    if isinstance(data, bytes):
        view = memoryview(data)
        yield from (bytes(view[start : start + CHUNK]) for start in range(0, len(data), CHUNK))
        return
    while chunk := data.read(CHUNK):
        yield chunk


def fill(buffer: bytearray, source: BinaryIO, tally: Tally) -> memoryview:
    """The next bytes of ``source``, as many as ``buffer`` takes and it has, counted: a view into ``buffer``."""
    filled = 0
    while filled < len(buffer) and (chunk := source.read(min(CHUNK, len(buffer) - filled))):
        tally.feed(chunk)
        buffer[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    return memoryview(buffer)[:filled]


def unavailable(place: str, error: OSError) -> StoreUnavailable:
    """``error`` of the operating system, said so that an officer knows what to do."""
    if error.errno in _FULL:
        return StoreUnavailable(
            f"พื้นที่จัดเก็บเต็ม เขียน {place} ไม่ได้",
            "ไม่มีข้อมูลใดเสียหาย กรุณาเพิ่มพื้นที่ว่างแล้วลองใหม่",
            english=f"The storage is full: cannot write {place}. Nothing was lost; free some space and try again.",
        )
    if error.errno in _FORBIDDEN:
        return StoreUnavailable(
            f"ไม่มีสิทธิ์ใช้ที่จัดเก็บ {place}",
            "กรุณาให้ผู้ดูแลระบบตรวจสิทธิ์ของโฟลเดอร์แล้วลองใหม่",
            english=f"No permission for {place}. Ask the administrator to check the folder's permissions.",
        )
    return StoreUnavailable(
        f"ใช้ที่จัดเก็บ {place} ไม่ได้ในขณะนี้ ({error.strerror})",
        "กรุณาตรวจว่าดิสก์หรือโฟลเดอร์ปลายทางใช้งานได้แล้วลองใหม่",
        english=f"Cannot use {place} now ({error.strerror}). Check the disk or folder and try again.",
    )


def busy(key: str) -> StoreUnavailable:
    """The error of a hold that nobody gave up in ``HOLD_SECONDS``."""
    return StoreUnavailable(
        f"{key} กำลังถูกบันทึกโดยงานอื่นอยู่นานเกินไป",
        "กรุณารอสักครู่แล้วลองใหม่",
        english=f"{key} is being written by another task. Wait a moment and try again.",
    )


def taken(key: str) -> Conflict:
    """The error of a key that holds other bytes."""
    return Conflict(
        f"{key} มีข้อมูลอื่นจัดเก็บไว้แล้ว จึงไม่เขียนทับ",
        "ข้อมูลเดิมยังอยู่ครบ กรุณาบันทึกเป็นรุ่นใหม่",
        english=f"{key} already holds other bytes and was not overwritten. File a new version instead.",
    )


def not_the_cure(key: str) -> FixityBroken:
    """The error of a second copy that is not what was filed either."""
    return FixityBroken(
        f"สำเนาของ {key} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ จึงไม่ใช้ซ่อม",
        "กรุณาหาสำเนาอื่น เช่น ชุดส่งออกรายปี",
        english=f"The second copy of {key} is not what was filed either; it was not used. Look for another copy.",
    )


def absent(key: str) -> NotFound:
    """The error of a key that was never put."""
    return NotFound(
        f"ไม่พบ {key} ในที่จัดเก็บ",
        "กรุณาตรวจชื่อ หรือตรวจว่าต่อดิสก์ของคลังเอกสารแล้ว",
        english=f"{key} is not in the store. Check the name, or that the archive's disk is attached.",
    )


def changed(source: Path) -> InputRefused:
    """The error of a source that is not what it was when it was measured."""
    return InputRefused(
        f"ไฟล์ {source.name} ถูกแก้ไขระหว่างที่กำลังจัดเก็บ",
        "กรุณาลองใหม่เมื่อไม่มีใครแก้ไฟล์นี้",
        english=f"{source.name} changed while it was being filed. Try again when nobody edits it.",
    )


def reserved(key: str) -> InputRefused:
    """The error of a key in a folder that the store keeps for itself."""
    return InputRefused(
        f"ชื่อ {key} สงวนไว้สำหรับระบบ",
        "กรุณาใช้ชื่ออื่น",
        english=f"{key} is reserved. Use another name.",
    )
