"""The redacted edition of an evidence book, for committees: what an officer marked is burned in as pixels.

A job item's payload: ``dossier``, ``about``, ``unit``, ``checklist`` and ``originals`` as the full book's, ``how`` it
is made, and ``files`` ``[{slot, stored, sha256, unreadable, seen, who, at}]``: names of files are left out, for they
may tell what is hidden. ``seen``: ``None`` while no officer has looked at the whole file, else its ``shape`` and
``areas`` ``[[page, top, left, width, height, kind]]``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docservice import archive, engines, intake, jobs, redaction, scrutiny, stores
from docservice.config import config
from docservice.making import Making
from docservice.models import EvidenceFile, JobItem
from docservice.outcome import one_by_one
from docservice.pdf import scrutiny as pages
from docservice.pdf.book import Book, BookRequest, SourceFile, make_book
from docservice.pdf.cover import withheld_pdf
from docservice.pdf.piece import Piece
from docservice.pdf.typeface import typeface
from docservice.redaction import Seen
from docservice.thai import to_thai_digits
from docservice.unit_book import Unit, book_request, require_evidence, slots

VERB = "redaction"
KIND = "book-redacted"
PATH = "book/book-redacted.pdf"
EDITION = "ฉบับปกปิดข้อมูลส่วนบุคคล"
NOT_LOOKED_AT = "ยังไม่ได้ตรวจเพื่อปกปิด"
_ENGINE = "1"


def request(
    dossier: str,
    unit: Unit,
    checklist: Sequence[Mapping[str, Any]],
    files: Sequence[tuple[str, EvidenceFile]],
    looked_at: Mapping[str, Seen],
    about: Mapping[str, object],
    *,
    originals: Sequence[str],
    making: Making,
) -> jobs.Request:
    """The job item that makes and files the redacted edition of ``files`` (slot and file, in the order of the book).

    ``looked_at``: by digest, as far as officers have looked; a file that nobody has looked at whole gets a page that
    says so in its place. ``InputRefused`` when there is neither a file nor an original that was seen.
    """
    require_evidence(unit, files, originals)
    payload = {
        "dossier": dossier,
        "about": dict(about),
        "unit": vars(unit) | {},
        "checklist": [dict(item) for item in checklist],
        "files": [_asked(slot, file, looked_at.get(file.sha256)) for slot, file in files],
        "originals": list(originals),
        "how": making.without_attachments().told(),
        "engine": _ENGINE,
    }
    return jobs.Request(f"เล่มหลักฐาน {EDITION} {unit.applicant}", payload)


def _asked(slot: str, file: EvidenceFile, seen: Seen | None) -> dict[str, object]:
    whole = seen if seen and seen.done else None
    areas = [list(vars(area).values()) for area in whole.areas] if whole else []
    return {
        "slot": slot,
        "stored": intake.key(file.sha256),
        "sha256": file.sha256,
        "unreadable": file.problem is not None,
        "seen": {"shape": whole.shape, "areas": areas} if whole else None,
        "who": whole.who if whole else [],
        "at": whole.at.isoformat() if whole and whole.at else "",
    }


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Make and file the redacted editions of ``items``; one folder's fault is its own."""
    return one_by_one(items, _work_one)


def _work_one(item: JobItem) -> Mapping[str, object]:
    payload = item.payload
    key, made_from = payload["dossier"], inputs(payload)
    if archive.is_filed(key, {PATH: made_from}):
        return {"dossier": key, "new": 0}
    stored = [str(file["stored"]) for file in payload["files"]]
    with stores.fetched(stores.INTAKE, stored) as places, TemporaryDirectory(dir=config().home) as bench:
        book = _made(payload, places, Path(bench) / "book.pdf")
        filing = _filing(payload, book, made_from)
        filed = archive.file(
            key, payload["unit"]["applicant"], [filing], actor=item.job.requested_by, about=payload["about"]
        )
    withheld = sum(_is_withheld(file) for file in payload["files"])
    told = {"dossier": filed.key, "version": filed.version, "new": filed.new}
    return {**told, "pages": book.pages, "withheld": withheld, "pdfa": book.pdfa.conforms}


def inputs(payload: Mapping[str, Any]) -> str:
    """The digest of all that the edition of this payload is made from."""
    files = [[file[part] for part in ("slot", "sha256", "unreadable", "seen")] for file in payload["files"]]
    parts = [payload[part] for part in ("unit", "checklist", "how", "engine")]
    return jobs.digest([VERB, *parts, files, sorted(payload["originals"])])


