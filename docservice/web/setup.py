"""The year's settings: one form a section, pictures, the year as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import register, year_checks, year_edit, year_files, year_setup
from docservice.catalogue import Fault
from docservice.errors import DocserviceError
from docservice.factsfile import write_settings
from docservice.web import factform, new_year
from docservice.web.new_year import tell, uploaded
from docservice.web.page import Request, page, show
from docservice.web.words import spoken
from docservice.year_section import Section
from docservice.year_sections import GENERAL

Addresses = list[URLPattern | URLResolver]
_PICTURES = {"emblem": "ตราครุฑหรือตราของหน่วยงาน", "border": "ภาพกรอบใบประกาศ (เต็มหน้า A4 แนวนอน)"}


@page("set-up")
def setup(request: Request) -> HttpResponse:
    """Everything that can be set, and what is worth a look."""
    settings = dict(request.year.settings)
    parts = year_edit.sections(settings)
    return show(
        request,
        "setup/setup.html",
        looks=year_setup.looks(settings),
        office=_some(parts, "office", "signers", "people", "districts"),
        dates=_some(parts, "dates", "groups."),
        orders=_some(parts, "orders."),
        papers=_some(parts, "letter", "announcement", "certificate", "report"),
        registers=_some(parts, "registers."),
    )


def _some(parts: list[Section], *codes: str) -> list[Section]:
    """The sections of those codes; a code that ends in a dot means all that begin with it."""
    return [p for p in parts if any(p.code == code or p.code.startswith(code) * code.endswith(".") for code in codes)]


@page("set-up", "POST")
def one_section(request: Request, code: str) -> HttpResponse:
    """One section's form. What is wrong stands beside its field; what somebody else saved meanwhile is shown."""
    settings = dict(request.year.settings)
    part = year_edit.section(settings, code)
    if request.method != "POST":
        return _form(request, part, factform.tidy(part.fields, part.get(settings)))
    entered = factform.read(part.fields, request.POST.dict())
    try:
        if found := year_checks.faults(settings, part, entered):
            return _form(request, part, entered, found)
        year_edit.change(request.year, code, entered, request.POST.get("seen", ""), actor=request.user.username)
    except year_edit.Clash as clash:
        theirs = factform.tidy(part.fields, clash.theirs)
        return _form(request, part, entered, clash=clash, differences=_differences(part, theirs, entered))
    tell(request, _("บันทึก “%(title)s” แล้ว") % {"title": _(part.title)})
    return redirect("setup", year=request.year.year)


def _form(
    request: Request,
    part: Section,
    facts: Mapping[str, Any],
    found: list[Fault] | None = None,
    clash: DocserviceError | None = None,
    **more: object,
) -> HttpResponse:
    now = dict(register.year(request.year.year).settings)
    return show(
        request,
        "setup/section.html",
        status=clash.http if clash else 422 if found else 200,
        part=part,
        form=factform.FactForm(part.fields, facts, found or ()),
        seen=year_edit.version(now, part) if clash or not request.POST else request.POST.get("seen", ""),
        answered=bool(found or clash),
        problem=spoken(clash) if clash else "",
        faults=len(found or ()),
        words=_words(request, part) if part.kind else (),
        removable=part.code.startswith(("orders.", "groups.")),
        **more,
    )


_MEANINGS = {
    "applied": "จำนวนที่สมัคร",
    "passed": "จำนวนที่ผ่าน",
    "name": "ชื่อผู้ได้รับ",
    "group": "กลุ่มเป้าหมาย",
    "place": "ที่อยู่",
    "district": "ชื่ออำเภอ",
    "serial": "เลขที่ใบ",
    "serial_year": "ปีของเลขที่",
}


def _words(request: Request, part: Section) -> list[tuple[str, str]]:
    """The words in braces of the section, each with what it becomes."""
    plain = [(f"{{{word}}}", str(request.year.fill(f"{{{word}}}", "words"))) for word in GENERAL]
    return plain + [(f"{{{word}}}", _(_MEANINGS[word])) for word in part.words]


@dataclass(frozen=True)
class Difference:
    """A field that somebody else saved otherwise than it was typed here."""

    label: str
    theirs: str
    mine: str


def _differences(part: Section, theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(_(field.short_label), _said(theirs.get(name)), _said(mine.get(name)))
        for name, field in part.fields.items()
        if theirs.get(name) != mine.get(name)
    ]


