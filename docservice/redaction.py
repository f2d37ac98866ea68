"""What stays hidden in the redacted edition: the areas an officer drew on an applicant's files, and who looked at what.

Rows and their events, by the digest of a file's bytes. An event tells how many areas of which kinds, not what is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from docservice import audit
from docservice.errors import InputRefused, Outdated
from docservice.models import Applicant, HiddenArea, Scrutiny
from docservice.thai import to_thai_digits

WHOLE = HiddenArea.WHOLE
KINDS: Mapping[str, str] = dict(HiddenArea.KINDS)
MOST_AREAS = 500
"""Areas of one file."""


@dataclass(frozen=True, order=True)
class Area:
    """A rectangle of page ``page`` (from 1), in ten-thousandths of the page as it is shown; ``kind`` of ``KINDS``."""

    page: int
    top: int
    left: int
    width: int
    height: int
    kind: str

    @classmethod
    def of(cls, row: HiddenArea) -> Area:
        """As it was kept."""
        return cls(row.page, row.top, row.left, row.width, row.height, row.kind)


@dataclass(frozen=True)
class Seen:
    """How far one file has been looked at: see ``Scrutiny``."""

    sha256: str
    areas: tuple[Area, ...] = ()
    done: bool = False
    pages: int = 0
    shape: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None
    marked: tuple[str, ...] = ()

    @property
    def who(self) -> list[str]:
        """Everybody who marked an area or looked last."""
        return sorted({*self.marked, *([self.by] if self.by else [])})


def seen(applicant: Applicant, digests: Iterable[str]) -> dict[str, Seen]:
    """What is known of the files with these digests, by digest; two queries."""
    rows = Scrutiny.objects.filter(applicant=applicant, sha256__in=set(digests)).prefetch_related("areas")
    return {row.sha256: _seen(row) for row in rows}


def kept_elsewhere(applicants: QuerySet[Applicant], sha256: str, besides: Applicant) -> list[Area]:
    """Areas drawn on the very same file for another of ``applicants``: to be proposed, newest scrutiny first."""
    rows = Scrutiny.objects.filter(applicant__in=applicants, sha256=sha256, areas__isnull=False)
    row = rows.exclude(applicant=besides).order_by("-looked_at").prefetch_related("areas").first()
    return list(_seen(row).areas) if row else []


def save(applicant: Applicant, entered: Seen, *, actor: str) -> Seen:
    """Keep what was entered for a file, in place of what was there when ``entered.version`` was read.

    The same again changes nothing. ``InputRefused`` for an area that is not on a page; ``Outdated`` when another window
    has saved something else since: nothing is overwritten.
    """
    _check(entered)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        row = Scrutiny.objects.filter(applicant=applicant, sha256=entered.sha256).first()
        before = _seen(row) if row else Seen(entered.sha256)
        if _content(before) == _content(entered) and row:
            return before
        if before.version != entered.version:
            raise _outdated()
        row = row or Scrutiny(applicant=applicant, sha256=entered.sha256)
        row.done, row.pages, row.shape = entered.done, entered.pages, entered.shape
        row.version, row.looked_by, row.looked_at = before.version + 1, actor, datetime.now(UTC)
        row.save()
        _keep_areas(row, entered.areas, actor)
        audit.record(actor, "evidence.scrutinised", applicant.dossier_key, _told(entered))
        return _seen(row)


def forget(applicant: Applicant) -> None:
    """Take out what was marked on the applicant's files: their bytes were destroyed by order."""
    Scrutiny.objects.filter(applicant=applicant).delete()


def _keep_areas(row: Scrutiny, areas: Sequence[Area], actor: str) -> None:
    """Areas that stay keep who drew them and when; the others go, new ones come."""
    wanted = Counter(areas)
    for known in row.areas.all():
        area = Area.of(known)
        if wanted[area]:
            wanted[area] -= 1
        else:
            known.delete()
    fresh = {"scrutiny": row, "marked_by": actor, "marked_at": row.looked_at}
    HiddenArea.objects.bulk_create(HiddenArea(**vars(area), **fresh) for area in wanted.elements())


def _seen(row: Scrutiny) -> Seen:
    rows = list(row.areas.all())
    areas, marked = tuple(sorted(map(Area.of, rows))), tuple(sorted({each.marked_by for each in rows}))
    return Seen(row.sha256, areas, row.done, row.pages, row.shape, row.version, row.looked_by, row.looked_at, marked)


def _content(given: Seen) -> tuple[object, ...]:
    return sorted(given.areas), given.done, given.pages, given.shape


def _told(entered: Seen) -> dict[str, object]:
    kinds = Counter(area.kind for area in entered.areas)
    return {"sha256": entered.sha256, "areas": dict(sorted(kinds.items())), "done": entered.done}


def _check(entered: Seen) -> None:
    if len(entered.areas) > MOST_AREAS:
        raise InputRefused(
            to_thai_digits(f"ทำเครื่องหมายไว้ {len(entered.areas)} บริเวณ เกินกำหนด {MOST_AREAS} บริเวณต่อไฟล์"),
            "รวมบริเวณที่อยู่ติดกันเป็นบริเวณเดียว",
            english=f"More than {MOST_AREAS} areas on one file. Join those that touch.",
        )
    for number, area in enumerate(entered.areas, start=1):
        if not _is_on_a_page(area, entered.pages):
            raise InputRefused(
                to_thai_digits(f"บริเวณที่ {number} ไม่อยู่ในหน้ากระดาษ หรือเล็กเกินไป"),
                to_thai_digits(f"เลือกหน้า 1 ถึง {entered.pages} และให้กรอบอยู่ภายในหน้า"),
                english=f"Area {number} is not on a page, or too small. Pages are 1 to {entered.pages}.",
            )
        if area.kind not in KINDS:
            raise InputRefused(
                to_thai_digits(f"บริเวณที่ {number} ยังไม่ได้เลือกว่าเป็นข้อมูลชนิดใด"),
                "เลือกชนิดจากรายการ",
                english=f"Area {number} has no kind. Choose one of {', '.join(KINDS)}.",
            )


def _is_on_a_page(area: Area, pages: int) -> bool:
    across = area.left >= 0 and area.width >= 1 and area.left + area.width <= WHOLE
    down = area.top >= 0 and area.height >= 1 and area.top + area.height <= WHOLE
    return across and down and 1 <= area.page <= pages


def _outdated() -> Outdated:
    return Outdated(
        "มีผู้อื่นบันทึกการปกปิดของไฟล์นี้ไปก่อน ยังไม่มีอะไรถูกบันทึกทับ",
        "โหลดหน้าใหม่เพื่อดูของล่าสุด แล้วทำเครื่องหมายอีกครั้ง",
        english="Somebody else has saved this file's areas since. Nothing was overwritten: load the page again.",
    )
