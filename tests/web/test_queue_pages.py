"""The queue's pages: lines with their counts, one job's failures, cancel, retry, urgent; who may change what."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from docservice import jobs, progress
from docservice.errors import InputRefused
from docservice.models import Event, Job, JobItem

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
PROVINCE = jobs.Scope(2562, "24", "")


def _job(count: int = 3, *, scope: jobs.Scope = PROVINCE, actor: str = "staff", title: str = "งานทดลอง") -> Job:
    asked = [jobs.Request(f"รายการ {n}", {"n": n, "title": title}) for n in range(count)]
    return jobs.submit("echo", title, asked, actor=actor, scope=scope)


def _fail_some(items: Any) -> Iterable[tuple[JobItem, jobs.Outcome]]:
    for item in items:
        if item.position % 2:
            yield item, InputRefused(f"ใช้ไม่ได้ <b>{item.position}</b>", "แก้แล้วสั่งใหม่")
        else:
            yield item, {"dossier": "2562/24/2400/x", "new": 1}


def _worked(job: Job) -> Job:
    list(jobs.work(job, _fail_some))
    job.refresh_from_db()
    return job


def test_the_queue_shows_what_runs_and_what_has_ended(as_: As, office: Any) -> None:
    _worked(_job(title="เสร็จไปแล้ว"))
    _job(title="ยังรออยู่")
    page = as_("staff").get("/2562/queue/").content.decode()
    live, ended = page.split("ที่ทำจบแล้ว")
    assert "ยังรออยู่" in live
    assert 'hx-trigger="every 2s"' in live
    assert "เสร็จไปแล้ว" in ended
    assert "ไม่สำเร็จ ๒" in ended


def test_the_page_stops_asking_once_nothing_runs(as_: As, office: Any) -> None:
    job = _worked(_job())
    assert "every 2s" not in as_("staff").get("/2562/queue/").content.decode()
    part = as_("staff").get(f"/2562/queue/live/?watch={job.pk},x,99999999999999999999").content.decode()
    assert "งานทดลอง" in part
    assert "hx-get" not in part


def test_a_job_of_another_year_is_not_of_this_queue(as_: As, office: Any) -> None:
    job = _job(scope=jobs.Scope(2561, "24"))
    assert "งานทดลอง" not in as_("staff").get("/2562/queue/").content.decode()
    assert as_("staff").get(f"/2562/queue/{job.pk}/").status_code == 404


def test_failures_come_first_each_with_reason_and_remedy(as_: As, office: Any) -> None:
    job = _worked(_job(4))
    page = as_("staff").get(f"/2562/queue/{job.pk}/").content.decode()
    assert "ใช้ไม่ได้ &lt;b&gt;1&lt;/b&gt;" in page
    assert "แก้แล้วสั่งใหม่" in page
    assert "รายการ 1" not in page
    assert "ทำใหม่เฉพาะที่ไม่สำเร็จ ๒ รายการ" in page
    done = as_("staff").get(f"/2562/queue/{job.pk}/?state=done").content.decode()
    assert "รายการ 1" in done
    assert "ใช้ไม่ได้" not in done


def test_retry_takes_up_only_what_failed(as_: As, office: Any) -> None:
    job = _worked(_job(4))
    for _ in range(2):
        as_("staff").post(f"/2562/queue/{job.pk}/change/", {"do": "retry"})
    assert jobs.counts(job) == {"waiting": 2, "claimed": 0, "done": 2, "failed": 0, "cancelled": 0}
    assert Event.objects.filter(verb="job.retried", actor="staff").count() == 1


def test_cancel_and_urgent_each_once_with_their_event(as_: As, office: Any) -> None:
    job, client = _job(), as_("staff")
    for _ in range(2):
        client.post(f"/2562/queue/{job.pk}/change/", {"do": "urgent"})
    job.refresh_from_db()
    assert job.urgent
    for _ in range(2):
        client.post(f"/2562/queue/{job.pk}/change/", {"do": "cancel"})
    job.refresh_from_db()
    assert job.state == Job.CANCELLED
    assert Event.objects.filter(verb="job.hastened").count() == 1
    assert Event.objects.filter(verb="job.cancelled").count() == 1


@pytest.mark.parametrize("do", ["", "delete", "\x00", "x" * 10_000])
def test_an_unknown_command_changes_nothing(as_: As, office: Any, do: str) -> None:
    job = _job()
    assert as_("staff").post(f"/2562/queue/{job.pk}/change/", {"do": do}).status_code == 422
    assert jobs.counts(job)["waiting"] == 3


def test_an_officer_sees_the_districts_jobs_and_changes_only_own_ones(as_: As, office: Any) -> None:
    of_staff = _job(scope=jobs.Scope(2562, "24", "2401"), title="ของอำเภอ")
    own = _job(scope=jobs.Scope(2562, "24", "2401"), actor="officer", title="ขอเอง")
    others = _job(scope=jobs.Scope(2562, "24", "2402"), title="อำเภออื่น")
    page = as_("officer").get("/2562/queue/").content.decode()
    assert "ของอำเภอ" in page
    assert "อำเภออื่น" not in page
    change = {"do": "cancel"}
    assert as_("officer").get(f"/2562/queue/{others.pk}/").status_code == 404
    assert as_("officer").post(f"/2562/queue/{others.pk}/change/", change).status_code == 404
    assert as_("officer").post(f"/2562/queue/{of_staff.pk}/change/", change).status_code == 403
    assert as_("officer").post(f"/2562/queue/{own.pk}/change/", {"do": "urgent"}).status_code == 403
    assert as_("officer").post(f"/2562/queue/{own.pk}/change/", change).status_code == 302


def test_a_queue_of_many_jobs_asks_as_often_as_of_few(as_: As, office: Any) -> None:
    client = as_("staff")
    for n in range(2):
        _job(title=f"งาน {n}")
        _worked(_job(title=f"จบ {n}"))
    client.get("/2562/queue/")
    with CaptureQueriesContext(connection) as few:
        client.get("/2562/queue/")
    for n in range(2, 20):
        _job(title=f"งาน {n}")
        _worked(_job(title=f"จบ {n}"))
    with CaptureQueriesContext(connection) as many:
        client.get("/2562/queue/")
    assert len(many) == len(few)


def test_the_rate_is_that_of_the_workers_at_work(office: Any) -> None:
    job = _job(100)
    JobItem.objects.filter(job=job, position__lte=10).update(state=JobItem.DONE, seconds=0.5)
    JobItem.objects.filter(job=job, position__in=(11, 12)).update(state=JobItem.CLAIMED, claim="a")
    JobItem.objects.filter(job=job, position=13).update(state=JobItem.CLAIMED, claim="b")
    (line,) = progress.lines([job])
    assert (line.total, line.done, line.waiting) == (100, 10, 87)
    assert line.rate == pytest.approx(240)
    assert line.left == round(90 / 240 * 60)


def test_lists_go_to_excel_and_text_is_never_a_formula(as_: As, office: Any) -> None:
    job = _worked(_job(2, title="=1+1"))
    answer = as_("staff").get("/2562/queue/sheet/")
    row = list(load_workbook(io.BytesIO(answer.getvalue())).active[2])
    assert (row[1].value, row[1].data_type) == ("=1+1", "s")
    items = load_workbook(io.BytesIO(as_("staff").get(f"/2562/queue/{job.pk}/sheet/").getvalue())).active
    assert [r[0].value for r in items.iter_rows(min_row=2)] == [1, 2]
    assert "ใช้ไม่ได้" in items["D2"].value
