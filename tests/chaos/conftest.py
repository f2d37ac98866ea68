"""The service that the tests here kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from service import Service


@pytest.fixture
def service(tmp_path: Path, database_url: str) -> Iterator[Service]:
    with Service(tmp_path / "home", database_url) as running:
        yield running
