"""The complex-script slots of letters: what is missing beside the Latin ones, and how it is put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from docservice.render.doctor.looks import Look
from docservice.render.fonts import ALIASES, FAMILY
from docservice.render.package import q
from docservice.render.pdfcheck import SYMBOL_FONTS

ALLOWED = frozenset((*ALIASES, *SYMBOL_FONTS))
# Children of w:rPr in the order the schema asks for, as far as they are put in here or stand around them.
_ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow"),
    *("emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position"),
    *("sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang"),
    *("eastAsianLayout", "specVanish", "oMath", "rPrChange"),
)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """One slot to set: ``element`` and ``attribute`` (``val`` or a slot of ``rFonts``) to ``after``."""

    code: str
    element: str
    attribute: str
    before: str
    after: str

    @property
    def message(self) -> str:
        """What is done, in Thai."""
        return f"ตั้ง {self.element}/{self.attribute} เป็น {self.after}" + (f" (เดิม {self.before})" if self.before else "")

    @property
    def english(self) -> str:
        """What is done."""
        return f"set {self.element}/{self.attribute} to {self.after}" + (f" (was {self.before})" if self.before else "")

    def apply(self, properties: etree._Element) -> None:
        """Set it in a ``w:rPr``."""
        found = properties.find(q(f"w:{self.element}"))
        if found is None:
            found = etree.Element(q(f"w:{self.element}"))
            rank = _ORDER.index(self.element)
            after = [one for one in properties if _rank(one) < rank]
            properties.insert(len(after), found)
        if self.attribute == "cs":
            found.attrib.pop(q("w:cstheme"), "")
        if not (self.attribute == "val" and self.after == "on"):
            found.set(q(f"w:{self.attribute}"), self.after)
        else:
            found.attrib.pop(q("w:val"), "")


def _rank(one: etree._Element) -> int:
    name = etree.QName(one).localname
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def lacks_thai_font(look: Look) -> bool:
    """Whether the Thai typeface was not set where the Latin one was."""
    if look.ascii not in ALLOWED or look.cs in ALLOWED:
        return False
    return not look.cs or look.origin.get("cs") != look.origin.get("ascii")


def uneven_size(look: Look) -> bool:
    """Whether Thai and Latin letters differ in size."""
    return (look.size or 20) != (look.size_cs or 20)


def wanted(look: Look, *, origin: str) -> list[SlotChange]:
    """What is to be set at ``origin`` (``run``, a style's id, ``""`` for the defaults): what was set there half."""
    return [change for change, where in _all(look) if where == origin]


def _all(look: Look) -> Iterator[tuple[SlotChange, str]]:
    if lacks_thai_font(look):
        yield SlotChange("no-cs-font", "rFonts", "cs", look.cs or "", look.ascii or FAMILY), look.origin["ascii"]
    if uneven_size(look):
        latin = look.origin.get("size")
        if latin is not None and (latin == "run" or look.origin.get("size_cs") != "run"):
            yield SlotChange("cs-size", "szCs", "val", str(look.size_cs or ""), str(look.size or 20)), latin
        elif (thai := look.origin.get("size_cs")) is not None:
            yield SlotChange("cs-size", "sz", "val", str(look.size or ""), str(look.size_cs or 20)), thai
    if look.bold and not look.bold_cs:
        yield SlotChange("cs-bold", "bCs", "val", "", "on"), look.origin["bold"]
    if look.italic and not look.italic_cs:
        yield SlotChange("cs-bold", "iCs", "val", "", "on"), look.origin["italic"]
    if not (look.language or "").lower().startswith("th"):
        yield SlotChange("cs-lang", "lang", "bidi", look.language or "", "th-TH"), look.origin.get("language", "")
