"""What a browser hands in for a year: a year file, the emblem, the certificate's border. Bytes are never trusted."""

from __future__ import annotations

import copy
import hashlib
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from docservice import register, stores
from docservice.errors import InputRefused, Outdated, TooLarge
from docservice.render import pictures
from docservice.year_tree import Settings, everywhere
from docservice.yearfile import YearFile

LARGEST_PICTURE = 4 * 2**20
LARGEST_FILE = 2 * 2**20
_ASSET = re.compile(r"asset:([0-9a-f]{64})")
_PICTURES = {"emblem": ("emblem",), "border": ("certificate", "border")}


def read_file(data: bytes) -> Settings:
    """The settings in an uploaded year file; pictures that are not kept in the store already are left out.

    A path in an uploaded file never reads a file of this machine.
    """
    if len(data) > LARGEST_FILE:
        raise TooLarge("แฟ้มประจำปีใหญ่เกิน ๒ MB", "เลือกแฟ้ม year.toml", english="A year file has 2 MB at most.")
    try:
        settings = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputRefused(
            f"อ่านแฟ้มประจำปีไม่ได้: {error}",
            "เลือกแฟ้ม year.toml ที่บันทึกแบบ UTF-8 แล้วลองอีกครั้ง",
            english=f"The year file cannot be read: {error}",
        ) from error
    for name in _PICTURES:
        settings = everywhere(settings, name, lambda value, name=name: _kept(name, value))  # type: ignore[misc]
    YearFile.parse(settings)
    return dict(settings)


def _kept(name: str, value: Any) -> Mapping[str, Any]:
    found = _ASSET.fullmatch(value) if isinstance(value, str) else None
    return {name: value} if found and stores.opened(stores.ASSETS).stat(found[1]) else {}


def refuse_paths(settings: Settings) -> None:
    """``InputRefused`` for a picture that is not kept in the store: a path would read a file of this machine."""

    def checked(name: str, value: Any) -> Mapping[str, Any]:
        if value and not _kept(name, value):
            raise InputRefused(
                f"ภาพ {name} ต้องเป็นภาพที่เก็บไว้ในระบบแล้ว (asset:…) หรือว่าง",
                "เลือกภาพในหน้าตั้งค่า แล้วใช้ชื่อ asset: ที่ได้",
                english=f"{name} must be a kept picture (asset:…) or empty. Upload it on the settings page.",
            )
        return {name: value}

    for name in _PICTURES:
        everywhere(settings, name, lambda value, name=name: checked(name, value))  # type: ignore[misc]


def set_picture(year: YearFile, which: str, data: bytes | None, *, seen: str | None = None, actor: str) -> bool:
    """Keep the emblem or the certificate's border (PNG or JPEG), or take it out with ``None``.

    ``seen``: the kept name when it was read (``Outdated`` when it has changed since), ``None`` to overwrite.
    """
    path = _PICTURES[which]
    kept = _keep(which, data) if data is not None else ""

    def alter(settings: Settings) -> Settings:
        if seen is not None and picture(settings, which) != seen:
            raise Outdated(
                "มีผู้เปลี่ยนภาพนี้ไปก่อนแล้ว ยังไม่ได้บันทึก",
                "อ่านภาพล่าสุด แล้วส่งใหม่",
                english="The picture has changed since it was read; nothing was saved. Read it again.",
            )
        after = copy.deepcopy(settings)
        place = after
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = kept
        return after

    return register.amend_year(year, alter, actor=actor, section=which)


def picture(settings: Settings, which: str) -> str:
    """The kept name (``asset:<digest>``) of the emblem or the border, or nothing."""
    place: Any = settings
    for step in _PICTURES[which]:
        place = place.get(step, "") if isinstance(place, Mapping) else ""
    return place if isinstance(place, str) and _ASSET.fullmatch(place) else ""


def _keep(which: str, data: bytes) -> str:
    """The picture in the store, by its digest; whatever is no PNG or JPEG is refused first."""
    if len(data) > LARGEST_PICTURE:
        raise TooLarge("ภาพใหญ่เกิน ๔ MB", "ย่อภาพแล้วเลือกใหม่", english="A picture has 4 MB at most.")
    pictures.read(which, data)
    digest = hashlib.sha256(data).hexdigest()
    stores.opened(stores.ASSETS).put(digest, data)
    return f"asset:{digest}"


def picture_bytes(settings: Settings, which: str) -> bytes:
    """The emblem or the border itself; nothing where there is none."""
    found = _ASSET.fullmatch(picture(settings, which))
    if found is None:
        return b""
    with stores.opened(stores.ASSETS).open(found[1]) as stream:
        return stream.read()
