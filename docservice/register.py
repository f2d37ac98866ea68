"""The year's own rows: its settings, its applicants and their results, entered whole, each entry with its event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from docservice import audit, jobs
from docservice.errors import Conflict, InputRefused, NotFound, Outdated
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
        _tell_year(year, actor, digest)
    return True


def begin_year(settings: Mapping[str, Any], *, actor: str) -> YearFile:
    """Enter a year that is not there yet; ``Conflict`` when it is, and nothing of it is changed."""
    year = YearFile.parse(settings)
    with transaction.atomic():
        _, new = Year.objects.get_or_create(
            year_be=int(year.year),
            province=year.province_code,
            defaults={"settings": year.settings, "digest": jobs.digest(year.settings)},
        )
        if not new:
            raise Conflict(
                f"มีข้อมูลประจำปี {year.year} จังหวัด{year.province} อยู่แล้ว",
                "เปิดปีนั้นแล้วแก้ในหน้าตั้งค่า",
                english=f"BE {int(year.year)} is there already. Open it and change its settings.",
            )
        _tell_year(year, actor, jobs.digest(year.settings))
    return year


def amend_year(
    year: YearFile, alter: Callable[[dict[str, Any]], Mapping[str, Any]], *, actor: str, section: str = ""
) -> bool:
    """Change a year's settings as they stand now, one person at a time; whether anything changed.

    ``alter`` gets the settings and gives the new ones; what it raises, nothing is changed. The year and the province
    stay what they are.
    """
    with transaction.atomic():
        row = Year.objects.select_for_update().get(year_be=int(year.year), province=year.province_code)
        changed = YearFile.parse(alter(dict(row.settings)))
        if (changed.year, changed.province_code) != (year.year, year.province_code):
            raise Conflict(
                f"ข้อมูลนี้เป็นของปี {changed.year} จังหวัด{changed.province} ไม่ใช่ปี {year.year} จังหวัด{year.province}",
                "เปิดปีที่ถูกต้องก่อน หรือเริ่มปีใหม่",
                english="These settings are of another year or province.",
            )
        digest = jobs.digest(changed.settings)
        if digest == row.digest:
            return False
        row.settings, row.digest = dict(changed.settings), digest
        row.save()
        _tell_year(changed, actor, digest, section)
    return True


def digest_of(year: YearFile) -> str:
    """The digest under which these settings are kept."""
    return jobs.digest(year.settings)


def _tell_year(year: YearFile, actor: str, digest: str, section: str = "") -> None:
    details = {"digest": digest, **({"section": section} if section else {})}
    audit.record(actor, "year.entered", f"{int(year.year)}/{year.province_code}", details)


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


def enter_applicants(year: YearFile, entries: Sequence[Entry], *, actor: str, dry: bool = False) -> tuple[int, int]:
    """Add new applicants and update known ones (same district, group, name): how many were new and changed.

    ``dry``: only count; whatever was entered to find out is taken back.
    """
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
        if dry:
            transaction.set_rollback(True)
        elif added or changed:
            details = {"added": added, "changed": changed}
            audit.record(actor, "applicants.entered", f"{int(year.year)}/{year.province_code}", details)
    return added, changed


def add_applicant(year: YearFile, entry: Entry, *, actor: str) -> Applicant:
    """One more applicant; ``Conflict`` when the district's group has one of that name.

    ``InputRefused`` for a district or group that the year does not know.
    """
    _refuse_strange_place(year, entry)
    identity = {"year_be": int(year.year), **{k: entry[k] for k in ("district", "group", "name")}}
    with transaction.atomic():
        _one_at_a_time(year)
        _refuse_namesake(Applicant(**identity))
        details = {name: entry.get(name, "") for name in _DETAILS}
        row = Applicant(**identity, **details, province=year.province_code, seq=_next_seq(identity))
        row.save(force_insert=True)
        audit.record(actor, "applicants.entered", row.dossier_key, {"added": 1, "changed": 0})
    return row


def change_applicant(pk: int, changes: Mapping[str, str], *, seen: str = "", actor: str) -> Applicant:
    """Change an applicant's name or details; ``seen``: ``state_of`` the row when it was read, empty to overwrite.

    ``Outdated`` when someone has changed it meanwhile, ``Conflict`` for a name that the group has already.
    """
    with transaction.atomic():
        row = Applicant.objects.select_for_update().get(pk=pk)
        if seen and seen != state_of(row):
            raise Outdated(
                f"มีผู้แก้ข้อมูลของ {row.name} ไปก่อนแล้ว ยังไม่ได้บันทึกของท่าน",
                "เปิดใหม่ ตรวจของล่าสุด แล้วแก้อีกครั้ง",
                english="Someone has changed this applicant meanwhile; nothing was saved. Read it again.",
            )
        before = state_of(row)
        for name in ("name", *_DETAILS):
            setattr(row, name, changes.get(name, getattr(row, name)))
        if state_of(row) != before:
            _refuse_namesake(row)
            row.save()
            audit.record(actor, "applicants.entered", row.dossier_key, {"added": 0, "changed": 1})
    return row


def state_of(applicant: Applicant) -> str:
    """Digest of what a person may have changed about the applicant."""
    fields = ("name", *_DETAILS, "result", "score")
    return jobs.digest([getattr(applicant, name) for name in fields])


def _refuse_strange_place(year: YearFile, entry: Entry) -> None:
    codes = {d.code for d in year.districts}, {g.code for g in year.groups}
    for name, word, known in zip(("district", "group"), ("อำเภอ", "กลุ่มเป้าหมาย"), codes, strict=True):
        if entry[name] not in known:
            raise InputRefused(
                f"ปี {year.year} ไม่มี{word} {entry[name][:60]}",
                f"เลือกจาก {', '.join(sorted(known))}",
                english=f"There is no {name} {entry[name][:60]!r} in that year.",
            )


def _refuse_namesake(row: Applicant) -> None:
    same = Applicant.objects.filter(year_be=row.year_be, district=row.district, group=row.group, name=row.name)
    if same.exclude(pk=row.pk).exists():
        raise Conflict(
            f"มีผู้สมัครชื่อ {row.name} ในกลุ่มและอำเภอนี้แล้ว",
            "เปิดรายการเดิม หรือเพิ่มคำที่แยกสองรายนี้ออกจากกันในชื่อ",
            english="The group has an applicant of that name already. Open that one, or tell the two apart by name.",
        )


def enter_results(
    year: YearFile,
    results: Mapping[int, tuple[str, str]],
    *,
    seen: Mapping[int, tuple[str, str]] | None = None,
    actor: str,
    dry: bool = False,
) -> int:
    """Set ``{applicant pk: (result, score)}``; how many changed.

    ``seen``: what they were when they were read; whoever somebody else has judged since is left as it is.
    ``dry``: only count.
    """
    changed = 0
    with transaction.atomic():
        _one_at_a_time(year)
        for pk, (result, score) in results.items():
            row = Applicant.objects.filter(pk=pk)
            if seen and pk in seen:
                row = row.filter(result=seen[pk][0], score=seen[pk][1])
            changed += row.exclude(result=result, score=score).update(result=result, score=score)
        if dry:
            transaction.set_rollback(True)
        elif changed:
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
