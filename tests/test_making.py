"""How a year wants its books made: from the page of settings to the pages of both editions."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from office_year import entered_year, entry, settings
from PIL import Image

from docservice import archive, evidence, jobs, register, year_edit
from docservice.making import Making
from docservice.models import Document, Job
from docservice.requests import REQUESTS, Desk
from docservice.year_section import Section
from docservice.yearfile import YearFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("told", [None, "x", [], {"longest_side": "2000"}, {"longest_side": True}, {"separators": 1}])
def test_what_cannot_be_meant_counts_as_not_said(told: object) -> None:
    assert Making.kept(told) == Making()
    assert Making().told() == {}


def _section(year: YearFile) -> Section:
    return year_edit.section(dict(year.settings), "book")


def test_the_section_keeps_what_it_says_and_vanishes_when_it_says_nothing() -> None:
    year = entered_year()
    seen = year_edit.version(dict(year.settings), _section(year))
    wanted = {"separators": True, "longest_side": "ย่อให้ด้านยาวไม่เกิน ๒,๐๐๐ จุด", "attachments": True}
    assert year_edit.change(year, "book", wanted, seen, actor="suda")
    now = register.year(year.year)
    assert now.settings["book"] == {"separators": True, "longest_side": 2000, "attachments": True}
    assert _section(now).get(dict(now.settings)) == wanted

    seen = year_edit.version(dict(now.settings), _section(now))
    assert year_edit.change(now, "book", {}, seen, actor="suda")
    assert "book" not in register.year(year.year).settings


def test_a_bound_that_only_the_file_names_is_offered_as_well() -> None:
    year = YearFile.parse(settings(book={"longest_side": 2500, "more": 1}))
    part = _section(year)
    assert "ย่อให้ด้านยาวไม่เกิน ๒,๕๐๐ จุด" in part.fields["longest_side"].choices
    assert part.put(dict(year.settings), part.get(dict(year.settings)))["book"] == {"longest_side": 2500, "more": 1}


def test_a_changed_setting_makes_another_book_with_separators_and_smaller_photographs(home: Path) -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("นายประเสริฐ แสงตะวัน")], actor="x")
    folder = home / "evidence" / "เมืองฉะเชิงเทรา" / "ผู้นำชุมชน" / "นายประเสริฐ แสงตะวัน"
    folder.mkdir(parents=True)
    Image.effect_noise((3000, 1000), 40).save(folder / "รูปถ่าย.jpg")

    def book(**wanted: object) -> tuple[Document, Job]:
        made = entered_year(book=wanted) if wanted else year
        job = REQUESTS["evidence"](Desk(made, "tester", home / "evidence"))
        assert [item.error for item in jobs.work(job, evidence.work)] == [None]
        return Document.objects.get(path="book/book.pdf", current=True), job

    plain, first = book()
    other, second = book(separators=True, longest_side=500)
    assert first.pk != second.pk
    assert plain.inputs != other.inputs
    assert other.pages == (plain.pages or 0) + 1
    with pikepdf.open(io.BytesIO(archive.read_document(other))) as opened:
        sides = [int(item.Width) for item in opened.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
    assert max(sides) == 500

    attached, _ = book(attachments=True)
    assert attached.pages == plain.pages
    with pikepdf.open(io.BytesIO(archive.read_document(attached))) as opened:
        (spec,) = opened.Root.AF
        assert bytes(spec.EF.F.read_bytes()) == (folder / "รูปถ่าย.jpg").read_bytes()


def test_the_redacted_edition_never_carries_the_files() -> None:
    assert Making.kept({"attachments": True, "separators": True}).without_attachments().told() == {"separators": True}
