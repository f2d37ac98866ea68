"""An office in a process of its own: reads ``VERB YEAR CERTIFICATES`` lines, answers each with a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

from PIL import Image  # noqa: E402

from docservice import archive, audit, jobs, register  # noqa: E402  after django.setup()
from docservice.cli import running  # noqa: E402
from docservice.config import config  # noqa: E402
from docservice.models import Applicant, Document, Dossier, Job, JobItem, Number  # noqa: E402
from docservice.requests import REQUESTS, Desk  # noqa: E402
from docservice.thai import BE  # noqa: E402

SAMPLE = Path(__file__).parents[2] / "docservice" / "samples" / "chachoengsao-2562" / "year.toml"
CERTIFICATES, BOOKS = 200, 20


def prepare(year_be: int) -> dict[str, Any]:
    """A year with 200 who passed and evidence of 20 of them."""
    running.ready()
    settings = tomllib.loads(SAMPLE.read_text(encoding="utf-8")) | {"year_be": year_be}
    settings["certificate"].pop("first_serial", None)
    register.enter_year(settings, actor="chaos")
    year = register.year(BE(year_be))
    places = [year.districts[n % len(year.districts)] for n in range(CERTIFICATES)]
    entries = [
        {"district": d.code, "group": "leader", "name": f"นายตัวอย่าง ลำดับ{n:03d}", "place": "หมู่ที่ ๑ ตำบลตัวอย่าง"}
        for n, d in enumerate(places)
    ]
    register.enter_applicants(year, entries, actor="chaos")
    everyone = register.applicants(year)
    register.enter_results(year, {a.pk: ("passed", "80") for a in everyone}, actor="chaos")
    for applicant in everyone[:BOOKS]:
        _evidence(year_be, applicant)
    return {"applicants": len(everyone)}


def _evidence(year_be: int, applicant: Applicant) -> None:
    district = register.year(BE(year_be)).district(applicant.district)
    assert district is not None
    folder = config().home / "evidence" / str(year_be) / district.name / "ผู้นำชุมชน" / applicant.name
    folder.mkdir(parents=True, exist_ok=True)
    colour = (applicant.pk % 255, 120, 90)
    Image.new("RGB", (600, 800), colour).save(folder / "ใบสมัคร.jpg")
    Image.new("RGB", (300, 400), colour).save(folder / "รูปถ่าย.png")


def submit(year_be: int) -> dict[str, Any]:
    """Request the certificates and the books."""
    desk = Desk(register.year(BE(year_be)), "chaos", config().home / "evidence" / str(year_be))
    return {"jobs": [REQUESTS["certificate"](desk).pk, REQUESTS["evidence"](desk).pk]}


def state(year_be: int) -> dict[str, Any]:
    """How the items stand, and whether every job has ended."""
    counts = [jobs.counts(job) for job in Job.objects.all()]
    total = {name: sum(c[name] for c in counts) for name in counts[0]} if counts else {}
    ended = not Job.objects.filter(state__in=(Job.REQUESTED, Job.RUNNING)).exists()
    return {"ended": ended, **total}


def verdict(year_be: int) -> dict[str, Any]:
    """What came of everything: unfinished or unexplained items, papers and numbers made twice, faults of the store."""
    dossiers = [d.key for d in Dossier.objects.filter(year_be=year_be, version__gt=0)]
    papers = Document.objects.filter(dossier__year_be=year_be, path="paper/certificate.pdf")
    serials = list(papers.filter(current=True).values_list("number", flat=True))
    own = Number.objects.filter(dossier__startswith=f"{year_be}/", state=Number.USED).count()
    failed = list(JobItem.objects.filter(state=JobItem.FAILED).values_list("error", flat=True))
    return {
        "not_ended": JobItem.objects.exclude(state__in=(JobItem.DONE, JobItem.FAILED)).count(),
        "failed": [error["message"] for error in failed],
        "unexplained": sum(1 for error in failed if not error or not error.get("message")),
        "certificates": papers.count(),
        "serials": len(serials),
        "distinct_serials": len(set(serials)),
        "used_numbers": own,
        "books": Document.objects.filter(dossier__year_be=year_be, path="book/book.pdf").count(),
        "faults": [fault for key in dossiers for fault in archive.verify(key)],
        "events": audit.verify(),
    }


if __name__ == "__main__":
    verbs = {"prepare": prepare, "submit": submit, "state": state, "verdict": verdict}
    for line in sys.stdin:
        verb, year, certificates = line.split()
        CERTIFICATES = int(certificates)
        sys.stdout.write(json.dumps(verbs[verb](int(year)), ensure_ascii=False) + "\n")
        sys.stdout.flush()
