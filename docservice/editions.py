"""Editions of an office's Word templates: sent in, checked, approved by a second person, in force from a day.

Nothing of an edition is ever changed. Its bytes lie in the store by their digest, and so does every step of its life,
written before the row: the rows can be made again from the store, and a paper can be made again years later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from docservice import audit, database, edition_store, selection
from docservice.errors import Conflict, FactsRefused, Forbidden, InputRefused, NotFound, Outdated
from docservice.models import Document, Edition
from docservice.thai import date_short, parse_date, to_thai_digits

# Asked for every paper: in the database's own words.
_IN_FORCE = (
    "province = %s AND kind = %s AND variant = %s AND state = %s AND effective <= %s"
    " ORDER BY effective DESC, number DESC LIMIT 1"
)
_DATES = ("uploaded_at", "approved_at", "withdrawn_at", "effective")
_KEPT = (
    "province", "kind", "variant", "number", "step", "state", "file_name", "note", "sha256", "size", "uploaded_by",
    "uploaded_at", "report", "approved_by", "approved_at", "effective", "withdrawn_by", "withdrawn_at", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Whose template it is, and for what: a province's, of a kind and of its variant (``""`` where it has none)."""

    province: str
    kind: str
    variant: str = ""

    @property
    def rows(self) -> QuerySet[Edition]:
        """Its editions, the newest first."""
        return Edition.objects.filter(**vars(self)).order_by("-number")

    @property
    def folder(self) -> str:
        """Kind and variant as one segment of a key."""
        return edition_store.folder(self.kind, self.variant)


# ------------------------------------------------------------------------------------------------------------- looking
def get(pk: int) -> Edition:
    """The edition of that number, or ``NotFound``."""
    if found := Edition.objects.filter(pk=pk).first():
        return found
    raise NotFound("ไม่พบแม่แบบรุ่นนี้", "กลับไปหน้าแม่แบบแล้วเลือกใหม่", english="There is no such edition.")


def in_force(place: Place, day: date) -> Edition | None:
    """The edition that papers dated ``day`` are made with; ``None``: the template that ships."""
    values = (place.province, place.kind, place.variant, Edition.APPROVED, selection.day(day))
    found = selection.rows(Edition, _IN_FORCE, values)
    return found[0] if found else None


def coming(place: Place, day: date) -> list[Edition]:
    """Approved editions that come into force after ``day``, the next first."""
    return list(place.rows.filter(state=Edition.APPROVED, effective__gt=day).order_by("effective", "number"))


def today() -> date:
    """The day in Thailand."""
    return timezone.localdate()


def day_of(facts: Mapping[str, Any]) -> date | None:
    """The day a paper bears, by which its edition is chosen; ``None`` for a paper that bears none."""
    written = next((facts[name] for name in ("date", "as_of") if facts.get(name)), None)
    try:
        return None if written is None else parse_date(written)
    except FactsRefused:
        return None


# ------------------------------------------------------------------------------------------------------------ the steps
def upload(place: Place, file_name: str, content: bytes, note: str, *, stock: str, actor: str) -> Edition:
    """Take a new edition in, to be checked. ``stock``: the digest of the template that ships.

    ``Conflict`` when those very bytes are in force, wait, or were found faulty before.
    """
    digest = edition_store.keep(content)
    with transaction.atomic():
        database.turn(f"edition {place.province}/{place.folder}")
        _refuse_same(place, digest, stock)
        number = (place.rows.aggregate(last=Max("number"))["last"] or 0) + 1
        while orphan := edition_store.last_step(
            place.province, place.folder, number
        ):  # a process died between its record and its row
            _save(orphan)
            number += 1
        row = Edition(
            **vars(place), number=number, step=1, state=Edition.CHECKING, file_name=file_name[:200], note=note[:500],
            sha256=digest, size=len(content), uploaded_by=actor, uploaded_at=datetime.now(UTC),
        )  # fmt: skip
        _put(row)
        row.save(force_insert=True)
        audit.record(actor, "template.uploaded", _subject(row), {"sha256": digest, "file": row.file_name})
    return row


