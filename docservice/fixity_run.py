"""Reading many dossiers again: a year on demand, and a slice of the archive every night, so that all is read in time.

Each answer is kept before the next dossiers are read: whoever is killed in between goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from docservice import archive, condition, index_check, record, second_copy
from docservice.condition import Found
from docservice.config import config
from docservice.errors import FixityBroken
from docservice.models import Document, Dossier
from docservice.record import RECORD
from storage.fixity import Checked
from storage.keys import DossierKey
from storage.sweep import strays, sweep

_AT_ONCE = 20
_PATIENCE = 25
"""Seconds that a filing is waited for: longer than its lease."""
TURN = 60.0
"""Seconds after which a nightly turn lets others have its worker."""


def examine(dossiers: Iterable[Dossier], actor: str, processes: int = 1) -> Iterator[Found]:
    """Read every byte of these dossiers and compare it with inventories, index and records; each once it is known.

    ``StoreUnavailable`` ends it: what is not there now is not called broken.
    """
    for found in _examined(dossiers, actor, processes):
        yield from found


def _examined(dossiers: Iterable[Dossier], actor: str, processes: int = 1) -> Iterator[list[Found]]:
    """In pieces, each of which is kept by now."""
    archive.root().require_root()
    waiting = iter(dossiers)
    while some := list(islice(waiting, _AT_ONCE * 10 * processes)):
        yield from _pieces(some, actor, processes)


def _pieces(dossiers: list[Dossier], actor: str, processes: int) -> Iterator[list[Found]]:
    by_key = {each.key: each for each in dossiers}
    checked = sweep(archive.root().store, map(DossierKey.parse, by_key), processes, RECORD)
    while some := list(islice(checked, _AT_ONCE)):
        rows: dict[str, list[Document]] = {each.key: [] for each in some}
        found = Document.objects.filter(dossier__in=[by_key[key] for key in rows], current=True)
        for row in found.defer("provenance").select_related("dossier"):
            rows[row.dossier.key].append(row)
        yield condition.note([_judged(by_key[one.key], one, rows[one.key]) for one in some], actor)


def _judged(dossier: Dossier, checked: Checked, rows: list[Document]) -> Found:
    faults = list(checked.faults) or _index_faults(dossier, checked, rows)
    if faults and (dossier := _at_rest(dossier)):
        faults = _once_more(dossier)
    return Found(dossier, tuple(map(str, faults)), checked.files, checked.size)


def _index_faults(dossier: Dossier, checked: Checked, rows: list[Document]) -> Sequence[str]:
    try:
        told = record.read(dossier.key, checked.kept) if checked.kept is not None else None
    except FixityBroken as fault:
        return [fault.message]
    return index_check.faults(dossier, rows, checked.version, checked.state, told)


def _at_rest(dossier: Dossier) -> Dossier:
    """The dossier once nobody files into it: what is half-filed looks like damage."""
    for _ in range(_PATIENCE):
        dossier = archive.get(dossier.key)
        if dossier.locked_until is None or dossier.locked_until < datetime.now(UTC):
            break
        time.sleep(1)
    return dossier


def _once_more(dossier: Dossier) -> Sequence[str]:
    """Damage is believed when it is there a second time, and the archive's disk is."""
    archive.root().require_root()
    try:
        return archive.verify(dossier.key)
    except FixityBroken as fault:
        return [fault.message]


def of_year(year_be: int | None) -> Iterator[Dossier]:
    """Every dossier of the year (None: of all years) that is in the index, by key."""
    filed = Dossier.objects.filter(version__gt=0).order_by("key")
    filed = filed.filter(year_be=year_be) if year_be else filed
    return filed.iterator(chunk_size=_AT_ONCE * 10)


def unknown(year_be: int | None = None) -> Iterator[str]:
    """What lies in the archive (of the year) and is in no dossier of the index: strange files, foreign objects."""
    return strays(archive.root().store, _known, f"{year_be}/" if year_be else "")


def _known(keys: list[str]) -> set[str]:
    return set(Dossier.objects.filter(key__in=keys, version__gt=0).values_list("key", flat=True))


def turn(seconds: float = TURN) -> bool:
    """A turn at tonight's slice; whether something of it is left for another turn."""
    days = round(config().fixity_days)
    slice_, until = condition.begin(days), time.monotonic() + seconds
    while dossiers := condition.due(slice_, days):
        for found in _examined(dossiers, "docservice"):
            condition.progress(slice_, found)
            second_copy.look(each.dossier for each in found)
            if time.monotonic() > until:
                return True
    condition.end(slice_, unknown(), {"days": days})
    return False
