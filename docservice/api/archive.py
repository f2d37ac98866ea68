"""The archive: dossiers with their documents, verified on the spot."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Count, Sum
from django.http.response import HttpResponseBase
from ninja import Field, Path, Query, Schema

from docservice import access, condition, download, fixity_check, keeping, retained
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ZIP, Bytes, described, sent
from docservice.api.documents import DocumentRow
from docservice.api.fields import YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.problem import spoken
from docservice.api.years import year_of
from docservice.bag_choice import Choice
from docservice.export import Bag
from docservice.models import Dossier

area = Area()
_ACTIONS: tuple[Any, ...] = ("archive",)
DistrictInPath = Annotated[str, Path(pattern=r"^[1-9][0-9]{3}$")]
NameInPath = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class DossierRow(Schema):
    """Everything of one applicant in one year, or of one office paper."""

    key: str
    year_be: int
    district: str
    title: str
    version: int
    files: int
    size: int


class Checked(Schema):
    """The newest check of a dossier, or damage found on another way."""

    sound: bool
    at: datetime
    by: str
    last_sound_at: datetime | None


class KeptFor(Schema):
    """Its class, the last day it has to be kept (``null``: for ever), and the hold that stands on it or its year."""

    retention: str
    label: str
    closed: int
    until: date | None
    hold: dict[str, Any] | None


class DossierDetails(DossierRow):
    """With what it is about, its last check, and every document, of every version.

    ``disposed``: of a destroyed dossier, when, by which list and whose order.
    """

    about: dict[str, Any]
    kept: KeptFor | None
    disposed: dict[str, Any] | None
    checked: Checked | None
    documents: list[DocumentRow]


class Shelf(Schema):
    """What is filed of a district; the province's own papers are of ``<province>00``."""

    district: str
    name: str
    dossiers: int
    files: int
    size: int


class KeptLine(Schema):
    """How well the whole archive is kept, as it was seen last: `worm`, `fixity`, the second `copy`, the `seal`ed log.

    `state`: `good`, `none` (not there, or not looked at) or `bad`; `at` is empty where nothing was seen.
    """

    name: str
    state: str
    at: str
    word: str
    message: str
    english: str


class ArchiveOfYear(Schema):
    """The year's archive at a glance; ``damaged``: keys of dossiers in which damage was found, the first hundred."""

    shelves: list[Shelf]
    damaged: list[str]
    kept: list[KeptLine]


class Line(Schema):
    """One version of one document: the SHA-256 recorded when it was filed and that of what lies there now."""

    document: int
    path: str
    version: int
    recorded: str
    computed: str


class Verdict(Schema):
    """Whether every digest matches; ``faults`` says in words what does not."""

    sound: bool
    at: datetime
    faults: list[str]
    documents: list[Line]


class Which(Schema):
    """Which dossiers; the province's own are of district ``<province>00``; ``group``: those of its applicants."""

    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""
    group: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)] = ""


class Chosen(Schema):
    """What of the year a bag is to hold; nothing chosen: all of it. Each may be given several times."""

    district: list[Annotated[str, Field(pattern=r"^[1-9][0-9]{3}$")]] = Field(default_factory=list)
    group: list[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]] = Field(default_factory=list)
    kind: list[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]] = Field(default_factory=list)
    redacted: bool = False


@area.offer("GET", "/years/{year}/archive", ArchiveOfYear, actions=_ACTIONS)
def get_archive(request: Asking, year: YearInPath) -> Any:
    """What is filed of each district, and what is damaged. How large a bag is: `HEAD` of it."""
    found = year_of(request, year)
    rows = access.dossiers(request.user).filter(year_be=int(found.year), province=found.province_code)
    filed = rows.order_by().values_list("district").annotate(Count("pk"), Sum("files"), Sum("size"))
    names = {f"{found.province_code}00": found.province} | {each.code: each.name for each in found.districts}
    shelves = [
        {"district": code, "name": names.get(code, code), "dossiers": count, "files": files, "size": size}
        for code, count, files, size in sorted(filed)
    ]
    damaged = rows.filter(key__in=fixity_check.damaged_in(int(found.year))).order_by("key")
    kept = [line.as_dict() for line in keeping.lines()]
    return {"shelves": shelves, "damaged": list(damaged.values_list("key", flat=True)), "kept": kept}


