"""An office in a process of its own: reads ``VERB YEAR CERTIFICATES`` lines, answers each with a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()

import pypdfium2  # noqa: E402
from PIL import Image  # noqa: E402

from docservice import archive, audit, jobs, register  # noqa: E402  after django.setup()
from docservice.cli import running  # noqa: E402
from docservice.config import config  # noqa: E402
from docservice.models import Applicant, Document, Dossier, Job, JobItem, Number  # noqa: E402
from docservice.requests import REQUESTS, Desk  # noqa: E402
from docservice.thai import BE  # noqa: E402
from storage.bag import verify_bag  # noqa: E402

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


def export(year_be: int) -> dict[str, Any]:
    """Request the year's export."""
    return {"jobs": [REQUESTS["export"](Desk(register.year(BE(year_be)), "chaos")).pk]}


def retry(year_be: int) -> dict[str, Any]:
    """Ask again for what failed."""
    return {"items": sum(jobs.retry(job, actor="chaos") for job in Job.objects.filter(year_be=year_be))}


def state(year_be: int) -> dict[str, Any]:
    """How the items of the year stand, and whether every job has ended."""
    counts = [jobs.counts(job) for job in Job.objects.filter(year_be=year_be)]
    total = {name: sum(c[name] for c in counts) for name in counts[0]} if counts else {}
    ended = not Job.objects.filter(state__in=(Job.REQUESTED, Job.RUNNING)).exists()
    return {"ended": ended, **total}


def verdict(year_be: int) -> dict[str, Any]:
    """What came of everything: items unfinished or unexplained, papers or numbers made twice, half dossiers, faults."""
    dossiers = list(Dossier.objects.filter(year_be=year_be, province="24"))
    documents = Document.objects.filter(dossier__in=dossiers)
    papers = documents.filter(path="paper/certificate.pdf")
    numbers = Number.objects.filter(dossier__startswith=f"{year_be}/")
    used = list(numbers.filter(state=Number.USED).order_by("value").values_list("value", flat=True))
    failed = list(JobItem.objects.filter(state=JobItem.FAILED).values_list("error", flat=True))
    whole = _whole(year_be)
    return {
        "not_ended": JobItem.objects.exclude(state__in=(JobItem.DONE, JobItem.FAILED)).count(),
        "failed": [(error or {}).get("message", "") for error in failed],
        "certificates": papers.count(),
        "serials": len(set(papers.values_list("number", flat=True))),
        "misprinted": [paper.dossier.key for paper in papers if not _shows_its_number(paper)],
        "used_numbers": len(used),
        "reserved_numbers": numbers.exclude(state=Number.USED).count(),
        "gapless": used == list(range(used[0], used[0] + len(used))) if used else True,
        "books": documents.filter(path="book/book.pdf").count(),
        "made_twice": [p for p, n in Counter(documents.values_list("dossier__key", "path")).items() if n > 1],
        "half_dossiers": [d.key for d in dossiers if _paths(d) != whole[d.key]],
        "faults": [fault for d in dossiers for fault in archive.verify(d.key)],
        "events": audit.verify(),
    }


def bag(year_be: int) -> dict[str, Any]:
    """The faults of the year's exports, and what lies beside them."""
    folder = config().home / "exports"
    bags = list(folder.glob(f"mchch-{year_be}-*.zip"))
    left = [path.name for path in folder.glob(".*.part")]
    found = {"bags": len(bags), "faults": [f for path in bags for f in verify_bag(path).faults], "left": left}
    for path in bags:
        path.unlink()
    return found


def _whole(year_be: int) -> dict[str, set[str]]:
    """What belongs into each applicant's dossier: the certificate's two forms; of some also the book and its files."""
    certificate = {"paper/certificate.pdf", "paper/certificate.docx"}
    wanted = {a.dossier_key: set(certificate) for a in register.applicants(register.year(BE(year_be)))}
    for item in JobItem.objects.filter(job__verb="evidence", job__year_be=year_be):
        files = {f"evidence/{f['slot']}/{f['name']}" for f in item.payload["files"]}
        wanted[item.payload["dossier"]] |= {"book/book.pdf", *files}
    return wanted


def _paths(dossier: Dossier) -> set[str]:
    return set(dossier.documents.filter(current=True).values_list("path", flat=True))


def _shows_its_number(paper: Document) -> bool:
    """Whether the filed PDF itself shows the number that the register has for it."""
    with pypdfium2.PdfDocument(archive.read_document(paper)) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    return bool(paper.number) and paper.number in text


if __name__ == "__main__":
    verbs = {v.__name__: v for v in (prepare, submit, export, retry, state, verdict, bag)}
    for line in sys.stdin:
        verb, year, certificates = line.split()
        CERTIFICATES = int(certificates)
        sys.stdout.write(json.dumps(verbs[verb](int(year)), ensure_ascii=False) + "\n")
        sys.stdout.flush()
