"""Kill -9 of everything while 200 certificates and 20 books are being made: each comes out once, or says why not.

Three rounds in the suite (one on PostgreSQL); ``CHAOS_ROUNDS=50`` for a night,
``CHAOS_LOG=file`` keeps a line of each.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import ocfl
import pytest
from service import PATIENCE, Service
from surroundings import POSTGRESQL

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "1" if POSTGRESQL else "3"))
TARGETS = ("child", "worker", "office", "bridge", "redis", "web", "beat", "supervisor")
ON_ONE_HOME = 10
"""Rounds before the home is left for a new one, so that a night takes no more disk than these."""


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
