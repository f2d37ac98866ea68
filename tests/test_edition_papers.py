"""Papers and editions: the day on a paper chooses its template, and it keeps it for ever."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from edition_files import FORM, LETTER, approved, changed
from office_year import entered_year

from docservice import archive, drafts, engines, jobs, papers, remake, template_choice
from docservice.models import Document, Edition
from docservice.papers import Draft
from docservice.render.textlayer import text_of
from docservice.requests import Desk

pytestmark = pytest.mark.django_db

NEW = changed(LETTER, ("เรื่อง", "หัวข้อ"))
NEWER = changed(LETTER, ("เรื่อง", "ข้อความเรื่อง"))


@pytest.fixture
def desk(home: Path) -> Desk:
    assert home
    return Desk(entered_year(), "tester")


def _made(desk: Desk, name: str = "one", province: str = "24", **changes: Any) -> Document:
    facts = {**engines.catalogue().kind("letter").example(), **changes}
    key = f"2562/{province}/{province}00/{name}"
    job = drafts.submit(desk, name, [Draft("letter", facts, key, "ทดสอบ")])
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    return Document.objects.get(dossier__key=key, path="paper/letter.pdf", current=True)


def _says(document: Document, word: str) -> bool:
    return word in "".join(text_of(archive.read_document(document)))


def test_the_day_on_the_paper_chooses_and_its_record_names_the_edition(desk: Desk) -> None:
    row = approved(NEW, date(2019, 6, 1))
    before, after = _made(desk, "before", date="2019-05-31"), _made(desk, "after", date="๑ มิถุนายน ๒๕๖๒")
    assert (_says(before, "หัวข้อ"), _says(after, "หัวข้อ")) == (False, True)
    assert (after.provenance["edition"], after.provenance["template"]) == (row.name, row.sha256)
    assert before.provenance["edition"] == engines.catalogue().kind("letter").edition


def test_another_province_goes_on_with_the_template_that_ships(desk: Desk) -> None:
    approved(NEW)
    assert not _says(_made(desk, province="30"), "หัวข้อ")


def test_an_old_paper_made_again_is_the_same_whatever_came_since(desk: Desk) -> None:
    approved(NEW, date(2018, 1, 1))
    old = _made(desk)
    Edition.objects.all().delete()
    template_choice._loaded.cache_clear()
    again = remake.remake(old)
    assert (again.differing, again.changed) == ([], {})


def test_a_paper_of_the_stock_template_is_made_again_with_it_when_another_ships(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _made(desk)
    other = template_choice.of(approved(NEW, date(2030, 1, 1)))
    monkeypatch.setattr(engines, "template", lambda kind, variant=None: other)
    template_choice._loaded.cache_clear()
    again = remake.remake(old)
    assert (again.differing, again.changed) == ([], {})


def test_a_paper_that_waited_in_the_queue_is_made_with_the_edition_it_was_asked_with(desk: Desk) -> None:
    facts = engines.catalogue().kind("letter").example()
    job = drafts.submit(desk, "รอ", [Draft("letter", facts, "2562/24/2400/waits", "ทดสอบ")])
    approved(NEW)
    assert [item.error for item in jobs.work(job, papers.work)] == [None]
    assert not _says(Document.objects.get(dossier__key="2562/24/2400/waits", path="paper/letter.pdf"), "หัวข้อ")


def test_a_variant_has_editions_of_its_own(desk: Desk) -> None:
    kind = engines.catalogue().kind("application-form")
    approved(changed(FORM, ("ใบสมัคร", "แบบสมัคร")), kind="application-form", variant="leader")
    chosen = {
        group: papers.template_of(
            Draft("application-form", {**kind.example(), "group_code": group}, "2562/24/2400/form", "ใบสมัคร")
        ).kind.edition
        for group in ("leader", "network")
    }
    assert chosen == {"leader": "24-application-form-leader-1", "network": kind.edition}


def test_papers_asked_for_together_ask_for_their_template_once(desk: Desk, django_assert_num_queries: Any) -> None:
    facts = engines.catalogue().kind("letter").example()
    drafts = [Draft("letter", facts, f"2562/24/2400/lot-{n}", "ทดสอบ") for n in range(20)]
    known: template_choice.Known = {}
    with django_assert_num_queries(1):
        for draft in drafts:
            papers.request(draft, known)


def test_looking_at_a_paper_shows_the_edition_in_force(desk: Desk) -> None:
    draft = Draft("letter", engines.catalogue().kind("letter").example(), "2562/24/2400/look", "ทดสอบ")
    before = papers.template_of(draft).digest
    row = approved(NEW)
    assert papers.template_of(draft).digest == row.sha256 != before
