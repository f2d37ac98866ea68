"""What filing a document costs beside a plain put of the same bytes, alone and in lots, on a folder and a bucket.

``.venv/bin/python benchmarks/filing.py [--rounds 40] [--kb 200] [--store local|s3|both]
[--database sqlite|postgresql|both] [--write]``

``put``: the bytes at a new key, safely stored (a bucket: the SDK's own ``put_object``; a folder: written, fsynced,
linked, its folder fsynced). ``one``: ``archive.file`` of one document into a new dossier: content, record, inventories,
sidecars, index row, event. The two take turns. ``lot``: ``lot.file_all`` of 50 documents to 50 dossiers, per document,
taking turns with ten more puts. Each ratio is to the puts beside it: the speed of a machine wanders by a third.
All in a part of the disk of their own (``place``; ``new_file_us`` says what making an empty file takes there).
Everything on this machine: one process of ours, the servers of the bucket (SeaweedFS) and the database. Writes
docs/filing.json and .svg.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

from benchmarks import place  # noqa: E402

LOT = 50
TARGETS = {"one": 4.0, "lot": 1.5}


def measure(options: argparse.Namespace) -> None:
    """One store, in this process."""
    import django  # noqa: PLC0415  the home must be chosen first

    django.setup()
    from docservice import archive, lot  # noqa: PLC0415
    from docservice.cli import running  # noqa: PLC0415
    from docservice.record import Filing, Wish  # noqa: PLC0415

    running.ready()
    draw, put = random.Random(7), _put(options.here)  # noqa: S311  nothing secret

    def wish(name: str) -> Wish:
        data = draw.randbytes(options.kb * 1000)
        filing = Filing("paper/certificate.pdf", data, "certificate", "ใบประกาศเกียรติคุณ", "application/pdf", name)
        return Wish(f"2562/24/2401/{name}", "ผู้สมัคร", [filing])

    def one(asked: Wish) -> None:
        archive.file_wish(asked, actor="bench")

    took: dict[str, list[float]] = {"put": [], "one": [], "put_beside_lots": [], "lot": []}
    for n in range(options.rounds + 3):
        data, asked = draw.randbytes(options.kb * 1000), wish(f"leader-{n + 1:04d}")
        plain, filed = _timed(lambda d=data, n=n: put(f"plain/{n}", d)), _timed(lambda a=asked: one(a))
        if n >= 3:  # connections and folders are made by then
            took["put"].append(plain)
            took["one"].append(filed)
    for n in range(max(5, options.rounds // 4) + 1):
        wishes = [wish(f"network-{LOT * n + k + 1:04d}") for k in range(LOT)]
        for k in range(10):
            data = draw.randbytes(options.kb * 1000)
            took["put_beside_lots"].append(_timed(lambda d=data, n=n, k=k: put(f"more/{n}-{k}", d)))
        seconds = time.perf_counter()
        failed = [each for each in lot.file_all(wishes, actor="bench") if isinstance(each, Exception)]
        if n >= 1:
            took["lot"].append((time.perf_counter() - seconds) * 1000 / LOT)
        if failed:
            raise failed[0]
    sys.stdout.write("RESULTS " + json.dumps(took) + "\n")


def _put(store: str) -> Callable[[str, bytes], object]:
    """A plain put, as an application without an archive would do it."""
    from docservice import stores  # noqa: PLC0415

    if store == "local":
        return stores.opened(stores.ASSETS).put
    from minio import Minio  # noqa: PLC0415

    server, key, secret = os.environ["BENCH_S3"].split(" ")
    client = Minio(server, key, secret, secure=False, region="us-east-1")
    return lambda name, data: client.put_object("docs", name, io.BytesIO(data), len(data))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def apart(options: argparse.Namespace, store: str, database: str) -> dict[str, Any]:
    """One store with one database, in a process of its own; medians and ratios."""
    with place.kept("bench-filing-") as home:
        new_file = place.new_file_us(home)
        environ = {**os.environ, "DOCSERVICE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "docservice.settings"}
        if database == "postgresql":
            environ["DOCSERVICE_DATABASE_URL"] = _database(home)
        if store == "local":
            took = _run(options, store, environ)
        else:
            from s3server import _started  # noqa: PLC0415

            process, server = _started(home)
            environ |= {
                "DOCSERVICE_STORE_URL": server.url("bench"),
                "DOCSERVICE_STORE_KEY": server.app.key,
                "DOCSERVICE_STORE_SECRET": server.app.secret,
                "BENCH_S3": f"{server.endpoint} {server.app.key} {server.app.secret}",
            }
            try:
                took = _run(options, store, environ)
            finally:
                process.kill()
                process.wait()
    p50 = {name: round(statistics.median(values), 2) for name, values in took.items()}
    beside = {"one": p50["put"], "lot": p50["put_beside_lots"]}
    ratios = {f"{name}_ratio": round(p50[name] / beside[name], 2) for name in TARGETS}
    return p50 | ratios | {"new_file_us": new_file}


def _database(home: Path) -> str:
    """The address of an empty database; its server ends with this process."""
    import postgres  # noqa: PLC0415  only where it is asked for
    import psycopg  # noqa: PLC0415

    postgres.start()
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(home.name)))
    return postgres.url(home.name)


def _run(options: argparse.Namespace, store: str, environ: dict[str, str]) -> dict[str, list[float]]:
    words = [f"--{name}={getattr(options, name)}" for name in ("rounds", "kb")]
    command = [sys.executable, str(Path(__file__)), f"--here={store}", *words]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULTS "))
    found: dict[str, list[float]] = json.loads(line.removeprefix("RESULTS "))
    return found


def drawn(found: dict[str, dict[str, Any]]) -> str:
    """Milliseconds per document as bars: put, one, lot of each store."""
    colours = {"put": "#7b8491", "one": "#2b4c9b", "lot": "#1f7a4d"}
    rows = [(store, name, values) for store, values in found.items() for name in colours]
    scale, parts = 420 / max(values[name] for _, name, values in rows), []
    for n, (store, name, values) in enumerate(rows):
        top, wide = 40 + 26 * n + 12 * (n // 3), values[name] * scale
        said = f"{values[name]:.1f} ms"
        if name != "put":
            said += f" = {values[f'{name}_ratio']:.2f} × put (target {TARGETS[name]:g})"
        parts.append(f'<text x="142" y="{top + 14}" text-anchor="end">{store}, {name}</text>')
        parts.append(f'<rect x="150" y="{top}" width="{wide:.0f}" height="18" fill="{colours[name]}"/>')
        parts.append(f'<text x="{158 + wide:.0f}" y="{top + 14}">{said}</text>')
    bottom = 60 + 26 * len(rows) + 12 * len(found)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="850" height="{bottom}" font-family="sans-serif" '
    title = '<text x="10" y="22" font-size="14">Filing a document of 200 kB: milliseconds per document (p50)</text>'
    return f'{head}font-size="12"><rect width="100%" height="100%" fill="#fff"/>{title}{"".join(parts)}</svg>\n'


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=40)
    words.add_argument("--kb", type=int, default=200)
    words.add_argument("--store", choices=["local", "s3", "both"], default="both")
    words.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    words.add_argument("--here", default="", help=argparse.SUPPRESS)
    words.add_argument("--write", action="store_true", help="write docs/filing.json and .svg")
    options = words.parse_args()
    if options.here:
        measure(options)
        return
    stores = ["local", "s3"] if options.store == "both" else [options.store]
    databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    found = {
        store if database == "sqlite" else f"{store}, {database}": apart(options, store, database)
        for database in databases
        for store in stores
    }
    print(f"{'ms per document':20}{'put':>8}{'one':>8}{'ratio':>7}{'put':>8}{'lot':>8}{'ratio':>7}")  # noqa: T201
    for store, row in found.items():
        one = f"{row['put']:>8.1f}{row['one']:>8.1f}{row['one_ratio']:>7.2f}"
        print(f"{store:20}{one}{row['put_beside_lots']:>8.1f}{row['lot']:>8.1f}{row['lot_ratio']:>7.2f}")  # noqa: T201
    if options.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
        content = {"machine": machine, "kb": options.kb, "lot": LOT, "stores": found}
        (REPOSITORY / "docs" / "filing.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        (REPOSITORY / "docs" / "filing.svg").write_text(drawn(found), encoding="utf-8")


if __name__ == "__main__":
    main()
