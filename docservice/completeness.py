"""Whether an applicant's evidence is complete, noted on the row as the folder changes: a year is counted from rows.

The same rule as ``standing``: every required slot has files that can all be read, or its original was seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from docservice import register
from docservice.errors import NotFound
from docservice.models import Applicant, EvidenceFile, OriginalSeen
from docservice.thai import BE
from docservice.yearfile import YearFile

_CHUNK = 500


def note(applicant: Applicant) -> None:
    """Note it for one applicant; call it in the transaction that changes the folder."""
    try:
        year = register.year(BE(applicant.year_be), applicant.province)
    except NotFound:  # a folder of a year whose settings are gone is left as it was
        return
    _note(_required(year, applicant.group), [int(applicant.pk)])


def note_group(year: YearFile, code: str) -> None:
    """Note it anew for a group whose checklist has changed; applicants who handed in nothing yet stay as they are."""
    rows: QuerySet[Applicant] = Applicant.objects.filter(
        year_be=int(year.year), province=year.province_code, group=code, evidence_complete__isnull=False
    )
    wanted = list(rows.values_list("pk", flat=True))
    for start in range(0, len(wanted), _CHUNK):
        _note(_required(year, code), wanted[start : start + _CHUNK])


def _required(year: YearFile, code: str) -> frozenset[str]:
    group = year.group(code)
    return frozenset(str(item["slot"]) for item in (group.checklist if group else ()) if item.get("required", True))


def _note(required: frozenset[str], applicants: Collection[int]) -> None:
    held = _held(applicants)
    complete = [pk for pk in applicants if required <= held[pk]]
    rows = Applicant.objects.filter(pk__in=applicants)
    rows.filter(pk__in=complete).exclude(evidence_complete=True).update(evidence_complete=True)
    rows.exclude(pk__in=complete).exclude(evidence_complete=False).update(evidence_complete=False)


def _held(applicants: Iterable[int]) -> dict[int, set[str]]:
    """The slots of each applicant that are done."""
    held: dict[int, set[str]] = defaultdict(set)
    unread: set[tuple[int, str]] = set()
    files = EvidenceFile.objects.filter(applicant__in=applicants, removed_at=None).order_by()
    for pk, slot, problem in files.values_list("applicant", "slot", "problem"):
        held[pk].add(slot)
        if problem is not None:
            unread.add((pk, slot))
    for pk, slot in unread:
        held[pk].discard(slot)
    for pk, slot in OriginalSeen.objects.filter(applicant__in=applicants).values_list("applicant", "slot"):
        held[pk].add(slot)
    return held
