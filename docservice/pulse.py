"""Signs of life: when each queue was last consumed, and small totals kept across processes.

A worker that answers a ping may still take no work; only a message that went through a queue and was worked proves it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from docservice.broker import QUEUES, broker_answers, broker_is_embedded
from docservice.config import config
from docservice.models import Job, JobItem, Pulse

OFFICE_RESTARTS = "office-restarts"
SILENT_AFTER = 60.0
"""Seconds without a consumed message after which a queue with nobody at work in it counts as not consumed."""

_VERBS = {"render": ("paper",), "evidence": ("evidence", "redaction"), "bulk": ("export", "text", "hold")}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ITEMS, _MILLISECONDS = "items-", "milliseconds-"


@dataclass(frozen=True)
class QueueHealth:
    """One queue: seconds since it was last consumed (None: never), items waiting, items being worked."""

    name: str
    silence: float | None
    waiting: int
    working: int

    @property
    def well(self) -> bool:
        """Consumed lately, or somebody is at work in it right now."""
        return self.working > 0 or (self.silence is not None and self.silence < SILENT_AFTER)


@dataclass(frozen=True)
class Health:
    """The queues' health in one answer; ``broker``: whether the office's own Redis answers."""

    queues: tuple[QueueHealth, ...]
    broker: bool = True

    @property
    def well(self) -> bool:
        """Whether every queue is consumed."""
        return all(queue.well for queue in self.queues)

    def sentence(self) -> str:
        """What a person needs to know."""
        silent = [q.name for q in self.queues if not q.well]
        if not silent:
            return "คิวงานทุกคิวมีผู้รับงาน"
        if not self.broker:
            return (
                f"Redis ของคิวไม่ตอบที่ {config().masked()['DOCSERVICE_BROKER_URL']} ตรวจว่าเปิดอยู่และค่า DOCSERVICE_BROKER_URL"
            )
        return f"คิว {', '.join(silent)} ไม่มีผู้รับงาน ตรวจว่าระบบเปิดอยู่ (docservice up) แล้วดูบันทึกของ worker"

    def as_dict(self) -> dict[str, object]:
        """For ``/healthz`` and ``--json``."""
        return {
            "well": self.well,
            "message": self.sentence(),
            "queues": [{**asdict(q), "well": q.well} for q in self.queues],
        }


def beat(name: str) -> None:
    """Note that ``name`` happened now."""
    Pulse.objects.update_or_create(name=name, defaults={"at": datetime.now(UTC)})


def add(name: str, count: int) -> None:
    """Add to a total."""
    now = datetime.now(UTC)
    if count and not Pulse.objects.filter(name=name).update(total=F("total") + count, at=now):
        Pulse.objects.get_or_create(name=name, defaults={"at": now})  # another process may have made it meanwhile
        Pulse.objects.filter(name=name).update(total=F("total") + count, at=now)


def ended(verb: str, seconds: Sequence[float]) -> None:
    """Add to the totals of a verb: an item for each of ``seconds``."""
    with transaction.atomic():
        add(_ITEMS + verb, len(seconds))
        add(_MILLISECONDS + verb, math.ceil(1000 * sum(seconds)))


def worked() -> dict[str, tuple[int, float]]:
    """How many items of each verb have ended, and the seconds they took: kept totals, however many rows there are."""
    totals = dict(Pulse.objects.filter(total__gt=0).values_list("name", "total"))
    verbs = (name.removeprefix(_ITEMS) for name in totals if name.startswith(_ITEMS))
    return {verb: (totals[_ITEMS + verb], totals.get(_MILLISECONDS + verb, 0) / 1000) for verb in verbs}


def total(name: str) -> int:
    """The total so far."""
    return Pulse.objects.filter(name=name).values_list("total", flat=True).first() or 0


def silences() -> dict[str, float]:
    """Seconds since each queue was last consumed; queues that never were are left out."""
    now = datetime.now(UTC)
    return {p.name: (now - p.at).total_seconds() for p in Pulse.objects.filter(name__in=QUEUES)}


def oldest_waiting() -> float:
    """Age in seconds of the item that has waited longest; 0 when none waits."""
    waiting = JobItem.objects.filter(state=JobItem.WAITING, job__in=list(_unclosed()))
    oldest = waiting.aggregate(at=Min("job__requested_at"))["at"]
    return (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0


def health() -> Health:
    """How each queue stands."""
    quiet, verbs = silences(), _unclosed()
    items = JobItem.objects.filter(job__in=list(verbs)).order_by()
    waiting = _by_verb(items.filter(state=JobItem.WAITING), verbs)
    working = _by_verb(items.filter(state=JobItem.CLAIMED, lease_until__gte=datetime.now(UTC)), verbs)
    queues = tuple(
        QueueHealth(name, quiet.get(name), *(sum(found[verb] for verb in _VERBS[name]) for found in (waiting, working)))
        for name in QUEUES
    )
    well = all(queue.well for queue in queues)
    return Health(queues, broker=well or broker_is_embedded() or broker_answers(1.0))


def _unclosed() -> dict[int, str]:
    """Job → verb of the jobs of which something may wait or be worked: few, where their items may be very many."""
    ended = (Job.DONE, Job.FAILED)
    return dict(Job.objects.exclude(state__in=ended).order_by().values_list("pk", "verb"))


def _by_verb(items: QuerySet[JobItem], verbs: Mapping[int, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for job, count in items.values_list("job_id").annotate(count=Count("pk")):
        found[verbs[job]] += count
    return found


def reach(name: str, mark: int) -> None:
    """Note how far ``name`` has come: its total is ``mark`` from now on."""
    Pulse.objects.update_or_create(name=name, defaults={"at": datetime.now(UTC), "total": mark})


def reached(name: str) -> tuple[int, datetime] | None:
    """How far ``name`` has come, and since when; None where it never began."""
    found = Pulse.objects.filter(name=name).first()
    return (found.total, found.at) if found else None


def take(name: str, seconds: float) -> bool:
    """Whether nobody else has ``name``: then it is ours until ``let_go``, or for ``seconds`` without a ``beat``."""
    now = datetime.now(UTC)
    Pulse.objects.get_or_create(name=name, defaults={"at": _LONG_AGO})
    # Further ahead than now: the clock was put back since.
    free = Q(at__lt=now - timedelta(seconds=seconds)) | Q(at__gt=now + timedelta(seconds=seconds))
    return Pulse.objects.filter(free, name=name).update(at=now) > 0


def let_go(name: str) -> None:
    """Somebody else may have it."""
    Pulse.objects.filter(name=name).update(at=_LONG_AGO)
