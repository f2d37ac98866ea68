"""Looking at files: pages of documents and of evidence as pictures, evidence as it was handed in, uploads half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File
from typing import Annotated, Any
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from ninja import Path, Query, Schema

from docservice import access, download, folder, intake, page_images, stores, uploads
from docservice.api.applicants import one
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ANY, Bytes, described, sent
from docservice.api.fields import IdInPath, OneOf
from docservice.download import Stretch
from docservice.errors import NotFound
from docservice.models import EvidenceFile

area = Area()
PageInPath = Annotated[int, Path(ge=1, le=100_000)]
_JPEG: dict[str, Any] = {"x-bytes": ["image/jpeg"]}
_WEBP: dict[str, Any] = {"x-bytes": ["image/webp"]}


class UploadRow(Schema):
    """A file that is not up yet: ``/uploads/<id>/`` goes on from ``offset``."""

    id: UUID
    name: str
    slot: str
    size: int
    offset: int


class Size(Schema):
    """How wide the picture is, in pixels."""

    width: Annotated[str, OneOf(tuple(map(str, page_images.WIDTHS)))] = str(page_images.WIDTHS[1])


@area.offer("GET", "/documents/{id}/pages/{page}", Empty, actions=("see", "archive"), extra=_WEBP)
def get_document_page(
    request: Asking, id: IdInPath, page: PageInPath, size: Annotated[Size, Query()]
) -> HttpResponseBase:
    """One page of a document as a picture. Reading about people is logged."""
    row = access.one(access.documents(request.user).select_related("dossier"), pk=id)
    return _picture(download.picture(row, page, int(size.width), request.user.username), "image/webp")


@area.offer("GET", "/evidence/{id}/content", Empty, actions=("see",), extra=described(ANY))
def get_evidence_content(request: Asking, id: IdInPath) -> HttpResponseBase:
    """The file as it was handed in, whole or the part that ``Range`` names; ``ETag`` is its SHA-256. It is logged."""
    file = _file(request, id)
    what = Bytes(file.size, file.sha256, ANY, file.name)
    return sent(request, what, lambda stretch: _read(request, file, stretch))


@area.offer("GET", "/evidence/{id}/pages/{page}", Empty, actions=("see",), extra=_JPEG)
def get_evidence_page(request: Asking, id: IdInPath, page: PageInPath) -> HttpResponseBase:
    """One page of a file as it will stand in the book."""
    file = _file(request, id)
    if page > (file.pages or 0):
        raise NotFound("ไม่มีหน้านี้", "ดูจำนวนหน้าของไฟล์", english="There is no such page.")
    return _picture(intake.page(file, page), "image/jpeg")


@area.offer("GET", "/evidence/{id}/thumbnail", Empty, actions=("see",), extra=_JPEG)
def get_thumbnail(request: Asking, id: IdInPath) -> HttpResponseBase:
    """The first page of a file, small."""
    return _picture(intake.thumbnail(_file(request, id)), "image/jpeg")


@area.offer("GET", "/applicants/{id}/uploads", list[UploadRow], actions=("see",))
def list_uploads(request: Asking, id: IdInPath) -> Any:
    """The applicant's files that have begun to go up and are not whole yet."""
    found = uploads.unfinished(one(request, id))
    return [
        {"id": each.pk, "name": each.name, "slot": each.slot, "size": each.size, "offset": uploads.offset(each)}
        for each in found
    ]


def _file(request: Asking, pk: int) -> EvidenceFile:
    return access.one(access.evidence(request.user).select_related("applicant"), pk=pk)


def _read(request: Asking, file: EvidenceFile, stretch: Stretch) -> Iterator[bytes]:
    stream = stores.opened(stores.INTAKE).open(intake.key(file.sha256))
    folder.read(file, actor=request.user.username)
    return _pieces(stream, stretch)


def _pieces(stream: Any, stretch: Stretch) -> Iterator[bytes]:
    with stream:
        stream.seek(stretch.start)
        left = stretch.length
        while left and (piece := stream.read(min(uploads.PIECE, left))):
            left -= len(piece)
            yield piece


def _picture(path: File, media_type: str) -> HttpResponseBase:
    return FileResponse(path.open("rb"), content_type=media_type)
