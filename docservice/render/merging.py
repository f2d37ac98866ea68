"""Many filled Word files of one template as one: bodies after one another, each on pages of its own, numbered from 1.

Pictures, headers and footers keep their paper's bytes; equal ones (a shared border, the same page number) become one.
What cannot be merged without anyone seeing it is told by ``mergeable``.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree

from docservice.errors import Broken
from docservice.render import package
from docservice.render.package import DOCUMENT, NS, Parts, q
from docservice.thai import to_thai_digits

_FURNITURE = re.compile(r"word/(header|footer)\d*\.xml")
_NOTES = ("word/footnotes", "word/endnotes", "word/comments")
_FIELDS_OF_THE_WHOLE = {"SECTIONPAGES", "SECTION", "PAGEREF", "STYLEREF", "NOTEREF", "REF", "SEQ", "TOC", "INDEX"}
_PAGES = "NUMPAGES"
_RESULT = "w:t"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"


# --------------------------------------------------------------------------------------------------- what can be merged
def mergeable(parts: Parts) -> bool:
    """Whether filled copies can be set in one file: no automatic numbers, no notes, no fields about the whole file."""
    document = package.parse(parts[DOCUMENT])
    body = document.find(q("w:body"))
    if (
        body is None
        or not len(body)
        or body[-1].tag != q("w:sectPr")
        or document.find(f".//{q('w:numPr')}") is not None
    ):
        return False
    if any(name.startswith(_NOTES) for name in parts) or b"evenAndOddHeaders" in parts.get("word/settings.xml", b""):
        return False
    return not any(_FIELDS_OF_THE_WHOLE & set(words) for name in _texts(parts) for words in _fields(parts[name]))


def tells_pages(parts: Parts) -> bool:
    """Whether the number of the paper's pages stands somewhere in it."""
    return any(_PAGES.encode() in parts[name] for name in _texts(parts))


def _texts(parts: Parts) -> list[str]:
    return [name for name in sorted(parts) if name == DOCUMENT or _FURNITURE.fullmatch(name)]


def _fields(data: bytes) -> Iterator[list[str]]:
    """The words of every field instruction."""
    if b"instr" not in data:
        return
    root = package.parse(data)
    for simple in root.iter(q("w:fldSimple")):
        yield str(simple.get(q("w:instr"))).upper().split()
    for paragraph in root.iter(q("w:p")):
        yield "".join(str(told.text or "") for told in paragraph.iter(q("w:instrText"))).upper().split()


# -------------------------------------------------------------------------------------------------- the number of pages
def telling(parts: Parts, pages: int) -> Parts:
    """A copy for LibreOffice in which ``NUMPAGES`` has become that number: merged, the field would count them all."""
    if not tells_pages(parts):
        return parts
    number = to_thai_digits(str(pages)) if package.asks_thai_numbers(parts) else str(pages)
    copy = dict(parts)
    for name in _texts(parts):
        if _PAGES.encode() in parts[name]:
            root = package.parse(parts[name])
            _tell(root, number)
            copy[name] = package.serialise(root)
    return copy


def _tell(root: etree._Element, number: str) -> None:
    for simple in [field for field in root.iter(q("w:fldSimple")) if _PAGES in str(field.get(q("w:instr"))).upper()]:
        runs = simple.findall("w:r", NS) or [etree.SubElement(simple, q("w:r"))]
        _say(runs[0], number)
        simple.addprevious(runs[0])
        simple.getparent().remove(simple)  # type: ignore[union-attr]  # it has a parent: it is not the root
    for begin in [mark for mark in root.iter(q("w:fldChar")) if mark.get(q("w:fldCharType")) == "begin"]:
        run = begin.getparent()
        field = _field(run) if run is not None else []
        told = "".join(str(text.text or "") for part in field for text in part.iter(q("w:instrText")))
        if run is not None and _PAGES in told.upper().split():
            spoken = deepcopy(next((part for part in field if part.find(_RESULT, NS) is not None), run))
            _say(spoken, number)
            run.addprevious(spoken)
            for part in field:
                part.getparent().remove(part)  # type: ignore[union-attr]


