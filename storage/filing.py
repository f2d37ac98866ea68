"""One writer's work on one dossier: heal what a dead writer left, then write the next version in the safe order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from threading import Semaphore
from typing import BinaryIO

from docservice.errors import Conflict, InputRefused
from storage import fixity
from storage.fixity import INVENTORY, SIDECAR
from storage.inventory import DECLARATION, Content, Inventory, InventoryUnreadableError, Version
from storage.keys import DossierKey
from storage.store import Beginning, Blob, Leaf, Store, Tally, Tree, changed

AT_ONCE = 16
"""Files that a process writes at the same time."""

FEW = 2
"""Dossiers of a process that put their files beside each other at the same time."""

INTERRUPTED = "interrupted/"
"""The logical folder of files that a dead writer left; it is not part of the version after."""


@dataclass(frozen=True)
class _Planned:
    source: bytes | Path
    content: Content
    tally: Tally


def hold(
    store: Store, key: DossierKey, *, begins: bool = False, retain_until: datetime | None = None
) -> AbstractContextManager[bool]:
    """One writer at a time of ``key``'s object, as of ``Store.hold``: it begins with its declaration."""
    return store.hold(str(key), _beginning(retain_until), begins=begins)


class Filing:
    """One writer's work on one dossier, while it holds it."""

    def __init__(
        self,
        store: Store,
        key: DossierKey,
        steps: Callable[[str], None],
        version: Callable[[int], Version],
        retain_until: datetime | None = None,
    ) -> None:
        self.store, self.key, self.steps, self.version = store, key, steps, version
        self.retain_until = retain_until
        self.names: set[str] = set()

    def begun(self) -> Inventory:
        """The empty beginning of an object that had no declaration before ours, so nothing else either."""
        self.names = {DECLARATION[0]}
        return Inventory.empty(fixity.identifier(self.key))

    def healed(self) -> Inventory:
        """The newest version, after finishing one that was claimed but not published."""
        self.names = {name.removeprefix(f"{self.key}/") for name in self.store.list(f"{self.key}/")}
        head = Inventory.empty(fixity.identifier(self.key))
        if INVENTORY in self.names:
            head = fixity.read_head(self.store, self.key) or head
        place = f"v{head.version + 1}/{INVENTORY}"
        claim = fixity.read(self.store, f"{self.key}/{place}") if place in self.names else None
        if claim is not None:
            try:
                head = Inventory.parse(claim)
            except InventoryUnreadableError as error:
                raise fixity.unreadable(self.key, place) from error
            self._publish(head)
        elif head.version and not self._is_published(head):
            self._publish(head)
        return head

    def _is_published(self, head: Inventory) -> bool:
        """Whether everything that ``_publish`` writes is there."""
        there = {f"v{head.version}/{SIDECAR}", DECLARATION[0], SIDECAR} <= self.names
        return there and fixity.read(self.store, f"{self.key}/{SIDECAR}") == fixity.sidecar(head.dump())

    def written(
        self, head: Inventory, state: Mapping[str, str], sources: Mapping[str, tuple[bytes | Path, Tally]]
    ) -> Inventory:
        """Write ``state`` as the next version; only bytes the object does not hold yet are stored."""
        planned = _planned(head, sources)
        if (kept := self.kept(head, planned)) is not head:
            head, planned = kept, _planned(kept, sources)
        by_size = sorted(planned.items(), key=lambda named: named[1].tally.size)
        self._together({path: partial(self._store, path, item) for path, item in by_size})
        return self._claim(head, state, [item.content for item in planned.values()], self.version(head.version + 1))

    def buried(self, head: Inventory, name: str, data: bytes) -> Inventory:
        """The next version, which holds ``data`` under ``name`` alone; all versions before it hold nothing any more."""
        head = self.kept(head, planned={})
        path, tally = f"v{head.version + 1}/content/{name}", Tally.of(data)
        self.steps(path)
        self.store.put(f"{self.key}/{path}", data)
        content = Content(path, tally.sha256, tally.sha512)
        return self._claim(head.emptied(), {name: tally.sha512}, [content], self.version(head.version + 1))

    def kept(self, head: Inventory, planned: Mapping[str, _Planned]) -> Inventory:
        """File what a dead writer left as a version of its own, unless it is part of what is planned."""
        folder = f"v{head.version + 1}/content/"
        left = [self._measure(name) for name in self.left(head)]
        if all(found.path in planned and planned[found.path].content == found for found in left):
            return head
        state = head.files() | {INTERRUPTED + found.path.removeprefix(folder): found.sha512 for found in left}
        version = self.version(head.version + 1)
        reason = "เก็บไฟล์ที่ค้างจากการบันทึกซึ่งหยุดกลางคัน (files of an interrupted filing, kept)"
        return self._claim(head, state, left, Version(version.number, version.created, reason, version.user))

    def left(self, head: Inventory) -> list[str]:
        """Keys of content that a dead writer stored for the version after ``head`` and nobody claimed."""
        return sorted(f"{self.key}/{name}" for name in self.names if name.startswith(f"v{head.version + 1}/content/"))

    def _measure(self, name: str) -> Content:
        with self.store.open(name) as stream:
            tally = Tally.of(stream)
        return Content(name.removeprefix(f"{self.key}/"), tally.sha256, tally.sha512)

    def _store(self, path: str, item: _Planned) -> None:
        place = f"{self.key}/{path}"
        if isinstance(item.source, bytes):
            self.store.put(place, item.source, retain_until=self.retain_until, tally=item.tally)
            return
        with _opened(item.source) as stream:
            blob = self.store.put(place, stream, retain_until=self.retain_until)
        if blob.sha512 != item.content.sha512:
            raise changed(item.source)

    def _claim(self, head: Inventory, state: Mapping[str, str], new: list[Content], version: Version) -> Inventory:
        following = head.extended(state, new, version)
        self.steps("claim")
        try:
            self._put(f"{self.key}/v{version.number}/{INVENTORY}", following.dump())
        except Conflict as error:
            raise Conflict(
                f"มีผู้บันทึกแฟ้ม {self.key} รุ่นที่ {version.number} พร้อมกัน",
                "กรุณาลองใหม่ ระบบจะบันทึกต่อเป็นรุ่นถัดไป",
                english=f"Somebody else filed version {version.number} of {self.key} at the same time. Try again.",
            ) from error
        self._publish(following)
        return following

    def _publish(self, inventory: Inventory) -> None:
        """Make a claimed version the newest; what a dead writer left undone of it, the next one does."""
        data, folder = inventory.dump(), f"{self.key}/v{inventory.version}"
        said = fixity.sidecar(data)
        writes: dict[str, Callable[[], object]] = {
            "version-sidecar": partial(self._put, f"{folder}/{SIDECAR}", said),
            "root-sidecar": partial(self._replace, SIDECAR, said),
        }
        if DECLARATION[0] not in self.names:
            writes["declaration"] = partial(self._put, f"{self.key}/{DECLARATION[0]}", DECLARATION[1])
        writes["root-inventory"] = partial(self._replace, INVENTORY, data)
        self._together(writes)
        self.names |= {INVENTORY, SIDECAR, DECLARATION[0], f"v{inventory.version}/{SIDECAR}"}
        self.steps("done")

    def _put(self, name: str, data: bytes) -> Blob:
        return self.store.put(name, data, retain_until=self.retain_until)

    def _together(self, writes: Mapping[str, Callable[[], object]]) -> None:
        """Take steps whose order does not matter beside each other; when one fails, those begun are ended first.

        The last begins first, since no thread has to wake for it: it should be the longest. Where many dossiers are
        being filed, they keep the processors busy, and each takes its own steps one by one.
        """
        begun, last = [], len(writes) - 1
        few = _few_of(os.getpid())
        beside = few.acquire(blocking=False)
        try:
            for number, (name, write) in enumerate(writes.items()):
                self.steps(name)
                begun.append(_threads().submit(write) if beside and number < last else _done(write))
            wait(begun)
        finally:
            if beside:
                few.release()
        for each in begun:
            each.result()

    def _replace(self, name: str, data: bytes) -> None:
        place = f"{self.key}/{name}"
        present = fixity.read(self.store, place) if name in self.names else None
        if present != data:
            expected = None if present is None else hashlib.sha256(present).hexdigest()
            self.store.replace(place, data, expected=expected)


