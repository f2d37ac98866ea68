"""Keeping and destroying: what is over, what is held back, and the lists of what is to be destroyed, step by step.

Everybody who may open the archive sees these pages; who may ``dispose`` acts, and never twice on one list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _

from docservice import access, disposal, disposal_papers, disposal_work, retained, retention
from docservice.disposal import STATES, Batch
from docservice.disposal_lines import CHOICES, Line, Opinion
from docservice.errors import InputRefused, Refused
from docservice.models import Document, Dossier, Job
from docservice.retention_papers import CERTIFICATE, LIST
from docservice.retention_schedule import HOLD
from docservice.thai import to_arabic_digits
from docservice.web import holds
from docservice.web.page import Request, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
Over = tuple[Dossier, retained.Keeping]
_SHOWN = 200
_PDF = "application/pdf"


# ----------------------------------------------------------------------------------------------------------- retention
@page("archive")
def retention_page(request: Request) -> HttpResponse:
    """What is over in the province, what is held back, the lists there are."""
    return _over(request)


@page("dispose", "POST")
def retention_change(request: Request) -> HttpResponse:
    """A new list of all that is due; a hold on the whole year, and its end."""
    if request.method != "POST":
        return redirect("retention", year=request.year.year)
    try:
        return _acted(request, _ON_RETENTION)
    except Refused as refused:
        return _over(request, refused)


def _over(request: Request, refused: Refused | None = None) -> HttpResponse:
    province = request.year.province_code
    found, listed = retention.over(request.user, province, timezone.localdate()), disposal.listed(None, province)
    parts = _parts(found, listed)
    return show(
        request,
        "disposal/retention.html",
        status=refused.http if refused else 200,
        parts=[(title, rows[:_SHOWN], len(rows)) for title, rows in parts],
        due=len(parts[0][1]),
        any=bool(found),
        holds=holds.standing(request),
        year_lock=_year_lock(request),
        year_hold=retention.standing_hold(_year_key(request)),
        batches=[(each, _(STATES[each.state])) for each in disposal.batches(request.user, province)],
        problem=spoken(refused) if refused else "",
        form=request.POST.get("do", ""),
        typed=request.POST,
    )


def _parts(found: Sequence[Over], listed: set[str]) -> list[tuple[str, list[Over]]]:
    """What may be proposed, what has been, what is held back, what goes to the National Archives."""
    today = timezone.localdate()
    due = [each for each in found if each[1].is_due(today)]
    return [
        (_("เสนอทำลายได้"), [each for each in due if each[0].key not in listed]),
        (_("อยู่ในบัญชีที่ยังไม่เสร็จ"), [each for each in due if each[0].key in listed]),
        (_("ถูกระงับการทำลาย"), [each for each in found if each[1].hold]),
        (_("ต้องส่งมอบหอจดหมายเหตุแห่งชาติ"), [e for e in found if not e[1].hold and not e[1].is_due(today)]),
    ]


def _year_lock(request: Request) -> holds.Lock | None:
    """How the lifting of the year's hold reaches the store; a hold that stands has its lock beside it."""
    act = retention.last_act(_year_key(request))
    if act is None or act.kind == HOLD:
        return None
    return holds.lock(request, act.dossier.key, act, held=False)


def _year_key(request: Request) -> str:
    return retained.year_hold_key(int(request.year.year), request.year.province_code)


def _acted(request: Request, acts: Mapping[str, Callable[..., HttpResponse]], *given: Any) -> HttpResponse:
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        raise InputRefused(_("ไม่รู้จักคำสั่งนี้"), _("เลือกปุ่มบนหน้า"), english="Unknown command.")
    return act(request, *given)


def _propose(request: Request) -> HttpResponse:
    actor, year = request.user.username, request.year
    batch = disposal.propose(request.user, year.year, year.province_code, timezone.localdate(), actor=actor)
    disposal_papers.ask_list(batch, actor=actor)
    return _to(request, batch, _("จัดทำบัญชีแล้ว กำลังพิมพ์บัญชี (แบบที่ ๒๕)"))