def _field(run: etree._Element) -> list[etree._Element]:
    """The runs from the one that begins a field to the one that ends it."""
    runs = [run]
    for following in run.itersiblings():
        runs.append(following)
        mark = following.find("w:fldChar", NS)
        if mark is not None and mark.get(q("w:fldCharType")) == "end":
            return runs
    return []


def _say(run: etree._Element, text: str) -> None:
    for child in [child for child in run if child.tag != q("w:rPr")]:
        run.remove(child)
    etree.SubElement(run, q("w:t")).text = text


# -------------------------------------------------------------------------------------------------------------- as one
def merge(papers: Sequence[Parts], marks: Sequence[str], documents: Sequence[etree._Element] | None = None) -> Parts:
    """One Word file: the first paper's package with the bodies of all, each a section on its own pages.

    The first paragraph of paper N carries the bookmark ``marks[N]``. ``documents``: what stands in place of the papers'
    own document parts; they are used up. Raises Broken when the files do not merge.
    """
    merged = dict(papers[0])
    root = package.parse(merged[DOCUMENT])
    body = root.find(q("w:body"))
    if body is None:
        raise _unmergeable("no body")
    for block in list(body):
        body.remove(block)
    known: dict[str, str] = {}
    roots = documents or (package.parse(paper[DOCUMENT]) for paper in papers)
    for number, (paper, mark, own) in enumerate(zip(papers, marks, roots, strict=True)):
        blocks = _blocks(own)
        _use_parts(merged, paper, blocks, known)
        _add_mark(blocks[0], mark)
        if number < len(papers) - 1:
            _end_section(blocks)
        body.extend(blocks)
    for number, drawing in enumerate(root.iter(q("wp:docPr")), start=1):
        drawing.set("id", str(number))
    _number_marks(root)
    return merged | {DOCUMENT: package.serialise(root)}


def _blocks(root: etree._Element) -> list[etree._Element]:
    """The body's blocks; its first section begins a page, with the number 1 where its template does not say another."""
    body = root.find(q("w:body"))
    blocks = list(body) if body is not None else []
    if not blocks or blocks[-1].tag != q("w:sectPr"):
        raise _unmergeable("the body does not end with its section")
    section = next(section for block in blocks for section in block.iter(q("w:sectPr")))
    for kind in section.findall(q("w:type")):
        section.remove(kind)
    kind = etree.Element(q("w:type"))
    kind.set(q("w:val"), "nextPage")
    links = len(section.findall(q("w:headerReference"))) + len(section.findall(q("w:footerReference")))
    section.insert(links, kind)
    numbers = section.find(q("w:pgNumType"))
    if numbers is None:
        numbers = etree.Element(q("w:pgNumType"))
        before = [q(f"w:{name}") for name in ("type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")]
        section.insert(links + sum(child.tag in before for child in section), numbers)
    if numbers.get(q("w:start")) is None:
        numbers.set(q("w:start"), "1")
    return blocks


def _end_section(blocks: list[etree._Element]) -> None:
    """Move the section's properties into the last paragraph, so that the next paper starts a page."""
    section = blocks.pop()
    if not blocks or blocks[-1].tag != q("w:p"):
        raise _unmergeable("the last block is not a paragraph")
    properties = blocks[-1].find(q("w:pPr"))
    if properties is None:
        properties = etree.Element(q("w:pPr"))
        blocks[-1].insert(0, properties)
    after = [child for child in properties if child.tag == q("w:pPrChange")]
    properties.insert(len(properties) - len(after), section)


