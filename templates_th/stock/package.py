"""The Word file around a template's text: its parts, relationships and zip, with the same bytes at every build."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from templates_th.stock.elements import SLOT_NUMBERS, Xml, field, paragraph
from templates_th.stock.styles import FONT, styles_xml

SLOTS = Path(__file__).with_name("slots")
XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}/relationships" xmlns:wp="{DRAWING}/wordprocessingDrawing" '
    f'xmlns:a="{DRAWING}/main" xmlns:pic="{DRAWING}/picture"'
)
# Parts written beside document.xml: relationship id, relationship type, target, content type.
PARTS = (
    ("rIdStyles", "styles", "styles.xml", f"{WORD}.styles+xml"),
    ("rIdSettings", "settings", "settings.xml", f"{WORD}.settings+xml"),
    ("rIdFonts", "fontTable", "fontTable.xml", f"{WORD}.fontTable+xml"),
    ("rIdHeader", "header", "header1.xml", f"{WORD}.header+xml"),
    ("rIdHeaderFirst", "header", "header2.xml", f"{WORD}.header+xml"),
)
# Zip files carry dates; a fixed one keeps two builds of the same template equal, byte for byte.
BUILD_DATE = (2019, 1, 11, 0, 0, 0)


def word_file(title: str, *body: str) -> bytes:
    """The ``.docx`` whose body is ``body`` (block-level XML, the last one a ``section``), titled ``title``."""
    # A line break before every block keeps differences readable when the built file is reviewed as text.
    text = re.sub(r"<w:(p|tbl|tr)>", r"\n<w:\1>", "".join(body))
    slots = [slot for slot in SLOT_NUMBERS if f'descr="{slot}"' in text]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(_package_links()),
        "docProps/app.xml": f'{XML_HEAD}<Properties xmlns="{OFFICE}/extended-properties"/>',
        "docProps/core.xml": _core(title),
        "word/_rels/document.xml.rels": _relationships(_document_links(slots)),
        "word/document.xml": f"{XML_HEAD}<w:document {NAMESPACES}><w:body>{text}</w:body></w:document>",
        "word/fontTable.xml": _font_table(),
        "word/header1.xml": _header(_page_number()),
        # Without a first-page header of its own Word would repeat the number there; one point high, it moves nothing.
        "word/header2.xml": _header(paragraph("SectionEnd")),
        "word/settings.xml": _settings(),
        "word/styles.xml": styles_xml(),
    }
    parts |= {f"word/media/{slot}.png": (SLOTS / f"{slot}.png").read_bytes() for slot in slots}
    return _zip(parts)


def _page_number() -> Xml:
    return paragraph("PageNumber", "- ", field("PAGE \\* THAIARABIC", "๒"), " -")


def _header(content: str) -> str:
    return f"{XML_HEAD}<w:hdr {NAMESPACES}>{content}</w:hdr>"


def _content_types() -> str:
    overrides = {"/word/document.xml": f"{WORD}.document.main+xml"}
    overrides |= {f"/word/{target}": kind for _, _, target, kind in PARTS}
    overrides["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    overrides["/docProps/app.xml"] = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{XML_HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{listed}</Types>'
    )


def _package_links() -> dict[str, tuple[str, str]]:
    return {
        "rId1": (f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
        "rId2": (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        "rId3": (f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    }


def _document_links(slots: list[str]) -> dict[str, tuple[str, str]]:
    links = {name: (f"{OFFICE}/relationships/{kind}", target) for name, kind, target, _ in PARTS}
    for slot in slots:
        links[f"rIdSlot{SLOT_NUMBERS[slot]}"] = (f"{OFFICE}/relationships/image", f"media/{slot}.png")
    return links


def _relationships(links: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, (kind, target) in links.items()
    )
    return f'{XML_HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{XML_HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:language>th-TH</dc:language>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2019-01-11T00:00:00Z</dcterms:created></cp:coreProperties>'
    )


def _font_table() -> str:
    return (
        f'{XML_HEAD}<w:fonts {NAMESPACES}><w:font w:name="{FONT}"><w:charset w:val="DE"/><w:family w:val="swiss"/>'
        '<w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def _settings() -> str:
    # Compatibility mode 15 is Word 2013 and later: no old layout rules, and no "compatibility mode" in the title bar.
    return (
        f'{XML_HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:bidi="th-TH"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
        "</w:settings>"
    )


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, BUILD_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()
