"""The life of a filed paper: draft, numbered, signed, filed; withdrawn or replaced. Nothing is edited in place.

A signed copy and a withdrawal are documents of the paper's own dossier (``paper/<kind>-signed.pdf``,
``paper/withdrawn.json``), so that the store alone tells of them. They are about the paper's version before them: a
paper made again afterwards is neither signed nor withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from docservice import archive, audit, jobs, numbers
from docservice.errors import Conflict, InputRefused
from docservice.models import Document, Number
from docservice.number_claim import PENDING, Series, WrittenNumber
from docservice.pdf.joined import joined
from docservice.thai import clean, to_thai_digits
from storage.store import Tally

SIGNED, WITHDRAWN, RESTORED = "signed-copy", numbers.WITHDRAWN, "restored"
WITHDRAWAL = "paper/withdrawn.json"
PDF = "application/pdf"
DRAFT, UNSIGNED, FILED, GONE = "draft", "unsigned", "filed", "withdrawn"
STATES = {DRAFT: "ร่าง รอเลข", UNSIGNED: "รอลงนาม", FILED: "จัดเก็บแล้ว", GONE: "ยกเลิกหรือแทนแล้ว"}
NUMBERED = ("letter", "report", "order", "certificate")
TO_SIGN = ("letter", "report", "order", "announcement", "certificate")
MOST_FILES = 60
MOST_BYTES = 100 * 2**20
_LONGEST = 500
_LONGEST_NUMBER = 60
CURRENT: dict[str, Any] = {"current__in": (True,)}
"""``current=True`` as SQLite's planner understands it: Django writes the bare column, which no index is searched by."""
_TOO_HIGH = 10**6


@dataclass(frozen=True)
class Life:
    """Where a paper stands: its state, its line in the register of numbers, its signed copy, its withdrawal."""

    state: str
    number: Number | None = None
    signed: Document | None = None
    withdrawn: Document | None = None

    @property
    def reason(self) -> str:
        """Why it was withdrawn."""
        return str(self.withdrawn.provenance.get("reason", "")) if self.withdrawn else ""

    @property
    def replaced_by(self) -> str:
        """The dossier of the paper that replaces it."""
        return str(self.withdrawn.provenance.get("replaced_by", "")) if self.withdrawn else ""


def lives(papers: Sequence[Document]) -> dict[int, Life]:
    """The life of each of the papers (of any version), by its pk; two questions however many there are."""
    beside = _beside(papers)
    found = Number.objects.filter(dossier__in={p.dossier.key for p in papers}).exclude(state=Number.FREE)
    numbered = {n.dossier: n for n in sorted(found.select_related("series"), key=lambda n: n.state in Number.BOUND)}
    return {
        paper.pk: _life(paper, beside.get(paper.dossier_id, ()), numbered.get(paper.dossier.key)) for paper in papers
    }


def in_state(papers: QuerySet[Document], state: str, province: str, year_be: int) -> QuerySet[Document]:
    """Those of a year's papers that stand in ``state``.

    The few that have a signed copy or a notice are looked up once, so that the many without cost one look each.
    """
    withdrawn = Q(dossier__in=_holding(WITHDRAWN, province, year_be)) & Q(_later(WITHDRAWN))
    signed = Q(dossier__in=_holding(SIGNED, province, year_be)) & Q(_later(SIGNED))
    if state == GONE:
        return papers.filter(withdrawn)
    waiting = Number.objects.filter(state=Number.PENDING, series__province=province).values("dossier")
    if state == DRAFT:
        return papers.filter(dossier__key__in=waiting).exclude(withdrawn)
    living = papers.exclude(withdrawn).exclude(dossier__key__in=waiting)
    to_sign = Q(kind__in=TO_SIGN)
    return living.filter(to_sign).exclude(signed) if state == UNSIGNED else living.filter(~to_sign | signed)


def numbered(papers: QuerySet[Document], written: str, province: str, year_be: int) -> QuerySet[Document]:
    """Those of the papers with that number: the running number however it is written, or the whole as printed."""
    value = WrittenNumber.parse(written).asks if len(written) <= _LONGEST_NUMBER else PENDING
    years = (year_be - 1, year_be, year_be + 1)
    rows = Number.objects.filter(series__province=province, series__year_be__in=years).exclude(state=Number.FREE)
    small = isinstance(value, int) and value < _TOO_HIGH
    found = list(rows.filter(value=value).values_list("dossier", flat=True)) if small else []
    return papers.filter(dossier__key__in=found) if found else papers.filter(number=to_thai_digits(written))


