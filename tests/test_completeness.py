"""Completeness is noted as the folder changes, by the same rule by which a folder is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from office_year import entered_year, entry

from docservice import folder, register, standing, year_edit
from docservice.models import Applicant, EvidenceFile
from docservice.web import factform
from docservice.yearfile import YearFile

pytestmark = pytest.mark.django_db
REQUIRED = ("application", "photo", "house", "id-card")


@pytest.fixture
def year() -> YearFile:
    """The sample year with one applicant."""
    found = entered_year()
    register.enter_applicants(found, [entry("ก")], actor="tester")
    return found


def _put(applicant: Applicant, slot: str) -> EvidenceFile:
    return EvidenceFile.objects.create(
        applicant=applicant, slot=folder.TRAY, name=slot, size=1, sha256=f"{slot:0<64}", added_by="x",
        added_at=datetime.now(UTC),
    )  # fmt: skip


def _noted(year: YearFile, applicant: Applicant) -> bool | None:
    applicant.refresh_from_db()
    if applicant.evidence_complete is not None:
        assert standing.standings(year, [applicant])[applicant.pk].complete is applicant.evidence_complete
    return applicant.evidence_complete


def test_nothing_is_noted_before_anything_is_handed_in(year: YearFile) -> None:
    assert _noted(year, register.applicants(year)[0]) is None


def test_the_last_slot_completes_it_and_taking_out_a_file_ends_that(year: YearFile) -> None:
    someone = register.applicants(year)[0]
    files = [_put(someone, slot) for slot in REQUIRED]
    seen = []
    for file in files:
        folder.place(file, file.name, actor="tester")
        seen.append(_noted(year, someone))
    assert seen == [False, False, False, True]

    folder.remove(files[0], actor="tester")
    assert _noted(year, someone) is False
    folder.bring_back(files[0], actor="tester")
    assert _noted(year, someone) is True


def test_a_file_that_cannot_be_read_does_not_count_but_an_original_does(year: YearFile) -> None:
    someone = register.applicants(year)[0]
    files = [_put(someone, slot) for slot in REQUIRED]
    for file in files:
        folder.place(file, file.name, actor="tester")
    folder.note_look(someone.pk, files[1].sha256, None, {"code": "evidence-refused"})
    assert _noted(year, someone) is False
    folder.see_original(someone, "photo", seen=True, actor="tester")
    assert _noted(year, someone) is True
    folder.see_original(someone, "photo", seen=False, actor="tester")
    assert _noted(year, someone) is False


def test_a_checklist_that_asks_for_more_or_less_is_counted_anew(home: object, year: YearFile) -> None:
    someone = register.applicants(year)[0]
    for slot in REQUIRED[:3]:
        folder.place(_put(someone, slot), slot, actor="tester")
    now = dict(register.year(year.year).settings)
    part = year_edit.section(now, "groups.leader")
    entered = factform.tidy(part.fields, part.get(now))
    entered["checklist"] = [one for one in entered["checklist"] if one["slot"] != "id-card"]

    year_edit.change(year, "groups.leader", entered, year_edit.version(now, part), actor="tester")

    assert _noted(register.year(year.year), someone) is True


def test_a_complete_book_from_a_folder_counts_until_something_is_handed_in(year: YearFile) -> None:
    (applicant,) = register.applicants(year)
    register.note_evidence(applicant.dossier_key, True)
    applicant.refresh_from_db()
    shown = standing.folder(year, applicant)
    assert shown.bound
    assert shown.missing == []
    assert {slot.state for slot in shown.slots if slot.required} == {standing.BOUND}
    assert standing.standings(year, [applicant])[applicant.pk].complete
    assert standing.lacking(year, [applicant])[applicant.pk] == []
    folder.place(_put(applicant, "photo"), "photo", actor="tester")
    applicant.refresh_from_db()
    again = standing.folder(year, applicant)
    assert not again.bound
    assert len(again.missing) == len(REQUIRED) - 1
    assert applicant.evidence_complete is False
