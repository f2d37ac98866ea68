"""A finished book is kept in archival form wherever its sources allow."""

from __future__ import annotations

import gc
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import archival
import pikepdf
from evidence_files import Evidence, corners
from PIL import Image

from docservice.pdf.book import Book, SourceFile
from docservice.pdf.convert import to_piece
from docservice.pdf.joined import joined
from docservice.pdf.pdfa import faults

Bind = Callable[..., Book]


def test_the_book_is_pdf_a_with_title_and_language(bind: Bind, evidence: Evidence) -> None:
    book = bind(
        files=(evidence.photo(), evidence.thai("a.pdf", "ที่ประชุมมีมติเห็นชอบ"), evidence.form("f.pdf", {"a": "สมชาย"}))
    )
    assert book.pdfa.conforms
    assert archival.faults(book.pdf) == []
    with pikepdf.open(io.BytesIO(book.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "th-TH"
        with pdf.open_metadata() as metadata:
            assert "นายตัวอย่าง ใจดี" in metadata["dc:title"]
            assert "๒๕๖๒" in metadata["dc:title"]
            assert "th-TH" in metadata["dc:language"]


def test_a_source_with_a_foreign_font_keeps_the_book_plain_and_says_why(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.form("f.pdf", {"a": "Somchai"}),))
    assert not book.pdfa.conforms
    assert any("ไม่ได้ฝัง" in reason for reason in book.pdfa.reasons)
    assert b"pdfaid:part" not in book.pdf
    assert book.pages == 2


def test_every_kind_of_image_conforms(bind: Bind, evidence: Evidence) -> None:
    picture = corners((400, 300))
    book = bind(
        files=(
            evidence.image("cmyk.jpg", picture.convert("CMYK")),
            evidence.image("grey.jpg", picture.convert("L")),
            evidence.image("alpha.png", picture.convert("RGBA")),
            evidence.image("palette.png", picture.convert("P")),
            evidence.image("deep.png", Image.new("I;16", (40, 30), 0x8000)),
            evidence.image("fax.tif", picture.convert("1"), compression="group4"),
        )
    )
    assert book.pdfa.reasons == ()
    assert book.pdfa.conforms


def test_a_name_with_signs_the_font_lacks_does_not_cost_the_archival_form(bind: Bind, evidence: Evidence) -> None:
    files = (
        SourceFile("1 ภาพ 🎉漢.jpg", evidence.photo().path),
        SourceFile("2 🎉.pdf", evidence.locked("a.pdf").path),
    )
    book = bind(files=files)
    assert book.pdfa.conforms
    assert [file.name for file in book.files] == [file.name for file in files]


def test_a_warning_about_something_else_is_not_taken_for_the_pages(evidence: Evidence, tmp_path: Path) -> None:
    """As a collector gives it of a forgotten file, or another thread, while the checker reads a page."""
    piece = to_piece(evidence.thai("a.pdf", "ที่ประชุมมีมติเห็นชอบ " * 50).path, name="a.pdf", office=None)
    (part := tmp_path / "part.pdf").write_bytes(piece.pdf if isinstance(piece.pdf, bytes) else piece.pdf.read_bytes())
    for judged in (lambda: faults(part) == (), lambda: joined([("a.pdf", part)], title="เรื่อง").pdfa):
        with one_warning_at_a_page() as given:
            assert judged()
        assert given == [True]


@contextmanager
def one_warning_at_a_page() -> Iterator[list[bool]]:
    given: list[bool] = []

    def collected(_phase: str, _facts: object) -> None:
        frame = sys._getframe(1)
        if not given and frame.f_code.co_filename.endswith("pdfa/_content.py") and warnings.filters[0][0] == "always":
            given.append(True)
            warnings.warn("unclosed file", ResourceWarning, stacklevel=1)

    before = gc.get_threshold()
    gc.callbacks.append(collected)
    gc.set_threshold(1)
    try:
        yield given
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(collected)
