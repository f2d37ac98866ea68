"""Papers and every other document: lists, versions, bytes; what becomes of a paper after it is made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile

from docservice import access, download, paper_life
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ANY, Bytes, described, sent
from docservice.api.fields import IdInPath, Number, Reason, YearInPath
from docservice.api.paging import Page, Turned, turned
from docservice.api.years import year_of
from docservice.download import Stretch
from docservice.models import Document
from docservice.thai import safe_file_name

area = Area()
_ACTIONS: tuple[Any, ...] = ("see", "archive")


class DocumentRow(Schema):
    """One version of one file of a dossier."""

    id: int
    dossier: str
    path: str
    version: int
    current: bool
    kind: str
    title: str
    number: str
    media_type: str
    size: int
    sha256: str
    pages: int | None
    filed_at: datetime

    @staticmethod
    def resolve_dossier(row: Any) -> str:
        """The dossier's key: of a row, or as it was told already."""
        return str(row["dossier"] if isinstance(row, dict) else row.dossier.key)


class DocumentDetails(DocumentRow):
    """With where a paper stands (``draft``, ``unsigned``, ``filed``, ``withdrawn``), empty for what is no paper.

    ``made_from``: the facts, template and engine it was made with.
    """

    state: str
    reason: str
    replaced_by: str
    dossier_version: int
    made_from: dict[str, Any]


class Which(Schema):
    """Which documents; ``current`` false: old versions."""

    kind: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)] = ""
    district: Annotated[str, Query(pattern=r"^([1-9][0-9]{3})?$")] = ""
    number: Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    current: bool = True


class Withdrawal(Schema, extra="forbid"):
    """Why a paper is withdrawn; ``dossier_version``: as it was read."""

    reason: Reason
    dossier_version: Number


class Restoration(Schema, extra="forbid"):
    """``dossier_version``: as it was read."""

    dossier_version: Number


@area.offer("GET", "/years/{year}/documents", Page[DocumentRow], actions=_ACTIONS)
def list_documents(request: Asking, year: YearInPath, which: Annotated[Which, Query()], turn: Turned) -> Any:
    """The year's documents, newest first: papers, books, evidence."""
    found = year_of(request, year)
    rows = access.documents(request.user).select_related("dossier").defer("provenance")
    # As a list: SQLite's planner does not see an index's column in a condition that is the bare column.
    rows = rows.filter(year_be=int(found.year), province=found.province_code, current__in=[which.current])
    wanted = {"kind": which.kind, "district": which.district, "number": which.number}
    return turned(rows.filter(**{name: value for name, value in wanted.items() if value}), turn, "-filed_at", "id")


@area.offer("GET", "/documents/{id}", DocumentDetails, actions=_ACTIONS)
def get_document(request: Asking, id: IdInPath) -> Any:
    """One version of one document, and where the paper stands."""
    return _details(_one(request, id))


@area.offer("GET", "/documents/{id}/versions", list[DocumentRow], actions=_ACTIONS)
def list_versions(request: Asking, id: IdInPath) -> Any:
    """Every version of the document, newest first."""
    row = _one(request, id)
    same = access.documents(request.user).filter(dossier=row.dossier, path=row.path)
    return list(same.select_related("dossier").defer("provenance").order_by("-version")[:1000])


@area.offer("GET", "/documents/{id}/content", Empty, actions=_ACTIONS, extra=described(ANY))
def get_content(request: Asking, id: IdInPath) -> HttpResponseBase:
    """The bytes, whole or the part that ``Range`` names; ``ETag`` is their SHA-256. Reading about people is logged."""
    row = _one(request, id)
    what = Bytes(row.size, row.sha256, ANY, download.file_name(row))
    return sent(request, what, lambda stretch: _read(request, row, stretch))


def _read(request: Asking, row: Document, stretch: Stretch) -> Iterator[bytes]:
    body = download.document(row, stretch, request.user.username)
    if stretch.start == 0:
        download.opened(row, request.user.username, "download")
    else:
        download.page_drawn(row, request.user.username)
    return body


@area.offer("POST", "/documents/{id}/sign", DocumentDetails, scope="write", actions=("withdraw",), conflicts=(409,))
def sign_paper(
    request: Asking,
    id: IdInPath,
    signed: Annotated[list[UploadedFile], File(description="The scan: PDF, or pictures of its pages in their order")],
    dossier_version: Annotated[int, Form(ge=1, le=999_999)],
) -> Any:
    """File the scanned signed copy beside the paper. The same files again change nothing."""
    with TemporaryDirectory(prefix="docservice-form-") as folder:
        files = [
            (safe_file_name(file.name or "scan"), _written(file, Path(folder, str(n)))) for n, file in enumerate(signed)
        ]
        paper_life.sign(_paper(request, id), files, seen=dossier_version, actor=request.user.username)
    return _details(_one(request, id))


def _written(file: UploadedFile, path: Path) -> Path:
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


@area.offer("POST", "/documents/{id}/withdraw", DocumentDetails, scope="write", actions=("withdraw",), once=True)
def withdraw_paper(request: Asking, id: IdInPath, withdrawal: Withdrawal) -> Any:
    """Withdraw a paper for ever, with its reason; its official number is void."""
    row = _paper(request, id)
    paper_life.withdraw(row, withdrawal.reason, seen=withdrawal.dossier_version, actor=request.user.username)
    return _details(_one(request, id))


@area.offer("POST", "/documents/{id}/restore", DocumentDetails, scope="write", actions=("withdraw",), once=True)
def restore_paper(request: Asking, id: IdInPath, restoration: Restoration) -> Any:
    """Take back a withdrawal that voided no number."""
    paper_life.restore(_paper(request, id), seen=restoration.dossier_version, actor=request.user.username)
    return _details(_one(request, id))


def _one(request: Asking, pk: int) -> Document:
    return access.one(access.documents(request.user).select_related("dossier"), pk=pk)


def _paper(request: Asking, pk: int) -> Document:
    return access.one(paper_life.papers_of(access.documents(request.user).select_related("dossier")), pk=pk)


def _is_paper(row: Document) -> bool:
    return row.path.startswith("paper/") and row.media_type == paper_life.PDF and row.kind != paper_life.SIGNED


def _details(row: Document) -> dict[str, Any]:
    life = paper_life.lives([row])[row.pk] if _is_paper(row) else None
    told = DocumentRow.from_orm(row).dict()
    return told | {
        "state": life.state if life else "",
        "reason": life.reason if life else "",
        "replaced_by": life.replaced_by if life else "",
        "dossier_version": row.dossier.version,
        "made_from": row.provenance,
    }
