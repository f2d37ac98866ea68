"""Every file of dossiers as it lies in the store, with the digests it must have: what an export carries.

Small files (inventories and their sidecars) are read and judged here, several dossiers beside each other. The bytes of
documents are for the caller to compare with ``sha256`` while it reads them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, NamedTuple

from docservice import archive
from docservice.archive import RECORD
from docservice.errors import NotFound
from docservice.models import Document, Dossier
from storage import fixity
from storage.filing import INTERRUPTED
from storage.fixity import INVENTORY, SIDECAR
from storage.inventory import Inventory, InventoryUnreadableError
from storage.keys import DossierKey
from storage.store import Store, Tally

AT_ONCE = 8
"""Dossiers of a bucket looked at beside each other: it answers each question late. A disk answers at once."""
_CHUNK = 200
_CONTENT = re.compile(r"v[0-9]+/content/")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of an OCFL object: ``path`` inside the object and what its bytes must be."""

    path: str
    size: int
    sha256: str
    sha512: str
    open: Callable[[], BinaryIO]


class _Row(NamedTuple):
    """A document as the index has it."""

    dossier: int
    path: str
    content: str
    size: int
    sha256: str
    sha512: str
    current: bool


def files(dossiers: Iterable[Dossier]) -> Iterator[tuple[Dossier, list[StoredFile]]]:
    """Each dossier with its files.

    ``FixityBroken``, naming the dossier, where the index, the inventories and their sidecars do not agree or a file is
    gone.
    """
    store, waiting = archive.root().store, iter(dossiers)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stored") as threads:
        beside_each_other = map if store.mounted else threads.map
        while some := list(islice(waiting, _CHUNK)):
            rows = _rows(some)
            found = beside_each_other(partial(_files, store), (d.key for d in some), (rows[d.pk] for d in some))
            yield from zip(some, found, strict=True)


def _rows(dossiers: Sequence[Dossier]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    documents = Document.objects.filter(dossier__in=[dossier.pk for dossier in dossiers]).order_by()
    for row in documents.values_list("dossier_id", "path", "content", "size", "sha256", "sha512", "current"):
        found[row[0]].append(_Row(*row))
    return found


def _files(store: Store, name: str, rows: Sequence[_Row]) -> list[StoredFile]:
    key = DossierKey.parse(name)
    paths = [path.removeprefix(f"{key}/") for path in store.list(f"{key}/")]
    small = {path: _read(store, f"{key}/{path}") for path in paths if not _CONTENT.match(path)}
    inventory = _inventory(key, small)
    _compare(key, inventory, rows)
    known = {content.path: content for content in inventory.contents()}
    if gone := sorted(known.keys() - set(paths)):
        raise archive.damaged(f"แฟ้ม {key}: ไฟล์ {gone[0]} หายไป", key)
    sizes = {row.content: row.size for row in rows}
    listed = []
    for path in paths:
        opened, content = partial(store.open, f"{key}/{path}"), known.get(path)
        if content and content.sha256:
            size = sizes[path] if path in sizes else _size(store, f"{key}/{path}")
            listed.append(StoredFile(path, size, content.sha256, content.sha512, opened))
        else:
            tally = Tally.of(small[path]) if path in small else _measured(opened)
            listed.append(StoredFile(path, tally.size, tally.sha256, tally.sha512, opened))
    return listed


def _inventory(key: DossierKey, small: dict[str, bytes]) -> Inventory:
    """The newest inventory; every version's must be what was written."""
    if INVENTORY not in small:
        raise archive.damaged(f"แฟ้ม {key} มีในทะเบียนแต่ไม่มีในที่เก็บ", key)
    try:
        inventory = Inventory.parse(small[INVENTORY])
    except InventoryUnreadableError as error:
        raise fixity.unreadable(key, INVENTORY) from error
    for folder in ("", *(f"v{number}/" for number in range(1, inventory.version + 1))):
        if fixity.sidecar(small.get(folder + INVENTORY, b"")) != small.get(folder + SIDECAR):
            raise archive.damaged(f"บัญชีไฟล์ {key}/{folder}{INVENTORY} เสียหายหรือถูกแก้ไข", key)
    return inventory


def _compare(key: DossierKey, inventory: Inventory, rows: Sequence[_Row]) -> None:
    """The index must tell of the same documents, in every version, with the same digests."""
    stored = {
        path: sha512
        for path, sha512 in inventory.files().items()
        if path != RECORD and not path.startswith(INTERRUPTED)
    }
    current = {row.path: row.sha512 for row in rows if row.current}
    recorded = {content.path: (content.sha256, content.sha512) for content in inventory.contents()}
    wrong = {path for path in stored.keys() | current.keys() if stored.get(path) != current.get(path)}
    wrong |= {row.path for row in rows if recorded.get(row.content) not in ((row.sha256, row.sha512), ("", row.sha512))}
    if wrong:
        raise archive.damaged(f"แฟ้ม {key}: {min(wrong)} ในทะเบียนไม่ตรงกับที่เก็บ", key)


def _read(store: Store, name: str) -> bytes:
    with store.open(name) as stream:
        return stream.read()


def _measured(opened: Callable[[], BinaryIO]) -> Tally:
    with opened() as stream:
        return Tally.of(stream)


def _size(store: Store, name: str) -> int:
    stat = store.stat(name)
    if stat is None:
        raise NotFound(f"ไม่พบ {name} ในที่จัดเก็บ", "สั่งส่งออกใหม่", english=f"{name} is not in the store.")
    return stat.size
