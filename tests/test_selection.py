"""What is asked in the database's own words is answered as Django answers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db.models import Model
from office_year import ask

from docservice import jobs, selection
from docservice.errors import EngineUnavailable, NotFound
from docservice.lease import STILL_FREE, any_free, free, left, still_free
from docservice.models import Job, JobItem

pytestmark = pytest.mark.django_db

_TOKEN = "t" * 32


def _told(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def job() -> Job:
    """One item for each state, claim and lease that there can be."""
    now = datetime.now(UTC)
    leases = [None, *(now + timedelta(seconds=at) for at in (-9000, -1, 10, 60, 9000))]
    states = (JobItem.WAITING, JobItem.CLAIMED, JobItem.DONE, JobItem.FAILED, JobItem.CANCELLED)
    kinds = list(product(states, ("", _TOKEN), leases))
    job = ask(range(len(kinds)))
    for item, (state, claim, lease) in zip(job.items.all(), kinds, strict=True):
        JobItem.objects.filter(pk=item.pk).update(
            state=state,
            claim=claim,
            lease_until=lease,
            result={"ลำดับ": [item.position, None, 1.5, True]} if state == JobItem.DONE else None,
            error={"code": "x"} if state == JobItem.FAILED else None,
            seconds=0.25 if state == JobItem.DONE else None,
        )
    return job


def test_rows_are_those_that_django_reads(job: Job) -> None:
    assert [_told(row) for row in selection.rows(Job, "id = %s", [job.pk])] == [_told(Job.objects.get(pk=job.pk))]
    ours = selection.rows(JobItem, "job_id = %s ORDER BY position", [job.pk])
    assert [_told(row) for row in ours] == [_told(row) for row in job.items.all()]
    assert not any(row._state.adding for row in ours)


def test_items_are_free_to_the_statements_as_to_django(job: Job) -> None:
    ours = selection.rows(JobItem, f"job_id = %s AND {STILL_FREE}", [job.pk, *still_free(_TOKEN)])
    expected = job.items.filter(free() | left(_TOKEN))
    assert {row.pk for row in ours} == {row.pk for row in expected} != set()
    assert any_free(job)
    job.items.filter(free()).delete()
    assert job.items.exists()
    assert not any_free(job)


def test_what_ends_is_kept_as_django_keeps_it() -> None:
    def worker(items: list[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        yield items[0], {"แฟ้ม": "2562", "new": 2}
        yield items[1], EngineUnavailable("ไม่ตอบ", "ลองใหม่", english="No answer.")

    job = ask(range(2))
    ended = {item.position: _told(item) for item in jobs.work(job, worker)}
    for item in job.items.all():
        assert {name: ended[item.position][name] for name in ("state", "error", "result", "seconds")} == {
            name: _told(item)[name] for name in ("state", "error", "result", "seconds")
        }
    assert [item.state for item in job.items.all()] == [JobItem.DONE, JobItem.FAILED]


@pytest.mark.parametrize("number", [10**6, 2**63, 10**40])
def test_a_job_that_is_not_there_is_not_found(number: int) -> None:
    with pytest.raises(NotFound):
        jobs.get(number)
