"""The store in which this office keeps its bytes, as its settings name it: one folder for each kind of thing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from docservice.config import config
from storage.address import Bucket, Keys, below, open_store, parse
from storage.store import CHUNK, Store

ARCHIVE, ASSETS, INTAKE, LEDGER, STAMPS, TEMPLATES = "archive", "assets", "intake", "ledger", "stamps", "templates"
FOLDERS = (ARCHIVE, ASSETS, INTAKE, LEDGER, STAMPS, TEMPLATES)
"""Every folder there is: what moves when the store moves."""


def opened(folder: str) -> Store:
    """One folder of the configured store: the same object, with its connections, each time."""
    settings = config()
    return _opened(settings.store_url, folder, settings.store_keys)


def replica(folder: str) -> Store | None:
    """One folder of the second copy, or None where the office has none."""
    settings = config()
    return _opened(settings.replica_url, folder, settings.replica_keys) if settings.replica_url else None


def place(folder: str) -> Path | Bucket:
    """Where that folder lies: what a person is shown."""
    return _place(config().store_url, folder)


@cache
def _place(url: str, folder: str) -> Path | Bucket:
    root = parse(url)
    return root / folder if isinstance(root, Path) else below(root, folder)


@contextmanager
def fetched(folder: str, keys: list[str]) -> Iterator[dict[str, Path]]:
    """Copies of the bytes at ``keys`` as files of this machine, by key, until the block ends."""
    with TemporaryDirectory(prefix="docservice-") as place:
        found: dict[str, Path] = {}
        for number, key in enumerate(dict.fromkeys(keys)):
            found[key] = Path(place, f"{number:04d}")
            with opened(folder).open(key) as source, found[key].open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
        yield found


@cache
def _opened(url: str, folder: str, keys: Keys) -> Store:
    return open_store(url, folder, keys)
