"""The audit log in the store as well: pages of events, each written once and never changed.

The chain in the database shows a line that was changed, swapped or removed, but not that its tail was cut, nor that all
of it was made anew from the first line on. What has been sealed here shows both, and brings the log back where the
database is lost. A page is JSON lines, an event each, in the order of the chain; its key is
``<log>/<number of the page>.jsonl``, where a log is named by the digest of its first event.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from django.utils import timezone

from docservice import audit, stores
from docservice.errors import Conflict, FixityBroken
from docservice.models import Event
from docservice.thai import date_short, to_thai_digits
from storage.store import Store, unavailable

LINES = 5000
"""Events of a page at most."""
_NAME = 16
_AT_ONCE = 1000


@dataclass(frozen=True)
class Sealed:
    """What of the log lies in the store: events, and when the last of them happened."""

    events: int
    until: datetime | None


def seal() -> int:
    """Put every event that is in no page yet into the store; how many.

    ``FixityBroken`` when the log in the database does not go on where the last page ends: then nothing is written.
    """
    store, done = stores.opened(stores.LEDGER), 0
    first = Event.objects.order_by("id").first()
    while first is not None:
        log = first.digest[:_NAME]
        pages = list(store.list(f"{log}/"))
        end = _last(store, pages[-1]) if pages else None
        fresh = list(Event.objects.filter(id__gt=end.pk if end else 0).order_by("id")[:LINES])
        if not fresh:
            break
        if fresh[0].previous != (end.digest if end else audit.FIRST):
            raise _cut(end or fresh[0])
        try:
            store.put(_following(log, pages), b"".join(map(line, fresh)))
        except Conflict:  # another process sealed the same page: what is left goes into the next
            continue
        done += len(fresh)
    return done


def _following(log: str, pages: Sequence[str]) -> str:
    """The key after the last one: not by counting, or a page that is gone would be in the way for ever."""
    last = int(pages[-1].rpartition("/")[2].removesuffix(".jsonl")) if pages else 0
    return f"{log}/{last + 1:08d}.jsonl"


def verify() -> Sealed:
    """Compare every sealed event with the database, and the pages with themselves.

    ``FixityBroken`` names the first that was sealed and is not in the database as it was, a page that is damaged, or a
    log that this database does not know at all.
    """
    store, sealed = stores.opened(stores.LEDGER), Sealed(0, None)
    for log in _logs(store):
        own = Event.objects.filter(digest__startswith=log).exists()
        for events in _in_pieces(_events(store, log)):
            known = dict(Event.objects.filter(pk__in=[e.pk for e in events]).values_list("pk", "digest"))
            for event in events:
                if not own:
                    raise _another(event)
                if known.get(event.pk) != event.digest:
                    raise _cut(event)
            sealed = Sealed(sealed.events + len(events), events[-1].at)
    return sealed


def restore() -> int:
    """Bring back from the store the events that this database does not have; how many.

    Only where its log is the beginning of the sealed one (as an empty one is, or that of an older backup): otherwise
    ``FixityBroken``, and nothing is changed.
    """
    return audit.bring_back(_missing(stores.opened(stores.LEDGER)))


def _missing(store: Store) -> Iterator[list[Event]]:
    """What the store has and the database has not; every event before must be the same in both."""
    logs = list(_logs(store))
    if not logs:
        return
    first, last = Event.objects.order_by("id").first(), Event.objects.order_by("-id").first()
    log = first.digest[:_NAME] if first else logs[0]
    if len(logs) > 1 or log not in logs:
        raise _another(next(_events(store, next(each for each in logs if each != log or first is None))))
    end = last.digest if last else audit.FIRST
    for events in _in_pieces(_events(store, log)):
        missing = [event for event in events if last is None or event.pk > last.pk]
        known = dict(Event.objects.filter(pk__in=[e.pk for e in events]).values_list("pk", "digest"))
        for event in events[: len(events) - len(missing)]:
            if known.get(event.pk) != event.digest:
                raise _cut(event)
        if missing:
            if missing[0].previous != end:
                raise _cut(missing[0])
            end = missing[-1].digest
            yield missing


def export(target: Path) -> int:
    """Write the whole log, as pages have it, to the file ``target``; how many events.

    ``StoreUnavailable`` if it cannot be written: then ``target`` is as it was.
    """
    count, part = 0, target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as out:
            for event in Event.objects.order_by("id").iterator(chunk_size=_AT_ONCE):
                out.write(line(event))
                count += 1
        part.replace(target)
    except OSError as error:
        raise unavailable(str(target), error) from error
    finally:
        with suppress(OSError):  # it has its name, or was never made
            part.unlink()
    return count


def line(event: Event) -> bytes:
    """The event as a line of a page: all its fields, and its number."""
    told = {"id": event.pk, **audit.content(event), "digest": event.digest}
    return json.dumps(told, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def read(lines: Iterator[bytes], name: str) -> Iterator[Event]:
    """The events of ``lines``, each checked and following the one before; ``FixityBroken`` names the first that is not.

    Needs no database: an exported log is checked so.
    """
    previous, number = audit.FIRST, 0
    for number, each in enumerate(lines, start=1):
        try:
            event = event_of(json.loads(each))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(name, number) from error
        if event.previous != previous or audit.digest_of(event) != event.digest:
            raise _damaged(name, number)
        previous = event.digest
        yield event


def event_of(told: Mapping[str, Any]) -> Event:
    """The event that a line tells of, not saved; ``KeyError``, ``ValueError`` or ``TypeError`` when it is none."""
    fields = {key: told[key] for key in ("actor", "verb", "subject", "details", "previous", "digest")}
    return Event(pk=int(told["id"]), at=datetime.fromisoformat(told["at"]), **fields)


def _logs(store: Store) -> Iterator[str]:
    return (log for log, _ in groupby(store.list(""), key=lambda key: key.partition("/")[0]))


def _events(store: Store, log: str) -> Iterator[Event]:
    return read(_lines(store, log), f"{log}/")


def _lines(store: Store, log: str) -> Iterator[bytes]:
    for page in store.list(f"{log}/"):
        with store.open(page) as stream:
            yield from stream.read().splitlines()


def _last(store: Store, page: str) -> Event:
    with store.open(page) as stream:
        lines = stream.read().splitlines()
    try:
        return event_of(json.loads(lines[-1]))
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise _damaged(page, len(lines)) from error


def _in_pieces(events: Iterator[Event]) -> Iterator[list[Event]]:
    while piece := list(islice(events, _AT_ONCE)):
        yield piece


def _cut(event: Event) -> FixityBroken:
    return FixityBroken(
        f"บันทึกเหตุการณ์ลำดับที่ {event.pk} ({_day(event)}) ที่ผนึกไว้ในคลัง ไม่มีหรือไม่ตรงกับในฐานข้อมูล",
        "บันทึกอาจถูกตัดท้ายหรือสร้างใหม่ หรือฐานข้อมูลมาจากสำเนาเก่า เก็บสำเนาฐานข้อมูลไว้ แล้วแจ้งผู้ดูแลระบบ",
        english=f"Event {event.pk}, which was sealed in the store, is missing from the database or differs. The log "
        "may have been cut or made anew, or the database is an older copy. Keep a copy and tell the administrator.",
    )


def _another(event: Event) -> FixityBroken:
    return FixityBroken(
        f"ในคลังมีบันทึกเหตุการณ์อีกชุดหนึ่ง เริ่มเมื่อ {_day(event)} ซึ่งฐานข้อมูลนี้ไม่มี",
        "ฐานข้อมูลอาจถูกสร้างใหม่ กู้บันทึกเดิมด้วย docservice archive reindex บนฐานข้อมูลว่าง หรือแจ้งผู้ดูแลระบบ",
        english="The store holds another log that this database does not know. The database may have been made anew. "
        "Bring the log back with docservice archive reindex on an empty database.",
    )


def _day(event: Event) -> str:
    return date_short(timezone.localtime(event.at).date())


def _damaged(name: str, number: int) -> FixityBroken:
    return FixityBroken(
        to_thai_digits(f"บันทึกเหตุการณ์ที่ผนึกไว้ {name} บรรทัดที่ {number} เสียหายหรือถูกแก้ไข"),
        "อย่าแก้ไฟล์ เก็บสำเนาไว้ แล้วแจ้งผู้ดูแลระบบ",
        english=f"The sealed log {name} is damaged or changed at line {number}. Keep a copy, tell the administrator.",
    )
