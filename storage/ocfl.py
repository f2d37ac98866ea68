"""The archive: an OCFL 1.1 storage root whose objects are dossiers, on any ``Store``.

A store that can put a folder at one stroke is given a new dossier's whole object so. Otherwise a version is written in
the order content, its inventory (the claim: written once, so two writers cannot both have it),
then its sidecar and the root inventory with its own, at the same time. A writer may die anywhere in between: readers
keep seeing the version before, and the next ``commit`` (or ``recover``) finishes a claimed version, or keeps the files
of an unclaimed one as a version of its own under ``interrupted/``, since nothing in a store can be deleted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from docservice.errors import FixityBroken, InputRefused, NotFound, StoreUnavailable
from storage import fixity
from storage.filing import INTERRUPTED, Filing, Sources, begun, digests, hold, measured, sizes, tree
from storage.fixity import INVENTORY, SIDECAR
from storage.inventory import DECLARATION, Inventory, Version
from storage.keys import DossierKey, check_path
from storage.store import Store, Tree

ROOT_DECLARATION = ("0=ocfl_1.1", b"ocfl_1.1\n")
README = "README.txt"
_OF_LATE = 0.5
"""Seconds for which a bucket's storage root that was seen is taken to be there: one question less for each dossier."""
_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """One file of a dossier: size in bytes, digests in hex, and where its bytes lie inside the object."""

    size: int
    sha256: str
    sha512: str
    content_path: str


@dataclass(frozen=True)
class Commit:
    """The version that now holds the files; ``new`` is False when it did already. ``entries``: all files of it."""

    version: int
    new: bool
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Deposit:
    """What a version is to hold, and who says so when (with a time zone) and why; as of ``OcflRoot.commit``."""

    key: DossierKey
    files: Mapping[str, bytes | Path]
    message: str
    user: str
    created: datetime
    retain_until: datetime | None = None

    def sources(self) -> Sources:
        """The files with their digests; ``InputRefused`` for a bad name or a source that cannot be read."""
        if self.created.tzinfo is None:
            raise ValueError("created needs a time zone")
        return {check_path(logical): (source, measured(source)) for logical, source in self.files.items()}

    def version(self, number: int) -> Version:
        """This as the version of that number."""
        return Version(number, self.created.isoformat(timespec="seconds"), self.message, self.user)


class BegunError(Exception):
    """A dossier that its caller thought new has versions already; nothing was filed."""


def _no_step(_name: str) -> None:
    return


