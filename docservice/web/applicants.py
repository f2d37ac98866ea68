"""Applicants: the list with its filters, adding and changing one, Excel in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext

from docservice import access, facts, lists, register, standing
from docservice.applicants import COLUMNS, Imported, WorkbookRefused, import_workbook
from docservice.errors import Conflict, InputRefused, Outdated, TooLarge
from docservice.models import Applicant, Handover
from docservice.standing import Standing
from docservice.thai import clean, safe_file_name
from docservice.web.page import Request, chosen, page, paged, show
from docservice.web.sheet import sheet
from docservice.web.words import n, spoken
from docservice.yearfile import District, YearFile

Addresses = list[URLPattern | URLResolver]
LIMITS = {"name": 300, "post": 300, "place": 500, "coordinator": 300, "phone": 100, "members": 100}
"""The fields a person types, and how many letters each takes."""
_WORKBOOK_BYTES = 10 * 10**6
_FAULTS_SHOWN = 200


@dataclass(frozen=True)
class Line:
    """One applicant as the list shows it."""

    applicant: Applicant
    number: str
    group: str
    district: str
    standing: Standing


@page("see")
def applicants(request: Request) -> HttpResponse:
    """The list of the year (of the person's districts), filtered and searched."""
    rows, asked = _asked(request)
    found = paged(request, rows)
    found.object_list = lines(request.year, list(found.object_list))
    bound = own_districts(request)
    return show(
        request,
        "applicants/list.html",
        rows=found,
        asked=asked,
        filtered=any(asked.values()),
        districts=bound,
        groups=request.year.groups,
        handovers=_handovers(request, bound if len(bound) == 1 else [d for d in bound if d.code == asked["district"]]),
    )


def lines(year: YearFile, rows: Sequence[Applicant]) -> list[Line]:
    """The applicants as the list shows them, with two queries for all."""
    how_far = standing.standings(year, rows)
    groups = {group.code: group.name for group in year.groups}
    districts = {district.code: district.name for district in year.districts}
    return [
        Line(
            row,
            n(facts.applicant_number(year, row)),
            groups.get(row.group, row.group),
            districts.get(row.district, row.district),
            how_far[row.pk],
        )
        for row in rows
    ]


def own_districts(request: Request) -> list[District]:
    """The year's districts that the person may act in."""
    return [d for d in request.year.districts if access.in_districts(request.user, d.code)]


def of_year(request: Request) -> QuerySet[Applicant]:
    """The year's applicants that the person may see, in the order of an index."""
    code = request.year.province_code
    rows = access.applicants(request.user).filter(year_be=int(request.year.year))
    # The districts of a province by their code: so the index that also gives the order serves the question.
    rows = rows.filter(district__gte=f"{code}00", district__lte=f"{code}99")
    return rows.order_by("district", "group", "seq")


def _asked(request: Request) -> tuple[QuerySet[Applicant], dict[str, str]]:
    year = request.year
    asked = {
        "district": chosen(request, "district", {d.code: d.name for d in year.districts}),
        "group": chosen(request, "group", {g.code: g.name for g in year.groups}),
        "book": chosen(request, "book", {"complete": "", "incomplete": ""}),
        "q": " ".join(clean(request.GET.get("q", "")[:200]).split()),
    }
    rows = of_year(request)
    for name in ("district", "group"):
        if asked[name]:
            rows = rows.filter(**{name: asked[name]})
    if asked["book"]:
        complete = Q(evidence_complete=True)
        rows = rows.filter(complete if asked["book"] == "complete" else ~complete | Q(evidence_complete=None))
    if asked["q"]:
        rows = rows.filter(name__icontains=asked["q"])
    return rows, asked


def _handovers(request: Request, districts: Sequence[District]) -> list[tuple[District, Handover | None]]:
    """Of each district (one, where the list is of one) how its register stands with the province."""
    found = []
    for district in districts[:1]:
        rows = access.handovers(request.user).filter(
            year_be=int(request.year.year), province=request.year.province_code, district=district.code
        )
        found.append((district, rows.first()))
    return found


# -------------------------------------------------------------------------------------------------------- add and edit
def typed(request: Request) -> dict[str, str]:
    """What was typed into the applicant's form: clean, one line each, whole."""
    names = ("district", "group", *LIMITS)
    return {name: " ".join(clean(request.POST.get(name, "")).split()) for name in names}


def faults(request: Request, entry: Mapping[str, str], *, new: bool) -> dict[str, str]:
    """What is wrong with an applicant as typed, by field; empty when nothing is."""
    found = {}
    if new and entry["district"] not in {d.code for d in own_districts(request)}:
        found["district"] = gettext("เลือกอำเภอ")
    if new and request.year.group(entry["group"]) is None:
        found["group"] = gettext("เลือกกลุ่มเป้าหมาย")
    if not entry["name"]:
        found["name"] = gettext("กรอกชื่อผู้สมัคร")
    for name, longest in LIMITS.items():
        if len(entry[name]) > longest:
            found[name] = gettext("ยาวเกิน %(most)s ตัวอักษร ย่อให้สั้นลง") % {"most": n(longest)}
    return found


@page("enter", "POST")
def add(request: Request) -> HttpResponse:
    """One new applicant; the running number comes from the register."""
    if request.method != "POST":
        entry = {name: request.GET.get(name, "") for name in ("district", "group")}
        return _form(request, entry)
    entry = typed(request)
    wrong = faults(request, entry, new=True)
    if wrong:
        return _form(request, entry, wrong)
    access.require(request.user, "enter", entry["district"])
    try:
        row = register.add_applicant(request.year, entry, actor=request.user.username)
    except Conflict as fault:
        return _form(request, entry, {"name": spoken(fault)})
    messages.success(request, gettext("เพิ่ม %(name)s แล้ว ส่งหลักฐานต่อได้เลย") % {"name": row.name}, extra_tags="good")
    return redirect("applicant", year=request.year.year, pk=row.pk)


@page("enter", "POST")
def edit(request: Request, pk: int) -> HttpResponse:
    """Name and details of an applicant; what another has changed meanwhile is never written over."""
    row = access.one(of_year(request), pk=pk)
    if request.method != "POST":
        return _form(request, {name: getattr(row, name) for name in ("district", "group", *LIMITS)}, row=row)
    entry = {**typed(request), "district": row.district, "group": row.group}
    wrong = faults(request, entry, new=False)
    if wrong:
        return _form(request, entry, wrong, row=row, seen=request.POST.get("seen", ""))
    changes = {name: entry[name] for name in LIMITS}
    try:
        register.change_applicant(row.pk, changes, seen=request.POST.get("seen") or "-", actor=request.user.username)
    except Outdated:
        row.refresh_from_db()
        return _form(request, entry, row=row, outdated=True)
    except Conflict as fault:
        return _form(request, entry, {"name": spoken(fault)}, row=row, seen=request.POST.get("seen", ""))
    messages.success(request, gettext("บันทึกแล้ว"), extra_tags="good")
    return redirect("applicant", year=request.year.year, pk=row.pk)


def _form(
    request: Request,
    entry: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    *,
    row: Applicant | None = None,
    seen: str = "",
    outdated: bool = False,
) -> HttpResponse:
    words = dict(COLUMNS)
    fields = [
        {"name": name, "label": words[name], "value": entry.get(name, ""), "fault": (wrong or {}).get(name, ""),
         "now": getattr(row, name) if outdated and getattr(row, name) != entry.get(name, "") else None}
        for name in LIMITS
    ]  # fmt: skip
    return show(
        request,
        "applicants/form.html",
        status=409 if outdated else 422 if wrong else 200,
        fields=fields,
        entry=entry,
        faults=wrong or {},
        applicant=row,
        outdated=outdated,
        answered=bool(wrong) or outdated,
        seen=seen or (register.state_of(row) if row else ""),
        districts=own_districts(request),
        groups=request.year.groups,
    )


# --------------------------------------------------------------------------------------------------------------- Excel
@page("enter", "POST")
def import_(request: Request) -> HttpResponse:
    """Applicants (by the province: results too) from an Excel file: whole, or not at all and every fault by its row."""
    if request.method != "POST":
        return show(request, "applicants/import.html")
    given = request.FILES.get("file")
    try:
        done = _imported(request, given)
    except WorkbookRefused as refused:
        shown = refused.faults[:_FAULTS_SHOWN]
        context = {"faults": shown, "count": len(refused.faults), "more": len(refused.faults) - len(shown)}
        return show(request, "applicants/import.html", status=422, name=given.name if given else "", **context)
    except (InputRefused, TooLarge) as refused:
        return show(request, "applicants/import.html", status=refused.http, problem=spoken(refused))
    told = gettext("อ่าน %(rows)s แถว: เพิ่มใหม่ %(added)s ปรับปรุง %(changed)s ผลการประเมิน %(results)s")
    messages.success(request, told % {key: n(value) for key, value in vars(done).items()}, extra_tags="good")
    return redirect("applicants", year=request.year.year)


def _imported(request: Request, given: UploadedFile[Any] | None) -> Imported:
    if given is None:
        raise InputRefused("ยังไม่ได้เลือกแฟ้ม", "เลือกแฟ้ม Excel (.xlsx) ก่อน", english="Choose an Excel file first.")
    if (given.size or 0) > _WORKBOOK_BYTES:
        raise TooLarge(
            "แฟ้ม Excel ใหญ่เกิน ๑๐ MB", "ลบภาพและแผ่นงานที่ไม่ใช้ออก แล้วนำเข้าใหม่", english="The workbook is above 10 MB."
        )
    with TemporaryDirectory(prefix="docservice-") as folder:
        copy = Path(folder, safe_file_name(given.name or "applicants.xlsx"))
        with copy.open("wb") as out:
            for chunk in given.chunks():
                out.write(chunk)
        bound = access.districts(request.user)
        return import_workbook(copy, request.year, actor=request.user.username, districts=bound)


@page("enter")
def template(request: Request) -> FileResponse:
    """The empty form of the import, with the words that its columns take on a line below."""
    return sheet(lists.applicants_form(request.year, own_districts(request)))


@page("see")
def export(request: Request) -> FileResponse:
    """The list as filtered, as an Excel file that can be imported again."""
    return sheet(lists.applicants(request.year, _asked(request)[0], n))


AREAS: Addresses = [
    path("applicants/", applicants, name="applicants"),
    path("applicants/add/", add, name="add-applicant"),
    path("applicants/import/", import_, name="import-applicants"),
    path("applicants/import/template/", template, name="applicants-template"),
    path("applicants/export/", export, name="export-applicants"),
    path("applicants/<int:pk>/edit/", edit, name="edit-applicant"),
]
OUTSIDE: Addresses = []
