"""Pictures in a filled Word file: the slots a template offers, and what is put into them.

A slot is a drawing whose ``wp:docPr`` has ``descr`` = the name of a field (``emblem``, ``border``, ``photo``, ``qr``).
The picture keeps the slot's height and takes its own width, smaller where the place is too narrow for that; a border
fills its slot. Each slot gets a media part of its
own. An empty emblem keeps the dotted placeholder; any other empty slot disappears.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from lxml import etree
from PIL import Image, ImageOps

from docservice.errors import FactsRefused
from docservice.render import package, qr
from docservice.render.package import NS, Parts, q

SLOTS = ("emblem", "border", "photo", "qr")
_MOST_PIXELS = 60_000_000
_ORIENTATION = 0x0112
_EMU_PER_TWIP = 635
_EMU_PER_CM = 360_000
_WIDEST = 15 * _EMU_PER_CM
_BESIDE = 0.3  # cm of a table cell that the fixed spaces beside an emblem take


@dataclass(frozen=True)
class Picture:
    """Bytes that Word and PDF/A both take, with the size in pixels."""

    data: bytes
    suffix: str
    width: int
    height: int


def place(parts: Parts, context: Mapping[str, Any]) -> None:
    """Fill or clear every slot in ``parts`` from the fields of the same name.

    Raises FactsRefused naming the field for a picture that cannot be read.
    """
    made: dict[str, Picture | None] = {}
    number = 0
    for part in sorted(name for name in parts if name.startswith("word/") and name.endswith(".xml")):
        if b"descr=" not in parts[part]:
            continue
        root = package.parse(parts[part])
        slots = [mark for mark in root.iter(q("wp:docPr")) if mark.get("descr") in SLOTS]
        for mark in slots:
            field = str(mark.get("descr"))
            if field not in made:
                made[field] = given(field, context.get(field, ""))
            number += 1
            _fill(parts, part, mark, made[field], number)
        if slots:
            parts[part] = package.serialise(root)


@lru_cache(maxsize=16)
def read(field: str, data: bytes) -> Picture:
    """A PNG or JPEG, turned upright; read once however often it comes. Raises FactsRefused naming ``field``."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise _refused(field, "มีขนาดใหญ่เกิน ๖๐ ล้านจุด", "has more than 60 million pixels")
            image.load()
            if image.getexif().get(_ORIENTATION, 1) != 1:
                data = _upright(image)
                width, height = ImageOps.exif_transpose(image).size
            else:
                width, height = image.size
            return Picture(data, "png" if data.startswith(b"\x89PNG") else "jpeg", width, height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused(field, "อ่านไม่ได้", f"cannot be read: {error}") from error


def given(field: str, value: Any) -> Picture | None:
    """The picture a fact gives for slot ``field``, None for an empty one. Raises FactsRefused."""
    if not value:
        return None
    if isinstance(value, str) and field == "qr":
        return _code(value)
    return read(field, _bytes(field, value) if isinstance(value, str) else bytes(value))


def _bytes(field: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _refused(field, f"เปิดไม่ได้ ({path})", f"cannot be opened: {error}") from error


def _code(text: str) -> Picture:
    """A QR code of ``text`` with its quiet zone."""
    try:
        data, side = qr.png(text)
    except segno.DataOverflowError as error:
        raise _refused("qr", "มีข้อความยาวเกินไป", f"is too long: {error}") from error
    return Picture(data, "png", side, side)


def _upright(image: Image.Image) -> bytes:
    out = io.BytesIO()
    turned = ImageOps.exif_transpose(image)
    turned.save(out, format="PNG" if image.format == "PNG" else "JPEG", quality=95)
    return out.getvalue()


def _fill(parts: Parts, part: str, mark: etree._Element, picture: Picture | None, number: int) -> None:
    holder = mark.getparent()
    if holder is None:
        return
    field = str(mark.get("descr"))
    if picture is None:
        if field != "emblem":
            _clear(holder)
        return
    rid = f"rIdPicture{number}"
    package.add_picture(parts, part, rid, picture.data, f"picture{number}-{field}.{picture.suffix}")
    relate(mark, rid)
    if field != "border":
        resize(mark, picture.width / picture.height, room(holder))


def relate(mark: etree._Element, rid: str) -> None:
    """Let the slot of ``mark`` show the picture related under ``rid``."""
    holder = mark.getparent()
    for blip in holder.iter(q("a:blip")) if holder is not None else ():
        blip.set(q("r:embed"), rid)


def _clear(holder: etree._Element) -> None:
    drawing = holder.getparent()
    run = drawing.getparent() if drawing is not None else None
    if drawing is not None and run is not None:
        run.remove(drawing)


def resize(mark: etree._Element, aspect: float, widest: int) -> None:
    """Keep the slot's height, take the width from the picture; one wider than ``widest`` is made smaller."""
    holder = mark.getparent()
    extent = holder.find(q("wp:extent")) if holder is not None else None
    if holder is None or extent is None:
        return
    height = min(int(str(extent.get("cy"))), max(1, int(widest / aspect)))
    for size in [extent, *holder.iterfind(".//a:xfrm/a:ext", NS)]:
        size.set("cx", str(round(height * aspect)))
        size.set("cy", str(height))


def room(holder: etree._Element) -> int:
    """How wide a picture may be here, in EMU: the table cell it stands in, else the text."""
    for cell in holder.iterancestors(q("w:tc")):
        width = cell.find("w:tcPr/w:tcW", NS)
        if width is not None and width.get(q("w:type")) == "dxa":
            return int(str(width.get(q("w:w")))) * _EMU_PER_TWIP - round(_BESIDE * _EMU_PER_CM)
    return _WIDEST


def _refused(field: str, thai: str, english: str) -> FactsRefused:
    return FactsRefused(
        f"รูปภาพในช่อง “{field}” {thai}",
        "กรุณาใช้ไฟล์ PNG หรือ JPEG",
        english=f"The picture in '{field}' {english}. Use a PNG or JPEG file.",
    )
