"""Jobs: claimed once, ended once, retried where they failed; the row is the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office_year import REPOSITORY, ask, states

from docservice import ending, jobs
from docservice.errors import InputRefused, NotFound, Refused
from docservice.models import Event, Job, JobItem

pytestmark = pytest.mark.django_db


def _echo(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    for item in items:
        yield item, {"said": item.payload["what"]}


def _choosy(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    for item in items:
        if item.payload["what"] == "bad":
            yield item, InputRefused("ไฟล์เสีย", "ส่งใหม่", english="broken file")
        else:
            yield item, {}


def _run(job: Job, worker: jobs.Worker = _echo, limit: int = jobs.CHUNK) -> list[JobItem]:
    return list(jobs.work(job, worker, limit))


def _expire(job: Job) -> None:
    """The lease of a worker that was killed has run out."""
    job.items.filter(state=JobItem.CLAIMED).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))


def test_a_request_becomes_a_job_with_its_items_and_one_event() -> None:
    job = ask("กขค")

    assert (job.state, job.requested_by) == (Job.REQUESTED, "tester")
    assert states(job) == ["waiting"] * 3
    event = Event.objects.get()
    assert (event.verb, event.details) == ("job.requested", {"verb": "echo", "items": 3})


def test_the_same_request_gives_the_same_job() -> None:
    first = ask(["a", "b"])

    assert ask(["a", "b"]).pk == first.pk
    assert (Job.objects.count(), JobItem.objects.count(), Event.objects.count()) == (1, 2, 1)


def test_another_verb_payload_or_order_is_another_job() -> None:
    assert len({ask(["a", "b"]).pk, ask(["b", "a"]).pk, ask(["a"]).pk, ask(["a", "b"], verb="other").pk}) == 4


def test_a_request_without_items_is_refused() -> None:
    with pytest.raises(Refused, match="ไม่มีรายการ"):
        ask([])

    assert not Job.objects.exists()


def test_working_a_job_ends_every_item_with_its_result() -> None:
    job = ask("กขค")

    assert [item.result for item in _run(job, limit=2)] == [{"said": "ก"}, {"said": "ข"}, {"said": "ค"}]
    assert states(job) == ["done"] * 3
    assert (job.state, job.finished_at is not None) == (Job.DONE, True)


def test_working_a_finished_job_does_nothing() -> None:
    job = ask("กข")
    _run(job)

    assert _run(job) == []


def test_a_failed_item_keeps_its_reason_and_the_others_go_on() -> None:
    job = ask(["good", "bad", "fine"])

    _run(job, _choosy)

    assert states(job) == ["done", "failed", "done"]
    assert job.state == Job.FAILED
    assert job.items.get(position=2).error == {
        "code": "input-refused",
        "message": "ไฟล์เสีย",
        "remedy": "ส่งใหม่",
        "english": "broken file",
    }


def test_retry_touches_only_the_failed_items() -> None:
    job = ask(["good", "bad", "fine"])
    _run(job, _choosy)
    seen: list[str] = []

    def watching(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        seen.extend(item.payload["what"] for item in items)
        yield from _echo(items)

    assert jobs.retry(job, actor="tester") == 1
    job.refresh_from_db()
    _run(job, watching)

    assert seen == ["bad"]
    assert states(job) == ["done"] * 3
    assert job.state == Job.DONE
    assert Event.objects.filter(verb="job.retried").count() == 1


def test_retrying_a_job_without_failures_does_nothing() -> None:
    job = ask("ก")
    _run(job)

    assert jobs.retry(job, actor="tester") == 0
    assert not Event.objects.filter(verb="job.retried").exists()


def test_asking_again_for_a_failed_job_tries_its_failures_again() -> None:
    job = ask(["good", "bad"])
    _run(job, _choosy)

    again = ask(["good", "bad"])

    assert again.pk == job.pk
    assert states(again) == ["done", "waiting"]


def test_asking_again_for_a_cancelled_job_brings_it_back() -> None:
    job = ask("กข")
    jobs.cancel(job, actor="tester")

    assert states(ask("กข")) == ["waiting", "waiting"]
    _run(ask("กข"))
    assert states(job) == ["done", "done"]


def test_cancelling_leaves_what_is_done() -> None:
    job = ask("กข")
    worker = jobs.work(job, _echo, 1)
    next(worker)

    assert jobs.cancel(job, actor="tester") == 1
    list(worker)

    job.refresh_from_db()
    assert states(job) == ["done", "cancelled"]
    assert job.state == Job.CANCELLED


def test_cancelling_a_finished_job_leaves_it_done() -> None:
    job = ask("ก")
    _run(job)

    assert jobs.cancel(job, actor="tester") == 0
    job.refresh_from_db()
    assert job.state == Job.DONE


def test_repeating_a_finished_job_does_its_items_again() -> None:
    job = ask("ก")
    _run(job)

    assert jobs.repeat(job, actor="tester") == 1
    assert len(_run(job)) == 1
    assert job.state == Job.DONE


def test_a_claimed_item_is_nobody_elses() -> None:
    job = ask("กขค")

    first, second = jobs.claim(job, 2), jobs.claim(job, 2)

    assert [len(first), len(second), len(jobs.claim(job))] == [2, 1, 0]
    assert not {item.pk for item in first} & {item.pk for item in second}


def test_an_item_of_a_dead_worker_comes_back_when_its_lease_has_run_out() -> None:
    job = ask("ก")
    jobs.claim(job)
    assert _run(job) == []

    _expire(job)

    assert len(_run(job)) == 1
    assert job.state == Job.DONE


def test_a_late_worker_does_not_overwrite_the_one_that_took_over() -> None:
    job = ask("ก")

    def slow(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        _expire(job)
        _run(job, _echo)
        yield items[0], {"said": "late"}

    _run(job, slow)

    assert job.items.get().result == {"said": "ก"}


def test_an_item_that_stops_its_worker_ends_after_three_attempts() -> None:
    job = ask(["poison"])
    for _ in range(jobs.MAX_ATTEMPTS):
        assert len(jobs.claim(job)) == 1
        _expire(job)

    ended = _run(job)

    assert [item.state for item in ended] == ["failed"]
    item = job.items.get()
    assert item.error is not None
    assert (item.state, item.error["code"]) == ("failed", "broken")
    assert "3 ครั้ง" in item.error["message"]
    assert job.state == Job.FAILED


def test_a_poisonous_item_takes_no_other_item_of_its_chunk_with_it() -> None:
    job = ask(["good", "poison", "fine", "better"])

    def dying(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        if any(item.payload["what"] == "poison" for item in items):
            raise SystemExit(9)
        yield from _echo(items)

    def killed() -> Iterable[JobItem]:
        try:
            return _run(job, dying)
        except SystemExit:
            return []

    for _ in range(2 * jobs.MAX_ATTEMPTS):
        killed()

    assert states(job) == ["done", "failed", "done", "done"]
    job.refresh_from_db()
    assert job.state == Job.FAILED


def test_poisonous_items_do_not_keep_the_rest_of_the_job_waiting() -> None:
    job = ask(["poison", "good", "fine"])
    job.items.filter(position=1).update(attempts=jobs.MAX_ATTEMPTS)

    _run(job, limit=1)

    assert states(job) == ["failed", "done", "done"]


def test_after_ctrl_c_the_same_command_goes_on_at_once() -> None:
    job = ask("กขค")

    def interrupted(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        yield items[0], {}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(job, interrupted)
    assert states(job) == ["done", "waiting", "waiting"]

    _run(ask("กขค"))

    assert states(job) == ["done"] * 3
    job.refresh_from_db()
    assert job.state == Job.DONE


def test_a_worker_that_forgets_an_item_does_not_run_for_ever() -> None:
    job = ask("กข")

    def forgetful(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        yield from _echo([item for item in items if item.payload["what"] == "ก"])

    _run(job, forgetful)

    assert states(job) == ["done", "failed"]


def test_an_unknown_job_is_not_found() -> None:
    with pytest.raises(NotFound, match="99"):
        jobs.get(99)


def test_a_digest_does_not_depend_on_the_order_of_names() -> None:
    assert jobs.digest({"a": 1, "b": "ข"}) == jobs.digest({"b": "ข", "a": 1}) != jobs.digest({"a": 1, "b": "ค"})


_PREPARE = """
from django.core.management import call_command
from docservice import ending, jobs
call_command("migrate", verbosity=0)
jobs.submit("echo", "งาน", [jobs.Request(str(n), {"n": n}) for n in range(60)], actor="tester")
"""
_CLAIM = """
import json, sys
from docservice import ending, jobs
from docservice.models import JobItem
sys.stdin.readline()
mine = []
for item in jobs.work(jobs.get(1), lambda items: ((item, {}) for item in items), 3):
    mine.append(item.pk)
