"""The stock templates on file are what their builder makes, follow the manual's measures, and belong to no province."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from template_papers import TEMPLATES, document

from templates_th.stock.build import build_all
from templates_th.stock.styles import FONT, STYLES, styles_xml

BUILT = build_all()
COMPARED = re.compile(r"word/(document|styles|header\d|footer\d|settings|fontTable)\.xml")
TEXT = re.compile(r"<w:t[ >][^<]*")
# Papers this module's author answers for; a form may name the year's rules in its own tests.
FREE_OF_PLACE = [
    name for name in BUILT if name.split("/")[0] in {"letter", "order", "announcement", "report", "guideline"}
]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as word:
        return {name: word.read(name) for name in word.namelist() if COMPARED.fullmatch(name)}


@pytest.mark.parametrize("name", BUILT)
def test_the_template_on_file_is_what_the_builder_makes(name: str) -> None:
    on_file = TEMPLATES / name
    assert parts(on_file.read_bytes()) == parts(BUILT[name]), "python -m templates_th.stock builds it again"


def test_two_builds_have_the_same_bytes() -> None:
    assert build_all() == BUILT


@pytest.mark.parametrize("name", FREE_OF_PLACE)
def test_a_template_is_tied_to_no_province_and_no_year(name: str) -> None:
    text = "".join(TEXT.findall(document(BUILT[name])))
    assert not re.search(r"ฉะเชิงเทรา|ฉช |๒๕\d\d|๒๕๖|25\d\d", text)


@pytest.mark.parametrize("name", FREE_OF_PLACE)
def test_margins_are_three_centimetres_left_and_two_right_on_a4(name: str) -> None:
    text = document(BUILT[name])
    assert set(re.findall(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"', text)) == {("11906", "16838")}
    assert set(re.findall(r'w:left="(\d+)" w:header', text)) == {"1701"}
    assert set(re.findall(r'<w:pgMar[^>]* w:right="(\d+)"', text)) == {"1134"}


def test_text_is_set_in_the_official_font_in_every_script() -> None:
    styles = styles_xml()
    for slot in ("ascii", "hAnsi", "cs"):
        assert f'w:{slot}="{FONT}"' in styles
    assert '<w:sz w:val="32"/><w:szCs w:val="32"/>' in styles
    assert 'w:bidi="th-TH"' in styles


def test_latin_and_thai_sizes_and_weights_always_go_together() -> None:
    for text in [styles_xml(), *(document(data) for data in BUILT.values())]:
        assert len(re.findall("<w:sz ", text)) == len(re.findall("<w:szCs ", text))
        assert len(re.findall("<w:b/>", text)) == len(re.findall("<w:bCs/>", text))


def test_every_style_a_template_uses_is_defined() -> None:
    defined = {style.id for style in STYLES}
    for name, data in BUILT.items():
        assert set(re.findall(r'<w:pStyle w:val="([^"]+)"', document(data))) <= defined, name


def test_emblem_slots_are_three_centimetres_high() -> None:
    for kind in ("letter", "order", "announcement", "report"):
        drawing = re.search(
            r'<wp:extent cx="\d+" cy="(\d+)"/>.*?descr="emblem"', document(BUILT[f"{kind}/2562-1.docx"])
        )
        assert drawing, kind
        assert int(drawing[1]) == 3 * 360_000


def test_no_row_splits_over_two_pages() -> None:
    for name, data in BUILT.items():
        for row in re.findall(r"<w:tr>.*?</w:tr>", document(data), re.S):
            assert "{%tr" in row or "<w:cantSplit/>" in row, name


def test_the_guide_for_template_authors_names_every_filter() -> None:
    guide = (Path(TEMPLATES) / "README.md").read_text(encoding="utf-8")
    for name in ("thai", "arabic", "date_letter", "date_order", "date_certificate", "date_short", "thousands"):
        assert f"|{name}" in guide
