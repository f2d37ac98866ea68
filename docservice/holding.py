"""Carrying holds into the stores' own locks: a job over the dossiers of a hold, and a nightly look that mends.

A job item's payload: ``dossier``, and ``act``, the digest of the placing or lifting that asked for it. An item does
what is right when it is worked, whatever asked for it: a dossier that is held by itself and by its year stays locked
until both are lifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from docservice import archive, audit, jobs, retained, store_hold, stores
from docservice.errors import Conflict, StoreUnavailable
from docservice.models import Document, Dossier, Event, Job, JobItem
from docservice.outcome import one_by_one
from docservice.retained import HOLD_PATH, YEAR_HOLD
from docservice.retention_schedule import HOLD, LIFTED
from docservice.store_hold import ADDED, FAILED, FREED, LOCKED, NO_LOCK
from docservice.thai import to_thai_digits

VERB, CHECKED = "hold", "hold.checked"
LOCKING, FREEING = "locking", "freeing"
_AT_ONCE, _MOST_TOLD = 200, 20


# ------------------------------------------------------------------------------------------------------------- the job
def ask(act: Document, *, actor: str) -> Job | None:
    """The job that brings the stores in line with a hold that was placed or lifted; None where no place has locks.

    Of a year: every dossier of it, also those that are being begun right now. Asked again, it is the same job.
    """
    if not store_hold.asked():
        return None
    dossier, whole = act.dossier, act.dossier.name == YEAR_HOLD
    rows = Dossier.objects.filter(year_be=dossier.year_be, province=dossier.province) if whole else None
    rows = Dossier.objects.filter(pk=dossier.pk) if rows is None else rows.order_by("key")
    asked = (
        jobs.Request(title, {"dossier": key, "act": act.sha256})
        for key, title in rows.values_list("key", "title").iterator(chunk_size=_AT_ONCE)
    )
    what = "ล็อกไฟล์ในที่จัดเก็บ" if act.kind == HOLD else "ปลดล็อกไฟล์ในที่จัดเก็บ"
    of = to_thai_digits(f"ปี {dossier.year_be}") if whole else dossier.title
    scope = jobs.Scope(dossier.year_be, dossier.province, "" if whole else dossier.district)
    return jobs.submit(VERB, f"{what} {of}", asked, actor=actor, urgent=not whole, scope=scope)


def job_of(act: Document) -> Job | None:
    """The job that carries that act into the stores."""
    whole = act.dossier.name == YEAR_HOLD
    rows = Job.objects.filter(verb=VERB, year_be=act.dossier.year_be, province=act.dossier.province)
    rows = rows.filter(district="" if whole else act.dossier.district)
    asked = JobItem.objects.filter(job__in=rows, payload__act=act.sha256).order_by("-job_id")
    found = asked.select_related("job").first()
    return found.job if found else None


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Set or lift the stores' locks of each dossier, as its holds stand now."""
    return one_by_one(items, _work)


def _work(item: JobItem) -> Mapping[str, object]:
    dossier, actor = archive.get(item.payload["dossier"]), item.job.requested_by
    found = store_hold.settle(dossier, actor, alone=bool(item.job.district))  # of a whole year the job itself tells
    told = {"dossier": dossier.key, "held": found.on, "able": found.store.able}
    return {**told, "files": int(found.store.versions), "changed": int(found.changed), "new": 1}


# ----------------------------------------------------------------------------------------------------------- the state
@dataclass(frozen=True)
class State:
    """How a dossier's lock stands in the store, as it was seen last: ``files`` counts versions of files.

    ``hold.locked``, ``hold.freed``; ``hold.no-lock``: the store has none; ``hold.failed``: it did not, ``message``
    says why; ``locking`` or ``freeing``: asked for and not seen yet; ``""``: nothing to tell.
    """

    what: str
    files: int = 0
    at: datetime | None = None
    message: str = ""
    english: str = ""