class OcflRoot:
    """Dossiers in ``store``. Bytes are never changed or removed; what changes is filed as a new version."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._root_seen = -_OF_LATE

    def init(self) -> None:
        """Make the storage root; does nothing where there is one. ``InputRefused`` where something else lies there."""
        name, data = ROOT_DECLARATION
        if self.store.stat(name) is None:
            self._require_nothing()
        self.store.put(name, data)
        if self.store.stat(README) is None:
            self.store.put(README, Path(__file__).with_name("archive_readme.md").read_bytes())

    def commit(
        self,
        key: DossierKey,
        files: Mapping[str, bytes | Path],
        *,
        message: str,
        user: str,
        created: datetime,
        remove: Iterable[str] = (),
        retain_until: datetime | None = None,
        begins: bool = False,
        steps: Callable[[str], None] = _no_step,
    ) -> Commit:
        """File ``files`` (logical path → bytes) on top of the newest version, without those in ``remove``.

        Nothing is written when the newest version holds exactly that. The caller holds the dossier's row lock; a writer
        that slips past it gets ``Conflict``. ``created`` needs a time zone. ``retain_until``: see ``Store.put``.
        ``begins``: the caller knows of no version; ``BegunError`` where there is one. ``steps``: before each step.
        Errors: ``InputRefused`` (name or source), ``NotFound`` (in ``remove``), ``FixityBroken``, ``StoreUnavailable``.
        """
        deposit = Deposit(key, files, message, user, created, retain_until)
        sources, remove = deposit.sources(), set(remove)
        self._require_root_of_late()
        if (self.store.plants or begins) and not remove and (planted := self._planted([(deposit, lambda: sources)])):
            return planted[str(key)]
        filing, new = Filing(self.store, key, steps, deposit.version, retain_until), digests(sources)
        if begins:
            _next_state(Inventory.empty(""), new, remove)  # what is refused leaves nothing behind
            steps("declaration")
        with hold(self.store, key, begins=begins, retain_until=retain_until) as first:
            head = filing.begun() if first else filing.healed()
            if begins and head.version:
                raise BegunError
            state = _next_state(head, new, remove)
            if head.version and state == head.files() and not filing.left(head):
                return Commit(head.version, False, self._entries(key, head, state))
            head = filing.written(head, state, sources)
        return Commit(head.version, True, self._entries(key, head, state, sizes(sources)))

    def begin(self, deposits: Iterable[Deposit]) -> dict[str, Commit]:
        """The first versions of those dossiers that are new, together; by key. The others are left to ``commit``.

        Each caller holds its dossier's row lock. Errors as of ``commit``; what was filed before one, ``commit`` finds.
        """
        self._require_root_of_late()
        if not self.store.plants:  # what is measured for nothing, and kept in memory, should be small
            small = [each for each in deposits if all(isinstance(file, bytes) for file in each.files.values())]
            return self._planted([(deposit, deposit.sources) for deposit in small])
        with ThreadPoolExecutor(1, thread_name_prefix="measuring") as ahead:  # digests while files are written
            try:
                return self._planted([(deposit, ahead.submit(deposit.sources).result) for deposit in deposits])
            finally:
                ahead.shutdown(wait=False, cancel_futures=True)

    def _planted(self, asked: Sequence[tuple[Deposit, Callable[[], Sources]]]) -> dict[str, Commit]:
        """Sources are measured only where the store asks for them."""
        firsts: dict[str, tuple[Inventory, Mapping[str, int]]] = {}

        def planned(deposit: Deposit, measure: Callable[[], Sources]) -> Tree:
            sources = measure()
            state = _next_state(Inventory.empty(""), digests(sources), set())
            first = begun(deposit.key, state, sources, deposit.version(1))
            firsts[str(deposit.key)] = first, sizes(sources)
            return tree(first, sources, deposit.retain_until)

        stand = self.store.plant({str(deposit.key): partial(planned, deposit, measure) for deposit, measure in asked})
        commits = {}
        for deposit, _ in asked:
            if (key := str(deposit.key)) in stand:
                first, known = firsts[key]
                commits[key] = Commit(1, True, self._entries(deposit.key, first, first.files(), known))
        return commits

    def head(self, key: DossierKey) -> Inventory | None:
        """What is filed under ``key``, or None; ``FixityBroken`` when the inventory is damaged."""
        return fixity.read_head(self.store, key)

    def entries(self, key: DossierKey, version: int | None = None) -> Mapping[str, Entry]:
        """Every file of ``version`` (None: the newest) by logical path; ``NotFound``."""
        inventory = self._inventory(key)
        return self._entries(key, inventory, _files(key, inventory, version))

    def open(self, key: DossierKey, logical: str, version: int | None = None) -> BinaryIO:
        """One file as a stream the caller closes; ``NotFound``, or ``FixityBroken`` when its bytes are gone."""
        inventory = self._inventory(key)
        digest = _files(key, inventory, version).get(logical)
        if digest is None:
            raise _no_file(key, logical)
        try:
            return self.store.open(f"{key}/{inventory.content_path(digest)}")
        except NotFound as error:
            raise _gone(key, logical) from error

    def dossiers(self) -> Iterator[DossierKey]:
        """Every dossier that has been filed, in the order of keys."""
        self.require_root()
        for key, names in self._objects():
            if INVENTORY in names:
                yield key

    def interrupted(self) -> Iterator[DossierKey]:
        """Dossiers whose last writer died half-way and that nobody committed to since: for ``recover``."""
        self.require_root()
        for key, names in self._objects():
            head = self.head(key)
            following = f"v{(head.version if head else 0) + 1}/"
            begun = any(name.startswith(following) for name in names)
            if head is None or begun or not self._is_published(key, head, names):
                yield key

    def _is_published(self, key: DossierKey, head: Inventory, names: set[str]) -> bool:
        whole = {DECLARATION[0], f"v{head.version}/{SIDECAR}"} <= names
        return whole and fixity.read(self.store, f"{key}/{SIDECAR}") == fixity.sidecar(head.dump())

    def recover(self, key: DossierKey, *, user: str, created: datetime) -> Inventory | None:
        """Finish or keep what a dead writer left, so that the object is valid again; None when there was nothing."""
        if next(self.store.list(f"{key}/"), None) is None:
            return None
        with hold(self.store, key):
            when = created.isoformat(timespec="seconds")
            filing = Filing(self.store, key, _no_step, lambda n: Version(n, when, "", user))
            head = filing.kept(filing.healed(), planned={})
        return head if head.version else None

    def verify(self, key: DossierKey) -> list[fixity.Fault]:
        """Read every byte of the dossier again; each fault as a Thai sentence, none when it is whole."""
        return fixity.verify(self.store, key)

    def _inventory(self, key: DossierKey) -> Inventory:
        inventory = self.head(key)
        if inventory is None:
            self.require_root()
            raise NotFound(
                f"ไม่พบแฟ้ม {key} ในคลังเอกสาร",
                "กรุณาตรวจปี อำเภอ และชื่อแฟ้ม",
                english=f"There is no dossier {key}. Check year, district and name.",
            )
        return inventory

    def _entries(
        self, key: DossierKey, inventory: Inventory, files: Mapping[str, str], known: Mapping[str, int] = _NOTHING
    ) -> dict[str, Entry]:
        """``known``: the sizes of what was written just now, by digest."""
        sha256 = {content.path: content.sha256 for content in inventory.contents()}
        entries = {}
        for logical in sorted(files):
            path, digest = inventory.content_path(files[logical]), files[logical]
            size = known[digest] if digest in known else self._size(key, path, logical)
            entries[logical] = Entry(size, sha256[path], digest, path)
        return entries

    def _size(self, key: DossierKey, path: str, logical: str) -> int:
        if stat := self.store.stat(f"{key}/{path}"):
            return stat.size
        raise _gone(key, logical)

    def _objects(self) -> Iterator[tuple[DossierKey, set[str]]]:
        """Each dossier with its file names; ``list`` is in order, so an object's names come together."""
        deep = (name.split("/", 4) for name in self.store.list("") if name.count("/") >= 4)
        for parts, group in groupby(deep, key=lambda parts: parts[:4]):
            try:
                key = DossierKey.parse("/".join(parts))
            except InputRefused:  # somebody else's folder
                continue
            yield key, {name[4] for name in group}

    def _require_nothing(self) -> None:
        """An archive is never begun among somebody else's files; what an earlier beginning left is none."""
        strange = next(
            (key for key in self.store.list("") if key != README and not key.startswith("extensions/")), None
        )
        if strange is not None:
            raise InputRefused(
                f"ที่จัดเก็บมีสิ่งอื่นอยู่แล้ว ({strange}) และไม่ใช่คลังเอกสารของระบบนี้ จึงไม่เขียนอะไรลงไป",
                "กรุณาตรวจ DOCSERVICE_STORE_URL หรือระบุโฟลเดอร์ (prefix) ที่ว่าง",
                english=f"The store holds something else already ({strange}) and is no archive of docservice: "
                "nothing was written. Check DOCSERVICE_STORE_URL, or name an empty folder.",
            )

    def _require_root_of_late(self) -> None:
        if self.store.mounted or time.monotonic() > self._root_seen + _OF_LATE:
            self.require_root()
            self._root_seen = time.monotonic()

    def require_root(self) -> None:
        """An archive whose disk is not attached must not look like an empty one."""
        if self.store.stat(ROOT_DECLARATION[0]) is None:
            raise StoreUnavailable(
                "ไม่พบคลังเอกสารในที่จัดเก็บ",
                "กรุณาตรวจว่าต่อดิสก์ของคลังเอกสารแล้ว หรือสร้างคลังก่อนใช้ครั้งแรก",
                english="There is no archive in the store. Attach its disk, or create it before the first use.",
            )


