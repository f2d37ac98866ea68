"""Filing, opening and verifying dossiers: bytes into the object store first, then row and event.

A document's identity is the digest of its inputs: filing the same inputs again changes nothing, filing others makes a
new version and keeps the old one. Every commit carries ``record.json``: all that is needed to rebuild the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F

from docservice import audit, index_check, record, retained, stores, tombstone
from docservice.dossier_lease import locked
from docservice.errors import Conflict, FixityBroken, NotFound
from docservice.models import Document, Dossier
from docservice.record import RECORD, Filing
from storage import fixity
from storage.fixity import Fault
from storage.inventory import Inventory
from storage.keys import DossierKey
from storage.ocfl import OcflRoot
from storage.store import Store, Tally

__all__ = ["RECORD", "Filed", "Filing", "StoredFile"]


@dataclass(frozen=True)
class Filed:
    """What became of a filing: the dossier's key and version, and how many documents were new."""

    key: str
    version: int
    new: int


@dataclass(frozen=True)
class StoredFile:
    """One file of an OCFL object: ``path`` inside the object and what its bytes must be."""

    path: str
    size: int
    sha256: str
    sha512: str
    open: Callable[[], BinaryIO]


def _store() -> Store:
    return stores.opened(stores.ARCHIVE)


@cache
def root() -> OcflRoot:
    """The archive's OCFL storage root in the configured store."""
    return OcflRoot(_store())


def prepare() -> None:
    """Make the storage root of an office that has filed nothing yet.

    Where something was filed before, a missing root is a disk that is not mounted: it is never made anew.
    """
    if not Dossier.objects.filter(version__gt=0).exists():
        root().init()


def _nothing() -> None:
    """What is done beside a filing that stands for itself."""


def is_filed(key: str, inputs: Mapping[str, str]) -> bool:
    """Whether every path of ``inputs`` is current in the dossier, made from exactly that input digest."""
    current = Document.objects.filter(dossier__key=key, current=True).values_list("path", "inputs")
    return set(inputs.items()) <= set(current)


def file(
    key: str,
    title: str,
    filings: Sequence[Filing],
    *,
    actor: str,
    about: Mapping[str, object] | None = None,
    also: Callable[[], object] = _nothing,
    made_from: Mapping[str, str] | None = None,
) -> Filed:
    """File ``filings`` into the dossier ``key``; ``about`` describes what the dossier is about (kept in the record).

    ``also`` runs in the transaction that writes the rows, and again, to no effect, where they are there already.
    ``made_from``: what ``filings`` were made of, the SHA-256 of current documents by their path. A store with locks
    locks them for as long as their retention class says. Raises ``Conflict`` when what they were made of is current
    no more or another process files into the same dossier, ``StoreUnavailable`` when the store refuses; in each
    case nothing has changed.
    """
    dossier = _dossier(key, title, about or {})
    if not _fresh(dossier, filings):
        also()
        return Filed(key, dossier.version, 0)
    with locked(dossier):
        catch_up(dossier, actor)
        tombstone.refuse(get(key))
        fresh = _fresh(dossier, filings)  # asked again: another process may have filed them before the lock was ours
        if not fresh:
            also()
            return Filed(key, get(key).version, 0)
        _require_current(dossier, made_from or {})
        now = datetime.now(UTC)
        files: dict[str, bytes | Path] = {f.path: f.data for f in fresh}
        files[RECORD] = record.write(dossier, fresh, actor, now)
        until = retained.locked_until(dossier, fresh)
        commit = root().commit(
            DossierKey.parse(key), files, message=_message(fresh), user=actor, created=now, retain_until=until
        )
        rows = [record.row(dossier, f, commit.version, commit.entries[f.path], actor, now) for f in fresh]
        _index(dossier, rows, commit.version, actor, also)
    return Filed(key, commit.version, len(fresh))


def reindex(*, actor: str) -> tuple[int, int]:
    """Rebuild the index from the store alone: how many dossiers were looked at and documents entered."""
    dossiers = documents = 0
    for key in root().dossiers():
        if told := _told(key):
            dossier = _dossier(str(key), told["title"], told["about"])
            with locked(dossier):
                documents += 0 if _entombed(dossier, told, actor) else catch_up(dossier, actor)
            dossiers += 1
    return dossiers, documents


