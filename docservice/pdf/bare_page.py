"""One page of a book as its source gave it, without the book's stamp: what tells it from others, and its picture.

Stamps change with every version of a book, pages do not: what was recognised on a page is kept under its identity.
Strangers' pages: outside tests this runs in a child of the ward.
"""

from __future__ import annotations

import hashlib
import io
import re

import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream
from PIL import Image

_FENCE, _STAMP = b"q\n", b"Q\n"
_STAMP_FONT = re.compile(r"/DS\d+")
_SHOWN = (Name.MediaBox, Name.CropBox, Name.Rotate, Name.UserUnit)
_LONGEST = 5000
"""Pixels a side of a picture may have; a page that is larger is drawn coarser."""


def identity(page: Page) -> str:
    """SHA-256 (hex) of what the page shows: boxes, contents and all they use, whatever book it stands in."""
    found = hashlib.sha256()
    seen: set[tuple[int, int]] = set()
    for key in _SHOWN:
        _feed(found, page.obj.get(key, None), seen)
    for part in _own_contents(page):
        found.update(b"content")
        _feed(found, part, seen)
    for kind, of_kind in sorted(page.resources.items()):
        named = sorted(of_kind.items()) if isinstance(of_kind, Dictionary) else [("", of_kind)]
        for name, item in named:
            if not (kind == "/Font" and _STAMP_FONT.fullmatch(name)):
                found.update(f"{kind}{name}".encode())
                _feed(found, item, seen)
    return found.hexdigest()


def picture(page: Page, dpi: int) -> Image.Image:
    """The page in grey as a reader sees it, ``dpi`` fine, at most 5,000 pixels a side. May raise ``PdfiumError``."""
    alone = io.BytesIO()
    with Pdf.new() as single:
        single.pages.append(page)
        only = single.pages[0]
        only.obj[Name.Contents] = Array([single.make_indirect(part) for part in _own_contents(only)])
        single.save(alone, compress_streams=False)
    with pypdfium2.PdfDocument(alone.getvalue()) as document:
        drawn = document[0]
        scale = min(dpi / 72, _LONGEST / max(*drawn.get_size(), 1))
        grey: Image.Image = drawn.render(scale=scale, grayscale=True).to_pil().convert("L")
        return grey


def _own_contents(page: Page) -> list[Object]:
    """The page's content streams without the stamp's fence and drawing (``stamp``)."""
    contents = page.obj.get(Name.Contents)
    parts = contents.as_list() if isinstance(contents, Array) else [contents]
    streams: list[Object] = [part for part in parts if isinstance(part, Stream)]
    if len(streams) >= 2 and streams[0].read_bytes() == _FENCE and streams[-1].read_bytes().startswith(_STAMP):
        return streams[1:-1]
    return streams


def _feed(found: hashlib._Hash, item: object, seen: set[tuple[int, int]]) -> None:
    """Everything that ``item`` holds, each object once; where it lies in the file does not matter."""
    if isinstance(item, Object) and item.is_indirect:
        if item.objgen in seen:
            return
        seen.add(item.objgen)
    if isinstance(item, Stream):
        _feed_pairs(found, item.stream_dict, seen)
        found.update(memoryview(item.get_raw_stream_buffer()))
    elif isinstance(item, Dictionary):
        _feed_pairs(found, item, seen)
    elif isinstance(item, Array):
        found.update(b"[")
        for each in item.as_list():
            _feed(found, each, seen)
    else:
        found.update(repr(item).encode())


def _feed_pairs(found: hashlib._Hash, pairs: Object, seen: set[tuple[int, int]]) -> None:
    for key, value in sorted(pairs.items()):
        if key not in ("/Length", "/Parent"):
            found.update(key.encode())
            _feed(found, value, seen)
