"""The tus 1.0 protocol (tus.io): files go up in pieces and go on where they stopped. Headers in, headers out.

Written here because no kept server package speaks it on a supported Django (django-tus ends at Django 3), and because
what it needs is small: the core with creation, creation-with-upload, termination and expiration. The browser's side is
the vendored tus-js-client. What an upload is, and what becomes of it, is known by ``uploads`` and ``intake``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.http import http_date

from docservice import access, intake, register, uploads
from docservice.config import config
from docservice.errors import Conflict, DocserviceError, InputRefused, NotFound
from docservice.models import Upload
from docservice.thai import BE
from docservice.web.page import Request, View, page
from docservice.web.words import spoken
from docservice.yearfile import YearFile

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
_OCTETS = "application/offset+octet-stream"
_LARGEST_NUMBER = 15
_SILENCE = 20.0
"""Seconds without a byte after which a line counts as dead, so that its upload is free to go on over another."""


def speaks_tus(*methods: str) -> Callable[[View], View]:
    """Let in who may hand in evidence; every answer is in the protocol's form, errors as JSON with a Thai sentence."""

    def decorate(view: View) -> View:
        inside = page("evidence", "OPTIONS", *methods)(view)

        @wraps(inside)
        def wrapped(request: HttpRequest, /, **arguments: Any) -> HttpResponseBase:
            answer = _answer(request, inside, arguments)
            answer["Tus-Resumable"] = VERSION
            answer["Cache-Control"] = "no-store"
            return answer

        return wrapped

    return decorate


def _answer(request: HttpRequest, view: View, arguments: dict[str, Any]) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return JsonResponse({"code": "login", "message": "หมดเวลาใช้งาน กรุณาเข้าสู่ระบบอีกครั้ง"}, status=401)
    if request.method == "OPTIONS":
        return _capabilities()
    if request.method not in ("GET", "OPTIONS") and request.headers.get("Tus-Resumable") != VERSION:
        answer = JsonResponse({"code": "tus-version", "message": f"ใช้ tus {VERSION}"}, status=412)
        answer["Tus-Version"] = VERSION
        return answer
    try:
        return view(request, **arguments)
    except DocserviceError as fault:
        return JsonResponse({**fault.as_dict(), "spoken": spoken(fault)}, status=fault.http)


def _capabilities() -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["Tus-Version"] = VERSION
    answer["Tus-Extension"] = EXTENSIONS
    answer["Tus-Max-Size"] = str(int(config().upload_file_mb * 10**6))
    return answer


@speaks_tus()
def entrance(request: Request) -> HttpResponse:
    """The CSRF token of this session: a page whose session ended and began again goes on with the new one."""
    return JsonResponse({"csrf": get_token(request)})


@speaks_tus("POST")
def collection(request: Request) -> HttpResponse:
    """Creation: metadata ``applicant``, ``name`` (with folders), ``slot`` (optional), each in base64."""
    if request.method != "POST":
        raise NotFound("ไม่มีรายการให้ดู", "", english="There is nothing to see here.")
    size, told = _number(request, "Upload-Length"), _metadata(request)
    applicant = access.one(access.applicants(request.user), pk=_whole(told.get("applicant", "")))
    access.require(request.user, "evidence", applicant.district)
    year = register.year(BE(applicant.year_be), applicant.province)
    actor = request.user.username
    upload = intake.begin(year, applicant, told.get("name", ""), size, slot=told.get("slot", ""), actor=actor)
    answer = HttpResponse(status=201)
    answer["Location"] = reverse("upload", kwargs={"pk": upload.pk})
    if request.content_type == _OCTETS or size == 0:
        answer["Upload-Offset"] = str(_take_in(request, year, upload, 0))
    answer["Upload-Expires"] = http_date(uploads.expires(upload).timestamp())
    return answer


@speaks_tus("PATCH", "DELETE")
def one(request: Request, pk: UUID) -> HttpResponse:
    """How far it is (HEAD), the next piece (PATCH), giving it up (DELETE), and what became of it (GET, as JSON)."""
    upload = access.one(access.uploads(request.user).select_related("applicant"), pk=pk)
    access.require(request.user, "evidence", upload.applicant.district)
    year = register.year(BE(upload.applicant.year_be), upload.applicant.province)
    if request.method == "DELETE":
        uploads.drop(upload)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _patched(request, year, upload)
    intake.settle(year, upload, actor=request.user.username)
    if request.method == "GET":
        return JsonResponse({"finished": upload.finished_at is not None, **(upload.outcome or {})})
    if upload.finished_at is not None and intake.is_gone(upload):
        return HttpResponse(status=410)
    answer = HttpResponse(status=200)
    answer["Upload-Length"] = str(upload.size)
    return _at(answer, upload, uploads.offset(upload))


def _patched(request: Request, year: YearFile, upload: Upload) -> HttpResponse:
    if request.content_type != _OCTETS:
        return HttpResponse(status=415)
    at = _number(request, "Upload-Offset")
    if at + int(request.META.get("CONTENT_LENGTH") or 0) > upload.size:
        raise Conflict(
            "ข้อมูลที่ส่งมายาวเกินขนาดไฟล์", "ส่งไฟล์ใหม่อีกครั้ง", english="More bytes than the upload's length. Begin it again."
        )
    return _at(HttpResponse(status=204), upload, _take_in(request, year, upload, at))


def _take_in(request: Request, year: YearFile, upload: Upload, at: int) -> int:
    line = request.META.get("gunicorn.socket")
    if line is not None:
        line.settimeout(_SILENCE)
    return intake.receive(year, upload, at, request.read, actor=request.user.username)


def _at(answer: HttpResponse, upload: Upload, offset: int) -> HttpResponse:
    answer["Upload-Offset"] = str(offset)
    if upload.finished_at is None:
        answer["Upload-Expires"] = http_date(uploads.expires(upload).timestamp())
    return answer


def _number(request: HttpRequest, header: str) -> int:
    found = _whole(request.headers.get(header, ""))
    if found is None:
        raise InputRefused(f"ส่วนหัว {header} ต้องเป็นจำนวนเต็ม", "", english=f"{header} must be a whole number.")
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST_NUMBER else None


def _metadata(request: HttpRequest) -> dict[str, str]:
    """``name base64,name base64``; ``InputRefused`` when it is not."""
    told = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as fault:
            raise InputRefused("ส่วนหัว Upload-Metadata อ่านไม่ได้", "", english="Upload-Metadata is not base64.") from fault
    return told
