"""How long a dossier is kept, since when it counts, and what keeps it longer: read from its documents, never stored.

A hold (``legal-hold.json``) and a committee's decision (``retention.json``) are documents of the dossier itself, so
that the store alone tells of them; a year's hold lies in the year's own dossier ``legal-hold``. A matter counts as
closed in the dossier's year, or in the calendar year of its newest paper's own date where that is later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from docservice.errors import FactsRefused
from docservice.models import Document, Dossier, Year
from docservice.record import Filing
from docservice.retention_schedule import (
    DECISION,
    DESTROY,
    HOLD,
    TRANSFER,
    RetentionClass,
    last_day,
    schedule,
)
from docservice.thai import BE

HOLD_PATH, DECISION_PATH, YEAR_HOLD = "legal-hold.json", "retention.json", "legal-hold"
KEEP = "keep"
_DATED = KeyTextTransform("date", KeyTransform("facts", "provenance"))
_LOCK_YEARS = 99
"""For how long a store is asked to lock what is kept for ever: a lock needs a last day."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Keeping:
    """``until``: the last day it has to be kept, ``None`` for ever; ``then``: what the regulation has afterwards.

    ``hold``: the order not to destroy it, or its year, as it was given; ``decision``: a committee's, to keep it longer
    or to hand it over.
    """

    retention: RetentionClass
    closed: BE
    until: date | None
    then: str
    hold: Mapping[str, Any] = field(default_factory=dict)
    decision: Mapping[str, Any] = field(default_factory=dict)

    def is_over(self, today: date) -> bool:
        """Whether the time has passed in which it must be kept."""
        return self.until is not None and self.until < today

    def is_due(self, today: date) -> bool:
        """Whether its destruction may be proposed: the time is over, nothing holds it, it is not to be handed over."""
        return self.is_over(today) and not self.hold and self.then == DESTROY


def of(dossier: Dossier) -> Keeping:
    """How long this dossier is kept."""
    return of_many([dossier])[dossier.pk]


def of_many(dossiers: Iterable[Dossier]) -> dict[int, Keeping]:
    """How long each of the dossiers is kept, by its pk; a few questions for every few hundred of them."""
    wanted, found = list(dossiers), {}
    places = {(each.year_be, each.province) for each in wanted}
    choices, holds = _choices(places), _year_holds(places)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        kinds, told = _told(some)
        for each in some:
            place = (each.year_be, each.province)
            marks = told.get(each.pk, {})
            hold = marks.get(HOLD) or holds.get(place, {})
            found[each.pk] = _keeping(each.year_be, kinds.get(each.pk, []), choices.get(place), hold, marks)
    return found


def locked_until(dossier: Dossier, fresh: Sequence[Filing]) -> datetime:
    """Until when a store that can is asked to lock what is filed now: to the end of the class of the dossier."""
    rows = _documents([dossier]).values_list("kind", "dated")
    kinds = [*rows, *((f.kind, (_facts(f).get("date"))) for f in fresh)]
    place = (dossier.year_be, dossier.province)
    keeping = _keeping(dossier.year_be, kinds, _choices({place}).get(place), {}, {})
    last = keeping.until or last_day(BE(int(BE.of(timezone.localdate())) + _LOCK_YEARS))
    return datetime.combine(last + timedelta(days=1), time.min, timezone.get_default_timezone())


def _facts(filing: Filing) -> Mapping[str, Any]:
    facts = filing.provenance.get("facts")
    return facts if isinstance(facts, Mapping) else {}


def _keeping(
    year_be: int,
    kinds: Iterable[tuple[str, object]],
    choices: object,
    hold: Mapping[str, Any],
    marks: Mapping[str, Mapping[str, Any]],
) -> Keeping:
    listed = list(kinds)
    retention = schedule({} if choices is None else {"retention": choices}).of(kind for kind, _ in listed)
    closed = max([BE(year_be), *(year for _, dated in listed if (year := _year_of(dated)))])
    last, decision = retention.last_year(closed), marks.get(DECISION, {})
    if last and decision.get("decision") == KEEP:
        last = max(last, BE(int(decision["until_be"])))
    then = TRANSFER if decision.get("decision") == TRANSFER else retention.then
    return Keeping(retention, closed, last_day(last) if last else None, then, hold, decision)


def _year_of(dated: object) -> BE | None:
    try:
        return BE.of(date.fromisoformat(str(dated))) if dated else None
    except (ValueError, FactsRefused):  # a date that a person wrote in words counts as none
        return None


def _documents(dossiers: Sequence[Dossier]) -> QuerySet[Any]:
    rows = Document.objects.filter(dossier__in=[each.pk for each in dossiers], current__in=(True,))
    return rows.order_by().annotate(dated=_DATED)


def _told(dossiers: Sequence[Dossier]) -> tuple[dict[int, list[tuple[str, object]]], dict[int, dict[str, Any]]]:
    """Of each dossier the kinds and dates of its documents; its hold and its decision where it has them."""
    kinds: dict[int, list[tuple[str, object]]] = {}
    for pk, kind, dated in _documents(dossiers).values_list("dossier_id", "kind", "dated").distinct():
        kinds.setdefault(pk, []).append((kind, dated))
    marks: dict[int, dict[str, Any]] = {}
    marked = [pk for pk, found in kinds.items() if {HOLD, DECISION} & {kind for kind, _ in found}]
    rows = Document.objects.filter(dossier__in=marked, current=True, kind__in=(HOLD, DECISION))
    for pk, kind, provenance in rows.values_list("dossier_id", "kind", "provenance"):
        marks.setdefault(pk, {})[kind] = provenance
    return kinds, marks


def _choices(places: set[tuple[int, str]]) -> dict[tuple[int, str], object]:
    rows = Year.objects.filter(year_be__in={year for year, _ in places})
    told = rows.values_list("year_be", "province", "settings__retention")
    return {(year, province): choices for year, province, choices in told if choices is not None}


def _year_holds(places: set[tuple[int, str]]) -> dict[tuple[int, str], Mapping[str, Any]]:
    keys = [year_hold_key(year, province) for year, province in places]
    rows = Document.objects.filter(dossier__key__in=keys, kind=HOLD, current=True)
    return {(row.year_be, row.province): row.provenance for row in rows}


def held(keys: Iterable[str]) -> set[str]:
    """Those of the dossiers that a hold keeps back now, their own or their year's; a question for a few hundred."""
    wanted, found = list(keys), set()
    for start in range(0, len(wanted), _AT_ONCE // 2):
        years = {key: year_key_of(key) for key in wanted[start : start + _AT_ONCE // 2]}
        asked = sorted({*years, *years.values()})
        with connection.cursor() as cursor:
            cursor.execute(_STANDING.format(", ".join(["%s"] * len(asked))), [HOLD, *asked])
            standing = {str(key) for (key,) in cursor.fetchall()}
        found |= {key for key, year in years.items() if {key, year} & standing}
    return found


# Asked at every filing into a bucket: put by Django, the question takes longer than its answer.
_STANDING = """
SELECT dossier.key FROM docservice_dossier dossier JOIN docservice_document paper ON paper.dossier_id = dossier.id
WHERE paper.kind = %s AND paper.current AND dossier.key IN ({})
"""


def year_key_of(key: str) -> str:
    """The dossier in which the holds of a dossier's whole year lie."""
    year, province, *_ = key.split("/")
    return year_hold_key(int(year), province)


def year_hold_key(year_be: int, province: str) -> str:
    """The dossier in which the holds of a whole year lie."""
    return f"{year_be}/{province}/{province}00/{YEAR_HOLD}"
