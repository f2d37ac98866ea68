"""Checking a dossier on the spot: every digest as recorded beside the one computed now; and what was found last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max

from docservice import archive, condition
from docservice.condition import BROKEN, VERIFIED, Found
from docservice.errors import NotFound
from docservice.models import Document, Dossier, Event
from storage.fixity import Fault
from storage.store import Tally

__all__ = ["BROKEN", "VERIFIED", "Check", "Line"]
_MOST_TOLD = 100


@dataclass(frozen=True)
class Line:
    """One document: the digest recorded when it was filed, and that of what lies there now (empty: nothing does)."""

    document: Document
    recorded: str
    computed: str

    @property
    def same(self) -> bool:
        """Whether what lies there is what was filed."""
        return self.recorded == self.computed


@dataclass(frozen=True)
class Check:
    """What a check found; ``faults`` tell of files, inventories and the index."""

    at: datetime
    lines: list[Line]
    faults: list[Fault]

    @property
    def good(self) -> bool:
        """Whether the dossier is whole."""
        return not self.faults and all(line.same for line in self.lines)


def check(dossier: Dossier, actor: str) -> Check:
    """Read every byte of the dossier again; the answer is an event. Nothing of the dossier changes."""
    rows = dossier.documents.order_by("path", "-version").defer("provenance")
    found = Check(datetime.now(UTC), [_line(dossier, row) for row in rows], archive.verify(dossier.key))
    wrong = [str(fault) for fault in found.faults] or [line.document.path for line in found.lines if not line.same]
    condition.note([Found(dossier, tuple(wrong), len(found.lines))], actor, told=True)
    return found


def _line(dossier: Dossier, row: Document) -> Line:
    try:
        with archive.root().store.open(f"{dossier.key}/{row.content}") as stream:
            return Line(row, row.sha256, Tally.of(stream).sha256)
    except NotFound:
        return Line(row, row.sha256, "")


def last(dossier: Dossier) -> Event | None:
    """The event of the newest check of the dossier, or of damage found on another way."""
    return Event.objects.filter(subject=dossier.key, verb__in=(VERIFIED, BROKEN)).order_by("-id").first()


def damaged(dossiers: Iterable[str]) -> set[str]:
    """Of these keys, those in which damage was found and no check since has called them whole."""
    newest = Event.objects.filter(subject__in=list(dossiers), verb__in=(VERIFIED, BROKEN)).order_by()
    when: dict[str, dict[str, int]] = {}
    for subject, verb, event in newest.values_list("subject", "verb").annotate(Max("id")):
        when.setdefault(subject, {})[verb] = event
    return {key for key, found in when.items() if found.get(BROKEN, 0) > found.get(VERIFIED, 0)}


def damaged_in(year_be: int) -> list[str]:
    """The keys of the year's damaged dossiers, the first hundred."""
    told = Event.objects.filter(verb=BROKEN, subject__startswith=f"{year_be}/").order_by("-id")
    subjects = set(told.values_list("subject", flat=True)[: 10 * _MOST_TOLD])
    return sorted(damaged(subjects))[:_MOST_TOLD]
