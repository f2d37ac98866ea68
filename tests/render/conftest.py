"""One warm LibreOffice and one set of fonts for all tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docservice.render.fonts import Fonts, prepare
from docservice.render.office import Office


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def fonts(engine_home: Path) -> Fonts:
    return prepare(engine_home)


@pytest.fixture(scope="session")
def office(engine_home: Path, fonts: Fonts) -> Iterator[Office]:
    with Office(engine_home, fonts) as warm:
        yield warm
