"""Evidence: a folder of files becomes checklist slots, one merged book and archived originals.

An evidence item's payload: ``dossier``, ``about``, ``unit`` (what the cover says), ``checklist`` and ``files``
``[{slot, name, path, sha256}]``: paths are read again when the item is worked. Files that were handed in through the
pages have ``stored`` in place of ``path``: their key in the intake store, which every worker can reach. ``originals``:
slots whose originals an officer has seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docservice import archive, book_text, engines, evidence_files, jobs, register, stores
from docservice.checklist import guess_slot
from docservice.config import config
from docservice.errors import EvidenceRefused
from docservice.making import USUAL, Making
from docservice.models import JobItem
from docservice.outcome import one_by_one
from docservice.pdf.book import Book, SourceFile, make_book
from docservice.pdf.sniff import media_type
from docservice.thai import safe_file_name
from docservice.unit_book import Unit, book_request, require_evidence, slots

VERB = "evidence"
PROGRAMME = "ระบบมาตรฐานการพัฒนาชุมชน (มชช.)"
_ENGINE = "2"


def request(
    dossier: str,
    unit: Unit,
    checklist: Sequence[Mapping[str, Any]],
    folder: Path,
    about: Mapping[str, object],
    making: Making = USUAL,
) -> jobs.Request:
    """The job item that makes and files one applicant's book from ``folder``."""
    files = [
        {
            "slot": guess_slot([p.stem, *p.relative_to(folder).parts[:-1]], checklist),
            "name": p.name,
            "path": str(p),
            "sha256": evidence_files.sha256_of(p),
        }
        for p in evidence_files.files_in(folder)
    ]
    return _asked(dossier, unit, checklist, files, about, **_how(making))


def request_of_files(
    dossier: str,
    unit: Unit,
    checklist: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, Any]],
    about: Mapping[str, object],
    *,
    originals: Sequence[str],
    making: Making = USUAL,
) -> jobs.Request:
    """The same from files of the intake store ``[{slot, name, stored, sha256}]``, each slot's in their order.

    ``InputRefused`` when there is neither a file nor an original that was seen.
    """
    require_evidence(unit, files, originals)
    return _asked(
        dossier, unit, checklist, [dict(file) for file in files], about, originals=list(originals), **_how(making)
    )


def _how(making: Making) -> dict[str, object]:
    """Into the payload only what is not the usual: books asked for before stay the same."""
    return {"how": making.told()} if making.told() else {}


def _asked(
    dossier: str,
    unit: Unit,
    checklist: Sequence[Mapping[str, Any]],
    files: list[dict[str, Any]],
    about: Mapping[str, object],
    **more: object,
) -> jobs.Request:
    payload = {
        "dossier": dossier,
        "about": dict(about),
        "unit": vars(unit) | {},
        "checklist": [dict(item) for item in checklist],
        "files": files,
        "engine": _ENGINE,
        **more,
    }
    return jobs.Request(f"เล่มหลักฐาน {unit.applicant}", payload)


def work(items: Sequence[JobItem]) -> Iterator[tuple[JobItem, jobs.Outcome]]:
    """Make and file the books of ``items``; one folder's fault is its own."""
    return one_by_one(items, _work_one)


def _work_one(item: JobItem) -> Mapping[str, object]:
    payload = item.payload
    inputs = _inputs(payload)
    if archive.is_filed(payload["dossier"], book_text.as_filed(payload["dossier"], inputs)):
        return {"dossier": payload["dossier"], "new": 0}
    with _at_hand(payload["files"]) as files, _bench() as bench:
        book = merge(
            Unit(**payload["unit"]),
            payload["checklist"],
            files,
            originals=payload.get("originals"),
            out=bench / "book.pdf",
            pieces=config().home / "pieces",
            making=Making.kept(payload.get("how")),
        )
        words = book_text.with_known_words(payload["dossier"], bench / "book.pdf")
        filings = [_book_filing(payload, book, inputs, words)]
        filings += [_original_filing(file, path) for file, path in zip(files, _paths(payload), strict=True)]
        key, name = payload["dossier"], payload["unit"]["applicant"]
        filed = archive.file(key, name, filings, actor=item.job.requested_by, about=payload["about"])
    register.note_evidence(payload["dossier"], book.complete)
    if filed.new:
        book_text.ask(payload["dossier"], actor=item.job.requested_by)
    return {
        "dossier": filed.key,
        "version": filed.version,
        "new": filed.new,
        "pages": book.pages,
        "complete": book.complete,
        "missing": list(book.missing),
        "unreadable": [f.name for f in book.files if f.state == "placeholder"],
        "pdfa": book.pdfa.conforms,
    }


