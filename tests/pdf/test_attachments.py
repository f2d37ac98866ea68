"""PDF/A-3: every file that stands in the book goes along with it, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import archival
import pikepdf
import pypdf
import pytest
from evidence_files import Evidence, render
from pikepdf import Name
from PIL import Image

from docservice.pdf.book import Book

Bind = Callable[..., Book]


def attached(pdf: bytes) -> dict[str, bytes]:
    """As pypdf, which had no hand in it, reads them."""
    return {name: found[0] for name, found in pypdf.PdfReader(io.BytesIO(pdf)).attachments.items()}


def test_every_file_goes_along_as_it_was_sent_and_the_book_is_pdfa_3(bind: Bind, evidence: Evidence) -> None:
    photograph = evidence.image("รูป.jpg", Image.effect_noise((900, 700), 90), quality=90)
    files = (evidence.thai("สำเนา.pdf", "หน้าแรก", "หน้าสอง"), photograph, evidence.raw("บันทึก.txt", "ข้อความ".encode()))
    book = bind(files=files, attachments=True)
    assert book.pdfa.conforms
    assert book.pdfa.part == "3b"
    assert archival.faults(book.pdf, "3b") == []
    names = [file.name for file in book.files]
    by_name = {file.name: file.path.read_bytes() for file in files}
    assert attached(book.pdf) == {f"{at:03} {name}": by_name[name] for at, name in enumerate(names, start=1)}
    with pikepdf.open(io.BytesIO(book.pdf)) as document:
        told = [(str(spec.AFRelationship), str(spec.EF.F.Subtype)) for spec in document.Root.AF]
    kinds = {"สำเนา.pdf": "/application/pdf", "รูป.jpg": "/image/jpeg", "บันทึก.txt": "/text/plain"}
    assert told == [("/Source", kinds[name]) for name in names]
    plain = bind(files=files)
    assert plain.pages == book.pages
    for at in range(1, book.pages):
        assert render(book.pdf, at).tobytes() == render(plain.pdf, at).tobytes()


def test_two_of_one_name_and_one_that_is_empty_or_unreadable(bind: Bind, evidence: Evidence) -> None:
    first, second = evidence.blank("ก.pdf"), evidence.blank("ข.pdf")
    twice = type(second)(first.name, second.path)
    broken = evidence.raw("เสีย.pdf", b"%PDF-1.7 nothing")
    book = bind(files=(first, twice, broken), attachments=True)
    assert sorted(attached(book.pdf)) == ["001 ก.pdf", "002 ก.pdf"]
    assert [file.state for file in book.files] == ["in-book", "in-book", "placeholder"]


@pytest.mark.parametrize("attachments", [False, True])
def test_what_a_source_carried_itself_stays_out_of_the_book(bind: Bind, evidence: Evidence, attachments: bool) -> None:
    file = evidence.blank("ก.pdf")
    with pikepdf.open(file.path, allow_overwriting_input=True) as document:
        document.attachments["payload.exe"] = b"MZ" + b"0" * 100
        document.save(file.path)
    book = bind(files=(file,), attachments=attachments)
    assert list(attached(book.pdf)) == ["001 ก.pdf"] * attachments
    with pikepdf.open(io.BytesIO(book.pdf)) as document:
        assert (Name.AF in document.Root) == attachments


def test_a_book_that_cannot_be_pdfa_carries_them_all_the_same(bind: Bind, evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "no font.pdf"
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 300))
        page.Contents = document.make_stream(b"BT /F 20 Tf 20 20 Td (abc) Tj ET")
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F=pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        )
        document.save(path)
    file = type(evidence.blank("ก.pdf"))("ก.pdf", path)
    book = bind(files=(file,), attachments=True)
    assert not book.pdfa.conforms
    assert attached(book.pdf) == {"001 ก.pdf": path.read_bytes()}
