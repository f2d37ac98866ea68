"""A lot's PDF written again as one archival PDF for each paper: what papers share is read and put into bytes once.

LibreOffice gives all pages of a lot one set of resources; a paper gets those that its own pages name, so that nobody's
code or photograph travels in another's file. What a finished PDF must be is checked in ``pdfcheck``.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageCms

from docservice.render import reading_order

LANGUAGE = "th-TH"
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_SHOWN = re.compile(rb"(?:(?<![^\n])|(?<=\nQ ))q [\d. ]+ rg\nBT\n((?:[^\n]*\n)+?)ET\nQ(?![^\n])")
_STATES = (b"Tr", b"gs", b"BI")
_STATE = re.compile(rb"(?<!\S)(?:Tr|gs|BI)(?!\S)")
_SAID = {b"Span", b"ActualText"}
_NOT_COPIED = ("/Parent", "/Contents", "/Resources", "/StructParents", "/StructParent", "/Tabs")
_HEAD = b"%PDF-1.7\n%\xe0\xb8\x81\xe0\n"
_CATALOGUE, _PAGES, _METADATA, _INFO, _PROFILE = range(1, 6)
_FIRST_FREE = 6
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>Writer</xmp:CreatorTool>
<xmp:CreateDate>{created}</xmp:CreateDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""

Key = tuple[int, int]
Chunks = list[bytes | Key]


@dataclass(frozen=True)
class Piece:
    """One paper's PDF: its bytes, number of pages, and the PostScript names of its fonts without subset prefixes."""

    pdf: bytes
    pages: int
    fonts: frozenset[str]


class Whole:
    """A lot's PDF, its text put into reading order; ``piece`` writes some of its pages as a file of their own.

    ``document`` must stay open while this is used.
    """

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.pages = len(document.pages)
        self._created = datetime.now(UTC)
        self._producer = str(document.docinfo.get("/Producer", "LibreOffice"))
        self._objects: dict[Key, Chunks] = {}
        self._fonts: dict[Key, str] = {}
        self._sheets: list[tuple[Key, Chunks, bytes]] = []
        self._streams: dict[bytes, bytes] = {}
        places = {page.obj.objgen for page in document.pages}
        self._known = document
        for page, contents in zip(document.pages, reading_order.contents(document), strict=True):
            self._sheets.append((page.obj.objgen, self._sheet(page, contents, places), contents))

    def piece(self, first: int, end: int, title: str) -> Piece:
        """Pages ``first`` up to ``end`` (from 0) as a PDF/A-2b file with that title."""
        return self._piece(self._sheets[first:end], title)

    def specimen(self, title: str) -> Piece:
        """All pages, to be validated: text that a page shows again, in the same font's codes, stands there once.

        Where it was, an empty block is left: what is nested, and how deep, stays.
        """
        seen: set[object] = set()
        return self._piece(
            [(key, chunks, _thinned(contents, chunks, seen)) for key, chunks, contents in self._sheets], title
        )

    def _piece(self, sheets: Sequence[tuple[Key, Chunks, bytes]], title: str) -> Piece:
        numbers = {key: _FIRST_FREE + 2 * at for at, (key, _, _) in enumerate(sheets)}
        bodies = self._frame(numbers.values(), title)
        for _, chunks, contents in sheets:
            bodies += [chunks, [self._stream(contents)]]
        queue = [key for chunks in bodies for key in chunks if isinstance(key, tuple) and key not in numbers]
        used: set[Key] = set()
        while queue:
            key = queue.pop()
            if key in numbers or key not in self._objects:
                continue
            numbers[key] = len(bodies) + 1
            used.add(key)
            bodies.append(self._objects[key])
            queue += [inner for inner in self._objects[key] if isinstance(inner, tuple)]
        fonts = frozenset(self._fonts[key] for key in used if key in self._fonts)
        return Piece(
            _written([_joined(chunks, numbers, at) for at, chunks in enumerate(bodies, 1)]), len(sheets), fonts
        )

    def _frame(self, pages: Any, title: str) -> list[Chunks]:
        """What stands before the pages: catalogue, page list, metadata, information, colour profile."""
        kids = b" ".join(b"%d 0 R" % number for number in pages)
        xmp = _XMP.format(
            title=escape(title),
            language=LANGUAGE,
            producer=escape(self._producer),
            created=self._created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        ).encode()
        told = {"Title": title, "Producer": self._producer, "Creator": "Writer"}
        info = b"".join(b"/%s %s" % (name.encode(), pikepdf.String(text).unparse()) for name, text in told.items())
        return [
            [
                b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/Lang(%s)" % (_PAGES, _METADATA, LANGUAGE.encode()),
                b"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1",
                b"/OutputConditionIdentifier(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]>>" % _PROFILE,
            ],
            [b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids)],
            [b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n" % len(xmp), xmp, b"\nendstream"],
            [b"<<%s/CreationDate(%s)>>" % (info, self._created.strftime("D:%Y%m%d%H%M%SZ").encode())],
            [_profile()],
        ]

    def again(
        self, sheet: int, contents: Sequence[tuple[bytes, Mapping[Key, Key]]], objects: Mapping[Key, Chunks]
    ) -> Whole:
        """Pages like ``sheet`` (from 0) with contents of their own, and with other objects in place of the sheet's.

        ``objects`` are those that take their places; their keys must be unknown here.
        """
        _, chunks, _ = self._sheets[sheet]
        whole = copy(self)
        whole.pages, whole._created = len(contents), datetime.now(UTC)
        whole._objects = {**self._objects, **objects}
        whole._fonts = dict(self._fonts)
        whole._sheets, whole._streams = [], {}
        for number, (own, instead) in enumerate(contents):
            put = [instead.get(chunk, chunk) if isinstance(chunk, tuple) else chunk for chunk in chunks]
            whole._sheets.append(((-2, number), put, own))
            whole._fonts |= {new: self._fonts[old] for old, new in instead.items() if old in self._fonts}
        return whole

    # ------------------------------------------------------------------------------------------------ into bytes, once
    def _stream(self, contents: bytes) -> bytes:
        if contents not in self._streams:
            self._streams[contents] = _stream(contents)
        return self._streams[contents]

    def _sheet(self, page: pikepdf.Page, contents: bytes, places: set[Key]) -> Chunks:
        """A page's dictionary; its contents are the object after it."""
        named = {b"/" + name for name in _NAME.findall(contents)}
        chunks: Chunks = [b"<</Parent %d 0 R/Contents " % _PAGES, (-1, -1)]
        for key, value in page.obj.items():
            if key not in _NOT_COPIED:
                chunks += [pikepdf.Name(key).unparse(), b" ", *self._chunks(value, places)]
        chunks.append(b"/Resources<<")
        for kind, values in page.resources.items():
            if not isinstance(values, pikepdf.Dictionary):
                chunks += [kind.encode(), b" ", *self._chunks(values, places)]
                continue
            chunks += [kind.encode(), b"<<"]
            for name, value in values.items():
                written = pikepdf.Name(name).unparse()
                if written in named:
                    chunks += [written, b" ", *self._chunks(value, places)]
            chunks.append(b">>")
        return [*chunks, b">>>>"]

    def _chunks(self, value: Any, places: set[Key]) -> Iterator[bytes | Key]:
        """``value`` as bytes; a reference to another object is its number there. Objects met are read once."""
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            key = value.objgen
            if key not in self._objects and key not in places:
                self._objects[key] = []  # so that a ring ends here
                self._objects[key] = list(self._content(value, places))
            yield key
        else:
            yield from self._content(value, places)

    def _content(self, value: Any, places: set[Key]) -> Iterator[bytes | Key]:
        if isinstance(value, pikepdf.Stream):
            data = value.read_raw_bytes()
            yield from self._entries(value, places, {"/Length": len(data)})
            yield b"\nstream\n" + data + b"\nendstream"
        elif isinstance(value, pikepdf.Dictionary):
            if value.get("/Type") == "/Font" and "/BaseFont" in value:
                name = str(value.BaseFont).removeprefix("/")
                self._fonts[value.objgen] = name.partition("+")[2] or name
            yield from self._entries(value, places, {})
        elif isinstance(value, pikepdf.Array):
            yield b"["
            for item in value:
                yield from self._chunks(item, places)
                yield b" "
            yield b"]"
        else:
            yield _scalar(value)

    def _entries(self, value: Any, places: set[Key], instead: dict[str, Any]) -> Iterator[bytes | Key]:
        yield b"<<"
        for key, inner in {**dict(value.items()), **instead}.items():
            if key not in ("/StructParent", "/Parent"):
                yield pikepdf.Name(key).unparse() + b" "
                yield from self._chunks(inner, places)
        yield b">>"


