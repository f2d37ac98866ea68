"""Files on their way up: one row each, its bytes in ``home``/intake until they are whole. No business rule is here.

How many bytes have arrived is the size of the file: after a crash it is right where a count in a row could be wrong.
``Upload.received`` follows it once the bytes are on the disk, for those who only look at rows.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db.models import Sum

from docservice.config import config
from docservice.errors import Conflict, InputRefused, Locked, NotFound, TooLarge, Transient
from docservice.models import Applicant, EvidenceFile, Upload
from docservice.thai import clean, to_thai_digits
from storage.store import unavailable

PIECE = 256 * 1024
"""The most bytes held in memory at a time."""
KEPT = timedelta(days=7)
"""How long an upload that nobody goes on with keeps its bytes."""
_NEVER_BEGUN = timedelta(hours=1)
_LONGEST_NAME = 700  # models.Upload.name
_MEGABYTE = 10**6

Read = Callable[[int], bytes]


@dataclass
class Held:
    """An upload that is this caller's alone for the moment: ``file`` is open at its end."""

    upload: Upload
    path: Path
    file: int

    @property
    def offset(self) -> int:
        """How many bytes there are."""
        return os.fstat(self.file).st_size

    @property
    def whole(self) -> bool:
        """Whether every byte is there."""
        return self.offset == self.upload.size


def start(applicant: Applicant, name: str, size: int, *, slot: str, actor: str) -> Upload:
    """Begin an upload of ``size`` bytes; ``name`` may have the folders the file was in before it, joined by ``/``.

    ``TooLarge`` when the file, or all of the applicant's together, would be above the limits of the settings.
    """
    _forget_old(applicant)
    _refuse_too_large(applicant, size)
    now = datetime.now(UTC)
    upload = Upload.objects.create(
        applicant=applicant, name=_sound(name), slot=slot, size=size, started_by=actor, started_at=now
    )
    with held(upload):  # makes the empty file
        return upload


def offset(upload: Upload) -> int:
    """How many of its bytes are kept; a finished upload has them all."""
    if upload.finished_at is None:
        try:
            return _path(upload).stat().st_size
        except FileNotFoundError:  # taken over this moment, or lost with its disk
            upload.refresh_from_db()
    return int(upload.size) if upload.finished_at is not None else 0


@contextmanager
def held(upload: Upload) -> Iterator[Held]:
    """The upload, to be written or taken over by nobody else meanwhile; ``Locked`` when somebody is at it."""
    path = _path(upload)
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise unavailable(str(path), error) from error
    try:
        _lock(file, upload)
        yield Held(upload, path, file)
    finally:
        os.close(file)


def append(held: Held, at: int, read: Read) -> int:
    """Write what ``read`` gives behind the first ``at`` bytes, to the end of either; the new offset.

    ``Conflict`` when another number of bytes is there. A line that breaks off is ``Transient``: what came is kept.
    """
    if at != held.offset:
        raise Conflict(
            f"ไฟล์ {held.upload.name} มาถึงแล้ว {held.offset} ไบต์ ไม่ใช่ {at}",
            "ระบบจะส่งต่อจากที่ถึงแล้ว",
            english=f"The upload stands at {held.offset} bytes, not at {at}.",
        )
    try:
        return _copy(held, read)
    finally:
        _keep(held)


def drop(upload: Upload) -> None:
    """Give an unfinished upload up: its bytes and its row go. ``Conflict`` when it is finished."""
    if upload.finished_at is not None:
        raise Conflict(
            f"ไฟล์ {upload.name} ส่งครบแล้ว",
            "นำไฟล์ออกได้ที่หน้าผู้สมัคร",
            english="The upload is finished. Take the file out on the applicant's page.",
        )
    with held(upload) as mine:
        mine.path.unlink(missing_ok=True)
        Upload.objects.filter(pk=upload.pk, finished_at=None).delete()


def forget(held: Held) -> None:
    """Remove the bytes of an upload that has been taken over."""
    held.path.unlink(missing_ok=True)


def unfinished(applicant: Applicant) -> list[Upload]:
    """The applicant's uploads that have begun and are not whole, oldest first."""
    return list(Upload.objects.filter(applicant=applicant, finished_at=None, received__gt=0))


def expires(upload: Upload) -> datetime:
    """When an unfinished upload is given up."""
    return upload.started_at + KEPT


