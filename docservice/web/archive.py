"""The archive: year, district, applicant or paper, versions; verified on the spot; downloads. Nothing changes here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from django.db.models import Count, Sum
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from docservice import access, condition, download, export, fixity_check, keeping, retained, retention
from docservice.bag_choice import Choice
from docservice.download import Stretch
from docservice.errors import FixityBroken
from docservice.export import Bag
from docservice.models import Document, Dossier
from docservice.web import holds
from docservice.web.page import Request, chosen, page, paged, show
from docservice.web.search import kinds
from docservice.web.words import spoken

Addresses = list[URLPattern | URLResolver]
_EVENTS_SHOWN = 10
_PAPERS = "papers"
_ABOUT = {
    "group_name": "กลุ่มเป้าหมาย",
    "district": "อำเภอ",
    "seq": "ลำดับ",
    "name": "ชื่อ",
    "post": "ตำแหน่ง",
    "place": "ที่อยู่/ที่ทำการ",
    "coordinator": "ผู้ประสานงาน",
    "phone": "โทรศัพท์",
    "members": "จำนวนสมาชิก",
}


@dataclass(frozen=True)
class Shelf:
    """A district of the year's archive (the province's own papers come first), with what is filed there."""

    code: str
    name: str
    dossiers: int = 0
    files: int = 0
    size: int = 0


@page("archive")
def archive(request: Request) -> HttpResponse:
    """The year: its districts with counts and sizes, what is damaged, the download of it all."""
    shelves = _shelves(request)
    return show(
        request,
        "archive/year.html",
        shelves=shelves,
        total=Shelf("", "", *(sum(getattr(s, name) for s in shelves) for name in ("dossiers", "files", "size"))),
        groups={group.code: group.name for group in request.year.groups},
        kinds=kinds(),
        damaged=access.dossiers(request.user).filter(key__in=fixity_check.damaged_in(int(request.year.year))),
        kept=keeping.lines(),
    )


def _filed(request: Request) -> dict[str, int | str]:
    return {"year_be": int(request.year.year), "province": request.year.province_code}


def _shelves(request: Request) -> list[Shelf]:
    rows = access.dossiers(request.user).filter(**_filed(request)).order_by().values_list("district")
    found = {row[0]: row[1:] for row in rows.annotate(Count("pk"), Sum("files"), Sum("size"))}
    return [Shelf(code, name, *found.pop(code, (0, 0, 0))) for code, name in _places(request).items()]


def _places(request: Request) -> dict[str, str]:
    own = {f"{request.year.province_code}00": _("จังหวัด%(name)s") % {"name": request.year.province}}
    return own | {each.code: _("อำเภอ%(name)s") % {"name": each.name} for each in request.year.districts}


@page("archive")
def district(request: Request, district: int) -> HttpResponse:
    """One district's dossiers, by group, then the papers."""
    code = f"{district:04d}"
    groups = {group.code: group.name for group in request.year.groups} | {_PAPERS: _("หนังสือและทะเบียน")}
    only = chosen(request, "group", groups)
    rows = access.dossiers(request.user).filter(**_filed(request), district=code).defer("about").order_by("key")
    if only == _PAPERS:
        for group in request.year.groups:
            rows = rows.exclude(key__contains=f"/{group.code}-")
    elif only:
        rows = rows.filter(key__contains=f"/{only}-")
    found = paged(request, rows)
    return show(
        request,
        "archive/district.html",
        place=_places(request).get(code, code),
        code=code,
        groups=groups,
        only=only,
        rows=found,
        parts=[(groups.get(group, groups[_PAPERS]), list(part)) for group, part in groupby(found, key=_group(groups))],
        damaged=fixity_check.damaged(row.key for row in found),
    )


def _group(groups: Mapping[str, str]) -> Callable[[Dossier], str]:
    def of(row: Dossier) -> str:
        group = row.name.rpartition("-")[0]
        return group if group in groups else _PAPERS

    return of


@page("archive")
def dossier(request: Request, district: int, name: str) -> HttpResponse:
    """One dossier on one page: documents, what each was made of, versions, events, the last check."""
    row = _dossier(request, district, name)
    kept = None if row.disposed else retained.of(row)
    documents = list(access.documents(request.user).filter(dossier=row).order_by("path", "-version"))
    events = access.events(request.user).filter(subject=row.key).order_by("-id")
    return show(
        request,
        "archive/dossier.html",
        dossier=row,
        name=name,
        code=row.district,
        place=_places(request).get(row.district, row.district),
        about=[(_(label), row.about[key]) for key, label in _ABOUT.items() if row.about.get(key)],
        documents=[(each, _made_from(each)) for each in documents if each.current],
        versions=_versions(documents),
        events=list(events[:_EVENTS_SHOWN]),
        last=fixity_check.last(row),
        condition=condition.of(row),
        kept=kept,
        lock=holds.of_dossier(request, row.key, held=bool(kept.hold)) if kept else None,
        own_hold=retention.standing_hold(row.key),
    )