def _next_state(head: Inventory, new: Mapping[str, str], remove: set[str]) -> dict[str, str]:
    state = {logical: digest for logical, digest in head.files().items() if not logical.startswith(INTERRUPTED)}
    unknown = sorted(remove - state.keys())
    if unknown:
        raise NotFound(
            f"ไม่มีไฟล์ {unknown[0]} ให้นำออกจากแฟ้ม",
            "กรุณาตรวจชื่อไฟล์",
            english=f"There is no {unknown[0]} to remove from the dossier. Check the name.",
        )
    state = {logical: digest for logical, digest in state.items() if logical not in remove} | dict(new)
    _check_tree(state)
    return state


def _check_tree(state: Mapping[str, str]) -> None:
    """No file may also be a folder, and ``interrupted/`` is the archive's own."""
    for logical in state:
        parts = logical.split("/")
        above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        clash = next(iter(above & state.keys()), INTERRUPTED if f"{logical}/".startswith(INTERRUPTED) else "")
        if clash:
            raise InputRefused(
                f"ใช้ชื่อไฟล์ {logical} ไม่ได้ เพราะ {clash} มีอยู่แล้วหรือสงวนไว้",
                "กรุณาเปลี่ยนชื่อไฟล์แล้วลองใหม่",
                english=f"{logical} cannot be used: {clash} exists already or is reserved. Rename the file.",
            )


def _files(key: DossierKey, inventory: Inventory, version: int | None) -> dict[str, str]:
    try:
        return inventory.files(version)
    except KeyError as error:
        raise NotFound(
            f"แฟ้ม {key} ไม่มีรุ่นที่ {version} (มีถึงรุ่นที่ {inventory.version})",
            "กรุณาเลือกรุ่นที่มีอยู่",
            english=f"{key} has no version {version} (the newest is {inventory.version}).",
        ) from error


def _no_file(key: DossierKey, logical: str) -> NotFound:
    return NotFound(
        f"ไม่มีไฟล์ {logical} ในแฟ้ม {key}",
        "กรุณาตรวจชื่อไฟล์หรือเลือกรุ่นอื่น",
        english=f"There is no {logical} in {key}. Check the name or choose another version.",
    )


def _gone(key: DossierKey, logical: str) -> FixityBroken:
    return FixityBroken(
        f"ไฟล์ {logical} ของแฟ้ม {key} หายไปจากที่จัดเก็บ",
        "กรุณาแจ้งผู้ดูแลระบบให้กู้คืนจากสำเนาสำรอง",
        english=f"The bytes of {logical} of {key} are gone from the store. Restore them from a backup.",
    )
