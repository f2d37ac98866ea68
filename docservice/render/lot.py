"""A lot of papers of one template set in one load: Word files merged, converted once, and the PDF split again."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Sequence

from lxml import etree

from docservice.errors import Broken
from docservice.render import package, pdfcheck
from docservice.render.office import Office
from docservice.render.package import DOCUMENT, NS, Parts, q
from docservice.render.pieces import Piece


def convert(office: Office, docxs: Sequence[bytes], titles: Sequence[str]) -> list[Piece]:
    """The finished PDF of each of ``docxs``, all filled from one mergeable template.

    Page counts are read from marks in the PDF, not assumed. Raises as ``Office.to_pdf``, and Broken when the files do
    not merge.
    """
    marks = [f"paper{number}" for number in range(len(docxs))]
    merged = merge([package.read(docx) for docx in docxs], marks)
    pdf = office.convert(merged, title=titles[0], lot=True).pdf or b""
    return pdfcheck.finish_lot(pdf, marks, titles, office.fonts.names)


def merge(papers: Sequence[Parts], marks: Sequence[str]) -> Parts:
    """One Word file: the first paper's package with the bodies of all, each a section on its own pages.

    The first paragraph of paper N carries the bookmark ``marks[N]``; pictures keep their paper's bytes.
    """
    merged = dict(papers[0])
    root = package.parse(merged[DOCUMENT])
    body = root.find(q("w:body"))
    if body is None:
        raise _unmergeable("no body")
    for block in list(body):
        body.remove(block)
    pictures: dict[str, str] = {}
    for number, (paper, mark) in enumerate(zip(papers, marks, strict=True)):
        blocks = _blocks(paper)
        _use_pictures(merged, paper, blocks, pictures)
        _add_mark(blocks[0], mark, number)
        if number < len(papers) - 1:
            _end_section(blocks)
        body.extend(blocks)
    for number, drawing in enumerate(root.iter(q("wp:docPr")), start=1):
        drawing.set("id", str(number))
    return merged | {DOCUMENT: package.serialise(root)}


def _blocks(paper: Parts) -> list[etree._Element]:
    body = package.parse(paper[DOCUMENT]).find(q("w:body"))
    blocks = list(body) if body is not None else []
    if not blocks or blocks[-1].tag != q("w:sectPr"):
        raise _unmergeable("the body does not end with its section")
    section = blocks[-1]
    for kind in section.findall(q("w:type")):
        section.remove(kind)
    kind = etree.Element(q("w:type"))
    kind.set(q("w:val"), "nextPage")
    links = len(section.findall(q("w:headerReference"))) + len(section.findall(q("w:footerReference")))
    section.insert(links, kind)
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


def _add_mark(block: etree._Element, mark: str, number: int) -> None:
    paragraph = block if block.tag == q("w:p") else block.find(f".//{q('w:p')}")
    if paragraph is None:
        raise _unmergeable("it starts without a paragraph")
    at = 1 if len(paragraph) and paragraph[0].tag == q("w:pPr") else 0
    for tag in ("w:bookmarkEnd", "w:bookmarkStart"):
        element = etree.Element(q(tag))
        element.set(q("w:id"), str(900_000 + number))
        paragraph.insert(at, element)
    paragraph[at].set(q("w:name"), mark)


def _use_pictures(merged: Parts, paper: Parts, blocks: list[etree._Element], known: dict[str, str]) -> None:
    """Point the paper's pictures to parts of the merged file; equal bytes (a shared border) become one part."""
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


def _unmergeable(english: str) -> Broken:
    return Broken("รวมเอกสารเป็นชุดไม่ได้", "กรุณาทำทีละฉบับ", english=f"The papers do not merge: {english}.")