@area.offer("GET", "/years/{year}/dossiers", Page[DossierRow], actions=_ACTIONS)
def list_dossiers(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's dossiers, by district and key."""
    found = year_of(request, year)
    rows = access.dossiers(request.user).filter(year_be=int(found.year), province=found.province_code)
    rows = rows.filter(district=which.district) if which.district else rows
    return turned(rows.filter(key__contains=f"/{which.group}-") if which.group else rows, turn, "district", "key")


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}", DossierDetails, actions=_ACTIONS)
def get_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """One dossier with its documents, of every version."""
    row = _one(request, year, district, name)
    documents = access.documents(request.user).filter(dossier=row).select_related("dossier").defer("provenance")
    told = DossierRow.from_orm(row).dict()
    last = fixity_check.last(row)
    known = condition.of(row)
    sound = known.sound_at if known else None
    checked = last and {
        "sound": last.verb == fixity_check.VERIFIED,
        "at": last.at,
        "by": last.actor,
        "last_sound_at": sound,
    }
    filed = list(documents.order_by("path", "-version")[:5000])
    beside = {"kept": _kept(row), "disposed": row.disposed, "about": row.about}
    return told | beside | {"checked": checked, "documents": filed}


def _kept(row: Dossier) -> dict[str, Any] | None:
    if row.disposed:
        return None
    found = retained.of(row)
    told = {"retention": found.retention.code, "label": found.retention.label, "closed": int(found.closed)}
    return {**told, "until": found.until, "hold": dict(found.hold) or None}


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}/record", dict[str, Any], actions=_ACTIONS)
def get_record(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """The dossier's `record.json` as it is filed: all facts, numbers, editions, digests."""
    return json.loads(download.record(_one(request, year, district, name)))


@area.offer("POST", "/years/{year}/dossiers/{district}/{name}/verify", Verdict, actions=_ACTIONS)
def verify_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """Read every byte of the dossier in the store again and compare the digests; that it was done is an event."""
    found = fixity_check.check(_one(request, year, district, name), request.user.username)
    lines = [
        {"document": line.document.pk, "path": line.document.path, "version": line.document.version,
         "recorded": line.recorded, "computed": line.computed}
        for line in found.lines
    ]  # fmt: skip
    return {
        "sound": found.good,
        "at": found.at,
        "faults": [spoken(fault) for fault in found.faults],
        "documents": lines,
    }


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}/bag", Empty, actions=_ACTIONS, extra=described(ZIP))
def get_dossier_bag(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> HttpResponseBase:
    """The dossier as a BagIt bag in a ZIP of exactly known length."""
    row = _one(request, year, district, name)
    return _bag(request, download.dossier_bag(year_of(request, year), row, request.user.username), row.key)


@area.offer("GET", "/years/{year}/bag", Empty, actions=_ACTIONS, extra=described(ZIP))
def get_year_bag(request: Asking, year: YearInPath, chosen: Annotated[Chosen, Query()]) -> HttpResponseBase:
    """The year as a BagIt bag in a ZIP of exactly known length; a broken line goes on with ``Range``.

    `district` and `group` choose whole dossiers; `kind` and `redacted` choose current documents as plain files.
    """
    found = year_of(request, year)
    choice = Choice.of(found, chosen.district, chosen.group, chosen.kind, redacted=chosen.redacted)
    bag = download.year_bag(found, request.user.username, choice)
    return _bag(request, bag, f"{int(found.year)}/{found.province_code}")


def _bag(request: Asking, bag: Bag, subject: str) -> HttpResponseBase:
    what = Bytes(bag.size, bag.tag, ZIP, f"{bag.name}.zip")
    return sent(request, what, lambda stretch: download.bag(bag, stretch, subject, request.user.username))


def _one(request: Asking, year: int, district: str, name: str) -> Dossier:
    found = year_of(request, year)
    key = f"{int(found.year)}/{found.province_code}/{district}/{name}"
    return access.one(access.dossiers(request.user), key=key)