def checked(row: Edition, report: Mapping[str, object], *, sound: bool, actor: str) -> Edition:
    """What the check found: it may be approved now, or must be mended and sent again. A second answer is void."""
    if row.state != Edition.CHECKING:
        return row
    state = Edition.READY if sound else Edition.FAULTY
    return _step(row, "template.checked", {"state": state}, actor, state=state, report=dict(report))


def approve(row: Edition, effective: date, *, actor: str) -> Edition:
    """Put an edition in force from a day. Only somebody else than the one who sent it may, once it is checked."""
    if row.state != Edition.READY:
        raise _not_ready(row)
    if actor == row.uploaded_by:
        raise Forbidden(
            "ผู้ส่งแม่แบบอนุมัติเองไม่ได้",
            "ให้เจ้าหน้าที่อีกคนเปิดหน้านี้แล้วกดอนุมัติ",
            english="Whoever sent a template in cannot approve it. Ask a second person.",
        )
    _refuse_past(row, effective)
    changes = {"approved_by": actor, "approved_at": datetime.now(UTC), "effective": effective}
    told = {"effective": effective.isoformat(), "sha256": row.sha256}
    return _step(row, "template.approved", told, actor, state=Edition.APPROVED, **changes)


def withdraw(row: Edition, reason: str, *, actor: str) -> Edition:
    """Take back an edition that is not in force yet and that no paper was made with."""
    if not reason.strip():
        raise InputRefused("ยังไม่ได้ใส่เหตุผล", "พิมพ์เหตุผลที่ถอนสั้น ๆ", english="Give a reason for the withdrawal.")
    if row.state == Edition.WITHDRAWN:
        raise _not_ready(row)
    if row.state == Edition.APPROVED:
        _refuse_in_force(row)
    changes = {"withdrawn_by": actor, "withdrawn_at": datetime.now(UTC), "reason": reason.strip()[:500]}
    return _step(row, "template.withdrawn", {"reason": changes["reason"]}, actor, state=Edition.WITHDRAWN, **changes)


def _step(row: Edition, verb: str, told: Mapping[str, object], actor: str, **changes: Any) -> Edition:
    """The next step of an edition's life: its record first, then the row. ``Outdated`` when somebody was before us."""
    after = Edition.objects.get(pk=row.pk)
    if after.step != row.step:
        raise _outdated()
    for name, value in changes.items():
        setattr(after, name, value)
    after.step += 1
    try:
        _put(after)
    except Conflict as error:
        if orphan := edition_store.last_step(row.province, edition_store.folder(row.kind, row.variant), row.number):
            with transaction.atomic():
                _save(orphan)
        raise _outdated() from error
    with transaction.atomic():
        kept = {name: getattr(after, name) for name in changes}
        if Edition.objects.filter(pk=row.pk, step=row.step).update(step=F("step") + 1, **kept):
            audit.record(actor, verb, _subject(row), told)
    return after


# -------------------------------------------------------------------------------------------------------- their records
def restore() -> int:
    """Bring the rows up to what the store tells; how many were missing or behind."""
    brought = 0
    for told in edition_store.last_steps():
        known = Edition.objects.filter(**{n: told[n] for n in ("province", "kind", "variant", "number")}).first()
        if known is None or known.step < told["step"]:
            with transaction.atomic():
                _save(told)
            brought += 1
    return brought


def _put(row: Edition) -> None:
    told = {name: getattr(row, name) for name in _KEPT}
    edition_store.write_step(told | {name: told[name].isoformat() for name in _DATES if told[name]})


