"""``python -m templates_th.stock.block_pictures FOLDER``: each block as it comes out of a paper, as a small picture."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from docservice import engines
from docservice.catalogue import Catalogue, Kind
from docservice.factsfile import read_facts
from docservice.render.paper import make_paper
from docservice.render.template import Template
from templates_th.stock.base import section, word_file
from templates_th.stock.blocks import PAGE, Block, blocks

_SCALE = 100 / 72
_EDGE = 12
_NUMBER = {"type": "int", "label": "จำนวน", "example": 1234}
_ROOT = Path(__file__).resolve().parents[1]


def kind() -> Kind:
    """A kind of paper that has every field the blocks use."""
    read = read_facts(_ROOT / "catalogue.toml")
    fields: dict[str, object] = {}
    for code in ("certificate", "announcement", "letter", "order"):
        fields |= read["kinds"][code]["fields"]
    blank = {"label": "กลุ่มข้อความ", "edition": "1", "name": "", "fields": fields | {"n": _NUMBER}}
    return Catalogue.parse({"types": read["types"], "kinds": {"blocks": blank}}).kind("blocks")


def drawn(block: Block, known: Kind) -> Image.Image:
    """The block filled with the examples of the catalogue, cut to what is there."""
    data = word_file(block.title, block.body, section(PAGE, numbered=False))
    template = Template.of(f"blocks/{block.code}.docx", data, known)
    pdf = make_paper(engines.office(), template, known.example()).pdf
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=_SCALE).to_pil().convert("RGB")
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, 1, 1)
    left, top, right, bottom = box
    return page.crop((left - _EDGE, top - _EDGE, right + _EDGE, bottom + _EDGE))


def main(folder: Path) -> int:
    """Write the pictures; 0 when done."""
    known = kind()
    for block in blocks():
        drawn(block, known).quantize(32).save(folder / f"block-{block.code}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
