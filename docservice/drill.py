"""The restore drill: the newest year leaves as a bag, comes back in an empty system of its own, and is compared.

The other system is a process with a home, a database and a store in a temporary folder: nothing of this one is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docservice import archive, audit, export, register
from docservice.errors import Broken, DocserviceError, FixityBroken, NotFound
from docservice.export import Bag
from docservice.models import Document, Dossier, Event, Number, Year
from docservice.restoring import IMPORTED
from docservice.thai import BE
from storage.bag import write_bag
from storage.store import Tally

PASSED, FAILED = "drill.passed", "drill.failed"
_DOSSIER = ("key", "title", "about", "version", "files", "size")
_DOCUMENT = (
    "dossier__key", "path", "content", "version", "current", "kind", "title", "number", "media_type", "size", "sha256",
    "sha512", "pages", "inputs", "provenance", "filed_at",
)  # fmt: skip
_NUMBER = ("series__province", "series__code", "series__year_be", "value", "dossier")
_TABLES = {
    "dossiers": "ทะเบียนแฟ้ม",
    "documents": "ทะเบียนเอกสาร",
    "numbers": "ทะเบียนเลข",
    "events": "เหตุการณ์",
    "years": "ข้อมูลประจำปี",
    "bytes": "เนื้อไฟล์",
}
_PATIENCE = 6 * 3600


@dataclass(frozen=True)
class Drill:
    """A drill that passed."""

    year_be: int
    bag: str
    dossiers: int
    documents: int
    seconds: float


def run(*, actor: str, year_be: BE | None = None) -> Drill:
    """Hold a drill with the year (the newest that has dossiers); ``FixityBroken`` names what came back otherwise.

    Either way it is an event, and what stands in the way is one as well.
    """
    filed = Dossier.objects.filter(version__gt=0).order_by("-year_be", "key")
    newest = (filed.filter(year_be=int(year_be)) if year_be else filed).first()
    if newest is None:
        raise NotFound("ยังไม่มีแฟ้มในคลัง", "จัดเก็บเอกสารก่อน แล้วซ้อมใหม่", english="Nothing is filed yet.")
    subject = f"{newest.year_be}/{newest.province}"
    try:
        done = _held(BE(newest.year_be), newest.province)
    except DocserviceError as fault:
        audit.record(actor, FAILED, subject, {"fault": fault.message, "english": fault.english})
        raise
    audit.record(actor, PASSED, subject, vars(done))
    return done


def scheduled() -> Drill | None:
    """The monthly drill; nothing where nothing is filed yet."""
    return run(actor="docservice") if Dossier.objects.filter(version__gt=0).exists() else None


def last() -> Event | None:
    """The event of the newest drill."""
    return Event.objects.filter(verb__in=(PASSED, FAILED)).order_by("-id").first()


def _held(year_be: BE, province: str) -> Drill:
    started = time.monotonic()
    with TemporaryDirectory(prefix="docservice-drill-") as folder:
        bag = export.year_bag(register.year(year_be, province))
        path = Path(folder, f"{bag.name}.zip")
        with path.open("wb") as out:
            write_bag(out, bag.entries, bag.info, bag.name)
        here = likeness(int(year_be), province, read=False, until=int(bag.info["Docservice-Events-Until"]))
        there = _elsewhere(Path(folder, "home"), "archive", "import", str(path), "--likeness")["likeness"]
    _require_same(here, there, bag)
    seconds = round(time.monotonic() - started, 1)
    return Drill(int(year_be), bag.name, here["dossiers"][0], here["documents"][0], seconds)


def _elsewhere(home: Path, *words: str) -> Any:
    """What the command answers in the other system."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOCSERVICE_")}
    environ |= {"DOCSERVICE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "docservice.settings"}
    command = [str(Path(sys.executable).with_name("docservice")), *words, "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Broken(
            f"ซ้อมกู้คืนไม่สำเร็จ: {said[-1] if said else done.returncode}"[:2000],
            "ตรวจคลังด้วย docservice archive verify แล้วแจ้งผู้ดูแลระบบ",
            english=f"The drill failed: docservice {' '.join(words[:2])} ended with {done.returncode}.",
        )
    return json.loads(done.stdout)


def _require_same(here: dict[str, list[Any]], there: dict[str, list[Any]], bag: Bag) -> None:
    other = [_TABLES[name] for name in _TABLES if here[name] != there.get(name)]
    if other:
        raise FixityBroken(
            f"ซ้อมกู้คืนจาก {bag.name} แล้วไม่ตรงกับต้นฉบับ: {', '.join(other)}",
            "ตรวจคลังด้วย docservice archive verify แล้วแจ้งผู้ดูแลระบบ",
            english=f"What came back of {bag.name} differs: {', '.join(n for n in _TABLES if here[n] != there.get(n))}",
        )


def likeness(
    year_be: int | None = None, province: str = "", *, read: bool = True, until: int | None = None
) -> dict[str, list[Any]]:
    """For each table that comes back, how many rows there are (of a year) and a digest of all they say; so for bytes.

    ``read``: the bytes as they lie in the store, else as they were recorded.
    """
    where: dict[str, Any] = {"year_be": year_be, "province": province}
    where = {name: value for name, value in where.items() if value}
    dossiers = Dossier.objects.filter(**where, version__gt=0)
    documents = Document.objects.filter(dossier__in=dossiers)
    keys = dossiers.values("key")
    numbers = Number.objects.filter(dossier__in=keys, state__in=(Number.USED, Number.VOIDED))
    events = Event.objects.filter(subject__in=keys)
    events = events.filter(id__lte=until) if until is not None else events.filter(details__has_key=IMPORTED)
    contents = documents.select_related("dossier").defer("provenance", "dossier__about").order_by()
    return {
        "dossiers": _digest(dossiers.values_list(*_DOSSIER).iterator()),
        "documents": _digest(documents.order_by().values_list(*_DOCUMENT).iterator()),
        "numbers": _digest(numbers.values_list(*_NUMBER).iterator()),
        "events": _digest(map(_origin, events.iterator(chunk_size=500))),
        "years": _digest(Year.objects.filter(**where).values_list("year_be", "province", "digest")),
        "bytes": _digest([row.dossier.key, row.content, _bytes(row, read=read)] for row in contents.iterator()),
    }


def _origin(event: Event) -> list[object]:
    """An event as the log it comes from has it."""
    details = dict(event.details)
    origin = details.pop(IMPORTED, {"id": event.pk, "digest": event.digest})
    return [origin["id"], origin["digest"], event.at, event.actor, event.verb, event.subject, details]


def _bytes(row: Document, *, read: bool) -> str:
    if not read:
        return row.sha512
    with archive.root().store.open(f"{row.dossier.key}/{row.content}") as stream:
        return Tally.of(stream).sha512


def _digest(rows: Iterable[object]) -> list[Any]:
    """How many rows, and a digest that does not depend on their order."""
    lines = sorted(hashlib.sha256(_line(row)).digest() for row in rows)
    return [len(lines), hashlib.sha256(b"".join(lines)).hexdigest()]


def _line(row: object) -> bytes:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode()
