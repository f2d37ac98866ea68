"""What every test shares: a store that starts empty in each test, and a database for the processes it starts.

The process's own home and database are made in ``surroundings``, before Django's settings are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import postgres
import pytest
from surroundings import POSTGRESQL

from docservice.config import config

SAMPLE = Path(__file__).parent.parent / "docservice" / "samples" / "chachoengsao-2562"


LONGEST = (
    "test_chaos",
    "test_recovery",
    "test_every_address",
    "test_demo",
    "test_browser",
    "test_failpoints",
    "test_office",
    "test_compiled",
    "test_hostile",
    "test_ocr",
    "test_numbers",
    "test_bad_input",
    "test_archive_pages",
    "test_press",
    "test_bad_machine",
    "test_reprint",
    "test_contract",
    "test_catchword",
    "test_queue",
    "test_ocfl",
    "test_store",
)
"""Files that take longest, the longest first: begun first, so that none is left to one process at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first. On PostgreSQL, only what uses a database: the rest cannot come out otherwise there.

    Nor can what a browser shows: every page and operation is asked there without one. Nor what is marked so.
    """
    items.sort(key=_turn)
    if POSTGRESQL:
        used = [item for item in items if _uses_a_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in used])
        items[:] = used


_URLS = ("database_url", "module_database_url")


def _turn(item: pytest.Item) -> int:
    name = item.path.name
    return next((turn for turn, begins in enumerate(LONGEST) if name.startswith(begins)), len(LONGEST))


def _uses_a_database(item: pytest.Item) -> bool:
    if item.path.name.startswith("test_browser") or item.get_closest_marker("one_database"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", *_URLS})


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """An empty database for the processes a test starts, as ``DOCSERVICE_DATABASE_URL`` names it."""
    with _empty(tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One such database for all tests of a file."""
    with _empty(tmp_path_factory.mktemp("database")) as url:
        yield url


@contextmanager
def _empty(folder: Path) -> Iterator[str]:
    if not POSTGRESQL:
        yield f"sqlite://{folder}/docservice.sqlite3"
        return
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty archive for this test; fonts and LibreOffice stay those of the test process."""
    from docservice import archive  # noqa: PLC0415  Django must be set up first

    object.__setattr__(config(), "store_url", f"file://{tmp_path}/store")
    archive.root.cache_clear()
    archive.root().init()
    yield tmp_path
    archive.root.cache_clear()


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Path]:
    """A home folder of the test's own; fonts stay those of the test process, made before."""
    from docservice import engines  # noqa: PLC0415  Django must be set up first

    engines.fonts()
    before = config().home
    object.__setattr__(config(), "home", tmp_path)
    yield tmp_path
    object.__setattr__(config(), "home", before)
