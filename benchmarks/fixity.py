"""Fixity beside ``sha512sum`` on the same files: ``python benchmarks/fixity.py [--gigabytes 2] [--json FILE]``.

Makes an archive of dossiers as an office has them (an evidence book of a few MB, photographs, two papers, a record;
with ``--papers`` the papers only, whose many small files are the hard case), then reads all of it, each way twice:
``archive verify`` (every byte against inventories, sidecars, records and the index), the store's sweep alone, and
``find … | xargs -P2 sha512sum``. Everything is in the page cache: what is measured is the work, not the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROCESSES = 2
_PARTS = ((4_000_000, "book/book.pdf"), *((300_000, f"evidence/photo/{n}.jpg") for n in range(1, 6)))
_PAPERS = ((60_000, "paper/certificate.pdf"), (40_000, "paper/letter.pdf"))


def make(size: int, parts: Sequence[tuple[int, str]]) -> int:
    """File dossiers of such parts (bytes, path) until there are ``size`` bytes; how many."""
    from docservice import archive  # noqa: PLC0415  Django must be set up first
    from docservice.cli import running  # noqa: PLC0415
    from docservice.record import Filing  # noqa: PLC0415

    running.ready()
    dice, made, count = random.Random(1), 0, 0  # noqa: S311  repeatable on purpose
    while made < size:
        count += 1
        drawn = [(round(usual * dice.uniform(0.3, 1.7)), path) for usual, path in parts]
        filings = [
            Filing(path, dice.randbytes(length), "book", "เอกสาร", "application/pdf", f"{count:064x}")
            for length, path in drawn
        ]
        made += sum(length for length, _ in drawn)
        archive.file(f"2562/24/2401/leader-{count:04d}", f"ผู้สมัคร {count}", filings, actor="benchmark")
    return count


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(home: Path, gigabytes: float, *, papers: bool) -> dict[str, Any]:
    """All three ways in turn, twice; the better of each."""
    from docservice import archive, fixity_run  # noqa: PLC0415
    from docservice.models import Dossier  # noqa: PLC0415
    from storage.keys import DossierKey  # noqa: PLC0415
    from storage.sweep import sweep  # noqa: PLC0415

    dossiers = make(round(gigabytes * 1e9), _PAPERS if papers else (*_PARTS, *_PAPERS))
    folder = home / "store" / "archive"
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    keys = [DossierKey.parse(key) for key in Dossier.objects.values_list("key", flat=True)]

    def whole(processes: int) -> Callable[[], object]:
        return lambda: _sound(list(fixity_run.examine(fixity_run.of_year(2562), "benchmark", processes)))

    ways: dict[str, Callable[[], object]] = {
        "sha512sum, 2 processes": lambda: _sha512sum(folder),
        "archive verify, 2 processes": whole(PROCESSES),
        "archive verify, 1 process": whole(1),
        "store alone, 2 processes": lambda: _sound(list(sweep(archive.root().store, keys, PROCESSES))),
    }
    seconds = {name: [timed(work), timed(work)] for name, work in ways.items()}
    best = {name: min(taken) for name, taken in seconds.items()}
    plain = best["sha512sum, 2 processes"]
    rows = {
        name: {"seconds": round(taken, 2), "MB/s": round(size / taken / 1e6), "of sha512sum": round(plain / taken, 2)}
        for name, taken in best.items()
    }
    return {
        "dossiers": dossiers,
        "files": len(files),
        "bytes": size,
        "ways": rows,
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _sha512sum(folder: Path) -> None:
    command = f"find {folder} -type f -print0 | xargs -0 -P{PROCESSES} -n 32 sha512sum > /dev/null"
    subprocess.run(["sh", "-c", command], check=True)


def _sound(found: list[Any]) -> None:
    if any(each.faults for each in found):
        raise SystemExit("the archive is damaged")


def main() -> None:
    """Make, measure, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--gigabytes", type=float, default=2.0)
    words.add_argument("--papers", action="store_true")
    words.add_argument("--json", type=Path)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="docservice-bench-") as home:
        os.environ |= {"DOCSERVICE_HOME": home, "DJANGO_SETTINGS_MODULE": "docservice.settings"}
        import django  # noqa: PLC0415  after the home is named

        django.setup()
        found = measure(Path(home), asked.gigabytes, papers=asked.papers)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    sys.stdout.write(text + "\n")
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
