"""The events of dossiers as they leave with a bag: an extract of the audit log that stands alone.

A line of ``events.jsonl`` is an event as the log has it: number, all it says, the digest of the event before it and its
own, which is taken over all of that. So each line proves itself; that it is one of the log's shows when the log, as it
is sealed in the store or was exported, has the same digest under the same number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from django.db.models import Q
from django.utils import timezone

from docservice import audit, ledger
from docservice.errors import FixityBroken
from docservice.models import Event
from docservice.thai import to_thai_digits

FILED = "document.filed"
_AT_ONCE = 500
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Extract:
    """The extract as a file: ``until``, the number of the last event looked at; how many are in it; size, digests."""

    file: IO[bytes]
    until: int
    events: int
    size: int
    sha256: str
    sha512: str

    def open(self) -> BinaryIO:
        """The bytes from the beginning, for one reader at a time."""
        self.file.seek(0)
        return cast(BinaryIO, _Kept(self.file))


class _Kept:
    """The file for a reader that closes it: it stays."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        return


def last_told(subjects: Sequence[str]) -> int:
    """Up to which event a bag tells of: those before today, or up to the last filing, whichever is later.

    So a bag stays the same for a day while nothing is filed, and a download that broke off can be taken up.
    """
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    first = audit.first_since(today)
    if first is None:
        return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    later = Event.objects.filter(verb=FILED, id__gte=first).order_by("-id")
    filed = (later.filter(_of(some)).values_list("id", flat=True).first() for some in _pieces(subjects))
    return max((number for number in filed if number), default=first - 1)


def extract(subjects: Sequence[str], until: int) -> Extract:
    """The events about ``subjects``, in the order of the log."""
    file, count, size = TemporaryFile(), 0, 0  # noqa: SIM115  lives as long as the bag
    digests = hashlib.sha256(), hashlib.sha512()
    for event in _events(subjects, until):
        line = ledger.line(event)
        file.write(line)
        count, size = count + 1, size + len(line)
        for running in digests:
            running.update(line)
    return Extract(file, until, count, size, *(running.hexdigest() for running in digests))


def checks(subjects: Sequence[str], until: int, verbs: Sequence[str]) -> dict[str, Event]:
    """The newest event of one of ``verbs`` about each subject."""
    newest: dict[str, Event] = {}
    for some in _pieces(subjects):
        for event in Event.objects.filter(_of(some), verb__in=verbs, id__lte=until).order_by("id"):
            newest[event.subject] = event
    return newest


def read(lines: Iterable[bytes], name: str) -> Iterator[Event]:
    """The events of an extract, each proven by its digest; ``FixityBroken`` names the first line that is not."""
    for number, line in enumerate(lines, start=1):
        try:
            event = ledger.event_of(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(name, number) from error
        if audit.digest_of(event) != event.digest:
            raise _damaged(name, number)
        yield event


def digests() -> dict[int, str]:
    """The digest of every event of this system's log, by number."""
    return dict(Event.objects.values_list("id", "digest").iterator(chunk_size=5000))


def compare(events: Iterable[Event], log: Mapping[int, str]) -> int:
    """How many events; ``FixityBroken`` names the first that the log has not, or has otherwise."""
    count = 0
    for event in events:
        if log.get(event.pk) != event.digest:
            raise FixityBroken(
                f"เหตุการณ์ลำดับที่ {event.pk} ในชุดส่งออกไม่มีหรือไม่ตรงกับบันทึกเหตุการณ์",
                "ตรวจว่าเป็นบันทึกของระบบที่ส่งออกชุดนี้ แล้วแจ้งผู้ดูแลระบบ",
                english=f"Event {event.pk} of the extract is not in the log, or differs from it.",
            )
        count += 1
    return count


def _events(subjects: Sequence[str], until: int) -> Iterator[Event]:
    """All years' dossiers begin with the year; what else is told of the year is not theirs."""
    wanted = set(subjects)
    heads = sorted({subject[:5] for subject in subjects})
    rows = Event.objects.filter(id__lte=until).order_by("id")
    if len(subjects) <= _AT_ONCE:
        yield from rows.filter(_of(subjects)).iterator(chunk_size=_PIECE // 1024)
        return
    for head in heads:
        for event in rows.filter(subject__startswith=head).iterator(chunk_size=_PIECE // 1024):
            if event.subject in wanted:
                yield event


def _of(subjects: Sequence[str]) -> Q:
    return Q(subject__in=list(subjects))


def _pieces(subjects: Sequence[str]) -> Iterator[Sequence[str]]:
    return (subjects[start : start + _AT_ONCE] for start in range(0, len(subjects), _AT_ONCE))


def _damaged(name: str, number: int) -> FixityBroken:
    return FixityBroken(
        to_thai_digits(f"เหตุการณ์ใน {name} บรรทัดที่ {number} เสียหายหรือถูกแก้ไข"),
        "ขอชุดส่งออกใหม่จากต้นทาง",
        english=f"The events in {name} are damaged or changed at line {number}. Ask for the bag again.",
    )