def sign(paper: Document, files: Sequence[tuple[str, Path]], *, seen: int, actor: str) -> archive.Filed:
    """File the scanned signed copy (the name and place of each file, in their order) beside the paper.

    Raises ``EvidenceRefused`` naming the file that cannot be read, ``Conflict`` when the paper is not what was seen.
    """
    _refuse_too_many(files)
    digest = jobs.digest([paper.sha256, *(_sha256(path) for _, path in files)])
    path = f"paper/{PurePosixPath(paper.path).stem}-signed.pdf"
    if archive.is_filed(paper.dossier.key, {path: digest}):
        return archive.Filed(paper.dossier.key, paper.dossier.version, 0)
    _as_seen(paper, seen)
    title = f"ฉบับลงนาม {paper.title}"[:700]
    copy = joined(files, title=title)
    told = {"of": paper.path, "version": paper.version, "sha256": paper.sha256, "files": [name for name, _ in files]}
    filing = archive.Filing(
        path, copy.pdf, SIGNED, title, PDF, digest, paper.number, copy.pages,
        {**told, "notes": list(copy.notes), "pdfa": copy.pdfa},
    )  # fmt: skip
    return _file(paper, filing, "paper.signed", {"path": path, "pages": copy.pages}, actor)


def withdraw(paper: Document, reason: str, *, seen: int, actor: str) -> archive.Filed:
    """Withdraw a paper for ever, with its reason; its number is void and never given again."""
    reason = clean(reason).strip()
    if not reason:
        raise InputRefused("ยังไม่ได้บอกเหตุผลที่ยกเลิก", "พิมพ์เหตุผล ๑ ประโยค", english="Give the reason.")
    if len(reason) > _LONGEST:
        raise InputRefused("เหตุผลยาวเกิน ๕๐๐ ตัวอักษร", "กรุณาย่อให้สั้นลง", english="The reason is longer than 500 letters.")
    _as_seen(paper, seen)
    number = _used(paper)
    voided = {"series": number.series.code, "year_be": number.series.year_be, "value": number.value} if number else None
    filing = _notice(paper, WITHDRAWN, {"reason": reason, "voided": voided})
    return _file(paper, filing, "paper.withdrawn", {"reason": reason}, actor, partial(_void, number, reason, actor))


def replaced(dossier: str, *, by: str, actor: str) -> None:
    """Tell the dossier's paper that another one has taken its place; its number stays used."""
    paper = papers_of(Document.objects.filter(dossier__key=dossier, current=True)).order_by("path").first()
    if paper is None or lives([paper])[paper.pk].state == GONE:
        return
    filing = _notice(paper, WITHDRAWN, {"reason": "มีฉบับใหม่แทน", "replaced_by": by, "voided": None})
    _file(paper, filing, "paper.replaced", {"by": by}, actor)


def restore(paper: Document, *, seen: int, actor: str) -> archive.Filed:
    """Take back a withdrawal that voided no number."""
    life = lives([paper])[paper.pk]
    if life.withdrawn is None:
        return archive.Filed(paper.dossier.key, paper.dossier.version, 0)
    if life.withdrawn.provenance.get("voided"):
        raise Conflict(
            "เลขของเอกสารนี้ยกเลิกไปแล้ว จึงนำกลับมาใช้ไม่ได้",
            "ขอเอกสารฉบับใหม่ ระบบจะออกเลขใหม่ให้",
            english="Its number was voided. Request a new paper.",
        )
    _as_seen(paper, seen)
    filing = _notice(paper, RESTORED, {"withdrawn": life.withdrawn.version})
    return _file(paper, filing, "paper.restored", {}, actor)


def papers_of(rows: QuerySet[Document]) -> QuerySet[Document]:
    """Of documents, the papers themselves as PDF: no Word file, signed copy, enclosure or notice."""
    return rows.filter(path__startswith="paper/", media_type=PDF).exclude(kind=SIGNED)


