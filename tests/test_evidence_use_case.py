"""Evidence from a folder to the archive: every file in its slot, one book, the originals beside it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pikepdf
import pytest
from office_year import entered_year, entry
from PIL import Image

from docservice import archive, evidence, evidence_files, jobs, register
from docservice.checklist import UNASSIGNED
from docservice.errors import InputRefused
from docservice.models import Applicant, Document, Job, JobItem
from docservice.requests import REQUESTS, Desk

pytestmark = pytest.mark.django_db

NAMES = ("นายประเสริฐ แสงตะวัน", "นายประเสริฐ แสงตะวันออก")
COMPLETE = ("ใบสมัคร.pdf", "รูปถ่าย.png", "สำเนาทะเบียนบ้าน.jpg", "สำเนาบัตรประชาชน.jpg")


def _file(path: Path, colour: str = "navy") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (60, 80), colour)
    picture.save(path)
    return path


def _leader(desk: Desk, name: str, *files: str, colour: str = "navy") -> Path:
    assert desk.folder is not None
    folder = desk.folder / "เมืองฉะเชิงเทรา" / "ผู้นำชุมชน" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        _file(folder / file, colour)
    return folder


@pytest.fixture
def desk(home: Path) -> Desk:
    """An office with two leaders whose names begin alike, and no evidence yet."""
    year = entered_year()
    register.enter_applicants(year, [entry(name) for name in NAMES], actor="x")
    return Desk(year, "tester", home / "evidence")


def _run(job: Job) -> list[JobItem]:
    return list(jobs.work(job, evidence.work))


def _books(desk: Desk) -> list[JobItem]:
    return _run(REQUESTS["evidence"](desk))


def _paths(key: str = "2562/24/2401/leader-0001") -> list[str]:
    return list(Document.objects.filter(dossier__key=key, current=True).values_list("path", flat=True))


def test_a_folder_becomes_a_filed_book_with_the_originals_in_their_slots(desk: Desk) -> None:
    folder = _leader(desk, f"01 {NAMES[0]}", *COMPLETE, "IMG_1.jpg")

    (item,) = _books(desk)

    assert item.error is None
    assert item.result is not None
    assert item.result["complete"] is True
    assert _paths() == [
        "book/book.pdf",
        "evidence/application/ใบสมัคร.pdf",
        "evidence/house/สำเนาทะเบียนบ้าน.jpg",
        "evidence/id-card/สำเนาบัตรประชาชน.jpg",
        "evidence/photo/รูปถ่าย.png",
        f"evidence/{UNASSIGNED}/IMG_1.jpg",
    ]
    original = Document.objects.get(path="evidence/photo/รูปถ่าย.png")
    assert archive.read_document(original) == (folder / "รูปถ่าย.png").read_bytes()
    assert original.media_type == "image/png"
    assert archive.verify("2562/24/2401/leader-0001") == []


def test_the_filed_book_says_how_many_pages_it_has_and_what_became_of_every_file(desk: Desk) -> None:
    _leader(desk, NAMES[0], *COMPLETE)
    _books(desk)

    book = Document.objects.get(path="book/book.pdf")
    assert book.pages == len(pikepdf.open(io.BytesIO(archive.read_document(book))).pages)
    assert [f["name"] for f in book.provenance["files"]] == list(COMPLETE)
    assert book.provenance["pdfa"]["conforms"] is True


def test_the_register_learns_whether_the_evidence_was_complete(desk: Desk) -> None:
    _leader(desk, NAMES[0], *COMPLETE)
    _leader(desk, NAMES[1], "ใบสมัคร.pdf")

    _books(desk)

    assert list(Applicant.objects.values_list("evidence_complete", flat=True)) == [True, False]


def test_folders_of_people_whose_names_begin_alike_are_not_mixed_up(desk: Desk) -> None:
    _leader(desk, f"01 {NAMES[1]}", "ใบสมัคร.pdf", colour="red")
    _leader(desk, f"02 {NAMES[0]}", "ใบสมัคร.pdf", colour="green")

    job = REQUESTS["evidence"](desk)

    assert {
        item.payload["unit"]["applicant"]: Path(item.payload["files"][0]["path"]).parent.name
        for item in job.items.all()
    } == {NAMES[0]: f"02 {NAMES[0]}", NAMES[1]: f"01 {NAMES[1]}"}


@pytest.mark.parametrize("folder", ["{}", "1 {}", "๐๑. {}", "01-{}", "{} (1)", "{}_2", " 3) {}"])
def test_running_numbers_around_a_name_do_not_matter(desk: Desk, folder: str) -> None:
    _leader(desk, folder.format(NAMES[0]), "ใบสมัคร.pdf")

    assert REQUESTS["evidence"](desk).items.count() == 1


def test_a_number_that_is_part_of_the_name_does_matter(home: Path) -> None:
    year = entered_year()
    register.enter_applicants(year, [entry("ชุมชนหมู่ 1"), entry("ชุมชนหมู่ 12")], actor="x")
    desk = Desk(year, "tester", home / "evidence")
    _leader(desk, "ชุมชนหมู่ 12", "ใบสมัคร.pdf")

    (item,) = REQUESTS["evidence"](desk).items.all()

    assert item.payload["unit"]["applicant"] == "ชุมชนหมู่ 12"


def test_a_long_name_is_found_though_folder_names_are_cut(home: Path) -> None:
    name = "เครือข่ายกองทุนสวัสดิการชุมชนและกลุ่มออมทรัพย์เพื่อการผลิตตำบลคลองบัวทอง"
    year = entered_year()
    register.enter_applicants(year, [entry(name)], actor="x")
    desk = Desk(year, "tester", home / "evidence")
    _leader(desk, f"03 {name}"[:40], "ใบสมัคร.pdf")

    assert REQUESTS["evidence"](desk).items.count() == 1


def test_asking_again_files_nothing(desk: Desk) -> None:
    _leader(desk, NAMES[0], *COMPLETE)
    _books(desk)

    assert _books(desk) == []
    assert archive.get("2562/24/2401/leader-0001").version == 1


def test_a_file_more_makes_a_new_book_and_keeps_the_old(desk: Desk) -> None:
    folder = _leader(desk, NAMES[0], "ใบสมัคร.pdf")
    _books(desk)
    _file(folder / "รูปถ่าย.png")

    _books(desk)

    books = Document.objects.filter(path="book/book.pdf").order_by("version")
    assert [(book.version, book.current) for book in books] == [(1, False), (2, True)]
    assert all(archive.read_document(book).startswith(b"%PDF") for book in books)
    assert Document.objects.filter(path="evidence/application/ใบสมัคร.pdf").count() == 1


def test_a_file_changed_while_the_book_was_waiting_is_not_filed_under_the_old_digest(desk: Desk) -> None:
    folder = _leader(desk, NAMES[0], *COMPLETE)
    job = REQUESTS["evidence"](desk)
    _file(folder / "รูปถ่าย.png", "red")

    (item,) = _run(job)

    assert item.error is not None
    assert "รูปถ่าย.png" in item.error["message"]
    assert not Document.objects.exists()


def test_a_file_gone_while_the_book_was_waiting_fails_that_book_only(desk: Desk) -> None:
    folder = _leader(desk, NAMES[0], *COMPLETE)
    _leader(desk, NAMES[1], *COMPLETE)
    job = REQUESTS["evidence"](desk)
    (folder / "รูปถ่าย.png").unlink()

    _run(job)

    assert list(job.items.values_list("state", flat=True)) == ["failed", "done"]
    assert "รูปถ่าย.png" in job.items.get(position=1).error["message"]


def test_an_unreadable_file_gets_a_page_in_the_book_and_its_original_is_kept(desk: Desk) -> None:
    folder = _leader(desk, NAMES[0], *COMPLETE)
    (folder / "ใบสมัคร.pdf").write_bytes(b"%PDF-1.4 cut off")
    (folder / "ที่ไม่รู้จัก.xyz").write_bytes(b"\x00\x01\x02")

    (item,) = _books(desk)

    assert item.result is not None, item.error
    assert set(item.result["unreadable"]) == {"ใบสมัคร.pdf", "ที่ไม่รู้จัก.xyz"}
    row = Document.objects.get(path=f"evidence/{UNASSIGNED}/ที่ไม่รู้จัก.xyz")
    assert (row.media_type, archive.read_document(row)) == ("application/octet-stream", b"\x00\x01\x02")


def test_files_of_the_same_name_in_two_folders_are_both_kept(desk: Desk) -> None:
    folder = _leader(desk, NAMES[0])
    _file(folder / "รูปถ่าย" / "IMG_1.jpg", "red")
    _file(folder / "รูปถ่าย 2" / "IMG_1.jpg", "green")

    (item,) = _books(desk)

    assert item.error is None
    assert [p for p in _paths() if p.startswith("evidence/")] == [
        "evidence/photo/IMG_1 (2).jpg",
        "evidence/photo/IMG_1.jpg",
    ]


def test_pages_numbered_without_leading_zeros_come_in_their_order(tmp_path: Path) -> None:
    for name in ("ใบสมัคร 10.jpg", "ใบสมัคร 2.jpg", "ใบสมัคร 1.jpg", "ใบสมัคร ๓.jpg"):
        _file(tmp_path / name)

    assert [p.name for p in evidence_files.files_in(tmp_path)] == [
        "ใบสมัคร 1.jpg",
        "ใบสมัคร 2.jpg",
        "ใบสมัคร ๓.jpg",
        "ใบสมัคร 10.jpg",
    ]


def test_what_file_managers_leave_behind_is_passed_over(tmp_path: Path) -> None:
    _file(tmp_path / "รูปถ่าย.png")
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini"):
        (tmp_path / name).write_bytes(b"x")

    assert [p.name for p in evidence_files.files_in(tmp_path)] == ["รูปถ่าย.png"]


def test_a_folder_with_nothing_but_leftovers_holds_no_files(tmp_path: Path) -> None:
    (tmp_path / "Thumbs.db").write_bytes(b"x")

    with pytest.raises(InputRefused, match=str(tmp_path)):
        evidence_files.files_in(tmp_path)


def test_an_office_without_any_applicants_folder_is_told_how_to_lay_them_out(desk: Desk) -> None:
    with pytest.raises(InputRefused, match=str(desk.folder)) as refused:
        REQUESTS["evidence"](desk)

    assert "อำเภอ/กลุ่มเป้าหมาย/ชื่อผู้สมัคร" in refused.value.remedy


def test_an_empty_folder_of_one_applicant_does_not_stop_the_others(desk: Desk) -> None:
    _leader(desk, NAMES[0])
    _leader(desk, NAMES[1], *COMPLETE)

    ended = _books(desk)

    assert [item.state for item in ended].count("done") == 1


def test_a_file_name_in_an_old_encoding_is_refused_as_a_reader_would_know_it(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "ใบสมัคร.jpg".encode("cp874"))).write_bytes(b"x")

    with pytest.raises(InputRefused, match=r"ใบสมัคร\.jpg"):
        evidence_files.files_in(tmp_path)
