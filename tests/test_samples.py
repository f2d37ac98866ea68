"""The sample year: its settings, its invented applicants, their workbooks and their evidence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from docservice import engines, facts
from docservice.checklist import guess_slot
from docservice.errors import EvidenceRefused, InputRefused
from docservice.pdf.convert import to_piece
from docservice.samples.applicants import (
    APPLICANT_COLUMNS,
    APPLICANTS_FILE,
    RESULT_COLUMNS,
    YEAR_FILE,
    read_applicants,
    write_workbooks,
)
from docservice.samples.evidence import SampleFile, SampleFolder, make_evidence
from docservice.thai import BE, to_arabic_digits
from docservice.yearfile import YearFile

YEAR = YearFile.parse(tomllib.loads(YEAR_FILE.read_text(encoding="utf-8")))
SPECIAL = ("บางปะกง", "พนมสารคาม", "ราชสาส์น")  # the districts with something missing, damaged or lying on its side


@dataclass
class Passed:
    """A sample applicant as the papers see one."""

    district: str
    group: str
    seq: int
    name: str
    post: str
    place: str
    coordinator: str
    phone: str
    members: str = ""
    result: str = "passed"
    evidence_complete: bool | None = True


def units() -> list[Passed]:
    made = []
    for a in read_applicants():
        district, group = YEAR.district(a.district), YEAR.group(a.group)
        assert district is not None
        assert group is not None
        made.append(Passed(district.code, group.code, 1, a.name, a.post, a.place, a.coordinator, a.phone))
    return made


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleFolder, ...]:
    chosen = [a for a in read_applicants() if a.district in SPECIAL]
    return make_evidence(tmp_path_factory.mktemp("evidence"), chosen, BE(2562), engines.fonts().dir)


def files(folders: tuple[SampleFolder, ...]) -> list[SampleFile]:
    return [file for folder in folders for file in folder.files]


def word_to_pdf(docx: bytes, title: str) -> bytes:
    return engines.office().to_pdf(docx, title=title)


def test_every_paper_of_the_year_can_be_made_from_the_year_file() -> None:
    catalogue, people = engines.catalogue(), units()
    catalogue.kind("letter").check(facts.letter(YEAR))
    catalogue.kind("guideline").check(facts.guideline(YEAR))
    catalogue.kind("announcement").check(facts.announcement(YEAR, people))
    catalogue.kind("report").check(facts.report(YEAR, people))
    catalogue.kind("register-passed").check(facts.register_passed(YEAR, people))
    for order in facts.orders(YEAR):
        catalogue.kind("order").check(order)
    for district in YEAR.districts:
        catalogue.kind("register-applicants").check(facts.register_applicants(YEAR, district, people))
    for group in YEAR.groups:
        catalogue.kind("application-form").check(facts.application_form(YEAR, group.code))
    assert len([catalogue.kind("certificate").check(one) for _, one in facts.certificates(YEAR, people)]) == 44


def test_the_year_stands_in_one_place_only() -> None:
    settings = YEAR_FILE.read_text(encoding="utf-8")
    texts = [line for line in settings.splitlines() if not line.startswith("#")]
    written = [line for line in texts if "๒๕๖๒" in line.split("#")[0]]
    assert written == []


def test_the_orders_appoint_by_directory_so_that_a_name_is_spelt_once() -> None:
    named = [m["post"] for order in facts.orders(YEAR) for m in order["members"] if "ประดิษฐ์แจ้ง" in m["post"]]
    assert len(named) == 2
    assert len(set(named)) == 1
    assert {order["signer"]["name"] for order in facts.orders(YEAR)} == {"นายวรพจน์ แววสิงห์งาม"}


def test_every_district_has_one_unit_of_every_group() -> None:
    found = [(unit.district, unit.group) for unit in units()]
    assert sorted(found) == sorted((d.code, g.code) for d in YEAR.districts for g in YEAR.groups)


def test_no_sample_holds_anything_like_an_identity_number() -> None:
    digits = re.sub(r"[\s-]", "", to_arabic_digits(APPLICANTS_FILE.read_text(encoding="utf-8")))
    assert not re.search(r"(?<!\d)\d{13}(?!\d)", digits)
    assert all(re.fullmatch("๐-๓๘๐๐-๐๐[๐-๙]{2}", a.phone) for a in read_applicants())


def test_an_applicants_file_with_a_column_missing_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "applicants.csv"
    broken.write_text("ลำดับ,อำเภอ\n1,บางคล้า\n", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"applicants\.csv"):
        read_applicants(broken)


def test_the_workbooks_look_like_a_clerks_and_hold_everyone(tmp_path: Path) -> None:
    register, results = write_workbooks(tmp_path, year=BE(2562), province="ฉะเชิงเทรา")
    for path, columns in ((register, APPLICANT_COLUMNS), (results, RESULT_COLUMNS)):
        sheet = load_workbook(path).worksheets[0]
        rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
        assert "ประจำปี ๒๕๖๒" in str(rows[0][0])
        assert rows[3] == columns
        assert [row[3] for row in rows[4:]] == [a.name for a in read_applicants()]
        assert {type(row[0]) for row in rows[4:]} == {int, str}


def test_the_same_data_gives_the_same_workbooks(tmp_path: Path) -> None:
    once = write_workbooks(tmp_path / "a", year=BE(2562), province="ฉะเชิงเทรา")
    again = write_workbooks(tmp_path / "b", year=BE(2562), province="ฉะเชิงเทรา")
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]


def test_evidence_is_complete_but_for_one_list_of_advisers(evidence: tuple[SampleFolder, ...]) -> None:
    missing = []
    for folder in evidence:
        group = YEAR.group(folder.applicant.group)
        assert group is not None
        made = {file.slot for file in folder.files}
        missing += [(folder.applicant.number, item["slot"]) for item in group.checklist if item["slot"] not in made]
    assert missing == [(16, "advisers")]


def test_every_sample_file_is_readable_except_the_damaged_one(evidence: tuple[SampleFolder, ...]) -> None:
    refused = []
    for file in files(evidence):
        try:
            to_piece(file.path, name=file.path.name, office=word_to_pdf)
        except EvidenceRefused:
            refused.append(file)
    assert [file.flaw for file in refused] == ["damaged"]


def test_the_name_of_every_sample_file_tells_its_slot(evidence: tuple[SampleFolder, ...]) -> None:
    for folder in evidence:
        group = YEAR.group(folder.applicant.group)
        assert group is not None
        for file in folder.files:
            assert guess_slot([file.path.stem], group.checklist) == file.slot


def test_one_photograph_lies_on_its_side_and_says_so(evidence: tuple[SampleFolder, ...]) -> None:
    photos = [file.path for file in files(evidence) if file.path.suffix == ".jpg"]
    turned = [path.name for path in photos if Image.open(path).getexif().get(0x0112) == 6]
    assert turned == ["บัตรประชาชน IMG_2045.jpg"]


def test_sample_files_are_small(evidence: tuple[SampleFolder, ...]) -> None:
    assert max(file.path.stat().st_size for file in files(evidence)) < 400_000


def test_the_same_applicants_give_the_same_evidence(tmp_path: Path) -> None:
    chosen = read_applicants()[24:28]
    once = make_evidence(tmp_path / "a", chosen, BE(2562), engines.fonts().dir)
    again = make_evidence(tmp_path / "b", chosen, BE(2562), engines.fonts().dir)
    assert [f.path.read_bytes() for f in files(once)] == [f.path.read_bytes() for f in files(again)]


def test_without_a_thai_font_no_evidence_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="ฟอนต์"):
        make_evidence(tmp_path, read_applicants()[:1], BE(2562), tmp_path)
