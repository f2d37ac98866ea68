"""Errors as programs read them: ``application/problem+json`` (RFC 9457), with the code and remedy of ``errors``."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from docservice import errors
from docservice.api.pace import Paced
from docservice.applicants import Fault as WorkbookFault
from docservice.applicants import WorkbookRefused
from docservice.catalogue import Fault as FactFault
from docservice.errors import Broken, DocserviceError, FactsRefused, InputRefused, Transient

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 1000
_SOON = {"under-way": 2, "locked": 5}
_LATER = 10

TITLES = {
    "refused": ("คำขอนี้ทำไม่ได้", "The request cannot be done"),
    "facts-refused": ("ข้อมูลของเอกสารไม่ครบหรือไม่ถูกต้อง", "Facts of the paper are missing or wrong"),
    "template-refused": ("แม่แบบใช้ไม่ได้", "The template cannot be used"),
    "input-refused": ("ข้อมูลที่ส่งมาใช้ไม่ได้", "What was sent cannot be used"),
    "evidence-too-heavy": ("ไฟล์หลักฐานหนักเกินกว่าที่เปิดได้", "The evidence file is too heavy to open"),
    "evidence-refused": ("ไฟล์หลักฐานอ่านไม่ได้", "The evidence file cannot be read"),
    "font-substituted": ("แบบอักษรในเอกสารไม่ตรง", "The paper came out in another font"),
    "unauthenticated": ("ไม่ทราบว่าใครเป็นผู้ขอ", "Nobody is known to ask"),
    "not-found": ("ไม่พบ", "Not found"),
    "not-allowed": ("ที่อยู่นี้ไม่รับคำสั่งนี้", "The method is not allowed here"),
    "forbidden": ("ไม่มีสิทธิ์", "Not permitted"),
    "too-large": ("ใหญ่เกินไป", "Too large"),
    "conflict": ("ขัดกับสิ่งที่มีอยู่แล้ว", "It contradicts what is there"),
    "locked": ("มีผู้อื่นกำลังทำอยู่", "Someone else is at it"),
    "under-way": ("คำขอเดียวกันกำลังทำอยู่", "The same request is under way"),
    "key-reused": ("คีย์นี้ใช้กับคำขออื่นแล้ว", "The key was used for another request"),
    "outdated": ("มีผู้แก้ไขไปก่อนแล้ว", "It has changed since it was read"),
    "transient": ("ขัดข้องชั่วคราว", "Trouble that will pass"),
    "too-many": ("ถี่เกินไป", "Too many requests"),
    "engine-unavailable": ("เครื่องมือทำเอกสารไม่พร้อม", "The engine is not available"),
    "store-unavailable": ("ที่เก็บไม่พร้อม", "The store is not available"),
    "broken": ("ระบบทำงานผิดพลาด", "Something is broken"),
    "fixity-broken": ("ไฟล์ในคลังไม่ตรงกับที่บันทึกไว้", "Stored bytes differ from their record"),
}
"""Every code with its title in Thai and English; the page of operations lists them."""

_FAULTS = {
    "missing": "ต้องมีค่านี้",
    "string_too_long": "ยาวเกิน {max_length} ตัวอักษร",
    "string_too_short": "สั้นกว่า {min_length} ตัวอักษร",
    "string_pattern_mismatch": "มีอักขระหรือรูปแบบที่ใช้ไม่ได้",
    "string_unicode": "มีอักขระที่ไม่ใช่ตัวอักษรจริง",
    "string_type": "ต้องเป็นข้อความ",
    "int_type": "ต้องเป็นจำนวนเต็ม",
    "int_parsing": "ต้องเป็นจำนวนเต็ม",
    "int_from_float": "ต้องเป็นจำนวนเต็ม",
    "bool_parsing": "ต้องเป็น true หรือ false",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than_equal": "ต้องไม่เกิน {le}",
    "literal_error": "ต้องเป็น {expected}",
    "extra_forbidden": "ไม่รู้จักช่องนี้",
    "too_long": "มากเกิน {max_length} รายการ",
    "dict_type": "ต้องเป็นกลุ่มข้อมูล",
}


class _Spoken(Protocol):
    """What is wrong somewhere, in both languages."""

    @property
    def message(self) -> str:
        """In Thai."""

    @property
    def english(self) -> str:
        """In English."""


class Fault(Schema):
    """One field that is wrong; of a workbook: with the row as Excel numbers it, the column's letter, what is there."""

    where: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None


class FieldsRefused(FactsRefused):
    """Facts that cannot be used, each fault with its place."""

    def __init__(self, faults: Iterable[FactFault]) -> None:
        super().__init__(
            "ข้อมูลบางช่องใช้ไม่ได้ ยังไม่มีอะไรถูกบันทึก",
            "แก้ช่องที่ระบุใน faults แล้วส่งใหม่",
            english="Some facts cannot be used; nothing was saved. Mend what faults names, then send it again.",
        )
        self.faults = tuple(faults)


