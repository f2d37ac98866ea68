"""Page numbers in Thai digits: told in the file where that does, in LibreOffice where it does not; alike on paper."""

from __future__ import annotations

import pytest
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from word_files import drawing, saved, word

from docservice.render import package, page_numbers
from docservice.render.office import Office
from docservice.render.textlayer import text_of

COMPLEX = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">{told}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>๒</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
SIMPLE = '<w:fldSimple w:instr="{told}"><w:r><w:t>๒</w:t></w:r></w:fldSimple>'
IN_CONTENT = "<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"
THAI = r" PAGE \* THAIARABIC  \* MERGEFORMAT "


def numbered(field: str) -> package.Parts:
    """Two pages; in their header ``field`` between dashes."""
    document = word()
    _add(document, field)
    document.add_paragraph("หน้าแรก ABC 12").paragraph_format.page_break_before = False
    document.add_paragraph("หน้าสอง").paragraph_format.page_break_before = True
    return package.read(saved(document))


def _add(document: Word, field: str) -> None:
    line = document.sections[0].header.paragraphs[0]
    line.add_run("- ")
    for element in parse_xml(f"<w:p {nsdecls('w')}>{field}</w:p>"):
        line._p.append(element)
    line.add_run(" - page 12")


@pytest.mark.parametrize("field", [COMPLEX, SIMPLE], ids=["complex", "simple"])
def test_a_number_told_in_the_file_looks_as_one_told_in_libreoffice(office: Office, field: str) -> None:
    plain = numbered(field.format(told=THAI))
    unusual = numbered(IN_CONTENT.format(inside=field.format(told=THAI)))
    assert (page_numbers.native(plain)[1], page_numbers.native(unusual)[1]) == ("styles", "fields")
    here, there = (office.convert(parts, title="").pdf or b"" for parts in (plain, unusual))
    assert [text.split()[1] for text in text_of(here)] == ["๑", "๒"]
    assert drawing(here) == drawing(there)


@pytest.mark.parametrize(
    "field",
    [
        COMPLEX.format(told=THAI) + COMPLEX.format(told=" NUMPAGES "),
        SIMPLE.format(told=THAI).replace("<w:r><w:t>๒</w:t></w:r>", ""),
    ],
    ids=["the number of pages", "a field that is empty"],
)
def test_what_the_file_cannot_tell_is_left_to_libreoffice(field: str) -> None:
    parts = numbered(field)
    told, left = page_numbers.native(parts)
    assert left == "fields"
    assert told == parts


def test_a_file_that_asks_for_no_thai_numbers_stays_as_it_is() -> None:
    parts = numbered(SIMPLE.format(told=" PAGE "))
    assert page_numbers.native(parts) == (parts, "")


def test_the_word_file_of_a_person_is_not_changed() -> None:
    parts = numbered(COMPLEX.format(told=THAI))
    before = dict(parts)
    page_numbers.native(parts)
    assert parts == before


def _first_page_apart(pages: int, *, numbered_first: bool = False) -> package.Parts:
    """The first page has a header of its own, by default without a number."""
    document = word()
    document.sections[0].different_first_page_header_footer = True
    _add(document, COMPLEX.format(told=THAI))
    if numbered_first:
        line = document.sections[0].first_page_header.paragraphs[0]
        for element in parse_xml(f"<w:p {nsdecls('w')}>{COMPLEX.format(told=THAI)}</w:p>"):
            line._p.append(element)
    else:
        document.sections[0].first_page_header.paragraphs[0].text = "หน้าแรก"
    for number in range(pages):
        document.add_paragraph(f"หน้า {number}").paragraph_format.page_break_before = number > 0
    return package.read(saved(document))


@pytest.mark.parametrize("layout", [True, False], ids=["its pages asked for", "not asked for"])
@pytest.mark.parametrize("pages", [1, 3])
def test_numbers_from_the_second_page_on_are_set_where_there_is_one(office: Office, pages: int, layout: bool) -> None:
    parts = _first_page_apart(pages)
    assert page_numbers.native(parts)[1] == "later"
    done = office.convert(parts, title="", layout=layout)
    first, *others = text_of(done.pdf or b"")
    assert not any(digit in first for digit in "๑๒๓")
    assert [text.split()[1] for text in others] == ["๒", "๓"][: pages - 1]


def test_a_number_on_the_first_page_does_not_wait_for_a_second(office: Office) -> None:
    parts = _first_page_apart(2, numbered_first=True)
    assert page_numbers.native(parts)[1] == "styles"
    first, second = text_of(office.convert(parts, title="", layout=True).pdf or b"")
    assert "๑" in first
    assert "๒" in second


def test_pages_of_every_section_have_thai_numbers(office: Office) -> None:
    document = word()
    document.settings.odd_and_even_pages_header_footer = True
    _add(document, COMPLEX.format(told=THAI))
    for kind in (WD_SECTION.ODD_PAGE, WD_SECTION.EVEN_PAGE, WD_SECTION.NEW_PAGE):
        document.add_paragraph("หน้า")
        section = document.add_section(kind)
        section.orientation, section.different_first_page_header_footer = WD_ORIENT.LANDSCAPE, True
        section.page_width, section.page_height = section.page_height, section.page_width
        for header in (section.even_page_header, section.first_page_header, section.header):
            header.is_linked_to_previous = False
            for element in parse_xml(f"<w:p {nsdecls('w')}>{COMPLEX.format(told=THAI)}</w:p>"):
                header.paragraphs[0]._p.append(element)
    parts = package.read(saved(document))
    assert page_numbers.native(parts)[1] == "styles"
    pages = text_of(office.convert(parts, title="").pdf or b"")
    assert sum(any(digit in text for digit in "๑๒๓๔๕๖") for text in pages) == len(pages)
