"""A filled Word file apart from its words and pictures: what two papers must share for one to be set like the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from lxml import etree

from docservice.render import package
from docservice.render.package import DOCUMENT, Parts, q
from docservice.render.reprint.typeset import Run

_TEXT = re.compile(rb"(<w:t(?: [^>]*)?>)([^<]*)</w:t>")
_MEDIA = "word/media/"
_CORE = "docProps/core.xml"
_WITH_NOTHING_ELSE = (q("w:rPr"), q("w:t"))
_UNSEEN = (q("w:pPr"), q("w:bookmarkStart"), q("w:bookmarkEnd"), q("w:proofErr"))
_MARKS = (b"instrText", b"fldSimple", b"<w:sdt", b"<w:ins ", b"<w:del ")  # words that are not what is typed
_STEADY_FIELDS = {b"PAGE"}
_FIELD = re.compile(rb'<w:instrText[^>]*>\s*([A-Za-z]*)|w:instr="\s*([A-Za-z]*)')
_ENTITIES = {"&quot;": '"', "&apos;": "'"}

Key = tuple[tuple[bytes, ...], tuple[tuple[str, bytes], ...], tuple[str, ...]]


@dataclass(frozen=True)
class Filled:
    """One paper: ``key`` is equal for papers of one skeleton, ``texts`` are as they stand in the XML."""

    key: Key
    texts: tuple[bytes, ...]
    pictures: Mapping[str, bytes]

    @property
    def document(self) -> bytes:
        """The Word file's document part."""
        still, opened = self.key[0][: len(self.texts) + 1], self.key[0][len(self.texts) + 1 :]
        between = zip(opened, self.texts, still[1:], strict=True)
        return still[0] + b"".join(start + text + b"</w:t>" + after for start, text, after in between)


def of(parts: Parts) -> Filled | None:
    """A filled paper taken apart; None where what is printed is more than its words and pictures tell."""
    document = parts[DOCUMENT]
    if any(mark in document for mark in _MARKS) or any(map(_moves, parts.values())):
        return None
    cut = _TEXT.split(document)
    pictures = {name: data for name, data in parts.items() if name.startswith(_MEDIA)}
    still = tuple(sorted((n, d) for n, d in parts.items() if n not in pictures and n not in (DOCUMENT, _CORE)))
    return Filled(((*cut[0::3], *cut[1::3]), still, tuple(sorted(pictures))), tuple(cut[2::3]), pictures)


def _moves(data: bytes) -> bool:
    """Whether a part has fields that may tell something else another time: a date, the paper's title."""
    return b"instr" in data and any({*found} - {b""} - _STEADY_FIELDS for found in _FIELD.findall(data))


@dataclass(frozen=True)
class Paragraph:
    """Where the words of a paragraph of plain runs are among a paper's texts, and the format of each."""

    places: tuple[int, ...]
    looks: tuple[str, ...]

    def runs(self, texts: Sequence[bytes]) -> list[Run]:
        """Its runs in a paper of the same skeleton; neighbours of one format are one."""
        found: list[Run] = []
        for place, look in zip(self.places, self.looks, strict=True):
            text = unescape(texts[place].decode(), _ENTITIES)
            if found and found[-1].look == look:
                found[-1] = Run(look, found[-1].text + text)
            elif text:
                found.append(Run(look, text))
        return found

    def own(self, texts: Sequence[bytes]) -> tuple[bytes, ...]:
        """Its texts as they stand in the XML."""
        return tuple(texts[place] for place in self.places)


def paragraphs(document: bytes) -> Iterator[Paragraph]:
    """The paragraphs that hold words; those with anything but plain runs are left out."""
    root = package.parse(document)
    numbers = {text: number for number, text in enumerate(root.iter(q("w:t")))}
    for paragraph in root.iter(q("w:p")):
        texts = list(paragraph.iter(q("w:t")))
        if texts and _plain(paragraph):
            looks = tuple(_look(text) for text in texts)
            yield Paragraph(tuple(numbers[text] for text in texts), looks)


def _plain(paragraph: etree._Element) -> bool:
    for child in paragraph:
        if child.tag == q("w:r"):
            if any(part.tag not in _WITH_NOTHING_ELSE for part in child):
                return False
        elif child.tag not in _UNSEEN:
            return False
    return all(
        text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve" for text in paragraph.iter(q("w:t"))
    )


def _look(text: etree._Element) -> str:
    run = text.getparent()
    properties = run.find(q("w:rPr")) if run is not None else None
    return "" if properties is None else etree.tostring(properties, method="c14n").decode()
