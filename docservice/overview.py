"""How far a year is: districts and groups at a glance, what is due, what is to be done next. Changes nothing.

Who may see which rows was decided before: every function takes querysets from ``access``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from docservice.models import Applicant, Document, Handover
from docservice.yearfile import District, Group, YearFile

OFFICE_PAPERS = ("order", "letter", "certificate", "announcement", "register-passed", "report")
"""The kinds of papers whose being filed moves the year on."""


@dataclass(frozen=True)
class Cell:
    """How many units there are, how many of them with all their evidence, and how many there must be."""

    units: int = 0
    complete: int = 0
    quota: int = 0

    @property
    def state(self) -> str:
        """``none`` (fewer units than the quota asks for), ``partial`` (evidence missing), ``full``, or ``free``."""
        if self.units < self.quota:
            return "none" if not self.units else "partial"
        if not self.units:
            return "free"
        return "full" if self.complete == self.units else "partial"

    @property
    def lacking(self) -> int:
        """Units that the quota still asks for."""
        return max(0, self.quota - self.units)

    @classmethod
    def sum(cls, cells: Iterable[Cell]) -> Cell:
        """Cells added up."""
        found = list(cells)
        return cls(sum(c.units for c in found), sum(c.complete for c in found), sum(c.quota for c in found))


@dataclass(frozen=True)
class Row:
    """One district: a cell for each group, their sum, and the newest register handed over, if any."""

    district: District
    cells: tuple[tuple[Group, Cell], ...]
    handover: Handover | None

    @property
    def total(self) -> Cell:
        """The district's cells added up."""
        return Cell.sum(cell for _, cell in self.cells)

    @property
    def handed(self) -> bool:
        """Whether the register is with the province (and was not given back)."""
        return self.handover is not None and self.handover.returned_at is None


@dataclass(frozen=True)
class Matrix:
    """Districts × groups, and how many units have passed, have failed, or wait for their result."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    results: Mapping[str, int]

    @property
    def columns(self) -> list[tuple[Group, Cell]]:
        """Each group's cells added up."""
        return [(group, Cell.sum(row.cells[n][1] for row in self.rows)) for n, group in enumerate(self.groups)]

    @property
    def total(self) -> Cell:
        """Everything added up."""
        return Cell.sum(row.total for row in self.rows)

    @property
    def handed(self) -> int:
        """How many districts' registers are with the province."""
        return sum(1 for row in self.rows if row.handed)

    @property
    def waiting(self) -> list[Row]:
        """The districts whose register is not with the province."""
        return [row for row in self.rows if not row.handed]


def matrix(
    year: YearFile,
    applicants: QuerySet[Applicant],
    handovers: QuerySet[Handover],
    districts: frozenset[str] | None = None,
) -> Matrix:
    """The year's matrix (of ``districts``, when some are named), from one query each of applicants and handovers."""
    of_year = {"year_be": int(year.year), "province": year.province_code}
    units: Counter[tuple[str, str]] = Counter()
    complete: Counter[tuple[str, str]] = Counter()
    results: Counter[str] = Counter()
    counted = applicants.filter(**of_year).order_by().values_list("district", "group", "evidence_complete", "result")
    for district, group, evidence, result, count in counted.annotate(count=Count("*")):
        units[district, group] += count
        complete[district, group] += count if evidence else 0
        results[result] += count
    newest: dict[str, Handover] = {}
    for handover in handovers.filter(**of_year).order_by("-handed_at", "-pk"):
        newest.setdefault(handover.district, handover)

    def cell(district: District, group: Group) -> Cell:
        at = (district.code, group.code)
        return Cell(units[at], complete[at], group.quota)

    rows = tuple(
        Row(d, tuple((g, cell(d, g)) for g in year.groups), newest.get(d.code))
        for d in year.districts
        if districts is None or d.code in districts
    )
    return Matrix(year.groups, rows, results)


def filed_kinds(year: YearFile, documents: QuerySet[Document]) -> frozenset[str]:
    """Which of ``OFFICE_PAPERS`` the year's archive holds."""
    of_year = documents.filter(year_be=int(year.year), province=year.province_code, current=True)
    return frozenset(kind for kind in OFFICE_PAPERS if of_year.filter(kind=kind).exists())


# ---------------------------------------------------------------------------------------------------- what to do next
@dataclass(frozen=True)
class Standing:
    """What the next step follows from: counts of units, districts that have not handed over, papers filed."""

    units: int
    unjudged: int
    passed: int
    waiting: int
    papers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """Something to be done, and how many it concerns."""

    name: str
    count: int = 0


_STEPS: tuple[tuple[str, Callable[[Standing], int]], ...] = (
    ("import", lambda s: int(not s.units)),
    ("order", lambda s: int("order" not in s.papers)),
    ("letter", lambda s: int("letter" not in s.papers)),
    # Once results come in, what was handed in is history.
    ("follow-up", lambda s: s.waiting if s.units and s.units == s.unjudged else 0),
    ("results", lambda s: s.unjudged),
    ("certificate", lambda s: s.passed if "certificate" not in s.papers else 0),
    ("announcement", lambda s: int(bool(s.passed) and "announcement" not in s.papers)),
    ("register-passed", lambda s: int(bool(s.passed) and "register-passed" not in s.papers)),
    ("report", lambda s: int(bool(s.passed) and "report" not in s.papers)),
)
"""The steps of a year in their order, each with how many it still concerns."""


def steps(standing: Standing) -> list[Step]:
    """What is still to be done, the next first; with nothing left, sending the year's archive out."""
    open_ = [Step(name, count) for name, concerns in _STEPS if (count := concerns(standing))]
    return open_ or [Step("export")]


def standing(found: Matrix, papers: frozenset[str]) -> Standing:
    """Where the year stands."""
    results = found.results
    units = sum(results.values())
    return Standing(units, results.get("", 0), results.get("passed", 0), len(found.waiting), papers)


# ----------------------------------------------------------------------------------------------------------- deadline
def days_left(deadline: date, today: date) -> int:
    """Days until the deadline; 0 on the day itself, below 0 afterwards."""
    return (deadline - today).days