def _add_mark(block: etree._Element, mark: str) -> None:
    paragraph = block if block.tag == q("w:p") else block.find(f".//{q('w:p')}")
    if paragraph is None:
        raise _unmergeable("it starts without a paragraph")
    at = 1 if len(paragraph) and paragraph[0].tag == q("w:pPr") else 0
    for tag in ("w:bookmarkEnd", "w:bookmarkStart"):
        element = etree.Element(q(tag))
        element.set(q("w:id"), f"lot{mark}")
        paragraph.insert(at, element)
    paragraph[at].set(q("w:name"), mark)


def _number_marks(root: etree._Element) -> None:
    """Bookmarks numbered through: each paper counts its own from the same number."""
    number, open_ = 0, dict[str, int]()
    for mark in root.iter(q("w:bookmarkStart"), q("w:bookmarkEnd")):
        key = str(mark.get(q("w:id")))
        if mark.tag == q("w:bookmarkStart"):
            number += 1
            open_[key] = number
        mark.set(q("w:id"), str(open_.get(key, 0)))


# ---------------------------------------------------------------------------------------------- pictures and furniture
def _use_parts(merged: Parts, paper: Parts, blocks: list[etree._Element], known: dict[str, str]) -> None:
    """Point the paper's pictures, headers and footers to parts of the merged file; equal ones become one part."""
    targets = package.relations(paper, DOCUMENT)
    for block in blocks:
        for blip in block.iterfind(".//a:blip[@r:embed]", NS):
            source = targets[str(blip.get(q("r:embed")))]
            digest = hashlib.sha256(paper[source]).hexdigest()
            if digest not in known:
                known[digest] = f"rIdLot{len(known) + 1}"
                suffix = posixpath.splitext(source)[1].lower()
                package.add_picture(merged, DOCUMENT, known[digest], paper[source], f"lot{len(known)}{suffix}")
            blip.set(q("r:embed"), known[digest])
        for link in block.iter(q("w:headerReference"), q("w:footerReference")):
            link.set(q("r:id"), _furniture(merged, paper, targets[str(link.get(q("r:id")))], known))


def _furniture(merged: Parts, paper: Parts, name: str, known: dict[str, str]) -> str:
    """The relationship of a header or footer in the merged file, with its pictures."""
    pictures = package.relations(paper, name)
    digest = hashlib.sha256(paper[name])
    for rid, picture in sorted(pictures.items()):
        digest.update(f"\n{rid} ".encode() + hashlib.sha256(paper.get(picture, b"")).digest())
    key = digest.hexdigest()
    if key not in known:
        known[key] = f"rIdLot{len(known) + 1}"
        kind = "header" if "/header" in name else "footer"
        place = f"word/{kind}9{len(known):05d}.xml"
        _add_furniture(merged, known[key], place, paper[name], kind)
        for rid, picture in pictures.items():
            suffix = posixpath.splitext(picture)[1].lower()
            package.add_picture(merged, place, rid, paper[picture], f"lot{len(known)}-{rid}{suffix}")
    return known[key]


def _add_furniture(parts: Parts, rid: str, name: str, data: bytes, kind: str) -> None:
    """Add a header or footer (``kind``) as part ``name``, related to the document under ``rid``."""
    parts[name] = data
    parts[package.rels_name(name)] = f'<Relationships xmlns="{NS["rel"]}"/>'.encode()
    for holder, tag, told in (
        (
            package.rels_name(DOCUMENT),
            "rel:Relationship",
            {"Id": rid, "Type": f"{NS['r']}/{kind}", "Target": posixpath.basename(name)},
        ),
        ("[Content_Types].xml", "ct:Override", {"PartName": f"/{name}", "ContentType": _CONTENT_TYPE.format(kind)}),
    ):
        root = package.parse(parts[holder])
        entry = etree.SubElement(root, q(tag))
        for key, value in told.items():
            entry.set(key, value)
        parts[holder] = package.serialise(root)


def _unmergeable(english: str) -> Broken:
    return Broken("รวมเอกสารเป็นชุดไม่ได้", "กรุณาทำทีละฉบับ", english=f"The papers do not merge: {english}.")
