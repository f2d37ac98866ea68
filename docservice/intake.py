"""Evidence on its way in: an upload becomes evidence files in their slots, each looked at without being trusted.

Uploads → files (a ZIP: every file in it) → bytes once into the intake store, by digest → rows in the folder.
Then a look at each, in a child process with limits (``pdf.gate``) and not through the queue: the officer is told at
once whether a file can be read, also while no worker runs, and a hostile file ends its child and nothing else.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from docservice import broker, engines, folder, parcel, stores, uploads
from docservice.checklist import UNASSIGNED, guess_slot
from docservice.config import config
from docservice.errors import EvidenceRefused, InputRefused, NotFound, Transient
from docservice.folder import TRAY, Incoming
from docservice.models import Applicant, EvidenceFile, Upload
from docservice.pdf import gate, sniff
from docservice.uploads import Held, Read
from docservice.yearfile import YearFile

PAGE_WIDTH = 900
"""Pixels across a page of the preview."""
PIECES = "pieces"
"""The task that makes files ready for the book, behind everything people wait for (``books.make_ready``)."""
_WIDEST_LOOK = 5.0
"""Seconds spent on looking before an upload is answered; the page goes on with what is left."""


def checklist(year: YearFile, applicant: Applicant) -> Sequence[Mapping[str, Any]]:
    """What the applicant's group has to hand in this year."""
    group = year.group(applicant.group)
    return group.checklist if group else ()


def begin(year: YearFile, applicant: Applicant, name: str, size: int, *, slot: str = TRAY, actor: str) -> Upload:
    """Begin an upload; ``slot`` when a person named one. See ``uploads.start``."""
    check_slot(year, applicant, slot)
    return uploads.start(applicant, name, size, slot=slot, actor=actor)


def check_slot(year: YearFile, applicant: Applicant, slot: str) -> None:
    """``InputRefused`` unless the applicant's checklist has that slot; the tray always is one."""
    if slot != TRAY and slot not in {str(item["slot"]) for item in checklist(year, applicant)}:
        raise InputRefused(
            f"ไม่มีช่องหลักฐาน “{slot[:60]}” ในรายการของกลุ่มนี้",
            "เลือกช่องจากรายการบนหน้า",
            english="The checklist has no such slot. Choose one from the page.",
        )


def receive(year: YearFile, upload: Upload, at: int, read: Read, *, actor: str) -> int:
    """Take in a piece of an upload; the new offset. When it is whole, its files enter the applicant's folder."""
    with uploads.held(upload) as mine:
        if upload.finished_at is not None:  # by another request, while this one waited for its turn
            uploads.forget(mine)
            return int(upload.size)
        offset = uploads.append(mine, at, read)
        if mine.whole:
            _finish(year, mine, actor)
    if upload.finished_at is not None:
        look_at(upload.applicant, seconds=_WIDEST_LOOK)
        broker.nudge(PIECES, upload.applicant_id)
    return offset


def settle(year: YearFile, upload: Upload, *, actor: str) -> None:
    """Finish an upload whose bytes are all there but which a crash kept from entering the folder."""
    if upload.finished_at is None and uploads.offset(upload) == upload.size:
        with uploads.held(upload) as mine:
            if upload.finished_at is not None:
                uploads.forget(mine)
            elif mine.whole:
                _finish(year, mine, actor)


def is_gone(upload: Upload) -> bool:
    """Whether every file that came with a finished upload has been taken out since: sent again, it is new."""
    outcome = upload.outcome or {}
    numbers = [*outcome.get("added", ()), *outcome.get("same", ())]
    return bool(numbers) and not EvidenceFile.objects.filter(pk__in=numbers, removed_at=None).exists()


def look_at(applicant: Applicant, *, seconds: float) -> int:
    """Look at the applicant's files that nobody has looked at, until ``seconds`` have gone by; how many are left.

    While the virus scanner does not answer, all of them are left: the page goes on asking.
    """
    waiting = list(unseen(EvidenceFile.objects.filter(applicant=applicant, removed_at=None)))
    until = time.monotonic() + seconds
    for done, file in enumerate(waiting):
        if time.monotonic() >= until:
            return len(waiting) - done
        try:
            _look(file)
        except Transient:
            return len(waiting) - done
    return 0


def unseen(files: Any) -> Any:
    """Of a queryset of evidence files, those that nobody has looked at yet."""
    return files.filter(pages=None, problem__isnull=True).exclude(media_type__in=("", *sniff.SET_LATER))