def state_of(key: str, *, held: bool) -> State:
    """The dossier's, from what is noted: the store is asked nothing. ``held``: whether a hold stands now."""
    if not store_hold.is_bucket():
        return State(NO_LOCK if held else "")
    seen, act = store_hold.last(key), store_hold.last_act(key)
    if seen is None or (act and seen.pk < act.pk and seen.verb != NO_LOCK):
        was = seen is not None and seen.verb in (LOCKED, ADDED)
        return State(LOCKING if held else FREEING if was else "")
    if seen.verb == FAILED:
        return State(FAILED, 0, seen.at, str(seen.details["fault"]), str(seen.details["english"]))
    if seen.verb == NO_LOCK:
        return State(NO_LOCK if held else "", 0, seen.at)
    if held == (seen.verb == FREED):
        return State(LOCKING if held else FREEING)
    return State(LOCKED if held else FREED, store_hold.files(key) if held else 0, seen.at)


# ------------------------------------------------------------------------------------------------------- every night
@dataclass
class Reconciled:
    """What a look at every held dossier came to; ``mended``: those that were not as they should be, and now are."""

    held: int = 0
    files: int = 0
    able: bool = True
    mended: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    fault: str = ""
    english: str = ""

    def as_dict(self) -> dict[str, object]:
        """For the event and ``--json``."""
        told = {"held": self.held, "files": self.files, "able": self.able, "mended": self.mended[:_MOST_TOLD]}
        told |= {"mended_count": len(self.mended), "failed": self.failed[:_MOST_TOLD]}
        return told | {"failed_count": len(self.failed), "fault": self.fault, "english": self.english}


def reconcile(actor: str = "docservice") -> Reconciled | None:
    """Ask the stores about every file of every held dossier, and of those that were lifted and not seen free since.

    What is not locked is locked, what is locked still is freed; one event tells what it came to. None where there is
    nothing to look at. A store that does not answer, or refuses, ends it: the next night does the rest.
    """
    if not store_hold.asked():
        return None
    found, looked = Reconciled(), False
    for dossier in _concerned():
        looked = True
        try:
            one = store_hold.settle(dossier, actor, alone=False)
        except Conflict:  # somebody files into it for long
            found.failed.append(dossier.key)
            continue
        except StoreUnavailable as fault:
            found.failed.append(dossier.key)
            found.fault, found.english = f"{fault.message} {fault.remedy}", fault.english
            break
        found.held += one.on
        found.files += one.store.held
        found.able = found.able and one.store.able
        if one.changed:
            found.mended.append(dossier.key)
    if looked:
        audit.record(actor, CHECKED, "store", found.as_dict() | {"place": str(stores.place(stores.ARCHIVE))})
    return found if looked else None


def last_check() -> Event | None:
    """What the newest look at this store came to."""
    place = str(stores.place(stores.ARCHIVE))
    return Event.objects.filter(verb=CHECKED, details__place=place).order_by("-id").first()


def held_now() -> int:
    """How many holds stand, of dossiers and of years, as the log tells it: counted by an index."""
    placed, lifted = (Event.objects.filter(verb=verb).count() for verb in store_hold.ACTS)
    return max(0, placed - lifted)


def _concerned() -> Iterator[Dossier]:
    """Dossiers that are held, and those of lifted holds that were not seen free since; in the order of keys."""
    acts = Document.objects.filter(kind__in=(HOLD, LIFTED), path=HOLD_PATH, current=True).select_related("dossier")
    own, years = set(), Q(pk__in=())
    for act in acts.defer("provenance"):
        own.add(act.dossier_id)
        if act.dossier.name == YEAR_HOLD:
            years |= Q(year_be=act.year_be, province=act.province)
    rows, after = Dossier.objects.filter(Q(pk__in=own) | years, version__gt=0).order_by("key"), ""
    while some := list(rows.filter(key__gt=after)[:_AT_ONCE]):
        after = some[-1].key
        held = retained.held(each.key for each in some)
        free = store_hold.seen_free({each.key for each in some} - held)
        yield from (each for each in some if each.key not in free)
