"""The real command in a process of its own, and what must be true of it when it refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from office_year import REPOSITORY

from docservice import engines
from docservice.config import config
from docservice.factsfile import write_toml

DONE, USAGE, REFUSED, UNAVAILABLE, BROKEN = 0, 2, 3, 4, 5
LETTER = engines.catalogue().kind("letter")


def warm_home(home: Path) -> Path:
    """A home in which the fonts are made, so that only what is tested writes."""
    engines.fonts()
    shutil.copytree(config().home / "engine", home / "engine", ignore=shutil.ignore_patterns("office", "*.lock"))
    return home


def command(
    *words: str | Path, home: Path, environ: Mapping[str, str] | None = None, limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own; with ``limit``, no file may grow beyond so many bytes."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    lead = [sys.executable, "-c", _LIMITED, str(limit)] if limit is not None else [sys.executable]
    return subprocess.run(
        [*lead, "-m", "docservice.cli", *map(str, words), "--home", str(home)],
        cwd=REPOSITORY,
        env={**clean, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


# Python itself ignores SIGXFSZ, so that a write past the limit gives EFBIG, as a full disk gives ENOSPC.
_LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def facts_file(folder: Path, **changes: Any) -> Path:
    """A facts file of a letter; a change to None leaves the field out."""
    facts = {**LETTER.example(), **changes}
    path = folder / "facts.toml"
    known = {name: value for name, value in facts.items() if value is not None and name in LETTER.fields}
    strange = "".join(f'\n{name} = "{value}"' for name, value in facts.items() if name not in LETTER.fields)
    path.write_text(write_toml(known, LETTER) + strange, encoding="utf-8")
    return path


def make_letter(folder: Path, warm: Path, facts: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return command("make", "letter", "--facts", facts, "--out", folder / "out", home=warm, **options)


def told(ended: subprocess.CompletedProcess[str], exit_code: int, *words: str) -> None:
    """It ended with that code and said so in Thai on standard error, naming ``words``."""
    assert ended.returncode == exit_code, ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert re.search("[ก-๙]{3}", ended.stderr), ended.stderr
    for word in words:
        assert word in ended.stderr, ended.stderr


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def nothing_written(folder: Path) -> None:
    assert left(folder / "out") == []
    assert not list(folder.rglob("*.part"))
