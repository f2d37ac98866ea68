"""What stands around every page: security headers, the person's language and digits, errors as pages, the rail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from docservice import access
from docservice.access import Action
from docservice.errors import Broken, DocserviceError, Forbidden, InputRefused, NotFound, TooLarge
from docservice.models import Account
from docservice.thai import BE
from docservice.web import words
from docservice.web.page import is_partial

log = logging.getLogger(__name__)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_RAIL: tuple[tuple[str, str, Action], ...] = (
    ("overview", "ภาพรวม", "see"),
    ("applicants", "ผู้สมัคร", "see"),
    ("request", "ขอเอกสาร", "request-district"),
    ("queue", "คิวงาน", "request-district"),
    ("papers", "เอกสาร", "see"),
    ("archive", "คลังจดหมายเหตุ", "archive"),
    ("events", "บันทึกเหตุการณ์", "events"),
    ("templates", "แม่แบบ", "templates"),
    ("setup", "ตั้งค่า", "set-up"),
)
"""The rail: name of the address (all take the year), its words, and what a role must be allowed to see it."""


class Frame:
    """The one middleware of our own."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak the person's language while the request is answered; headers on whatever is answered."""
        person = request.user if request.user.is_authenticated else None
        language = getattr(person, "language", "th")
        with translation.override(language), words.digits(thai=getattr(person, "thai_digits", True)):
            response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if person is not None or request.path.startswith("/login"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Content-Language", language)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An error of ours becomes a page that says what and what to do; a bug says so and is logged, nothing more."""
        if request.path.startswith("/api/"):
            return None
        error = _translated(error)
        if not isinstance(error, DocserviceError):
            log.exception("a page failed: %s", request.path)
            error = _bug()
        return fault(request, error)


def fault(request: HttpRequest, error: DocserviceError) -> HttpResponse:
    """The page, or the part of a page, that tells of an error."""
    template = "errors/part.html" if is_partial(request) else "errors/page.html"
    return render(request, template, {"error": error, "message": words.spoken(error)}, status=error.http)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    return fault(request, _not_found())


def failed(request: HttpRequest) -> HttpResponse:
    """A bug outside any view."""
    return fault(request, _bug())


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session has ended meanwhile: said so that the work in it can be kept."""
    return render(request, "errors/expired.html", {"reason": reason}, status=403)


def _not_found() -> DocserviceError:
    return NotFound("ไม่พบหน้าที่ขอ", "ตรวจที่อยู่ หรือกลับไปหน้าแรก", english="There is no such page. Go back to the start.")


def _translated(error: Exception) -> Exception:
    """What Django refuses by itself, in our words."""
    if isinstance(error, Http404):
        return _not_found()
    if isinstance(error, RequestDataTooBig):
        return TooLarge(
            "ข้อมูลในแบบฟอร์มมีขนาดใหญ่เกินที่รับได้ ยังไม่มีอะไรถูกบันทึก",
            "ย่อข้อความหรือภาพแล้วส่งใหม่ ไฟล์หลักฐานให้อัปโหลดในหน้าผู้สมัคร",
            english="The form is too large; nothing was saved. Shorten it and send it again.",
        )
    if isinstance(error, PermissionDenied):
        return Forbidden("ไม่มีสิทธิ์ทำรายการนี้", "แจ้งผู้ดูแลระบบ", english="You may not do this.")
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return InputRefused(
            "ข้อมูลที่ส่งมาอ่านไม่ได้ ยังไม่มีอะไรถูกบันทึก",
            "โหลดหน้าใหม่แล้วลองอีกครั้ง",
            english="What was sent cannot be read; nothing was saved. Load the page again.",
        )
    return error


def _bug() -> DocserviceError:
    return Broken(
        "หน้านี้ทำงานผิดพลาด ระบบบันทึกเหตุไว้ให้ผู้ดูแลแล้ว ข้อมูลที่บันทึกไว้ก่อนหน้ายังอยู่ครบ",
        "ลองอีกครั้ง หากยังเป็นอยู่ให้แจ้งผู้ดูแลระบบ",
        english="This page failed; the administrator can read why. What was saved is still there. Try again.",
    )


def around(request: HttpRequest) -> dict[str, Any]:
    """For every template: the person, the year of the address, the years there are, the rail."""
    person = getattr(request, "user", None)
    if not isinstance(person, Account):
        return {"person": None, "rail": [], "years": []}
    years = [BE(y) for y in access.years(person).values_list("year_be", flat=True).distinct()]
    year = request.year.year if hasattr(request, "year") else (years[0] if years else None)
    return {
        "person": person,
        "years": years,
        "year": year,
        "rail": _rail(request, person, year) if year else [],
        "may": {action.replace("-", "_"): True for action in access.MAY[person.role]},
    }


def _rail(request: HttpRequest, person: Account, year: BE) -> list[dict[str, object]]:
    items = []
    for name, text, action in _RAIL:
        if access.may(person, action):
            address = reverse(name, kwargs={"year": year})
            here = request.path == address or (name != "overview" and request.path.startswith(address))
            items.append({"address": address, "text": translation.gettext(text), "here": here, "name": name})
    return items
