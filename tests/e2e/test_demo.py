"""The whole line once, as a newcomer runs it: the sample year from nothing to a verified export."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import archival
import bagit
import ocfl
import pypdf
import pypdfium2
import pytest

YEAR = Path("store/archive/2562/24")


def _demo(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docservice.cli", "demo", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo has run once."""
    home = tmp_path_factory.mktemp("demo")
    done = _demo(home)
    assert done.returncode == 0, done.stderr
    (home / "first-run.txt").write_text(done.stdout, encoding="utf-8")
    return home


def _pdfs(home: Path) -> list[Path]:
    """Every PDF the service made (not the evidence as it came)."""
    return [p for p in (home / YEAR).rglob("*.pdf") if "/evidence/" not in str(p)]


def _pages(pdf: Path) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _newest(home: Path, dossier: str, name: str) -> Path:
    return max((home / YEAR / dossier).glob(f"v*/content/{name}"))


def test_the_closing_table_names_every_stage_and_the_time_it_took(home: Path) -> None:
    shown = (home / "first-run.txt").read_text(encoding="utf-8")
    for stage in ("คำสั่ง", "หนังสือ", "เล่มหลักฐาน", "ทะเบียน", "ประกาศ", "ใบประกาศ", "รายงาน", "ส่งออก", "วินาที"):
        assert stage in shown
    assert "\x1b" not in shown


def test_a_second_run_files_nothing_new_and_says_so(home: Path) -> None:
    before = sorted(str(p) for p in (home / "store").rglob("*"))
    done = _demo(home)
    assert done.returncode == 0, done.stderr
    assert "ไม่มีอะไรใหม่" in done.stdout
    assert sorted(str(p) for p in (home / "store").rglob("*")) == before


def test_every_paper_of_the_year_is_filed(home: Path) -> None:
    offices = {p.name for p in (home / YEAR / "2400").iterdir()}
    assert {"letter-w0169", "order-0012", "order-0013", "order-0014", "guideline", "register-passed"} <= offices
    assert any(name.startswith("announcement") for name in offices)
    assert any(name.startswith("report") for name in offices)
    districts = [p for p in (home / YEAR).iterdir() if p.name != "2400"]
    assert len(districts) == 11
    assert all((district / "register-applicants").is_dir() for district in districts)


def test_each_of_the_44_applicants_has_a_book_and_a_certificate(home: Path) -> None:
    applicants = [p for p in (home / YEAR).glob("24??/*-0001") if p.parent.name != "2400"]
    assert len(applicants) == 44
    for applicant in applicants:
        assert list(applicant.glob("v*/content/book/book.pdf"))
        assert list(applicant.glob("v*/content/paper/certificate.pdf"))
        assert list(applicant.glob("v*/content/paper/certificate.docx"))


def test_the_letter_is_filed_with_its_four_enclosures(home: Path) -> None:
    enclosed = sorted(p.name for p in (home / YEAR / "2400/letter-w0169").glob("v*/content/enclosures/*"))
    assert enclosed == ["1-order-0012.pdf", "2-order-0013.pdf", "3-order-0014.pdf", "4-guideline.pdf"]


@pytest.mark.parametrize(
    ("number", "last_duty", "catchword"),
    [("0012", "๑. ", "/๒. แต่งตั้งคณะ"), ("0013", "๓. ", "/๔. จัดทำทะเบียน"), ("0014", "๒. ", "/๓. ตรวจ")],
)
def test_the_orders_break_where_the_originals_do(home: Path, number: str, last_duty: str, catchword: str) -> None:
    first, second = _pages(_newest(home, f"2400/order-{number}", "paper/order.pdf"))
    duties = first.split("ให้มีอำนาจหน้าที่ ดังนี้")[1]
    assert last_duty in duties
    assert catchword in duties
    assert duties.rstrip().endswith("...")
    assert catchword.removeprefix("/") in second


def test_every_pdf_the_service_made_is_pdf_a(home: Path) -> None:
    faults = {path.name: found for path in _pdfs(home) if (found := archival.faults(path))}
    assert not faults


def test_the_damaged_file_has_a_placeholder_page_and_its_original_is_kept(home: Path) -> None:
    records = [
        json.loads(max(p.glob("v*/content/record.json")).read_bytes()) for p in (home / YEAR).glob("24??/*-0001")
    ]
    books = [d for r in records for d in r["documents"] if d["kind"] == "book"]
    unread = [f for b in books for f in b["provenance"]["files"] if f["state"] == "placeholder"]
    assert len(unread) == 1
    assert unread[0]["reason"]
    assert list((home / YEAR).rglob(f"v*/content/evidence/*/{unread[0]['name']}"))


def test_pypdf_agrees_with_the_pages_and_bookmarks_of_every_book(home: Path) -> None:
    for path in (home / YEAR).rglob("book.pdf"):
        reader = pypdf.PdfReader(path)
        assert len(reader.pages) == len(_pages(path))
        assert reader.outline


def test_an_independent_validator_finds_every_object_good(home: Path) -> None:
    root = ocfl.StorageRoot(root=str(home / "store" / "archive"))
    root.validate(check_digests=True)
    assert root.num_objects > 60
    assert root.good_objects == root.num_objects
    assert not root.errors


def test_the_unpacked_export_validates_with_bagit(home: Path, tmp_path: Path) -> None:
    (export,) = (home / "exports").glob("*.zip")
    with zipfile.ZipFile(export) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    bagit.Bag(str(folder)).validate()
    register = (folder / "data" / "register.csv").read_bytes()
    assert register.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(register.decode("utf-8-sig").splitlines()))
    assert all((folder / row["ที่อยู่ในชุดส่งออก"]).is_file() for row in rows)
    assert (folder / "data" / "index.html").read_text(encoding="utf-8").count("<details>") > 60