@cache
def _threads_of(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="filing")


@cache
def _few_of(_process: int) -> Semaphore:
    return Semaphore(FEW)


def _threads() -> ThreadPoolExecutor:
    """This process's: a child has none of its parent's threads."""
    return _threads_of(os.getpid())


def _done(write: Callable[[], object]) -> Future[object]:
    """``write``, here and now: handing it to a thread takes longer than being that thread."""
    ended: Future[object] = Future()
    try:
        ended.set_result(write())
    except Exception as fault:  # noqa: BLE001  told by the future, after the others
        ended.set_exception(fault)
    return ended


def _planned(head: Inventory, sources: Mapping[str, tuple[bytes | Path, Tally]]) -> dict[str, _Planned]:
    """Content path → what to store there: each new digest once, at the first logical path that has it."""
    planned: dict[str, _Planned] = {}
    seen: set[str] = set()
    for logical in sorted(sources):
        source, tally = sources[logical]
        if head.holds(tally.sha512) or tally.sha512 in seen:
            continue
        seen.add(tally.sha512)
        path = f"v{head.version + 1}/content/{logical}"
        planned[path] = _Planned(source, Content(path, tally.sha256, tally.sha512), tally)
    return planned


Sources = Mapping[str, tuple[bytes | Path, Tally]]
"""What is to be filed, by logical path, with its digests."""