print(json.dumps([mine, list(JobItem.objects.order_by("attempts").values_list("attempts", flat=True).distinct())]))
"""


def _process(home: Path, database_url: str, script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        env={
            **os.environ,
            "DOCSERVICE_HOME": str(home),
            "DOCSERVICE_DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "docservice.settings",
        },
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_workers_on_one_database_never_share_an_item(tmp_path: Path, database_url: str) -> None:
    assert _process(tmp_path, database_url, _PREPARE).wait(900) == 0

    workers = [_process(tmp_path, database_url, _CLAIM) for _ in range(3)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [json.loads(worker.communicate(timeout=900)[0]) for worker in workers]

    claimed = [pk for mine, _ in said for pk in mine]
    assert sorted(claimed) == list(range(1, 61))
    assert said[-1][1] == [1]


def test_a_request_of_very_many_items_is_read_a_few_hundred_at_a_time() -> None:
    made: list[weakref.ref[jobs.Request]] = []
    most = 0

    def requests() -> Iterator[jobs.Request]:
        nonlocal most
        for number in range(20_000):
            request = jobs.Request(f"รายการ {number}", {"number_in_row": number})
            made.append(weakref.ref(request))
            if number % 1000 == 999:
                most = max(most, sum(1 for ref in made if ref()))
            yield request

    job = jobs.submit("paper", "คำขอใหญ่", requests(), actor="tester")
    assert job.items.count() == 20_000
    assert most < 2_000


def test_a_clock_put_back_does_not_hold_a_dead_workers_items() -> None:
    job = ask("a")
    (item,) = jobs.claim(job)
    JobItem.objects.filter(pk=item.pk).update(lease_until=datetime.now(UTC) + timedelta(hours=3))
    Job.objects.filter(pk=job.pk).update(nudged_at=datetime.now(UTC) + timedelta(hours=3))

    assert jobs.watch() == 1
    assert [again.pk for again in jobs.claim(job)] == [item.pk]


def test_a_clock_put_forward_lets_a_second_worker_in_and_the_first_ones_end_does_not_count() -> None:
    job = ask("a")
    (slow,) = jobs.claim(job)
    JobItem.objects.filter(pk=slow.pk).update(lease_until=datetime.now(UTC) - timedelta(hours=3))

    assert [item.result for item in jobs.work(job, _echo)] == [{"said": "a"}]
    assert list(ending.finish([(slow, {"said": "too late"}, 0.0)]))
    assert states(job) == ["done"]
    assert job.items.get().result == {"said": "a"}


@pytest.mark.parametrize(
    ("count", "shares"), [(20, [20]), (50, [25, 25]), (60, [30, 30]), (100, [50, 50]), (130, [50, 50, 30])]
)
def test_who_comes_next_finds_as_much_as_the_one_before_took(count: int, shares: list[int]) -> None:
    job = ask(range(count))
    assert [len(jobs.claim(job, 100, f"claim{n}")) for n in range(len(shares))] == shares
    assert jobs.claim(job, 100, "late") == []


def test_what_a_dead_worker_held_is_no_share() -> None:
    job = ask(range(100))
    jobs.claim(job, 100, "dead")
    jobs.give_up(job.pk, "dead")
    assert [len(jobs.claim(job, 100, f"claim{n}")) for n in range(2)] == [50, 50]
