"""Filing, opening and verifying dossiers: bytes into the object store first, then row and event.

A document's identity is the digest of its inputs: filing the same inputs again changes nothing, filing others makes a
new version and keeps the old one. Every commit carries ``record.json``: all that is needed to rebuild the index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.db import connection

from docservice import filing, index_check, record, tombstone
from docservice.database import unhurried
from docservice.dossier_lease import LEASE, locked
from docservice.errors import FixityBroken, NotFound
from docservice.filing import Filed, root
from docservice.insertion import insert_new, is_there
from docservice.models import Document, Dossier
from docservice.record import RECORD, Filing, Wish, nothing
from storage import fixity
from storage.fixity import Fault
from storage.inventory import Inventory
from storage.keys import DossierKey
from storage.ocfl import BegunError
from storage.store import Tally

__all__ = ["RECORD", "Filed", "Filing", "Wish", "root"]


def prepare() -> None:
    """Make the storage root of an office that has filed nothing yet.

    Where something was filed before, a missing root is a disk that is not mounted: it is never made anew.
    """
    if not Dossier.objects.filter(version__gt=0).exists():
        root().init()


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
    also: Callable[[], object] = nothing,
    made_from: Mapping[str, str] | None = None,
) -> Filed:
    """File ``filings`` into the dossier ``key``; ``about`` describes what the dossier is about (kept in the record).

    ``also`` runs in the transaction that writes the rows, and again, to no effect, where they are there already.
    ``made_from``: what ``filings`` were made of, the SHA-256 of current documents by their path. A store with locks
    locks them for as long as their retention class says. Raises ``Conflict`` when what they were made of is current no
    more, another process files into the same dossier or it was destroyed, ``StoreUnavailable`` when the store refuses;
    in each case nothing has changed.
    """
    return file_wish(Wish(key, title, filings, about or {}, also, made_from or {}), actor=actor)


def file_wish(wish: Wish, *, actor: str) -> Filed:
    """As ``file``."""
    dossier, made = _found_or_made(wish)
    if not made and not filing.fresh(dossier, wish.filings):
        wish.also()
        return Filed(wish.key, dossier.version, 0)
    with locked(dossier, made=made):
        if dossier.version:
            catch_up(dossier, actor)
        try:
            # a row made now has no events yet; one whose log came back before it is caught up with below
            plan = filing.committed(filing.planned(dossier, wish, actor, () if made else None))
        except BegunError:  # the index was lost, or a crash left the first version in the store only
            catch_up(dossier, actor)
            plan = filing.committed(filing.planned(dossier, wish, actor), sure=True)
        return filing.enter([plan])[0]


def reindex(*, actor: str) -> tuple[int, int]:
    """Rebuild the index from the store alone: how many dossiers were looked at and documents entered."""
    dossiers = documents = 0
    for key in root().dossiers():
        if _told(key):
            documents += index(str(key), actor=actor)
            dossiers += 1
    return dossiers, documents


def index(key: str, *, actor: str) -> int:
    """Enter what the store has of a dossier and the index has not; how many documents."""
    told = _told(DossierKey.parse(key))
    if told is None:
        return 0
    dossier, made = _found_or_made(Wish(key, told["title"], [], told["about"]))
    with locked(dossier, made=made):
        return 0 if _entombed(dossier, told, actor) else catch_up(dossier, actor)


def _entombed(dossier: Dossier, told: Mapping[str, Any], actor: str) -> bool:
    """Whether the store holds a tombstone that the index did not know of; a destruction may have broken off there."""
    if tombstone.DISPOSED not in told or dossier.disposed:
        return False
    key = DossierKey.parse(dossier.key)
    tombstone.enter(dossier, told, _inventory(key).version, actor, finished=_is_emptied(key))
    return True


def _is_emptied(key: DossierKey) -> bool:
    """Whether nothing is left of the versions before a tombstone."""
    head, store = _inventory(key), root().store
    before = ((f"{key}/v{number}/{fixity.INVENTORY}", number) for number in range(1, head.version))
    whole = all(fixity.read(store, name) == head.emptied(upto=number).dump() for name, number in before)
    return whole and not root().verify(key)


def catch_up(dossier: Dossier, actor: str) -> int:
    """Index the versions that a crash left in the store only; how many documents they brought."""
    if not is_behind(dossier):
        return 0
    key, entered = DossierKey.parse(dossier.key), 0
    root().recover(key, user=actor, created=datetime.now(UTC))
    for version in range(dossier.version + 1, _inventory(key).version + 1):
        told = _told(key, version)
        if told and tombstone.DISPOSED in told:
            tombstone.enter(dossier, told, version, actor, finished=_is_emptied(key))
        elif told:
            known = dossier.documents.values_list("path", "filed_at")
            rows = record.rows(dossier, told, version, root().entries(key, version), known)
            filing.enter_version(dossier, rows, version, actor)
            entered += len(rows)
    return entered


def is_behind(dossier: Dossier) -> bool:
    """Whether the store has a version that the row, read since the dossier is held, does not know of."""
    return root().store.stat(f"{dossier.key}/v{dossier.version + 1}/{fixity.INVENTORY}") is not None


def _told(key: DossierKey, version: int | None = None) -> dict[str, Any] | None:
    """A version's record; None where a dead writer's files are all there is."""
    if RECORD not in root().entries(key, version):
        return None
    with root().open(key, RECORD, version) as stream:
        return record.read(str(key), stream.read())


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
        raise damaged(f"แฟ้ม {key}: ไฟล์ {document.path} รุ่นที่ {document.version} ไม่ตรงกับค่าที่บันทึกไว้เมื่อจัดเก็บ", key)


def damaged(fault: str, key: DossierKey) -> FixityBroken:
    """The error of a dossier that is not as it was filed."""
    english = f"{key} is damaged in the store. Restore it from a backup."
    return FixityBroken(fault, "แจ้งผู้ดูแลระบบให้กู้จากสำเนาสำรอง", english=english)


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
    return insert_new(Dossier, dossier_row(key, title, about))


def _found_or_made(wish: Wish) -> tuple[Dossier, bool]:
    """The dossier of a wish, and whether it was made now, and is held."""
    if connection.vendor == "sqlite" and is_there(Dossier, "key", wish.key):  # asking needs no turn to write there
        return get(wish.key), False
    made = dossier_row(wish.key, wish.title, wish.about, held=datetime.now(UTC) + LEASE)
    with unhurried():
        new = insert_new(Dossier, made)
    return (made, True) if new else (get(wish.key), False)  # another process was quicker


def dossier_row(key: str, title: str, about: Mapping[str, object], held: datetime | None = None) -> Dossier:
    """The row of a dossier that is not there yet, not saved; ``held``: until when."""
    parsed = DossierKey.parse(key)
    place = {"year_be": int(parsed.year_be), "province": parsed.province, "district": parsed.district}
    return Dossier(key=key, title=title, about=dict(about), locked_until=held, **place)