def _hold_year(request: Request) -> HttpResponse:
    year, reason = request.year, request.POST.get("reason", "")
    retention.hold_year(int(year.year), year.province_code, reason, actor=request.user.username)
    return _said(request, _("ระงับการทำลายทั้งปีแล้ว"))


def _lift_year(request: Request) -> HttpResponse:
    retention.lift_hold(_year_key(request), request.POST.get("reason", ""), actor=request.user.username)
    return _said(request, _("ยกเลิกการระงับการทำลายของปีแล้ว"))


def _said(request: Request, text: str) -> HttpResponse:
    messages.success(request, text, extra_tags="good")
    return redirect("retention", year=request.year.year)


_ON_RETENTION: dict[str, Callable[..., HttpResponse]] = {"propose": _propose, "hold": _hold_year, "lift": _lift_year}


@page("dispose", "POST")
def dossier_hold(request: Request, district: int, name: str) -> HttpResponse:
    """Hold a dossier back from destruction, or lift that: two acts, each with its reason."""
    key = f"{int(request.year.year)}/{request.year.province_code}/{district:04d}/{name}"
    row: Dossier = access.one(access.dossiers(request.user), key=key)
    if request.method == "POST":
        reason, actor = request.POST.get("reason", ""), request.user.username
        try:
            if request.POST.get("do") == "lift":
                retention.lift_hold(row.key, reason, actor=actor)
            else:
                retention.place_hold(row, reason, actor=actor)
        except Refused as refused:
            messages.error(request, spoken(refused), extra_tags="bad")
    return redirect("dossier", year=request.year.year, district=district, name=name)


# ----------------------------------------------------------------------------------------------------------- one list
@dataclass(frozen=True)
class Row:
    """A line of a list as it is shown: what is chosen for it, and whether that was done."""

    line: Line
    chosen: str
    said: str
    until: str
    note: str
    done: bool
    place: tuple[str, str]


@page("archive")
def one_list(request: Request, name: str) -> HttpResponse:
    """One list: where it stands, who did what when, its lines, and the one next step."""
    return _list(request, _batch(request, name))


@page("dispose", "POST")
def list_change(request: Request, name: str) -> HttpResponse:
    """The next step of a list: opinions, approval, carrying out; or its withdrawal."""
    batch = _batch(request, name)
    if request.method != "POST":
        return redirect("disposal", year=request.year.year, name=name)
    try:
        return _acted(request, _ACTS, batch)
    except Refused as refused:
        return _list(request, batch, refused)


def _list(request: Request, batch: Batch, refused: Refused | None = None) -> HttpResponse:
    return show(
        request,
        "disposal/list.html",
        status=refused.http if refused else 200,
        batch=batch,
        name=batch.dossier.name,
        steps=_steps(batch),
        rows=list(_rows(request, batch)),
        choices=CHOICES,
        papers=_papers(request, batch),
        job=_job(request, batch),
        own=request.user.username in (batch.list["by"], batch.opinions.get("by")),
        problem=spoken(refused) if refused else "",
        form=request.POST.get("do", ""),
        typed=request.POST,
    )


def _batch(request: Request, name: str) -> Batch:
    province = request.year.province_code
    return disposal.get(request.user, f"{int(request.year.year)}/{province}/{province}00/{name}")


def _rows(request: Request, batch: Batch) -> Iterator[Row]:
    done, decided, sent = batch.carried_out(), batch.decided, request.POST
    for line in batch.lines:
        known = decided.get(line.no, Opinion(""))
        year, _province, district, called = line.dossier.split("/")
        yield Row(
            line,
            sent.get(f"line-{line.no}", known.decision),
            _(CHOICES[known.decision]) if known.decision else "",
            sent.get(f"until-{line.no}", str(known.until_be or "")),
            sent.get(f"note-{line.no}", known.note),
            done[line.no],
            (f"/{year}/archive/{district}/{called}/", called),
        )


