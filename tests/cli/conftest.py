"""Commands run in this process: what they print as JSON, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office_year import YEAR_TOML, filed, filing

ORDERS = tuple(f"2562/24/2400/order-00{n}" for n in (12, 13, 14))
Answer = Callable[..., Any]


@pytest.fixture
def answer(db: None, home: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    """Run a command with ``--json``: the one document it prints."""

    from docservice.cli.app import run  # noqa: PLC0415  Django must be set up first

    def asked(*words: str | Path, exit_code: int = 0) -> Any:
        capsys.readouterr()
        ended = run([*map(str, words), "--json"])
        said, complained = capsys.readouterr()
        assert ended == exit_code, complained
        return json.loads(said or complained)

    return asked


@pytest.fixture
def refused(db: None, home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that ends with ``exit_code``: what it says on standard error."""

    from docservice.cli.app import run  # noqa: PLC0415  Django must be set up first

    def asked(*words: str | Path, exit_code: int) -> str:
        capsys.readouterr()
        assert run(list(map(str, words))) == exit_code
        return capsys.readouterr().err

    return asked


@pytest.fixture
def office(answer: Answer) -> None:
    """The sample year entered, and three orders filed."""
    answer("import", YEAR_TOML)
    for key in ORDERS:
        number = key[-2:]
        filed(
            filing("paper/order.docx", f"word {number}".encode(), kind="order"),
            filing("paper/order.pdf", f"order {number}".encode(), kind="order"),
            key=key,
            title=f"คำสั่งที่ {number}",
        )
