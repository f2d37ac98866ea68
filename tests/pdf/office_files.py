"""Office documents of every kind, as small as they may be, and with what must not reach out of them."""

from __future__ import annotations

import io
import zipfile

import openpyxl

_ODT = "application/vnd.oasis.opendocument.text"
_NAMESPACES = " ".join(
    f'xmlns:{short}="{long}"'
    for short, long in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
_EXTERNAL = (
    '<draw:frame text:anchor-type="paragraph" svg:width="3cm" svg:height="3cm">'
    '<draw:image xlink:href="{}" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
)


def odt(text: str, *, picture: str = "") -> bytes:
    """An OpenDocument text of one paragraph; ``picture``: the address of one that lies elsewhere."""
    body = f"<text:p>{text}{_EXTERNAL.format(picture) if picture else ''}</text:p>"
    script = '<office:scripts><office:script script:language="ooo:Basic"/></office:scripts>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
        f"{script}<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODT}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return packed({"mimetype": _ODT, "META-INF/manifest.xml": manifest, "content.xml": content})


def xlsx(*rows: tuple[object, ...]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(document: bytes, **changed: str) -> bytes:
    """``document`` with the named parts (``__`` for ``/``) added or replaced."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    return packed(parts | {name.replace("__", "/"): content for name, content in changed.items()})


def packed(parts: dict[str, str] | dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def part(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name)


def names(document: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return set(package.namelist())
