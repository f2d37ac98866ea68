"""How far an applicant's folder is: each slot of the checklist, what is missing or unreadable, how many are done.

Reads only. The same rule as the cover of the book (``pdf.checklist``): a slot is done when it has files and all of them
can be read, or when its original was seen. Where nothing was handed in but a complete book was made from a folder on
the office's machine, what that book holds counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from docservice.folder import TRAY, in_order
from docservice.models import Applicant, EvidenceFile, OriginalSeen
from docservice.yearfile import YearFile

DONE, SEEN, BOUND, UNREADABLE, MISSING, ABSENT = "done", "seen", "bound", "unreadable", "missing", "absent"


@dataclass(frozen=True)
class Slot:
    """One line of the checklist with what lies in it."""

    code: str
    title: str
    required: bool
    files: Sequence[EvidenceFile] = ()
    seen: OriginalSeen | None = None
    bound: bool = False

    @property
    def state(self) -> str:
        """``done``, ``seen`` (the original instead), ``unreadable``, ``missing``, or ``absent``: not asked for.

        ``bound``: in a book that was made from the office's own folder.
        """
        unreadable = any(f.problem for f in self.files)
        return _state(bool(self.files), unreadable, self.seen is not None, self.required, self.bound)


@dataclass(frozen=True)
class Folder:
    """An applicant's folder: the checklist's slots, the tray, what was taken out."""

    slots: Sequence[Slot]
    tray: Sequence[EvidenceFile]
    removed: Sequence[EvidenceFile]

    @property
    def standing(self) -> Standing:
        """The folder in numbers."""
        states = [slot.state for slot in self.slots if slot.required]
        return Standing(len(states), sum(s in (DONE, SEEN, BOUND) for s in states), states.count(UNREADABLE))

    @property
    def bound(self) -> bool:
        """Whether nothing was handed in, and a complete book is filed all the same."""
        return any(slot.bound for slot in self.slots)

    @property
    def missing(self) -> list[Slot]:
        """The required slots with nothing in them."""
        return [slot for slot in self.slots if slot.state == MISSING]

    @property
    def unreadable(self) -> list[EvidenceFile]:
        """Files no page can be made of, wherever they lie."""
        return [f for f in (*(f for slot in self.slots for f in slot.files), *self.tray) if f.problem]

    @property
    def files(self) -> int:
        """How many files there are."""
        return len(self.tray) + sum(len(slot.files) for slot in self.slots)


@dataclass(frozen=True)
class Standing:
    """Required slots, how many of them are done, and how many have a file that cannot be read."""

    required: int = 0
    done: int = 0
    unreadable: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.done == self.required

    @property
    def percent(self) -> int:
        """Of a hundred."""
        return 100 * self.done // self.required if self.required else 100


def folder(year: YearFile, applicant: Applicant) -> Folder:
    """The applicant's folder, from two queries."""
    rows = list(EvidenceFile.objects.filter(applicant=applicant))
    seen = {o.slot: o for o in OriginalSeen.objects.filter(applicant=applicant)}
    bound = _is_bound(applicant, handed_in=any(row.removed_at is None for row in rows) or bool(seen))
    lying: dict[str, list[EvidenceFile]] = defaultdict(list)
    for row in in_order(row for row in rows if row.removed_at is None):
        lying[row.slot].append(row)
    slots = [
        Slot(code, title, required, lying.pop(code, ()), seen.get(code), bound)
        for code, title, required in _checklist(year, applicant.group)
    ]
    tray = [*lying.pop(TRAY, ()), *(row for rest in lying.values() for row in rest)]  # a slot the year no longer has
    removed = sorted((row for row in rows if row.removed_at), key=lambda row: (row.removed_at, row.pk), reverse=True)
    return Folder(slots, tray, removed)


def standings(year: YearFile, applicants: Iterable[Applicant]) -> dict[int, Standing]:
    """How far each applicant's folder is, by number, from two queries for all of them."""
    listed = list(applicants)
    wanted = [int(applicant.pk) for applicant in listed]
    return _standings(year, listed, *_facts(wanted))


def complete(year: YearFile, applicants: QuerySet[Applicant]) -> int:
    """How many of the applicants have everything."""
    return sum(standing.complete for standing in standings(year, applicants).values())


def lacking(year: YearFile, applicants: Iterable[Applicant]) -> dict[int, list[Slot]]:
    """The required slots of each applicant that are not done, by number, from two queries for all of them."""
    listed = list(applicants)
    lying, seen = _facts([int(applicant.pk) for applicant in listed])
    return {int(a.pk): _lacking(year, a, lying.get(int(a.pk), {}), seen) for a in listed}


def _lacking(year: YearFile, applicant: Applicant, lying: Mapping[str, bool], seen: set[tuple[int, str]]) -> list[Slot]:
    if _is_bound(applicant, handed_in=_has_any(int(applicant.pk), lying, seen)):
        return []
    slots = [Slot(*each) for each in _checklist(year, applicant.group) if each[2]]
    return [slot for slot in slots if not lying.get(slot.code) and (int(applicant.pk), slot.code) not in seen]


Lying = Mapping[int, Mapping[str, bool]]


def _facts(applicants: Sequence[int]) -> tuple[Lying, set[tuple[int, str]]]:
    """Of each applicant the slots that hold files, and whether all of those can be read; and the originals seen."""
    lying: dict[int, dict[str, bool]] = defaultdict(dict)
    rows = EvidenceFile.objects.filter(applicant__in=applicants, removed_at=None).order_by()
    for pk, slot, unread in rows.values_list("applicant", "slot", "problem"):
        lying[pk][slot] = lying[pk].get(slot, True) and unread is None
    seen = set(OriginalSeen.objects.filter(applicant__in=applicants).values_list("applicant", "slot"))
    return lying, seen


def _standings(
    year: YearFile, applicants: Sequence[Applicant], lying: Lying, seen: set[tuple[int, str]]
) -> dict[int, Standing]:
    found = {}
    for applicant in applicants:
        pk = int(applicant.pk)
        bound = _is_bound(applicant, handed_in=_has_any(pk, lying.get(pk, {}), seen))
        states = []
        for code, _, required in _checklist(year, applicant.group):
            readable = lying.get(pk, {}).get(code)
            if required:
                states.append(_state(readable is not None, readable is False, (pk, code) in seen, required, bound))
        found[pk] = Standing(len(states), sum(s in (DONE, SEEN, BOUND) for s in states), states.count(UNREADABLE))
    return found


def _checklist(year: YearFile, group: str) -> list[tuple[str, str, bool]]:
    found = year.group(group)
    items: Sequence[Mapping[str, Any]] = found.checklist if found else ()
    return [(str(item["slot"]), str(item["title"]), bool(item.get("required", True))) for item in items]


def _has_any(pk: int, lying: Mapping[str, bool], seen: set[tuple[int, str]]) -> bool:
    return bool(lying) or any(whose == pk for whose, _ in seen)


def _is_bound(applicant: Applicant, *, handed_in: bool) -> bool:
    """Whether all there is of this applicant is a complete book from a folder that was never handed in here."""
    return not handed_in and applicant.evidence_complete is True


def _state(files: bool, unreadable: bool, seen: bool, required: bool, bound: bool) -> str:
    if files and not unreadable:
        return DONE
    if seen:
        return SEEN
    if unreadable:
        return UNREADABLE
    if bound and required:
        return BOUND
    return MISSING if required else ABSENT
