"""Opening a year: the first one from a few answers, the next from the one before, or either from a year file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _

from docservice import access, engines, provinces, register, year_checks, year_edit, year_files, year_setup
from docservice.catalogue import Fault, Field, Kind
from docservice.errors import DocserviceError, InputRefused
from docservice.thai import BE
from docservice.web import factform
from docservice.web.page import Request, page, show
from docservice.web.words import spoken
from docservice.year_tree import Settings
from docservice.yearfile import YearFile

Addresses = list[URLPattern | URLResolver]
_BUDGET_YEAR = timedelta(days=92)  # a Thai office's year begins on 1 October
_OFFICE = "สำนักงานพัฒนาชุมชนจังหวัด"


@page("set-up", "POST")
def new_year(request: Request) -> HttpResponse:
    """The year after the newest, or the first; POST opens it and leads to what comes next."""
    before = _newest(request)
    if request.method != "POST":
        return _shown(request, before)
    how = request.POST.get("how", "")
    try:
        if how == "file":
            return _begin(request, year_files.read_file(uploaded(request, "file")))
        return _after(request, before) if how == "after" and before else _first(request, before)
    except DocserviceError as refused:
        return _shown(request, before, problem=refused, how=how)


@page("set-up")
def districts(request: Request) -> HttpResponse:
    """The districts of the province chosen: a part of the form."""
    return show(request, "setup/districts.html", chosen=provinces.named(request.GET.get("first-province", "")))


def _newest(request: Request) -> Settings | None:
    newest = access.years(request.user).first()
    return dict(newest.settings) if newest else None


def _begin(request: Request, settings: Settings, then: str = "setup") -> HttpResponse:
    year = register.begin_year(settings, actor=request.user.username)
    tell(request, _("เปิดปี %(year)s จังหวัด%(province)s แล้ว") % {"year": year.year, "province": year.province})
    return redirect(then, year=year.year)


# ------------------------------------------------------------------------------------------------------- the year after
def _after(request: Request, before: Settings) -> HttpResponse:
    """Everything of the year before, with the dates that were confirmed."""
    settings = year_setup.next_year(before)
    part = year_edit.section(settings, "dates")
    entered = factform.read(part.fields, request.POST.dict(), "after-")
    if found := year_checks.faults(settings, part, entered):
        return _shown(request, before, dates=entered, faults=found, how="after")
    return _begin(request, part.put(settings, entered))


# ------------------------------------------------------------------------------------------------------- the first year
def _fields() -> dict[str, Field]:
    """The questions of the first year, in the words of the catalogue."""
    letter = engines.catalogue().kind("letter").fields
    office, signer = letter["office"].fields, letter["signer"]
    every = tuple(one.name for one in provinces.provinces().values())
    head = _("รหัสจังหวัดและรหัสหน่วยงานที่พิมพ์หน้าเลขที่ออก ใส่ภายหลังได้")
    every_district = _("ระบบใส่อำเภอและรหัสให้ทั้งหมด")
    return {
        "province": Field("province", "choice", _("จังหวัด"), choices=("", *every), help=every_district),
        "year_be": Field("year_be", "year", _("ปี พ.ศ.")),
        "deadline": Field("deadline", "date", _("อำเภอส่งทะเบียนผู้สมัครภายใน")),
        "phone": replace(office["phone"], label=_("โทรศัพท์สำนักงาน")),
        "address": replace(office["address"], label=_("ที่ตั้งสำนักงาน (ตามหัวหนังสือ บรรทัดละ ๑ รายการ)")),
        "letter_head": Field("letter_head", "text", _("หน้าเลขที่หนังสือ"), required=False, example="ฉช ๐๐๑๙/", help=head),
        "signer": replace(signer, label=_("ผู้ลงนามในหนังสือและใบประกาศ")),
    }


def _suggested() -> dict[str, Any]:
    """What most offices would answer."""
    year = BE.of(timezone.localdate() + _BUDGET_YEAR)
    signer = {
        "post": "รองผู้ว่าราชการจังหวัด",
        "mode": "ปฏิบัติราชการแทน",
        "principal": "ผู้ว่าราชการจังหวัด{province}",
    }
    return {
        "year_be": int(year),
        "deadline": f"{year.ce}-02-11",
        "address": ["ศาลากลางจังหวัด{province}"],
        "signer": signer,
    }


def _first(request: Request, before: Settings | None) -> HttpResponse:
    fields = _fields()
    entered = factform.read(fields, request.POST.dict(), "first-")
    found = list(Kind("first", "ปีแรก", "", "", fields=fields).faults(entered))
    province = provinces.named(str(entered.get("province", "")))
    if found or province is None:
        return _shown(request, before, first=entered, faults=found, how="first")
    opening = year_setup.Opening(
        year=BE(int(entered["year_be"])),
        province=province,
        deadline=str(entered["deadline"]),
        office={"name": _OFFICE, "phone": entered["phone"], "address": entered["address"]},
        letter_head=str(entered.get("letter_head", "")),
        signer=entered["signer"],
    )
    return _begin(request, year_setup.first_year(opening), then="overview")


# ------------------------------------------------------------------------------------------------------------- the page
def _shown(
    request: Request,
    before: Settings | None,
    *,
    how: str = "",
    dates: Settings | None = None,
    first: Settings | None = None,
    faults: list[Fault] | None = None,
    problem: DocserviceError | None = None,
) -> HttpResponse:
    found = faults or []
    if problem and how == "first":
        first = factform.read(_fields(), request.POST.dict(), "first-")
    return show(
        request,
        "setup/new_year.html",
        status=problem.http if problem else 422 if found else 200,
        how=how or ("after" if before else "first"),
        answered=bool(found or problem),
        problem=spoken(problem) if problem else "",
        first=_first_form(first, found if how == "first" else []),
        chosen=provinces.named(str((first or {}).get("province", ""))),
        **(_after_form(before, dates, found if how == "after" else []) if before else {}),
    )


def _first_form(first: Settings | None, found: list[Fault]) -> factform.FactForm:
    shown = _suggested() if first is None else first
    return factform.FactForm(_fields(), shown, found, prefix="first-")


def _after_form(before: Settings, dates: Settings | None, found: list[Fault]) -> dict[str, Any]:
    settings = year_setup.next_year(before)
    part = year_edit.section(settings, "dates")
    shown = part.get(settings) if dates is None else dates
    made = YearFile.parse(settings)
    return {
        "after": factform.FactForm(part.fields, shown, found, prefix="after-"),
        "year_after": made.year,
        "year_before": BE(int(made.year) - 1),
        "province": made.province,
    }


# ------------------------------------------------------------------------------------------------- shared with setup
def uploaded(request: HttpRequest, name: str) -> bytes:
    """The bytes of a small file of a form; ``InputRefused`` when none was chosen."""
    file = request.FILES.get(name)
    if file is None or not file.size:
        raise InputRefused("ยังไม่ได้เลือกแฟ้ม หรือแฟ้มว่าง", "เลือกแฟ้มแล้วส่งอีกครั้ง", english="Choose a file that is not empty.")
    return bytes(file.read(year_files.LARGEST_PICTURE + 1))


def tell(request: HttpRequest, text: str) -> None:
    """Say on the next page what was done."""
    messages.success(request, text, extra_tags="good")


OUTSIDE: Addresses = [
    path("years/new/", new_year, name="new-year"),
    path("years/new/districts/", districts, name="new-year-districts"),
]