def _save(told: Mapping[str, Any]) -> None:
    values = {name: told[name] for name in _KEPT}
    for name in ("uploaded_at", "approved_at", "withdrawn_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values["effective"] = date.fromisoformat(values["effective"]) if values["effective"] else None
    which = {name: values.pop(name) for name in ("province", "kind", "variant", "number")}
    Edition.objects.update_or_create(**which, defaults=values)


def _subject(row: Edition) -> str:
    return f"template/{row.name}"


# ------------------------------------------------------------------------------------------------------------- refusals
def _refuse_same(place: Place, digest: str, stock: str) -> None:
    now = in_force(place, today())
    for row in place.rows.filter(sha256=digest).exclude(state=Edition.WITHDRAWN):
        past = row.state == Edition.APPROVED and now is not None and row.effective and row.effective <= today()
        if not past or row == now:
            raise Conflict(
                to_thai_digits(f"ไฟล์นี้เหมือนแม่แบบรุ่นที่ {row.number} ทุกไบต์"),
                "เปิดดูรุ่นนั้น หรือแก้ไฟล์ใน Word แล้วส่งใหม่",
                english=f"This file is the same as edition {row.number}. Look at that one, or change the file.",
            )
    if now is None and digest == stock:
        raise Conflict(
            "ไฟล์นี้คือแม่แบบกลางที่ใช้อยู่แล้ว",
            "แก้ไฟล์ใน Word แล้วส่งใหม่",
            english="This file is the stock template that is in force already. Change it in Word first.",
        )


def _refuse_past(row: Edition, effective: date) -> None:
    """A day that is past changes what papers of then would be made with: only where there are none."""
    if effective >= today():
        return
    papers = Document.objects.filter(province=row.province, kind=row.kind, current=True, path__startswith="paper/")
    since = effective.isoformat()
    for facts in papers.values_list("provenance__facts", flat=True).iterator(chunk_size=500):
        day = day_of(facts or {})
        if day is not None and day >= effective:
            raise Conflict(
                f"มีเอกสารลงวันที่ตั้งแต่ {date_short(effective)} ที่ทำด้วยแม่แบบเดิมแล้ว",
                "เลือกวันเริ่มใช้ตั้งแต่วันนี้เป็นต้นไป",
                english=f"Papers dated {since} or later were made with the edition before. Choose today or later.",
            )


def _refuse_in_force(row: Edition) -> None:
    if row.effective and row.effective <= today():
        raise Conflict(
            to_thai_digits(f"แม่แบบรุ่นที่ {row.number} เริ่มใช้แล้ว ถอนไม่ได้"),
            "ส่งรุ่นใหม่มาใช้แทน เอกสารเดิมยังใช้รุ่นของตัวเอง",
            english=f"Edition {row.number} is in force already. Send a new one in its place.",
        )
    made = Document.objects.filter(province=row.province, kind=row.kind, provenance__template=row.sha256)
    if made.exists():
        raise Conflict(
            to_thai_digits(f"มีเอกสารที่ทำด้วยแม่แบบรุ่นที่ {row.number} แล้ว ถอนไม่ได้"),
            "ส่งรุ่นใหม่มาใช้แทน",
            english=f"A paper was made with edition {row.number} already. Send a new one in its place.",
        )


_STANDS = {
    Edition.CHECKING: ("ยังตรวจไม่เสร็จ", "is still being checked"),
    Edition.FAULTY: ("มีที่ผิดต้องแก้ก่อน", "has faults to mend first"),
    Edition.READY: ("รออนุมัติอยู่", "waits for approval"),
    Edition.APPROVED: ("อนุมัติแล้ว", "is approved already"),
    Edition.WITHDRAWN: ("ถอนแล้ว", "is withdrawn"),
}


def _not_ready(row: Edition) -> Conflict:
    thai, english = _STANDS[row.state]
    return Conflict(
        to_thai_digits(f"แม่แบบรุ่นที่ {row.number} {thai}"),
        "โหลดหน้าใหม่เพื่อดูสถานะล่าสุด",
        english=f"Edition {row.number} {english}. Load the page again.",
    )


def _outdated() -> Outdated:
    return Outdated(
        "มีผู้อื่นเปลี่ยนแม่แบบรุ่นนี้ไปก่อน ยังไม่มีอะไรถูกบันทึกทับ",
        "โหลดหน้าใหม่เพื่อดูสถานะล่าสุด",
        english="Somebody else has changed this edition since. Nothing was overwritten: load the page again.",
    )
