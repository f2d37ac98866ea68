"""The check of an edition: its faults with their places, sample papers, and two editions beside each other."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document as WordFile
from edition_files import FORM, changed, uploaded

from docservice import edition_check, edition_compare, edition_pictures, edition_store, editions, jobs
from docservice.errors import NotFound
from docservice.models import Edition, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

WHERE = {"kind": "application-form", "variant": "leader"}
GOOD = changed(FORM, ("ใบสมัคร", "แบบสมัคร"))
BAD = changed(FORM, ("{{ name }}", "{{ nmae }}"))


def _checked(data: bytes) -> Edition:
    row = uploaded(data, **WHERE)
    assert [item.error for item in jobs.work(Job.objects.latest("pk"), edition_check.work)] == [None]
    return editions.get(row.pk)


def test_a_sound_edition_comes_with_papers_of_plain_extreme_and_bare_facts() -> None:
    row = _checked(GOOD)
    assert row.state == Edition.READY
    assert set(row.report["samples"]) == {"plain", "extreme", "bare"}
    assert row.report["samples"]["extreme"]["pages"] > row.report["samples"]["plain"]["pages"] == 1
    assert edition_pictures.page(row, "plain", 1, 240).read_bytes()[8:12] == b"WEBP"
    with pytest.raises(NotFound, match="ไม่มีภาพ"):
        edition_pictures.page(row, "plain", 2, 240)


def test_two_editions_beside_each_other_show_the_words_and_the_pages_that_differ() -> None:
    row = _checked(GOOD)
    found = edition_compare.compared(edition_compare.other(row, ""), row)
    said = {(piece.how, piece.text) for change in found.words for piece in change.pieces}
    assert {("gone", "ใบ"), ("new", "แบบ")} <= said
    assert len(found.pages) == 1
    assert 0 < found.pages[0] < 0.2
    for side in ("before", "after"):
        assert edition_compare.picture(found.before, row, side, 1).startswith(b"\x89PNG")
    with pytest.raises(NotFound):
        edition_compare.picture(found.before, row, "after", 9)
    with pytest.raises(NotFound):
        edition_compare.other(row, "77")


def test_faults_block_and_come_back_as_comments_in_the_same_file_and_as_numbers_on_its_pages() -> None:
    row = _checked(BAD)
    assert (row.state, row.report["samples"]) == (Edition.FAULTY, {})
    fault = row.report["faults"][0]
    assert (fault["severity"], fault["spot"], fault["page"], fault["paragraph"]) == ("error", "nmae", 1, 3)
    answer = edition_store.shown("application-form", "leader", row.sha256, edition_check.ANSWER)
    assert len(list(WordFile(io.BytesIO(answer)).comments)) == len(row.report["faults"])
    assert {mark["number"] for mark in row.report["marks"]} >= {fault["number"]}
    assert edition_pictures.page(row, "marked", 1, 240).exists()
    again = uploaded(answer, **WHERE)  # sent back as it is
    assert not list(WordFile(io.BytesIO(edition_store.data(again.sha256))).comments)
    found = edition_compare.compared(edition_compare.other(row, "stock"), row)
    assert (bool(found.words), found.pages) == (True, ())


def test_a_file_that_cannot_be_laid_out_is_said_to_be_faulty_and_breaks_nothing() -> None:
    row = _checked(b"PK\x03\x04 no zip at all")
    assert row.state == Edition.FAULTY
    assert len(row.report["faults"]) == 1
    assert row.report["faults"][0]["part"] == "file"
    with pytest.raises(NotFound):
        edition_pictures.part_of(row, "answer")


def test_a_template_for_another_kind_is_faulty() -> None:
    row = uploaded((Path(__file__).parent.parent / "templates_th" / "order" / "2562-1.docx").read_bytes(), **WHERE)
    list(jobs.work(Job.objects.latest("pk"), edition_check.work))
    assert editions.get(row.pk).state == Edition.FAULTY


def test_a_check_that_is_asked_for_again_is_the_same_job_and_changes_nothing() -> None:
    row = _checked(GOOD)
    job = edition_check.check(row, year_be=2562, actor="staff")
    assert job == Job.objects.latest("pk")
    jobs.repeat(job, actor="staff")
    list(jobs.work(job, edition_check.work))
    assert editions.get(row.pk).step == row.step


def test_what_can_be_mended_safely_comes_back_as_tracked_changes() -> None:
    row = _checked(changed(FORM, ("{{ name }}", "{{ name|default(“-”) }}")))
    assert row.report["mends"]
    data, suffix = edition_pictures.part_of(row, "mended")
    assert suffix == "docx"
    with zipfile.ZipFile(io.BytesIO(data)) as word:
        assert b"<w:ins " in word.read("word/document.xml")
