"""A Word file as named parts: read within limits, checked before LibreOffice sees it, written the same each time."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache

from lxml import etree

from docservice.errors import InputRefused

Parts = dict[str, bytes]

DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
MOST_PARTS = 10_000
NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
    "ct": "http://schemas.openxmlformats.org/package/2006/content-types",
}
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_FIRST = (TYPES, "_rels/.rels", DOCUMENT)
_STORED = (".png", ".jpg", ".jpeg")
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|styles|numbering)\.xml")


class NotWordXml(ValueError):
    """Well-formed XML that no Word file has."""


@cache
def q(name: str) -> str:
    """``w:p`` as lxml wants it."""
    prefix, _, local = name.partition(":")
    return f"{{{NS[prefix]}}}{local}"


def parse(data: bytes) -> etree._Element:
    """One XML part, parsed strictly: no document type, no entities. Raises XMLSyntaxError or NotWordXml."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotWordXml("document type declarations are not allowed")
    return root


def serialise(root: etree._Element) -> bytes:
    """XML bytes with the declaration Word writes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def ending(document: bytes) -> str:
    """The file name's ending LibreOffice knows the document by; ``.docx`` for whatever is no other office document."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        return ".docx"
    return _OPEN_DOCUMENT.get(kind, ".xlsx" if "xl/workbook.xml" in names else ".docx")


def read(docx: bytes) -> Parts:
    """All parts by name. Raises InputRefused for anything that is not a sound Word file of sensible size."""
    refuse_large(docx, ())
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            entries = archive.infolist()
            refuse_large(docx, [entry.file_size for entry in entries])
            parts = {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _refused("เสียหายหรือไม่ใช่ไฟล์ Word", f"is damaged or not a Word file: {error}") from error
    if DOCUMENT not in parts or TYPES not in parts:
        raise _refused("ไม่มีเนื้อเอกสารของ Word (.docx)", "has no Word document inside")
    check_xml(parts)
    return parts


def refuse_large(docx: bytes, sizes: Sequence[int]) -> None:
    """Raise InputRefused for a Word file that is too large, packed or unpacked; ``sizes``: of its parts, in bytes."""
    if len(docx) > MOST_BYTES:
        raise _refused("มีขนาดใหญ่เกินไป", "is too large")
    if len(sizes) > MOST_PARTS or sum(sizes) > MOST_UNPACKED:
        raise _refused("มีขนาดใหญ่เกินไปเมื่อคลายการบีบอัด", "is too large when unpacked")


def check_xml(parts: Parts) -> None:
    """Parse every XML part strictly. Raises InputRefused naming the part."""
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                parse(data)
            except (etree.XMLSyntaxError, NotWordXml) as error:
                raise _refused(f"ส่วน {name} อ่านไม่ได้", f"has a part that is not well-formed, {name}: {error}") from error


def in_order(parts: Mapping[str, bytes]) -> list[str]:
    """The parts' names as they come in a file: content types first."""
    return [name for name in _FIRST if name in parts] + sorted(name for name in parts if name not in _FIRST)


def write(parts: Mapping[str, bytes]) -> bytes:
    """The zip bytes: order and times fixed, so equal parts give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in in_order(parts):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()


def for_libreoffice(parts: Parts) -> Parts:
    """A copy as LibreOffice is to see it, in the order of a file.

    ``thaiDistribute`` becomes ``both`` (LibreOffice 7.4 sets the former ragged), and outside files are unlinked, so
    that a document cannot make the server fetch anything. Hyperlinks stay.
    """
    copy = {name: parts[name] for name in in_order(parts)}
    for name, data in parts.items():
        if _TEXT_PART.fullmatch(name):
            copy[name] = data.replace(b'"thaiDistribute"', b'"both"')
        elif name.endswith(".rels") and b"External" in data:
            copy[name] = _unlinked(data)
    return copy


def text_parts(parts: Parts) -> list[str]:
    """The names of the parts that hold text: the document, headers, footers, notes."""
    return [name for name in parts if _TEXT_PART.fullmatch(name)]


def asks_thai_numbers(parts: Parts) -> bool:
    """Whether page numbers are to be in Thai digits."""
    return any(b'"thaiNumbers"' in parts[name] or b"THAIARABIC" in parts[name] for name in text_parts(parts))


def _unlinked(data: bytes) -> bytes:
    root = parse(data)
    for link in root.findall(q("rel:Relationship")):
        if link.get("TargetMode") == "External" and not str(link.get("Type")).endswith("/hyperlink"):
            root.remove(link)
    return serialise(root)


def rels_name(part: str) -> str:
    """``word/document.xml`` → ``word/_rels/document.xml.rels``."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def relations(parts: Parts, part: str) -> dict[str, str]:
    """Relationship id → part name, for the internal relationships of ``part``."""
    data = parts.get(rels_name(part))
    if data is None:
        return {}
    folder = posixpath.dirname(part)
    return {
        str(link.get("Id")): posixpath.normpath(posixpath.join(folder, str(link.get("Target")))).lstrip("/")
        for link in parse(data).findall(q("rel:Relationship"))
        if link.get("TargetMode") != "External"
    }


def add_picture(parts: Parts, part: str, rid: str, data: bytes, name: str) -> None:
    """Add picture ``data`` as ``word/media/<name>`` and relate it to ``part`` under ``rid``."""
    target = f"word/media/{name}"
    parts[target] = data
    links = parse(parts[rels_name(part)])
    link = etree.SubElement(links, q("rel:Relationship"))
    link.set("Id", rid)
    link.set("Type", f"{NS['r']}/image")
    link.set("Target", posixpath.relpath(target, posixpath.dirname(part)))
    parts[rels_name(part)] = serialise(links)
    parts[TYPES] = with_picture_type(parts[TYPES], posixpath.splitext(name)[1][1:])


def with_picture_type(data: bytes, suffix: str) -> bytes:
    """Content types ``data`` that know pictures with this ending."""
    types = parse(data)
    if any(str(known.get("Extension")).lower() == suffix for known in types.findall(q("ct:Default"))):
        return data
    default = etree.Element(q("ct:Default"))
    default.set("Extension", suffix)
    default.set("ContentType", "image/jpeg" if suffix in ("jpg", "jpeg") else f"image/{suffix}")
    types.insert(0, default)
    return serialise(types)


def _refused(thai: str, english: str) -> InputRefused:
    return InputRefused(
        f"ไฟล์ Word นี้{thai}",
        "กรุณาเปิดไฟล์ด้วย Word แล้วบันทึกใหม่เป็น .docx",
        english=f"The Word file {english}. Open it in Word and save it again as .docx.",
    )
