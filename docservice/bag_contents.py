"""What a bag of the archive holds besides the archive's own files: register, finding aid, fixity report, events.

All of it is made from the same rows the same way, so that the same state of the archive gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, BinaryIO

from docservice import bag_events, bag_pictures, bag_sheet, finding_aid, register, stored
from docservice.bag_choice import DOCUMENTS, Choice
from docservice.bag_sheet import Cell
from docservice.models import Document, Dossier, Event
from docservice.stored import StoredFile
from docservice.yearfile import YearFile
from storage.bag import BagEntry
from storage.fixity import INVENTORY

LAYOUT = 1
"""Grows when a bag could no longer be read by an older docservice."""
YEAR, EVENTS = "year.json", "events.jsonl"
_REGISTER = ("แฟ้ม", "อำเภอ", "ชื่อแฟ้ม", "เอกสาร", "ประเภท", "เลขที่", "จำนวนหน้า", "ขนาด (ไบต์)", "ที่อยู่ในชุดส่งออก", "SHA-256")
_FIXITY = (
    "แฟ้ม",
    "รุ่น",
    "ไฟล์",
    "ไบต์",
    "SHA-512 ของบัญชีไฟล์",
    "ตรวจครั้งก่อนเมื่อ (UTC)",
    "ผลการตรวจครั้งก่อน",
    "ผลการตรวจเมื่อส่งออก",
)
_VERDICTS = {"archive.verified": "ถูกต้อง", "fixity.broken": "พบความเสียหาย"}
_README = """คลังเอกสารมาตรฐานการพัฒนาชุมชน (มชช.) ชุดส่งออกตามมาตรฐาน BagIt 1.0 (RFC 8493)

index.html      เปิดดูและค้นหาได้โดยไม่ต้องต่ออินเทอร์เน็ต
register.csv    ทะเบียนเอกสาร (register.xlsx เนื้อหาเดียวกัน)
fixity.csv      ผลการตรวจความถูกต้องของแต่ละแฟ้ม
events.jsonl    เหตุการณ์ของแฟ้มเหล่านี้จากบันทึกเหตุการณ์ (มีเมื่อส่งออกทั้งแฟ้ม)
pictures/       ภาพที่หนังสือและข้อมูลประจำปีใช้ เช่น ตราและกรอบ ชื่อไฟล์คือ SHA-256 (มีเมื่อส่งออกทั้งแฟ้ม)
                ภาพที่ถูกอ้างถึงแต่ไม่มีในระบบบอกไว้ใน missing.txt
archive/        แฟ้มตามที่จัดเก็บ เป็น OCFL object ทุกรุ่น (documents/ เมื่อเลือกเฉพาะบางเอกสาร)

ตรวจว่าครบและไม่ถูกแก้ ในโฟลเดอร์ที่มี bagit.txt:
    sha256sum -c manifest-sha256.txt   หรือ   sha512sum -c manifest-sha512.txt
