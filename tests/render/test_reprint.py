"""Papers printed from a page that LibreOffice set before are what LibreOffice makes of them alone."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import archival
import pikepdf
import pikepdf.pdfa
import pytest
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from fontTools.ttLib import TTFont
from word_files import drawing, png, slot, template

from docservice import engines
from docservice.render import merging, package, reprint
from docservice.render.fonts import Fonts
from docservice.render.office import Office
from docservice.render.paper import Paper, make_paper, make_papers
from docservice.render.reprint import handset
from docservice.render.reprint.embedded import read
from docservice.render.reprint.truetype import TrueType
from docservice.render.reprint.typeset import Run, portions
from docservice.render.template import Template, fill
from docservice.render.textlayer import text_of

WORDS = """สม ชาย กิต ติ ผู้ นำ ใจ ดี ศรี สุข วรร ณา รุ่ง เรือง ฐิติ มนต์ ก้อง กุล แก้ว ฟ้า ป้อม ปื๊ด น้ำ ค้ำ โชติ ไพ บูรณ์ สิทธิ์ ณัฐ พงษ์
ฉ่ำ ชู้ ฎา ฤทธิ์ ล้ำ เลิศ ญู ฐู เปี่ยม ปิ่น ฝั่ง ใหญ่ อ่ำ จ๋า ฬุ"""
PARTS = WORDS.split()
FIELDS = {
    "name": {"type": "text", "label": "ชื่อ", "example": "ก"},
    "serial": {"type": "text", "label": "เลขที่", "example": "๑"},
    "office": {"type": "text", "label": "หน่วยงาน", "required": False, "example": "จังหวัด"},
    "qr": {"type": "code", "label": "คิวอาร์โค้ด", "required": False, "example": "docservice:1"},
}


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    """Every test begins with an empty stock."""
    reprint._stocks.clear()
    reprint.told.clear()
    yield
    reprint._stocks.clear()


def name(number: int) -> str:
    pick = random.Random(number)  # noqa: S311
    first, last = ("".join(pick.choices(PARTS, k=pick.randint(1, 3))) for _ in range(2))
    return f"นาย{first} {last}"


def plain(document: Word) -> None:
    document.add_paragraph("{{ name }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("เลขที่ {{ serial }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph("ออกให้แก่ {{ name }} โดย {{ office }}")


def mixed(document: Word) -> None:
    """Formats within a line, a code, a picture that stays, justified text."""
    line = document.add_paragraph("ชื่อ ")
    line.add_run("{{ name }}").bold = True
    line.add_run(" (No. {{ serial }})").font.size = Pt(13)
    slot(document, "qr", 2.5)
    document.add_picture(io.BytesIO(png(40, 20, "blue")))
    document.add_paragraph("{{ office }} " * 30).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def asked(numbers: range, **own: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": name(n),
            "serial": f"{n + 500}/2562",
            "office": "จังหวัดฉะเชิงเทรา",
            "qr": f"docservice:2562/{n:05d}",
            **own,
        }
        for n in numbers
    ]


def certificates(numbers: range) -> list[dict[str, Any]]:
    usual = engines.catalogue().kind("certificate").example()
    return [
        {**usual, "recipient": name(n), "serial": f"{n + 500}/๒๕๖๒", "qr": f"docservice:2562/{n:05d}"} for n in numbers
    ]


def made(office: Office, whose: Template, facts: list[dict[str, Any]]) -> list[Paper]:
    papers = [paper for paper in make_papers(office, whose, facts) if isinstance(paper, Paper)]
    assert len(papers) == len(facts)
    return papers


def seen(paper: Paper) -> tuple[object, ...]:
    return drawing(paper.pdf), text_of(paper.pdf), paper.docx, paper.pages, paper.fonts


@pytest.mark.parametrize("build", [plain, mixed])
def test_printed_papers_are_what_libreoffice_makes_alone(office: Office, tmp_path: Path, build: Any) -> None:
    whose = template(tmp_path, build, FIELDS)
    made(office, whose, asked(range(25)))
    assert reprint.told["learned"] == 1
    before = reprint.told["set"]
    facts = asked(range(100, 125))
    papers = made(office, whose, facts)
    assert reprint.told["set"] - before < 15
    for paper, one in list(zip(papers, facts, strict=True))[::3]:
        assert seen(paper) == seen(make_paper(office, whose, one))


def test_certificates_are_printed_and_are_what_they_are_alone() -> None:
    whose = engines.template(engines.catalogue().kind("certificate"))
    first = made(engines.office(), whose, certificates(range(25)))
    facts = certificates(range(200, 225))
    papers = made(engines.office(), whose, facts)
    assert reprint.told["learned"] == 1
    assert reprint.told["printed"] > 40
    some = [*zip(first[::9], certificates(range(0, 25, 9)), strict=True), *zip(papers[::5], facts[::5], strict=True)]
    for paper, one in some:
        assert seen(paper) == seen(make_paper(engines.office(), whose, one))
        assert archival.faults(paper.pdf) == []


def test_what_was_not_seen_is_set_by_libreoffice(office: Office, tmp_path: Path) -> None:
    whose = template(tmp_path, plain, FIELDS)
    made(office, whose, asked(range(25)))
    strange = [
        {"name": "นาง" + "ยาว" * 40},  # breaks its line
        {"name": "Ms. Example"},
        {"name": "ด.ช. ตัวอย่าง ใจดี"},
        {"name": "นายสม–ชาย"},
        {"office": ""},
    ]
    facts = [{**asked(range(1))[0], **own} for own in strange]
    before = reprint.told["set"]
    papers = made(office, whose, facts)
    assert reprint.told["set"] - before == len(facts)
    assert [text_of(p.pdf) for p in papers] == [text_of(make_paper(office, whose, one).pdf) for one in facts]


def test_the_widest_of_a_lot_is_set_for_all_of_it(office: Office, tmp_path: Path) -> None:
    whose = template(tmp_path, plain, FIELDS)
    made(office, whose, asked(range(25)))
    facts = [{**one, "serial": f"{number + 10_000}/2562"} for number, one in enumerate(asked(range(25)))]
    before = reprint.told["set"]
    papers = made(office, whose, facts)
    assert reprint.told["set"] - before < 6
    assert seen(papers[20]) == seen(make_paper(office, whose, facts[20]))


def test_a_forme_that_is_wrong_ends_and_its_lot_is_set_whole(office: Office, tmp_path: Path) -> None:
    whose = template(tmp_path, plain, FIELDS)
    made(office, whose, asked(range(25)))
    (stock,) = reprint._stocks.values()
    ((standing,),) = stock._standing.values()
    line = standing.forme.lines[0]
    moved = replace(line, beginnings=frozenset((shift, constant + 40) for shift, constant in line.beginnings))
    standing.forme, standing.due = replace(standing.forme, lines=(moved, *standing.forme.lines[1:])), 1
    facts = asked(range(5))
    papers = made(office, whose, facts)
    assert reprint.told["ended"] == 1
    assert [text_of(p.pdf) for p in papers] == [text_of(make_paper(office, whose, one).pdf) for one in facts]
    reprint.told.clear()
    made(office, whose, asked(range(25)))
    assert (reprint.told["learned"], reprint.told["printed"]) == (0, 0)


def test_papers_are_compared_again_and_again(office: Office, tmp_path: Path) -> None:
    whose = template(tmp_path, plain, FIELDS)
    for _ in range(6):
        made(office, whose, asked(range(25)))
    assert reprint.told["compared"] >= 2


def test_a_photograph_is_nobody_elses(office: Office, tmp_path: Path) -> None:
    fields = {**FIELDS, "photo": {"type": "image", "label": "รูป", "required": False}}
    whose = template(tmp_path, lambda word: [slot(word, "photo"), plain(word)], fields)
    facts = [{**one, "photo": png(30, 30, f"#{n:02x}8040")} for n, one in enumerate(asked(range(22)))]
    papers = made(office, whose, facts)
    assert (reprint.told["printed"], reprint.told["refused"]) == (0, 1)
    assert text_of(papers[3].pdf) == text_of(make_paper(office, whose, facts[3]).pdf)


# ------------------------------------------------------------------------------------------------ LibreOffice's numbers
def test_a_page_is_written_again_byte_for_byte(office: Office, tmp_path: Path) -> None:
    whose = template(tmp_path, mixed, FIELDS)
    papers = [package.read(fill(whose, whose.kind.check(one))) for one in asked(range(8))]
    pdf = office.convert(merging.merge(papers, [f"paper{n}" for n in range(8)]), title="", lot=True).pdf
    with pikepdf.open(io.BytesIO(pdf or b"")) as document:
        meanings: handset.Meanings = {}
        for page in document.pages:
            fonts = {key[1:]: read(font) for key, font in page.resources["/Font"].items()}
            contents = page.obj.Contents.read_bytes()
            known = {key: font for key, font in fonts.items() if font}
            for block in handset.blocks(contents, known):
                again = handset.written(block, known[block.font], block.glyphs, block.x, meanings)
                assert again == contents[block.start : block.end]


def test_a_font_with_more_glyphs_is_a_sound_font(fonts: Fonts) -> None:
    whole = TrueType(fonts.files[0].read_bytes())
    more = [whole.outline(glyph) for glyph in (36, 245, 276) if whole.outline(glyph).simple]
    grown = whole.extended(more, whole.tables[b"maxp"])
    with TTFont(io.BytesIO(grown), checkChecksums=2) as font:
        assert font["maxp"].numGlyphs == whole.glyphs + len(more)
        assert [font["glyf"][font.getGlyphName(whole.glyphs + n)].compile(font["glyf"]) for n in range(len(more))] == [
            font["glyf"][font.getGlyphName(glyph)].compile(font["glyf"]) for glyph in (36, 245, 276)
        ]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("เลขที่ ๑/๒๕๖๒", ["เลขที่ ๑", "/", "๒๕๖๒"]),
        ("พัฒนา (มชช.) ประเภท", ["พัฒนา ", "(", "มชช", ".) ", "ประเภท"]),
        (" ก", None),
        ("ก–ข", None),
        ("กΩ", None),
    ],
)
def test_a_line_is_cut_where_its_script_changes(text: str, cut: list[str] | None) -> None:
    found = portions([Run("", text)])
    assert (None if found is None else [part.text for part in found]) == cut
