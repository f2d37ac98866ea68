"""Bringing a bag of the archive back: objects and pictures into the store, then index, numbers and events from them.

Everything is checked before anything is written: the bag itself, that it is one of ours that this version reads, and
that no dossier of it is filed here as something else. The same bag again brings nothing new.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from docservice import archive, audit, bag_events, bag_pictures, book_text, numbers, register
from docservice.bag_choice import OBJECTS
from docservice.bag_contents import EVENTS, LAYOUT, YEAR
from docservice.errors import Conflict, FixityBroken, InputRefused
from docservice.models import Dossier, Event
from docservice.models import Year as YearRow
from storage import restoring
from storage.bag import BagReport, verify_bag
from storage.bagplace import DAMAGED, Place, opened
from storage.fixity import INVENTORY, SIDECAR, identifier, sidecar
from storage.inventory import Inventory, InventoryUnreadableError
from storage.keys import DossierKey

RESTORED = "archive.imported"
IMPORTED = "imported"
"""Under this name an event that was brought back keeps what it was in the log it comes from."""
_AT_ONCE = 4
_EVENTS_AT_ONCE = 500
_OBJECT = re.compile(r"data/archive/([0-9]{4}/[0-9]{2}/[0-9]{4}/[a-z0-9-]+)/(.+)")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Restored:
    """What came back: dossiers (``already``: were here before), documents, numbers, events."""

    bag: str
    dossiers: int
    already: int
    documents: int
    numbers: int
    events: int


@dataclass(frozen=True)
class _Object:
    key: DossierKey
    inventory: Inventory
    files: restoring.Opened


def restore(path: Path, *, actor: str, progress: Progress = lambda done, total: None) -> Restored:
    """Bring the bag at ``path`` (a folder, a ZIP or a tar) back.

    ``InputRefused``: not a bag of ours, or of a newer version; ``FixityBroken``: not whole; ``Conflict``: a dossier is
    here already and differs. In each case nothing was written.
    """
    report = verify_bag(path, progress)
    _require_ours(path.name, report)
    with opened(path) as place:
        objects = list(_objects(place))
        if not objects:
            raise _not_ours(path.name)
        new = [each for each in objects if not _is_here(each)]
        events = list(_event_lines(place))
        settings, pictures = _settings(place), bag_pictures.found(place)
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="restore") as threads:
            list(threads.map(_put, new))
    bag_pictures.keep(pictures)
    if settings is not None:
        register.enter_year(settings, actor=actor)
    brought = _bring_events(events)
    documents = sum(archive.index(str(each.key), actor=actor) for each in objects)
    given = numbers.restore(actor=actor)
    book_text.enter_all()
    done = Restored(path.name, len(objects), len(objects) - len(new), documents, given, brought)
    audit.record(actor, RESTORED, "/".join(str(objects[0].key).split("/")[:2]), vars(done))
    return done


def _require_ours(name: str, report: BagReport) -> None:
    if any(fault.startswith("bagit.txt:") for fault in report.faults) and not report.info:
        raise _not_ours(name)
    if report.faults:
        more = f" (และอีก {len(report.faults) - 1} แห่ง)" if len(report.faults) > 1 else ""
        raise FixityBroken(
            f"ชุดเอกสาร {name} ไม่ครบหรือถูกแก้ไข: {report.faults[0]}{more}",
            "ไม่มีสิ่งใดถูกเขียน ขอชุดนี้ใหม่จากต้นทาง",
            english=f"The bag {name} is not whole: {report.faults[0]}{more}. Nothing was written; ask for it again.",
        )
    number, _, layout = report.info.get("Docservice-Layout", f"{LAYOUT} {OBJECTS}").partition(" ")
    if not number.isdigit() or int(number) > LAYOUT:
        raise InputRefused(
            f"ชุดเอกสาร {name} ทำด้วยโปรแกรมรุ่นใหม่กว่านี้ (รูปแบบ {number})",
            "ปรับรุ่นโปรแกรมก่อน แล้วนำเข้าใหม่",
            english=f"The bag {name} was made by a newer version (layout {number}). Update docservice first.",
        )
    if layout != OBJECTS:
        raise InputRefused(
            f"ชุดเอกสาร {name} มีเฉพาะเอกสารที่เลือก ไม่ใช่แฟ้มทั้งแฟ้ม จึงนำเข้าไม่ได้",
            "ส่งออกใหม่โดยไม่เลือกชนิดเอกสารหรือฉบับปกปิด",
            english=f"The bag {name} holds chosen documents, not whole dossiers. Export without them.",
        )


def _not_ours(name: str) -> InputRefused:
    return InputRefused(
        f"{name} ไม่ใช่ชุดส่งออกของคลังนี้",
        "ใช้ไฟล์ .zip จาก docservice archive export หรือโฟลเดอร์ที่แตกจากไฟล์นั้น",
        english=f"{name} is not a bag of this archive. Use the .zip of docservice archive export, or its folder.",
    )


def _objects(place: Place) -> Iterator[_Object]:
    """Every OCFL object of the bag, whole and in itself consistent."""
    found: dict[str, dict[str, Callable[[], object]]] = defaultdict(dict)
    for name in place.sizes:
        if matched := _OBJECT.fullmatch(name):
            found[matched[1]][matched[2]] = partial(place.open, name)
    for key, files in sorted(found.items()):
        yield _object(DossierKey.parse(key), files)


def _object(key: DossierKey, files: Mapping[str, Callable[[], object]]) -> _Object:
    """A ``%`` in a path stands in the bag as ``％``: the inventory tells the real name."""
    try:
        data = _read(files[INVENTORY])
        inventory = Inventory.parse(data)
        wanted = {name: files[name.replace("%", "％")] for name in restoring.expected(inventory)}
    except (KeyError, InventoryUnreadableError) as error:
        raise _broken(key) from error
    newest = wanted[f"v{inventory.version}/{INVENTORY}"]
    whole = len(wanted) == len(files) and inventory.identifier == identifier(key)
    if not whole or _read(wanted[SIDECAR]) != sidecar(data) or _read(newest) != data:
        raise _broken(key)
    return _Object(key, inventory, wanted)  # type: ignore[arg-type]


def _read(opened: Callable[[], object]) -> bytes:
    with opened() as stream:  # type: ignore[attr-defined]
        return bytes(stream.read())


def _broken(key: DossierKey) -> FixityBroken:
    return FixityBroken(
        f"แฟ้ม {key} ในชุดเอกสารไม่ครบหรือไม่ตรงกับบัญชีไฟล์ของแฟ้ม",
        "ไม่มีสิ่งใดถูกเขียน ขอชุดนี้ใหม่จากต้นทาง",
        english=f"Dossier {key} in the bag is incomplete or does not fit its inventory. Nothing was written.",
    )


def _is_here(found: _Object) -> bool:
    here = restoring.is_there(archive.root().store, found.key, found.inventory)
    if not here and Dossier.objects.filter(key=str(found.key), version__gt=0).exists():
        raise Conflict(
            f"แฟ้ม {found.key} มีในทะเบียน แต่ไม่มีในที่เก็บของระบบนี้",
            "ตรวจที่เก็บด้วย docservice archive verify ก่อน หรือนำเข้าในระบบว่าง",
            english=f"Dossier {found.key} is in this index but not in this store. Nothing was written.",
        )
    return here


def _put(found: _Object) -> None:
    restoring.put_object(archive.root().store, found.key, found.inventory, found.files)


def _settings(place: Place) -> dict[str, Any] | None:
    """The year's settings, where the bag has them and this system has no such year."""
    if f"data/{YEAR}" not in place.sizes:
        return None
    told: dict[str, Any] = json.loads(_read(partial(place.open, f"data/{YEAR}")))
    province = told.get("province")
    code = str(province.get("code")) if isinstance(province, dict) else ""
    return None if YearRow.objects.filter(year_be=int(told["year_be"]), province=code).exists() else told


def _event_lines(place: Place) -> Iterator[Event]:
    name = f"data/{EVENTS}"
    if name in place.sizes:
        try:
            with place.open(name) as lines:
                yield from bag_events.read(iter(lines), EVENTS)
        except DAMAGED as error:
            raise _not_ours(EVENTS) from error


def _bring_events(events: list[Event]) -> int:
    """Append them to this log, each with what it was in the log it comes from; how many were not here."""
    waiting, count = iter(events), 0
    while some := list(islice(waiting, _EVENTS_AT_ONCE)):
        subjects = {event.subject for event in some}
        here = Event.objects.filter(subject__in=subjects)
        known = set(here.values_list("digest", flat=True))
        known |= set(here.filter(details__has_key=IMPORTED).values_list(f"details__{IMPORTED}__digest", flat=True))
        count += len(audit.record_all([_told(event) for event in some if event.digest not in known]))
    return count


def _told(event: Event) -> audit.Telling:
    origin = {"id": event.pk, "previous": event.previous, "digest": event.digest}
    return audit.Telling(event.actor, event.verb, event.subject, {**event.details, IMPORTED: origin}, event.at)
