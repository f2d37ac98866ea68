"""A year's hold whose worker is killed (kill -9) midway is carried into the bucket to the last file by the next one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from held_year import DOSSIERS
from office_year import REPOSITORY
from s3server import S3Server

SCRIPT = Path(__file__).with_name("held_year.py")


@pytest.fixture
def environ(s3_server: S3Server, database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an office in a bucket with object lock."""
    name = f"killed-{uuid.uuid4().hex[:12]}"
    s3_server.client().make_bucket(name, object_lock=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    return {
        **clean,
        "DOCSERVICE_HOME": str(tmp_path),
        "DOCSERVICE_DATABASE_URL": database_url,
        "DOCSERVICE_STORE_URL": s3_server.url("office", name),
        "DOCSERVICE_STORE_KEY": s3_server.admin.key,
        "DOCSERVICE_STORE_SECRET": s3_server.admin.secret,
    }


def begun(verb: str, environ: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), verb], env=environ, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )


def ended(verb: str, environ: dict[str, str]) -> dict[str, Any]:
    process = begun(verb, environ)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


def test_a_worker_that_is_killed_midway_leaves_the_rest_to_the_next(environ: dict[str, str]) -> None:
    before = ended("prepare", environ)
    assert (before["locked"], before["year"]) == (0, "locking")
    worker = begun("work", environ)
    assert worker.stdout is not None
    for _ in range(3):
        assert worker.stdout.readline()
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    midway = ended("told", environ)
    assert 3 <= midway["locked"] < DOSSIERS + 1
    assert midway["loose"] > 0

    after = ended("work", environ)

    assert (after["locked"], after["loose"]) == (DOSSIERS + 1, 0)
    assert (after["job"], after["counts"]["done"], after["counts"]["failed"]) == ("done", DOSSIERS + 1, 0)
    assert (after["events"], after["year"]) == (DOSSIERS + 1, "hold.locked")
