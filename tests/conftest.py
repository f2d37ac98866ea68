"""What every test shares: a home of its own for this test process, and a store that starts empty in each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Settings are read once, at the first import of Django's settings: the home must be set before.
_HOME = tempfile.mkdtemp(prefix="docservice-tests-")
os.environ["DOCSERVICE_HOME"] = _HOME
for _name in [n for n in os.environ if n.startswith("DOCSERVICE_") and n != "DOCSERVICE_HOME"]:
    del os.environ[_name]

SAMPLE = Path(__file__).parent.parent / "docservice" / "samples" / "chachoengsao-2562"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty archive for this test; fonts and LibreOffice stay those of the test process."""
    from docservice import archive  # noqa: PLC0415  Django must be set up first
    from docservice.config import config  # noqa: PLC0415

    object.__setattr__(config(), "store_url", f"file://{tmp_path}/store")
    archive.root.cache_clear()
    archive.root().init()
    yield tmp_path
    archive.root.cache_clear()
