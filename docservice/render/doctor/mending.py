"""Safe mends: tags in one piece, straight quotes, Thai letters in order, complex-script slots; as tracked changes.

Word shows every change in the text to be accepted or refused; what is changed in a style is told in the list, for Word
does not track that. Nothing that could change what a paper says is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from docservice.catalogue import Kind
from docservice.render import package
from docservice.render.doctor import slots, tags, typography
from docservice.render.doctor.anchors import Anchored
from docservice.render.doctor.flow import Paragraph, Piece, reread
from docservice.render.doctor.looks import Looks
from docservice.render.doctor.opening import Unreadable
from docservice.render.doctor.report import Place
from docservice.render.doctor.syntax import straight
from docservice.render.doctor.tags import CLOSER, Tag
from docservice.render.package import q

AUTHOR = "ระบบตรวจแม่แบบ"
_LOOSE = re.compile(r"[{｛]\s*[{%｛]")
_TURNED = str.maketrans("}｝", "{｛")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TRACKED = (q("w:ins"), q("w:moveTo"), q("w:del"), q("w:moveFrom"))


@dataclass(frozen=True, slots=True)
class Change:
    """One mend: the code of its fault, where it is, what stood there and what stands there now; both languages."""

    code: str
    place: Place
    before: str
    after: str
    message: str
    english: str


@dataclass(frozen=True, slots=True)
class Mended:
    """The template with its mends: ``tracked`` shows them in Word, ``clean`` has accepted them all."""

    tracked: bytes
    clean: bytes
    changes: tuple[Change, ...]


@dataclass
class _Mender:
    file: Anchored
    changes: list[Change] = field(default_factory=list)
    number: int = 980_000
    now: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def mark(self, name: str) -> etree._Element:
        """An empty ``w:ins``, ``w:del`` or ``w:rPrChange`` of ours."""
        self.number += 1
        made = etree.Element(q(f"w:{name}"))
        made.set(q("w:id"), str(self.number))
        made.set(q("w:author"), AUTHOR)
        made.set(q("w:date"), self.now)
        return made


def mend(data: bytes, kinds: Iterable[Kind] = ()) -> Mended:
    """All safe mends of a template; nothing is changed in a file that cannot be read."""
    known = {name for kind in kinds for name in kind.fields}
    try:
        mender = _Mender(Anchored(data))
    except Unreadable:
        return Mended(data, data, ())
    looks = Looks(mender.file.file)
    for part in mender.file.flow.values():
        found, _ = tags.scan(part, known)
        beside: dict[int, list[Tag]] = {}
        for tag in found:
            beside.setdefault(id(tag.paragraph), []).append(tag)
        for paragraph in part:
            mine = sorted(beside.get(id(paragraph), []), key=lambda tag: tag.start)
            _letters(mender, looks, paragraph, mine)
            _text(mender, paragraph, mine)
    _styles(mender, looks)
    parts = mender.file.parts
    if not mender.changes:
        return Mended(data, data, ())
    return Mended(package.write(parts), package.write(_accepted(mender)), tuple(mender.changes))


# ---------------------------------------------------------------------------------------------------- text and tags
def _text(mender: _Mender, paragraph: Paragraph, found: list[Tag]) -> None:
    """Tags and Thai words of one paragraph, from its end to its beginning so that offsets stay true."""
    wanted = [*_tags(found), *_words(paragraph, found)]
    made: list[Change] = []
    for start, end, new, code, thai, english in sorted(wanted, key=lambda one: -one[0]):
        old = paragraph.text[start:end]
        place = paragraph.spot(start, end)
        if _replaced(mender, paragraph, start, end, new):
            made.append(Change(code, place, old, new, thai, english))
    mender.changes += reversed(made)


_Wanted = tuple[int, int, str, str, str, str]


def _tags(found: list[Tag]) -> Iterator[_Wanted]:
    for tag in found:
        pieces = tag.paragraph.over(tag.start, tag.end)
        if not _safe(tag, pieces):
            continue
        text = "".join(piece.text for piece in pieces if piece.typed)
        old = "".join(piece.text for piece in pieces)[tag.start - pieces[0].start :][: tag.end - tag.start]
        new = _straightened(tag)
        if new != old:
            broken = not all(piece.typed for piece in pieces)
            code = "smart-quotes" if straight(tag.body).quotes else "break-in-tag" if broken else "autocorrect"
            code = code if tag.whole or "｛" in tag.text else "spaced-brace"
            yield tag.start, tag.end, new, code, f"แก้อักขระในคำสั่ง “{old}” เป็น “{new}”", f"characters in the tag: {new}"
        elif len({id(piece.run) for piece in pieces}) > 1 and text:
            yield (
                tag.start,
                tag.end,
                new,
                "many-runs",
                f"รวมคำสั่ง “{new}” ที่ถูกแบ่งให้เป็นชิ้นเดียว",
                f"the tag in one piece: {new}",
            )


def _safe(tag: Tag, pieces: list[Piece]) -> bool:
    """Whether the tag is all there, in one place, and nobody's tracked change."""
    if not pieces or (not tag.whole and not _spaced(tag)):
        return False
    inside_one = len({piece.wraps for piece in pieces}) == 1 and len({id(piece.field) for piece in pieces}) == 1
    tracked = any(wrap.tag in _TRACKED for wrap in pieces[0].wraps)
    cut = any(tag.start < at < tag.end for at in tag.paragraph.gone)
    return inside_one and not tracked and not cut


