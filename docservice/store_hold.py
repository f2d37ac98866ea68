"""A hold on a dossier as the stores themselves keep it: the object lock's legal hold on every version of every file.

What is meant is always asked anew (``retained.held``), so whoever comes late sets nothing that no longer stands. What
was seen in a store is an event of the dossier, with the place: nothing is told of a place that was not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from docservice import audit, retained, stores
from docservice.config import config
from docservice.dossier_lease import locked
from docservice.errors import StoreUnavailable
from docservice.models import Dossier, Event
from storage import address
from storage.address import Bucket
from storage.fixity import INVENTORY
from storage.proof import Held
from storage.store import Store

LOCKED, ADDED, FREED = "hold.locked", "hold.added", "hold.freed"
NO_LOCK, FAILED = "hold.no-lock", "hold.failed"
SEEN = (LOCKED, ADDED, FREED, NO_LOCK, FAILED)
"""What a store was seen to do: all of a dossier held, newly filed files too, none held; it cannot; it did not."""
ACTS = ("hold.placed", "hold.lifted")
STORE, COPY = "store", "copy"


@dataclass(frozen=True)
class Settled:
    """What became of a dossier's lock: whether it is to be held, what the store and the second copy then had."""

    on: bool
    store: Held
    copy: Held | None = None

    @property
    def changed(self) -> int:
        """Versions that were not as they should be, in either place."""
        return self.store.changed + (self.copy.changed if self.copy else 0)


def asked() -> bool:
    """Whether any of this office's places may have locks: a folder has none, and is not asked."""
    return is_bucket() or _copy() is not None


def settle(dossier: Dossier, actor: str, *, alone: bool = True) -> Settled:
    """Set or lift the store's lock of the dossier as its holds, and its year's, stand now; every file asked again.

    Waits for whoever files into it. Again: only what is not as it should be. ``StoreUnavailable`` when a store does
    not answer or refuses: what is done stays done; that is an event of the dossier, unless it is one of many
    (not ``alone``).
    """
    with locked(dossier):
        key, on, copy = dossier.key, dossier.key in retained.held([dossier.key]), _copy()
        held = _settled(key, stores.opened(stores.ARCHIVE), STORE, on, actor, alone)
        return Settled(on, held, _settled(key, copy, COPY, on, actor, alone) if copy else None)


def _settled(key: str, place: Store, where: str, on: bool, actor: str, alone: bool) -> Held:
    try:
        held = place.set_legal_hold(f"{key}/", on=on)
    except StoreUnavailable as fault:
        if alone:
            _failed(key, fault, where, actor)
        raise
    _tell(key, on, held, where, actor)
    return held


def look(dossier: Dossier) -> Settled:
    """The same without changing anything: what is to be held, and what the store says of each file now."""
    on = dossier.key in retained.held([dossier.key])
    return Settled(on, stores.opened(stores.ARCHIVE).legal_hold(f"{dossier.key}/"))


def keep(new: Mapping[str, tuple[int, int]], actor: str) -> list[audit.Telling]:
    """Hold what was filed just now into held dossiers (key → first and last version); the events to record of it.

    The caller holds the dossiers: a hold that is placed meanwhile waits for them. A store that does not do it keeps
    nobody from filing: the nightly ``holding.reconcile`` does. Costs one question to the database where the store is a
    bucket, none where it is a folder, and the store is asked nothing about dossiers that are not held.
    """
    if not is_bucket():
        return []
    return [_kept(key, *new[key], actor) for key in sorted(retained.held(new))]


def _kept(key: str, first: int, last: int, actor: str) -> audit.Telling:
    store, held = stores.opened(stores.ARCHIVE), Held()
    versions = (f"{key}/v{number}/" for number in range(first, last + 1))
    try:
        for prefix in (f"{key}/",) if first == 1 else (*versions, f"{key}/{INVENTORY}"):
            held += store.set_legal_hold(prefix, on=True)
    except StoreUnavailable as fault:
        return audit.Telling(actor, FAILED, key, _fault(fault))
    said = _said(held, STORE) | {"files": int(held.changed)}  # a replaced inventory's former versions were held before
    return audit.Telling(actor, ADDED if held.able else NO_LOCK, key, said)