def digest(held: Held) -> str:
    """SHA-256 (hex) of the bytes there are."""
    with held.path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(held: Held, read: Read) -> int:
    left = held.upload.size - held.offset
    while left:
        try:
            piece = read(min(PIECE, left))
        except OSError as error:  # Django tells of a broken line by a class of OSError
            raise Transient(
                "การเชื่อมต่อขาดระหว่างส่งไฟล์",
                "ส่วนที่มาถึงแล้วยังอยู่ จะส่งต่อจากตรงนั้น",
                english="The line broke. What has arrived is kept; go on from there.",
            ) from error
        if not piece:
            break
        try:
            _write(held.file, piece)
        except OSError as error:
            raise unavailable(str(held.path), error) from error
        left -= len(piece)
    return held.offset


def _write(file: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(file, view) :]


def _keep(held: Held) -> None:
    """The bytes onto the disk first, then the count into the row."""
    try:
        os.fsync(held.file)
        folder = os.open(held.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise unavailable(str(held.path), error) from error
    held.upload.received = held.offset
    Upload.objects.filter(pk=held.upload.pk, finished_at=None).update(received=held.offset)


def _lock(file: int, upload: Upload) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Locked(
            f"ไฟล์ {upload.name} กำลังส่งอยู่ในอีกหน้าต่างหนึ่ง",
            "รอสักครู่ ระบบจะลองใหม่เอง",
            english="The file is being sent from another window. Wait a moment.",
        ) from error
    if not Upload.objects.filter(pk=upload.pk).exists():  # dropped while this one waited for its file
        _path(upload).unlink(missing_ok=True)
        raise NotFound("ไม่พบไฟล์ที่กำลังส่ง", "ส่งไฟล์ใหม่อีกครั้ง", english="There is no such upload. Send the file again.")
    upload.refresh_from_db()


def _refuse_too_large(applicant: Applicant, size: int) -> None:
    most, in_all = config().upload_file_mb, config().upload_applicant_mb
    if size > most * _MEGABYTE:
        raise TooLarge(
            to_thai_digits(f"ไฟล์ใหญ่ {_mb(size)} MB เกินกำหนด {most:,.0f} MB"),
            "สแกนให้ละเอียดน้อยลง หรือแบ่งเป็นหลายไฟล์",
            english=f"The file is above {most:,.0f} MB. Scan it coarser or split it.",
        )
    kept = EvidenceFile.objects.filter(applicant=applicant, removed_at=None).aggregate(n=Sum("size"))["n"] or 0
    coming = Upload.objects.filter(applicant=applicant, finished_at=None).aggregate(n=Sum("size"))["n"] or 0
    if kept + coming + size > in_all * _MEGABYTE:
        raise TooLarge(
            to_thai_digits(f"หลักฐานของผู้สมัครรายนี้รวมกันเกิน {in_all:,.0f} MB (มีแล้ว {_mb(kept + coming)} MB)"),
            "นำไฟล์ที่ไม่ใช้ออก หรือย่อภาพแล้วส่งใหม่",
            english=f"This applicant's files would be above {in_all:,.0f} MB. Take out what is not needed.",
        )


def _mb(size: int) -> str:
    return f"{size / _MEGABYTE:,.0f}"


def _sound(name: str) -> str:
    """The name as people may see it: folders kept, no way up or out, no controls; ``InputRefused`` without any."""
    parts = [" ".join(clean(part).split()) for part in name.replace("\\", "/").split("/")]
    path = "/".join(part for part in parts if part not in ("", ".", ".."))
    if not path:
        raise InputRefused("ไฟล์ไม่มีชื่อ", "ตั้งชื่อไฟล์แล้วส่งใหม่", english="The file has no name.")
    return path[-_LONGEST_NAME:].lstrip("/")


def _forget_old(applicant: Applicant) -> None:
    """Give up what nobody goes on with."""
    now = datetime.now(UTC)
    left = Upload.objects.filter(applicant=applicant, finished_at=None)
    for upload in (
        *left.filter(started_at__lt=now - KEPT),
        *left.filter(received=0, size__gt=0, started_at__lt=now - _NEVER_BEGUN),
    ):
        with suppress(Locked, NotFound):
            drop(upload)


def _path(upload: Upload) -> Path:
    return config().home / "intake" / str(upload.pk)
