"""A book is its cover and its parts, picture for picture; what was made once is not made again."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import archival
import pikepdf
import pypdfium2
import pytest
from evidence_files import Evidence, render
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array
from PIL import Image, ImageChops

from docservice.errors import Transient
from docservice.pdf import gate
from docservice.pdf.book import Book, BookRequest, Slot, SourceFile, make_book
from docservice.pdf.convert import Piece, to_piece
from docservice.pdf.text import page_texts
from docservice.thai import BE

Bind = Callable[..., Book]


@pytest.fixture
def folder(evidence: Evidence) -> tuple[SourceFile, ...]:
    """Every make-up of page, with ink on it."""
    return (
        evidence.thai("1.pdf", "ที่ประชุมมีมติ " * 200, "ผู้ใหญ่บ้าน " * 100),
        odd_pages(evidence),
        evidence.photo("3.jpg", orientation=6),
        evidence.form("4.pdf", {"name": "Somchai", "place": "บ้านหนองแสง"}),
        evidence.image(
            "5.tif", Image.new("L", (1240, 1754), 128), save_all=True, append_images=[Image.new("L", (90, 60))]
        ),
    )


def odd_pages(evidence: Evidence) -> SourceFile:
    pdf = pikepdf.new()
    for turn, size, crop in ((0, (300, 500), None), (90, (595, 842), None), (180, (842, 595), [99, 99, 500, 400]),
                             (270, (2000, 1400), None)):  # fmt: skip
        page = pdf.add_blank_page(page_size=size)
        page.obj.Contents = pdf.make_stream(b"0.2 0.4 0.8 rg 30 30 200 300 re f 0.9 0.2 0.1 rg 200 250 90 60 re f")
        page.obj.Rotate = turn
        if crop:
            page.obj.CropBox = Array(crop)
    return evidence.save("2.pdf", pdf)


def test_every_page_looks_like_its_source_outside_the_stamp(
    bind: Bind, folder: tuple[SourceFile, ...], fonts: Path
) -> None:
    book = bind(files=folder)
    assert isinstance(book.pdf, bytes)
    assert book.pages == book.files[0].first_page - 1 + sum(file.pages for file in book.files)
    for file, report in zip(folder, book.files, strict=True):
        piece = to_piece(file.path, name=file.name, office=None, fonts=fonts)
        assert piece.pages == report.pages
        for at in range(piece.pages):
            before, after = render(piece.pdf, at), render(book.pdf, report.first_page - 1 + at)
            assert before.size == after.size
            difference = ImageChops.difference(before, after)
            difference.paste(0, stamp_area(difference))
            assert difference.getbbox() is None, (file.name, at)


def stamp_area(page: Image.Image) -> tuple[int, int, int, int]:
    """The lower right corner, generously: a stamp is never larger than half of the width and 6 % of the height."""
    high = max(round(page.height * 0.06), 18)
    return page.width // 2, page.height - high, page.width, page.height


def test_what_is_judged_piece_by_piece_is_pdf_a_as_a_whole(bind: Bind, folder: tuple[SourceFile, ...]) -> None:
    book = bind(files=(folder[0], *folder[2:3], *folder[4:]))
    assert book.pdfa.conforms
    assert archival.faults(book.pdf) == []


def test_separators_stand_before_each_slot_and_everything_counts_them(fonts: Path, evidence: Evidence) -> None:
    slots = [
        Slot("a", "ใบสมัคร", True, [evidence.blank("a.pdf", 2), evidence.blank("b.pdf")]),
        Slot("e", "ว่าง", False),
        Slot("c", "รูปถ่าย", True, [evidence.photo("c.jpg")]),
    ]
    request = BookRequest("มชช.", "นายตัวอย่าง", "L-7", "ก", "ข", BE(2562), "ค", slots, separators=True)
    book = make_book(request, fonts, None)
    assert isinstance(book.pdf, bytes)
    assert book.pages == 1 + 1 + 3 + 1 + 1
    assert [file.first_page for file in book.files] == [3, 5, 7]
    texts = page_texts(book.pdf)
    assert "๑. ใบสมัคร" in texts[1]
    assert "๓. รูปถ่าย" in texts[5]
    with pikepdf.open(io.BytesIO(book.pdf)) as pdf, pdf.open_outline() as outline:
        numbers = {page.obj.objgen: at for at, page in enumerate(pdf.pages, start=1)}
        assert [numbers[item.destination[0].objgen] for item in outline.root] == [1, 2, 6]
    assert archival.faults(book.pdf) == []


def test_only_what_changed_is_read_again(bind: Bind, evidence: Evidence, tmp_path: Path) -> None:
    read: list[str] = []

    def counted(path: Path, target: Path, *, name: str, **options: object) -> Piece:
        read.append(name)
        return gate.to_piece(path, target, name=name, **options)

    files = [evidence.blank(f"{at}.pdf", at) for at in (1, 2, 3)]
    bind(files=tuple(files), pieces=tmp_path / "pieces", convert=counted)
    files[1] = evidence.blank("2.pdf", 4)
    book = bind(files=tuple(reversed(files)), pieces=tmp_path / "pieces", convert=counted)
    assert sorted(read) == ["1.pdf", "2.pdf", "2.pdf", "3.pdf"]
    assert [file.pages for file in book.files] == [1, 4, 3]


def test_a_lost_or_damaged_piece_is_made_again(bind: Bind, evidence: Evidence, tmp_path: Path) -> None:
    file = evidence.photo()
    bind(files=(file,), pieces=tmp_path)
    (kept,) = tmp_path.rglob("*.pdf")
    kept.unlink()
    assert bind(files=(file,), pieces=tmp_path).files[0].state == "in-book"
    (told,) = tmp_path.rglob("*.json")
    told.write_text("{")
    assert bind(files=(file,), pieces=tmp_path).files[0].state == "in-book"


def test_the_same_request_gives_the_same_book(bind: Bind, folder: tuple[SourceFile, ...]) -> None:
    first, second = bind(files=folder), bind(files=folder)
    assert page_texts(first.pdf) == page_texts(second.pdf)
    assert first.files == second.files


def test_a_book_can_go_straight_to_a_file(bind: Bind, evidence: Evidence, tmp_path: Path) -> None:
    out = tmp_path / "book.pdf"
    book = bind(files=(evidence.blank("a.pdf", 2),), out=out)
    assert book.pdf == out
    assert len(page_texts(out)) == book.pages == 3
    assert list(tmp_path.glob("book-*")) == []


def test_a_source_with_bookmarks_and_layers_is_in_the_book(bind: Bind, evidence: Evidence) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    hidden = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=Array([hidden]), D=pikepdf.Dictionary(OFF=Array([hidden])))
    page.obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=hidden))
    page.obj.Contents = pdf.make_stream(b"/OC /L BDC 1 0 0 rg 50 90 200 150 re f EMC")
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("ข้างใน", 0))
    book = bind(files=(evidence.save("a.pdf", pdf),))
    assert render(book.pdf, 1).getpixel((75, 75)) == (255, 255, 255)


NAMES = st.one_of(
    st.text(min_size=1, max_size=40).filter(lambda name: name.strip()),
    st.sampled_from(["ก" * 85, "a" * 255, "🎉.jpg", unicodedata.normalize("NFD", "café น้ำ"), "\u202egnp.pdf", '"#$\\'])
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, max_size=4))
def test_any_file_names_give_a_book(evidence: Evidence, fonts: Path, names: list[str]) -> None:
    path = evidence.blank("x.pdf").path
    locked = evidence.locked("y.pdf").path
    slots = [
        Slot(f"s{at}", name, True, [SourceFile(name, path), SourceFile(name, locked)]) for at, name in enumerate(names)
    ]
    book = make_book(BookRequest("มชช.", "ก", "", "ข", "ค", BE(2562), "ง", slots), fonts, None)
    assert [file.name for file in book.files] == [name for name in names for _ in range(2)]
    assert sorted(file.state for file in book.files) == ["in-book"] * len(names) + ["placeholder"] * len(names)


def test_a_file_that_vanishes_is_told_and_the_others_go_on(bind: Bind, evidence: Evidence) -> None:
    gone = SourceFile("หาย.pdf", evidence.folder / "หาย.pdf")
    book = bind(files=(evidence.blank("a.pdf"), gone))
    assert {file.name: file.state for file in book.files} == {"a.pdf": "in-book", "หาย.pdf": "placeholder"}


@pytest.mark.parametrize(("pages", "state"), [(0, "placeholder"), (3, "in-book")])
def test_a_file_that_vanishes_or_changes_after_it_was_read_is_read_again(
    bind: Bind, evidence: Evidence, pages: int, state: str
) -> None:
    fickle = evidence.blank("b.pdf", 2)
    turns: list[int] = []

    def disturbed(path: Path, target: Path, **options: object) -> Piece:
        piece = gate.to_piece(path, target, **options)
        if path == fickle.path and not turns:
            turns.append(1)
            fickle.path.unlink()
            if pages:
                evidence.blank("b.pdf", pages)
        return piece

    book = bind(files=(evidence.blank("a.pdf"), fickle), convert=disturbed)
    assert [(file.name, file.state) for file in book.files] == [("a.pdf", "in-book"), ("b.pdf", state)]
    assert book.pages == 1 + 1 + (pages or 1)


def test_a_file_that_never_holds_still_is_told_and_may_be_tried_again(bind: Bind, evidence: Evidence) -> None:
    def disturbed(path: Path, target: Path, **options: object) -> Piece:
        piece = gate.to_piece(path, target, **options)
        evidence.blank("a.pdf", piece.pages + 1)
        return piece

    with pytest.raises(Transient):
        bind(files=(evidence.blank("a.pdf"),), convert=disturbed)


KINDS = st.sampled_from(["one", "three", "locked", "empty", "photo", "same"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slots=st.lists(st.tuples(st.booleans(), st.lists(KINDS, max_size=4)), max_size=4), separators=st.booleans())
def test_any_order_and_subset_of_slots_gives_every_page_once(
    evidence: Evidence, fonts: Path, slots: list[tuple[bool, list[str]]], separators: bool
) -> None:
    made = {
        "one": evidence.blank("1.pdf"), "three": evidence.blank("3.pdf", 3), "locked": evidence.locked("l.pdf"),
        "empty": evidence.raw("e.pdf", b""), "photo": evidence.photo("p.jpg"), "same": evidence.blank("1.pdf"),
    }  # fmt: skip
    asked = [
        Slot(f"s{at}", f"หลักฐาน {at}", required, [made[kind] for kind in kinds], sorted=True)
        for at, (required, kinds) in enumerate(slots)
    ]
    request = BookRequest("มชช.", "ก", "L-1", "ข", "ค", BE(2562), "ง", asked, separators=separators)
    book = make_book(request, fonts, None, pieces=evidence.folder / "pieces")
    wanted = [(slot.code, file.name) for slot in asked for file in slot.files]
    assert [(file.slot, file.name) for file in book.files] == wanted
    assert [file.pages for file in book.files] == [3 if name == "3.pdf" else 1 for _, name in wanted]
    assert book.complete == all(
        not required or (bool(kinds) and not {"locked", "empty"} & set(kinds)) for required, kinds in slots
    )
    leads = separators * sum(bool(kinds) for _, kinds in slots)
    cover = book.files[0].first_page - 1 - separators if book.files else 1
    with pypdfium2.PdfDocument(book.pdf) as document:
        assert len(document) == book.pages == cover + leads + sum(file.pages for file in book.files)


def test_hundreds_of_files_are_one_book(bind: Bind, evidence: Evidence) -> None:
    file = evidence.blank("x.pdf")
    book = bind(files=tuple(SourceFile(f"{at}.pdf", file.path) for at in range(600)))
    assert len(book.files) == 600
    assert book.pages == book.files[0].first_page - 1 + 600