def _entombed(dossier: Dossier, told: Mapping[str, Any], actor: str) -> bool:
    """Whether the store holds a tombstone that the index did not know of; a destruction may have broken off there."""
    if tombstone.DISPOSED not in told or dossier.disposed:
        return False
    key = DossierKey.parse(dossier.key)
    tombstone.enter(dossier, told, _inventory(key).version, actor, finished=_is_emptied(key))
    return True


def _is_emptied(key: DossierKey) -> bool:
    """Whether nothing is left of the versions before a tombstone."""
    head, store = _inventory(key), _store()
    before = ((f"{key}/v{number}/{fixity.INVENTORY}", number) for number in range(1, head.version))
    whole = all(fixity.read(store, name) == head.emptied(upto=number).dump() for name, number in before)
    return whole and not root().verify(key)


def catch_up(dossier: Dossier, actor: str) -> int:
    """Index the versions that a crash left in the store only; how many documents they brought."""
    key, entered = DossierKey.parse(dossier.key), 0
    indexed = get(dossier.key).version
    if not _store().stat(f"{key}/v{indexed + 1}/{fixity.INVENTORY}"):
        return 0
    root().recover(key, user=actor, created=datetime.now(UTC))
    for version in range(indexed + 1, _inventory(key).version + 1):
        told = _told(key, version)
        if told and tombstone.DISPOSED in told:
            tombstone.enter(dossier, told, version, actor, finished=_is_emptied(key))
        elif told:
            known = dossier.documents.values_list("path", "filed_at")
            rows = record.rows(dossier, told, version, root().entries(key, version), known)
            _index(dossier, rows, version, actor)
            entered += len(rows)
    return entered


def _told(key: DossierKey, version: int | None = None) -> dict[str, Any] | None:
    """A version's record; None where a dead writer's files are all there is."""
    if RECORD not in root().entries(key, version):
        return None
    with root().open(key, RECORD, version) as stream:
        return record.read(str(key), stream.read())


def _fresh(dossier: Dossier, filings: Sequence[Filing]) -> list[Filing]:
    """The filings that are not current in the dossier, made from exactly those inputs."""
    current = dict(dossier.documents.filter(current=True).values_list("path", "inputs"))
    return [f for f in filings if current.get(f.path) != f.inputs]


def _require_current(dossier: Dossier, made_from: Mapping[str, str]) -> None:
    current = dossier.documents.filter(current=True, path__in=made_from).values_list("path", "sha256")
    if dict(current) != dict(made_from):
        raise Conflict(
            f"แฟ้ม {dossier.key} มีรุ่นใหม่กว่าที่ใช้ทำแล้ว",
            "งานของรุ่นใหม่จะทำต่อเอง",
            english=f"Dossier {dossier.key} has a newer version than this was made from.",
        )


def current(key: str, path: str) -> Document | None:
    """The current document at ``path`` of the dossier, if there is one."""
    return Document.objects.select_related("dossier").filter(dossier__key=key, path=path, current=True).first()


def get(key: str) -> Dossier:
    """The dossier of that key, or ``NotFound``."""
    dossier = Dossier.objects.filter(key=key).first()
    if dossier is None:
        raise NotFound(
            f"ไม่พบแฟ้ม {key} ในคลัง",
            "ดูรายชื่อแฟ้มด้วย docservice archive ls",
            english=f"No dossier {key}. List them with: docservice archive ls",
        )
    return dossier


def open_document(document: Document) -> BinaryIO:
    """The bytes of one version of one document."""
    return root().open(DossierKey.parse(document.dossier.key), document.path, document.version)


def read_document(document: Document) -> bytes:
    """All bytes of one version of one document, checked against the index; ``FixityBroken`` when they differ."""
    with open_document(document) as stream:
        data = stream.read()
    require_same(document, Tally.of(data))
    return data


def require_same(document: Document, tally: Tally) -> None:
    """``FixityBroken``, naming the file, unless ``tally`` counted the bytes that were filed."""
    if tally.sha512 != document.sha512:
        key = DossierKey.parse(document.dossier.key)
        raise _damaged(f"แฟ้ม {key}: ไฟล์ {document.path} รุ่นที่ {document.version} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ", key)


