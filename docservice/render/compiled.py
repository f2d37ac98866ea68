"""Word templates compiled: read, patched and made into Jinja programs once, then only rendered for each paper.

What comes out equals docxtpl's (every part the same canonical XML). Each part goes one of two ways, decided here and
not by trial: *quick*, as text, where ``shape`` shows that nothing docxtpl does after rendering can change or mend it;
else *exact*, through docxtpl's own steps on its own kind of tree. Values that add parts of their own while they are
printed (inline images, subdocuments, objects unknown here) send the whole paper through docxtpl itself, as do templates
whose notes docxtpl renders more or less often than once. Nothing here knows the strict rules of our templates.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any

import jinja2
from docx.opc.coreprops import CoreProperties
from docx.oxml import parse_xml
from docxtpl import DocxTemplate, Listing, RichText, RichTextParagraph
from jinja2 import Environment
from lxml import etree
from markupsafe import Markup

from docservice.catalogue import Code
from docservice.render import bulk, cells, package, shape, slots
from docservice.render.package import DOCUMENT, Parts, q
from docservice.render.shape import UNPRINTABLE
from docservice.render.slots import Slot, Text
from docservice.thai import BE

FIRST_DRAWING = 1001
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
_OPENING = re.compile(r'<w:body(?:\s+xmlns(?::[\w.-]+)?="[^"]*")*\s*>')
_BEFORE_PARAGRAPH = re.compile(r"<w:p([ >])")
_BROKEN_PARAGRAPH = re.compile(r"\n<w:p([ >])")
_BLANK_BETWEEN = re.compile(r">[ \t\r\n]+<(?!/w:t>)")
_BRACES = re.compile("[{}]")
_NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_LONG = 5_000_000  # letters in one text: beyond ten million libxml2 drops text while docxtpl mends
SCALARS = frozenset((int, float, bool, bytes, date, datetime, time, Decimal, BE, type(None)))
_TEXT = frozenset((str, Code))
_DEEPEST = 20  # facts that are deeper, or hold themselves, go the exact way
_CONTAINERS = frozenset((dict, list, tuple))
_MARKED = (Markup, RichText, RichTextParagraph, Listing)

Make = Callable[[io.BytesIO], Any]


@dataclass(frozen=True)
class _Part:
    """One part that depends on facts: ``source`` is its patched text, ``before`` and ``after`` what surrounds it."""

    name: str
    environment: Environment
    source: str
    shape: shape.Shape
    before: str = ""
    after: str = ""
    furniture: bool = False
    slots: tuple[Slot, ...] = ()
    quick_source: str | None = None

    @cached_property
    def quick(self) -> jinja2.Template:
        """The program whose text needs no mending; drawings and their numbers are marks in it."""
        return self.environment.from_string(self.before + (self.quick_source or "") + self.after)

    @cached_property
    def bulk(self) -> bulk.Bulk | None:
        """The same for long papers, where it can be had."""
        if self.quick_source is None or self.name != DOCUMENT:
            return None
        source = self.before + self.quick_source + self.after
        return bulk.program(self.environment, source, self.shape)

    @cached_property
    def exact(self) -> jinja2.Template:
        """docxtpl's program."""
        return self.environment.from_string(_BEFORE_PARAGRAPH.sub(r"\n<w:p\1", self.source))


