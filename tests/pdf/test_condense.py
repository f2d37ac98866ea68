"""What the checker of PDF/A is spared changes nothing of what it finds."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from evidence_files import Evidence
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, Pdf, pdfa

from docservice.pdf.book import SourceFile
from docservice.pdf.condense import condensed, different_pages, say_once
from docservice.pdf.pdfa import faults

SHOWN = b"BT /F1 12 Tf 1 0 0 1 50 700 Tm (Tada) Tj ET\n"
FILL = SHOWN * 60


def findings(pdf: Pdf) -> set[str]:
    told = pdfa.check(pdf, "2b").findings
    return {
        f"{finding.message} ({finding.rule})".replace("TJ", "Tj") for finding in told
    }  # one is written for the other


def page_of(content: bytes, font: Dictionary | None = None) -> Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.Resources = Dictionary(
        Font=Dictionary(F1=pdf.make_indirect(font or Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.A)))
    )
    page.obj.Contents = pdf.make_stream(content)
    return pdf


FAULTS = [
    b"1 0 0 1 0 0 Tm\n",
    b"(outside) Tj\n",
    b"Q\n",
    b"BT BT ET ET\n",
    b"BT ET ET\n",
    b"q " * 40 + b"Q " * 40,
    b"0.1 0.2 0.3 0.4 k\n",
    b"/Missing gs\n",
    b"/Missing Do\n",
    b"BT /Missing 9 Tf (a) Tj ET\n",
    b"BT 9 Tr (a) Tj ET\n",
    b"/OC /L BDC EMC\n",
    b"/Span /Missing BDC EMC\n",
    b"/Span <</A (" + b"x" * 33_000 + b")>> BDC EMC\n",
    b"BT <0> Tj ET\n",
    b"BT <0g> Tj ET\n",
    b"1 2 3 m\n",
    b"unknown\n",
    b"99999999999 0 m\n",
    b"0 0 m 1e5 0 l\n",
    b"BI /W 1 /H 1 /BPC 8 /CS /CMYK ID abcd EI\n",
    b"[(a) /N] TJ\n",
    b"/Perceptuel ri\n",
    b"% remark\n",
    b"(unclosed\n",
]


@pytest.mark.parametrize("hidden", FAULTS)
def test_a_fault_among_much_text_is_found_all_the_same(hidden: bytes) -> None:
    content = FILL + hidden + FILL
    shorter = condensed(content)
    assert findings(page_of(content)) == findings(page_of(content if shorter is None else shorter))


@pytest.mark.parametrize("hidden", [*FAULTS, b"q " * 28 + b"Q " * 28, b"BT (a) Tj ET\n", b"BT /F1 9 Tf\n"])
def test_a_fault_on_one_of_many_pages_made_alike_is_found_all_the_same(hidden: bytes) -> None:
    contents = [FILL, hidden + FILL, FILL.replace(b"Tada", b"Other"), FILL + hidden, FILL]
    assert findings(pages_of(contents)) == findings(said_once(pages_of(contents)))


def test_pages_of_text_made_alike_become_one_that_shows_what_they_show() -> None:
    pdf = said_once(pages_of([FILL, FILL.replace(b"Tada", b"XXYY"), FILL]))
    assert len(pdf.pages) == 1
    shown = pdf.pages[0].Contents.read_bytes()
    assert all(shown.count(code.hex().encode()) == 1 for code in (b"Ta", b"da", b"XX", b"YY"))


def test_pages_with_other_resources_or_boxes_beyond_bounds_stay_apart() -> None:
    pdf = pages_of([FILL, FILL, FILL])
    pdf.pages[1].obj.Resources = Dictionary(Font=Dictionary(F1=Dictionary(Type=Name.Font)))
    pdf.pages[2].obj.MediaBox = pikepdf.Array([0, 0, 1, 1])
    assert len(said_once(pdf).pages) == 3


def pages_of(contents: list[bytes]) -> Pdf:
    pdf = page_of(contents[0])
    for content in contents[1:]:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pdf.pages[0].obj.Resources
        page.obj.MediaBox = pdf.pages[0].obj.MediaBox
        page.obj.Contents = pdf.make_stream(content)
    return pdf


def said_once(pdf: Pdf) -> Pdf:
    say_once(pdf)
    return pdf


def test_much_text_becomes_little() -> None:
    shorter = condensed(FILL)
    assert shorter is not None
    assert len(shorter) < len(FILL) / 5


CODES = st.binary(min_size=1, max_size=9)


@given(strings=st.lists(CODES, min_size=1, max_size=9))
def test_every_code_that_was_shown_is_still_shown_as_single_bytes_and_in_pairs(strings: list[bytes]) -> None:
    content = b"BT /F1 9 Tf\n" + b"".join(b"<%b> Tj\n" % each.hex().encode() for each in strings) * 400 + b"ET"
    shorter = condensed(content)
    assert shorter is not None
    with pikepdf.new() as pdf:
        shown = [
            bytes(string)
            for line in pikepdf.parse_content_stream(pdf.make_stream(shorter))
            if str(line.operator) == "TJ"
            for string in line.operands[0]
        ]
    assert codes(shown, 1) == codes(strings, 1)
    assert codes(shown, 2) == codes(strings, 2)


def codes(strings: list[bytes], size: int) -> set[bytes]:
    return {string[at : at + size] for string in strings for at in range(0, len(string), size)}


def test_pages_of_one_make_are_checked_once(scan: Callable[..., SourceFile]) -> None:
    with Pdf.open(scan(5).path) as pdf:
        assert different_pages(pdf) == [0]


@pytest.mark.parametrize(
    ("key", "value"), [("ColorSpace", Name.DeviceCMYK), ("Intent", Name.Loud), ("BitsPerComponent", 5)]
)
def test_a_page_whose_picture_is_of_another_make_is_checked(
    scan: Callable[..., SourceFile], key: str, value: object
) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[3].obj.Resources.XObject.Im0[Name(f"/{key}")] = value

    file = scan(5, change)
    with Pdf.open(file.path) as pdf:
        assert 3 in different_pages(pdf)
    assert faults(file.path)


@pytest.mark.parametrize("box", [[0, 0, 20_000, 20_000], [0, 0, 1, 1]])
def test_a_page_of_a_size_beyond_bounds_is_checked(scan: Callable[..., SourceFile], box: list[int]) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[3].obj.MediaBox = pikepdf.Array(box)

    with Pdf.open(scan(5, change).path) as pdf:
        assert 3 in different_pages(pdf)


@pytest.fixture
def scan(evidence: Evidence) -> Callable[..., SourceFile]:
    def made(pages: int, change: Callable[[Pdf], None] | None = None) -> SourceFile:
        pdf = pikepdf.new()
        for at in range(pages):
            page = pdf.add_blank_page(page_size=(595 + at, 842))
            picture = pdf.make_stream(bytes(12 + at))
            picture.update(
                Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=3, Height=4 + at, BitsPerComponent=8,
                           ColorSpace=Name.DeviceGray)
            )  # fmt: skip
            picture.Filter = Name.FlateDecode
            picture.write(bytes(12 + at))
            page.obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))
            page.obj.Contents = pdf.make_stream(b"q %d 0 0 842 0 0 cm /Im0 Do Q" % (595 + at))
        for page in pdf.pages:
            page.obj.Resources.XObject.Im0.Filter = Name.FlateDecode
        if change:
            change(pdf)
        return evidence.save("scan.pdf", pdf, compress_streams=True)

    return made
