"""What docxtpl makes of a template and what the compiled template makes of it, compared as canonical XML."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate
from jinja2 import Environment, TemplateError
from lxml import etree
from word_files import saved

from docservice.errors import InputRefused
from docservice.render import package
from docservice.render.compiled import Compiled
from docservice.render.package import Parts

Facts = Callable[[Any], Mapping[str, Any]]


def canonical(parts: Parts) -> dict[str, bytes]:
    """Parts with XML in its canonical form."""
    return {
        name: etree.tostring(package.parse(data), method="c14n") if name.endswith((".xml", ".rels")) else data
        for name, data in parts.items()
    }


def by_docxtpl(data: bytes, facts: Facts, environment: Environment | None = None) -> Parts:
    """The parts docxtpl itself writes."""
    word = DocxTemplate(io.BytesIO(data))
    word.render(dict(facts(word)), environment)
    out = io.BytesIO()
    word.save(out)
    return package.read(out.getvalue())


def outcome(render: Callable[[], Parts]) -> dict[str, bytes]:
    """The canonical parts, or what kind of fault there is instead."""
    try:
        return canonical(render())
    except (ValueError, SyntaxError, TemplateError, InputRefused) as fault:
        return {"fault": type(fault).__name__.encode()}


def differing(data: bytes, facts: Facts, environment: Environment) -> tuple[Compiled, list[str]]:
    """The compiled template, and the names of parts that differ from docxtpl's."""
    compiled = Compiled(data, environment)
    ours = outcome(lambda: compiled.render(facts(compiled.word())))
    theirs = outcome(lambda: by_docxtpl(data, facts, environment))
    assert environment.autoescape is False or "fault" not in theirs
    return compiled, sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def made(build: Callable[[Word], object]) -> bytes:
    """A template whose content ``build`` adds to python-docx's empty document."""
    document = Document()
    build(document)
    return saved(document)


def paragraphs(*texts: str) -> bytes:
    return made(lambda document: [document.add_paragraph(text) for text in texts])


def table(*rows: tuple[str, ...], after: str = "") -> bytes:
    """A template with one table; rows may have fewer cells than the first."""

    def build(document: Word) -> None:
        grid = document.add_table(0, len(rows[0]))
        for texts in rows:
            cells = grid.add_row().cells
            for cell, text in zip(cells, texts, strict=False):
                cell.text = text
        if after:
            document.add_paragraph(after)

    return made(build)


def runs(*texts: str) -> bytes:
    """A template with one paragraph whose text Word has cut into ``texts``, each bold in its own way."""

    def build(document: Word) -> None:
        paragraph = document.add_paragraph()
        for number, text in enumerate(texts):
            paragraph.add_run(text).bold = bool(number % 2)

    return made(build)


def furniture(header: str, footer: str, *body: str) -> bytes:
    def build(document: Word) -> None:
        document.sections[0].header.paragraphs[0].text = header
        document.sections[0].footer.paragraphs[0].text = footer
        for text in body:
            document.add_paragraph(text)

    return made(build)


def noted(note: str, *, sections: int = 1) -> bytes:
    """A template with a footnote, and sections as many as asked."""

    def build(document: Word) -> None:
        for _ in range(sections - 1):
            document.add_section()
        run = document.add_paragraph("{{ text }}").add_run()
        run._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="2"/>'))

    parts = package.read(made(build))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    parts["word/footnotes.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p>'
        f'<w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    ).encode()
    parts[package.TYPES] = parts[package.TYPES].replace(
        b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode()
    )
    name = package.rels_name(package.DOCUMENT)
    link = f'<Relationship Id="rIdNotes" Type="{package.NS["r"]}/footnotes" Target="footnotes.xml"/></Relationships>'
    parts[name] = parts[name].replace(b"</Relationships>", link.encode())
    return package.write(parts)
