"""Kill -9 of everything while 200 certificates and 20 books are being made: each comes out once, or says why not.

Three rounds in the suite (one on PostgreSQL); ``CHAOS_ROUNDS=50`` for a night, ``CHAOS_LOG=file`` keeps a line of each.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ocfl
import pytest
from PIL import Image
from service import Service
from surroundings import POSTGRESQL

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "1" if POSTGRESQL else "3"))
TARGETS = ("child", "worker", "office", "bridge", "redis", "web", "beat", "supervisor")
ON_ONE_HOME = 10
"""Rounds before the home is left for a new one, so that a night takes no more disk than these."""
PATIENCE = float(os.environ.get("CHAOS_PATIENCE", "240"))
"""Seconds after which a round counts as stuck: a net to fall into, no measure."""


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Service]:
    with Service(tmp_path / "home", database_url) as running:
        yield running


@pytest.mark.parametrize("first", range(0, ROUNDS, ON_ONE_HOME))
def test_whatever_is_killed_every_item_ends_exactly_once(service: Service, first: int) -> None:
    rounds = range(first, min(first + ON_ONE_HOME, ROUNDS))
    for number in rounds:
        _round(service, number)
    root = ocfl.StorageRoot(root=str(service.home / "store" / "archive"))
    root.validate(check_digests=True)
    assert root.good_objects == root.num_objects == 200 * len(rounds)
    assert not root.errors
    service.__exit__()
    assert service.left() == []
    shutil.rmtree(service.home)  # only where all went well
    service.__enter__()


def _round(service: Service, number: int) -> None:
    """One year of the office, under fire from the request to the export."""
    year, dice, began = 2562 + number % 100, random.Random(number), time.monotonic()  # noqa: S311  repeatable on purpose
    service.office("prepare", year)
    service.office("submit", year)
    killed = _kill(service, dice, TARGETS, 4)
    service.wait(year, PATIENCE)
    verdict = service.office("verdict", year)
    failed = verdict["failed"]
    assert all(failed), "an item failed without a reason"
    if failed:  # a reason was given; asked again, it is done
        assert verdict["certificates"] + verdict["books"] >= 220 - len(failed), verdict
        service.office("retry", year)
        service.wait(year, PATIENCE)
        verdict = service.office("verdict", year)
    assert verdict == WHOLE | {"events": verdict["events"]}
    service.office("export", year)
    killed += _kill(service, dice, ("child", "worker", "redis"), 1)
    service.wait(year, PATIENCE)
    assert service.office("bag", year) == {"bags": 1, "faults": [], "left": []}
    _note(
        round=number, killed=killed, failed=failed, seconds=round(time.monotonic() - began, 1), events=verdict["events"]
    )


WHOLE: dict[str, Any] = {
    "not_ended": 0,
    "failed": [],
    "certificates": 200,
    "serials": 200,
    "misprinted": [],
    "used_numbers": 200,
    "reserved_numbers": 0,
    "gapless": True,
    "books": 20,
    "made_twice": [],
    "half_dossiers": [],
    "faults": [],
}


def _kill(service: Service, dice: random.Random, targets: tuple[str, ...], times: int) -> list[str]:
    """Kill so many different kinds of process, each at a moment of its own; those that were there to be killed."""
    killed = []
    for target in dice.sample(targets, k=times):
        time.sleep(dice.uniform(0.1, 2.5))
        if service.kill(target, dice):
            killed.append(target)
    return killed


def _note(**line: Any) -> None:
    if log := os.environ.get("CHAOS_LOG"):
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("target", ["worker", "child"])
def test_the_items_of_a_killed_worker_run_again(tmp_path: Path, database_url: str, target: str) -> None:
    with Service(tmp_path / "home", database_url, certificates=40) as service:
        service.office("prepare", 2562)
        service.office("submit", 2562)
        while service.office("state", 2562)["done"] < 10:
            time.sleep(0.05)
        assert service.kill(target)
        assert not service.office("state", 2562)["ended"]
        service.wait(2562, PATIENCE)
        assert service.office("verdict", 2562)["certificates"] == 40


def test_a_full_disk_ends_the_item_with_a_reason_and_afterwards_it_is_done(tmp_path: Path, database_url: str) -> None:
    home, limit = tmp_path / "home", 6_000_000
    with Service(home, database_url, certificates=3, limit=limit) as service:
        service.office("prepare", 2562)
        scan = next((home / "evidence").rglob("ใบสมัคร.jpg"))
        Image.effect_noise((4000, 4000), 100).save(scan, quality=95)
        assert scan.stat().st_size > limit
        service.office("submit", 2562)
        service.wait(2562, PATIENCE)
        verdict = service.office("verdict", 2562)
        assert (verdict["certificates"], verdict["books"], len(verdict["failed"])) == (3, 2, 1), verdict
        assert "เขียน" in verdict["failed"][0]
    with Service(home, database_url, certificates=3) as service:
        service.office("retry", 2562)
        service.wait(2562, PATIENCE)
        verdict = service.office("verdict", 2562)
    assert (verdict["certificates"], verdict["books"], verdict["failed"], verdict["faults"]) == (3, 3, [], [])


def test_a_second_service_on_the_same_home_is_refused_and_nothing_is_left_after_ctrl_c(service: Service) -> None:
    second = Service(service.home, service.environ["DOCSERVICE_DATABASE_URL"])
    with pytest.raises(AssertionError, match="did not start"):
        second.__enter__()
    assert second.process is not None
    assert second.process.wait(20) == 3
    while not service.pids("child"):  # the pool's processes come last
        time.sleep(0.1)
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