class Compiled:
    """One Word template with the Jinja environment its tags are read in; used by any number of threads at once.

    ``make`` opens it as docxtpl does (a subclass may be stricter); without ``properties`` the core properties stay as
    the template has them. Raises TemplateError for tags that cannot be read.
    """

    def __init__(
        self, data: bytes, environment: Environment, make: Make = DocxTemplate, *, properties: bool = True
    ) -> None:
        self._data, self._environment, self._make = data, environment, make
        self._word = make(io.BytesIO(data))
        self._word.render_init()
        self._core = self._properties() if properties else None
        self.static = self._saved()
        self.parts: tuple[_Part, ...] = ()
        self._noted = any(part.content_type == _NOTES for part in self._word.docx.part.package.parts)
        self.through_docxtpl = not self._alike()
        if not self.through_docxtpl:
            self.parts = tuple(sorted(self._settle(self._compiled()), key=lambda part: part.name))
        self.quick = not self.through_docxtpl and all(part.quick_source is not None for part in self.parts)

    # ----------------------------------------------------------------------------------------------------- rendering
    def word(self) -> Any:
        """A docxtpl template to make inline images and subdocuments for; ``render`` finds it again in them."""
        return self._make(io.BytesIO(self._data))

    def render(self, context: Mapping[str, Any]) -> Parts:
        """All parts of one paper. Raises what docxtpl raises: TemplateError, XMLSyntaxError and what facts provoke."""
        quickly = plain(dict(context))
        odd = None if quickly else _object(dict(context))
        if self.through_docxtpl or odd is not None:
            return self._by_docxtpl(context, getattr(odd, "tpl", None))
        parts = dict(self.static)
        for part in self.parts:
            text = self.text(part, context) if quickly else None
            if text is not None:
                parts[part.name] = _as_template(part, text)
            elif part.name != DOCUMENT:
                parts[part.name] = self._exactly(part, context)
            elif (tree := self._mended(part, context)) is None:
                return self._by_docxtpl(context, None)
            else:
                parts[DOCUMENT] = (part.before + etree.tostring(tree, encoding="unicode") + part.after).encode()
        if self._core is not None:
            parts |= self._core_properties(self._core, context)
        return parts

    def text(self, part: _Part, context: Mapping[str, Any]) -> Text | None:
        """The quick way's text of a part for plain facts, with its marks; None where this paper needs the exact way."""
        if part.quick_source is None:
            return None
        if part.bulk is not None and (printed := part.bulk.render(context)) is not None:
            return printed
        text = _settled(part.quick.render(context))
        if part.shape.needs_rows and text.count("</w:tr></w:tbl>") != text.count("</w:tbl>"):
            return None
        return None if part.furniture and _BLANK_BETWEEN.search(text) else Text.of(text.encode())

    def _by_docxtpl(self, context: Mapping[str, Any], maker: Any) -> Parts:
        word = maker if isinstance(maker, DocxTemplate) else self.word()
        word.render(dict(context), self._environment)
        out = io.BytesIO()
        word.save(out)
        return package.read(out.getvalue())

    def _exactly(self, part: _Part, context: Mapping[str, Any]) -> bytes:
        text = self._resolved(part, context).encode()
        return package.serialise(parse_xml(text)) if part.furniture else text

    def _mended(self, part: _Part, context: Mapping[str, Any]) -> etree._Element | None:
        """The body as docxtpl mends it; None where mending lost the section that notes are rendered for."""
        tree: etree._Element = self._word.fix_tables(self._resolved(part, context))
        for number, drawing in enumerate(tree.iter(q("wp:docPr")), FIRST_DRAWING):
            drawing.set("id", str(number))
        sections = list(tree.iter(q("w:sectPr")))
        return None if self._noted and [section.getparent() for section in sections] != [tree] else tree

    def _resolved(self, part: _Part, context: Mapping[str, Any]) -> str:
        """docxtpl's own steps up to the text it parses again."""
        text = _BROKEN_PARAGRAPH.sub(r"<w:p\1", part.exact.render(context))
        return str(DocxTemplate.resolve_listing(self._word, _unescaped(text)))

    @staticmethod
    def _core_properties(core: tuple[str, Any, dict[str, jinja2.Template]], context: Mapping[str, Any]) -> Parts:
        name, template, programs = core
        element = deepcopy(template)
        properties = CoreProperties(element)
        for field, program in programs.items():
            setattr(properties, field, program.render(context))
        return {name: package.serialise(element)}

    # ----------------------------------------------------------------------------------------------------- compiling
    def _properties(self) -> tuple[str, Any, dict[str, jinja2.Template]]:
        core = self._word.docx.core_properties
        part = self._word.docx.part.package._core_properties_part
        fields = {field: self._environment.from_string(getattr(core, field)) for field in _PROPERTIES}
        return _name(part), part.element, fields

    def _saved(self) -> Parts:
        """The parts as python-docx writes them, which is how docxtpl leaves those without tags."""
        out = io.BytesIO()
        self._word.docx.save(out)
        return package.read(out.getvalue())

    def _alike(self) -> bool:
        """Whether docxtpl renders each part of this template once, with Jinja's usual line rules."""
        environment = self._environment
        if environment.line_statement_prefix or environment.line_comment_prefix or environment.newline_sequence != "\n":
            return False
        furniture = [part.partname for part in self._furniture()]
        if len(furniture) != len(set(furniture)) or "<w:body" not in self._word.get_xml()[:8]:
            return False
        if self._noted:
            sections = list(self._word.docx._element.iter(q("w:sectPr")))
            return len(sections) == 1 and sections[0].getparent() is self._word.docx._element.body
        return True

    def _furniture(self) -> Iterator[Any]:
        for uri in (self._word.HEADER_URI, self._word.FOOTER_URI):
            yield from (part for _, part in self._word.get_headers_footers(uri))

    def _compiled(self) -> Iterator[_Part]:
        yield self._body()
        for part in self._furniture():
            element = parse_xml(part.blob)
            text = self._word.xml_to_string(element)
            yield self._part(_name(part), text, element, furniture=True)
        for part in self._word.docx.part.package.parts:
            if part.content_type == _NOTES:
                yield self._part(_name(part), part.blob.decode("utf-8"), None)

    def _body(self) -> _Part:
        root = self._word.docx._element
        whole = etree.tostring(root, encoding="UTF-8", standalone=True).decode().replace("?>\n<", "?><", 1)
        start, end = whole.index("<w:body"), whole.rindex("</w:body>") + len("</w:body>")
        part = self._part(DOCUMENT, self._word.get_xml(), deepcopy(root.body), whole[:start], whole[end:])
        if part.quick_source is not None and root.body.nsmap == root.nsmap:
            return replace(part, quick_source=_OPENING.sub("<w:body>", part.quick_source, count=1))
        return part

    def _part(self, name: str, text: str, tree: Any, before: str = "", after: str = "", **more: bool) -> _Part:
        """A part compiled from its ``text`` and, where it can hold slots, a copy of its ``tree``."""
        source = self._word.patch_xml(text)
        body = name == DOCUMENT
        if tree is not None:
            slots.tag(tree)
            text = self._word.xml_to_string(tree)
        tagged = self._word.patch_xml(text)
        found = shape.of(self._environment, tagged)
        quick: tuple[str, tuple[Slot, ...]] | None = None
        if found.sound and found.tree is not None and (found.steady or not body) and not _BRACES.search(before + after):
            quick = slots.marked(tagged, found.tree, numbered=body)
        text_of, held = quick or (None, ())
        return _Part(name, self._environment, source, found, before, after, slots=held, quick_source=text_of, **more)

    def _settle(self, parts: Iterator[_Part]) -> Iterator[_Part]:
        """The parts that depend on facts; one without tags is written into ``static`` here and now."""
        for part in parts:
            if part.shape.constant and not part.slots and part.name != DOCUMENT:
                self.static[part.name] = self._exactly(part, {})
            else:
                yield part


