"""The office's pictures: the emblem of its papers and the border of its certificates."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Header, Path, Schema

from docservice import year_files
from docservice.api.area import Area, Empty
from docservice.api.asking import Asking
from docservice.api.bytes import ANY
from docservice.api.fields import OneOf, YearInPath
from docservice.api.years import year_of
from docservice.errors import InputRefused, NotFound

area = Area()
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "description": "The picture itself: PNG or JPEG, 4 MB at most",
        "required": True,
        "content": {"image/png": _BINARY, "image/jpeg": _BINARY},
    }
}
WhichInPath = Annotated[str, OneOf(("emblem", "border")), Path()]
IfMatch = Annotated[str, Header(alias="If-Match", max_length=100, pattern=r'^("[0-9a-f]{64}")?$')]


class Picture(Schema):
    """A kept picture: ``picture`` is what facts call it (``asset:…``), empty when there is none."""

    which: str
    picture: str


@area.offer("GET", "/years/{year}/pictures/{which}", Empty, actions=("set-up",), extra={"x-bytes": [ANY]})
def get_picture(request: Asking, year: YearInPath, which: WhichInPath) -> HttpResponseBase:
    """The picture itself; ``ETag`` goes into ``If-Match`` of a change."""
    settings = dict(year_of(request, year).settings)
    data = year_files.picture_bytes(settings, which)
    if not data:
        raise NotFound("ยังไม่มีภาพนี้", "ส่งภาพก่อน", english="There is no such picture yet.")
    return HttpResponse(data, content_type=ANY, headers={"ETag": _tag(settings, which)})


@area.offer(
    "PUT", "/years/{year}/pictures/{which}", Picture, scope="write", actions=("set-up",), conflicts=(412,), extra=_BODY
)  # fmt: skip
def put_picture(
    request: Asking, year: YearInPath, which: WhichInPath, response: HttpResponse, if_match: IfMatch = ""
) -> Any:
    """Keep the picture that is the body; papers asked for from now on carry it. The same again changes nothing."""
    if not request.body:
        raise InputRefused("ยังไม่ได้ส่งภาพ", "ส่งภาพ PNG หรือ JPEG เป็นเนื้อหา", english="Send a PNG or JPEG as the body.")
    return _set(request, year, which, request.body, if_match, response)


@area.offer("DELETE", "/years/{year}/pictures/{which}", Picture, scope="write", actions=("set-up",), conflicts=(412,))
def remove_picture(
    request: Asking, year: YearInPath, which: WhichInPath, response: HttpResponse, if_match: IfMatch = ""
) -> Any:
    """Take the picture out; papers keep a dotted box for an emblem."""
    return _set(request, year, which, None, if_match, response)


def _set(request: Asking, year: int, which: str, data: bytes | None, if_match: str, response: HttpResponse) -> Any:
    seen = f"asset:{digest}" if (digest := if_match.strip('"')) else None
    year_files.set_picture(year_of(request, year), which, data, seen=seen, actor=request.user.username)
    settings = dict(year_of(request, year).settings)
    if data is not None:
        response["ETag"] = _tag(settings, which)
    return {"which": which, "picture": year_files.picture(settings, which)}


def _tag(settings: dict[str, Any], which: str) -> str:
    return f'"{year_files.picture(settings, which).removeprefix("asset:")}"'
