"""Destroying one dossier by an approved list: the only place from which bytes of the archive are removed.

Under the dossier's lease: what the order rests on is asked again (version, time, holds, locks), an event tells what is
about to go, then the store buries it (``storage.destruction``), the index follows with an event of its own, and the
traces elsewhere go. A process that dies on the way leaves a dossier for which ``destroy`` does the rest when it is
called again with the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from docservice import archive, audit, record, retained, stores, tombstone, traces
from docservice.dossier_lease import locked
from docservice.errors import Conflict, Outdated
from docservice.models import Dossier
from docservice.record import RECORD
from docservice.thai import date_letter
from storage import destruction
from storage.keys import DossierKey

BEGUN = "dossier.destruction-begun"


@dataclass(frozen=True)
class Order:
    """One line of an approved list: which dossier in which version, what it is called afterwards, on whose order."""

    dossier: str
    version: int
    title: str
    list: str
    line: int
    proposed_by: str
    decided_by: str
    approved_by: str
    order: str
    archives: str
    retention: str
    until: str

    def told(self, actor: str, now: datetime) -> dict[str, object]:
        """What the tombstone says of it."""
        given = {name: value for name, value in vars(self).items() if name not in ("dossier", "title")}
        return {**given, "decision": "destroy", "at": now.isoformat(), "by": actor}


@dataclass(frozen=True)
class Destroyed:
    """What became of it: the tombstone's version, how many files went now, and how many had been handed in."""

    key: str
    version: int
    files: int
    handed_in: int


def _no_step(_name: str) -> None:
    return


def destroy(order: Order, *, actor: str, today: date, steps: Callable[[str], None] = _no_step) -> Destroyed:
    """Destroy the dossier of the order, or finish that.

    Refused, with nothing changed: ``Outdated`` when it is not as it was listed, ``Conflict`` when it is held, its time
    is not over, the store still locks it or another list had it destroyed; ``StoreUnavailable`` when the store does.
    """
    with locked(archive.get(order.dossier)):
        dossier = archive.get(order.dossier)
        archive.catch_up(dossier, actor)
        dossier.refresh_from_db()
        if dossier.disposed:
            _require_own(dossier, order)
        else:
            _require_as_listed(dossier, order, today)
        store, key = archive.root().store, DossierKey.parse(dossier.key)
        if not dossier.disposed:
            destruction.require_right(store)
        destruction.require_unlocked(store, key)
        if (copy := stores.replica(stores.ARCHIVE)) is not None:
            destruction.require_second_unlocked(store, copy, key)
        traces.require_unlocked(dossier)
        return _buried(dossier, order, actor, steps)


def _buried(dossier: Dossier, order: Order, actor: str, steps: Callable[[str], None]) -> Destroyed:
    store, key, now = archive.root().store, DossierKey.parse(dossier.key), datetime.now(UTC)
    gone = [] if dossier.disposed else _gone(dossier)
    if not dossier.disposed:
        audit.record(actor, BEGUN, dossier.key, {"list": order.list, "line": order.line, "files": len(gone)})
    stone = tombstone.write(dossier, order.title, order.told(actor, now), gone)
    steps("bury")
    buried = destruction.bury(store, key, RECORD, stone, message="disposal", user=actor, created=now, steps=steps)
    with archive.root().open(key, RECORD, buried.version) as stream:
        told = record.read(dossier.key, stream.read())
    digests = [str(each["sha256"]) for each in told[tombstone.DISPOSED]["destroyed"] if each.get("sha256")]
    if (copy := stores.replica(stores.ARCHIVE)) is not None:
        destruction.bury_second(store, copy, key, steps)
    steps("traces")
    handed_in = traces.remove(dossier, digests)
    steps("index")
    if not dossier.disposed or tombstone.UNFINISHED in dossier.disposed:
        tombstone.enter(dossier, told, buried.version, actor)
    return Destroyed(dossier.key, buried.version, buried.removed, handed_in)


def _gone(dossier: Dossier) -> list[dict[str, object]]:
    """Every file of every version by its digests: of documents with their kind, of records without."""
    documents = dossier.documents.order_by("version", "path")
    known = {row.content: {"kind": row.kind, "size": row.size, "version": row.version} for row in documents}
    head = archive.root().head(DossierKey.parse(dossier.key))
    contents = head.contents() if head else ()
    return [{**known.get(c.path, {"kind": "record"}), "sha256": c.sha256, "sha512": c.sha512} for c in contents]


def _require_own(dossier: Dossier, order: Order) -> None:
    disposed = dossier.disposed or {}
    if (disposed.get("list"), disposed.get("line")) != (order.list, order.line):
        tombstone.refuse(dossier)


def _require_as_listed(dossier: Dossier, order: Order, today: date) -> None:
    """What was true when the list was made is asked again: between the list and its carrying out lie months."""
    kept = retained.of(dossier)
    if kept.hold:
        raise held(dossier, kept)
    if dossier.version != order.version:
        raise Outdated(
            f"แฟ้ม {dossier.key} เปลี่ยนไปหลังทำบัญชี (รุ่นที่ {order.version} ในบัญชี ปัจจุบันรุ่นที่ {dossier.version})",
            "เสนอแฟ้มนี้ในบัญชีครั้งถัดไป",
            english=f"{dossier.key} has changed since it was listed. Propose it in the next list.",
        )
    if not kept.is_over(today):
        until = f"ถึง {date_letter(kept.until)}" if kept.until else "ตลอดไป"
        raise Conflict(
            f"แฟ้ม {dossier.key} ยังต้องเก็บไว้{until}",
            "รอให้พ้นอายุการเก็บ แล้วเสนอใหม่",
            english=f"{dossier.key} must be kept until {kept.until or 'for ever'}.",
        )


def held(dossier: Dossier, kept: retained.Keeping) -> Conflict:
    """The refusal for a dossier that is held back."""
    hold = kept.hold
    day = date_letter(datetime.fromisoformat(hold["at"]).date())
    return Conflict(
        f"แฟ้ม {dossier.key} ถูกระงับการทำลายโดย {hold['by']} ตั้งแต่ {day}: {hold['reason']}",
        "ยกเลิกการระงับก่อน แล้วเสนอใหม่",
        english=f"{dossier.key} is on hold by {hold['by']} since {hold['at'][:10]}. Lift the hold first.",
    )
