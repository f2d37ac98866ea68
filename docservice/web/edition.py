"""One edition of a template: what its check found, sample papers, approval by a second person, beside another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from docservice import access, edition_check, edition_compare, edition_pictures, editions, papers
from docservice.editions import Place
from docservice.errors import DocserviceError, FactsRefused, InputRefused, Refused
from docservice.models import Edition, Job
from docservice.page_images import WIDTHS
from docservice.thai import parse_date
from docservice.web import kinds
from docservice.web.page import SAFE, Request, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
SAMPLES = {
    edition_pictures.MARKED: "ที่ต้องดู",
    edition_check.PLAIN: "ตัวอย่างปกติ",
    edition_check.EXTREME: "ข้อมูลยาวที่สุด",
    edition_check.BARE: "เฉพาะช่องบังคับ",
}
SEVERITIES = {"error": "ผิด", "warning": "ควรแก้"}
_PAGES_SHOWN = 40
_MEDIA = {"docx": papers.DOCX, "pdf": papers.PDF}


def _edition(request: Request, pk: int) -> Edition:
    """The edition, of the office of the year."""
    return access.one(access.editions(request.user), pk=pk, province=request.year.province_code)


@page("templates")
def edition(request: Request, pk: int) -> HttpResponse:
    """What was found, what its papers look like, and what can be done."""
    return _page(request, _edition(request, pk))


@page("templates")
def now(request: Request, pk: int) -> HttpResponse:
    """How far the check is; once it has ended the whole page is loaded."""
    row = _edition(request, pk)
    answer = show(request, "editions/now.html", edition=row, job=_job(request, row), item=_item(request, row))
    if row.state != Edition.CHECKING:
        answer["HX-Refresh"] = "true"
    return answer


def _job(request: Request, row: Edition) -> Job | None:
    """The newest job that checks it."""
    jobs = access.jobs(request.user).filter(verb=edition_check.VERB, items__payload__edition=row.pk)
    return jobs.order_by("-pk").first()


def _item(request: Request, row: Edition) -> Any:
    job = _job(request, row)
    return job.items.first() if job else None


def _page(request: Request, row: Edition, form: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    """``problem`` stands beside ``form``."""
    tabs = [(name, _(text)) for name, text in SAMPLES.items() if _has(row, name)]
    shown = request.GET.get("show", "")
    shown = shown if any(name == shown for name, _text in tabs) else tabs[0][0] if tabs else ""
    pages = edition_pictures.pages(row, shown) if shown else 0
    return show(
        request,
        "editions/edition.html",
        status=status,
        edition=row,
        label=kinds.label(row.kind),
        job=_job(request, row) if row.state == Edition.CHECKING else None,
        item=_item(request, row) if row.state == Edition.CHECKING else None,
        faults=[
            {**_where(fault), "called": _(SEVERITIES[fault["severity"]])} for fault in row.report.get("faults", ())
        ],
        mends=[_where(mend) for mend in row.report.get("mends", ())],
        tabs=tabs,
        shown=shown,
        sample=row.report.get("samples", {}).get(shown, {}),
        sheets=[_sheet(row, shown, number) for number in range(1, min(pages, _PAGES_SHOWN) + 1)],
        more=max(0, pages - _PAGES_SHOWN),
        pages=pages,
        in_force=_is_in_force(row),
        own=request.user.username == row.uploaded_by,
        withdrawable=row.state != Edition.WITHDRAWN and not _has_begun(row),
        today=editions.today().isoformat(),
        form=form,
        problem=problem,
        typed={name: request.POST.get(name, "")[:500] for name in ("effective", "reason")},
    )


def _where(told: dict[str, Any]) -> dict[str, Any]:
    """A fault or a mend with its place in the person's language."""
    return {**told, "where": told["place_english"] if get_language() == "en" else told["place"]}


def _has(row: Edition, name: str) -> bool:
    return edition_pictures.pages(row, name) > 0 or "error" in row.report.get("samples", {}).get(name, {})


def _sheet(row: Edition, shown: str, number: int) -> dict[str, Any]:
    """A page, and the numbers that stand on it."""
    marks = [mark for mark in row.report.get("marks", ()) if mark["page"] == number]
    with_marks = shown == edition_pictures.MARKED
    size = row.report["sizes"][number - 1] if with_marks else (595, 842)
    return {"number": number, "size": size, "marks": marks if with_marks else []}


def _has_begun(row: Edition) -> bool:
    return row.state == Edition.APPROVED and row.effective is not None and row.effective <= editions.today()


def _is_in_force(row: Edition) -> bool:
    return _has_begun(row) and editions.in_force(Place(row.province, row.kind, row.variant), editions.today()) == row


