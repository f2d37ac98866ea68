"""A page that LibreOffice wrote for a paper of a lot, read as what is painted and what it says.

Two pages are the same when ``seen`` is: every glyph at its place, every number between, every picture to the pixel,
whatever names and codes stand for them in their files.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
from PIL import Image

from docservice.render.reprint import handset
from docservice.render.reprint.embedded import Embedded
from docservice.render.reprint.handset import Block, Unread
from docservice.render.reprint.skeleton import Filled

PAINTED = re.compile(rb"/([^\s/]+) Do\b")
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_HEADER = struct.Struct(">2I5B")
_CHUNK = struct.Struct(">I4s")
_PLAIN = ("/Length", "/DecodeParms", "/Filter")
_KNOWN = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox"}
_RESOURCES = {"/Font", "/XObject", "/ProcSet"}

Shown = tuple[int, int, bytes]


@dataclass(frozen=True)
class Page:
    """A page as LibreOffice wrote it, with the paper it shows."""

    paper: Filled
    contents: bytes
    fonts: Mapping[str, Embedded]
    images: Mapping[str, object]
    rest: bytes
    blocks: tuple[Block, ...]

    def seen(self) -> tuple[object, ...]:
        """All that is painted and read, whatever names and codes stand for it; equal means the same page."""
        return looks(self.contents, self.blocks, self.images), self.rest

    @property
    def painted(self) -> list[object]:
        """Its pictures in their order."""
        return [self.images[name.decode()] for name in PAINTED.findall(self.contents)]


def looks(contents: bytes, blocks: Sequence[Block], images: Mapping[str, object]) -> list[object]:
    """Contents with each block as what it shows, and each picture as what it is."""
    out: list[object] = []
    at = 0
    for block in [*blocks, None]:
        between = contents[at : block.start if block else None]
        out.append(PAINTED.sub(b"Do", between))
        out += [images[name.decode()] for name in PAINTED.findall(between)]
        if block:
            out.append(block.look)
            at = block.end
    return out


def page(paper: Filled, sheet: pikepdf.Page, fonts: Mapping[str, Embedded], known: dict[Any, object]) -> Page:
    """A page read. Raises Unread for one with more on it than text, lines and pictures."""
    resources = sheet.resources
    if set(sheet.obj.keys()) - _KNOWN or set(resources.keys()) - _RESOURCES:
        raise Unread("a page with more than text and pictures")
    stream = sheet.obj.get("/Contents")
    if not isinstance(stream, pikepdf.Stream):
        raise Unread("a page in pieces")
    contents = stream.read_bytes()
    if len({font.name for font in fonts.values()}) != len(fonts):
        raise Unread("two fonts of one name")
    images = {}
    for name in {found.decode() for found in PAINTED.findall(contents)}:
        image = resources.XObject[f"/{name}"]
        if image.objgen not in known:
            known[image.objgen] = picture(image)
        images[name] = known[image.objgen]
    rest = sheet.obj.MediaBox.unparse()
    return Page(paper, contents, fonts, images, rest, tuple(handset.blocks(contents, fonts)))


def picture(stream: Any) -> object:
    """What an image of the file shows. Raises Unread for anything else that can be painted."""
    if stream.get("/Subtype") != "/Image":
        raise Unread("a form")
    entries = []
    for key, value in sorted(stream.items()):
        if isinstance(value, pikepdf.Stream):
            entries.append((key, picture(value)))
        elif key not in _PLAIN:
            entries.append((key, value.unparse() if isinstance(value, pikepdf.Object) else value))
    return tuple(entries), stream.read_raw_bytes() if _is_jpeg(stream) else stream.read_bytes()


def _is_jpeg(stream: Any) -> bool:
    return bool(stream.get("/Filter") == "/DCTDecode")


def grey(data: bytes) -> Shown | None:
    """Width, height and pixels of a picture as LibreOffice puts black and white ones into a PDF; None for others."""
    with Image.open(io.BytesIO(data)) as image:
        if image.format != "PNG" or image.mode != "1" or "transparency" in image.info:
            return None
        return image.width, image.height, image.convert("L").tobytes()


class Bits(NamedTuple):
    """A black and white picture; ``data`` are its lines as a PNG has them, filtered and compressed."""

    width: int
    height: int
    data: bytes


def bits(data: bytes) -> Bits | None:
    """A PNG of one bit a pixel and nothing but pixels; None for any other picture."""
    if not data.startswith(_PNG):
        return None
    width, height, depth, colour, _, _, interlaced = _HEADER.unpack_from(data, len(_PNG))
    lines, at, plain = b"", len(_PNG) + _HEADER.size + 4, (depth, colour, interlaced) == (1, 0, 0)
    while plain and at < len(data):
        length, kind = _CHUNK.unpack_from(data, at)
        if kind == b"IDAT":
            lines += data[at + 8 : at + 8 + length]
        elif kind == b"IEND":
            return Bits(width, height, lines)
        else:
            plain = False
        at += 12 + length
    return None


def as_grey(image: object) -> Shown | None:
    """A picture of a page, if it is one that ``grey`` makes."""
    entries, pixels = image if isinstance(image, tuple) else ((), b"")
    size = dict(entries)
    shown = (size.get("/Width", 0), size.get("/Height", 0), pixels)
    return shown if told(shown) == image else None


def told(shown: Shown) -> object:
    """``picture`` of what ``grey`` made."""
    width, height, pixels = shown
    entries = {
        "/BitsPerComponent": 8,
        "/ColorSpace": b"/DeviceGray",
        "/Height": height,
        "/Subtype": b"/Image",
        "/Type": b"/XObject",
        "/Width": width,
    }
    return tuple(entries.items()), pixels
