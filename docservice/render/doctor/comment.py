"""The report written into the template itself: the same .docx with a Word comment at each place."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from docservice.errors import TemplateRefused
from docservice.render import package
from docservice.render.doctor.anchors import Anchored
from docservice.render.doctor.opening import Unreadable
from docservice.render.doctor.report import Fault, Report
from docservice.render.package import DOCUMENT, NS, Parts, q
from docservice.thai import to_thai_digits

AUTHOR = "ระบบตรวจแม่แบบ"
_COMMENTS = "word/comments.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_SEVERITY = {"error": "ผิด", "warning": "ควรแก้", "note": "ข้อสังเกต"}


def comments(data: bytes, report: Report) -> bytes:
    """``data`` with a comment for every fault; comments of an earlier check are taken out, other people's stay.

    Raises TemplateRefused where the file is no Word file that comments could be put into.
    """
    try:
        file = Anchored(data)
    except Unreadable as error:
        said = report.faults[0] if report.faults else None
        raise TemplateRefused(
            said.message if said else "เปิดไฟล์แม่แบบไม่ได้",
            said.remedy if said else "",
            english=said.english if said else "The template cannot be opened.",
        ) from error
    root = _cleared(file)
    first = 1 + max((int(one.get(q("w:id"), "0")) for one in root), default=0)
    for number, fault in enumerate(report.faults):
        spot = file.in_body(fault.place)
        if spot is None:
            break
        code = str(first + number)
        root.append(_comment(code, number + 1, fault))
        start, end = (_marked(name, code) for name in ("commentRangeStart", "commentRangeEnd"))
        file.bracket(*spot, start, end)
        end.addnext(_reference(code))
    return package.write(_with_comments(file.parts, root))


def without_comments(data: bytes) -> bytes:
    """``data`` without the comments of an earlier check."""
    file = Anchored(data)
    root = _cleared(file)
    return package.write(_with_comments(file.parts, root)) if _COMMENTS in file.parts else data


def _cleared(file: Anchored) -> etree._Element:
    """The comments of other people; ours and their marks are gone."""
    root = file.file.trees.get(_COMMENTS)
    if root is None:
        return etree.Element(q("w:comments"), nsmap={"w": NS["w"]})
    ours = {one.get(q("w:id")) for one in root if one.get(q("w:author")) == AUTHOR}
    for one in [one for one in root if one.get(q("w:id")) in ours]:
        root.remove(one)
    names = [q(f"w:{name}") for name in ("commentRangeStart", "commentRangeEnd", "commentReference")]
    for mark in [one for one in file.file.trees[DOCUMENT].iter(*names) if one.get(q("w:id")) in ours]:
        holder = mark.getparent()
        if holder is None:
            continue
        holder.remove(mark)
        if holder.tag == q("w:r") and not [one for one in holder if one.tag != q("w:rPr")]:
            above = holder.getparent()
            if above is not None:
                above.remove(holder)
        file.changed.add(DOCUMENT)
    return root


def _comment(code: str, number: int, fault: Fault) -> etree._Element:
    made = etree.Element(q("w:comment"))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # without it LibreOffice shows the year -1
    for name, value in (("id", code), ("author", AUTHOR), ("initials", to_thai_digits(str(number))), ("date", now)):
        made.set(q(f"w:{name}"), value)
    head = f"{to_thai_digits(str(number))}. {_SEVERITY[fault.severity]}: {fault.message}"
    lines = [head, f"วิธีแก้: {fault.remedy}", f"({fault.place.label()} · {fault.code})"]
    for line in lines:
        text = etree.SubElement(etree.SubElement(etree.SubElement(made, q("w:p")), q("w:r")), q("w:t"))
        text.text = line
    return made


def _marked(name: str, code: str) -> etree._Element:
    mark = etree.Element(q(f"w:{name}"))
    mark.set(q("w:id"), code)
    return mark


def _reference(code: str) -> etree._Element:
    run = etree.Element(q("w:r"))
    run.append(_marked("commentReference", code))
    return run


def _with_comments(parts: Parts, root: etree._Element) -> Parts:
    """``parts`` with the comments' own part, its type and its relationship."""
    parts = parts | {_COMMENTS: package.serialise(root)}
    links_name = package.rels_name(DOCUMENT)
    if links_name in parts:
        links = package.parse(parts[links_name])
    else:
        links = etree.Element(q("rel:Relationships"), nsmap={"rel": NS["rel"]})
    if not any(str(one.get("Type")).endswith("/comments") for one in links):
        link = etree.SubElement(links, q("rel:Relationship"))
        for name, value in (("Id", "rIdDoctorComments"), ("Type", f"{NS['r']}/comments"), ("Target", "comments.xml")):
            link.set(name, value)
        parts[links_name] = package.serialise(links)
    types = package.parse(parts["[Content_Types].xml"])
    if not any(one.get("PartName") == f"/{_COMMENTS}" for one in types):
        entry = etree.SubElement(types, q("ct:Override"))
        entry.set("PartName", f"/{_COMMENTS}")
        entry.set("ContentType", _TYPE)
        parts["[Content_Types].xml"] = package.serialise(types)
    return parts
