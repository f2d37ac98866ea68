"""How quickly a year of 2 GB leaves the archive, beside reading the same files raw, from a folder and from a bucket.

``.venv/bin/python benchmarks/export_speed.py [--mb 2000] [--runs 3] [--store local|s3|both] [--home DIR] [--write]``

Files dossiers (a book, pictures, a certificate each) into a store of its own, then in turns, in this process: every
stored file opened and read to its end (``raw``), and the year's bag streamed as a download gives it (``export``: every
byte compared with SHA-256, CRC-32 of the ZIP). Local files are dropped from the page cache before each
reading (``cold``) and, as another row, not (``warm``: then raw is the speed of memory). The bucket is one of SeaweedFS
on this machine. ``peak_mb`` is the resident memory of a process that only exports. Writes docs/export.json and .svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests"), str(REPOSITORY / "benchmarks")]
TARGET = 0.8
YEAR = 2562
PIECES = {"book/book.pdf": 4_600_000, "paper/certificate.pdf": 90_000} | {
    f"evidence/photo/{n}.jpg": 650_000 for n in range(8)
}
_SERIES = {"local, cold": "#2b4c9b", "local, warm": "#7b8491", "bucket": "#1f7a4d"}


def fill(megabytes: int) -> None:
    """File dossiers until there are so many bytes."""
    from docservice import archive, register  # noqa: PLC0415  the home must be chosen first
    from docservice.cli.make import SAMPLE_YEAR  # noqa: PLC0415
    from docservice.factsfile import read_facts  # noqa: PLC0415

    register.enter_year({**read_facts(SAMPLE_YEAR), "year_be": YEAR}, actor="bench")
    draw = random.Random(7)  # noqa: S311  nothing secret
    for n in range(megabytes * 1_000_000 // sum(PIECES.values())):
        key = f"{YEAR}/24/24{n % 11 + 1:02d}/leader-{n // 11 + 1:04d}"
        filings = [
            archive.Filing(path, draw.randbytes(size), path.partition("/")[0], path, "application/pdf", f"{n}{path}")
            for path, size in PIECES.items()
        ]
        archive.file(key, f"ผู้สมัคร {n}", filings, actor="bench")


def raw() -> float:
    """Every stored file opened and read to its end; megabytes a second."""
    from docservice import archive  # noqa: PLC0415
    from storage.store import CHUNK  # noqa: PLC0415

    store, size, started = archive.root().store, 0, time.perf_counter()
    for key in list(store.list("2")):
        with store.open(key) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
    return size / 1e6 / (time.perf_counter() - started)


def exported() -> tuple[float, float]:
    """The year's bag streamed; megabytes a second, and seconds until its first byte could be sent."""
    from docservice import export, register  # noqa: PLC0415
    from docservice.thai import BE  # noqa: PLC0415

    started, size = time.perf_counter(), 0
    bag = export.year_bag(register.year(BE(YEAR)))
    promised = bag.size
    ready = time.perf_counter() - started
    for piece in bag.stream():
        size += len(piece)
    if size != promised:
        raise RuntimeError(f"{size} bytes came, {promised} were promised")
    return size / 1e6 / (time.perf_counter() - started), ready


def forget(folder: Path) -> None:
    """Drop the folder's files from the page cache, without being root."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def rounds(runs: int, folder: Path | None) -> Iterator[dict[str, float]]:
    """Raw and export in turns; ``folder``: what is made cold before each."""
    for _ in range(runs):
        if folder:
            forget(folder)
        plain = raw()
        if folder:
            forget(folder)
        rate, ready = exported()
        yield {"raw": round(plain), "export": round(rate), "ratio": round(rate / plain, 2), "ready": round(ready, 2)}


def here(options: argparse.Namespace) -> None:
    """One store, in this process; or only the export, for its memory."""
    if options.here == "memory":  # and nothing that an export does not need
        exported()
        _answer({"peak_mb": _peak()})
        return
    from docservice.cli import running  # noqa: PLC0415
    from docservice.models import Dossier  # noqa: PLC0415

    running.ready()
    if options.here == "fill":
        if not Dossier.objects.exists():
            fill(options.mb)
        return
    folder = Path(options.home) / "local" / "store" / "archive"
    kinds = {"local, cold": folder, "local, warm": None} if options.here == "local" else {"bucket": None}
    _answer({name: list(rounds(options.runs, cold)) for name, cold in kinds.items()})


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1)


def _answer(told: dict[str, Any]) -> None:
    sys.stdout.write("RESULTS " + json.dumps(told) + "\n")


def apart(options: argparse.Namespace, what: str, environ: dict[str, str]) -> dict[str, Any]:
    """One step in a process of its own."""
    words = [f"--{name}={getattr(options, name)}" for name in ("mb", "runs", "home")]
    command = [sys.executable, str(Path(__file__)), f"--here={what}", *words]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULTS ")]
    found: dict[str, Any] = json.loads(lines[0].removeprefix("RESULTS ")) if lines else {}
    return found


def measured(options: argparse.Namespace, store: str) -> dict[str, Any]:
    """A store's rows, and what a process that only exports takes."""
    home = Path(options.home) / store
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "DOCSERVICE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "docservice.settings"}
    if store == "local":
        return _steps(options, store, environ)
    from s3server import _started  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="bench-s3-", dir=options.home) as place:
        process, server = _started(Path(place))
        try:
            bucket = {
                "DOCSERVICE_STORE_URL": server.url("bench"),
                "DOCSERVICE_STORE_KEY": server.app.key,
                "DOCSERVICE_STORE_SECRET": server.app.secret,
            }
            return _steps(options, store, environ | bucket)
        finally:
            process.kill()
            process.wait()
            (home / "docservice.sqlite3").unlink(missing_ok=True)


