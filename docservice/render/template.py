"""A Word template of one kind and edition, and filling it: checked facts in, the bytes of a Word file out.

``Template`` and ``fill`` are the seam: behind it each edition is compiled once per process (``compiled``, ``press``).
Nothing about PDF belongs here.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from docxtpl import DocxTemplate
from jinja2 import TemplateError, meta
from lxml import etree

from docservice.catalogue import Kind
from docservice.errors import FactsRefused, InputRefused, TemplateRefused
from docservice.render import merging, package, pictures, strict
from docservice.render.compiled import SCALARS, Compiled, plain
from docservice.render.doctor import typography
from docservice.render.doctor.opening import Unreadable, opened
from docservice.render.package import q
from docservice.render.press import CORE, Press

LANGUAGE = "th-TH"
_TAGGED_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
# colspan, hm and the like print numbers into attributes, where Thai digits would not be XML Schema numbers
_IN_ATTRIBUTE = re.compile(r'="\{\{(.*?)\}\}"')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MOST_READY = 64
_ready: dict[str, tuple[Compiled, Press]] = {}
_compiling = threading.Lock()


@dataclass(frozen=True)
class Template:
    """One Word template: ``name`` as people see it (``order/2562-1.docx``), its kind, bytes and sha256 ``digest``.

    ``fonts`` are the typefaces its text asks for by name; ``mergeable`` tells whether filled copies can be set together
    in one file and split again without anyone seeing it.
    """

    name: str
    kind: Kind
    data: bytes
    digest: str
    fonts: frozenset[str]
    mergeable: bool

    @classmethod
    def load(cls, path: Path, kind: Kind) -> Template:
        """Read and check a template. Raises TemplateRefused naming the file and everything wrong with it."""
        name = f"{path.parent.name}/{path.name}"
        try:
            return cls.of(name, path.read_bytes(), kind)
        except OSError as error:
            raise refused(name, f"เปิดไม่ได้ ({error.strerror})", f"cannot be opened: {error}") from error

    @classmethod
    def of(cls, name: str, data: bytes, kind: Kind) -> Template:
        """A template from its bytes, checked as ``load`` does."""
        try:
            parts = package.read(data)
        except InputRefused as error:
            raise refused(name, str(error), error.english) from error
        faults = list(_faults(data, kind))
        if faults:
            thai, english = zip(*faults, strict=True)
            raise refused(name, " · ".join(thai), "; ".join(english))
        digest = hashlib.sha256(data).hexdigest()
        return cls(name, kind, data, digest, _fonts(name, data), merging.mergeable(parts))


def fill(template: Template, context: Mapping[str, object], *, title: str = "") -> bytes:
    """The Word file of one paper from ``Kind.check``'s ``context``; equal input gives equal parts.

    On one kind of processor they are equal bytes as well (``zipped``). Raises FactsRefused naming the field,
    TemplateRefused naming the template.
    """
    return filled(template, context, title=title).docx


class Filled(NamedTuple):
    """The parts of a filled Word file: well-formed, checked, not to be read again; not to be changed.

    ``write`` makes the file of them, or of parts that differ in the document alone.
    """

    parts: package.Parts
    write: Callable[[package.Parts], bytes]

    @property
    def docx(self) -> bytes:
        """The file."""
        return self.write(self.parts)


def filled(template: Template, context: Mapping[str, object], *, title: str = "") -> Filled:
    """As ``fill``, for those who go on with the parts."""
    facts = dict(context)
    quickly = plain(facts, _CONTROL, SCALARS - {type(None)})
    if not quickly:
        _refuse_unprintable(facts)
    core = _core(title or template.kind.label)
    try:
        compiled, press = _compiled(template)
        paper = press.paper(facts, core) if quickly and press.able else None
        if paper is not None:
            return Filled(*paper)
        parts = compiled.render(facts)
    except strict.TemplateFault as fault:
        raise refused(template.name, fault.message, fault.english) from fault
    except (TemplateError, TypeError, ArithmeticError, LookupError, etree.XMLSyntaxError, package.NotWordXml) as fault:
        raise refused(template.name, f"ใช้ไม่ได้ ({fault})", str(fault)) from fault
    pictures.place(parts, facts)
    parts[CORE] = core
    package.check_xml(parts)
    return Filled(parts, package.write)


def _compiled(template: Template) -> tuple[Compiled, Press]:
    """The compiled template of these very bytes, made once and kept while it is among the latest used."""
    with _compiling:
        held = _ready.pop(template.digest, None)
        if held is None:
            compiled = Compiled(template.data, strict.environment(), _Word, properties=False)
            held = compiled, Press(compiled)
        _ready[template.digest] = held
        if len(_ready) > _MOST_READY:
            del _ready[next(iter(_ready))]
    return held


def refused(name: str, thai: str, english: str) -> TemplateRefused:
    """The error for a fault in template ``name``."""
    return TemplateRefused(
        f"แม่แบบ {name}: {thai}",
        "กรุณาแก้แม่แบบใน Word แล้วตรวจด้วยคำสั่ง docservice template check",
        english=f"Template {name}: {english}. Mend it in Word and check it with: docservice template check",
    )


class _Word(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """docxtpl without what it mends or loses silently."""

    def patch_xml(self, src_xml: str) -> str:
        return _IN_ATTRIBUTE.sub(r'="{{ (\1)|arabic }}"', super().patch_xml(src_xml))

    def fix_tables(self, xml: str) -> etree._Element:
        read = package.parse(xml.encode())  # docxtpl itself recovers from broken XML by dropping text
        if _with_grids(read):
            xml = etree.tostring(read, encoding="unicode")
        tree: etree._Element = super().fix_tables(xml)
        return tree

    def render_properties(self, context: object, jinja_env: object = None) -> None:
        """Core properties are written afterwards."""


def _with_grids(body: etree._Element) -> int:
    """Give every table that tells nothing of its columns a grid, which docxtpl asks for; how many there were."""
    without = [table for table in body.iter(q("w:tbl")) if table.find(q("w:tblGrid")) is None]
    for table in without:
        at = 1 if table.find(q("w:tblPr")) is not None else 0
        grid = etree.Element(q("w:tblGrid"))
        table.insert(at, grid)
        for _ in range(max((len(row.findall(q("w:tc"))) for row in table.findall(q("w:tr"))), default=0)):
            etree.SubElement(grid, q("w:gridCol"))
    return len(without)


def _faults(data: bytes, kind: Kind) -> Iterator[tuple[str, str]]:
    """(Thai, English) of every tag that cannot be read and every name the kind does not have."""
    word = _Word(io.BytesIO(data))
    word.init_docx()
    environment = strict.environment()
    for part in word.docx.part.package.iter_parts():
        if not _TAGGED_PART.fullmatch(str(part.partname).lstrip("/")):
            continue
        source = re.sub(r"<w:p([ >])", r"\n<w:p\1", word.patch_xml(part.blob.decode("utf-8")))
        try:
            names = meta.find_undeclared_variables(environment.parse(source))
            environment.from_string(source)
        except TemplateError as error:
            yield _syntax(error, source)
            continue
        for name in sorted(names - set(kind.fields) - set(environment.globals)):
            yield f"ไม่มีช่อง “{name}” ใน{kind.label}", f"the kind has no field '{name}'"


def _syntax(error: TemplateError, source: str) -> tuple[str, str]:
    line = getattr(error, "lineno", None)
    around = re.sub(r"<[^>]+>", "", source.splitlines()[line - 1])[:80] if line else ""
    return f"คำสั่งในแม่แบบผิดรูปแบบใกล้ “{around}” ({error})", f"bad tag near '{around}': {error}"


def _refuse_unprintable(value: object, path: str = "") -> None:
    """Raise FactsRefused naming the first fact that is None or holds a control character."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_unprintable(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _refuse_unprintable(inner, f"{path}[{number}]")
    elif value is None or (isinstance(value, str) and _CONTROL.search(value)):
        fault = "ไม่มีค่า" if value is None else "มีอักขระควบคุมที่พิมพ์ไม่ได้"
        raise FactsRefused(
            f"ช่อง “{path}” {fault}",
            "กรุณาแก้ข้อมูลในช่องนี้",
            english=f"The field '{path}' {'has no value' if value is None else 'holds a control character'}.",
        )


def _core(title: str) -> bytes:
    """Core properties: title and language, no dates, so that equal facts give equal bytes."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{LANGUAGE}</dc:language></cp:coreProperties>"
    ).encode()


def _fonts(name: str, data: bytes) -> frozenset[str]:
    """Typefaces that letters get; theme and default fonts that none gets are no matter."""
    try:
        return typography.fonts(opened(data))
    except Unreadable as wrong:
        raise refused(name, f"ใช้ไม่ได้ ({wrong.code})", wrong.code) from wrong
