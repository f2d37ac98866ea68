"""A filed paper made again: the same, or where it differs and what has changed since."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from office_year import entered_year, filed, filing
from pypdf import PdfReader, PdfWriter

from docservice import archive, drafts, engines, jobs, papers, remake
from docservice.errors import InputRefused
from docservice.models import Document
from docservice.papers import Draft
from docservice.render.compare import differences
from docservice.requests import Desk

pytestmark = pytest.mark.django_db

KEY = "2562/24/2400/test-0001"


@pytest.fixture
def letter(home: Path) -> Document:
    assert home
    facts = dict(engines.catalogue().kind("letter").example())
    desk = Desk(entered_year(), "tester")
    job = drafts.submit(desk, "หนังสือทดสอบ", [Draft("letter", facts, KEY, "ทดสอบ")])
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    return Document.objects.get(dossier__key=KEY, path="paper/letter.pdf")


def test_a_paper_made_again_is_the_same(letter: Document) -> None:
    assert remake.papers_of(KEY) == [letter]
    again = remake.remake(letter)
    assert (again.differing, again.changed, again.pages) == ([], {}, letter.pages)
    assert len(PdfReader(io.BytesIO(again.pdf)).pages) == letter.pages
    assert archive.get(KEY).version == letter.version


def test_other_facts_show_as_lines_and_pixels_and_another_template_by_name(letter: Document) -> None:
    subject = str(letter.provenance["facts"]["subject"])
    letter.provenance["facts"]["subject"] = subject + " ฉบับแก้ไข"
    letter.provenance["template"] = "0" * 64
    letter.save()
    again = remake.remake(letter)
    assert set(again.changed) == {"template"}
    (first, *_) = again.differing
    assert first.page == 1
    assert 0 < first.pixels < 0.2
    assert any(line.startswith("+") and "ฉบับแก้ไข" in line for line in first.lines)
    assert any(line.startswith("-") for line in first.lines)


def test_a_page_that_only_one_has_differs_whole(letter: Document) -> None:
    whole = archive.read_document(letter)
    out, writer = io.BytesIO(), PdfWriter()
    writer.append(io.BytesIO(whole))
    writer.add_blank_page()
    writer.write(out)
    (extra,) = differences(whole, out.getvalue())
    assert (extra.page, extra.pixels) == ((letter.pages or 0) + 1, 1.0)


def test_a_dossier_without_papers_says_so(home: Path) -> None:
    assert home
    filed(filing("evidence/photo/a.pdf", b"x", provenance={}), key="2562/24/2401/leader-0001")
    with pytest.raises(InputRefused, match="ไม่มีเอกสารที่ระบบจัดทำ"):
        remake.papers_of("2562/24/2401/leader-0001")
