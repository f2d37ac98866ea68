"""Kill -9 of everything while 200 certificates and 20 books are being made: each comes out once, or says why not.

Three rounds in the suite (one on PostgreSQL); ``CHAOS_ROUNDS=50`` for a night.
"""

from __future__ import annotations

import os
import random
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import ocfl
import pytest
from service import Service
from surroundings import POSTGRESQL

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "1" if POSTGRESQL else "3"))
TARGETS = ("child", "worker", "office", "redis", "web", "beat")


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Service]:
    with Service(tmp_path / "home", database_url) as running:
        yield running


def test_whatever_is_killed_every_item_ends_exactly_once(service: Service) -> None:
    for number in range(ROUNDS):
        year, dice = 2562 + number % 100, random.Random(number)  # noqa: S311  repeatable on purpose
        service.office("prepare", year)
        service.office("submit", year)
        for target in dice.sample(TARGETS, k=4):
            time.sleep(dice.uniform(0.3, 2.5))
            service.kill(target)
        service.wait(year, 150)
        verdict = service.office("verdict", year)
        assert verdict["not_ended"] == 0
        assert verdict["unexplained"] == 0
        assert verdict["failed"] == []
        assert verdict["certificates"] == verdict["serials"] == verdict["distinct_serials"] == 200
        assert verdict["used_numbers"] == 200
        assert verdict["books"] == 20
        assert verdict["faults"] == []
    root = ocfl.StorageRoot(root=str(service.home / "store" / "archive"))
    root.validate(check_digests=True)
    assert root.good_objects == root.num_objects == 200 * min(ROUNDS, 100)
    assert not root.errors


@pytest.mark.parametrize("target", ["worker", "child"])
def test_the_items_of_a_killed_worker_run_again(tmp_path: Path, database_url: str, target: str) -> None:
    with Service(tmp_path / "home", database_url, certificates=40) as service:
        service.office("prepare", 2562)
        service.office("submit", 2562)
        while service.office("state", 2562)["done"] < 10:
            time.sleep(0.05)
        assert service.kill(target)
        assert not service.office("state", 2562)["ended"]
        service.wait(2562, 120)
        assert service.office("verdict", 2562)["certificates"] == 40


def test_a_second_service_on_the_same_home_is_refused_and_nothing_is_left_after_ctrl_c(service: Service) -> None:
    second = Service(service.home, service.environ["DOCSERVICE_DATABASE_URL"])
    with pytest.raises(AssertionError, match="did not start"):
        second.__enter__()
    assert second.process is not None
    assert second.process.wait(20) == 3
    everything = list(service.processes())
    assert len(everything) > 4
    service.__exit__()
    assert [pid for pid in everything if Path(f"/proc/{pid}").exists()] == []
    service.__enter__()


def test_health_and_metrics_answer_and_prove_that_work_is_consumed(service: Service) -> None:
    address = f"http://127.0.0.1:{service.port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310  our own loopback
                assert b'"well": true' in answer.read()
                break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.5)
    with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:  # noqa: S310  our own loopback
        text = answer.read().decode()
    assert "docservice_oldest_waiting_seconds" in text
    assert 'docservice_queue_silence_seconds{queue="render"}' in text
