"""The audit log: its filters, whether its chain is whole, and the log as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _

from docservice import access, audit, chain_check, download, keeping
from docservice.database import YearOf
from docservice.errors import InputRefused
from docservice.models import Event
from docservice.thai import to_arabic_digits
from docservice.web import happenings
from docservice.web.days import day_asked
from docservice.web.page import PER_PAGE, Request, chosen, page, show
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_LONGEST = 200
_NEVER = 2**63 - 1
_TITLES = ("ลำดับ", "เวลา", "ผู้ทำ", "เหตุการณ์", "คำเต็ม", "เรื่อง", "รายละเอียด", "ค่าก่อนหน้า", "ค่าตรวจสอบ")


@dataclass(frozen=True)
class Filters:
    """What of the log is asked for; ``everything``: of every year, and what belongs to none."""

    actor: str = ""
    verb: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    everything: bool = False

    @classmethod
    def of(cls, request: Request) -> Filters:
        """As the address says; ``InputRefused`` for a day or a verb that there is not."""
        words = {name: request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in ("actor", "subject")}
        return cls(
            words["actor"],
            chosen(request, "verb", happenings.VERBS),
            to_arabic_digits(words["subject"]).strip("/"),
            day_asked(request, "since"),
            day_asked(request, "until"),
            request.GET.get("all") == "1",
        )

    def on(self, every: QuerySet[Event], year: int) -> QuerySet[Event]:
        """Of ``every`` event the person may read those they leave, newest first; each filter has its index."""
        rows, order = every, ["-id"]
        if self.subject:
            rows = rows.filter(subject=self.subject)
        elif not self.everything:
            # Written as a stretch of the index of years and asked for in its order: a database that is told of one year
            # only walks the log from its end, past all the other years.
            rows = rows.annotate(begins=YearOf("subject")).filter(begins__gte=f"{year}/", begins__lte=f"{year}/")
            order = ["-id"] if self.actor or self.verb else ["-begins", "-id"]
        if self.actor:
            rows = rows.filter(actor=self.actor)
        if self.verb:
            rows = rows.filter(verb=self.verb)
        if self.since:
            rows = rows.filter(id__gte=_first_of(self.since))
        if self.until:
            rows = rows.filter(id__lt=_first_of(self.until + timedelta(days=1)))
        return rows.order_by(*order)


def _first_of(day: date) -> int:
    """The first event from that day on: days are found as numbers, in whose order the log stands."""
    first = audit.first_since(datetime.combine(day, time.min, timezone.get_default_timezone()))
    return _NEVER if first is None else first


@page("events")
def events(request: Request) -> HttpResponse:
    """The newest events that the filters leave; ``?before=`` goes on below an event."""
    try:
        filters, problem = Filters.of(request), ""
    except InputRefused as refused:
        filters, problem = Filters(), spoken(refused)
    rows = filters.on(access.events(request.user), int(request.year.year))
    before = to_arabic_digits(request.GET.get("before", ""))
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    return show(
        request,
        "events/events.html",
        status=422 if problem else 200,
        problem=problem,
        events=found[:PER_PAGE],
        following=found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        filters=filters,
        verbs=sorted(((verb, happenings.told(verb)) for verb in happenings.VERBS), key=lambda pair: pair[1]),
        last=chain_check.last(),
        whole=chain_check.VERIFIED,
        sealed=keeping.sealed(),
    )


@page("events", "POST")
def chain(request: Request) -> HttpResponse:
    """Walk the chain now."""
    if request.method == "POST":
        found = chain_check.check(request.user.username)
        if request.headers.get("HX-Request") == "true":
            sealed = keeping.sealed()
            return show(request, "events/chain.html", last=found, whole=chain_check.VERIFIED, sealed=sealed)
    return redirect("events", year=request.year.year)


@page("events")
def table(request: Request) -> HttpResponse:
    """What the filters leave as CSV, a line at a time; that it was taken is an event."""
    rows = Filters.of(request).on(access.events(request.user), int(request.year.year))
    download.log_taken(f"{int(request.year.year)}/{request.year.province_code}", request.user.username)
    # What is sent bit by bit is made when the person's language is no longer spoken: the words are taken now.
    titles, told = [_(title) for title in _TITLES], {verb: happenings.told(verb) for verb in happenings.VERBS}
    answer = StreamingHttpResponse(_lines(rows, titles, told), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="events-{int(request.year.year)}.csv"'
    return cast(HttpResponse, answer)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[Event], titles: Sequence[str], told: Mapping[str, str]) -> Iterator[str]:
    """With a mark for Excel; no cell is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(titles)
    for event in rows.iterator(chunk_size=2000):
        at = timezone.localtime(event.at).isoformat(timespec="seconds")
        cells = (event.pk, at, event.actor, event.verb, told.get(event.verb, event.verb), event.subject)
        yield writer.writerow(_harmless((*cells, event.details or "", event.previous, event.digest)))


def _harmless(cells: Iterable[object]) -> list[str]:
    texts = [str(cell) for cell in cells]
    return [f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text for text in texts]


AREAS: Addresses = [
    path("events/", events, name="events"),
    path("events/chain", chain, name="events-chain"),
    path("events/table", table, name="events-table"),
]
OUTSIDE: Addresses = []
