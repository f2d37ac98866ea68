"""Districts hand their registers to the province, which may give them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from docservice import access, handing_over, standing
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.fields import District, IdInPath, Line500, Reason, YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.errors import InputRefused
from docservice.models import Handover

area = Area()


class HandoverRow(Schema):
    """A register as it was handed over: how many units, how many of them complete; given back when, and why."""

    id: int
    year_be: int
    district: str
    units: int
    complete: int
    note: str
    handed_by: str
    handed_at: datetime
    returned_by: str
    returned_at: datetime | None
    reason: str


class NewHandover(Schema, extra="forbid"):
    """Which district's register is handed over, as it stands now."""

    district: District
    note: Line500 = ""


class GivingBack(Schema, extra="forbid"):
    """Why."""

    reason: Reason


@area.offer("GET", "/years/{year}/handovers", Page[HandoverRow], actions=("hand-over",))
def list_handovers(request: Asking, year: YearInPath, turn: Turned) -> Any:
    """Registers handed over, newest first; the newest of a district counts."""
    found = year_of(request, year)
    rows = access.handovers(request.user).filter(year_be=int(found.year), province=found.province_code)
    return turned(rows, turn, "-id")


@area.offer(
    "POST", "/years/{year}/handovers", HandoverRow, status=201, scope="write", actions=("hand-over",), once=True
)
def hand_over(request: Asking, year: YearInPath, handover: NewHandover) -> Any:
    """Hand a district's register to the province. The same again, while nobody gave it back, is the same row."""
    found, district = year_of(request, year), handover.district
    access.require(request.user, "hand-over", district)
    if found.district(district) is None:
        raise InputRefused("ไม่มีอำเภอนี้ในปีนี้", "เลือกอำเภอของปีนี้", english="There is no such district in this year.")
    rows = access.applicants(request.user).filter(
        year_be=int(found.year), province=found.province_code, district=district
    )
    counted = {"units": rows.count(), "complete": standing.complete(found, rows)}
    return handing_over.hand_over(found, district, **counted, note=handover.note, actor=request.user.username)


@area.offer("POST", "/handovers/{id}/give-back", HandoverRow, scope="write", actions=("set-up",), once=True)
def give_back(request: Asking, id: IdInPath, giving: GivingBack) -> Any:
    """Give a register back to its district, with the reason."""
    row: Handover = access.one(access.handovers(request.user), pk=id)
    handing_over.give_back(row, giving.reason, actor=request.user.username)
    row.refresh_from_db()
    return row
