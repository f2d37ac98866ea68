"""Page numbers in Thai digits for LibreOffice 7.4, which reads neither ``thaiNumbers`` nor ``THAIARABIC``.

It sets "native" digits where the page's style says so (``office_inside.py`` tells it), and those are the digits of the
language of the text around the number. Writing that language into the file costs a hundredth of asking LibreOffice for
every field of a lot.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from docservice.render import package
from docservice.render.package import DOCUMENT, NS, Parts, q

STYLES, FIELDS, LATER = "styles", "fields", "later"
"""What is left to be changed in LibreOffice: the page styles, every page number's field as well, or the page styles if
the paper has a second page: on its first it shows no number.
"""

_FURNITURE = re.compile(r"word/(header|footer)\d*\.xml")
_NUMBER = re.compile(r"\s*PAGE(\s[^\"]*)?")
_PLAIN = " PAGE "
_THAI = "th-TH"
_TAGS = 2  # of a section: where it begins and ends
_LINK = re.compile(rb"<w:(?:header|footer)Reference\s[^>]*>")
_NUMBERED = re.compile(rb'\sr:id="([^"]*)"')
_SECTION = re.compile(rb"<w:sectPr[ >].*?</w:sectPr>", re.DOTALL)
_TEXTS_OF_THEIR_OWN = ("w:tbl", "w:txbxContent", "w:sdt")


def native(parts: Parts) -> tuple[Parts, str]:
    """A copy whose page numbers are Thai once the page styles are, and what is left to be changed; ``""``: nothing.

    ``FIELDS`` where a number stands in the body or in a header of an unusual make, ``LATER`` where the first page of a
    paper of one section has headers of its own, without numbers.
    """
    if not package.asks_thai_numbers(parts):
        return parts, ""
    copy, left = dict(parts), LATER if _begin_later(parts) else STYLES
    for name in package.text_parts(parts):
        if b"instr" in parts[name]:
            data = _thai(parts[name]) if _FURNITURE.fullmatch(name) else None
            if data is None:
                left = FIELDS
            else:
                copy[name] = data
    return copy, left


def _begin_later(parts: Parts) -> bool:
    """Whether the only section has another first page, and no header or footer of that asks for a number."""
    sections = _SECTION.findall(parts[DOCUMENT])
    if len(sections) != 1 or parts[DOCUMENT].count(b"sectPr") != _TAGS or b"<w:titlePg/>" not in sections[0]:
        return False
    names = package.relations(parts, DOCUMENT)
    links = [link for link in _LINK.findall(sections[0]) if b'"first"' in link]
    first = [names.get(number.decode(), "") for link in links for number in _NUMBERED.findall(link)]
    return len(first) == len(links) and not any(b"instr" in parts.get(name, b"instr") for name in first)


@lru_cache(maxsize=64)
def _thai(data: bytes) -> bytes | None:
    """A header or footer whose text is Thai and whose numbers follow the page's style; None for an unusual one."""
    root = package.parse(data)
    told, simple = list(root.iter(q("w:instrText"))), list(root.iter(q("w:fldSimple")))
    words = [str(field.text) for field in told] + [str(field.get(q("w:instr"))) for field in simple]
    unusual = any(root.find(f".//{q(tag)}") is not None for tag in _TEXTS_OF_THEIR_OWN)
    unusual |= any(field.find("w:r", NS) is None for field in simple)  # its number has no language to be told
    if unusual or not all(map(_NUMBER.fullmatch, words)):
        return None
    for field in told:
        field.text = _PLAIN
    for field in simple:
        field.set(q("w:instr"), _PLAIN)
    for run in root.iter(q("w:r")):
        _speak_thai(run)
    return package.serialise(root)


def _speak_thai(run: etree._Element) -> None:
    look = run.find("w:rPr", NS)
    if look is None:
        look = etree.Element(q("w:rPr"))
        run.insert(0, look)
    language = look.find("w:lang", NS)
    if language is None:
        language = etree.SubElement(look, q("w:lang"))
    language.set(q("w:val"), _THAI)
