"""Handing a district's register over to the province, and the province giving it back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext

from docservice import access, handing_over, standing
from docservice.errors import InputRefused
from docservice.models import Applicant
from docservice.thai import clean
from docservice.web.applicants import lines, of_year, own_districts
from docservice.web.page import Request, page, show
from docservice.web.words import spoken
from docservice.yearfile import District

Addresses = list[URLPattern | URLResolver]


@page("hand-over", "POST")
def hand_over(request: Request) -> HttpResponse:
    """A district's register, as it stands, to the province; the province sees who has handed over and may give back."""
    bound = own_districts(request)
    code = request.POST.get("district") or request.GET.get("district") or (bound[0].code if bound else "")
    district = next((d for d in bound if d.code == code), None)
    if district is None:
        access.require(request.user, "hand-over", code)
        raise InputRefused("ไม่มีอำเภอนี้ในปีนี้", "เลือกอำเภอจากรายการ", english="There is no such district in this year.")
    rows = of_year(request).filter(district=district.code)
    problem = ""
    if request.method == "POST":
        problem = _handed(request, district, rows)
        if not problem:
            return redirect(f"{reverse('hand-over', kwargs={'year': request.year.year})}?district={district.code}")
    return _hand_over_page(request, district, rows, problem)


def _handed(request: Request, district: District, rows: QuerySet[Applicant]) -> str:
    access.require(request.user, "hand-over", district.code)
    note = clean(request.POST.get("note", "")).strip()
    if len(note) > 500:
        return gettext("หมายเหตุยาวเกิน ๕๐๐ ตัวอักษร ย่อให้สั้นลง")
    counted = {"units": rows.count(), "complete": standing.complete(request.year, rows)}
    try:
        handing_over.hand_over(request.year, district.code, **counted, note=note, actor=request.user.username)
    except InputRefused as refused:
        return spoken(refused)
    told = gettext("ส่งทะเบียนอำเภอ%(name)s ให้จังหวัดแล้ว") % {"name": district.name}
    messages.success(request, told, extra_tags="good")
    return ""


def _hand_over_page(request: Request, district: District, rows: QuerySet[Applicant], problem: str) -> HttpResponse:
    listed = lines(request.year, list(rows[:500]))
    history = access.handovers(request.user).filter(
        year_be=int(request.year.year), province=request.year.province_code, district=district.code
    )
    return show(
        request,
        "applicants/hand_over.html",
        status=422 if problem else 200,
        district=district,
        districts=own_districts(request),
        lines=[line for line in listed if not line.standing.complete],
        units=rows.count(),
        complete=sum(line.standing.complete for line in listed),
        history=list(history[:20]),
        problem=problem,
        note=request.POST.get("note", ""),
    )


@page("set-up", "POST")
def give_back(request: Request, pk: int) -> HttpResponse:
    """The province gives a register back to its district, with the reason."""
    row = access.one(access.handovers(request.user), pk=pk, year_be=int(request.year.year))
    reason = clean(request.POST.get("reason", "")).strip()[:500]
    try:
        handing_over.give_back(row, reason, actor=request.user.username)
        messages.success(request, gettext("ส่งทะเบียนกลับให้อำเภอแล้ว"), extra_tags="good")
    except InputRefused as refused:
        messages.error(request, spoken(refused), extra_tags="bad")
    return redirect(f"{reverse('hand-over', kwargs={'year': request.year.year})}?district={row.district}")


AREAS: Addresses = [
    path("hand-over/", hand_over, name="hand-over"),
    path("hand-over/<int:pk>/give-back/", give_back, name="give-back"),
]
OUTSIDE: Addresses = []