def follow(key: str) -> None:
    """Hold the second copy of a held dossier, whose files have just followed; a copy that refuses is an event."""
    copy = _copy()
    if copy is None or key not in retained.held([key]):
        return
    try:
        held = copy.set_legal_hold(f"{key}/", on=True)
    except StoreUnavailable as fault:
        _failed(key, fault, COPY, "docservice")
    else:
        _tell(key, True, held, COPY, "docservice")


def _failed(key: str, fault: StoreUnavailable, where: str, actor: str) -> None:
    """Tell that a store did not do it, unless that was the last thing told."""
    newest, told = last(key, where), _fault(fault, where)
    if newest is None or newest.verb != FAILED or newest.details != told:
        audit.record(actor, FAILED, key, told)


def last(key: str, where: str = STORE) -> Event | None:
    """What was seen last of the dossier in this place; None: nothing yet, or it was another place."""
    rows = Event.objects.filter(subject=key, verb__in=SEEN, details__where=where, details__place=_place(where))
    return rows.order_by("-id").first()


def last_act(key: str) -> Event | None:
    """The newest placing or lifting of the dossier's hold, or its year's."""
    subjects = (key, retained.year_key_of(key))
    return Event.objects.filter(subject__in=subjects, verb__in=ACTS).order_by("-id").first()


def seen_free(keys: Iterable[str]) -> set[str]:
    """Of these keys, those of which nothing was held, in any place with locks, when it was seen last."""
    wanted = list(keys)
    places = [where for where, there in ((STORE, is_bucket()), (COPY, _copy() is not None)) if there]
    return set.intersection(*(_seen_free(wanted, where) for where in places)) if places else set()


def _seen_free(keys: list[str], where: str) -> set[str]:
    place = {"details__where": where, "details__place": _place(where)}
    rows = Event.objects.filter(subject__in=keys, verb__in=SEEN, **place).order_by()
    newest = rows.values("subject").annotate(newest=Max("id")).values_list("newest", flat=True)
    return set(Event.objects.filter(pk__in=list(newest), verb__in=(FREED, NO_LOCK)).values_list("subject", flat=True))


def files(key: str) -> int:
    """How many versions of files were seen held: at the last whole look, and those filed since."""
    place = {"details__where": STORE, "details__place": _place(STORE)}
    whole = Event.objects.filter(subject=key, verb__in=(LOCKED, FREED), **place).order_by("-id").first()
    since = Event.objects.filter(subject=key, verb=ADDED, id__gt=whole.pk if whole else 0, **place)
    counts = [whole.details["files"]] if whole and whole.verb == LOCKED else []
    return sum([*counts, *(each["files"] for each in since.values_list("details", flat=True))])


def _tell(key: str, on: bool, held: Held, where: str, actor: str) -> None:
    """An event, unless the same was told since the last act: a job that is taken up again repeats nothing."""
    verb = (LOCKED if on else FREED) if held.able else NO_LOCK
    newest, act = last(key, where), last_act(key)
    is_new = newest is None or (newest.verb, newest.details.get("files")) != (verb, _count(held))
    if held.able and not held.versions:
        return  # nothing lies there yet
    if held.changed or is_new or (act and newest and newest.pk < act.pk):
        audit.record(actor, verb, key, _said(held, where))


def _count(held: Held) -> int:
    return int(held.versions)


def _said(held: Held, where: str) -> dict[str, object]:
    return {"where": where, "place": _place(where), "files": _count(held), "changed": int(held.changed)}


def _fault(fault: StoreUnavailable, where: str = STORE) -> dict[str, object]:
    told = {"fault": f"{fault.message} {fault.remedy}", "english": fault.english}
    return {"where": where, "place": _place(where), **told}


def is_bucket() -> bool:
    """Whether the archive itself lies in a bucket."""
    return isinstance(stores.place(stores.ARCHIVE), Bucket)


def _copy() -> Store | None:
    """The second copy where it lies in a bucket."""
    url = config().replica_url
    return None if not url or isinstance(address.parse(url), Path) else stores.replica(stores.ARCHIVE)


def _place(where: str) -> str:
    return str(stores.place(stores.ARCHIVE)) if where == STORE else str(address.parse(config().replica_url))
