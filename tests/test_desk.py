"""Who may ask for what: a person bound to districts gets what is of those districts, and nothing else is entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_year import entered_year, entry
from PIL import Image

from docservice import register
from docservice.errors import Forbidden, InputRefused
from docservice.models import Job, JobItem, Number
from docservice.requests import REQUESTS, Desk
from docservice.yearfile import YearFile

pytestmark = pytest.mark.django_db

OF_THE_PROVINCE = (
    "guideline", "order", "letter", "application-form", "register-passed", "announcement", "report", "export",
)  # fmt: skip


@pytest.fixture
def year(home: Path) -> YearFile:
    year = entered_year()
    entries = [entry("นายหนึ่ง ตัวอย่าง"), entry("นายสอง ตัวอย่าง", district="2402")]
    register.enter_applicants(year, entries, actor="tester")
    return year


def officer(year: YearFile, *districts: str, folder: Path | None = None) -> Desk:
    return Desk(year, "officer", folder, districts=frozenset(districts))


@pytest.mark.parametrize("what", OF_THE_PROVINCE)
def test_a_district_officer_cannot_ask_for_the_provinces_papers(year: YearFile, what: str) -> None:
    everyone = register.applicants(year)
    register.enter_results(year, {a.pk: ("passed", "") for a in everyone}, actor="tester")
    with pytest.raises(Forbidden) as refused:
        REQUESTS[what](officer(year, "2401"))
    assert refused.value.remedy
    assert not Job.objects.exists()
    assert not Number.objects.exists()


def test_an_officers_register_is_of_the_own_district_only(year: YearFile) -> None:
    job = REQUESTS["register-applicants"](officer(year, "2402"))
    assert [i.payload["dossier"] for i in job.items.all()] == ["2562/24/2402/register-applicants"]
    assert (job.year_be, job.province, job.district) == (2562, "24", "2402")


def test_the_books_an_officer_asks_for_are_of_the_own_applicants(year: YearFile, tmp_path: Path) -> None:
    for district, name in (("เมืองฉะเชิงเทรา", "นายหนึ่ง ตัวอย่าง"), ("บางคล้า", "นายสอง ตัวอย่าง")):
        folder = tmp_path / district / "ผู้นำชุมชน" / name
        folder.mkdir(parents=True)
        Image.new("RGB", (30, 40)).save(folder / "ใบสมัคร.jpg")
    REQUESTS["evidence"](officer(year, "2401", folder=tmp_path))
    assert [i.payload["dossier"] for i in JobItem.objects.all()] == ["2562/24/2401/leader-0001"]


def test_an_officer_without_applicants_is_told_so(year: YearFile) -> None:
    with pytest.raises(InputRefused):
        REQUESTS["register-applicants"](officer(year, "2403"))


def test_the_same_register_asked_for_by_district_and_province_keeps_one_paper(year: YearFile) -> None:
    REQUESTS["register-applicants"](officer(year, "2401"))
    whole = REQUESTS["register-applicants"](Desk(year, "staff"))
    assert whole.district == ""
    assert whole.items.count() == 2