def _life(paper: Document, beside: Iterable[Document], number: Number | None) -> Life:
    after = {d.kind: d for d in beside if d.version > paper.version}
    signed, withdrawn = after.get(SIGNED), after.get(WITHDRAWN)
    if withdrawn:
        return Life(GONE, number, signed, withdrawn)
    if number is not None and number.state == Number.PENDING:
        return Life(DRAFT, number, signed)
    waits = paper.kind in TO_SIGN and signed is None
    return Life(UNSIGNED if waits else FILED, number, signed)


def _beside(papers: Iterable[Document]) -> Mapping[int, list[Document]]:
    """The current signed copies and withdrawals of the papers' dossiers."""
    wanted = {paper.dossier_id for paper in papers}
    found: dict[int, list[Document]] = {}
    for each in Document.objects.filter(dossier__in=wanted, kind__in=(SIGNED, WITHDRAWN), **CURRENT):
        found.setdefault(each.dossier_id, []).append(each)
    return found


def _later(kind: str) -> Exists:
    """A current document of ``kind`` filed in the dossier after the paper."""
    rows = Document.objects.filter(dossier=OuterRef("dossier"), kind=kind, **CURRENT)
    return Exists(rows.filter(version__gt=OuterRef("version")))


def _holding(kind: str, province: str, year_be: int) -> QuerySet[Document, Any]:
    """The dossiers of a year in which a current document of ``kind`` lies."""
    rows = Document.objects.filter(year_be=year_be, province=province, kind=kind, **CURRENT)
    return rows.order_by().values("dossier")


def _used(paper: Document) -> Number | None:
    """The number the paper has."""
    bound = Number.objects.filter(dossier=paper.dossier.key, state__in=Number.BOUND, value__isnull=False)
    return bound.select_related("series").first()


def _void(number: Number | None, reason: str, actor: str) -> None:
    if number is None or number.value is None:
        return
    if Number.objects.filter(pk=number.pk).exclude(state=Number.VOIDED).exists():
        series = Series(number.series.province, number.series.code, number.series.year_be)
        numbers.void(series, number.value, reason, actor=actor)


def _notice(paper: Document, kind: str, told: Mapping[str, Any]) -> archive.Filing:
    content = {"schema": 1, "what": kind, "paper": paper.path, "version": paper.version, "number": paper.number, **told}
    data = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return archive.Filing(
        WITHDRAWAL, data, kind, f"{STATES[GONE]}: {paper.title}"[:700], "application/json",
        jobs.digest(content), paper.number, None, dict(told),
    )  # fmt: skip


def _nothing() -> None:
    """What is done beside a filing that stands for itself."""


def _file(
    paper: Document,
    filing: archive.Filing,
    verb: str,
    told: Mapping[str, object],
    actor: str,
    also: Callable[[], None] = _nothing,
) -> archive.Filed:
    dossier = paper.dossier
    filed = archive.file(dossier.key, dossier.title, [filing], actor=actor, about=dossier.about, also=also)
    if filed.new:
        audit.record(actor, verb, dossier.key, told)
    return filed


def _as_seen(paper: Document, seen: int) -> None:
    """``Conflict`` when the dossier has changed since the person's page was made."""
    version = archive.get(paper.dossier.key).version
    if version != seen or not paper.current:
        raise Conflict(
            "เอกสารนี้เปลี่ยนไปหลังจากที่เปิดหน้านี้ จึงยังไม่ได้บันทึก",
            "เปิดหน้าเอกสารใหม่ ตรวจรุ่นล่าสุด แล้วทำรายการอีกครั้ง",
            english="The paper changed after this page was opened. Open it again.",
        )


def _refuse_too_many(files: Sequence[tuple[str, Path]]) -> None:
    if not files:
        raise InputRefused(
            "ยังไม่ได้เลือกไฟล์", "เลือกไฟล์ PDF หรือภาพของฉบับที่ลงนามแล้ว", english="Choose the scanned signed copy."
        )
    if len(files) > MOST_FILES or sum(path.stat().st_size for _, path in files) > MOST_BYTES:
        raise InputRefused(
            "ไฟล์ที่แนบมากหรือใหญ่เกินไป (ได้ ๖๐ ไฟล์ รวม ๑๐๐ MB)",
            "สแกนที่ความละเอียด ๒๐๐–๓๐๐ จุดต่อนิ้ว แล้วแนบใหม่",
            english="Too many or too large files: 60 files, 100 MB in all.",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return Tally.of(stream).sha256
