"""The steps of a filing into dossiers that are held: what is new, its bytes into the store, then rows and event.

Whoever holds dossiers (``archive`` one, ``lot`` many) takes them through ``planned``, ``committed`` and ``enter``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Case, F, When

from docservice import audit, record, retained, stores, tombstone
from docservice.errors import Conflict
from docservice.models import Document, Dossier, Event
from docservice.record import RECORD, Filing, Wish
from storage.address import Bucket
from storage.keys import DossierKey
from storage.ocfl import Commit, OcflRoot
from storage.store import Store


def _store() -> Store:
    return stores.opened(stores.ARCHIVE)


@cache
def root() -> OcflRoot:
    """The archive's OCFL storage root in the configured store."""
    return OcflRoot(_store())


@dataclass(frozen=True)
class Filed:
    """What became of a filing: the dossier's key and version, and how many documents were new."""

    key: str
    version: int
    new: int


@dataclass(frozen=True)
class Plan:
    """A filing on its way: what is ``new`` in a dossier that is held, as files; once ``committed`` their version.

    ``until``: how long the store is asked to lock them, where it can.
    """

    wish: Wish
    dossier: Dossier
    new: Sequence[Filing]
    files: Mapping[str, bytes | Path]
    actor: str
    at: datetime
    until: datetime | None = None
    commit: Commit | None = None


def planned(dossier: Dossier, wish: Wish, actor: str, events: Sequence[str] | None = None) -> Plan:
    """What filing into ``dossier`` stores; ``events``: the digests of its events, where the caller has them.

    ``Conflict`` when what the filings were made from is current no more, or the dossier was destroyed.
    """
    tombstone.refuse(dossier)
    now, new = datetime.now(UTC), fresh(dossier, wish.filings)
    if not new:
        return Plan(wish, dossier, new, {}, actor, now)
    _require_current(dossier, wish.made_from)
    files: dict[str, bytes | Path] = {f.path: f.data for f in new}
    files[RECORD] = record.write(dossier, new, actor, now, events)
    return Plan(wish, dossier, new, files, actor, now, _until(dossier, new))


def _until(dossier: Dossier, new: Sequence[Filing]) -> datetime | None:
    place = stores.place(stores.ARCHIVE)
    return retained.locked_until(dossier, new) if isinstance(place, Bucket) and place.retention else None


def committed(plan: Plan) -> Plan:
    """The plan's files are in the store. Asks the database nothing: many may run beside each other."""
    if not plan.new:
        return plan
    message = ", ".join(sorted({f.kind for f in plan.new}))
    key = DossierKey.parse(plan.dossier.key)
    commit = root().commit(key, plan.files, message=message, user=plan.actor, created=plan.at, retain_until=plan.until)
    return replace(plan, commit=commit)


def enter(plans: Sequence[Plan]) -> list[Filed]:
    """Enter what was committed: rows, events and what is to be done beside, in one transaction.

    It gives the dossiers free.
    """
    told, rows, changed = [], [], []
    with transaction.atomic():
        for plan in plans:
            plan.wish.also()
            if plan.commit is not None:
                mine = _rows(plan, plan.commit)
                paths = [row.path for row in mine]
                if plan.commit.version > 1:
                    plan.dossier.documents.filter(path__in=paths).update(current=False)
                _count(plan.dossier, plan.commit.version, mine)
                changed.append(plan.dossier)
                rows += mine
                said = {"version": plan.commit.version, "paths": paths}
                told.append(audit.Telling(plan.actor, "document.filed", plan.dossier.key, said))
        Document.objects.bulk_create(rows)
        _save(changed)
        audit.record_all(told)
    return [Filed(plan.wish.key, plan.dossier.version, len(plan.new)) for plan in plans]


def _rows(plan: Plan, commit: Commit) -> list[Document]:
    entries = commit.entries
    return [record.row(plan.dossier, f, commit.version, entries[f.path], plan.actor, plan.at) for f in plan.new]


def _count(dossier: Dossier, version: int, rows: Sequence[Document]) -> None:
    """Free it as well, if it is still ours; the counts are added to what the row has by then."""
    mine, dossier.version = dossier.locked_until, version
    freed: Any = Case(When(locked_until=mine, then=None), default=F("locked_until"))
    size: Any = F("size") + sum(row.size for row in rows)
    files: Any = F("files") + len(rows)
    dossier.locked_until, dossier.size, dossier.files = freed, size, files


def _save(dossiers: Sequence[Dossier]) -> None:
    names = ("version", "locked_until", "files", "size")
    if len(dossiers) == 1:
        dossiers[0].save(update_fields=names)
    elif dossiers:
        Dossier.objects.bulk_update(dossiers, names)
    for dossier in dossiers:
        dossier.locked_until = None


def enter_version(dossier: Dossier, rows: Sequence[Document], version: int, actor: str) -> None:
    """Enter the documents of a version that was found in the store, and the event that tells of it."""
    paths = [row.path for row in rows]
    with transaction.atomic():
        dossier.documents.filter(path__in=paths).update(current=False)
        Document.objects.bulk_create(rows)
        changed = {"files": F("files") + len(rows), "size": F("size") + sum(row.size for row in rows)}
        Dossier.objects.filter(pk=dossier.pk).update(version=version, **changed)
        told = Event.objects.filter(subject=dossier.key, verb="document.filed", details__version=version)
        if not told.exists():  # the log may have come back before the index
            audit.record(actor, "document.filed", dossier.key, {"version": version, "paths": paths})
    dossier.refresh_from_db()


def fresh(dossier: Dossier, filings: Sequence[Filing]) -> list[Filing]:
    """The filings that are not current in the dossier, made from exactly those inputs."""
    if not dossier.version:
        return list(filings)
    current = dict(dossier.documents.filter(current=True).values_list("path", "inputs"))
    return [f for f in filings if current.get(f.path) != f.inputs]


def _require_current(dossier: Dossier, made_from: Mapping[str, str]) -> None:
    if not made_from:
        return
    current = dossier.documents.filter(current=True, path__in=made_from).values_list("path", "sha256")
    if dict(current) != dict(made_from):
        raise Conflict(
            f"แฟ้ม {dossier.key} มีรุ่นใหม่กว่าที่ใช้ทำแล้ว",
            "งานของรุ่นใหม่จะทำต่อเอง",
            english=f"Dossier {dossier.key} has a newer version than this was made from.",
        )