class Problem(Schema):
    """What went wrong and what to do about it. ``code`` is stable; ``detail`` and ``remedy`` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    instance: str
    request_id: str
    faults: list[Fault]


def answer(request: HttpRequest, error: DocserviceError, faults: list[dict[str, Any]] | None = None) -> HttpResponse:
    """The error as problem+json, in the language that was asked for."""
    english = get_language() == "en"
    content = {
        "type": f"/api/v1/docs#{error.code}",
        "title": title(type(error))[english],
        "status": error.http,
        "detail": error.text("en") if english else error.message,
        "code": error.code,
        "remedy": "" if english and error.english else error.remedy,
        "instance": request.path,
        "request_id": getattr(request, "number", ""),
        "faults": faults or [],
    }
    made = HttpResponse(_json(content), status=error.http, content_type=MEDIA_TYPE)
    for name, value in _headers(error).items():
        made[name] = value
    return made


def title(kind: type[DocserviceError]) -> tuple[str, str]:
    """What an error of that kind is called, in Thai and English: its own title, or that of the kind above it."""
    codes = (above.code for above in kind.__mro__ if issubclass(above, DocserviceError))
    return next(TITLES[code] for code in codes if code in TITLES)


def handle(request: HttpRequest, fault: Exception | type[Exception]) -> HttpResponse:
    """Whatever an operation raised; a bug is logged and says nothing more of itself."""
    if isinstance(fault, ValidationError):
        return answer(request, _wrong_fields(), _faults(fault.errors))
    error = _translated(fault)
    if isinstance(error, FieldsRefused):
        return answer(request, error, [{"where": one.path, "message": spoken(one)} for one in error.faults])
    if isinstance(error, WorkbookRefused):
        return answer(request, error, [_of_workbook(one) for one in error.faults[:_MOST_FAULTS]])
    if isinstance(error, Broken):
        log.error("the API failed: %s %s", request.method, request.path, exc_info=cast(Exception, fault))
    return answer(request, error)


def spoken(fault: _Spoken) -> str:
    """What is wrong, in the language asked for."""
    return fault.english if get_language() == "en" and fault.english else fault.message


def _of_workbook(fault: WorkbookFault) -> dict[str, Any]:
    """Its place as Excel names it (``B7``), or the sheet as a whole."""
    place = f"{fault.column}{fault.row or ''}" if fault.column else str(fault.row or "sheet")
    told = {"where": place, "message": spoken(fault), "value": fault.value[:200]}
    return told | ({"row": fault.row} if fault.row else {}) | ({"column": fault.column} if fault.column else {})


def _translated(fault: Exception | type[Exception]) -> DocserviceError:
    """What others raise, in our words."""
    if isinstance(fault, DocserviceError):
        return fault
    if isinstance(fault, RequestDataTooBig):
        return errors.TooLarge(
            "คำขอใหญ่เกินกว่าที่รับได้ ยังไม่มีอะไรถูกบันทึก",
            "แบ่งส่งเป็นส่วน ไฟล์ให้ส่งทาง /uploads/",
            english="The request is larger than what is taken; nothing was saved. Files go to /uploads/.",
        )
    if isinstance(fault, BadRequest | SuspiciousOperation | MultiPartParserError):
        return InputRefused(
            "อ่านแบบฟอร์มที่ส่งมาไม่ได้ ยังไม่มีอะไรถูกบันทึก",
            "ตรวจหัวข้อ Content-Type และเนื้อหา แล้วส่งใหม่",
            english="The form cannot be read; nothing was saved. Check its Content-Type and its parts.",
        )
    if isinstance(fault, HttpError | UnreadablePostError):
        return InputRefused(
            "อ่านคำขอไม่ได้ เนื้อหาต้องเป็น JSON ที่ถูกต้อง (UTF-8)",
            "ตรวจเนื้อหาแล้วส่งใหม่",
            english="The request cannot be read: its body must be valid JSON in UTF-8.",
        )
    if isinstance(fault, OperationalError):
        log.warning("the database did not answer: %s", type(fault).__name__)
        return Transient(
            "ฐานข้อมูลไม่ว่างชั่วคราว ยังไม่มีอะไรถูกบันทึก", "รอสักครู่แล้วส่งใหม่", english="The database is busy. Try again."
        )
    return Broken(
        "ระบบทำงานผิดพลาด บันทึกเหตุไว้ให้ผู้ดูแลแล้ว",
        "แจ้งผู้ดูแลระบบพร้อม request_id",
        english="Something is broken; the administrator can read why. Tell them the request_id.",
    )


def _wrong_fields() -> InputRefused:
    return InputRefused(
        "ข้อมูลบางช่องใช้ไม่ได้ ยังไม่มีอะไรถูกบันทึก",
        "แก้ช่องที่ระบุใน faults แล้วส่งใหม่",
        english="Some fields cannot be used; nothing was saved. Mend what faults names, then send it again.",
    )


def _faults(found: list[Any]) -> list[dict[str, str]]:
    return [{"where": _where(tuple(fault["loc"])), "message": _said(fault)} for fault in found]


def _where(place: tuple[object, ...]) -> str:
    """``body.name``: the body's own name in the operation says nothing to whoever sent it."""
    parts = place[:1] + place[2:] if place[0] == "body" and len(place) > 2 else place
    return ".".join(str(part)[:100] for part in parts)


def _said(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "value_error":  # our own validators say both languages
        return str(fault["msg"]).removeprefix("Value error, ")
    if get_language() == "en" or fault["type"] not in _FAULTS:
        return str(fault["msg"])
    return _FAULTS[fault["type"]].format_map(fault.get("ctx") or {})


def _headers(error: DocserviceError) -> dict[str, str]:
    if error.code == "unauthenticated":
        return {"WWW-Authenticate": 'Bearer realm="docservice"'}
    if isinstance(error, Paced):
        return {"Retry-After": str(error.wait)}
    if error.http == 503 or error.code in _SOON:
        return {"Retry-After": str(_SOON.get(error.code, _LATER))}
    return {}


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
