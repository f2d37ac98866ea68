"""The words of a Word template, paragraph by paragraph as a reader meets them, and where two templates' differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from docservice.render import package
from docservice.render.package import q

_PARTS = re.compile(r"word/(header\d*|document|footer\d*|footnotes|endnotes)\.xml")
_ORDER = ("header", "document", "footer", "footnotes", "endnotes")
_PIECES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|[เ-ไ]?[ก-ฮ][ัิ-ฺ็-๎ะาำๅ]*|[^\W_ก-๛]+|.", re.DOTALL)
"""A tag, a Thai letter with its marks (there are no spaces between words), a Latin word or number, any other sign."""
_ISLAND = 8
"""Letters that two changes must have between them to be told apart."""
_AS_TEXT = {q("w:tab"): "\t", q("w:br"): "\n", q("w:cr"): "\n", q("w:noBreakHyphen"): "-"}


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph: ``how`` is ``same``, ``gone`` or ``new``."""

    how: str
    text: str


@dataclass(frozen=True)
class Change:
    """A paragraph that is not the same in both, or that only one has; ``pieces`` tell what of it went and came."""

    pieces: tuple[Piece, ...]


def paragraphs(docx: bytes) -> list[str]:
    """The paragraphs that hold text: headers, body with tables, footers, notes. ``InputRefused`` for no Word file."""
    parts = package.read(docx)
    names = sorted(filter(_PARTS.fullmatch, parts), key=lambda name: (_place(name), name))
    texts = (_text(each) for name in names for each in package.parse(parts[name]).iter(q("w:p")))
    return [text for text in texts if text.strip()]


def changes(before: bytes, after: bytes) -> list[Change]:
    """The paragraphs in which the words of two templates differ, in their order."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[Change] = []
    for verb, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb != "equal":
            found += _paired(old[first:last], new[start:end])
    return found


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Paragraphs in place of others: each beside its successor, what is left over by itself."""
    for was, now in zip(old, new, strict=False):
        yield Change(tuple(_pieces(was, now)))
    both = min(len(old), len(new))
    yield from (Change((Piece("gone", text),)) for text in old[both:])
    yield from (Change((Piece("new", text),)) for text in new[both:])


def _pieces(was: str, now: str) -> list[Piece]:
    old, new = _PIECES.findall(was), _PIECES.findall(now)
    gone, come, found = "", "", list[Piece]()
    for verb, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[first:last]), "".join(new[start:end])
        ends = last == len(old) and end == len(new)
        if verb == "equal" and (len(was) >= _ISLAND or not (gone or come) or ends):
            found += [*_changed(gone, come), Piece("same", was)]
            gone = come = ""
        else:
            gone, come = gone + was, come + now
    return [*found, *_changed(gone, come)]


def _changed(gone: str, come: str) -> list[Piece]:
    return [Piece(how, text) for how, text in (("gone", gone), ("new", come)) if text]


def _place(name: str) -> int:
    return next(n for n, word in enumerate(_ORDER) if word in name)


def _text(paragraph: etree._Element) -> str:
    """The text of one paragraph; what a text box in it holds has paragraphs of its own."""
    inner = {one for box in paragraph.iter(q("w:p")) if box is not paragraph for one in box.iter()}
    marks = (each for each in paragraph.iter(q("w:t"), *_AS_TEXT) if each not in inner)
    return "".join(_AS_TEXT.get(str(each.tag)) or each.text or "" for each in marks)
