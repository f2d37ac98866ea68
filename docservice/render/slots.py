"""Picture slots and drawing numbers as marks in a compiled part, so that papers need no tree to change them.

A mark is ``MARK code MARK``: an empty code is the number of a drawing, any other the place of a slot's whole drawing.
Facts never hold ``MARK`` on the quick way (``shape.UNPRINTABLE``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as made_with
from itertools import count
from typing import NamedTuple

from lxml import etree

from docservice.render import package, pictures
from docservice.render.package import q
from docservice.render.pictures import Picture

MARK = "\0"
_MARK = MARK.encode()
_ATTRIBUTE = "docservice-slot"
_NUMBERED = re.compile(r'(<wp:docPr\b[^>]*?\sid=")([^"]*)(")')
_DRAWING = re.compile(r"<w:drawing\b(?:(?!<w:drawing\b).)*?</w:drawing>", re.DOTALL)
_RELATION = "docservice-relation"
_MOST_SHAPES = 64


@dataclass(frozen=True)
class Slot:
    """One slot of a template: ``drawing`` is its XML as the template has it, ``opening`` an element around it.

    ``widest`` is the room there is, in EMU; ``number`` the drawing's own.
    """

    field: str
    drawing: str
    opening: str
    widest: int
    number: str
    _shapes: dict[float, str] = made_with(default_factory=dict, compare=False)

    def empty(self, number: str) -> str:
        """The slot without its picture: an emblem keeps the placeholder, any other slot disappears."""
        return _NUMBERED.sub(rf"\g<1>{number}\g<3>", self.drawing) if self.field == "emblem" else ""

    def filled(self, number: str, relation: str, picture: Picture) -> str:
        """The slot's drawing with ``picture``, related under ``relation``."""
        aspect = picture.width / picture.height
        shaped = self._shapes.get(aspect)
        if shaped is None:
            shaped = self._shaped(aspect)
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes[aspect] = shaped
        return shaped.replace(MARK, number).replace(_RELATION, relation)

    def _shaped(self, aspect: float) -> str:
        tag = self.opening[1:].split(None, 1)[0].rstrip(">")
        root = package.parse(f"{self.opening}{self.drawing}</{tag}>".encode())
        (mark,) = root.iter(q("wp:docPr"))
        pictures.relate(mark, _RELATION)
        if self.field != "border":
            pictures.resize(mark, aspect, self.widest)
        whole = etree.tostring(root, encoding="unicode")
        return _NUMBERED.sub(rf"\g<1>{MARK}\g<3>", whole[whole.index("<w:drawing") : whole.rindex("</")])


def tag(root: etree._Element) -> None:
    """Number the slots below ``root``, so that they are found again in the patched text."""
    for number, mark in enumerate(_offered(root)):
        mark.set(_ATTRIBUTE, str(number))


def offers(data: bytes) -> bool:
    """Whether a part has a slot."""
    return b"descr=" in data and any(True for _ in _offered(package.parse(data)))


def _offered(root: etree._Element) -> Iterator[etree._Element]:
    return (mark for mark in root.iter(q("wp:docPr")) if mark.get("descr") in pictures.SLOTS)


def marked(source: str, tree: etree._Element, *, numbered: bool) -> tuple[str, tuple[Slot, ...]] | None:
    """The patched ``source`` of a tagged part with marks, and its slots in order; None where text does not show them.

    ``numbered``: other drawings are numbered anew as well.
    """
    found: list[Slot] = []
    drawings = _DRAWING.findall(source)
    total = sum(1 for _ in tree.iter(q("wp:docPr")))
    if MARK in source or total != len(_NUMBERED.findall(source)):
        return None
    opening = re.match(r"(?:<\?[^>]*\?>\s*)?(<[^>]*>)", source)
    for mark in _offered(tree):
        number = mark.get(_ATTRIBUTE)
        texts = [text for text in drawings if f'{_ATTRIBUTE}="{number}"' in text]
        slot = _slot(mark, texts[0], opening[1]) if len(texts) == 1 and opening else None
        if slot is None or source.count(texts[0]) != 1:
            return None
        source = source.replace(texts[0], f"{MARK}{len(found)}{MARK}")
        found.append(slot)
    if numbered:
        source = _NUMBERED.sub(rf"\1{MARK}{MARK}\3", source)
    return source, tuple(found)


def _slot(mark: etree._Element, text: str, opening: str) -> Slot | None:
    """The slot of ``mark`` when its drawing is one plain drawing without tags."""
    holder = mark.getparent()
    drawing = holder.getparent() if holder is not None else None
    if holder is None or drawing is None or drawing.tag != q("w:drawing") or text.count("<wp:docPr") != 1:
        return None
    if "{" in re.sub(r'"\{[0-9A-Fa-f-]*\}"', "", text) or "<w:" in text[1:]:
        return None  # a tag (braces around a GUID are none), or text in a box
    clean = text.replace(f' {_ATTRIBUTE}="{mark.get(_ATTRIBUTE)}"', "")
    return Slot(str(mark.get("descr")), clean, opening, pictures.room(holder), str(mark.get("id")))


class Text(NamedTuple):
    """A part's text in pieces, to be joined once; ``marked`` are the places of those that may have marks, in order."""

    pieces: list[bytes]
    marked: list[int]

    @classmethod
    def of(cls, text: bytes) -> Text:
        """A text in one piece."""
        return cls([text], [0])


def shown(text: Text, slots: tuple[Slot, ...], first: int | None, show: Callable[[Slot, str], str]) -> bytes:
    """``text`` with its marks replaced: drawings numbered from ``first`` (None: they keep theirs), slots shown."""
    pieces, drawings = list(text.pieces), count(first or 0)
    for place in text.marked:
        parted = pieces[place].split(_MARK)
        for at in range(1, len(parted), 2):
            number = None if first is None else str(next(drawings))
            if parted[at]:
                slot = slots[int(parted[at])]
                parted[at] = show(slot, number or slot.number).encode()
            else:
                parted[at] = (number or "").encode()
        pieces[place] = b"".join(parted)
    return b"".join(pieces)


def as_template(slot: Slot, number: str) -> str:
    """The slot as the template draws it."""
    return _NUMBERED.sub(rf"\g<1>{number}\g<3>", slot.drawing)
