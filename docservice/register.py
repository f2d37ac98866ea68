"""The year's own rows: its settings, its applicants and their results, entered whole, each entry with its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from docservice import audit, jobs
from docservice.errors import NotFound
from docservice.models import Applicant, Year
from docservice.thai import BE
from docservice.yearfile import YearFile

Entry = Mapping[str, str]
"""An applicant as entered: district and group codes, name, post, place, coordinator, phone, members."""

_DETAILS = ("post", "place", "coordinator", "phone", "members")


def enter_year(settings: Mapping[str, Any], *, actor: str) -> bool:
    """Keep a checked year file's settings; whether anything changed."""
    year = YearFile.parse(settings)
    digest = jobs.digest(year.settings)
    with transaction.atomic():
        row, new = Year.objects.select_for_update().get_or_create(
            year_be=int(year.year), province=year.province_code, defaults={"settings": year.settings, "digest": digest}
        )
        if not new and row.digest == digest:
            return False
        row.settings, row.digest = dict(year.settings), digest
        row.save()
        audit.record(actor, "year.entered", f"{int(year.year)}/{year.province_code}", {"digest": digest})
    return True


def year(year_be: BE, province: str | None = None) -> YearFile:
    """The settings of a year (of the only province, or the one named), or ``NotFound``."""
    rows = Year.objects.filter(year_be=int(year_be))
    row = (rows.filter(province=province) if province else rows).first()
    if row is None:
        raise NotFound(
            f"ยังไม่มีข้อมูลประจำปี {year_be}",
            "นำเข้าก่อนด้วย docservice import year.toml",
            english=f"No settings for BE {int(year_be)}. Import a year file first.",
        )
    return YearFile.parse(row.settings)


def applicants(year: YearFile) -> list[Applicant]:
    """The year's applicants, by district, then group in the year's order, then running number."""
    order = {g.code: n for n, g in enumerate(year.groups)}
    rows = Applicant.objects.filter(year_be=int(year.year), province=year.province_code)
    return sorted(rows, key=lambda a: (a.district, order.get(a.group, len(order)), a.seq))


def enter_applicants(year: YearFile, entries: Sequence[Entry], *, actor: str) -> tuple[int, int]:
    """Add new applicants and update known ones (same district, group, name): how many were new and changed."""
    added = changed = 0
    with transaction.atomic():
        _one_at_a_time(year)
        for entry in entries:
            identity = {"year_be": int(year.year), **{k: entry[k] for k in ("district", "group", "name")}}
            row = Applicant.objects.filter(**identity).first()
            if row is None:
                row = Applicant(**identity, province=year.province_code, seq=_next_seq(identity))
                added += 1
            elif all(getattr(row, name) == entry.get(name, "") for name in _DETAILS):
                continue
            else:
                changed += 1
            for name in _DETAILS:
                setattr(row, name, entry.get(name, ""))
            row.save()
        if added or changed:
            details = {"added": added, "changed": changed}
            audit.record(actor, "applicants.entered", f"{int(year.year)}/{year.province_code}", details)
    return added, changed


def enter_results(year: YearFile, results: Mapping[int, tuple[str, str]], *, actor: str) -> int:
    """Set ``{applicant pk: (result, score)}``; how many changed."""
    changed = 0
    with transaction.atomic():
        _one_at_a_time(year)
        for pk, (result, score) in results.items():
            row = Applicant.objects.filter(pk=pk)
            changed += row.exclude(result=result, score=score).update(result=result, score=score)
        if changed:
            audit.record(actor, "results.entered", f"{int(year.year)}/{year.province_code}", {"changed": changed})
    return changed


def note_evidence(dossier_key: str, complete: bool) -> None:
    """Remember whether the applicant's checklist was complete in the newest book."""
    year_be, province, district, code = dossier_key.split("/")
    group, seq = code.rsplit("-", 1)
    Applicant.objects.filter(year_be=year_be, province=province, district=district, group=group, seq=int(seq)).update(
        evidence_complete=complete
    )


def _one_at_a_time(year: YearFile) -> None:
    """Two people who enter into the same year take turns: running numbers stay unique, updates never cross."""
    rows = Year.objects.select_for_update().filter(year_be=int(year.year), province=year.province_code)
    rows.values_list("pk").first()


def _next_seq(identity: Mapping[str, Any]) -> int:
    same = Applicant.objects.filter(**{k: identity[k] for k in ("year_be", "district", "group")})
    return (same.aggregate(last=Max("seq"))["last"] or 0) + 1
