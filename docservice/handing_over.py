"""Handing over: a district gives its register of applicants to the province, and the province may give it back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from docservice import audit, database
from docservice.errors import InputRefused
from docservice.models import Handover
from docservice.yearfile import YearFile


def hand_over(year: YearFile, district: str, *, units: int, complete: int, note: str, actor: str) -> Handover:
    """The district hands its register to the province; ``InputRefused`` when it is empty.

    The same numbers and note again, while the province has not given it back, are the same handing over.
    """
    if not units:
        raise InputRefused(
            "อำเภอนี้ยังไม่มีผู้สมัคร จึงยังส่งทะเบียนไม่ได้",
            "เพิ่มผู้สมัครก่อน",
            english="The district has no applicants yet. Add one first.",
        )
    told = {"units": units, "complete": complete, "note": note}
    of_district = {"year_be": int(year.year), "province": year.province_code, "district": district}
    with transaction.atomic():
        database.turn(f"handover {district}")
        last = Handover.objects.filter(**of_district).first()
        if last and last.returned_at is None and all(getattr(last, name) == value for name, value in told.items()):
            return last
        row = Handover.objects.create(**of_district, **told, handed_by=actor, handed_at=datetime.now(UTC))
        audit.record(actor, "register.handed-over", _subject(row), {"units": units, "complete": complete})
    return row


def give_back(handover: Handover, reason: str, *, actor: str) -> None:
    """The province gives a register back to its district with the reason; giving it back twice changes nothing."""
    if not reason:
        raise InputRefused("กรอกเหตุผลที่ส่งกลับ", "เพื่อให้อำเภอรู้ว่าต้องแก้อะไร", english="Say why it is given back.")
    with transaction.atomic():
        handed = Handover.objects.filter(pk=handover.pk, returned_at=None)
        if handed.update(returned_by=actor, returned_at=datetime.now(UTC), reason=reason):
            audit.record(actor, "register.given-back", _subject(handover), {"handover": handover.pk})


def _subject(row: Handover) -> str:
    return f"{row.year_be}/{row.province}/{row.district}"