def begun(key: DossierKey, state: Mapping[str, str], sources: Sources, version: Version) -> Inventory:
    """The inventory of a dossier that begins with ``state``, all of it from ``sources``."""
    empty = Inventory.empty(fixity.identifier(key))
    return empty.extended(state, [item.content for item in _planned(empty, sources).values()], version)


def tree(first: Inventory, sources: Sources, retain_until: datetime | None) -> Tree:
    """The OCFL object whose only version is ``first``: content, then the claim, then what shows it, in safe order."""
    data = first.dump()
    said, tally = fixity.sidecar(data), Tally.of(data)
    planned = _planned(Inventory.empty(first.identifier), sources)
    files = {path: Leaf(item.source, item.tally) for path, item in planned.items()} | {
        f"v1/{INVENTORY}": Leaf(data, tally, turn=1),
        f"v1/{SIDECAR}": Leaf(said, turn=2),
        INVENTORY: Leaf(data, tally, replaceable=True, turn=2),
        SIDECAR: Leaf(said, replaceable=True, turn=2),
    }
    return Tree(_beginning(retain_until), files)


def _beginning(retain_until: datetime | None) -> Beginning:
    return Beginning(*DECLARATION, until=SIDECAR, retain_until=retain_until)


def measured(source: bytes | Path) -> Tally:
    """Size and digests of a source; ``InputRefused`` when it cannot be read."""
    if isinstance(source, bytes):
        return Tally.of(source)
    with _opened(source) as stream:
        return Tally.of(stream)


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise InputRefused(
            f"เปิดไฟล์ {source} เพื่อจัดเก็บไม่ได้ ({error.strerror})",
            "กรุณาตรวจว่ามีไฟล์นี้และอ่านได้",
            english=f"Cannot read {source} ({error.strerror}). Check that it exists and is readable.",
        ) from error


def digests(sources: Sources) -> dict[str, str]:
    """SHA-512 by logical path."""
    return {logical: tally.sha512 for logical, (_, tally) in sources.items()}


def sizes(sources: Sources) -> dict[str, int]:
    """Bytes by SHA-512."""
    return {tally.sha512: tally.size for _, tally in sources.values()}