def _steps(options: argparse.Namespace, store: str, environ: dict[str, str]) -> dict[str, Any]:
    apart(options, "fill", environ)
    load = round(os.getloadavg()[0], 1)
    found = apart(options, store, environ)
    memory = apart(options, "memory", environ)
    of = {"megabytes": options.mb, "load_before": load}
    return {name: of | _summed(rows) | memory for name, rows in found.items()}


def _summed(rows: list[dict[str, float]]) -> dict[str, Any]:
    middle = {name: statistics.median(row[name] for row in rows) for name in ("raw", "export", "ratio", "ready")}
    return middle | {"runs": rows}


def drawn(found: dict[str, dict[str, Any]]) -> str:
    """Export over raw as bars, with the target."""
    parts, scale = [], 380
    for n, (name, row) in enumerate(found.items()):
        top = 46 + 40 * n
        wide = min(row["ratio"], 1.3) * scale
        parts.append(f'<text x="112" y="{top + 15}" text-anchor="end">{name}</text>')
        parts.append(f'<rect x="120" y="{top}" width="{wide:.0f}" height="22" fill="{_SERIES[name]}"/>')
        said = f"{row['ratio']:.2f}  ({row['export']:.0f} of {row['raw']:.0f} MB/s; peak {row['peak_mb']:.0f} MB)"
        parts.append(f'<text x="{128 + wide:.0f}" y="{top + 15}">{said}</text>')
    bottom, line = 50 + 40 * len(found), 120 + TARGET * scale
    parts.append(f'<path d="M{line:.0f} 36V{bottom}" stroke="#b3261e" stroke-dasharray="4 3"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{bottom + 10}" font-family="sans-serif" '
    title = '<text x="10" y="22" font-size="14">Export of a year over reading the same files raw (line: 0.8)</text>'
    return f'{head}font-size="12"><rect width="100%" height="100%" fill="#fff"/>{title}{"".join(parts)}</svg>\n'


def write(found: dict[str, dict[str, Any]]) -> None:
    """Put what was measured into docs/; rows of a store that was not measured this time stay."""
    place = REPOSITORY / "docs" / "export.json"
    stores = json.loads(place.read_text(encoding="utf-8"))["stores"] | found if place.exists() else found
    content = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}, "stores": stores}
    place.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    place.with_suffix(".svg").write_text(drawn(stores), encoding="utf-8")


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--mb", type=int, default=2000)
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--store", choices=["local", "s3", "both"], default="both")
    words.add_argument("--home", default=tempfile.gettempdir() + "/docservice-export")
    words.add_argument("--here", default="", help=argparse.SUPPRESS)
    words.add_argument("--write", action="store_true", help="write docs/export.json and .svg")
    options = words.parse_args()
    if options.here:
        import django  # noqa: PLC0415

        django.setup()
        here(options)
        return
    found: dict[str, dict[str, Any]] = {}
    for store in ("local", "s3") if options.store == "both" else (options.store,):
        found |= measured(options, store)
    print(f"{'':14}{'raw MB/s':>10}{'export':>10}{'ratio':>8}{'ready s':>9}{'peak MB':>9}")  # noqa: T201
    for name, row in found.items():
        columns = f"{row['raw']:>10.0f}{row['export']:>10.0f}{row['ratio']:>8.2f}{row['ready']:>9.2f}"
        print(f"{name:14}{columns}{row['peak_mb']:>9.0f}")  # noqa: T201
    if options.write:
        write(found)


if __name__ == "__main__":
    main()