นำกลับเข้าระบบ:        docservice archive import <ชุดนี้>
ตรวจเหตุการณ์:          docservice audit verify --extract events.jsonl
แต่ละบรรทัดของ events.jsonl พิสูจน์ตัวเองได้: digest คือ SHA-256 ของ JSON ที่เรียงชื่อช่อง (ไม่รวม id และ digest)
และต้องตรงกับลำดับเดียวกันในบันทึกที่ผนึกไว้หรือที่ส่งออกด้วย docservice audit export
"""


@dataclass(frozen=True)
class Holding:
    """A dossier that leaves, with its files and the rows of the documents that a reader looks for."""

    dossier: Dossier
    files: Sequence[StoredFile]
    documents: Sequence[Document]


def held(dossiers: Sequence[Dossier], choice: Choice) -> list[Holding]:
    """What leaves of ``dossiers``; ``FixityBroken`` for one that is damaged."""
    wanted: dict[int, list[Document]] = {}
    rows = choice.documents(Document.objects.filter(dossier__in=dossiers)).defer("provenance", "inputs", "media_type")
    for row in rows.order_by("dossier__key", "path"):
        wanted.setdefault(row.dossier_id, []).append(row)
    found = []
    for dossier, files in stored.files(dossiers):
        documents = wanted.get(dossier.pk, [])
        for row in documents:
            row.dossier = dossier
        if choice.layout == DOCUMENTS:
            names = {row.content for row in documents}
            files = [file for file in files if file.path in names]
        found.append(Holding(dossier, files, documents))
    return found


def entries(year: YearFile, held: Sequence[Holding], choice: Choice, until: int) -> Iterator[BagEntry]:
    """Every payload file of the bag; ``until``: the last event it tells of."""
    whole = choice.layout != DOCUMENTS
    rows = [_register_row(year, row, choice.layout) for holding in held for row in holding.documents]
    yield text("README.txt", _README.encode())
    yield text("register.csv", bag_sheet.as_csv(_REGISTER, rows))
    yield text("register.xlsx", bag_sheet.as_xlsx(_REGISTER, rows))
    yield text("index.html", _finding_aid(year, held, choice).encode())
    yield text("fixity.csv", bag_sheet.as_csv(_FIXITY, _fixity(held, until, whole=whole)))
    if whole:
        settings = register.year(year.year, year.province_code).settings
        yield text(YEAR, json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode())
        yield from _pictures(settings, [holding.dossier for holding in held])
        events = bag_events.extract([holding.dossier.key for holding in held], until)
        yield BagEntry(EVENTS, events.size, events.sha256, events.sha512, events.open)
    for holding in held:
        paths = {row.content: row.path for row in holding.documents}
        for file in holding.files:
            path = f"archive/{holding.dossier.key}/{file.path}"
            if not whole:
                path = f"documents/{holding.dossier.key}/{paths[file.path]}"
            yield BagEntry(path, file.size, file.sha256, file.sha512, file.open)


def _pictures(settings: Mapping[str, Any], dossiers: Sequence[Dossier]) -> Iterator[BagEntry]:
    named = bag_pictures.named(settings, dossiers)
    gone = bag_pictures.missing(named)
    yield from bag_pictures.entries([digest for digest in named if digest not in gone])
    if gone:
        yield text(bag_pictures.MISSING, "".join(f"{digest}\n" for digest in gone).encode())


def text(path: str, data: bytes) -> BagEntry:
    """A payload file of bytes that are at hand."""

    def opened() -> BinaryIO:
        return io.BytesIO(data)

    return BagEntry(path, len(data), hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest(), opened)


def _finding_aid(year: YearFile, held: Sequence[Holding], choice: Choice) -> str:
    dossiers = [holding.dossier for holding in held]
    documents = [row for holding in held for row in holding.documents]
    return finding_aid.page(year, dossiers, documents, choice.layout, choice.told)


def _register_row(year: YearFile, document: Document, layout: str) -> list[Cell]:
    dossier = document.dossier
    district = year.district(dossier.district)
    return [
        dossier.key,
        district.name if district else "จังหวัด",
        dossier.title,
        document.title,
        document.kind,
        document.number,
        document.pages,
        document.size,
        finding_aid.location(document, layout),
        document.sha256,
    ]


def _fixity(held: Sequence[Holding], until: int, *, whole: bool) -> Iterator[list[Cell]]:
    """A line for each dossier: what it holds, when it was checked last and with what result, and now.

    That a bag is finished means that every byte was what was filed: the export stops at the first that is not.
    """
    checks = bag_events.checks([holding.dossier.key for holding in held], until, list(_VERDICTS))
    for holding in held:
        inventory = next((file.sha512 for file in holding.files if file.path == INVENTORY), "")
        size = sum(file.size for file in holding.files)
        when, verdict = _last(checks.get(holding.dossier.key))
        version = holding.dossier.version if whole else None
        yield [holding.dossier.key, version, len(holding.files), size, inventory, when, verdict, "ถูกต้อง"]


def _last(event: Event | None) -> tuple[str, str]:
    if event is None:
        return "", "ยังไม่เคยตรวจ"
    return event.at.astimezone(UTC).isoformat(timespec="seconds"), _VERDICTS[event.verb]
