"""Entering the results of the assessment: each row is kept as it is chosen; without a script, by one button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, results, search
from docservice.models import Applicant
from docservice.results import Fault, Verdict
from docservice.thai import clean, to_arabic_digits
from docservice.web.page import Request, chosen, is_partial, page, paged, show
from docservice.web.words import n, wrong

Addresses = list[URLPattern | URLResolver]
_STATES = {"none": "ยังไม่มีผล", "passed": "ผ่าน", "failed": "ไม่ผ่าน"}
_LONGEST_DIGITS = 18
_MOST_NAMED = 500


@page("set-up", "POST")
def enter(request: Request) -> HttpResponse:
    """The list with its results; POST keeps the rows that were changed, or lets all that are left pass."""
    rows = _filtered(request)
    if request.method == "POST" and "pass-rest" in request.POST:
        count = results.pass_rest(request.year, rows, actor=request.user.username)
        messages.success(request, _("บันทึกผลผ่าน %(count)s ราย") % {"count": n(count)}, extra_tags="good")
        return redirect(request.get_full_path())
    if request.method == "POST":
        return _kept(request, rows)
    return _list(request, rows)


def _of_year(request: Request) -> QuerySet[Applicant]:
    return access.applicants(request.user).filter(year_be=int(request.year.year), province=request.year.province_code)


def _filtered(request: Request) -> QuerySet[Applicant]:
    """The year's applicants that the filters ask for."""
    rows = _of_year(request)
    if district := chosen(request, "district", {d.code: d.name for d in request.year.districts}):
        rows = rows.filter(district=district)
    if group := chosen(request, "group", {g.code: g.name for g in request.year.groups}):
        rows = rows.filter(group=group)
    if state := chosen(request, "state", _STATES):
        rows = rows.filter(result="" if state == "none" else state)
    if name := clean(request.GET.get("q", ""))[:200].strip():
        rows = rows.filter(pk__in=_named(request, name))
    return rows


def _named(request: Request, text: str) -> list[int]:
    """The applicants whose name, place or coordinator has the words, from the index of words; so many are enough."""
    asked = search.Asked.of(text, request.year)
    found = search.applicants(request.user, request.year, asked, most=_MOST_NAMED).rows if asked.anything else []
    return [row.pk for row in found]


def _kept(request: Request, rows: QuerySet[Applicant]) -> HttpResponse:
    verdicts = list(_verdicts(request.POST))
    saved = results.save(request.year, _of_year(request), verdicts, actor=request.user.username)
    if is_partial(request):
        pk = verdicts[0].pk if verdicts else 0
        found = access.one(_of_year(request), pk=pk)
        return show(request, "results/said.html", applicant=found, fault=_wrong(saved.faults.get(pk)), kept=True)
    if saved.faults:
        faults = {pk: wrong(fault) for pk, fault in saved.faults.items()}
        return _list(request, rows, faults=faults, typed={verdict.pk: verdict for verdict in verdicts})
    messages.success(request, _("บันทึกผล %(count)s ราย") % {"count": n(saved.changed)}, extra_tags="good")
    return redirect(request.get_full_path())


def _wrong(fault: Fault | None) -> str:
    return wrong(fault) if fault else ""


def _verdicts(posted: Mapping[str, str]) -> Iterator[Verdict]:
    """The rows of the form: ``result-7``, ``score-7`` and what was there, ``seen-7``."""
    for name in posted:
        pk = to_arabic_digits(name.removeprefix("seen-"))
        if name.startswith("seen-") and pk.isascii() and pk.isdecimal() and len(pk) <= _LONGEST_DIGITS:
            result, _sep, score = posted[name].partition("|")
            yield Verdict(int(pk), posted.get(f"result-{pk}", ""), posted.get(f"score-{pk}", ""), (result, score))


def _list(
    request: Request,
    rows: QuerySet[Applicant],
    faults: Mapping[int, str] | None = None,
    typed: Mapping[int, Verdict] | None = None,
) -> HttpResponse:
    found = paged(request, rows.order_by("district", "group", "seq"))
    return show(
        request,
        "results/results.html",
        status=422 if faults else 200,
        rows=found,
        lines=[_line(request, each, (faults or {}).get(each.pk, ""), (typed or {}).get(each.pk)) for each in found],
        districts=request.year.districts,
        groups=request.year.groups,
        states=_STATES,
        asked=request.GET,
        waiting=rows.filter(result="").count(),
        any_passed=rows.filter(result="passed").exists(),
        answered=bool(faults),
    )


def _line(request: Request, applicant: Applicant, fault: str, typed: Verdict | None) -> dict[str, Any]:
    district, group = request.year.district(applicant.district), request.year.group(applicant.group)
    return {
        "applicant": applicant,
        "district": district.name if district else applicant.district,
        "group": group.name if group else applicant.group,
        "result": typed.result if typed and fault else applicant.result,
        "score": typed.score if typed and fault else applicant.score,
        "fault": fault,
    }


AREAS: Addresses = [path("results/", enter, name="results")]
OUTSIDE: Addresses = []