@contextmanager
def _bench() -> Iterator[Path]:
    """A folder for a book in the making, on the disk that has room for it."""
    with TemporaryDirectory(prefix="binding-", dir=config().home) as bench:
        yield Path(bench)


@contextmanager
def _at_hand(files: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The files with their paths on this machine; those of the intake store as copies, until the block ends."""
    stored = [str(file["stored"]) for file in files if "stored" in file]
    with stores.fetched(stores.INTAKE, stored) as places:
        yield [{**file, "path": str(places[file["stored"]])} if "stored" in file else file for file in files]


def merge(
    unit: Unit,
    checklist: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, Any]],
    *,
    originals: Sequence[str] | None = None,
    out: Path | None = None,
    pieces: Path | None = None,
    making: Making = USUAL,
) -> Book:
    """One merged book, engine only: checklist order, unassigned files last.

    ``originals``: slots whose originals were seen; with it, the files of a slot keep their order. ``out`` and
    ``pieces``: see ``make_book``.
    """
    filled = slots(
        checklist, lambda slot: _sources(files, slot), originals=originals or (), in_order=originals is not None
    )
    book = book_request(unit, filled, making)
    return make_book(book, fonts=engines.fonts().dir, office=_to_pdf, out=out, pieces=pieces, scanner=engines.scanner())


def _to_pdf(docx: bytes, title: str) -> bytes:
    return engines.office().to_pdf(docx, title=title)


def _sources(files: Sequence[Mapping[str, Any]], slot: str) -> list[SourceFile]:
    return [SourceFile(f["name"], Path(f["path"]), f.get("sha256", "")) for f in files if f["slot"] == slot]


def _paths(payload: Mapping[str, Any]) -> list[str]:
    """Each file's logical path in the dossier; a name that comes twice in a slot gets a running number."""
    taken: set[str] = set()
    paths = []
    for file in payload["files"]:
        name = Path(safe_file_name(file["name"]))
        path, n = f"evidence/{file['slot']}/{name}", 1
        while path in taken:
            n += 1
            path = f"evidence/{file['slot']}/{name.stem} ({n}){name.suffix}"
        taken.add(path)
        paths.append(path)
    return paths


def _inputs(payload: Mapping[str, Any]) -> dict[str, str]:
    files = [[f["slot"], f["name"], f["sha256"]] for f in payload["files"]]
    whole = [
        payload["unit"],
        payload["checklist"],
        files,
        payload["engine"],
        *([payload["how"]] if "how" in payload else []),
    ]
    book = jobs.digest([*whole, sorted(payload["originals"])] if "originals" in payload else whole)
    originals = {path: f["sha256"] for path, f in zip(_paths(payload), payload["files"], strict=True)}
    return {"book/book.pdf": book, **originals}


def _book_filing(payload: Mapping[str, Any], book: Book, inputs: Mapping[str, str], words: Any) -> archive.Filing:
    return archive.Filing(
        path="book/book.pdf",
        data=book.pdf,
        kind="book",
        title=f"เล่มหลักฐาน {payload['unit']['applicant']}",
        media_type="application/pdf",
        inputs=inputs["book/book.pdf"],
        pages=book.pages,
        provenance={
            "complete": book.complete,
            "missing": list(book.missing),
            "files": report_of(book),
            "pdfa": {"conforms": book.pdfa.conforms, "part": book.pdfa.part, "reasons": list(book.pdfa.reasons)},
            "engine": payload["engine"],
            **words,
        },
    )


def report_of(book: Book) -> list[dict[str, object]]:
    """What became of every file, JSON-able."""
    return [asdict(file) | {"signatures": [asdict(each) for each in file.signatures]} for file in book.files]


def _original_filing(file: Mapping[str, Any], path: str) -> archive.Filing:
    source = Path(file["path"])
    if evidence_files.sha256_of(source) != file["sha256"]:
        raise EvidenceRefused(
            f"ไฟล์ “{file['name']}” ถูกแก้ไขระหว่างที่รอทำเล่ม",
            "สั่งทำเล่มหลักฐานของโฟลเดอร์นี้ใหม่",
            english=f"File “{file['name']}” changed while the book was waiting. Request the book again.",
        )
    return archive.Filing(
        path=path,
        data=source,
        kind="evidence",
        title=file["name"],
        media_type=_media_type(source),
        inputs=file["sha256"],
        provenance={"slot": file["slot"]},
    )


def _media_type(path: Path) -> str:
    """By content; what no reader knows is filed all the same, as plain bytes."""
    try:
        return media_type(path, name=path.name)
    except EvidenceRefused:
        return "application/octet-stream"
