"""Bytes: documents, page images, and the page that shows them. Access is checked, reading about people is an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.http import FileResponse, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, parse_etags

from docservice import access, download, page_images, register
from docservice.download import Stretch
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.pdf import sniff
from docservice.thai import BE
from docservice.web.page import Request, everybody, show

Addresses = list[URLPattern | URLResolver]
_HARMLESS = frozenset({sniff.PDF, sniff.JPEG, sniff.PNG})
"""What a browser may open by itself; everything else is only saved."""
_SAVED_AS_IS = _HARMLESS | {sniff.TIFF, sniff.DOCX, "text/plain", "text/csv", "application/json"}
_NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@everybody()
def document(request: Request, pk: int) -> HttpResponse:
    """One version of one document, whole or the part a ``Range`` header names; ``?inline`` to look at it here."""
    row = _row(request, pk)
    tag = f'"{row.sha256}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    stretch = Stretch.asked(asked, row.size)
    if stretch is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    body = iter(()) if request.method == "HEAD" else _read(request, row, stretch)
    answer = cast(HttpResponse, StreamingHttpResponse(body, status=200 if stretch.whole else 206))
    _describe(answer, row, stretch, inline="inline" in request.GET)
    answer["ETag"] = tag
    return answer


def _row(request: Request, pk: int) -> Document:
    return access.one(access.documents(request.user).select_related("dossier"), pk=pk)


def _read(request: Request, row: Document, stretch: Stretch) -> Iterator[bytes]:
    """The bytes; a download that is taken up again, or a picture in a page, is one reading with what came before."""
    body = download.document(row, stretch, request.user.username)
    if stretch.start == 0 and "inline" not in request.GET:
        download.opened(row, request.user.username, "download")
    else:
        download.page_drawn(row, request.user.username)
    return body


def _describe(answer: HttpResponse, row: Document, stretch: Stretch, *, inline: bool) -> None:
    shown = inline and row.media_type in _HARMLESS
    answer["Content-Type"] = row.media_type if row.media_type in _SAVED_AS_IS else "application/octet-stream"
    answer["Content-Disposition"] = content_disposition_header(not shown, download.file_name(row)) or "attachment"
    answer["Content-Length"] = str(stretch.length)
    answer["Accept-Ranges"] = "bytes"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _NOTHING_RUNS + ("" if shown else "; sandbox")
    if not stretch.whole:
        answer["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{row.size}"
    patch_cache_control(answer, private=True, no_cache=True)


@everybody()
def document_page(request: Request, pk: int, page: int) -> HttpResponse:
    """One page as a picture, ``?width=`` one of ``page_images.WIDTHS``."""
    row = _row(request, pk)
    width = _width(request)
    tag = f'"{row.sha256}-{page}-{width}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    picture = download.picture(row, page, width, request.user.username)
    answer = cast(HttpResponse, FileResponse(picture.open("rb"), content_type="image/webp", headers={"ETag": tag}))
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _width(request: Request) -> int:
    asked = request.GET.get("width", str(page_images.WIDTHS[1]))
    widths = {str(width): width for width in page_images.WIDTHS}
    if asked not in widths:
        raise InputRefused("ไม่มีภาพขนาดนี้", "เลือกขนาดจากหน้าเอกสาร", english="There is no picture of that width.")
    return widths[asked]


@everybody()
def document_view(request: Request, pk: int) -> HttpResponse:
    """The document's pages one below the other, with what is known of it."""
    row = _row(request, pk)
    request.year = register.year(BE(row.year_be), row.province)
    if request.method == "GET":
        download.opened(row, request.user.username, "view")
    drawable = page_images.drawable(row)
    return show(
        request,
        "files/view.html",
        document=row,
        dossier=row.dossier,
        name=row.dossier.key.rpartition("/")[2],
        drawable=drawable,
        pages=range(1, (row.pages or 1) + 1) if drawable else (),
        versions=_versions(request, row),
    )


def _versions(request: Request, row: Document) -> list[Document]:
    same = access.documents(request.user).filter(dossier=row.dossier, path=row.path)
    return list(same.order_by("-version").only("pk", "version", "filed_at", "current"))


AREAS: Addresses = []
OUTSIDE: Addresses = [
    path("documents/<int:pk>/", document_view, name="document-view"),
    path("documents/<int:pk>/file", document, name="document"),
    path("documents/<int:pk>/pages/<int:page>", document_page, name="document-page"),
]