def stored_files(dossier: Dossier) -> Iterator[StoredFile]:
    """Every file of the dossier's OCFL object as it lies in the store, with the digests it must have.

    ``FixityBroken`` when the index, the inventories and their sidecars do not agree or a file is gone; the bytes of the
    documents are for the caller to compare while it reads them.
    """
    key, store = DossierKey.parse(dossier.key), _store()
    for fault in _index_faults(dossier.key) + _inventory_faults(key, store):
        raise _damaged(fault, key)
    known = {content.path: content for content in _inventory(key).contents()}
    for name in store.list(f"{key}/"):
        path = name.removeprefix(f"{key}/")
        opened, content = partial(store.open, name), known.pop(path, None)
        if content and content.sha256 and (stat := store.stat(name)):
            yield StoredFile(path, stat.size, content.sha256, content.sha512, opened)
            continue
        with opened() as stream:
            tally = Tally.of(stream)
        yield StoredFile(path, tally.size, tally.sha256, tally.sha512, opened)
    for path in known:
        raise _damaged(f"แฟ้ม {key}: ไฟล์ {path} หายไป", key)


def _damaged(fault: str, key: DossierKey) -> FixityBroken:
    english = f"{key} is damaged in the store. Restore it from a backup."
    return FixityBroken(fault, "แจ้งผู้ดูแลระบบให้กู้จากสำเนาสำรอง", english=english)


def _inventory_faults(key: DossierKey, store: Store) -> list[str]:
    """Inventories that are not what was written (their documents' bytes are not read)."""
    folders = [f"{key}/v{number}/" for number in range(1, _inventory(key).version + 1)]
    return [
        f"บัญชีไฟล์ {folder}{fixity.INVENTORY} เสียหายหรือถูกแก้ไข"
        for folder in (f"{key}/", *folders)
        if fixity.sidecar(fixity.read(store, folder + fixity.INVENTORY) or b"")
        != fixity.read(store, folder + fixity.SIDECAR)
    ]


def _inventory(key: DossierKey) -> Inventory:
    return root().head(key) or Inventory.empty(str(key))


def verify(key: str) -> list[Fault]:
    """Every fault of one dossier in the store, empty when all digests match."""
    return root().verify(DossierKey.parse(key)) or _index_faults(key, told=True)


def _index_faults(key: str, *, told: bool = False) -> list[Fault]:
    """Where the index and the store disagree; ``told``: about what the record says of the documents too."""
    inventory = root().head(DossierKey.parse(key))
    if inventory is None:
        return [index_check.absent(key)]
    dossier, said = get(key), None
    if told and RECORD in inventory.files():
        with root().open(DossierKey.parse(key), RECORD) as stream:
            said = record.read(key, stream.read())
    current = dossier.documents.filter(current=True)
    return index_check.faults(dossier, current, inventory.version, inventory.files(), said)


def reserve(key: str, title: str, about: Mapping[str, object]) -> bool:
    """Whether the dossier of that key is new, and so the caller's to begin; nothing is filed yet."""
    return _begun(key, title, about)[1]


def _dossier(key: str, title: str, about: Mapping[str, object]) -> Dossier:
    return _begun(key, title, about)[0]


def _begun(key: str, title: str, about: Mapping[str, object]) -> tuple[Dossier, bool]:
    parsed = DossierKey.parse(key)
    return Dossier.objects.get_or_create(
        key=key,
        defaults={
            "year_be": int(parsed.year_be),
            "province": parsed.province,
            "district": parsed.district,
            "title": title,
            "about": dict(about),
        },
    )


def _message(fresh: Sequence[Filing]) -> str:
    return ", ".join(sorted({f.kind for f in fresh}))


def _index(
    dossier: Dossier, rows: Sequence[Document], version: int, actor: str, also: Callable[[], object] = _nothing
) -> None:
    """Enter a version's documents, and the event that tells of it."""
    paths = [row.path for row in rows]
    with transaction.atomic():
        also()
        dossier.documents.filter(path__in=paths).update(current=False)
        Document.objects.bulk_create(rows)
        Dossier.objects.filter(pk=dossier.pk).update(
            version=version, files=F("files") + len(rows), size=F("size") + sum(row.size for row in rows)
        )
        audit.record(actor, "document.filed", dossier.key, {"version": version, "paths": paths})
