"""The archive: dossiers with their documents, verified on the spot."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Query, Schema

from docservice import access, archive
from docservice.api.area import Area
from docservice.api.asking import Asking
from docservice.api.documents import DocumentRow
from docservice.api.fields import YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
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


class Verdict(Schema):
    """Whether every digest matches; ``faults`` says which does not."""

    sound: bool
    faults: list[str]


class Which(Schema):
    """Which dossiers; the province's own are of district ``<province>00``."""

    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""


@area.offer("GET", "/years/{year}/dossiers", Page[DossierRow], actions=_ACTIONS)
def list_dossiers(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's dossiers, in the order in which they were begun."""
    found = year_of(request, year)
    rows = access.dossiers(request.user).filter(year_be=int(found.year), province=found.province_code)
    return turned(rows.filter(district=which.district) if which.district else rows, turn, "id")


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}", DossierDetails, actions=_ACTIONS)
def get_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """One dossier with its documents, of every version."""
    row = _one(request, year, district, name)
    documents = access.documents(request.user).filter(dossier=row).select_related("dossier").defer("provenance")
    told = DossierRow.from_orm(row).dict()
    return told | {"documents": list(documents.order_by("path", "-version")[:5000])}


@area.offer("GET", "/years/{year}/dossiers/{district}/{name}/verify", Verdict, actions=_ACTIONS)
def verify_dossier(request: Asking, year: YearInPath, district: DistrictInPath, name: NameInPath) -> Any:
    """Read every byte of the dossier in the store again and compare the digests."""
    faults = archive.verify(_one(request, year, district, name).key)
    return {"sound": not faults, "faults": faults}


def _one(request: Asking, year: int, district: str, name: str) -> Dossier:
    found = year_of(request, year)
    key = f"{int(found.year)}/{found.province_code}/{district}/{name}"
    return access.one(access.dossiers(request.user), key=key)
