"""A second copy of a store: one dossier at a time copied into it, both compared as a whole, and damage mended from it.

A copy is a store like any other: what lies there is never overwritten, so a difference is told and not covered up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from docservice.errors import FixityBroken, NotFound
from storage import fixity
from storage.filing import hold
from storage.inventory import DECLARATION, Inventory, InventoryUnreadableError
from storage.keys import DossierKey
from storage.migration import Migrated, Migration
from storage.ocfl import README
from storage.store import Store

MISSING, EXTRA, DIFFERENT = "missing", "extra", "different"


class Copying(Migration):
    """As ``Migration``, but what is written once and is there is believed: ``compare`` and the sweeps read it."""

    def _compare(self, key: str) -> int:
        stat = self.source.stat(key)
        return stat.size if stat else 0


def copy(source: Store, target: Store, key: DossierKey) -> Migrated:
    """Bring the newest version of one dossier into the copy; ``Conflict`` where the copy holds something else."""
    return Copying(source, target, f"{key}/").run(lambda: None)


@dataclass(frozen=True)
class Difference:
    """One place in which two stores differ: a key of ``MISSING`` in the copy, ``EXTRA`` there, or ``DIFFERENT``."""

    what: str
    key: str


def compare(source: Store, target: Store) -> Iterator[Difference]:
    """Walk both stores side by side: every key must be in both, and every dossier's inventory must be the same."""
    for folder, keys in groupby(_merged(source, target), key=lambda pair: _folder(pair[1])):
        inventories = False
        for where, key in keys:
            if where == MISSING or (where == EXTRA and source.stat(key) is None):  # it may have come meanwhile
                yield Difference(where, key)
            inventories = inventories or (not where and key == f"{folder}/{fixity.INVENTORY}")
        if inventories and any(_small(source, name) != _small(target, name) for name in _inventory_files(folder)):
            yield Difference(DIFFERENT, f"{folder}/{fixity.INVENTORY}")


def _inventory_files(folder: str) -> tuple[str, str]:
    return f"{folder}/{fixity.INVENTORY}", f"{folder}/{fixity.SIDECAR}"


def _small(store: Store, key: str) -> bytes | None:
    return fixity.read(store, key)


def _folder(key: str) -> str:
    return "/".join(key.split("/")[:4]) if key.count("/") >= 4 else ""


def _merged(source: Store, target: Store) -> Iterator[tuple[str, str]]:
    """Each key of either store in order, with where it is not: ``""``: it is in both. Own folders are left out."""
    ours, theirs = _own_left_out(source), _own_left_out(target)
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.encode() < other.encode()):
            yield MISSING, str(one)
            one = next(ours, None)
        elif one is None or other.encode() < one.encode():
            yield EXTRA, other
            other = next(theirs, None)
        else:
            yield "", one
            one, other = next(ours, None), next(theirs, None)


def _own_left_out(store: Store) -> Iterator[str]:
    return (key for key in store.list("") if not key.startswith("extensions/") and key != README)


# -------------------------------------------------------------------------------------------------------------- repair
@dataclass(frozen=True)
class Mended:
    """One file that was put right: its path inside the dossier, and where the wrong bytes are kept (``""``: none)."""

    path: str
    aside: str


@dataclass(frozen=True)
class Repair:
    """What a repair came to: files put right, and paths for which the copy has no right bytes either."""

    mended: tuple[Mended, ...]
    incurable: tuple[str, ...]


def repair(broken: Store, copy_: Store, key: DossierKey, version: int, current: Mapping[str, str]) -> Repair:
    """Mend what is missing or wrong in one dossier from the copy, where the copy's bytes are what was filed.

    What was filed is told by an inventory, the dossier's own or the copy's, that its sidecar vouches for, that is no
    older than ``version`` and whose state has the files of ``current`` (logical path → sha512; both from the index);
    ``FixityBroken`` where there is none. Files that do not belong there are left alone. Content first, root last.
    """
    stores = (broken, copy_)
    head = _head(stores, key, max(version, _claimed(broken, key)), current)
    mended, incurable = [], []
    with hold(broken, key):
        for path, sha512 in _wanted(stores, key, head).items():
            name = f"{key}/{path}"
            if _digest(broken, name) == sha512:
                continue
            if _digest(copy_, name) != sha512:  # read to its end before anything is touched
                incurable.append(path)
                continue
            with copy_.open(name) as stream:
                mended.append(Mended(path, broken.mend(name, stream, sha512, replaceable=path in _ROOT)))
    return Repair(tuple(mended), tuple(incurable))


_ROOT = (fixity.INVENTORY, fixity.SIDECAR)
"""What OCFL lets change."""


def _claimed(store: Store, key: DossierKey) -> int:
    """The newest version that was published in the damaged dossier: one whose inventory has its sidecar."""
    ending = f"/{fixity.SIDECAR}"
    names = [name.removeprefix(f"{key}/v") for name in store.list(f"{key}/v") if name.endswith(ending)]
    numbers = [name.removesuffix(ending) for name in names]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _head(stores: tuple[Store, ...], key: DossierKey, version: int, current: Mapping[str, str]) -> Inventory:
    for inventory in _inventories(stores, key, ""):
        if inventory.version >= version and current.items() <= inventory.files().items():
            return inventory
    raise FixityBroken(
        f"ซ่อมแฟ้ม {key} ไม่ได้: ไม่มีบัญชีไฟล์รุ่นที่ {version} ที่เชื่อถือได้ ทั้งในคลังและในสำเนา",
        "กรุณาหาสำเนาอื่น เช่น ชุดส่งออกรายปี",
        english=f"{key} cannot be repaired: neither archive nor copy has a sound inventory of version {version}.",
    )


def _wanted(stores: tuple[Store, ...], key: DossierKey, head: Inventory) -> dict[str, str]:
    """Path → sha512 of every file of a whole dossier, in the order in which it is safe to write them."""
    wanted = {content.path: content.sha512 for content in sorted(head.contents(), key=lambda c: c.path)}
    for number in range(1, head.version):
        for inventory in _inventories(stores, key, f"v{number}/"):
            wanted |= _pair(inventory, f"v{number}/")
            break
    declared = {DECLARATION[0]: hashlib.sha512(DECLARATION[1]).hexdigest()}
    return wanted | _pair(head, f"v{head.version}/") | declared | _pair(head, "")


def _pair(inventory: Inventory, folder: str) -> dict[str, str]:
    data = inventory.dump()
    return {
        folder + fixity.INVENTORY: hashlib.sha512(data).hexdigest(),
        folder + fixity.SIDECAR: hashlib.sha512(fixity.sidecar(data)).hexdigest(),
    }


def _inventories(stores: tuple[Store, ...], key: DossierKey, folder: str) -> Iterator[Inventory]:
    """Those that their own sidecar vouches for and that are this dossier's: the archive's first, then the copy's."""
    for store in stores:
        data = fixity.read(store, f"{key}/{folder}{fixity.INVENTORY}") or b""
        if fixity.read(store, f"{key}/{folder}{fixity.SIDECAR}") != fixity.sidecar(data):
            continue
        with suppress(InventoryUnreadableError):
            inventory = Inventory.parse(data)
            if inventory.identifier == fixity.identifier(key):
                yield inventory


def _digest(store: Store, name: str) -> str | None:
    try:
        with store.open(name) as stream:
            return fixity.sha512_of(stream)
    except (NotFound, OSError):
        return None
