"""Bytes on their way out: whole, or the part that ``Range`` names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from docservice.api.asking import Asking
from docservice.download import Stretch

ANY, ZIP = "application/octet-stream", "application/zip"


@dataclass(frozen=True)
class Bytes:
    """What is sent: its length, a tag that changes with its bytes, its media type and file name."""

    size: int
    tag: str
    media_type: str
    name: str


def sent(request: Asking, what: Bytes, read: Callable[[Stretch], Iterator[bytes]]) -> HttpResponseBase:
    """The answer; ``read`` is asked for the bytes only when some are to be sent."""
    tag = f'"{what.tag}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    stretch = Stretch.asked(asked, what.size)
    if stretch is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{what.size}"})
    body = iter(()) if request.head else read(stretch)
    answer = StreamingHttpResponse(body, status=200 if stretch.whole else 206, content_type=what.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, what.name) or "attachment"
    answer["Content-Length"] = str(stretch.length)
    answer["Accept-Ranges"], answer["ETag"] = "bytes", tag
    if not stretch.whole:
        answer["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{what.size}"
    return answer


def described(media_type: str) -> dict[str, Any]:
    """For the OpenAPI document: what an operation that sends bytes takes and answers besides."""
    some = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    asked = {
        "name": "Range",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "example": "bytes=0-1023"},
    }
    return {
        "parameters": [asked],
        "responses": {
            206: {"description": "Part of it", "content": some},
            304: {"description": "Not modified"},
            416: {"description": "Nothing of the range is in the file"},
        },
        "x-bytes": [media_type],
    }
