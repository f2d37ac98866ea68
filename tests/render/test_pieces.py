"""What a lot's PDF is validated by: everything its pages show, text that comes again only once."""

from __future__ import annotations

import io

import pikepdf
import pytest
from docx.document import Document
from word_files import template

from docservice.render import conformance, lot, merging, package, reading_order
from docservice.render.office import Office
from docservice.render.pieces import Whole
from docservice.render.template import fill

_TEXT = "ประกาศจังหวัดฉะเชิงเทรา เรื่อง กลุ่มผู้นำชุมชน"
_STRANGE = b"q 0 0 0 rg\nBT\n1 1 Td /%s 16 Tf<01>Tj %s\nET\nQ\n"


@pytest.fixture(scope="module")
def pages(office: Office, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three papers as LibreOffice set them together; the last says something else as well."""

    def body(document: Document) -> None:
        document.add_paragraph(_TEXT)
        document.add_paragraph("{{ text }}")

    made = template(tmp_path_factory.mktemp("pieces"), body)
    papers = [package.read(fill(made, {"text": word})) for word in ("ก", "ก", "ข")]
    return office.convert(merging.merge(papers, lot._marks(papers)), title="", lot=True).pdf or b""


def _contents(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [page.Contents.read_bytes() for page in document.pages]


def test_a_text_that_comes_again_stands_in_the_specimen_once(pages: bytes) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        whole = Whole(document)
        specimen, all_ = whole.specimen("ก"), whole.piece(0, 3, "ก")
    assert (specimen.pages, specimen.fonts) == (all_.pages, all_.fonts)
    assert conformance.report(specimen.pdf).passed
    assert [contents.count(b"BT") for contents in _contents(specimen.pdf)] == [2, 0, 1]
    assert [contents.count(b"BT") for contents in _contents(all_.pdf)] == [2, 2, 2]


@pytest.mark.parametrize("damage", [b"Strange", b"/Nowhere gs", b"3 Tr", b""])
def test_a_specimen_is_judged_as_the_pages_are(pages: bytes, damage: bytes) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        page = document.pages[1]
        font = next(iter(page.Resources.Font.keys())).removeprefix("/").encode()
        text = _STRANGE % (font, damage)
        page.Contents = document.make_stream(page.Contents.read_bytes() + text + text)
        whole = Whole(document)
        judged = [conformance.report(made.pdf) for made in (whole.specimen("ก"), whole.piece(0, 3, "ก"))]
    rules = [sorted({finding.rule for finding in each.findings}) for each in judged]
    assert rules[0] == rules[1]
    assert judged[0].passed == (damage in (b"3 Tr", b""))


def test_the_quick_way_of_joining_says_what_the_exact_one_says(pages: bytes) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        quick = [_instructions(document, contents) for contents in reading_order.contents(document)]
        for page in document.pages:  # as nobody writes it: such a text is taken apart instruction by instruction
            page.Contents = document.make_stream(page.Contents.read_bytes().replace(b" Tf", b"\nTf"))
        exact = [_instructions(document, contents) for contents in reading_order.contents(document)]
    assert quick == exact
    assert any(operator == "BDC" for operator, _ in exact[0])


def _instructions(document: pikepdf.Pdf, contents: bytes) -> list[tuple[str, list[object]]]:
    """Operators and operands; one string to be shown counts as a list of one."""
    told = []
    for operands, operator in pikepdf.parse_content_stream(document.make_stream(contents)):
        name = str(operator)
        shown = [operands] if name == "Tj" else operands[:1] if name == "TJ" else None
        told.append(("TJ" if shown else name, [_plain(value) for value in (shown[0] if shown else operands)]))
    return told


def _plain(value: object) -> object:
    if isinstance(value, pikepdf.String):
        return bytes(value)
    if isinstance(value, pikepdf.Dictionary):
        return str(value.get("/ActualText"))
    return str(value) if isinstance(value, pikepdf.Name) else float(value) if not isinstance(value, int) else value