def _said(value: Any) -> str:
    """A value as one reads it: entries on lines of their own."""
    return "\n".join(_lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield " · ".join(_lines(one))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _lines(one)
    elif value not in (None, "", True, False):
        yield str(value)


@page("set-up", "POST")
def add(request: Request, what: str) -> HttpResponse:
    """A new order or target group, then its form."""
    if what not in ("orders", "groups") or request.method != "POST":
        raise Http404
    code = year_edit.add(request.year, what, actor=request.user.username)
    return redirect("setup-section", year=request.year.year, code=code)


@page("set-up", "POST")
def remove(request: Request, code: str) -> HttpResponse:
    """Take an order or a target group out; the form again, with the reason, when it cannot be."""
    part = year_edit.section(dict(request.year.settings), code)
    if request.method != "POST" or not code.startswith(("orders.", "groups.")):
        raise Http404
    try:
        year_edit.remove(request.year, code, request.POST.get("seen", ""), actor=request.user.username)
    except DocserviceError as refused:
        shown = factform.tidy(part.fields, part.get(dict(request.year.settings)))
        return _form(request, part, shown, clash=refused)
    tell(request, _("นำ “%(title)s” ออกแล้ว") % {"title": part.title})
    return redirect("setup", year=request.year.year)


# ------------------------------------------------------------------------------------------------------------- pictures
@page("set-up", "POST")
def pictures(request: Request) -> HttpResponse:
    """The emblem and the certificate's border: shown, replaced, taken out."""
    problems: dict[str, str] = {}
    if request.method == "POST" and (which := request.POST.get("which", "")) in _PICTURES:
        try:
            data = None if "take-out" in request.POST else uploaded(request, "picture")
            year_files.set_picture(request.year, which, data, actor=request.user.username)
            tell(request, _("เอาภาพออกแล้ว") if data is None else _("เก็บภาพแล้ว ใช้กับเอกสารที่ขอหลังจากนี้"))
            return redirect("setup-pictures", year=request.year.year)
        except DocserviceError as refused:
            problems[which] = spoken(refused)
    settings = dict(request.year.settings)
    shown = [
        {"which": which, "title": _(title), "kept": year_files.picture(settings, which), "problem": problems.get(which)}
        for which, title in _PICTURES.items()
    ]
    return show(request, "setup/pictures.html", status=422 if problems else 200, pictures=shown)


@page("set-up")
def picture(request: Request, which: str) -> HttpResponse:
    """The emblem or the border itself."""
    data = year_files.picture_bytes(dict(request.year.settings), which) if which in _PICTURES else b""
    if not data:
        raise Http404
    return HttpResponse(data, content_type="image/png" if data.startswith(b"\x89PNG") else "image/jpeg")


# ------------------------------------------------------------------------------------------------------------ as a file
@page("set-up")
def download(request: Request) -> HttpResponse:
    """The year's settings as year.toml."""
    answer = HttpResponse(write_settings(request.year.settings), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="year-{int(request.year.year)}.toml"'
    return answer


@page("set-up", "POST")
def upload(request: Request) -> HttpResponse:
    """A year.toml in place of the year's settings."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            settings = year_files.read_file(uploaded(request, "file"))
            changed = year_edit.replace_all(request.year, settings, actor=request.user.username)
            tell(request, _("ใช้ข้อมูลจากแฟ้มแล้ว") if changed else _("แฟ้มเหมือนข้อมูลเดิม ไม่มีอะไรเปลี่ยน"))
            return redirect("setup", year=request.year.year)
        except DocserviceError as refused:
            problem, status = spoken(refused), refused.http
    return show(request, "setup/file.html", status=status, problem=problem)


AREAS: Addresses = [
    path("setup/", setup, name="setup"),
    path("setup/pictures/", pictures, name="setup-pictures"),
    path("setup/pictures/<str:which>/", picture, name="setup-picture"),
    path("setup/year.toml", download, name="setup-download"),
    path("setup/file/", upload, name="setup-upload"),
    path("setup/new/<str:what>/", add, name="setup-add"),
    path("setup/<str:code>/", one_section, name="setup-section"),
    path("setup/<str:code>/remove/", remove, name="setup-remove"),
]
OUTSIDE: Addresses = new_year.OUTSIDE