def _thinned(contents: bytes, chunks: Chunks, seen: set[object]) -> bytes:
    """The contents without the text objects that were ``seen``: equal bytes, which set all that bears on them.

    Those are kept whose verdict may hang on what stands before them.
    """
    if any(state in contents for state in _STATES) and _STATE.search(contents):
        return contents
    named = {name: key for name, _, key in zip(chunks, chunks[1:], chunks[2:], strict=False) if isinstance(key, tuple)}

    def once(found: re.Match[bytes]) -> bytes:
        fonts = tuple(named.get(b"/" + name) for name in _NAME.findall(found[1]) if name not in _SAID)
        known = found[0], fonts
        if known in seen and b"\nET\n" not in found[1]:
            return b"q\nQ"
        if None not in fonts:
            seen.add(known)
        return found[0]

    return _SHOWN.sub(once, contents)


def _scalar(value: Any) -> bytes:
    if isinstance(value, pikepdf.Object):
        return value.unparse()
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if value is None:
        return b"null"
    return format(value, "f").encode() if isinstance(value, Decimal | float) else str(value).encode()


def _stream(contents: bytes) -> bytes:
    data = zlib.compress(contents)
    return b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(data), data)


def _joined(chunks: Chunks, numbers: dict[Key, int], own: int) -> bytes:
    """The object's bytes; a page of another paper is null, (-1, -1) the object after this one."""
    return b"".join(
        chunk
        if isinstance(chunk, bytes)
        else b"%d 0 R" % (own + 1)
        if chunk == (-1, -1)
        else b"%d 0 R" % numbers[chunk]
        if chunk in numbers
        else b"null"
        for chunk in chunks
    )


def _written(bodies: Sequence[bytes]) -> bytes:
    """A PDF file of these objects, numbered from 1."""
    parts, places, at = [_HEAD], [], len(_HEAD)
    for number, body in enumerate(bodies, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table))
    mark = hashlib.sha256(b"".join(bodies)).hexdigest()[:32].encode()
    parts.append(b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R" % (len(bodies) + 1, _CATALOGUE, _INFO))
    parts.append(b"/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (mark, mark, at))
    return b"".join(parts)


@cache
def _profile() -> bytes:
    """The sRGB profile of the output intent as a stream object; its date is left out: equal in every process."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07d00001000100000000 0000".replace(" ", ""))
    data = zlib.compress(bytes(profile))
    return b"<</N 3/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(data), data)
