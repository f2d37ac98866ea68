"""Templates made ill on purpose: a stock template, edited as text of its XML, and where a place is (by python-docx)."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from docservice.catalogue import Catalogue, Kind
from docservice.render import package

TEMPLATES = Path(__file__).parents[2] / "templates_th"
BODY, HEADER, STYLES, RELS = "word/document.xml", "word/header1.xml", "word/styles.xml", "word/_rels/document.xml.rels"
CATALOGUE = Catalogue.parse(tomllib.loads((TEMPLATES / "catalogue.toml").read_text(encoding="utf-8")))
KINDS = list(CATALOGUE.kinds.values())
Edit = tuple[str, str] | tuple[str, str, str] | Callable[[dict[str, bytes]], None]


def kind(code: str) -> Kind:
    return CATALOGUE.kinds[code]


def stock(code: str, variant: str = "") -> bytes:
    return (TEMPLATES / code / f"{kind(code).edition}{variant and '-' + variant}.docx").read_bytes()


def edited(data: bytes, *edits: Edit) -> bytes:
    """``data`` with the first ``old`` replaced by ``new`` in the body (or in the third, the part named)."""
    parts = package.read(data)
    for edit in edits:
        if callable(edit):
            edit(parts)
            continue
        old, new, part = edit if len(edit) == 3 else (*edit, BODY)
        text = parts[part].decode()
        assert old in text, f"{old!r} is not in {part}"
        parts[part] = text.replace(old, new, 1).encode()
    return package.write(parts)


def run(text: str, look: str = "") -> str:
    head = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{head}<w:t xml:space="preserve">{text}</w:t></w:r>'


def cut(*texts: str, looks: tuple[str, ...] = ()) -> str:
    """What stands for ``{{ … }}`` inside one ``w:t`` when Word has cut it into runs."""
    looks = looks or ("",) * len(texts)
    head = '</w:t></w:r><w:r>{}<w:t xml:space="preserve">'
    return texts[0] + "".join(
        head.format(f"<w:rPr>{look}</w:rPr>" if look else "") + text
        for text, look in zip(texts[1:], looks[1:], strict=True)
    )


def between(inside: str, *, before: str = "", after: str = "") -> str:
    """XML between two runs of one text: ``before</w:t></w:r>inside<w:r><w:t>after``."""
    return f'{before}</w:t></w:r>{inside}<w:r><w:t xml:space="preserve">{after}'


@dataclass(frozen=True)
class At:
    """Where something is, as ``Place`` counts."""

    part: str = "body"
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None


def where(data: bytes, text: str) -> At:
    """The place of the first paragraph that holds ``text``, found by python-docx."""
    document = docx.Document(io.BytesIO(data))
    for part, found in _parts(document):
        for at, paragraph in found:
            if text in "".join(paragraph._p.xpath(".//w:t/text() | .//w:instrText/text()")):
                return At(part, *at)
    raise AssertionError(f"{text!r} is nowhere")


def _parts(document: Document) -> Iterator[tuple[str, Iterator[tuple[tuple[int | None, ...], Paragraph]]]]:
    yield "body", _paragraphs(document)
    for section in document.sections:
        for header in (section.header, section.first_page_header):
            yield "header", _paragraphs(header)
        yield "footer", _paragraphs(section.footer)


def _paragraphs(story: object) -> Iterator[tuple[tuple[int | None, ...], Paragraph]]:
    number = tables = 0
    for block in story.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Table):
            tables += 1
            for row_number, row in enumerate(block._tbl.tr_lst, start=1):
                for cell_number, cell in enumerate(row.tc_lst, start=1):
                    for at, one in enumerate(cell.p_lst, start=1):
                        yield (at, tables, row_number, cell_number), Paragraph(one, block)
        else:
            number += 1
            yield (number, None, None, None), block


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()
