"""Signs of life: when each queue was last consumed, and small totals kept across processes.

A worker that answers a ping may still take no work; only a message that went through a queue and was worked proves it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db.models import F, Min, Q

from docservice.celery import QUEUES
from docservice.models import JobItem, Pulse

OFFICE_RESTARTS = "office-restarts"
SILENT_AFTER = 60.0
"""Seconds without a consumed message after which a queue with nobody at work in it counts as not consumed."""

_VERBS = {"render": "paper", "evidence": "evidence", "bulk": "export"}


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
    """The queues' health in one answer."""

    queues: tuple[QueueHealth, ...]

    @property
    def well(self) -> bool:
        """Whether every queue is consumed."""
        return all(queue.well for queue in self.queues)

    def sentence(self) -> str:
        """What a person needs to know."""
        silent = [q.name for q in self.queues if not q.well]
        if not silent:
            return "คิวงานทุกคิวมีผู้รับงาน"
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
    if count and not Pulse.objects.filter(name=name).update(total=F("total") + count, at=datetime.now(UTC)):
        Pulse.objects.create(name=name, total=count, at=datetime.now(UTC))


def total(name: str) -> int:
    """The total so far."""
    return Pulse.objects.filter(name=name).values_list("total", flat=True).first() or 0


def silences() -> dict[str, float]:
    """Seconds since each queue was last consumed; queues that never were are left out."""
    now = datetime.now(UTC)
    return {p.name: (now - p.at).total_seconds() for p in Pulse.objects.filter(name__in=QUEUES)}


def oldest_waiting() -> float:
    """Age in seconds of the item that has waited longest; 0 when none waits."""
    oldest = JobItem.objects.filter(state=JobItem.WAITING).aggregate(at=Min("job__requested_at"))["at"]
    return (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0


def health() -> Health:
    """How each queue stands."""
    quiet = silences()
    now = datetime.now(UTC)
    working = Q(state=JobItem.CLAIMED, lease_until__gte=now)
    return Health(
        tuple(
            QueueHealth(
                name,
                quiet.get(name),
                JobItem.objects.filter(state=JobItem.WAITING, job__verb=_VERBS[name]).count(),
                JobItem.objects.filter(working, job__verb=_VERBS[name]).count(),
            )
            for name in QUEUES
        )
    )
