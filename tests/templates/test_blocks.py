"""Blocks to copy into a template: each can be filled by itself, is shown in the docs, and stands in the Word file."""

from __future__ import annotations

import io

import pytest
from docx import Document as WordFile
from template_papers import TEMPLATES

from docservice.catalogue import Kind
from docservice.render.template import Template, fill
from templates_th.stock.base import section, word_file
from templates_th.stock.block_pictures import kind
from templates_th.stock.blocks import PAGE, Block, blocks

BLOCKS = blocks()


@pytest.fixture(scope="module")
def known() -> Kind:
    return kind()


@pytest.mark.parametrize("block", BLOCKS, ids=[block.code for block in BLOCKS])
def test_a_block_copied_into_a_template_can_be_filled(block: Block, known: Kind) -> None:
    template = Template.of(block.code, word_file(block.title, block.body, section(PAGE, numbered=False)), known)
    filled = fill(template, known.check(known.example()))
    text = "".join(WordFile(io.BytesIO(filled)).element.itertext())
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("block", BLOCKS, ids=[block.code for block in BLOCKS])
def test_a_block_is_documented_with_its_picture(block: Block) -> None:
    guide = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    assert block.title in guide
    assert f"block-{block.code}.png" in guide
    assert (TEMPLATES.parent / "docs" / "pictures" / f"block-{block.code}.png").stat().st_size < 10_000


def test_the_word_file_has_every_block_under_its_title() -> None:
    titles = [each.text for each in WordFile(str(TEMPLATES / "blocks.docx")).paragraphs if each.style.name == "หัวข้อ"]
    assert [title.split(" (ช่อง")[0] for title in titles if " (ช่อง" in title] == [block.title for block in BLOCKS]
