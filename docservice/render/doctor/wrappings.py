"""What Word wraps around a tag, and what else a file brings along: changes, links, fields, controls, programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from docservice.render.doctor.flow import FieldCode, Paragraph, Piece, run_look
from docservice.render.doctor.looks import properties_of
from docservice.render.doctor.opening import Opened
from docservice.render.doctor.report import Place
from docservice.render.doctor.syntax import dash, straight
from docservice.render.doctor.tags import CLOSER, Tag, Trouble
from docservice.render.package import q

_TRACKED = (q("w:ins"), q("w:moveTo"))
_KEEPS_ITS_TEXT = ("HYPERLINK", "TOC", "")
_BREAKS = {"\t": ("แท็บ", "a tab"), "\n": ("การขึ้นบรรทัด", "a line break"), "-": ("ยัติภังค์", "a hyphen")}
_PROGRAMS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|activeX/|macrosheets/)", re.IGNORECASE)
_OUTSIDE_FIELDS = ("INCLUDETEXT", "INCLUDEPICTURE", "LINK", "DDE", "DDEAUTO", "IMPORT", "RD", "DATABASE")
_LOCAL = re.compile(r"^(file:|javascript:|\\\\|[A-Za-z]:[\\/])", re.IGNORECASE)


def around(tag: Tag) -> Iterator[Trouble]:
    """What cuts a tag, wraps half of it, or stands inside it; at most one of these for one tag."""
    paragraph = tag.paragraph
    pieces = paragraph.over(tag.start, tag.end)
    if not pieces:
        return
    spot = (paragraph, tag.start, tag.end)
    if code := _cut_by(tag, pieces):
        yield Trouble(code, *spot)
    elif len({id(piece.field) for piece in pieces}) > 1:
        crossed = next(piece.field for piece in pieces if piece.field is not None)
        yield Trouble("tag-over-field", *spot, {"field": crossed.name or "ฟิลด์"})
    elif (field := pieces[0].field) is not None and field.name not in _KEEPS_ITS_TEXT:
        yield Trouble("tag-in-field", *spot, {"field": field.name})
    elif control := _bound(pieces, paragraph):
        yield Trouble("bound-control", *spot, {"control": control})
    elif broken := [piece for piece in pieces if not piece.typed]:
        thai, english = _BREAKS[broken[0].text]
        yield Trouble("break-in-tag", *spot, {"found": thai, "found_english": english})
    elif len({run_look(piece.run) for piece in pieces}) > 1:
        yield Trouble("split-tag", *spot)
    elif len({id(piece.run) for piece in pieces}) > 1:
        yield Trouble("many-runs", *spot)


def _cut_by(tag: Tag, pieces: list[Piece]) -> str:
    """The fault of what wraps half of a tag; empty where nothing does."""
    if any(tag.start < at < tag.end for at in tag.paragraph.gone) or _half(pieces, _TRACKED):
        return "tracked-tag"
    if _half(pieces, (q("w:hyperlink"),)):
        return "tag-over-link"
    return "tag-over-control" if _half(pieces, (q("w:sdt"),)) else ""


def characters(tag: Tag) -> Iterator[Trouble]:
    """Quotes that Word curled, and look-alikes that no keyboard puts into a tag."""
    read = straight(tag.body)
    spot = (tag.paragraph, tag.start, tag.end)
    if read.mangled:
        meant = f"{tag.opener}{tag.prefix} {dash(read.body)[0].strip()} {CLOSER[tag.opener]}"
        yield Trouble("autocorrect", *spot, {"found": read.mangled, "meant": meant})
    elif read.quotes:
        yield Trouble("smart-quotes", *spot, {"found": " ".join(read.quotes)})
    elif "&" in read.body:
        yield Trouble("ampersand-in-tag", *spot)


def tracked(paragraph: Paragraph) -> Iterator[Trouble]:
    """Tracked changes nobody has accepted; one trouble a paragraph."""
    inserted = [piece for piece in paragraph.pieces if any(wrap.tag in _TRACKED for wrap in piece.wraps)]
    properties = properties_of(paragraph.element)
    mark = properties.find(q("w:rPr")) if properties is not None else None
    marked = mark is not None and (mark.find(q("w:ins")) is not None or mark.find(q("w:del")) is not None)
    if inserted:
        yield Trouble("tracked-changes", paragraph, inserted[0].start, inserted[-1].end)
    elif paragraph.gone or marked:
        yield Trouble("tracked-changes", paragraph, 0, len(paragraph.text))


def fields(paragraph: Paragraph) -> Iterator[Trouble]:
    """Fields of a mail merge, and fields that fetch from outside."""
    for code in paragraph.fields:
        words = code.code.split()
        if code.name == "MERGEFIELD":
            name = words[1].strip('"') if len(words) > 1 else "…"
            yield Trouble("merge-field", paragraph, *_shown_by(paragraph, code), {"field": "MERGEFIELD", "name": name})
        elif code.name in _OUTSIDE_FIELDS:
            yield Trouble("external-link", paragraph, 0, len(paragraph.text), {"target": " ".join(words)[:80]})
        elif "{{" in code.code or "{%" in code.code:
            yield Trouble("tag-in-field", paragraph, 0, len(paragraph.text), {"field": code.name})


def _shown_by(paragraph: Paragraph, code: FieldCode) -> tuple[int, int]:
    pieces = [piece for piece in paragraph.pieces if piece.field is code]
    return (pieces[0].start, pieces[-1].end) if pieces else (0, len(paragraph.text))


def _half(pieces: list[Piece], wraps: tuple[str, ...]) -> bool:
    """Whether one of ``wraps`` holds some of the pieces and not all."""
    found = {tuple(wrap for wrap in piece.wraps if wrap.tag in wraps) for piece in pieces}
    return len(found) > 1


def _bound(pieces: list[Piece], paragraph: Paragraph) -> str:
    """How Word calls the content control that will overwrite the tag; empty where there is none."""
    controls = [wrap for wrap in pieces[0].wraps if wrap.tag == q("w:sdt")] + list(paragraph.controls)
    for control in controls:
        properties = control.find(q("w:sdtPr"))
        if properties is None:
            continue
        alias = properties.find(q("w:alias"))
        name = str(alias.get(q("w:val"))) if alias is not None else "Content Control"
        if properties.find(q("w:dataBinding")) is not None or properties.find(q("w:showingPlcHdr")) is not None:
            return name
    return ""


# ----------------------------------------------------------------------------------------------------- the whole file
def programs(opened: Opened) -> Iterator[tuple[str, Place, dict[str, str]]]:
    """(code, place, facts) of macros, embedded objects and what is fetched from outside."""
    found = next((name for name in opened.parts if _PROGRAMS.search(name)), None)
    types = opened.trees.get("[Content_Types].xml")
    enabled = types is not None and any(
        "macroEnabled" in str(one.get("ContentType")) for one in types.iter(etree.Element)
    )
    if found or enabled:
        yield "macros", Place(), {"entry": found or "docm"}
    for name in sorted(opened.parts):
        if name.startswith("word/embeddings/"):
            yield "embedded-object", Place(entry=name), {"entry": name}
    for name in sorted(opened.trees):
        if name.endswith(".rels"):
            yield from _links(opened, name)


def _links(opened: Opened, name: str) -> Iterator[tuple[str, Place, dict[str, str]]]:
    for link in opened.trees[name].iterfind(q("rel:Relationship")):
        kind, target = str(link.get("Type")).rpartition("/")[2], str(link.get("Target"))
        outside = link.get("TargetMode") == "External"
        if kind == "aFChunk":
            yield "embedded-object", Place(entry=name), {"entry": target}
        elif outside and (kind != "hyperlink" or _LOCAL.match(target)):
            yield "external-link", Place(entry=name), {"target": target[:120], "rid": str(link.get("Id"))}
