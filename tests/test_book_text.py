"""The text of filed books: scans recognised after filing, put under the book, found by an auditor, never in the way."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from office_year import KEY, entered_year, entry
from scans import error_rate, scan

from docservice import archive, book_text, engines, evidence, jobs, page_index, register, search, verbs
from docservice.config import config
from docservice.models import Account, Document, Job, JobItem
from docservice.pdf import ocr
from docservice.requests import REQUESTS, Desk
from docservice.search import Asked
from docservice.thai import is_id_number

pytestmark = pytest.mark.django_db

NAME = "นายประเสริฐ แสงตะวัน"
PLEDGE = "หนังสือรับรองการเป็นกรรมการกองทุนสวัสดิการ\nตำบลบางไผ่ อำเภอเมืองฉะเชิงเทรา เมื่อ 3 มกราคม 2560\n"
SAVINGS = "กลุ่มออมทรัพย์เพื่อการผลิตบ้านหนองบัว\nเงินสัจจะสะสม 1,254,300 บาท มีสมาชิก 128 คน\n"
ID_NUMBER = "1101700230708"
AUDITOR = Account(role=Account.AUDITOR)


@pytest.fixture
def office(home: Path, own_home: Path) -> Desk:
    """An office with a leader whose folder holds two scans, and another leader in another district."""
    object.__setattr__(config(), "ocr", "auto")
    made = entered_year()
    register.enter_applicants(made, [entry(NAME), entry("นางสาวมาลี แสงทอง", district="2402")], actor="x")
    folder = own_home / "evidence" / "เมืองฉะเชิงเทรา" / "ผู้นำชุมชน" / NAME
    folder.mkdir(parents=True)
    scan(folder / "ใบสมัคร.jpg", PLEDGE, engines.fonts().dir)
    scan(folder / "สำเนาทะเบียนบ้าน.jpg", SAVINGS, engines.fonts().dir)
    return Desk(made, "tester", own_home / "evidence")


@pytest.fixture(autouse=True)
def _settings_as_before() -> Iterator[None]:
    ocr = config().ocr
    yield
    object.__setattr__(config(), "ocr", ocr)


def _folder(desk: Desk) -> Path:
    assert desk.folder is not None
    return desk.folder / "เมืองฉะเชิงเทรา" / "ผู้นำชุมชน" / NAME


def _book(desk: Desk) -> JobItem:
    (item,) = jobs.work(REQUESTS["evidence"](desk), evidence.work)
    assert item.error is None
    return item


def _read() -> list[dict[str, Any]]:
    """Work what waits to be read; the results."""
    waiting = Job.objects.filter(verb=book_text.VERB, state=Job.REQUESTED).order_by("pk")
    ended = [item for job in waiting for item in jobs.work(job, verbs.worker(job.verb))]
    assert [item.error for item in ended] == [None] * len(ended)
    return [dict(item.result or {}) for item in ended]


def _filed() -> Document:
    found = archive.current(KEY, book_text.BOOK)
    assert found is not None
    return found


def _text(book: Document, page: int) -> str:
    return pypdf.PdfReader(io.BytesIO(archive.read_document(book))).pages[page - 1].extract_text()


def _found(desk: Desk, text: str, person: Account | None = AUDITOR) -> list[tuple[str, tuple[int, ...]]]:
    pages = search.pages(person, desk.year, Asked.of(text, desk.year))
    return [(each.book.title, each.pages) for each in pages.rows]


def test_a_filed_book_is_read_afterwards_and_found_by_its_words(office: Desk) -> None:
    _book(office)
    plain = _filed()
    (job,) = Job.objects.filter(verb=book_text.VERB)
    assert (job.title, job.district, job.state) == (f"อ่านข้อความในเล่มหลักฐาน {NAME}", "2401", Job.REQUESTED)
    assert _found(office, "กองทุนสวัสดิการ") == []

    (result,) = _read()

    book = _filed()
    assert result["recognised"] == [2, 3]
    assert (book.version, book.pages, book.title) == (plain.version + 1, plain.pages, plain.title)
    assert archive.read_document(book).startswith(archive.read_document(plain))
    assert error_rate(_text(book, 2).partition("\n")[2], PLEDGE) < 0.05
    assert _found(office, "กองทุนสวัสดิการ") == [(book.title, (2,))]
    assert _found(office, "กลุ่มออมทรัพย์ ๑,๒๕๔,๓๐๐") == [(book.title, (3,))]
    assert _found(office, "ใบสมัคร") != []  # of the cover, which has text of its own
    told = book.provenance["text"]
    assert told["how"].startswith("tesseract ")
    assert set(told["pages"]) == {"2", "3"}
    assert min(told["pages"].values()) > 80
    assert archive.verify(KEY) == []


def test_asking_for_the_same_book_again_files_nothing(office: Desk) -> None:
    _book(office)
    _read()
    version = _filed().version

    job = REQUESTS["evidence"](office)
    jobs.repeat(job, actor="tester")
    (item,) = jobs.work(job, evidence.work)

    assert (item.result or {})["new"] == 0
    assert _filed().version == version
    assert Job.objects.filter(verb=book_text.VERB).count() == 1


def test_a_changed_folder_keeps_the_words_of_its_other_pages(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _book(office)
    _read()
    scan(_folder(office) / "ใบสมัคร.jpg", "ใบสมัครฉบับแก้ไขของกำนันตำบลบางไผ่\n", engines.fonts().dir)

    _book(office)

    at_once = _filed()
    assert "กลุ่มออมทรัพย์" in _text(at_once, 3)
    assert set(at_once.provenance["text"]["pages"]) == {"3"}
    (result,) = _read()
    assert result["recognised"] == [2]
    assert set(_filed().provenance["text"]["pages"]) == {"2", "3"}
    assert _found(office, "ฉบับแก้ไขของกำนัน") == [(at_once.title, (2,))]
    assert _found(office, "กองทุนสวัสดิการ") == []


def test_without_tesseract_the_book_is_filed_and_its_own_text_found(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(config(), "ocr", "off")
    _book(office)
    (result,) = _read()
    object.__setattr__(config(), "ocr", "auto")
    assert (result["how"], result["unread"], result["new"]) == ("off", [2, 3], 0)
    assert "text" not in _filed().provenance
    assert _found(office, "เล่มหลักฐาน") != []

    (again,) = list(jobs.work(REQUESTS["text"](office), verbs.worker("text")))  # it was installed since

    assert (again.result or {})["recognised"] == [2, 3]


def test_a_worker_that_dies_repeats_no_page_it_has_read(
    office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _book(office)
    monkeypatch.setattr(book_text, "PART", 1)
    assert book_text.ask(KEY, actor="tester") is not None
    job = Job.objects.filter(verb=book_text.VERB).order_by("pk").last()
    assert job is not None
    assert job.items.count() == _filed().pages
    first = jobs.claim(job, 2)
    list(book_text.work(first))  # and the worker dies before it tells
    kept = {path: path.stat().st_ino for path in (tmp_path / "recognised").glob("*/*.json")}
    assert len(kept) == 1

    jobs.give_up(job.pk, first[0].claim)
    results = [item.result or {} for item in jobs.work(job, book_text.work)]

    assert results[-1]["recognised"] == [2, 3]
    assert {path: path.stat().st_ino for path in kept} == kept


def test_a_page_that_fails_is_told_and_the_others_are_read(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _book(office)
    real = ocr.recognised

    def failing(book: Path, number: int, *, name: str) -> Any:
        return real(book, 999 if number == 2 else number, name=name)

    monkeypatch.setattr(ocr, "recognised", failing)
    (result,) = _read()

    assert result["recognised"] == [3]
    assert list(_filed().provenance["text"]["failed"]) == ["2"]
    assert "หน้า ๒" in _filed().provenance["text"]["failed"]["2"]


def test_a_newer_book_is_not_overwritten_by_the_words_of_an_older(office: Desk) -> None:
    _book(office)
    scan(_folder(office) / "ใบสมัคร.jpg", "ฉบับใหม่ของใบสมัคร\n", engines.fonts().dir)
    _book(office)

    results = _read()

    assert [result.get("superseded", False) for result in results] == [True, False]
    assert "ฉบับใหม่" in _text(_filed(), 2)


def test_the_index_of_words_is_made_again_from_the_books(office: Desk) -> None:
    _book(office)
    _read()
    before = _found(office, "กองทุนสวัสดิการ")
    page_index.forget([_filed().pk])
    assert _found(office, "กองทุนสวัสดิการ") == []

    assert book_text.enter_all() == 1

    assert _found(office, "กองทุนสวัสดิการ") == before


def test_national_id_numbers_are_in_no_index(office: Desk) -> None:
    assert is_id_number(ID_NUMBER)
    thai = ID_NUMBER.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    _book(office)
    split = f"{ID_NUMBER[0]}-{ID_NUMBER[1:5]}-{ID_NUMBER[5:10]}-{ID_NUMBER[10:12]}-{ID_NUMBER[12]}"
    text = f"เลขประจำตัวประชาชน {ID_NUMBER} {thai} {split} โทร 0812345678"
    page_index.enter(_filed().pk, 2562 * page_index.DISTRICTS + 2401, {2: text})

    assert _found(office, "0812345678") != []
    for part in (ID_NUMBER, thai, ID_NUMBER[5:10], split):
        assert _found(office, part) == []
    assert ID_NUMBER[1:5] not in page_index.plain(text)


def test_pages_are_found_by_those_who_may_see_the_book_only(office: Desk) -> None:
    _book(office)
    page_index.enter(_filed().pk, 2562 * page_index.DISTRICTS + 2401, {2: "กองทุนสวัสดิการ"})

    def seen(**account: Any) -> bool:
        return bool(_found(office, "กองทุนสวัสดิการ", Account(**account)))

    assert seen(role=Account.STAFF)
    assert seen(role=Account.AUDITOR, years=[2562])
    assert seen(role=Account.DISTRICT, districts=["2401"])
    assert not seen(role=Account.DISTRICT, districts=["2402"])
    assert not seen(role=Account.AUDITOR, years=[2561])
    assert not _found(office, "กองทุนสวัสดิการ บางคล้า")


def test_words_are_found_however_they_were_set(office: Desk) -> None:
    _book(office)
    place = 2562 * page_index.DISTRICTS + 2401
    page_index.enter(_filed().pk, place, {2: "สำ นัก งาน\nพัฒนาชุมชน เลขที่ ๑๒๓/2562 Community", 3: "อื่น"})

    for text in ("สำนักงานพัฒนา", "123/๒๕๖๒", "COMMUNITY สำนักงาน"):
        assert [pages for _, pages in _found(office, text)] == [(2,)], text
    assert _found(office, "ก") == []


def test_two_processes_never_read_on_every_processor(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with book_text.turn() as mine, book_text.turn() as other:
        assert (mine, other) == (True, False)
    with book_text.turn() as again:
        assert again


def test_what_is_kept_of_a_page_may_be_damaged(office: Desk, tmp_path: Path) -> None:
    _book(office)
    _read()
    for path in (tmp_path / "recognised").glob("*/*.json"):
        assert json.loads(path.read_bytes())["lines"]
        path.write_bytes(b"{")
    assert book_text.enter_all() == 1
    scan(_folder(office) / "ใบสมัคร.jpg", "ฉบับใหม่ของใบสมัคร\n", engines.fonts().dir)
    _book(office)
    assert _read()[-1]["recognised"] == [2, 3]
