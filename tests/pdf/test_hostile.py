"""The hostile set: every file ends in the book or as a page that says why not, and nothing else suffers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from evidence_files import Evidence
from hostile import IN, OUT, SET, Hostile

from docservice.pdf.book import Book, BookRequest, Slot, SourceFile, make_book
from docservice.pdf.gate import inspect
from docservice.pdf.text import page_texts
from docservice.thai import BE

Bind = Callable[..., Book]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The set as files, each in a numbered folder, so that any name may be twice."""
    place = tmp_path_factory.mktemp("hostile")
    for at, hostile in enumerate(SET):
        (place / str(at)).mkdir()
        (place / str(at) / hostile.name).write_bytes(hostile.make())
    return place


@pytest.fixture(scope="module")
def book(folder: Path, fonts: Path) -> Book:
    return bind_all(folder, fonts)


def bind_all(folder: Path, fonts: Path) -> Book:
    slots = [
        Slot(f"s{at}", f"หลักฐาน {at}", True, [SourceFile(hostile.name, folder / str(at) / hostile.name)])
        for at, hostile in enumerate(SET)
    ]
    request = BookRequest("มชช.", "นายตัวอย่าง ใจดี", "L-7", "บางคล้า", "ฉะเชิงเทรา", BE(2562), "ผู้นำชุมชน", slots)
    return make_book(request, fonts, office=lambda data, _title: data)


@pytest.mark.parametrize(("at", "hostile"), list(enumerate(SET)), ids=lambda each: getattr(each, "name", ""))
def test_it_ends_as_it_must(book: Book, at: int, hostile: Hostile) -> None:
    report = book.files[at]
    assert (report.name, report.state, report.pages) == (hostile.name, hostile.state, hostile.pages), report.reason
    assert hostile.word in report.reason
    assert report.sha256


def test_the_book_of_them_all_holds_every_page_it_promises(book: Book) -> None:
    assert isinstance(book.pdf, bytes)
    body = sum(hostile.pages for hostile in SET)
    with pypdfium2.PdfDocument(book.pdf) as document:
        assert len(document) == book.pages == book.files[0].first_page - 1 + body


def test_every_placeholder_says_which_file_and_why(book: Book) -> None:
    texts = page_texts(book.pdf)
    for report in book.files:
        if report.state == OUT:
            told = "".join(texts[report.first_page - 1].split())
            assert "".join(report.name.split()) in told
            assert "อ่านไฟล์นี้ไม่ได้" in told


def test_nothing_that_acts_is_left_in_the_book(book: Book) -> None:
    assert isinstance(book.pdf, bytes)
    with pikepdf.open(io.BytesIO(book.pdf)) as pdf:
        dictionaries = [item.stream_dict if isinstance(item, pikepdf.Stream) else item for item in pdf.objects]
        written = b"".join(item.unparse(resolved=True) for item in dictionaries)
    for word in ("JavaScript", "JS", "Launch", "OpenAction", "AA", "EmbeddedFiles?", "RichMedia", "XFA", "SubmitForm",
                 "GoToR", "FileAttachment", "Movie", "Screen", "AcroForm"):  # fmt: skip
        assert not re.search(rb"/%b[^A-Za-z+]" % word.encode(), written), word


def test_the_look_at_hand_in_agrees_with_the_book(folder: Path) -> None:
    for at, hostile in enumerate(SET):
        if hostile.name.endswith(".odt"):
            continue  # its pages come with the book
        found = inspect(folder / str(at) / hostile.name, hostile.name)
        assert (found.problem is not None) == (hostile.state == OUT), hostile.name
        assert found.pages == (None if hostile.state == OUT else hostile.pages)


def test_a_folder_of_unreadable_files_is_a_book_of_placeholders(bind: Bind, evidence: Evidence) -> None:
    made = bind(files=tuple(evidence.raw(f"{at}.pdf", bytes([at]) * 40) for at in range(3)))
    assert [file.state for file in made.files] == [OUT] * 3
    assert not made.complete
    assert made.missing == ["documents"]


def test_the_same_file_is_read_once_and_stands_in_both_slots(bind: Bind, evidence: Evidence) -> None:
    file = evidence.blank("a.pdf", 2)
    made = bind(Slot("a", "หนึ่ง", True, [file]), Slot("b", "สอง", True, [file]))
    assert [(report.slot, report.state, report.pages) for report in made.files] == [("a", IN, 2), ("b", IN, 2)]
