"""The API put together: its operations, its OpenAPI document, the page that lists them, and what stands around each."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from docservice.api import (
    accounts,
    applicants,
    archive,
    disposals,
    documents,
    events,
    evidence,
    handovers,
    imports,
    jobs,
    looking,
    numbers,
    opening,
    overview,
    pictures,
    previews,
    problem,
    redaction,
    requests,
    results,
    search,
    sheets,
    templates,
    years,
)
from docservice.errors import NotAllowed, NotFound
from docservice.people import SCOPES

View = Callable[..., HttpResponseBase]
_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LANGUAGES = ("th", "en")
_ABOUT = """มชช. documents of a province: years, applicants, evidence, papers, official numbers, the archive.

Every request carries `Authorization: Bearer ds_…`; a token has scopes, and its account's role bounds it besides.
Errors are `application/problem+json` with a stable `code`; texts are Thai, or English by `Accept-Language: en`.
Lists give `items` and `next`; `next` goes into `after`. What makes something takes an `Idempotency-Key`."""


class _Strict(Parser):
    """JSON and nothing near it: no NaN, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body; anything that is not JSON is refused."""
        try:
            return cast(dict[str, Any], json.loads(request.body.decode(), parse_constant=_no_constant))
        except RecursionError as error:
            raise ValueError("too deep") from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _Readable(JSONRenderer):
    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class _Api(NinjaAPI):
    def get_content_type(self) -> str:
        """JSON is UTF-8 by itself."""
        return "application/json"


api = _Api(
    title="docservice",
    version="1",
    description=_ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
    parser=_Strict(),
    renderer=_Readable(),
)
api.add_exception_handler(Exception, problem.handle)
for _fault in list(api._exception_handlers):
    api.add_exception_handler(_fault, problem.handle)
_MODULES = (
    years, opening, pictures, overview, applicants, imports, results, evidence, redaction, looking, handovers, requests,
    previews, jobs, documents, numbers, archive, disposals, search, sheets, events, accounts,
    templates,
)  # fmt: skip
for _module in _MODULES:
    api.add_router("", _module.area, tags=[_module.__name__.rsplit(".", 1)[1]])


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; errors are described as what they are, problem+json."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    for operations in made["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                _mend(operation, answer, int(status))
    return made


def _mend(operation: dict[str, Any], answer: dict[str, Any], status: int) -> None:
    answer["headers"] = {"X-Request-ID": {"schema": {"type": "string"}}}
    if status >= 400:
        answer["content"] = {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    elif kinds := operation.pop("x-bytes", None):
        answer["content"] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}


def guard(view: View) -> View:
    """What stands around every answer: its number, its language, no keeping by caches, problem+json for what is not."""

    @wraps(view)
    def answered(request: HttpRequest, /, **given: Any) -> HttpResponseBase:
        told = request.headers.get("X-Request-ID", "")
        number = told if _NUMBER.fullmatch(told) else secrets.token_hex(8)
        language, head = _language(request), request.method == "HEAD"
        cast(Any, request).number, cast(Any, request).head = number, head
        request.method = "GET" if head else request.method
        with translation.override(language):
            made = view(request, **given)
            if made.status_code == NotAllowed.http:
                made = _not_allowed(request, ", ".join(sorted(made.headers.get("Allow", "").split(", "))))
        for name, value in {"X-Request-ID": number, "Content-Language": language}.items():
            made[name] = value
        made.headers.setdefault("Cache-Control", "private, no-store")
        return _without_body(made) if head else made

    cast(Any, answered).csrf_exempt = True  # no cookie opens anything here
    return answered


def _language(request: HttpRequest) -> str:
    wanted = (name.split("-")[0] for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return next((name for name in wanted if name in _LANGUAGES), "th")


def _not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    made = problem.answer(
        request,
        NotAllowed(
            f"ที่อยู่นี้ไม่รับ {request.method}",
            f"ใช้ {allow}",
            english=f"{request.method} is not allowed here. Use {allow}.",
        ),
    )
    made["Allow"] = allow
    return made


def _without_body(made: HttpResponseBase) -> HttpResponseBase:
    if isinstance(made, StreamingHttpResponse):
        made.close()
        made.streaming_content = []
    elif isinstance(made, HttpResponse):
        made.headers.setdefault("Content-Length", str(len(made.content)))
        length, made.content = made["Content-Length"], b""
        made["Content-Length"] = length
    return made


def _start(request: HttpRequest) -> HttpResponse:
    """Where to go from here."""
    return _json({"version": 1, "openapi": "/api/v1/openapi.json", "docs": "/api/v1/docs"})


def _openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return _json(document())


def _docs(request: HttpRequest) -> HttpResponse:
    """The operations and the codes of errors, as a page."""
    operations = [
        {"method": method.upper(), "path": place, **operation}
        for place, found in document()["paths"].items()
        for method, operation in found.items()
    ]
    codes = [(code, *titles) for code, titles in problem.TITLES.items()]
    return render(request, "api/docs.html", {"operations": operations, "codes": codes, "scopes": SCOPES})


def _nothing(request: HttpRequest, **_: Any) -> HttpResponse:
    """No such address."""
    return problem.answer(
        request,
        NotFound("ไม่มีที่อยู่นี้ใน API", "ดูรายการที่ /api/v1/docs", english="There is no such address. See /api/v1/docs."),
    )


def _safe(view: Callable[[HttpRequest], HttpResponse]) -> View:
    @wraps(view)
    def only(request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            return view(request)
        return HttpResponse(status=NotAllowed.http, headers={"Allow": "GET"})

    return only


def _json(content: object) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/json")


def _guarded(pattern: URLPattern) -> URLPattern:
    pattern.callback = guard(pattern.callback)
    return pattern


urlpatterns = [
    path("", guard(_safe(_start)), name="api"),
    path("openapi.json", guard(_safe(_openapi)), name="api-openapi"),
    path("docs", guard(_safe(_docs)), name="api-docs"),
    *(_guarded(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern) and str(pattern.pattern)),
    re_path(r"^(?P<rest>.*)$", guard(_nothing), name="api-nothing"),
]