def _dossier(request: Request, district: int, name: str) -> Dossier:
    key = f"{int(request.year.year)}/{request.year.province_code}/{district:04d}/{name}"
    return access.one(access.dossiers(request.user), key=key)


def _made_from(document: Document) -> str:
    return json.dumps(document.provenance, ensure_ascii=False, indent=1, sort_keys=True)


def _versions(documents: list[Document]) -> Iterator[tuple[int, list[Document]]]:
    newest_first = sorted(documents, key=lambda d: -d.version)
    for version, brought in groupby(newest_first, key=lambda d: d.version):
        yield version, list(brought)


@page("archive", "POST")
def verify(request: Request, district: int, name: str) -> HttpResponse:
    """Every digest of the dossier computed again, beside the recorded one."""
    row = _dossier(request, district, name)
    found = fixity_check.check(row, request.user.username) if request.method == "POST" else None
    part = request.headers.get("HX-Request") == "true"
    template = "archive/check.html" if part else "archive/checked.html"
    return show(request, template, dossier=row, check=found, name=name, code=row.district)


@page("archive")
def record(request: Request, district: int, name: str) -> HttpResponse:
    """The dossier's record as it is filed."""
    answer = HttpResponse(download.record(_dossier(request, district, name)), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}-record.json"'
    return answer


@page("archive")
def dossier_size(request: Request, district: int, name: str) -> HttpResponse:
    """How large the dossier's bag is."""
    row = _dossier(request, district, name)
    return _told_size(request, lambda: _measured(export.dossier_bag(request.year, row)))


@page("archive")
def year_size(request: Request) -> HttpResponse:
    """How large the year's bag is."""
    return _told_size(request, lambda: download.year_size(request.year, _choice(request)))


def _choice(request: Request) -> Choice:
    asked = request.GET
    some = (asked.getlist(name) for name in ("district", "group", "kind"))
    return Choice.of(request.year, *some, redacted=asked.get("redacted", "") == "1")


def _measured(bag: Bag) -> tuple[int, int]:
    return bag.size, len(bag.entries)


def _told_size(request: Request, measure: Callable[[], tuple[int, int]]) -> HttpResponse:
    try:
        size, files = measure()
    except FixityBroken as fault:
        return show(request, "archive/size.html", problem=spoken(fault))
    return show(request, "archive/size.html", bytes=size, files=files)


@page("archive")
def dossier_bag(request: Request, district: int, name: str) -> HttpResponse:
    """The dossier as a bag."""
    row = _dossier(request, district, name)
    return _bag(request, download.dossier_bag(request.year, row, request.user.username), row.key)


@page("archive")
def year_bag(request: Request) -> HttpResponse:
    """The year as a bag, or what is chosen of it."""
    bag = download.year_bag(request.year, request.user.username, _choice(request))
    return _bag(request, bag, f"{int(request.year.year)}/{request.year.province_code}")


def _bag(request: Request, bag: Bag, subject: str) -> HttpResponse:
    """A bag of exactly known length, or the part of it that a ``Range`` header names while it is still the same bag."""
    tag = f'"{bag.tag}"'
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    stretch = Stretch.asked(asked, bag.size)
    if stretch is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{bag.size}"})
    head = request.method == "HEAD"
    body = iter(()) if head else download.bag(bag, stretch, subject, request.user.username)
    answer = cast(HttpResponse, StreamingHttpResponse(body, status=200 if stretch.whole else 206))
    answer["Content-Type"] = "application/zip"
    answer["Content-Disposition"] = content_disposition_header(True, f"{bag.name}.zip") or "attachment"
    answer["Content-Length"] = str(stretch.length)
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = tag
    if not stretch.whole:
        answer["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{bag.size}"
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


_DOSSIER = "archive/<int:district>/<slug:name>/"
AREAS: Addresses = [
    path("archive/", archive, name="archive"),
    path("archive/size", year_size, name="year-size"),
    path("archive/download", year_bag, name="year-bag"),
    path("archive/<int:district>/", district, name="archive-district"),
    path(_DOSSIER, dossier, name="dossier"),
    path(f"{_DOSSIER}verify", verify, name="dossier-verify"),
    path(f"{_DOSSIER}record", record, name="dossier-record"),
    path(f"{_DOSSIER}size", dossier_size, name="dossier-size"),
    path(f"{_DOSSIER}download", dossier_bag, name="dossier-bag"),
]
OUTSIDE: Addresses = []