def thumbnail(file: EvidenceFile) -> Path:
    """The first page as a small JPEG; ``NotFound`` when there is none (a Word file, one that cannot be read)."""
    picture = _picture(file, "small")
    if not picture.exists() and file.media_type not in ("", *sniff.SET_LATER) and file.problem is None:
        _look(file)
    if not picture.exists():
        raise NotFound("ไฟล์นี้ไม่มีภาพตัวอย่าง", "", english="There is no picture of this file.")
    return picture


def page(file: EvidenceFile, number: int) -> Path:
    """One page of the file as a JPEG for the preview; ``EvidenceRefused`` when it cannot be drawn."""
    picture = _picture(file, f"page-{number}")
    if not picture.exists():
        with stores.fetched(stores.INTAKE, [key(file.sha256)]) as found:
            _scan(file, found[key(file.sha256)])
            _keep(picture, gate.page(found[key(file.sha256)], number, PAGE_WIDTH, name=file.name))
    return picture


def key(sha256: str) -> str:
    """Where the bytes of that digest lie in the intake store."""
    return f"{sha256[:2]}/{sha256}"


def _finish(year: YearFile, mine: Held, actor: str) -> None:
    """Bytes into the store first, then the rows, then the upload's own copy goes."""
    upload = mine.upload
    applicant = upload.applicant
    list_ = checklist(year, applicant)
    with TemporaryDirectory(dir=mine.path.parent, prefix="unpacked-") as into:
        files = [_kept(*each, upload.slot, list_) for each in _files(mine, Path(into))]
    folder.take(upload, files, actor=actor)
    uploads.forget(mine)


def _files(mine: Held, into: Path) -> Iterator[tuple[str, Path, EvidenceRefused | None]]:
    """Name, place and what is wrong of every file an upload brings."""
    name, path = mine.upload.name, mine.path
    if not parcel.is_parcel(path):
        yield name, path, None
        return
    try:
        found = parcel.unpack(path, into, name=PurePosixPath(name).name)
    except EvidenceRefused as refusal:
        yield name, path, refusal
        return
    if not found:
        yield name, path, EvidenceRefused(f"ไฟล์ {name} เป็น ZIP ว่าง", "ลากไฟล์มาวางแทน", english="The ZIP is empty.")
    above = f"{name.rpartition('.')[0] or name}/"
    for each in found:
        yield above + each.name, each.path, None


def _kept(
    name: str, path: Path, refusal: EvidenceRefused | None, slot: str, list_: Sequence[Mapping[str, Any]]
) -> Incoming:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        stores.opened(stores.INTAKE).put(key(sha256), stream)
    whole = PurePosixPath(name)
    file = Incoming(whole.name[-700:], path.stat().st_size, sha256, "", slot, chosen=slot != TRAY)
    if not file.chosen:
        guessed = guess_slot([whole.stem, *reversed(whole.parts[:-1])], list_)
        file = replace(file, slot=TRAY if guessed == UNASSIGNED else guessed)
    try:
        if refusal is not None:
            raise refusal
        return replace(file, media_type=sniff.media_type(path, name=file.name))
    except EvidenceRefused as fault:
        return replace(file, problem=fault.as_dict())


def _look(file: EvidenceFile) -> None:
    with stores.fetched(stores.INTAKE, [key(file.sha256)]) as found:
        try:
            _scan(file, found[key(file.sha256)])
            seen = gate.look(found[key(file.sha256)], name=file.name)
        except EvidenceRefused as refusal:
            folder.note_look(file.applicant_id, file.sha256, None, refusal.as_dict())
            return
    if seen.picture:
        _keep(_picture(file, "small"), seen.picture)
    folder.note_look(file.applicant_id, file.sha256, seen.pages, None)


def _scan(file: EvidenceFile, path: Path) -> None:
    """Show the file to the virus scanner, where there is one, before it is opened for the first time."""
    scanner = engines.scanner()
    if scanner and file.pages is None:
        scanner.check(path, name=file.name)


def _picture(file: EvidenceFile, what: str) -> Path:
    """Pictures can be made again at any time: each machine keeps its own."""
    return config().home / "pictures" / file.sha256[:2] / f"{file.sha256}-{what}.jpg"


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{uuid.uuid4().hex}")
    fresh.write_bytes(data)
    with suppress(OSError):
        fresh.replace(path)
