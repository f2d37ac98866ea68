"""Bytes that somebody calls a template, opened within bounds: parts and their XML, or the one fault that forbids it.

Nothing is parsed before it was measured; no document type, no entity, no depth beyond 256 elements.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from docservice.render import package
from docservice.render.doctor.report import Place
from docservice.render.package import DOCUMENT, NS, Parts, q

MOST_BYTES = package.MOST_BYTES
MOST_UNPACKED = 192 * 1024**2
MOST_XML = 48 * 1024**2
MOST_PARTS = 4_000
MOST_ELEMENTS = 1_500_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
_XML = (".xml", ".rels", ".vml")
FLOWING = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"


class Unreadable(Exception):
    """The file cannot be a template; ``code``, ``facts`` for its words, and the place where it shows."""

    def __init__(self, code: str, place: Place | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts
        self.place = place or Place()


@dataclass
class Opened:
    """A Word file: bytes of every part by name, and the parsed tree of those that are XML."""

    parts: Parts
    trees: dict[str, etree._Element] = field(default_factory=dict)

    def targets(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Relationship id → (type's last word, target, whether it is outside) of ``part``."""
        root = self.trees.get(package.rels_name(part))
        if root is None:
            return {}
        return {
            str(link.get("Id")): (
                str(link.get("Type")).rpartition("/")[2],
                str(link.get("Target")),
                link.get("TargetMode") == "External",
            )
            for link in root.iterfind(q("rel:Relationship"))
        }

    def flowing(self) -> list[str]:
        """Names of the parts that hold text of the paper, the body first."""
        names = sorted(name for name in self.trees if FLOWING.fullmatch(name))
        return sorted(names, key=lambda name: name != DOCUMENT)


def opened(data: bytes) -> Opened:
    """The file's parts. Raises ``Unreadable``."""
    if len(data) > MOST_BYTES:
        raise Unreadable("file-too-large", most=MOST_BYTES // 1024**2)
    if not data[:1024].strip(b"\0 \r\n") and not data.strip(b"\0 \r\n"):
        raise Unreadable("empty-file")
    if not data.startswith(b"PK"):
        raise _foreign(data)
    parts = _parts(data)
    found = Opened(parts)
    count = 0
    for name in sorted(parts, key=lambda name: name != DOCUMENT):
        if name.lower().endswith(_XML) and parts[name].strip():
            found.trees[name] = tree = _tree(name, parts[name])
            if FLOWING.fullmatch(name):
                count += sum(1 for _ in tree.iter())
                if count > MOST_ELEMENTS:
                    raise _too_many("ชิ้นส่วน", "elements", count, MOST_ELEMENTS)
    if found.trees[DOCUMENT].find(q("w:body")) is None:
        raise Unreadable("damaged", why="ไม่มีเนื้อเอกสารแบบที่ระบบอ่านได้")
    return found


def _too_many(what: str, english: str, count: int, most: int) -> Unreadable:
    return Unreadable("too-many-pieces", what=what, what_english=english, count=f"{count:,}", most=f"{most:,}")


def _foreign(data: bytes) -> Unreadable:
    """What a file is that is no zip."""
    if b"%PDF-" in data[:1024]:
        return Unreadable("pdf")
    if data.startswith(_OLE):
        names = data if len(data) < 32 * 1024**2 else data[: 32 * 1024**2]
        if "EncryptedPackage".encode("utf-16-le") in names:
            return Unreadable("password")
        if "Workbook".encode("utf-16-le") in names:
            return Unreadable("other-office", what="ไฟล์ Excel (.xls)", what_english="an Excel file (.xls)")
        if "PowerPoint Document".encode("utf-16-le") in names:
            return Unreadable("other-office", what="ไฟล์ PowerPoint (.ppt)", what_english="a PowerPoint file (.ppt)")
        return Unreadable("old-word")
    if data.lstrip()[:5] == b"{\\rtf":
        return Unreadable("other-office", what="ไฟล์ RTF", what_english="an RTF file")
    return Unreadable("not-word")


def _parts(data: bytes) -> Parts:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = {entry.filename for entry in entries}
            _is_word(archive, names)
            if len(entries) > MOST_PARTS:
                raise Unreadable("too-much-inside")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable("password")
            return _read(archive, entries)
    except _ZIP_FAULTS as error:
        why = "ไฟล์ซิปขาดหรือเสีย" if isinstance(error, zipfile.BadZipFile | EOFError | zlib.error) else str(error)[:80]
        raise Unreadable("damaged", why=why) from error


def _is_word(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode("ascii", "replace").rpartition(".")[2]
        raise Unreadable("open-document", ending={"text": ".odt", "spreadsheet": ".ods"}.get(kind, f".{kind}"))
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        raise Unreadable("other-office", what="ไฟล์ Excel (.xlsx)", what_english="an Excel file (.xlsx)")
    if "ppt/presentation.xml" in names:
        raise Unreadable("other-office", what="ไฟล์ PowerPoint (.pptx)", what_english="a PowerPoint file (.pptx)")
    if "[Content_Types].xml" not in names:
        raise Unreadable("not-word")
    if DOCUMENT not in names:
        raise Unreadable("damaged", why="ไม่มีเนื้อเอกสาร word/document.xml")


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Parts:
    parts: Parts = {}
    left = MOST_UNPACKED
    for entry in entries:
        most = min(left, MOST_XML) if entry.filename.lower().endswith(_XML) else left
        with archive.open(entry) as part:
            data = part.read(most + 1)
        if len(data) > most:
            raise Unreadable("too-much-inside")
        left -= len(data)
        parts[entry.filename] = data
    return parts


def _tree(name: str, data: bytes) -> etree._Element:
    place = Place(entry=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in data[:4096] or "<!DOCTYPE".encode("utf-16-le") in data[:8192]:
        raise Unreadable("document-type", place, entry=name)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Unreadable("broken-xml", place, entry=name, line=line, why=str(error)[:120]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("document-type", place, entry=name)
    if name == DOCUMENT and _STRICT in data[:20_000] and NS["w"].encode() not in data[:20_000]:
        raise Unreadable("damaged", why="บันทึกเป็นแบบ Strict Open XML")
    return root