def _name(part: Any) -> str:
    return str(part.partname).lstrip("/")


def _as_template(part: _Part, text: Text) -> bytes:
    """The quick text with numbered drawings and every slot as the template has it."""
    return slots.shown(text, part.slots, FIRST_DRAWING if part.name == DOCUMENT else None, slots.as_template)


def plain(value: Any, forbidden: re.Pattern[str] = UNPRINTABLE, scalars: frozenset[type] = SCALARS) -> bool:
    """Whether everything in ``value`` prints as escaped text: texts without ``forbidden`` characters, numbers, days.

    ``forbidden`` are characters that ``str.isprintable`` finds unprintable.
    """
    known = _TEXT | _CONTAINERS | scalars
    level: list[Any] = [[value]]
    texts, names, kinds_of_names = list[str](), set[Any](), set[type]()
    for _ in range(_DEEPEST):
        held, level = level, []
        for values in held:
            kinds = set(map(type, values))
            if not kinds <= known:
                return False
            if kinds & _TEXT:
                texts += values if kinds <= _TEXT else [inner for inner in values if type(inner) in _TEXT]
            if dict in kinds:
                mappings = values if len(kinds) == 1 else [inner for inner in values if type(inner) is dict]
                kinds_of_names.update(map(type, chain.from_iterable(mappings)))
                names.update(*mappings)
                level.append([*chain.from_iterable(map(dict.values, mappings))])
            if list in kinds or tuple in kinds:
                level += [inner for inner in values if type(inner) is list or type(inner) is tuple]
    if level:
        return False
    if not kinds_of_names <= {str}:
        return False
    texts += (name for name in names if not name.isidentifier())
    whole = "".join(texts)
    if len(whole) >= _LONG and any(len(text) >= _LONG for text in texts):
        return False
    return whole.isprintable() or all(text.isprintable() or not forbidden.search(text) for text in texts)


def _object(value: Any) -> Any:
    """A value that may do anything when it is printed, or None; an inline image or subdocument before others."""
    found = None
    inside = value.values() if type(value) is dict else value if type(value) in (list, tuple) else ()
    for inner in inside:
        held = _object(inner)
        if isinstance(getattr(held, "tpl", None), DocxTemplate):
            return held
        found = held if found is None else found
    if type(value) in _CONTAINERS | _TEXT | SCALARS or isinstance(value, _MARKED):
        return found
    return value


def _unescaped(text: str) -> str:
    """docxtpl's way to write braces."""
    return text.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")


def _settled(text: str) -> str:
    """What docxtpl does with rendered text: braces, then line breaks, tabs and new paragraphs."""
    if "{_" in text or "_}" in text:
        text = _unescaped(text)
    return cells.listed(text.encode()).decode() if "\n" in text or "\t" in text else text
