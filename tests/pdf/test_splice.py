"""Large streams go from their files into the book as they are, whatever else stands in those files."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import archival
import pikepdf
import pypdfium2
import pytest
from evidence_files import Evidence, render
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageChops

from docservice.pdf import splice
from docservice.pdf.book import Book, SourceFile
from docservice.pdf.convert import to_piece
from docservice.pdf.haul import TAIL, Haul, Held

Bind = Callable[..., Book]


def noisy(size: tuple[int, int] = (500, 700)) -> Image.Image:
    return Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))


def streams(pdf: bytes) -> set[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {item.read_raw_bytes() for item in document.objects if isinstance(item, pikepdf.Stream)}


def test_the_bytes_of_a_large_photograph_are_in_the_book_unchanged(bind: Bind, evidence: Evidence) -> None:
    file = evidence.image("a.jpg", noisy(), quality=90)
    book = bind(files=(file,))
    assert file.path.stat().st_size > splice._LARGE
    assert file.path.read_bytes() in streams(book.pdf)
    assert archival.faults(book.pdf) == []


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_large_pictures_of_other_kinds_look_as_before(bind: Bind, evidence: Evidence, name: str) -> None:
    file = evidence.image(name, noisy())
    book = bind(files=(file,))
    before, after = render(to_piece(file.path, name=name, office=None).pdf), render(book.pdf, 1)
    corner = (before.width // 2, before.height - 40, before.width, before.height)
    difference = ImageChops.difference(before, after)
    difference.paste(0, corner)
    assert difference.getbbox() is None
    with pypdfium2.PdfDocument(book.pdf) as document:
        assert len(document) == 2


def test_a_large_stream_used_by_many_pages_is_there_once(bind: Bind, evidence: Evidence) -> None:
    whole = bind(files=(shared(evidence, 30),))
    assert len(whole.pdf) < 3 * 300_000
    assert {render(whole.pdf, at).getpixel((150, 100)) for at in range(1, 31)} == {
        render(whole.pdf, 1).getpixel((150, 100))
    }


def shared(evidence: Evidence, pages: int) -> SourceFile:
    out = io.BytesIO()
    noisy((400, 600)).save(out, "JPEG", quality=90)
    pdf = pikepdf.new()
    image = pdf.make_stream(out.getvalue())
    image.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=400, Height=600, BitsPerComponent=8))
    image.Filter, image.ColorSpace = Name.DCTDecode, Name.DeviceRGB
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(400, 600))
        page.obj.Resources = Dictionary(XObject=Dictionary(I=image))
        page.obj.Contents = pdf.make_stream(b"400 0 0 600 0 0 cm /I Do")
    return evidence.save("shared.pdf", pdf)


def test_a_dictionary_too_long_for_its_room_goes_to_the_end_with_its_bytes(evidence: Evidence, tmp_path: Path) -> None:
    made = shared(evidence, 2).path
    splicer = splice.Splice(tmp_path / "book.pdf")
    with Pdf.open(made) as source, Pdf.new() as book:
        splicer.hold_back(source, made, splice.large_streams(made))
        splicer.start()
        book.pages.extend(source.pages)
        for page in book.pages:
            page.obj.Resources.XObject.I.PieceInfo = "x" * 5000
        book.save(tmp_path / "book.marked", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        splicer.finish(tmp_path / "book.marked")
    assert pikepdf.open(tmp_path / "book.pdf").check_pdf_syntax() == []
    assert render(tmp_path / "book.pdf", 1).tobytes() == render(made, 1).tobytes()


def test_two_processes_together_copy_every_stretch(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(400 * 1000))
    step = 1000 + len(TAIL)
    held = [Held(source, at * 1000, 1000, 0, at * step, bare=False) for at in range(400)]
    Haul(target, held, 400 * step).finish()
    data = source.read_bytes()
    assert target.read_bytes() == b"".join(data[at * 1000 : at * 1000 + 1000] + TAIL for at in range(400))


def test_a_stream_that_no_page_of_the_book_uses_is_not_in_its_bytes(evidence: Evidence, tmp_path: Path) -> None:
    made = shared(evidence, 1).path
    splicer = splice.Splice(tmp_path / "book.pdf")
    with Pdf.open(made) as source, Pdf.new() as book:
        (place,) = splice.large_streams(made)
        splicer.hold_back(source, made, [place])
        splicer.start()
        book.add_blank_page()
        book.save(tmp_path / "book.marked", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        splicer.finish(tmp_path / "book.marked")
    secret = made.read_bytes()[place[2] : place[2] + 64]
    assert secret not in (tmp_path / "book.pdf").read_bytes()
    assert len(pikepdf.open(tmp_path / "book.pdf").pages) == 1


def test_what_is_attached_or_left_over_in_a_source_is_not_spliced(evidence: Evidence) -> None:
    made = shared(evidence, 1).path
    with Pdf.open(made) as pdf:
        pdf.Root.Left = pdf.make_stream(noisy().tobytes())
        file = evidence.save("left.pdf", pdf)
    assert len(splice.large_streams(file.path)) == 1


def test_streams_of_an_encrypted_file_are_left_to_the_library(evidence: Evidence) -> None:
    made = shared(evidence, 1).path
    with Pdf.open(made) as pdf:
        file = evidence.save("locked.pdf", pdf, encryption=pikepdf.Encryption(user="", owner="o"))
    assert splice.large_streams(file.path) == ()


def test_a_file_that_holds_a_mark_of_its_own_is_left_as_it_is(bind: Bind, evidence: Evidence) -> None:
    mark = splice._PREFIX + b"0" * 32
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.Contents = pdf.make_stream(b"0 0 9 9 re f")
    page.obj.PieceInfo = Dictionary(X=Dictionary(LastModified="D:20260101", Private=pdf.make_stream(mark)))
    liar = evidence.save("liar.pdf", pdf, compress_streams=False)
    book = bind(files=(liar, evidence.image("a.jpg", noisy(), quality=90)))
    assert book.pages == 3
    with pypdfium2.PdfDocument(book.pdf) as document:
        assert len(document) == 3


def test_a_book_that_is_not_pdf_a_is_spliced_too(bind: Bind, evidence: Evidence) -> None:
    photo = evidence.image("a.jpg", noisy(), quality=90)
    book = bind(files=(photo, evidence.form("f.pdf", {"a": "Somchai"})))
    assert not book.pdfa.conforms
    assert photo.path.read_bytes() in streams(book.pdf)
