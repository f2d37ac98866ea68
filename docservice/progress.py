"""How far jobs are: counts, rate and time left of many at once, and the items of one. Changes nothing.

Who may see which jobs was decided before: every function takes rows from ``access``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Avg, Count, Q, QuerySet

from docservice.models import Job, JobItem

OPEN = (Job.REQUESTED, Job.RUNNING)
STATES = (JobItem.FAILED, JobItem.CLAIMED, JobItem.WAITING, JobItem.CANCELLED, JobItem.DONE)
"""The states of items in the order in which a person wants to see them."""
CALLED = {
    Job.REQUESTED: "รอทำ",
    Job.RUNNING: "กำลังทำ",
    Job.DONE: "เสร็จ",
    Job.FAILED: "มีรายการไม่สำเร็จ",
    Job.CANCELLED: "ยกเลิก",
    JobItem.WAITING: "รอทำ",
    JobItem.CLAIMED: "กำลังทำ",
}
"""What the states of jobs and items are called."""


@dataclass(frozen=True)
class Line:
    """One job as a queue shows it. ``rate``: items a minute, ``None`` while nothing tells."""

    job: Job
    counts: Mapping[str, int] = field(default_factory=dict)
    rate: float | None = None

    @property
    def total(self) -> int:
        """All items."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Items that nobody works on any more."""
        return self.total - self.counts.get(JobItem.WAITING, 0) - self.counts.get(JobItem.CLAIMED, 0)

    @property
    def done(self) -> int:
        """Items that are done."""
        return self.counts.get(JobItem.DONE, 0)

    @property
    def failed(self) -> int:
        """Items that failed."""
        return self.counts.get(JobItem.FAILED, 0)

    @property
    def unfinished(self) -> int:
        """Items that trying again would take up."""
        return self.failed + self.counts.get(JobItem.CANCELLED, 0)

    @property
    def waiting(self) -> int:
        """Items that can still be cancelled."""
        return self.counts.get(JobItem.WAITING, 0)

    @property
    def live(self) -> bool:
        """Whether it may change by itself."""
        return self.job.state in OPEN or bool(self.counts.get(JobItem.CLAIMED))

    @property
    def left(self) -> int | None:
        """Seconds that are left, as the rate tells."""
        return max(1, round((self.total - self.ended) / self.rate * 60)) if self.rate and self.live else None


def lines(found: Sequence[Job]) -> list[Line]:
    """The jobs with their counts: one question for all of them, and one for the rates of those that run."""
    counts: dict[int, dict[str, int]] = {job.pk: {} for job in found}
    items = JobItem.objects.filter(job__in=list(counts)).order_by()
    for row in items.values("job", "state").annotate(items=Count("pk")):
        counts[row["job"]][row["state"]] = row["items"]
    rates = _rates([job.pk for job in found if job.state in OPEN])
    return [Line(job, counts[job.pk], rates.get(job.pk)) for job in found]


def items(job: Job, state: str) -> QuerySet[JobItem]:
    """The items of a job in one state, in their order, without what they were made from."""
    return job.items.filter(state=state).order_by("position").defer("payload")


def open_jobs(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that are not ended."""
    return rows.filter(state__in=OPEN)


def _rates(running: Sequence[int]) -> dict[int, float]:
    """Items a minute: what one item takes a worker, times the workers that hold some of the job now."""
    if not running:
        return {}
    found = (
        JobItem.objects.filter(job__in=running, state__in=(JobItem.DONE, JobItem.FAILED, JobItem.CLAIMED))
        .order_by()
        .values("job")
        .annotate(
            seconds=Avg("seconds", filter=Q(state__in=(JobItem.DONE, JobItem.FAILED), seconds__isnull=False)),
            hands=Count("claim", filter=Q(state=JobItem.CLAIMED), distinct=True),
        )
    )
    return {row["job"]: 60 * row["hands"] / row["seconds"] for row in found if row["seconds"] and row["hands"]}