def _steps(batch: Batch) -> list[tuple[str, str, str, str]]:
    """Each step with its state, who did it and when."""
    acts = [(_("เสนอบัญชี"), batch.list), (_("ความเห็นคณะกรรมการ"), batch.opinions), (_("อนุมัติ"), batch.approval)]
    told = [(text, "done" if act else "", str(act.get("by", "")), str(act.get("at", ""))) for text, act in acts]
    if batch.withdrawal:
        return [*told, (_("ถอนบัญชี"), "here", batch.withdrawal["by"], batch.withdrawal["at"])]
    told.append((_("ดำเนินการ"), "done" if batch.state == disposal.DONE else "", "", ""))
    here = next((at for at, each in enumerate(told) if not each[1]), None)
    return [(t, "here" if at == here else s or "later", by, when) for at, (t, s, by, when) in enumerate(told)]


def _papers(request: Request, batch: Batch) -> list[Document]:
    rows = access.documents(request.user).filter(dossier=batch.dossier, current=True, media_type=_PDF)
    return list(rows.filter(kind__in=(LIST, CERTIFICATE)).order_by("-kind"))


def _job(request: Request, batch: Batch) -> Job | None:
    """The newest job that carried the list out."""
    rows = access.jobs(request.user).filter(verb=disposal_work.VERB, items__payload__list=batch.key)
    return rows.order_by("-id").first()


def _to(request: Request, batch: Batch, text: str) -> HttpResponse:
    messages.success(request, text, extra_tags="good")
    return redirect("disposal", year=batch.dossier.year_be, name=batch.dossier.name)


def _opine(request: Request, batch: Batch) -> HttpResponse:
    rest = request.POST.get("rest", "")
    opinions = {line.no: found for line in batch.lines if (found := _chosen(request, line.no, rest)).decision}
    members = request.POST.get("committee", "").splitlines()
    actor = request.user.username
    batch = disposal.opine(batch, opinions, members, request.POST.get("minutes", ""), actor=actor)
    disposal_papers.ask_list(batch, actor=actor)
    return _to(request, batch, _("บันทึกความเห็นคณะกรรมการแล้ว กำลังพิมพ์บัญชีใหม่"))


def _chosen(request: Request, number: int, rest: str) -> Opinion:
    until = to_arabic_digits(request.POST.get(f"until-{number}", "")).strip()
    decision = request.POST.get(f"line-{number}", "") or rest
    return Opinion(decision, int(until) if until.isdecimal() else None, request.POST.get(f"note-{number}", ""))


def _approve(request: Request, batch: Batch) -> HttpResponse:
    order, archives = request.POST.get("order", ""), request.POST.get("archives", "")
    return _to(request, disposal.approve(batch, order, archives, actor=request.user.username), _("อนุมัติแล้ว"))


def _withdraw(request: Request, batch: Batch) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _to(request, disposal.withdraw(batch, reason, actor=request.user.username), _("ถอนบัญชีแล้ว"))


def _run(request: Request, batch: Batch) -> HttpResponse:
    disposal_work.carry_out(batch, actor=request.user.username)
    return _to(request, batch, _("ส่งเข้าคิวดำเนินการแล้ว"))


def _print(request: Request, batch: Batch) -> HttpResponse:
    ask = disposal_papers.ask_certificate if batch.state == disposal.DONE else disposal_papers.ask_list
    ask(batch, actor=request.user.username)
    return _to(request, batch, _("กำลังพิมพ์"))


_ACTS: dict[str, Callable[..., HttpResponse]] = {
    "opine": _opine,
    "approve": _approve,
    "withdraw": _withdraw,
    "run": _run,
    "print": _print,
}


AREAS: Addresses = [
    path("archive/retention/", retention_page, name="retention"),
    path("archive/retention/change", retention_change, name="retention-change"),
    path("archive/disposals/<slug:name>/", one_list, name="disposal"),
    path("archive/disposals/<slug:name>/change", list_change, name="disposal-change"),
    path("archive/<int:district>/<slug:name>/hold", dossier_hold, name="dossier-hold"),
]
OUTSIDE: Addresses = []
