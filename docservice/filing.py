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

from django.db import connection, transaction
from django.db.models import F

from docservice import audit, record, retained, store_hold, stores, tombstone
from docservice.errors import Conflict
from docservice.insertion import insert
from docservice.models import Document, Dossier, Event
from docservice.record import RECORD, Filing, Wish
from storage.address import Bucket
from storage.keys import DossierKey
from storage.ocfl import Commit, Deposit, OcflRoot
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

    ``until``: how long the store is asked to lock them, where it can. ``rows``: what of the index is to tell of them.
    """

    wish: Wish
    dossier: Dossier
    new: Sequence[Filing]
    files: Mapping[str, bytes | Path]
    actor: str
    at: datetime
    until: datetime | None = None
    commit: Commit | None = None
    rows: Sequence[Document] = ()


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


def committed(plan: Plan, *, sure: bool = False) -> Plan:
    """The plan's files are in the store. Asks the database nothing: many may run beside each other.

    ``BegunError`` when the store has versions of a dossier whose row knows of none, unless ``sure``.
    """
    if not plan.new:
        return plan
    due = _deposit(plan)
    commit = root().commit(
        due.key,
        due.files,
        message=due.message,
        user=due.user,
        created=due.created,
        retain_until=due.retain_until,
        begins=not sure and not plan.dossier.version,
    )
    return _with(plan, commit)


def _with(plan: Plan, commit: Commit) -> Plan:
    return replace(plan, commit=commit, rows=_rows(plan, commit))


def begun(plans: Sequence[Plan]) -> list[Plan]:
    """The plans of dossiers that begin with them, committed together; the others are for ``committed``."""
    due = {plan.dossier.key: plan for plan in plans if plan.new and not plan.dossier.version}
    commits = root().begin([_deposit(plan) for plan in due.values()])
    return [_with(due[key], commit) for key, commit in commits.items()]


def _deposit(plan: Plan) -> Deposit:
    message = ", ".join(sorted({f.kind for f in plan.new}))
    return Deposit(DossierKey.parse(plan.dossier.key), plan.files, message, plan.actor, plan.at, plan.until)


def enter(plans: Sequence[Plan]) -> list[Filed]:
    """Enter what was committed: rows, events and what is to be done beside, in one transaction.

    It gives the dossiers free.
    """
    told, changed = _held(plans), []
    rows: list[Document] = []
    with transaction.atomic():
        for plan in plans:
            plan.wish.also()
            if plan.commit is not None:
                paths = [row.path for row in plan.rows]
                if plan.commit.version > 1:
                    plan.dossier.documents.filter(path__in=paths).update(current=False)
                changed.append(_counted(plan.dossier, plan.commit.version, plan.rows))
                rows += plan.rows
                said = {"version": plan.commit.version, "paths": paths}
                told.append(audit.Telling(plan.actor, "document.filed", plan.dossier.key, said))
        insert(Document, rows)
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT, changed)
        audit.record_all(told)
    for plan in plans:  # not before: rows that are taken back leave the dossier held, and its holder has to free it
        if plan.commit is not None:
            plan.dossier.version, plan.dossier.locked_until = plan.commit.version, None
    return [Filed(plan.wish.key, plan.dossier.version, len(plan.new)) for plan in plans]


def _held(plans: Sequence[Plan]) -> list[audit.Telling]:
    """The files of held dossiers are held in the store too, while the dossiers are still ours; what is to be told."""
    new = {p.dossier.key: (p.dossier.version + 1, p.commit.version) for p in plans if p.commit is not None}
    return store_hold.keep(new, plans[0].actor) if new else []


def _rows(plan: Plan, commit: Commit) -> list[Document]:
    entries = commit.entries
    return [record.row(plan.dossier, f, commit.version, entries[f.path], plan.actor, plan.at) for f in plan.new]


def _counted(dossier: Dossier, version: int, rows: Sequence[Document]) -> tuple[Any, ...]:
    """What ``_COUNT`` is asked with. Free it as well, if it is still ours."""
    mine = dossier.locked_until
    held = connection.ops.adapt_datetimefield_value(mine) if mine else None
    return version, len(rows), sum(row.size for row in rows), held, dossier.pk


# The counts are added to what the row has by then. One statement, prepared once for a lot: Django's bulk_update writes
# a CASE with a branch for each row and column, which took half of a lot's processor time.
_COUNT = """
UPDATE docservice_dossier SET version = %s, files = files + %s, size = size + %s,
locked_until = CASE WHEN locked_until = %s THEN NULL ELSE locked_until END WHERE id = %s
"""


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
