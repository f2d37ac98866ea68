"""One letter on an idle, warm service: from the request to the filed paper, and where the time goes.

``.venv/bin/python benchmarks/single_letter.py [--letters 7]``: prints a table. The parts are measured once more in this
process, one after the other, so that their sum can be compared with the whole.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks import place  # noqa: E402

HOME = place.folder("docservice-bench-")
os.environ.update(DOCSERVICE_HOME=str(HOME), DJANGO_SETTINGS_MODULE="docservice.settings")

import django  # noqa: E402  the home must be set first

django.setup()

from docservice import archive, engines, facts, jobs, papers, register  # noqa: E402
from docservice.cli import running  # noqa: E402
from docservice.models import Job  # noqa: E402
from docservice.papers import Draft  # noqa: E402
from docservice.render.paper import make_paper  # noqa: E402
from docservice.render.template import fill  # noqa: E402
from docservice.yearfile import YearFile  # noqa: E402

SAMPLE = REPOSITORY / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"


def one_page(year: YearFile, number: int) -> dict[str, object]:
    """The facts of a letter of one page."""
    letter = facts.letter(year)
    return {
        **letter,
        "number": f"ฉช ๐๐๑๙/{number}",
        "body": letter["body"][1:],
        "items": letter["items"][:1],
        "enclosures": [],
    }


def through_the_service(year: YearFile, number: int) -> tuple[float, float]:
    """Seconds from the request to the end of the job, and of them in the worker."""
    content = one_page(year, number)
    key = f"2562/24/2400/letter-{number:04d}"
    started = time.monotonic()
    job = jobs.submit("paper", "หนังสือ", [papers.request(Draft("letter", content, key, "หนังสือ"))], actor="bench")
    while Job.objects.get(pk=job.pk).state in (Job.REQUESTED, Job.RUNNING):
        time.sleep(0.005)
    item = job.items.get()
    if item.error:
        raise SystemExit(json.dumps(item.error, ensure_ascii=False))
    return time.monotonic() - started, float(item.seconds or 0)


def parts(year: YearFile, number: int) -> dict[str, float]:
    """Seconds of filling, of the whole paper (fill, convert, check) and of filing it, in this process."""
    kind = engines.catalogue().kind("letter")
    template, content = engines.template(kind), one_page(year, number)
    clock = [time.monotonic()]
    fill(template, kind.check(content))
    clock.append(time.monotonic())
    paper = make_paper(engines.office(), template, content)
    clock.append(time.monotonic())
    filing = archive.Filing("paper/letter.pdf", paper.pdf, "letter", "หนังสือ", "application/pdf", jobs.digest(content))
    archive.file(f"2562/24/2400/letter-{number:04d}", "หนังสือ", [filing], actor="bench")
    clock.append(time.monotonic())
    filled, made, filed = (b - a for a, b in pairwise(clock))
    return {"fill": filled, "convert and check": made - filled, "file": filed}


def main() -> None:
    """Start the service, wait until it is warm, measure, print medians."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--letters", type=int, default=7)
    asked = words.parse_args()
    running.ready()
    register.enter_year(tomllib.loads(SAMPLE.read_text(encoding="utf-8")), actor="bench")
    year = YearFile.parse(tomllib.loads(SAMPLE.read_text(encoding="utf-8")))
    service = subprocess.Popen(
        [sys.executable, "-m", "docservice.cli", "up", "--no-web", "--workers", "1"], stdout=subprocess.PIPE, text=True
    )
    try:
        next(line for line in service.stdout or () if "พร้อมใช้งาน" in line)
        through_the_service(year, 900)
        whole = [through_the_service(year, 1000 + n) for n in range(asked.letters)]
        alone = [parts(year, 2000 + n) for n in range(asked.letters + 1)][1:]
    finally:
        service.send_signal(signal.SIGINT)
        service.wait()
        place.clear(HOME)
    total, worked = (statistics.median(values) for values in zip(*whole, strict=True))
    rows = {"request to filed": total, "  of which waiting": total - worked, "  of which in the worker": worked}
    rows |= {f"alone: {name}": statistics.median(one[name] for one in alone) for name in alone[0]}
    for name, seconds in rows.items():
        print(f"{name:26} {seconds * 1000:7.0f} ms")  # noqa: T201  a command's answer


if __name__ == "__main__":
    main()
