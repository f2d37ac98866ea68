"""A year's papers as a list: which of them the filters leave, and how each of them stands. Changes nothing.

Who may see which rows was decided before: every function takes rows from ``access``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from docservice import engines, paper_life
from docservice.models import Document
from docservice.paper_life import Life
from docservice.yearfile import YearFile

LOT = "certificate"
"""The kind of which there are as many as applicants: it has a list of its own."""
PROVINCE = "00"
"""Stands for a district: the papers of the province itself."""
_DATED = KeyTextTransform("date", KeyTransform("facts", "provenance"))


def office_kinds() -> list[str]:
    """The kinds that stand in the list when none is asked for."""
    return [code for code in engines.catalogue().kinds if code != LOT]


def narrowed(
    rows: QuerySet[Document],
    year: YearFile,
    *,
    kind: str = "",
    district: str = "",
    number: str = "",
    state: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Document]:
    """Of ``rows`` the year's papers that are asked for; days (both included) are those of the filing."""
    rows = paper_life.papers_of(rows)
    rows = rows.filter(year_be=int(year.year), province=year.province_code, **paper_life.CURRENT)
    rows = rows.filter(kind=kind) if kind else rows.filter(kind__in=office_kinds())
    if district:
        rows = rows.filter(district=year.province_code + PROVINCE if district == PROVINCE else district)
    if number:
        rows = paper_life.numbered(rows, number, year.province_code, int(year.year))
    if since:
        rows = rows.filter(filed_at__gte=_midnight(since))
    if until:
        rows = rows.filter(filed_at__lt=_midnight(until + timedelta(days=1)))
    return paper_life.in_state(rows, state, year.province_code, int(year.year)) if state else rows


def standing(rows: QuerySet[Document], keys: Sequence[int]) -> list[tuple[Document, Life]]:
    """Those of ``rows`` in the order of ``keys``, each with its life and ``dated``, the date printed on it.

    What they were made from stays where it is.
    """
    some = rows.filter(pk__in=keys).select_related("dossier").defer("provenance")
    found = {row.pk: row for row in some.annotate(dated=_DATED)}
    lives = paper_life.lives(list(found.values()))
    return [(found[pk], lives[pk]) for pk in keys if pk in found]


def day_of(paper: Document) -> date | str:
    """The date printed on a paper of ``standing``; what is no date as it is."""
    written = str(getattr(paper, "dated", "") or "")
    try:
        return date.fromisoformat(written)
    except ValueError:
        return written


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())