# --------------------------------------------------------------------------------------------------------- what it does
def _changing(verb: Callable[[Request, Edition], str], form: str) -> Callable[..., HttpResponse]:
    """A view that changes an edition: what is refused stands beside its form; a GET leads to the edition."""

    def view(request: Request, pk: int) -> HttpResponse:
        row = _edition(request, pk)
        if request.method not in SAFE:
            try:
                messages.success(request, verb(request, row), extra_tags="good")
            except Refused as refused:
                return _page(request, _edition(request, pk), form, spoken(refused), refused.http)
        return redirect("edition", year=request.year.year, pk=pk)

    return view


def _approve(request: Request, row: Edition) -> str:
    """In force from the day typed."""
    written = request.POST.get("effective", "").strip()[:40]
    if not written:
        raise InputRefused("ยังไม่ได้ใส่วันเริ่มใช้", "เลือกวันที่", english="Choose the day from which it is in force.")
    try:
        day = parse_date(written)
    except FactsRefused as refused:
        raise InputRefused(refused.message, refused.remedy, english=refused.english) from refused
    editions.approve(row, day, actor=request.user.username)
    return _("อนุมัติแล้ว เอกสารลงวันที่ตั้งแต่วันนั้นใช้แม่แบบนี้")


def _withdraw(request: Request, row: Edition) -> str:
    """Taken back, with its reason."""
    editions.withdraw(row, request.POST.get("reason", "").replace("\0", ""), actor=request.user.username)
    return _("ถอนแม่แบบรุ่นนี้แล้ว")


def _check(request: Request, row: Edition) -> str:
    """Checked by a job, again where the last one failed."""
    edition_check.check(row, year_be=int(request.year.year), actor=request.user.username)
    return _("ส่งไปตรวจแล้ว")


approve = page("templates", "POST")(_changing(_approve, "approve"))
withdraw = page("templates", "POST")(_changing(_withdraw, "withdraw"))
check = page("templates", "POST")(_changing(_check, "check"))


# --------------------------------------------------------------------------------------------------- files and pictures
@page("templates")
def file(request: Request, pk: int, part: str) -> HttpResponse:
    """The template, the same with the findings as Word comments, or a sample paper."""
    row = _edition(request, pk)
    data, suffix = edition_pictures.part_of(row, part)
    name = f"{row.name}-{part}.{suffix}" if part != "template" else f"{row.name}.docx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(data, content_type=_MEDIA[suffix], headers=headers)


@page("templates")
def sheet(request: Request, pk: int, which: str, number: int) -> HttpResponse:
    """One page as a picture."""
    width = request.GET.get("width", "")
    wide = int(width) if width in map(str, WIDTHS) else WIDTHS[1]
    return _picture(lambda: edition_pictures.page(_edition(request, pk), which, number, wide).read_bytes(), "webp")


@page("templates")
def compare(request: Request, pk: int) -> HttpResponse:
    """Beside another edition: the words that differ, and the pages of the same sample paper."""
    row = _edition(request, pk)
    before = edition_compare.other(row, request.GET.get("with", ""))
    found = edition_compare.compared(before, row)
    others = [each for each in before.place.rows.defer("report") if each.pk != row.pk]
    return show(
        request,
        "editions/compare.html",
        edition=row,
        label=kinds.label(row.kind),
        before=before,
        asked=str(before.row.number) if before.row else edition_compare.STOCK,
        found=found,
        differing=sum(1 for share in found.pages if share),
        others=others,
    )


@page("templates")
def difference(request: Request, pk: int, side: str, number: int) -> HttpResponse:
    """One page of one of the two, what differs washed in colour."""
    row = _edition(request, pk)
    before = edition_compare.other(row, request.GET.get("with", ""))
    return _picture(lambda: edition_compare.picture(before, row, side, number), "png")


def _picture(draw: Callable[[], bytes], kind: str) -> HttpResponse:
    """The picture, or in words why there is none."""
    try:
        answer = HttpResponse(draw(), content_type=f"image/{kind}")
    except DocserviceError as fault:
        return HttpResponse(spoken(fault), status=fault.http, content_type="text/plain; charset=utf-8")
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


AREAS: Addresses = [
    path("templates/edition/<int:pk>/", edition, name="edition"),
    path("templates/edition/<int:pk>/now/", now, name="edition-now"),
    path("templates/edition/<int:pk>/check/", check, name="edition-check"),
    path("templates/edition/<int:pk>/approve/", approve, name="edition-approve"),
    path("templates/edition/<int:pk>/withdraw/", withdraw, name="edition-withdraw"),
    path("templates/edition/<int:pk>/file/<slug:part>/", file, name="edition-file"),
    path("templates/edition/<int:pk>/pages/<slug:which>/<int:number>/", sheet, name="edition-page"),
    path("templates/edition/<int:pk>/compare/", compare, name="edition-compare"),
    path("templates/edition/<int:pk>/compare/<slug:side>/<int:number>/", difference, name="edition-difference"),
]
