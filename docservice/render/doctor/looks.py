"""How a run's letters look in the end, after defaults, styles and its own settings: font, size, weight, language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from docservice.render.doctor.opening import Opened
from docservice.render.package import NS, q

STYLES = "word/styles.xml"
_THEME = "word/theme/theme1.xml"
_DEEPEST = 20
_SLOTS = ("ascii", "hAnsi", "cs")
_ON = {None: True, "1": True, "true": True, "on": True}


@dataclass(frozen=True, slots=True)
class Look:
    """What a run's letters look like, sizes in half points; ``None`` where nothing says. ``origin``: who set what."""

    ascii: str | None = None
    cs: str | None = None
    size: int | None = None
    size_cs: int | None = None
    bold: bool = False
    bold_cs: bool = False
    italic: bool = False
    italic_cs: bool = False
    language: str | None = None
    origin: dict[str, str] = field(default_factory=dict, compare=False, hash=False)


class Looks:
    """The looks of one file's runs; the same settings are worked out once."""

    def __init__(self, opened: Opened) -> None:
        self.theme = _theme(opened.trees.get(_THEME))
        self.styles: dict[str, etree._Element] = {}
        self.names: dict[str, str] = {}
        self.default_paragraph = ""
        self.base = Look()
        self.defaults: etree._Element | None = None
        self._of_style: dict[str, Look] = {}
        self._of_run: dict[tuple[str, str, bytes], Look] = {}
        root = opened.trees.get(STYLES)
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        for style in root.iterfind(q("w:style")):
            code = str(style.get(q("w:styleId")))
            self.styles[code] = style
            name = style.find(q("w:name"))
            self.names[code] = str(name.get(q("w:val"))) if name is not None else code
            if style.get(q("w:type")) == "paragraph" and style.get(q("w:default")) in ("1", "true", "on"):
                self.default_paragraph = code
        self.defaults = root.find("w:docDefaults/w:rPrDefault/w:rPr", NS)
        self.base = self.over(Look(), self.defaults, "")

    def over(self, below: Look, properties: etree._Element | None, origin: str) -> Look:
        """``below`` with run properties on top; ``origin`` is a style's id, ``""`` the defaults, ``run`` a run."""
        if properties is None:
            return below
        changes: dict[str, object] = {}
        for one in properties:
            _setting(one, self.theme, changes)
        if not changes:
            return below
        return replace(below, **changes, origin=below.origin | dict.fromkeys(changes, origin))  # type: ignore[arg-type]

    def of_style(self, code: str) -> Look:
        """The look a style gives on top of the defaults."""
        if code not in self._of_style:
            look, chain = self.base, list[str]()
            while code in self.styles and code not in chain and len(chain) < _DEEPEST:
                chain.append(code)
                based = self.styles[code].find(q("w:basedOn"))
                code = str(based.get(q("w:val"))) if based is not None else ""
            for one in reversed(chain):
                look = self.over(look, self.styles[one].find(q("w:rPr")), one)
            if not chain:
                return look
            self._of_style[chain[0]] = look
            code = chain[0]
        return self._of_style[code]

    def sources(self) -> Iterator[tuple[str, etree._Element, Look, str]]:
        """(name, properties, look, origin) of the defaults and of every style that sets letters."""
        if self.defaults is not None:
            yield "", self.defaults, self.base, ""
        for code, style in self.styles.items():
            properties = style.find(q("w:rPr"))
            if properties is not None:
                yield self.names[code], properties, self.of_style(code), code

    def of_run(self, run: etree._Element, paragraph: etree._Element) -> Look:
        """The look of a run's letters."""
        style = style_of(paragraph) or self.default_paragraph
        properties = run.find(q("w:rPr"))
        rstyle = properties.find(q("w:rStyle")) if properties is not None else None
        character = str(rstyle.get(q("w:val"))) if rstyle is not None else ""
        key = (style, character, etree.tostring(properties) if properties is not None else b"")
        if key not in self._of_run:
            look = self.of_style(style if style in self.styles else self.default_paragraph)
            if character in self.styles:
                look = self.over(look, self.styles[character].find(q("w:rPr")), character)
            self._of_run[key] = self.over(look, properties, "run")
        return self._of_run[key]


def properties_of(paragraph: etree._Element) -> etree._Element | None:
    """The paragraph's ``w:pPr``, which is its first child: none of 10⁵ runs is looked at."""
    first = next(iter(paragraph), None)  # len() would count all children
    return first if first is not None and first.tag == q("w:pPr") else None


def style_of(paragraph: etree._Element) -> str:
    """The id of the paragraph's style; empty where it names none."""
    properties = properties_of(paragraph)
    named = properties.find(q("w:pStyle")) if properties is not None else None
    return str(named.get(q("w:val"))) if named is not None else ""


def _setting(one: etree._Element, theme: dict[str, str], changes: dict[str, object]) -> None:
    name = etree.QName(one).localname
    value = one.get(q("w:val"))
    if name == "rFonts":
        for slot in _SLOTS:
            themed = one.get(q(f"w:{'cstheme' if slot == 'cs' else slot + 'Theme'}"))
            font = theme.get(themed, themed) if themed else one.get(q(f"w:{slot}"))
            if font and (slot != "hAnsi" or "ascii" not in changes):
                changes["cs" if slot == "cs" else "ascii"] = font
    elif name in ("sz", "szCs") and value is not None and value.replace(".", "", 1).isdigit():
        changes["size" if name == "sz" else "size_cs"] = round(float(value))
    elif name in ("b", "bCs", "i", "iCs"):
        changes[{"b": "bold", "bCs": "bold_cs", "i": "italic", "iCs": "italic_cs"}[name]] = _ON.get(value, False)
    elif name == "lang" and one.get(q("w:bidi")):
        changes["language"] = one.get(q("w:bidi"))


def _theme(root: etree._Element | None) -> dict[str, str]:
    """``minorHAnsi`` → the typeface the theme names; the Thai one where it has one, for complex scripts."""
    found: dict[str, str] = {}
    if root is None:
        return found
    for size in ("major", "minor"):
        fonts = root.find(f".//a:{size}Font", NS)
        if fonts is None:
            continue
        thai = next((one.get("typeface") for one in fonts.iterfind("a:font", NS) if one.get("script") == "Thai"), "")
        latin, cs = (fonts.find(f"a:{slot}", NS) for slot in ("latin", "cs"))
        western = (latin.get("typeface") if latin is not None else "") or ""
        found |= dict.fromkeys((f"{size}Ascii", f"{size}HAnsi"), western)
        found[f"{size}Bidi"] = (cs.get("typeface") if cs is not None else "") or thai or ""
    return found
