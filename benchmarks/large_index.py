"""A generated index for benchmarks: applicants, dossiers, documents, events and jobs as rows, no bytes behind them.

Everything is made from its running number, so that two databases hold the same. Names are put together of common given
names and syllables; nobody is meant.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Model

from docservice import audit, register
from docservice.cli.make import SAMPLE_YEAR
from docservice.factsfile import read_facts
from docservice.models import Account, Applicant, Document, Dossier, Event, EvidenceFile, Job, JobItem

NEWEST = 2562
PROVINCE = "24"
DISTRICTS = [f"24{n:02d}" for n in range(1, 12)]
GROUPS = ("leader", "organisation", "network", "community")
FILES = 10
"""Documents of one applicant."""
_BATCH = 4000
_GIVEN_NAMES = (
    "ประเสริฐ สมชาย มาลี วิชัย สุดา อรุณ บุญมี สมศรี ประยุทธ์ วันเพ็ญ กนกวรรณ ธนากร พรทิพย์ ศักดิ์ชัย รัตนา สุรชัย นงลักษณ์ "
    "ไพโรจน์ ทองใบ อำนวย ชูศักดิ์ ละออ เพ็ญศรี มานพ สมบูรณ์ ปราณี ดวงใจ วีระ อุบล กัญญา สำราญ เฉลิม ยุพา ณรงค์ ลำดวน บังอร"
)

_PARTS_OF_NAMES = "แสง ใจ ศรี ทอง บุญ วงศ์ สุข มี พงษ์ จันทร์ รัตน์ เจริญ ชัย คง แก้ว มั่น เพชร อินทร์ ธรรม ไชย สิทธิ์ กิจ นา ดำรง พันธ์ โชติ"
_GIVEN, _SYLLABLES = _GIVEN_NAMES.split(), _PARTS_OF_NAMES.split()

_TRADES = ("ทอผ้า", "จักสาน", "ออมทรัพย์", "แปรรูปอาหาร", "ปลูกผัก", "เลี้ยงปลา")
_STORY = ("book", "certificate", *("evidence",) * (FILES - 2))
_SLOTS = ("application", "photo", "house", "card", "advisers", "plan", "minutes", "accounts")
_PAPERS = ("order", "letter", "register-applicants", "announcement", "report")
_VERBS = ("document.filed", "document.read", "archive.verified", "evidence.placed", "applicants.entered")


def fill(applicants: int, years: int, events: int, say: Callable[[str], None]) -> None:
    """Fill an empty database; the newest year is ``NEWEST``."""
    settings = read_facts(SAMPLE_YEAR)
    every = [NEWEST - n for n in reversed(range(years))]
    for year in every:
        register.enter_year({**settings, "year_be": year}, actor="bench")
    each = applicants // years
    for step, rows in (
        ("applicants", (unit for year in every for unit in _applicants(year, each))),
        ("dossiers", (row for year in every for row in _dossiers(year, each))),
    ):
        say(f"{step}: {_enter(rows)}")
    for year in every:
        keys = dict(Dossier.objects.filter(year_be=year).values_list("key", "pk"))
        say(f"documents of {year}: {_enter(_documents(year, each, keys))}")
    newest = dict(Applicant.objects.filter(year_be=NEWEST).values_list("pk", "seq"))
    say(f"evidence of {NEWEST}: {_enter(_evidence(newest))}")
    say(f"events: {_enter(_events(events, every, each))}")
    say(f"jobs: {_enter(_jobs())}, items: {_enter(_items())}")
    people()


def _enter(rows: Iterable[Model]) -> int:
    rows, count = iter(rows), 0
    while batch := list(islice(rows, _BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)  # type: ignore[misc]
        count += len(batch)
    return count


def name(year: int, n: int) -> str:
    """What the ``n``-th applicant of a year is called."""
    draw = random.Random(year * 1_000_003 + n)  # noqa: S311  nothing secret
    last = "".join(draw.choice(_SYLLABLES) for _ in range(3))
    group = GROUPS[n % 4]
    if group == "leader":
        return f"{draw.choice(('นาย', 'นาง', 'นางสาว'))}{draw.choice(_GIVEN)} {last}{n}"
    kind = {"organisation": "กลุ่ม", "network": "เครือข่าย", "community": "ชุมชน"}[group]
    return f"{kind}{draw.choice(_TRADES)}บ้าน{last} {n}"


def _place(n: int) -> tuple[str, str, int]:
    """District, group and running number in it."""
    return DISTRICTS[n // 4 % len(DISTRICTS)], GROUPS[n % 4], n // (4 * len(DISTRICTS)) + 1


def _key(year: int, n: int) -> str:
    district, group, seq = _place(n)
    return f"{year}/{PROVINCE}/{district}/{group}-{seq:04d}"


def _applicants(year: int, count: int) -> Iterator[Applicant]:
    for n in range(count):
        district, group, seq = _place(n)
        yield Applicant(
            year_be=year, province=PROVINCE, district=district, group=group, seq=seq, name=name(year, n),
            post="กำนัน", place=f"หมู่ที่ {n % 12 + 1} ตำบลบางไผ่", coordinator=name(year, n + 7), phone="0-0000-0000",
            result=("passed", "failed", "")[n % 3], evidence_complete=n % 5 > 0,
        )  # fmt: skip


def _dossiers(year: int, count: int) -> Iterator[Dossier]:
    for n in range(count):
        district = _place(n)[0]
        yield Dossier(
            key=_key(year, n), year_be=year, province=PROVINCE, district=district, title=name(year, n), version=2,
            files=FILES, size=FILES * 700_000, about={"applicant": _key(year, n).rpartition("/")[2], "seq": n},
        )  # fmt: skip
    for n in range(count // 20):
        key = f"{year}/{PROVINCE}/{PROVINCE}00/{_PAPERS[n % 5]}-{n:05d}"
        yield Dossier(
            key=key, year_be=year, province=PROVINCE, district=f"{PROVINCE}00", title=f"หนังสือที่ {n} เรื่อง การคัดสรร",
            version=1, files=1, size=90_000,
        )  # fmt: skip


def _documents(year: int, count: int, keys: dict[str, int]) -> Iterator[Document]:
    start = datetime(year - 543, 1, 5, tzinfo=UTC)
    for n in range(count):
        key, unit = _key(year, n), name(year, n)
        for k, kind in enumerate(_STORY):
            title = {"book": f"เล่มหลักฐาน {unit}", "certificate": f"ใบประกาศเกียรติคุณ {unit}"}.get(
                kind, f"{_SLOTS[k - 2]} หน้า {k}.jpg"
            )
            number = f"{n}/{year}" if kind == "certificate" else ""
            at = start + timedelta(minutes=40 * n % 480_000, seconds=k)
            folder = {"evidence": f"evidence/{_SLOTS[k - 2]}", "certificate": "paper"}.get(kind, kind)
            path = f"{folder}/{k}.jpg" if kind == "evidence" else f"{folder}/{kind}.pdf"
            yield _document(keys[key], key, path, kind, title, number, at)
    for n in range(count // 20):
        kind = _PAPERS[n % 5]
        key = f"{year}/{PROVINCE}/{PROVINCE}00/{kind}-{n:05d}"
        at = start + timedelta(minutes=400 * n % 480_000)
        title = f"หนังสือที่ {n} เรื่อง การคัดสรร"
        yield _document(keys[key], key, "paper/paper.pdf", kind, title, f"ฉช ๐๐๑๙/ว {n}", at)


def _document(dossier: int, key: str, path: str, kind: str, title: str, number: str, at: datetime) -> Document:
    year, province, district, _ = key.split("/")
    digest = hashlib.sha256(f"{key}/{path}".encode()).hexdigest()
    return Document(
        dossier_id=dossier, year_be=int(year), province=province, district=district, path=path,
        content=f"v1/content/{path}", version=1, kind=kind, title=title, number=number,
        media_type="image/jpeg" if kind == "evidence" else "application/pdf", size=700_000, sha256=digest,
        sha512=digest * 2, pages=3, inputs=digest, filed_at=at,
        provenance={"filed_by": "suda", "edition": "2562-1", "engine": {"fonts": ["TH SarabunPSK"]}},
    )  # fmt: skip


def _evidence(applicants: dict[int, int]) -> Iterator[EvidenceFile]:
    at = datetime(NEWEST - 543, 1, 20, tzinfo=UTC)
    for pk in applicants:
        for position, slot in enumerate(_SLOTS[:6]):
            digest = hashlib.sha256(f"{pk}/{slot}".encode()).hexdigest()
            yield EvidenceFile(
                applicant_id=pk, slot=slot, position=position, name=f"{slot}.jpg", size=700_000, sha256=digest,
                media_type="image/jpeg", pages=1, added_by="vichai", added_at=at,
            )  # fmt: skip


def _events(count: int, years: list[int], each: int) -> Iterator[Event]:
    """A whole chain, oldest year first."""
    last = Event.objects.order_by("-id").first()
    previous = last.digest if last else audit.FIRST
    at = datetime.now(UTC) + timedelta(seconds=1)
    for n in range(count):
        year = years[n * len(years) // count]
        event = Event(
            at=at + timedelta(milliseconds=n), actor=("suda", "vichai", "arun", f"user{n % 50}")[n % 4],
            verb=_VERBS[n % 5], subject=_key(year, n % each), details={"path": "book/book.pdf", "version": 1},
            previous=previous,
        )  # fmt: skip
        event.digest = previous = audit.digest_of(event)
        yield event


def _jobs() -> Iterator[Job]:
    at = datetime.now(UTC)
    for n in range(2000):
        state = (Job.DONE, Job.DONE, Job.DONE, Job.FAILED)[n % 4] if n < 1990 else Job.RUNNING
        yield Job(
            verb="paper", title=f"ใบประกาศเกียรติคุณ ชุดที่ {n}", state=state, identity=f"{n:064d}",
            requested_by="suda", requested_at=at - timedelta(hours=2000 - n), year_be=NEWEST, province=PROVINCE,
            district=DISTRICTS[n % 11] if n % 3 else "", finished_at=at if state != Job.RUNNING else None,
        )  # fmt: skip


def _items() -> Iterator[JobItem]:
    for job in Job.objects.order_by("id").values_list("pk", flat=True):
        for n in range(50):
            failed = n % 17 == 0
            yield JobItem(
                job_id=job, position=n, title=f"รายการที่ {n}", payload={"kind": "certificate"}, seconds=0.4, attempts=1,
                state=JobItem.FAILED if failed else JobItem.DONE,
                result=None if failed else {"dossier": _key(NEWEST, n)},
                error={"code": "facts-refused", "message": "ไม่มีชื่อ", "remedy": "แก้แล้วสั่งใหม่"} if failed else None,
            )  # fmt: skip


def people() -> None:
    """One account of each role, by the role's name; the officer's district is the first."""
    for role, _ in Account.ROLES:
        bound: dict[str, Any] = {"districts": DISTRICTS[:1]} if role == Account.DISTRICT else {}
        bound |= {"years": [NEWEST]} if role == Account.AUDITOR else {}
        Account.objects.create(username=role, role=role, last_login=datetime.now(UTC), **bound)
