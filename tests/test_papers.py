"""Papers from request to archive: made once, filed with what they were made from, one fault its own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from docx import Document as WordFile
from office_year import entered_year, entry
from PIL import Image

from docservice import archive, drafts, engines, jobs, papers, register, requests
from docservice.errors import FactsRefused, InputRefused, NotFound
from docservice.models import Applicant, Document, Dossier, Job, JobItem
from docservice.papers import Draft
from docservice.requests import REQUESTS, Desk

pytestmark = pytest.mark.django_db

KEY = "2562/24/2400/test-0001"


@pytest.fixture
def desk(home: Path) -> Desk:
    """An office with three applicants, two of whom passed."""
    year = entered_year()
    people = [entry("นายหนึ่ง"), entry("นายสอง"), entry("เครือข่ายสาม", "2402", "network")]
    register.enter_applicants(year, [{**one, "place": "หมู่ที่ ๑"} for one in people], actor="x")
    found = register.applicants(year)
    register.enter_results(year, {found[0].pk: ("passed", "90"), found[2].pk: ("passed", "80")}, actor="x")
    return Desk(year, "tester")


def _run(job: Job) -> list[JobItem]:
    return list(jobs.work(job, papers.work))


def _facts(**changes: Any) -> dict[str, Any]:
    return {**engines.catalogue().kind("letter").example(), **changes}


def _asked(desk: Desk, *facts: dict[str, Any]) -> Job:
    wanted = [Draft("letter", one, f"2562/24/2400/test-{n:04d}", "ทดสอบ") for n, one in enumerate(facts, start=1)]
    return drafts.submit(desk, "หนังสือทดสอบ", wanted)


def _text(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_range() for page in pdf)


def _read(path: str, key: str = KEY) -> bytes:
    return archive.read_document(Document.objects.get(dossier__key=key, path=path, current=True))


def test_a_paper_is_filed_as_pdf_and_word_with_what_it_was_made_from(desk: Desk) -> None:
    (item,) = _run(_asked(desk, _facts(to="นายอำเภอบางคล้า")))

    assert item.error is None
    pdf, docx = (Document.objects.get(path=f"paper/letter.{suffix}") for suffix in ("pdf", "docx"))
    assert (pdf.kind, pdf.number, pdf.current) == ("letter", "ฉช ๐๐๑๙/ว ๑๖๙", True)
    assert pdf.pages == len(pikepdf.open(io.BytesIO(_read("paper/letter.pdf"))).pages)
    assert pdf.provenance["facts"]["to"] == "นายอำเภอบางคล้า"
    assert pdf.provenance["edition"]
    assert "LibreOffice" in pdf.provenance["engine"]
    assert pdf.provenance["fonts"]
    assert pdf.provenance["template"] == engines.template(engines.catalogue().kind("letter")).digest
    assert pdf.inputs == docx.inputs
    assert "นายอำเภอบางคล้า" in _text(_read("paper/letter.pdf")).replace("\r\n", "")
    WordFile(io.BytesIO(_read("paper/letter.docx")))


def test_the_same_request_makes_no_second_paper(desk: Desk) -> None:
    _run(_asked(desk, _facts()))

    job = _asked(desk, _facts())

    assert _run(job) == []
    assert Document.objects.count() == 2
    assert archive.get(KEY).version == 1


def test_another_request_for_the_same_paper_finds_it_filed(desk: Desk) -> None:
    _run(_asked(desk, _facts()))

    ended = _run(_asked(desk, _facts(), _facts(to="ปลัด")))

    assert [(item.result or {})["new"] for item in ended] == [0, 2]
    assert archive.get(KEY).version == 1


def test_changed_facts_make_version_2_and_version_1_still_opens(desk: Desk) -> None:
    _run(_asked(desk, _facts(to="ปลัดจังหวัด")))
    _run(_asked(desk, _facts(to="ท้องถิ่นจังหวัด")))

    texts = [
        _text(archive.read_document(row)).replace("\r\n", "")
        for row in Document.objects.filter(path="paper/letter.pdf").order_by("version")
    ]
    assert ["ปลัดจังหวัด" in text for text in texts] == [True, False]
    assert "ท้องถิ่นจังหวัด" in texts[1]


def test_wrong_facts_are_refused_at_the_request_and_no_job_is_made(desk: Desk) -> None:
    with pytest.raises(FactsRefused):
        _asked(desk, _facts(), _facts(date="30/2/2562"))

    assert not Job.objects.exists()


def test_one_paper_that_cannot_be_made_fails_alone(desk: Desk) -> None:
    job = _asked(desk, _facts(to="ก"), _facts(to="ข"), _facts(to="ค"))
    item = job.items.get(position=2)
    item.payload["facts"]["date"] = "30/2/2562"
    item.save()

    _run(job)

    assert list(job.items.values_list("state", flat=True)) == ["done", "failed", "done"]
    assert job.items.get(position=2).error["code"] == "facts-refused"
    assert not Dossier.objects.filter(key="2562/24/2400/test-0002").exists()


def test_a_year_files_picture_is_kept_when_it_is_imported_so_that_the_users_file_may_go(desk: Desk, home: Path) -> None:
    picture = home / "ตรา.png"
    Image.new("RGB", (300, 300), "navy").save(picture)
    kind = next(k for k in engines.catalogue().kinds.values() if "emblem" in k.fields)
    settings = papers.keep_pictures({"emblem": "ตรา.png"}, home)
    job = drafts.submit(desk, "หนังสือ", [Draft(kind.code, {**kind.example(), **settings}, KEY, "ทดสอบ")])
    picture.unlink()

    (item,) = _run(job)

    assert item.error is None
    assert str(item.payload["facts"]["emblem"]).startswith("asset:")
    pdf = pikepdf.open(io.BytesIO(_read(f"paper/{kind.code}.pdf")))
    assert any(page.get_images() for page in pdf.pages)


def test_a_picture_that_cannot_be_read_is_refused_by_field_and_file(home: Path) -> None:
    with pytest.raises(InputRefused, match=r"border.*หาย\.png"):
        papers.keep_pictures({"certificate": {"border": "หาย.png"}}, home)


def test_every_request_of_the_year_is_made_and_filed(desk: Desk) -> None:
    for what in ("guideline", "order", "letter", "application-form", "register-applicants", "register-passed"):
        for item in _run(REQUESTS[what](desk)):
            assert item.error is None, (what, item.error)
    for what in ("announcement", "certificate", "report"):
        for item in _run(REQUESTS[what](desk)):
            assert item.error is None, (what, item.error)

    assert set(Dossier.objects.values_list("key", flat=True)) == {
        *(f"2562/24/2400/order-00{n}" for n in (12, 13, 14)),
        *(f"2562/24/2400/application-form-{g.code}" for g in desk.year.groups),
        *(f"2562/24/2400/{name}" for name in ("guideline", "letter-w0169", "announcement", "register-passed")),
        "2562/24/2400/report-3187",
        "2562/24/2401/register-applicants",
        "2562/24/2402/register-applicants",
        "2562/24/2401/leader-0001",
        "2562/24/2402/network-0001",
    }
    for key in Dossier.objects.values_list("key", flat=True):
        assert archive.verify(key) == []
    enclosed = Document.objects.filter(dossier__key="2562/24/2400/letter-w0169", kind="enclosure")
    assert [(row.path, row.sha256) for row in enclosed] == [
        (
            f"enclosures/{n}-{name}.pdf",
            Document.objects.get(dossier__key=f"2562/24/2400/{name}", path=f"paper/{kind}.pdf").sha256,
        )
        for n, (name, kind) in enumerate(
            [("order-0012", "order"), ("order-0013", "order"), ("order-0014", "order"), ("guideline", "guideline")],
            start=1,
        )
    ]


def test_a_letter_whose_enclosure_is_not_made_fails_with_its_name_and_succeeds_when_it_is(desk: Desk) -> None:
    (item,) = _run(REQUESTS["letter"](desk))
    assert item.error is not None
    assert item.error["code"] == "not-found"
    assert "order-0012" in item.error["message"]
    assert not Document.objects.exists()

    _run(REQUESTS["order"](desk))
    _run(REQUESTS["guideline"](desk))
    (item,) = _run(REQUESTS["letter"](desk))

    assert item.error is None


@pytest.mark.parametrize("what", ["register-applicants", "certificate", "report", "evidence"])
def test_a_year_without_applicants_is_told_to_import_them(home: Path, what: str) -> None:
    with pytest.raises(InputRefused, match="ยังไม่มีผู้สมัคร") as refused:
        REQUESTS[what](Desk(entered_year(), "tester", home))

    assert "docservice import" in refused.value.remedy


@pytest.mark.parametrize("what", ["announcement", "certificate", "register-passed", "report"])
def test_a_year_without_results_is_told_to_import_them(desk: Desk, what: str) -> None:
    Applicant.objects.update(result="")

    with pytest.raises(InputRefused, match="ยังไม่มีผู้ผ่านการประเมิน"):
        REQUESTS[what](desk)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("๑๒", "order-0012"),
        ("12", "order-0012"),
        ("๑๒/๒๕๖๒", "order-0012"),
        ("๑๒ / ๒๕๖๒", "order-0012"),
        ("ฉช ๐๐๑๙/ว ๑๖๙", "order-w0169"),
        ("ฉช ๐๐๑๙/ว ๑๖๙/๒๕๖๒", "order-w0169"),
        ("ฉช ๐๐๑๙/๒๕๖๒", "order-2562"),
        ("ฉช ๐๐๑๙.๒/๓๑๘๗", "order-3187"),
    ],
)
def test_an_official_number_becomes_the_dossiers_name(number: str, name: str) -> None:
    assert requests.number_name("order", number) == name


def test_papers_without_a_number_yet_have_dossiers_of_their_own() -> None:
    names = {requests.number_name("order", number) for number in ("", "รอเลข", "-")}

    assert len(names) == 3
    assert all(name.startswith("order-pending-") for name in names)


def test_orders_without_numbers_yet_do_not_share_a_dossier(home: Path) -> None:
    year = entered_year()
    orders = [{**order, "number": ""} for order in year.settings["orders"]]
    desk = Desk(entered_year(orders=orders), "tester")

    job = REQUESTS["order"](desk)

    assert len({item.payload["dossier"] for item in job.items.all()}) == 3


def test_an_unknown_kind_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="leter"):
        drafts.submit(desk, "x", [Draft("leter", {}, KEY, "x")])
