"""Copying a whole store into another one, verified by digest; begun again, it goes on where it stopped.

What is written once goes first, the inventories that OCFL replaces go last: a target that got only half of it shows no
dossier whose files are not there yet. The source may be written to meanwhile: of each dossier the newest version that
was complete at the start is copied, and what came later follows the next time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from docservice.errors import Conflict, FixityBroken
from storage import fixity
from storage.inventory import DECLARATION
from storage.ocfl import README
from storage.store import Blob, Store, Tally


@dataclass
class Migrated:
    """How many files were ``copied`` now, how many were there ``already``; ``size`` in bytes of all of them."""

    copied: int = 0
    already: int = 0
    size: int = 0


class Migration:
    """The files of ``source`` on their way into ``target``: ``keys``, in the order in which they go.

    ``prefix``: only what lies below it.
    """

    def __init__(self, source: Store, target: Store, prefix: str = "") -> None:
        self.source, self.target = source, target
        self._heads = _heads(source, prefix)
        # Listed after that: of every head, all files are seen.
        once = [key for key in source.list(prefix) if not self._is_of_a_later_version(key)]
        self.keys = once + [f"{folder}/{name}" for folder in self._heads for name in _INVENTORY]

    def run(self, progress: Callable[[], None]) -> Migrated:
        """Copy what is missing and compare every file's digest in both stores; ``progress`` is called after each.

        Errors: ``Conflict`` where the target holds other bytes or a version that the source does not know,
        ``FixityBroken`` where what was written reads otherwise, ``StoreUnavailable``. What was copied before stays.
        """
        done = Migrated()
        for key in self.keys:
            present = self.target.stat(key)
            if _is_root(key):
                done.size += self._replace(key)
            elif present is None:
                done.size += self._copy(key)
            else:
                done.size += self._compare(key)
            done.copied += present is None
            done.already += present is not None
            progress()
        return done

    def _copy(self, key: str) -> int:
        with self.source.open(key) as stream:
            blob = self.target.put(key, stream)
        if _measured(self.target, key) != blob:
            raise _damaged(key)
        return blob.size

    def _compare(self, key: str) -> int:
        blob = _measured(self.source, key)
        if key != README and _measured(self.target, key) != blob:
            raise _other(key)
        return blob.size

    def _replace(self, key: str) -> int:
        """A dossier's root inventory or sidecar becomes that of its head."""
        folder, _, name = key.rpartition("/")
        data, present = (
            fixity.read(self.source, f"{folder}/v{self._heads[folder]}/{name}"),
            fixity.read(self.target, key),
        )
        if data is None:
            raise _damaged(key)
        if present != data:
            if present is not None and not self._knows(folder, name, present):
                raise _other(key)
            self.target.replace(key, data, expected=hashlib.sha256(present).hexdigest() if present else None)
        if fixity.read(self.target, key) != data:
            raise _damaged(key)
        return len(data)

    def _knows(self, folder: str, name: str, present: bytes) -> bool:
        """Whether ``present`` is what an earlier version of the source's dossier had there."""
        versions = range(1, self._heads[folder])
        return any(fixity.read(self.source, f"{folder}/v{number}/{name}") == present for number in versions)

    def _is_of_a_later_version(self, key: str) -> bool:
        """Whether it claims a version after the head, or is what is put there at the end."""
        found = _VERSION.fullmatch(key)
        return _is_root(key) or (found is not None and int(found[2]) > self._heads.get(found[1], 0))


_INVENTORY = (fixity.INVENTORY, fixity.SIDECAR)
_VERSION = re.compile(rf"((?:[^/]+/){{3}}[^/]+)/v([0-9]+)/{re.escape(fixity.INVENTORY)}(\.sha512)?")


def _is_root(key: str) -> bool:
    """Whether it is a dossier's root inventory or its sidecar: what OCFL lets change."""
    return key.count("/") == 4 and key.endswith(tuple(f"/{name}" for name in _INVENTORY))


def _heads(store: Store, prefix: str) -> dict[str, int]:
    """Each dossier's newest version that is wholly written, claimed and declared."""
    heads: dict[str, int] = {}
    declared = set()
    for key in store.list(prefix):
        if (found := _VERSION.fullmatch(key)) and found[3]:
            heads[found[1]] = max(heads.get(found[1], 0), int(found[2]))
        elif key.endswith(f"/{DECLARATION[0]}"):
            declared.add(key.rpartition("/")[0])
    return {folder: number for folder, number in heads.items() if folder in declared}


def _measured(store: Store, key: str) -> Blob:
    with store.open(key) as stream:
        return Tally.of(stream).blob(key)


def _other(key: str) -> Conflict:
    return Conflict(
        f"ปลายทางมี {key} ที่ไม่เหมือนต้นทางอยู่แล้ว จึงไม่เขียนทับ",
        "กรุณาตรวจว่าเลือกปลายทางถูก หรือใช้ปลายทางที่ว่าง",
        english=f"The target holds another {key}; it was not overwritten. Check the target, or use an empty one.",
    )


def _damaged(key: str) -> FixityBroken:
    return FixityBroken(
        f"{key} อ่านกลับมาไม่ตรงกับที่คัดลอก",
        "กรุณาตรวจดิสก์ของทั้งสองฝั่ง อย่าลบต้นทาง แล้วสั่งใหม่",
        english=f"{key} does not read as it was copied. Check both disks, keep the source, and run it again.",
    )
