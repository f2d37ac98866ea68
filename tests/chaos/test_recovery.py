"""After a kill, a full disk or a second service: the work goes on, and the service says how it is."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from service import PATIENCE, Service


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service") / "home", module_database_url, certificates=40)
    yield service
    service.__exit__()


@pytest.fixture
def service(kept: Service) -> Service:
    """One service for these tests: each finds it running, whoever stopped it before."""
    if kept.process is None:
        kept.__enter__()
    return kept


@pytest.mark.parametrize(("target", "year"), [("worker", 2562), ("child", 2563)])
def test_the_items_of_a_killed_worker_run_again(service: Service, target: str, year: int) -> None:
    service.office("prepare", year)
    service.office("submit", year)
    while service.office("state", year)["done"] < 10:
        time.sleep(0.05)
    assert service.kill(target)
    assert not service.office("state", year)["ended"]
    service.wait(year, PATIENCE)
    assert service.office("verdict", year)["certificates"] == 40


@pytest.mark.one_database  # the disk of the home is full, not the server's
def test_a_full_disk_ends_the_item_with_a_reason_and_afterwards_it_is_done(tmp_path: Path, database_url: str) -> None:
    home, limit = tmp_path / "home", 6_000_000
    with Service(home, database_url, workers=1, certificates=3, limit=limit) as service:
        service.office("prepare", 2562)
        scan = next((home / "evidence").rglob("ใบสมัคร.jpg"))
        Image.effect_noise((3000, 3000), 100).save(scan, quality=95)
        assert scan.stat().st_size > limit
        service.office("submit", 2562)
        service.wait(2562, PATIENCE)
        verdict = service.office("verdict", 2562)
        assert (verdict["certificates"], verdict["books"], len(verdict["failed"])) == (3, 2, 1), verdict
        assert "เขียน" in verdict["failed"][0]
    with Service(home, database_url, workers=1, certificates=3) as service:
        service.office("retry", 2562)
        service.wait(2562, PATIENCE)
        verdict = service.office("verdict", 2562)
    assert (verdict["certificates"], verdict["books"], verdict["failed"], verdict["faults"]) == (3, 3, [], [])


@pytest.mark.one_database  # a lock in the home, and processes
def test_a_second_service_on_the_same_home_is_refused_and_nothing_is_left_after_ctrl_c(service: Service) -> None:
    second = Service(service.home, service.environ["DOCSERVICE_DATABASE_URL"])
    with pytest.raises(AssertionError, match="did not start"):
        second.__enter__()
    assert second.process is not None
    assert second.process.wait(PATIENCE) == 3
    while not service.pids("child"):  # the pool's processes come last
        time.sleep(0.1)
    everything = list(service.processes())
    assert len(everything) > 4
    service.__exit__()
    deadline = time.monotonic() + PATIENCE
    while left := [pid for pid in everything if Path(f"/proc/{pid}").exists()]:  # what was killed takes a moment to go
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_health_and_metrics_answer_and_prove_that_work_is_consumed(service: Service) -> None:
    address = f"http://127.0.0.1:{service.port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:  # noqa: S310  our own loopback
                assert b'"well": true' in answer.read()
                break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.5)
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:  # noqa: S310  our own loopback
        text = answer.read().decode()
    assert "docservice_oldest_waiting_seconds" in text
    assert 'docservice_queue_silence_seconds{queue="render"}' in text
