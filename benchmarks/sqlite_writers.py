"""Several processes writing into one database at once: does anybody hear "database is locked", is anything lost?

    .venv/bin/python benchmarks/sqlite_writers.py [--writers 4] [--transactions 2500] [--database URL] [--json]

Without ``--database`` a SQLite file in a temporary folder. Ends with 1 when a transaction was refused or lost.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_WRITER = Path(__file__).with_name("writer.py")


def measure(database: str, home: str, writers: int, transactions: int) -> dict[str, Any]:
    """Let ``writers`` processes commit ``transactions`` each, all starting together; what came of it."""
    environ = {**os.environ, "DOCSERVICE_HOME": home, "DOCSERVICE_DATABASE_URL": database}
    _answer(_start(environ, "prepare"))
    processes = [_start(environ, "write", str(transactions)) for _ in range(writers)]
    time.sleep(2)  # every process has loaded Django and waits for its line
    began = time.perf_counter()
    for process in processes:
        _say_go(process)
    said = [_answer(process) for process in processes]
    seconds = time.perf_counter() - began
    refused = [words for one in said for words in one["refused"]]
    return {
        "database": database.partition(":")[0],
        "writers": writers,
        "asked": writers * transactions,
        "committed": sum(one["committed"] for one in said),
        "refused": len(refused),
        "database is locked": sum("locked" in words for words in refused),
        "per_second": round(writers * transactions / seconds),
        "slowest_ms": max(one["slowest_ms"] for one in said),
        **_answer(_start(environ, "check")),
    }


def _start(environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(_WRITER), *words], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _say_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None  # noqa: S101  it was asked for
    process.stdin.write("go\n")
    process.stdin.flush()


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=1800)
    if process.returncode:
        sys.exit(f"writer ended with {process.returncode}")
    return dict(json.loads(out))


def main() -> int:
    """Measure, print, and say by the exit code whether everything is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--transactions", type=int, default=2500, help="by each writer")
    parser.add_argument("--database", help="as DOCSERVICE_DATABASE_URL; must be empty")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docservice-writers-") as home:
        database = asked.database or f"sqlite://{home}/docservice.sqlite3"
        result = measure(database, home, asked.writers, asked.transactions)
    lines = json.dumps(result) if asked.json else "\n".join(f"{name:>20}  {value}" for name, value in result.items())
    sys.stdout.write(lines + "\n")
    whole = result["committed"] == result["asked"] == result["changes"] == result["events"]
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
