"""The year at a glance: what is due, which districts and groups are complete, what to do next, what was asked last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from docservice import access, keeping, overview, progress, standing
from docservice.models import Account
from docservice.overview import Matrix, Step
from docservice.thai import date_letter
from docservice.web.page import Request, page, paged, show
from docservice.web.words import day, n

Addresses = list[URLPattern | URLResolver]
_RECENT = 5
_LONG_AGO = 60
_WORDS = {
    "import": (gettext_lazy("เพิ่มผู้สมัคร"), "applicants", ""),
    "order": (gettext_lazy("ออกคำสั่งแต่งตั้ง %(count)s ฉบับ"), "request-kind", "order"),
    "letter": (gettext_lazy("ออกหนังสือถึงอำเภอ"), "request-kind", "letter"),
    "follow-up": (gettext_lazy("ติดตาม %(count)s อำเภอที่ยังไม่ส่งทะเบียน"), "follow-up", ""),
    "results": (gettext_lazy("บันทึกผลการประเมิน %(count)s หน่วย"), "results", ""),
    "certificate": (gettext_lazy("ออกใบประกาศ %(count)s ฉบับ"), "request-kind", "certificate"),
    "announcement": (gettext_lazy("ออกประกาศรายชื่อผู้ผ่าน"), "request-kind", "announcement"),
    "register-passed": (gettext_lazy("ออกทะเบียนผู้ผ่านการประเมิน"), "request-kind", "register-passed"),
    "report": (gettext_lazy("ออกรายงานผลต่อกรม"), "request-kind", "report"),
    "export": (gettext_lazy("ปีนี้ออกเอกสารครบแล้ว เปิดคลังเพื่อส่งออกทั้งปี"), "archive", ""),
}
"""Each step: its words, the page that does it, and the kind of paper that page is asked for."""


@dataclass(frozen=True)
class Deadline:
    """The day the registers are due, in words, and how it stands with it."""

    day: str
    left: int

    @property
    def standing(self) -> str:
        """``wait`` while there is time, ``near`` in the last week, ``late`` after it, ``past`` long after it."""
        if self.left < -_LONG_AGO:
            return "past"
        return "late" if self.left < 0 else "near" if self.left <= 7 else "wait"

    @property
    def late_by(self) -> int:
        """Days since it passed."""
        return -self.left

    @classmethod
    def of(cls, deadline: date) -> Deadline:
        """As it stands today in Bangkok."""
        written = day(deadline) if get_language() == "en" else n(date_letter(deadline))
        return cls(written, overview.days_left(deadline, timezone.localdate()))


@page("see")
def at_a_glance(request: Request) -> HttpResponse:
    """The province's matrix, or a district's own list."""
    if request.user.role == Account.DISTRICT:
        return _district(request)
    found = _matrix(request)
    alarms = keeping.alarms()
    return show(
        request, "overview/overview.html", matrix=found, alarms=alarms, **_frame(request), **_now(request, found)
    )


@page("see")
def now(request: Request) -> HttpResponse:
    """The part of the page that lives: the next step and the jobs that move."""
    return show(request, "overview/now.html", living=True, **_now(request, _matrix(request)))


@page("set-up")
def follow_up(request: Request) -> HttpResponse:
    """The districts whose register is not with the province, and what each still lacks."""
    return show(request, "overview/follow_up.html", matrix=_matrix(request), **_frame(request))


def _district(request: Request) -> HttpResponse:
    found = _matrix(request)
    open_ = access.applicants(request.user).filter(year_be=int(request.year.year)).exclude(evidence_complete=True)
    rows = paged(request, open_.order_by("district", "group", "seq"))
    lacking = standing.lacking(request.year, rows)
    more: dict[str, Any] = {
        "rows": rows,
        "lacking": [(row, request.year.group(row.group), lacking[row.pk]) for row in rows],
        "hand_over": _address(request, "hand-over"),
    }
    return show(request, "overview/district.html", matrix=found, **_frame(request), **_now(request, found), **more)


def _matrix(request: Request) -> Matrix:
    person = request.user
    bound = access.districts(person)
    return overview.matrix(request.year, access.applicants(person), access.handovers(person), bound)


def _frame(request: Request) -> dict[str, Any]:
    return {"province": request.year.province, "deadline": Deadline.of(request.year.deadline)}


def _now(request: Request, found: Matrix) -> dict[str, Any]:
    recent = _recent(request)
    moving = any(line.live for line in recent)
    if request.user.role == Account.DISTRICT:
        return {"recent": recent, "moving": moving}
    papers = overview.filed_kinds(request.year, access.documents(request.user))
    todo = [_worded(request, step) for step in overview.steps(overview.standing(found, papers))]
    return {"recent": recent, "moving": moving, "next": todo[0], "later": todo[1:4]}


def _recent(request: Request) -> list[progress.Line]:
    of_year = access.jobs(request.user).filter(year_be=int(request.year.year), province=request.year.province_code)
    return progress.lines(list(of_year[:_RECENT]))


def _worded(request: Request, step: Step) -> dict[str, str]:
    words, name, kind = _WORDS[step.name]
    count = len(request.year.settings.get("orders", [])) if step.name == "order" else step.count
    return {"text": gettext(str(words)) % {"count": n(count)}, "address": _address(request, name, kind)}


def _address(request: Request, name: str, kind: str = "") -> str:
    return reverse(name, kwargs={"year": request.year.year, **({"kind": kind} if kind else {})})


AREAS: Addresses = [
    path("", at_a_glance, name="overview"),
    path("now/", now, name="overview-now"),
    path("follow-up/", follow_up, name="follow-up"),
]
OUTSIDE: Addresses = []
