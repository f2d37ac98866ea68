"""The queue around the rows: messages on a real Redis, the look that makes up for lost ones, very large jobs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from office_year import REPOSITORY, YEAR_TOML, ask, states
from real_command import DONE, UNAVAILABLE, USAGE, command, told
from redis import Redis

from docservice import book_text, broker, celery, intake, jobs, pulse, verbs
from docservice.broker import broker_answers
from docservice.cli.up import _redis
from docservice.config import config
from docservice.errors import EngineUnavailable, NotFound
from docservice.models import Job, JobItem
from tasks.app import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis() -> Iterator[Redis]:
    """The Redis that ``docservice up`` would start for this process's home."""
    server = subprocess.Popen(_redis(config().home).command, stdout=subprocess.DEVNULL)
    while not broker_answers():
        time.sleep(0.02)
    with Redis(unix_socket_path=str(config().home / "run" / "redis.sock")) as line:
        line.flushall()
        yield line
    server.terminate()
    server.wait()


def _messages(redis: Redis, queue: str) -> int:
    """How many messages lie in a queue, over its priorities."""
    names = [name for name in redis.keys(f"{queue}*") if redis.type(name) == b"list"]
    return sum(redis.llen(name) for name in names)


def _echo(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    for item in items:
        yield item, {}


def _turn(job: Job, limit: int, worker: jobs.Worker = _echo) -> int:
    job.refresh_from_db()
    return jobs.work_chunk(job, worker, limit, "")


@pytest.mark.parametrize(("items", "messages"), [(1, 1), (4, 4), (16, 8)])
def test_a_request_sends_a_message_for_each_worker_that_can_have_a_share(
    redis: Redis, items: int, messages: int
) -> None:
    job = ask(range(items), verb="evidence")

    jobs.tell(job)

    assert _messages(redis, "evidence") == messages


def test_the_items_of_a_dead_worker_count_as_work_for_messages(redis: Redis) -> None:
    job = ask(range(4), verb="evidence")
    jobs.claim(job)
    job.items.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    jobs.tell(job)

    assert _messages(redis, "evidence") == 4


def test_a_turn_tells_the_next_worker_before_it_works_while_anything_is_left(redis: Redis) -> None:
    job = ask("กขค", verb="evidence")
    seen: list[int] = []

    def looking(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
        seen.append(_messages(redis, "evidence"))
        yield from _echo(items)

    assert [_turn(job, 2, looking), _turn(job, 2, looking)] == [2, 1]
    assert seen == [1, 1]  # the second turn took the last item and told nobody
    assert (job.state, states(job)) == (Job.DONE, ["done"] * 3)


def test_what_the_broker_did_not_take_is_told_again_at_the_next_look(redis: Redis) -> None:
    job = ask("ก", verb="evidence")
    Job.objects.filter(pk=job.pk).update(nudged_at=None)

    assert jobs.watch() == 1
    assert _messages(redis, "evidence") == 1
    assert jobs.watch() == 0  # told just now


def test_what_a_dead_worker_had_taken_is_put_back_and_delivered_first(redis: Redis, database_url: str) -> None:
    broker.nudge("evidence", 1)
    environ = {**os.environ, "DOCSERVICE_HOME": str(config().home), "DOCSERVICE_DATABASE_URL": database_url}
    subprocess.run([sys.executable, "-c", _TAKE_AND_DIE], env=environ, check=False, cwd=REPOSITORY)
    assert _messages(redis, "evidence") == 0
    broker.nudge("evidence", 2)

    assert celery.put_back() == 1
    assert celery.put_back() == 0
    with celery.app.connection_for_read() as line:
        message = line.SimpleQueue("evidence").get(block=False)
        assert message.decode()[0] == [1]
        message.ack()


_TAKE_AND_DIE = """
import os, signal
from docservice.celery import app
app.connection_for_read().SimpleQueue("evidence").get(block=False)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_items_of_a_dead_process_need_not_wait_for_their_lease() -> None:
    job = ask("กขค")
    jobs.claim(job, 2, "dead")

    assert jobs.give_up(job.pk, "dead") == 2
    assert [item.position for item in jobs.claim(job, 2, "another")] == [1, 2]
    assert jobs.give_up(job.pk, "dead") == 0


def test_after_one_book_the_reader_of_the_next_is_called_at_once(redis: Redis) -> None:
    first, second, third = (ask([n], book_text.VERB) for n in range(3))
    Job.objects.update(nudged_at=None)
    first.items.update(state=JobItem.DONE)
    assert book_text.go_on(first.pk, 0) == 0  # it had no turn: whoever has it calls
    assert not Job.objects.exclude(nudged_at=None)
    assert book_text.go_on(first.pk, 1) == 1
    assert [job.pk for job in Job.objects.exclude(nudged_at=None)] == [second.pk]
    second.items.update(state=JobItem.DONE)
    book_text.go_on(second.pk, 1)
    assert Job.objects.get(pk=third.pk).nudged_at is not None


def test_what_became_free_after_the_last_message_is_told_of_at_once(redis: Redis) -> None:
    job = ask("กข", verb="evidence")
    jobs.claim(job)
    jobs.tell(job)
    assert jobs.watch() == 0

    told_at = Job.objects.get(pk=job.pk).nudged_at
    assert told_at is not None
    Job.objects.filter(pk=job.pk).update(nudged_at=told_at - timedelta(seconds=2))
    job.items.filter(position=1).update(lease_until=told_at - timedelta(seconds=1))

    assert jobs.watch() == 1
    assert jobs.watch() == 0


def test_without_a_broker_nothing_is_marked_as_told() -> None:
    job = ask("ก", verb="evidence")

    jobs.tell(job)

    job.refresh_from_db()
    assert job.nudged_at is None


def test_an_urgent_message_is_served_before_those_that_waited_longer(redis: Redis) -> None:
    broker.nudge("paper", 1)
    broker.nudge("paper", 2, urgent=True)

    with celery.app.connection_for_read() as line:
        first = line.SimpleQueue("render").get(block=False)
        assert first.decode()[0] == [2]
        first.ack()


def test_a_job_whose_worker_died_after_its_last_item_is_closed_at_the_next_look() -> None:
    job = ask("กข")
    job.items.update(state=JobItem.DONE)
    Job.objects.filter(pk=job.pk).update(state=Job.RUNNING)

    jobs.watch()

    job.refresh_from_db()
    assert (job.state, job.finished_at is not None) == (Job.DONE, True)


def test_what_a_dead_worker_held_of_a_cancelled_job_is_cancelled_at_the_next_look() -> None:
    job = ask("กข")
    jobs.claim(job, 1)
    jobs.cancel(job, actor="tester")
    jobs.watch()
    assert states(job) == ["claimed", "cancelled"]  # it may still be at work

    job.items.filter(state=JobItem.CLAIMED).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    jobs.watch()

    assert states(job) == ["cancelled", "cancelled"]


def test_what_a_dead_worker_left_is_taken_before_what_waits() -> None:
    job = ask("กขคง")
    jobs.claim(job, 2)
    job.items.filter(position=2).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    assert [item.position for item in jobs.claim(job, 2)] == [2, 3]


def test_the_items_and_seconds_of_a_verb_are_added_up_as_they_end() -> None:
    job = ask("กขค")
    list(jobs.work(job, _echo, 2))
    jobs.repeat(job, actor="tester")
    list(jobs.work(job, _echo))

    assert pulse.worked()["echo"][0] == 6


def test_reading_a_request_keeps_no_other_writer_waiting(transactional_db: None) -> None:
    inside: list[bool] = []

    def requests() -> Iterator[jobs.Request]:
        for number in range(3):
            inside.append(connection.in_atomic_block)
            yield jobs.Request(str(number), {"n": number})

    jobs.submit("echo", "งาน", requests(), actor="tester")

    assert inside == [False] * 3


def test_the_last_turns_of_a_large_job_ask_no_more_than_the_first() -> None:
    """Each question about a job's items is answered by an index, wherever the job stands."""
    job = ask(range(5_000))
    asked = []
    while True:
        with CaptureQueriesContext(connection) as queries:
            if not _turn(job, 25):
                break
        asked.append(len(queries))
        if len(asked) in (2, 199):
            _no_table_is_read_through(queries)

    assert states(job) == ["done"] * 5_000
    assert job.state == Job.DONE
    assert max(asked[1:-1]) == min(asked[1:-1])
    assert len(asked) == 200


def test_the_signs_of_life_of_a_large_job_are_read_by_index() -> None:
    job = ask(range(2_000), verb="paper")
    list(jobs.claim(job, 25))

    with CaptureQueriesContext(connection) as queries:
        health = pulse.health()
        pulse.oldest_waiting()
        jobs.watch()

    assert [(q.waiting, q.working) for q in health.queues if q.name == "render"] == [(1_975, 25)]
    _no_table_is_read_through(queries)


def _no_table_is_read_through(queries: CaptureQueriesContext) -> None:
    """No question reads all items of the table or of the job (SQLite only: PostgreSQL plans by the size it knows)."""
    if connection.vendor != "sqlite":
        return
    for query in queries.captured_queries:
        if query["sql"].startswith(("SELECT", "UPDATE")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plan = [row[-1] for row in cursor.fetchall()]
            assert not [step for step in plan if step.startswith("SCAN docservice_jobitem")], query["sql"]
            assert not [step for step in plan if step.endswith("(job_id=?)")], query["sql"]


# ------------------------------------------------------------------------------------------------------------ bad input
SILENT = {"DOCSERVICE_BROKER_URL": "redis://:hush@127.0.0.1:1/0"}


def test_a_broker_that_does_not_answer_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    ended = command("up", "--port", "1", home=tmp_path, environ=SILENT)

    told(ended, UNAVAILABLE, "Redis", "127.0.0.1:1", "DOCSERVICE_BROKER_URL")
    assert "hush" not in ended.stdout + ended.stderr
    assert not (tmp_path / "logs").exists()


def test_something_else_at_the_brokers_address_is_no_redis(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()  # takes the connection and says nothing
        url = f"redis://127.0.0.1:{other.getsockname()[1]}/0"

        told(command("up", home=tmp_path, environ={"DOCSERVICE_BROKER_URL": url}), UNAVAILABLE, url)


def test_status_names_the_broker_that_does_not_answer(tmp_path: Path) -> None:
    ended = command("status", "--json", home=tmp_path, environ=SILENT)

    assert "127.0.0.1:1" in json.loads(ended.stdout)["message"]


def test_without_a_broker_a_request_is_worked_where_it_was_given(tmp_path: Path) -> None:
    assert command("import", YEAR_TOML, home=tmp_path, environ=SILENT).returncode == DONE

    ended = command("request", "guideline", "--year", "2562", home=tmp_path, environ=SILENT)

    assert ended.returncode == DONE, ended.stderr


def test_an_unknown_kind_of_request_is_refused_with_those_there_are(tmp_path: Path) -> None:
    told(command("request", "poem", "--year", "2562", home=tmp_path), USAGE, "poem", "certificate")


def test_an_unknown_verb_in_a_row_is_named() -> None:
    with pytest.raises(NotFound, match="poem"):
        verbs.verb("poem")


def test_a_redis_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineUnavailable, match="redis-server"):
        _redis(tmp_path)


def test_files_that_came_are_made_ready_behind_everything_else(redis: Redis) -> None:
    assert broker.nudge(intake.PIECES, 1)
    (queue,) = redis.keys("bulk*")
    assert (queue.endswith(str(broker.BACKGROUND).encode()), redis.llen(queue)) == (True, 1)
    app.loader.import_default_modules()
    assert f"docservice.{intake.PIECES}" in app.tasks
