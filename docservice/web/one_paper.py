"""One paper and its life: its pages, number, state and versions; a number entered, a signed copy, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from docservice import access, download, engines, fixity_check, numbering, paper_life
from docservice.errors import InputRefused, Refused
from docservice.models import Document
from docservice.number_claim import Series, WrittenNumber
from docservice.paper_life import Life
from docservice.thai import to_arabic_digits
from docservice.web import kinds
from docservice.web.page import SAFE, Request, page, show
from docservice.web.spooled import on_disk
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_PAGES_SHOWN = 30


def _paper(request: Request, pk: int) -> Document:
    """The paper, of any version, of the year of the address."""
    rows = paper_life.papers_of(access.documents(request.user))
    rows = rows.filter(year_be=int(request.year.year), province=request.year.province_code)
    return access.one(rows.filter(kind__in=engines.catalogue().kinds).select_related("dossier"), pk=pk)


@page("see")
def paper(request: Request, pk: int) -> HttpResponse:
    """The paper: its pages large; beside them number, date, state, versions, digest, and what can be done."""
    found = _paper(request, pk)
    download.opened(found, request.user.username, "view")
    return _page(request, found)


def _page(request: Request, found: Document, problem: tuple[str, str] = ("", ""), status: int = 200) -> HttpResponse:
    """``problem``: the form it stands beside, and its sentence."""
    life = paper_life.lives([found])[found.pk]
    beside = list(access.documents(request.user).filter(dossier=found.dossier).defer("provenance").order_by("-version"))
    shown = life.signed if life.signed and request.GET.get("show") != "made" else found
    return show(
        request,
        "papers/paper.html",
        status=status,
        paper=found,
        life=life,
        state=_(paper_life.STATES[life.state]),
        steps=steps(found, life),
        label=kinds.label(found.kind),
        dossier=found.dossier,
        name=found.dossier.key.rpartition("/")[2],
        shown=shown,
        pages=range(1, min(shown.pages or 1, _PAGES_SHOWN) + 1),
        more=max(0, (shown.pages or 1) - _PAGES_SHOWN),
        word=_first(beside, lambda d: d.path == found.path.removesuffix("pdf") + "docx" and d.version == found.version),
        newest=_first(beside, lambda d: d.path == found.path and d.current),
        versions=[d for d in beside if d.path in (found.path, paper_life.WITHDRAWAL) or d.kind == paper_life.SIGNED],
        successor=_successor(request, life),
        last=fixity_check.last(found.dossier),
        replaceable=found.district.endswith("00") and found.kind in ("order", "letter", "announcement", "report"),
        editable=kinds.KINDS.get(found.kind) is not None and kinds.KINDS[found.kind].way in (kinds.ONE, kinds.UNITS),
        facts=found.provenance.get("facts", {}),
        form=problem[0],
        problem=problem[1],
        typed={name: request.POST.get(name, "")[:600] for name in ("number", "reason")},
    )


def _first(rows: list[Document], fits: Callable[[Document], bool]) -> Document | None:
    return next((row for row in rows if fits(row)), None)


def _successor(request: Request, life: Life) -> Document | None:
    """The paper that replaces this one."""
    if not life.replaced_by:
        return None
    rows = paper_life.papers_of(access.documents(request.user)).filter(dossier__key=life.replaced_by, current=True)
    return rows.defer("provenance").first()


def steps(found: Document, life: Life) -> list[tuple[str, str]]:
    """ร่าง → ออกเลข → ลงนาม → จัดเก็บ as far as the kind has them, each ``past``, ``here`` or still to come."""
    names = [(paper_life.DRAFT, _("ร่าง"))]
    names += [("numbered", _("ออกเลข"))] if found.kind in paper_life.NUMBERED else []
    names += [(paper_life.UNSIGNED, _("ลงนาม"))] if found.kind in paper_life.TO_SIGN else []
    names += [(paper_life.FILED, _("จัดเก็บ"))]
    codes = [code for code, _text in names]
    waits_for = {paper_life.DRAFT: "numbered", paper_life.UNSIGNED: paper_life.UNSIGNED}.get(life.state, "")
    here = codes.index(waits_for) if waits_for in codes else len(codes)
    return [(text, "past" if n < here else "here" if n == here else "") for n, (_code, text) in enumerate(names)]


def _changing(verb: Callable[[Request, Document, int], HttpResponse], form: str) -> Callable[..., HttpResponse]:
    """A view that changes a paper: what is refused stands beside its form; a GET leads to the paper."""

    def view(request: Request, pk: int) -> HttpResponse:
        found = _paper(request, pk)
        if request.method in SAFE:
            return redirect("paper", year=request.year.year, pk=pk)
        try:
            return verb(request, found, _seen(request))
        except Refused as refused:
            return _page(request, found, (form, spoken(refused)), refused.http)

    return view


def _seen(request: Request) -> int:
    """The dossier's version that the person's page showed."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1


def _back(request: Request, found: Document, said: str) -> HttpResponse:
    messages.success(request, said, extra_tags="good")
    return redirect("paper", year=request.year.year, pk=found.pk)


def _number(request: Request, found: Document, seen: int) -> HttpResponse:
    """The number that the central register gave; the paper is made again with it."""
    waiting = paper_life.lives([found])[found.pk].number
    written = request.POST.get("number", "")[:100]
    value = WrittenNumber.parse(to_arabic_digits(written)).asks
    if not isinstance(value, int):
        raise InputRefused(
            "ยังไม่ได้ใส่เลข", "พิมพ์เลขลำดับที่ทะเบียนกลางออกให้ เช่น ๑๒", english="Type the running number, such as 12."
        )
    if waiting is None:
        raise InputRefused("เอกสารนี้ไม่ได้รอเลข", "เปิดหน้าเอกสารใหม่", english="This paper does not wait for a number.")
    series = Series(waiting.series.province, waiting.series.code, waiting.series.year_be)
    job = numbering.enter(series, value, found.dossier.key, actor=request.user.username)
    return redirect("job", year=request.year.year, pk=job.pk)


def _sign(request: Request, found: Document, seen: int) -> HttpResponse:
    """The scanned signed copy."""
    with on_disk(request.FILES.getlist("signed")) as files:
        paper_life.sign(found, files, seen=seen, actor=request.user.username)
    return _back(request, found, _("เก็บฉบับลงนามไว้คู่กับเอกสารแล้ว"))


def _withdraw(request: Request, found: Document, seen: int) -> HttpResponse:
    """Withdrawn with a reason; the number with it."""
    paper_life.withdraw(found, request.POST.get("reason", ""), seen=seen, actor=request.user.username)
    return _back(request, found, _("ยกเลิกเอกสารแล้ว"))


def _restore(request: Request, found: Document, seen: int) -> HttpResponse:
    """In force again."""
    paper_life.restore(found, seen=seen, actor=request.user.username)
    return _back(request, found, _("นำเอกสารกลับมาใช้แล้ว"))


number = page("number", "POST")(_changing(_number, "number"))
sign = page("withdraw", "POST")(_changing(_sign, "sign"))
withdraw = page("withdraw", "POST")(_changing(_withdraw, "withdraw"))
restore = page("withdraw", "POST")(_changing(_restore, "restore"))

AREAS: Addresses = [
    path("papers/<int:pk>/", paper, name="paper"),
    path("papers/<int:pk>/number/", number, name="paper-number"),
    path("papers/<int:pk>/sign/", sign, name="paper-sign"),
    path("papers/<int:pk>/withdraw/", withdraw, name="paper-withdraw"),
    path("papers/<int:pk>/restore/", restore, name="paper-restore"),
]