def _is_withheld(file: Mapping[str, Any]) -> bool:
    return file["seen"] is None and not file["unreadable"]


# -------------------------------------------------------------------------------------------------------- the book
def _made(payload: Mapping[str, Any], places: Mapping[str, Path], out: Path) -> Book:
    making, fonts = Making.kept(payload["how"]).without_attachments(), engines.fonts().dir
    request = _book(payload, places, making)
    # The same bytes in two slots lie in one file: what is hidden of them is the same as well.
    files = {places[file["stored"]]: file for file in payload["files"]}
    hiding = _Hiding(making, fonts, files)
    return make_book(request, fonts, None, out=out, pieces=config().home / "pieces-redacted", convert=hiding)


def _book(payload: Mapping[str, Any], places: Mapping[str, Path], making: Making) -> BookRequest:
    filled = slots(
        payload["checklist"],
        lambda slot: _sources(payload, places, slot),
        originals=payload["originals"],
        in_order=True,
    )
    return book_request(Unit(**payload["unit"]), filled, making, edition=EDITION)


def _sources(payload: Mapping[str, Any], places: Mapping[str, Path], slot: str) -> list[SourceFile]:
    """The files of a slot under numbers for names; pages are kept by what was made of them, not by their source."""
    own = [file for file in payload["files"] if file["slot"] == slot]
    return [SourceFile(_called(n, file), places[file["stored"]], _page_digest(file)) for n, file in enumerate(own, 1)]


def _called(number: int, file: Mapping[str, Any]) -> str:
    called = to_thai_digits(f"ไฟล์ที่ {number}")
    return f"{called} · {NOT_LOOKED_AT}" if _is_withheld(file) else called


def _page_digest(file: Mapping[str, Any]) -> str:
    return jobs.digest([_ENGINE, file["sha256"], file["seen"], file["unreadable"]])


@dataclass(frozen=True)
class _Hiding:
    """Stands where ``make_book`` reads a file: the pages come as pictures, what is hidden black in them."""

    making: Making
    fonts: Path
    files: Mapping[Path, Mapping[str, Any]]

    def __call__(self, path: Path, target: Path, *, name: str, **_: object) -> Piece:
        """As ``gate.to_piece``."""
        file = self.files[path]
        if _is_withheld(file):
            return self._withheld()
        piece = scrutiny.piece(path, file["sha256"], self.making, name=name)
        if file["seen"] is None:  # it could not be read when it came, and can be now: nobody has looked at it
            return self._withheld()
        areas = [_burned(*area) for area in file["seen"]["areas"]]
        font = typeface(self.fonts).regular
        return pages.redacted(piece, areas, file["seen"]["shape"], target, font, name=name)

    def _withheld(self) -> Piece:
        return Piece(withheld_pdf(NOT_LOOKED_AT, self.fonts), 1, "", faults=())


def _burned(page: int, top: int, left: int, width: int, height: int, kind: str) -> pages.Area:
    return pages.Area(page, left, top, width, height, redaction.KINDS.get(kind, ""))


# -------------------------------------------------------------------------------------------------------- its filing
def _filing(payload: Mapping[str, Any], book: Book, made_from: str) -> archive.Filing:
    return archive.Filing(
        path=PATH,
        data=book.pdf,
        kind=KIND,
        title=f"เล่มหลักฐาน {EDITION} {payload['unit']['applicant']}",
        media_type="application/pdf",
        inputs=made_from,
        pages=book.pages,
        provenance={
            "edition": "redacted",
            "files": [_told(file) for file in payload["files"]],
            "pdfa": {"conforms": book.pdfa.conforms, "part": book.pdfa.part, "reasons": list(book.pdfa.reasons)},
            "how": payload["how"],
            "engine": payload["engine"],
        },
    )


def _told(file: Mapping[str, Any]) -> dict[str, object]:
    """What was hidden of a file, by kind and as a digest of the areas; who marked or looked, and when last."""
    seen = file["seen"] or {"areas": []}
    state = "withheld" if _is_withheld(file) else "unreadable" if file["unreadable"] else "looked-at"
    kinds = Counter(area[-1] for area in seen["areas"])
    return {
        "slot": file["slot"],
        "sha256": file["sha256"],
        "state": state,
        "hidden": dict(sorted(kinds.items())),
        "areas": jobs.digest(seen["areas"]),
        "looked_at_by": file["who"],
        "looked_at": file["at"],
    }