def _spaced(tag: Tag) -> bool:
    """``{ { name } }``: both ends are there."""
    return bool(_LOOSE.match(tag.text) and _LOOSE.match(tag.text[::-1].translate(_TURNED))) and not tag.text.startswith(
        "{{"
    )


def _straightened(tag: Tag) -> str:
    body = straight(tag.body).body.replace("\n", "").replace("\t", " ")
    if tag.whole:
        closer = CLOSER[tag.opener]
        return f"{tag.opener}{tag.paragraph.text[tag.start + 2 : tag.at]}{body}{closer}".replace("\t", " ")
    return f"{tag.opener}{tag.prefix} {body.strip()} {CLOSER[tag.opener]}"


def _words(paragraph: Paragraph, found: list[Tag]) -> Iterator[_Wanted]:
    for start, end, old, new in typography.twisted(paragraph, found):
        yield start, end, new, "thai-text", f"เรียงอักษรไทย “{old}” ให้ถูกเป็น “{new}”", f"Thai letters in order: {new}"


def _replaced(mender: _Mender, paragraph: Paragraph, start: int, end: int, new: str) -> bool:
    """Put ``new`` for letters ``start`` to ``end``: the old runs deleted, a new one inserted, both tracked."""
    mender.file.isolate(paragraph, start, end)
    pieces = paragraph.over(start, end)
    runs = list(dict.fromkeys(piece.run for piece in pieces))
    if not runs or any(wrap.tag in _TRACKED for piece in pieces for wrap in piece.wraps):
        return False
    inserted = etree.Element(q("w:r"))
    look = runs[0].find(q("w:rPr"))
    if look is not None:
        inserted.append(deepcopy(look))
    text = etree.SubElement(inserted, q("w:t"))
    text.text = new
    text.set(_SPACE, "preserve")
    ins = mender.mark("ins")
    ins.append(inserted)
    for run in runs:
        gone = mender.mark("del")
        run.addprevious(gone)
        gone.append(run)
        for node in run.findall(q("w:t")):
            node.tag = q("w:delText")
            node.set(_SPACE, "preserve")
    last = runs[-1].getparent()
    if last is not None:
        last.addnext(ins)
    reread(paragraph)
    return True


# ------------------------------------------------------------------------------------------------- letters' settings
def _letters(mender: _Mender, looks: Looks, paragraph: Paragraph, found: list[Tag]) -> None:
    for start, end, run in typography.lettered(paragraph, found):
        look = looks.of_run(run, paragraph.element)
        changes = slots.wanted(look, origin="run")
        if not changes:
            continue
        properties = run.find(q("w:rPr"))
        if properties is None:
            properties = etree.Element(q("w:rPr"))
            run.insert(0, properties)
        old = mender.mark("rPrChange")
        kept = etree.SubElement(old, q("w:rPr"))
        kept.extend(deepcopy(one) for one in properties if one.tag != q("w:rPrChange"))
        for change in changes:
            change.apply(properties)
            place = paragraph.spot(start, end)
            mender.changes.append(
                Change(change.code, place, change.before, change.after, change.message, change.english)
            )
        for one in properties.findall(q("w:rPrChange")):
            properties.remove(one)
        properties.append(old)
        mender.file.changed.add(paragraph.place.entry)


def _styles(mender: _Mender, looks: Looks) -> None:
    """The same for styles and for the document's defaults, which Word does not track."""
    for name, properties, look, origin in looks.sources():
        for change in slots.wanted(look, origin=origin):
            change.apply(properties)
            mender.file.changed.add("word/styles.xml")
            where = f"รูปแบบ “{name}”" if name else "ค่าเริ่มต้นของเอกสาร"
            english = f"style '{name}'" if name else "document defaults"
            mender.changes.append(
                Change(
                    change.code,
                    Place(entry="word/styles.xml"),
                    change.before,
                    change.after,
                    f"{where}: {change.message} (Word ไม่ติดตามการแก้รูปแบบ)",
                    f"{english}: {change.english}",
                )
            )


# ---------------------------------------------------------------------------------------------------------- accepted
def _accepted(mender: _Mender) -> package.Parts:
    """The parts with our own tracked changes accepted."""
    parts = dict(mender.file.parts)
    for name in mender.file.changed:
        root = package.parse(parts[name])
        ours = [one for one in root.iter(q("w:ins"), q("w:del"), q("w:rPrChange")) if _is_ours(one)]
        for one in ours:
            parent = one.getparent()
            if parent is None:
                continue
            if one.tag == q("w:ins"):
                for child in list(one):
                    one.addprevious(child)
            parent.remove(one)
        parts[name] = package.serialise(root)
    return parts


def _is_ours(one: etree._Element) -> bool:
    return one.get(q("w:author")) == AUTHOR and int(one.get(q("w:id"), "0")) > 980_000
