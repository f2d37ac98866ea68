"""The archive: dossiers with their documents, verified on the spot."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http.response import HttpResponseBase
from ninja import Path, Query, Schema

from docservice import access, download, fixity_check
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ZIP, Bytes, described, sent
from docservice.api.documents import DocumentRow
from docservice.api.fields import YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
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


class DossierDetails(DossierRow):
    """With every document, of every version."""

    documents: list[DocumentRow]


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
    """Which dossiers; the province's own are of district ``<province>00``."""

    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""


@area.offer("GET", "/years/{year}/dossiers", Page[DossierRow], actions=_ACTIONS)
def list_dossiers(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's dossiers, by district and key."""
    found = year_of(request, year)
    rows = access.dossiers(request.user).filter(year_be=int(found.year), province=found.province_code)
    return turned(rows.filter(district=which.district) if which.district else rows, turn, "district", "key")


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}", DossierDetails, actions=_ACTIONS)
def get_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """One dossier with its documents, of every version."""
    row = _one(request, year, district, name)
    documents = access.documents(request.user).filter(dossier=row).select_related("dossier").defer("provenance")
    told = DossierRow.from_orm(row).dict()
    return told | {"documents": list(documents.order_by("path", "-version")[:5000])}


@area.offer("POST", "/years/{year}/dossiers/{district}/{name}/verify", Verdict, actions=_ACTIONS)
def verify_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """Read every byte of the dossier in the store again and compare the digests; that it was done is an event."""
    found = fixity_check.check(_one(request, year, district, name), request.user.username)
    lines = [
        {"document": line.document.pk, "path": line.document.path, "version": line.document.version,
         "recorded": line.recorded, "computed": line.computed}
        for line in found.lines
    ]  # fmt: skip
    return {"sound": found.good, "at": found.at, "faults": found.faults, "documents": lines}


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}/bag", Empty, actions=_ACTIONS, extra=described(ZIP))
def get_dossier_bag(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> HttpResponseBase:
    """The dossier as a BagIt bag in a ZIP of exactly known length."""
    row = _one(request, year, district, name)
    return _bag(request, download.dossier_bag(year_of(request, year), row, request.user.username), row.key)


@area.offer("GET", "/years/{year}/bag", Empty, actions=_ACTIONS, extra=described(ZIP))
def get_year_bag(request: Asking, year: YearInPath) -> HttpResponseBase:
    """The whole year as a BagIt bag in a ZIP of exactly known length; a broken line goes on with ``Range``."""
    found = year_of(request, year)
    bag = download.year_bag(found, request.user.username)
    return _bag(request, bag, f"{int(found.year)}/{found.province_code}")


def _bag(request: Asking, bag: Bag, subject: str) -> HttpResponseBase:
    what = Bytes(bag.size, bag.tag, ZIP, f"{bag.name}.zip")
    return sent(request, what, lambda stretch: download.bag(bag, stretch, subject, request.user.username))


def _one(request: Asking, year: int, district: str, name: str) -> Dossier:
    found = year_of(request, year)
    key = f"{int(found.year)}/{found.province_code}/{district}/{name}"
    return access.one(access.dossiers(request.user), key=key)
