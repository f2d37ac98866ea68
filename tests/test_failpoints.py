"""Filing killed before every single step it takes, in a folder and in a bucket: what was asked for is there once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ocfl
from s3server import S3Server

from storage.address import Bucket
from storage.bucket import S3Store
from storage.local import LocalStore
from storage.migration import Migration

HERE = Path(__file__).parent


def _killed_everywhere(words: list[str], home: Path, database_url: str, **store: str) -> dict[str, Any]:
    settings = {"DOCSERVICE_HOME": str(home), "DOCSERVICE_DATABASE_URL": database_url, "DOCSERVICE_LANG": "th"}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    ended = subprocess.run(
        [sys.executable, HERE / "failpoints.py", *words],
        env=environ | settings | store,
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def _valid(folder: Path) -> int:
    """How many objects the independent validator finds; it must call all of them sound."""
    shutil.rmtree(folder / "extensions", ignore_errors=True)
    checked = ocfl.StorageRoot(root=str(folder))
    assert checked.validate(check_digests=True)
    assert checked.good_objects == checked.num_objects
    return int(checked.num_objects)


def test_in_a_folder_a_filing_killed_at_any_step_is_there_once(tmp_path: Path, database_url: str) -> None:
    told = _killed_everywhere(["next"], tmp_path, database_url)

    assert told["wrong"] == []
    assert {"write", "fsync", "link", "rename", "fsync-folder"} <= set(told["steps"])
    assert any('INSERT INTO "docservice_event"' in step for step in told["steps"])
    assert told["kills"] == len(told["steps"]) > 40
    assert _valid(tmp_path / "store" / "archive") == told["kills"] + 1


def test_in_a_folder_a_filing_that_begins_a_dossier_is_there_once(tmp_path: Path, database_url: str) -> None:
    first = _killed_everywhere(["first"], tmp_path / "first", database_url)
    assert first["wrong"] == []
    assert {"write", "sync", "plant", "fsync-folder"} <= set(first["steps"])
    assert _valid(tmp_path / "first" / "store" / "archive") == first["kills"] + 1


def test_in_a_folder_a_lot_killed_at_any_step_is_there_once(tmp_path: Path, database_url: str) -> None:
    told = _killed_everywhere(["lot"], tmp_path, database_url)

    assert told["wrong"] == []
    assert told["steps"].count("plant") == 2
    assert {"link", "rename"} <= set(told["steps"])
    assert _valid(tmp_path / "store" / "archive") == 3 * (told["kills"] + 1)


def test_in_a_bucket_a_filing_killed_at_any_step_is_there_once(
    tmp_path: Path, database_url: str, s3_server: S3Server, s3_bucket: Bucket
) -> None:
    keys = {"DOCSERVICE_STORE_KEY": s3_server.app.key, "DOCSERVICE_STORE_SECRET": s3_server.app.secret}
    told = _killed_everywhere(
        ["first", "store"], tmp_path, database_url, DOCSERVICE_STORE_URL=s3_server.url(s3_bucket.prefix), **keys
    )

    assert told["wrong"] == []
    assert {"beginning", "put", "replace"} <= set(told["steps"])
    assert told["kills"] == len(told["steps"]) == 8
    place = s3_server.bucket(f"{s3_bucket.prefix}/archive")
    Migration(S3Store(place, s3_server.reader), LocalStore(tmp_path / "copy")).run(lambda: None)
    assert _valid(tmp_path / "copy") == told["kills"] + 1
