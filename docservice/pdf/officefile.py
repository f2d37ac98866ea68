"""An office document before LibreOffice sees it: within bounds, without macros, without anything that leads outside.

What is shown stays: values of formulas, hyperlinks, pictures in the file. Pictures, objects and data elsewhere go.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from docservice.errors import EvidenceRefused
from docservice.pdf import sniff

_MOST_PARTS = 10_000
_MOST_BYTES = 256 * 1024**2
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_PROGRAMS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|activeX/|macrosheets/|Basic/|Scripts/)", re.IGNORECASE)
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_TEXT_LINKS = (
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}a",
)
_ACTING = ("scripts", "event-listeners", "dde-source", "dde-connection-decl", "dde-links")
_REACHES_OUT = re.compile(r"WEBSERVICE|\bDDE\b|://|\[\d+\]|\|", re.IGNORECASE)
_FAULTS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError)


def clean(path: Path, media_type: str, *, name: str) -> bytes:
    """The document at ``path`` (of ``media_type``) as LibreOffice may load it.

    Raises ``EvidenceRefused`` when it is damaged, locked, larger than the bounds when unpacked, or holds XML with a
    document type (entities).
    """
    opened_by = _open_document if media_type in (sniff.ODT, sniff.ODS) else _office_xml
    try:
        parts = {part: data for part, data in _parts(path, name).items() if not _PROGRAMS.search(part)}
        return _written({part: _cleaned(part, data, opened_by) for part, data in parts.items()})
    except (*_FAULTS, etree.XMLSyntaxError) as fault:
        raise _refused(name, "เสียหาย เปิดอ่านไม่ได้", "is damaged") from fault


def _parts(path: Path, name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        entries = package.infolist()
        if len(entries) > _MOST_PARTS:
            raise _refused(name, "มีส่วนประกอบมากเกินไป", "has too many parts")
        if any(entry.flag_bits & 1 for entry in entries):
            raise _refused(name, "ใส่รหัสผ่านไว้", "is locked with a password")
        parts, left = {}, _MOST_BYTES
        for entry in entries:
            with package.open(entry) as part:
                data = part.read(left + 1)
            left -= len(data)
            if left < 0:
                raise _refused(name, "มีขนาดใหญ่เกินไปเมื่อคลายการบีบอัด", "is too large when unpacked")
            if not entry.is_dir():
                parts[entry.filename] = data
    return parts


def _cleaned(part: str, data: bytes, clean_tree: Callable[[str, etree._Element], None]) -> bytes:
    if not part.endswith((".xml", ".rels", ".vml")) or not data:
        return data
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("document type")
    clean_tree(part, root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _office_xml(part: str, root: etree._Element) -> None:
    if part.endswith(".rels"):
        for link in list(root):
            outside = link.get("TargetMode") == "External" and not str(link.get("Type")).endswith("/hyperlink")
            if outside or _PROGRAMS.search(str(link.get("Target"))):
                root.remove(link)
    elif part == "[Content_Types].xml":
        for entry in list(root):
            if _PROGRAMS.search(str(entry.get("PartName", ""))):
                root.remove(entry)
            else:
                kind = str(entry.get("ContentType"))
                entry.set("ContentType", kind.replace("application/vnd.ms-word.document.macroEnabled.main+xml", _MAIN))
    for formula in list(root.iter(f"{_SPREADSHEET}f")):
        if _REACHES_OUT.search(formula.text or ""):
            parent = formula.getparent()
            if parent is not None:
                parent.remove(formula)


_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _open_document(part: str, root: etree._Element) -> None:
    if part == "META-INF/manifest.xml":
        for entry in list(root):
            if _PROGRAMS.search(str(entry.get(f"{_MANIFEST}full-path", ""))):
                root.remove(entry)
        if next(root.iter(f"{_MANIFEST}encryption-data"), None) is not None:
            raise ValueError("encrypted")
    for element in list(root.iter(etree.Element)):
        parent = element.getparent()
        if etree.QName(element).localname in _ACTING and parent is not None:
            parent.remove(element)
            continue
        _unlink(element)


def _unlink(element: etree._Element) -> None:
    address = element.get(_HREF, "")
    outside = ":" in address.partition("/")[0] or address.startswith(("/", "../", "\\"))
    if outside and element.tag not in _TEXT_LINKS:
        del element.attrib[_HREF]
    for key, value in list(element.attrib.items()):
        if str(key).endswith("}formula") and _REACHES_OUT.search(str(value)):
            del element.attrib[key]


def _written(parts: dict[str, bytes]) -> bytes:
    """``mimetype`` first and unpacked, as OpenDocument asks; times fixed, so equal parts give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part in sorted(parts, key=lambda part: part != "mimetype"):
            entry = zipfile.ZipInfo(part, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[part], compresslevel=1)
    return out.getvalue()


def _refused(name: str, what: str, english: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"ไฟล์ {name} {what}",
        "กรุณาเปิดไฟล์แล้วบันทึกเป็น PDF ส่งอีกครั้ง",
        english=f"{name} {english}. Open it and save it as PDF.",
    )
