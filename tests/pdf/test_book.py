"""The book of one applicant: what is in it, in which order, and what it says about what is not."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from evidence_files import Evidence, render
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Name
from PIL import ImageChops

from docservice.errors import Broken, EngineUnavailable
from docservice.pdf import binding
from docservice.pdf.book import Book, BookRequest, Slot, SourceFile, make_book
from docservice.pdf.convert import Piece
from docservice.pdf.text import page_texts
from docservice.thai import BE, to_thai_digits

Bind = Callable[..., Book]
MINUTES = "ที่ประชุมมีมติเห็นชอบให้กลุ่มทอผ้าเข้าร่วมการพัฒนา ทั้งนี้ตั้งแต่บัดนี้เป็นต้นไป น้ำใจ ปู่ย่า กตัญญู"


def cover_text(book: Book) -> str:
    return " ".join(page_texts(book.pdf)[0].split())


def outline(book: Book) -> list[tuple[str, int]]:
    reader = pypdf.PdfReader(io.BytesIO(book.pdf))
    items = [item for line in reader.outline for item in (line if isinstance(line, list) else [line])]
    return [(item.title, reader.get_destination_page_number(item) + 1) for item in items]


# What is in it


def test_pages_are_the_cover_and_every_file(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.blank("a.pdf", 3), evidence.photo("b.jpg")))
    assert book.pages == len(page_texts(book.pdf)) == 5
    assert [(file.first_page, file.pages) for file in book.files] == [(2, 3), (5, 1)]


def test_a_book_of_many_files_has_them_all_in_contents_that_jump(bind: Bind, evidence: Evidence) -> None:
    file = evidence.blank("a.pdf")
    book = bind(files=tuple(SourceFile(f"{at}.pdf", file.path) for at in range(520)))
    cover_pages = book.pages - 520
    assert book.files[-1].first_page == book.pages
    with pikepdf.open(io.BytesIO(book.pdf)) as document:
        jumps = [each for page in list(document.pages)[:cover_pages] for each in page.obj.get("/Annots", [])]
        pages = {document.pages[at].obj.objgen: at + 1 for at in range(len(document.pages))}
        reached = {pages[each.Dest[0].objgen] for each in jumps if Name.Dest in each}
    assert reached == {file.first_page for file in book.files}


def test_slots_follow_the_checklist_and_files_their_thai_names(bind: Bind, evidence: Evidence) -> None:
    names = ("หน้า 10.pdf", "หน้า ๒.pdf", "หน้า 1.pdf", "เกษตร.pdf", "ขอนแก่น.pdf")
    files = [evidence.blank(name) for name in names]
    book = bind(Slot("z", "ท้าย", True, files[:3]), Slot("a", "ต้น", True, files[3:]))
    assert [file.name for file in book.files] == ["หน้า 1.pdf", "หน้า ๒.pdf", "หน้า 10.pdf", "เกษตร.pdf", "ขอนแก่น.pdf"]


def test_thai_text_is_the_same_after_merging(bind: Bind, evidence: Evidence) -> None:
    file = evidence.thai("รายงาน.pdf", MINUTES, MINUTES[::-1].strip(), "หน้า " * 90)
    merged = page_texts(bind(files=(file,)).pdf)[1:]
    for at, (before, after) in enumerate(zip(page_texts(file.path), merged, strict=True), start=2):
        assert after.removesuffix(f"หน้า {to_thai_digits(f'{at}/4')} · L-0007").rstrip() == before.rstrip()


def test_a_merged_page_looks_like_its_source_outside_the_stamp(bind: Bind, evidence: Evidence) -> None:
    file = evidence.thai("รายงาน.pdf", MINUTES * 20)
    before, after = render(file.path), render(bind(files=(file,)).pdf, 1)
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    assert changed[0] > before.width * 0.7
    assert changed[1] > before.height * 0.96


def test_a_word_file_is_in_the_book(bind: Bind, evidence: Evidence, office: object) -> None:
    book = bind(files=(evidence.word("รายงาน.docx", "รายงานการประชุม"),), office=office)
    assert "รายงานการประชุม" in page_texts(book.pdf)[1]
    assert book.pdfa.conforms


def test_each_file_is_reported_with_its_digest(bind: Bind, evidence: Evidence) -> None:
    file = evidence.photo()
    (report,) = bind(files=(file,)).files
    assert report.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert (report.slot, report.state, report.reason) == ("documents", "in-book", "")


def test_a_digest_that_is_known_is_not_taken_again(bind: Bind, evidence: Evidence) -> None:
    (report,) = bind(files=(SourceFile("a.jpg", evidence.photo().path, "0" * 64),)).files
    assert report.sha256 == "0" * 64


def test_a_file_given_twice_is_there_twice(bind: Bind, evidence: Evidence) -> None:
    file = evidence.thai("a.pdf", "ก", "ข")
    assert bind(Slot("a", "หนึ่ง", True, [file]), Slot("b", "สอง", True, [file])).pages == 5


def test_a_book_may_hold_an_earlier_book(bind: Bind, evidence: Evidence) -> None:
    inner = bind(files=(evidence.photo(),), code="กขค")
    book = bind(files=(evidence.raw("inner.pdf", inner.pdf),), code="งจฉ")
    text = page_texts(book.pdf)[2]
    assert "หน้า ๒/๒ · กขค" in text
    assert "หน้า ๓/๓ · งจฉ" in text


def test_the_report_can_be_written_as_json(bind: Bind, evidence: Evidence) -> None:
    facts = bind(files=(evidence.blank("a.pdf"),)).as_dict()
    assert "pdf" not in facts
    assert facts["files"][0]["name"] == "a.pdf"


# What is not in it


def test_a_locked_pdf_becomes_a_placeholder_page_and_the_others_go_on(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.locked("ทะเบียนบ้าน.pdf"), evidence.blank("a.pdf")))
    placeholder = next(file for file in book.files if file.state == "placeholder")
    assert placeholder.reason == "ใส่รหัสผ่านไว้"
    assert placeholder.pages == 1
    text = page_texts(book.pdf)[placeholder.first_page - 1]
    assert "ทะเบียนบ้าน.pdf" in text
    assert "ใส่รหัสผ่านไว้" in text
    assert not book.complete


def test_a_name_cannot_be_markup(bind: Bind, evidence: Evidence) -> None:
    name = '#panic("x") $x$ *b* `c` <l> @r \\.pdf'
    file = evidence.locked("a.pdf")
    book = bind(files=(SourceFile(name, file.path),))
    assert '#panic("x") $x$ *b*' in " ".join(page_texts(book.pdf)[1].split())


def test_a_required_slot_without_files_is_missing(bind: Bind, evidence: Evidence) -> None:
    book = bind(Slot("a", "ใบสมัคร", True, [evidence.blank("a.pdf")]), Slot("m", "รายงานการประชุม", True))
    assert book.missing == ["m"]
    assert not book.complete
    assert "ขาด ๑ รายการ: รายงานการประชุม" in cover_text(book)


def test_an_optional_slot_without_files_is_no_fault(bind: Bind, evidence: Evidence) -> None:
    book = bind(Slot("a", "ใบสมัคร", True, [evidence.blank("a.pdf")]), Slot("m", "ที่ปรึกษา", False))
    assert book.complete
    assert "หลักฐานครบถ้วน" in cover_text(book)
    assert "ไม่มี (ไม่บังคับ)" in cover_text(book)


def test_an_original_seen_by_an_officer_needs_no_copy(bind: Bind) -> None:
    book = bind(Slot("id", "สำเนาบัตรประจำตัวประชาชน", True, checked_original=True))
    assert book.complete
    assert book.missing == []
    assert "ตรวจจากต้นฉบับแล้ว" in cover_text(book)


def test_a_slot_whose_only_file_cannot_be_read_is_missing_and_unreadable(bind: Bind, evidence: Evidence) -> None:
    book = bind(Slot("a", "ใบสมัคร", True, [evidence.raw("a.pdf", b"")]))
    assert book.missing == ["a"]
    assert "อ่านไม่ได้" in cover_text(book)
    assert "a.pdf ว่างเปล่า" in cover_text(book)


def test_one_unreadable_file_among_readable_ones_is_not_missing_but_not_complete(
    bind: Bind, evidence: Evidence
) -> None:
    book = bind(Slot("a", "ใบสมัคร", True, [evidence.raw("a.pdf", b""), evidence.blank("b.pdf")]))
    assert book.missing == []
    assert not book.complete


def test_a_repaired_file_is_marked_and_the_book_goes_on(bind: Bind, evidence: Evidence) -> None:
    whole = evidence.blank("a.pdf", 2).path.read_bytes()
    book = bind(files=(evidence.raw("broken.pdf", whole.replace(b"startxref\n", b"startxref\n9")),))
    (report,) = book.files
    assert report.state == "repaired"
    assert "ซ่อม" in report.reason
    assert "ซ่อมไฟล์แล้ว" in cover_text(book)


def test_a_book_of_nothing_is_still_a_cover(bind: Bind) -> None:
    book = bind()
    assert book.pages == 1
    assert book.pdfa.conforms


def test_an_office_that_is_away_stops_the_book_for_another_try(bind: Bind, evidence: Evidence) -> None:
    def away(_data: bytes, _title: str) -> bytes:
        raise EngineUnavailable("LibreOffice ไม่ตอบ")

    with pytest.raises(EngineUnavailable):
        bind(files=(evidence.word("a.docx", "ก"),), office=away)


def test_pieces_may_be_made_elsewhere(bind: Bind, evidence: Evidence) -> None:
    def gate(path: Path, _target: Path, **_options: object) -> Piece:
        return Piece(path.read_bytes(), 2, "application/pdf", ("ผ่านด่านตรวจ",))

    book = bind(files=(evidence.blank("a.pdf", 2),), convert=gate)
    assert book.files[0].reason == "ผ่านด่านตรวจ"


def test_a_piece_that_counts_wrongly_breaks_the_book(bind: Bind, evidence: Evidence) -> None:
    def liar(path: Path, _target: Path, **_options: object) -> Piece:
        return Piece(path, 3, "application/pdf")

    with pytest.raises(Broken):
        bind(files=(evidence.blank("a.pdf", 2),), convert=liar)


# Finding one's way


def test_bookmarks_lead_from_slot_to_file_in_thai(bind: Bind, evidence: Evidence) -> None:
    book = bind(
        Slot("a", "ใบสมัคร", True, [evidence.blank("ใบสมัคร.pdf", 2)]),
        Slot("b", "ว่าง", False),
        Slot("c", "รูปถ่าย 1 รูป", True, [evidence.photo("รูป.jpg")]),
    )
    assert outline(book) == [
        ("ปกและสารบัญ", 1),
        ("๑. ใบสมัคร", 2),
        ("ใบสมัคร.pdf", 2),
        ("๓. รูปถ่าย ๑ รูป", 4),
        ("รูป.jpg", 4),
    ]


def test_contents_lines_are_links_to_their_pages(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.blank("a.pdf", 3), evidence.blank("b.pdf")))
    with pikepdf.open(io.BytesIO(book.pdf)) as pdf:
        numbers = {page.obj.objgen: at for at, page in enumerate(pdf.pages, start=1)}
        links = list(pdf.pages[0].obj.Annots)
        assert {numbers[link.Dest[0].objgen] for link in links} == {2, 5}
        assert all(Name.A not in link for link in links)


def test_contents_pages_are_right_behind_a_long_cover(bind: Bind, evidence: Evidence) -> None:
    file = evidence.blank("x.pdf")
    files = [SourceFile(f"หลักฐาน {at}.pdf", file.path) for at in range(1, 81)]
    book = bind(files=tuple(files))
    cover_pages = book.pages - 80
    assert cover_pages >= 3
    assert book.files[0].first_page == cover_pages + 1
    printed = " ".join(" ".join(page_texts(book.pdf)[:cover_pages]).split())
    assert f"หลักฐาน 80.pdf {to_thai_digits(str(book.pages))}" in printed


def test_links_within_a_source_still_lead_to_its_own_pages(bind: Bind, evidence: Evidence) -> None:
    pdf = pikepdf.new()
    pages = [pdf.add_blank_page() for _ in range(2)]
    link = pikepdf.Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=[pages[1].obj, Name.Fit]
    )  # fmt: skip
    pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
    book = bind(files=(evidence.save("a.pdf", pdf),))
    with pikepdf.open(io.BytesIO(book.pdf)) as merged:
        assert merged.pages[1].obj.Annots[0].Dest[0].objgen == merged.pages[2].obj.objgen


def test_the_cover_says_whose_book_it_is(bind: Bind, evidence: Evidence) -> None:
    text = cover_text(bind(files=(evidence.blank("a.pdf", 2),)))
    for words in ("เล่มหลักฐาน", "(มชช.)", "พ.ศ. ๒๕๖๒", "นายตัวอย่าง ใจดี", "ผู้นำชุมชน", "บางคล้า", "ฉะเชิงเทรา"):
        assert words in text
    assert "๑ ไฟล์ รวม ๓ หน้า" in text


# The second reader


def test_a_book_the_second_reader_counts_otherwise_is_broken(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.blank("a.pdf"),))
    with pytest.raises(Broken):
        binding.agree(book.pdf, book.pages + 1, [])


def test_a_book_with_another_outline_is_broken(bind: Bind, evidence: Evidence) -> None:
    book = bind(files=(evidence.blank("a.pdf"),))
    with pytest.raises(Broken):
        binding.agree(book.pdf, book.pages, [binding.Bookmark("อื่น", 1)])


def test_a_book_that_cannot_be_read_is_broken() -> None:
    with pytest.raises(Broken):
        binding.agree(b"%PDF-1.7 nothing", 1, [])


# Any folder


@pytest.fixture
def pool(evidence: Evidence) -> list[SourceFile]:
    return [
        evidence.blank("a.pdf", 1),
        evidence.blank("b.pdf", 4),
        evidence.photo("c.jpg"),
        evidence.locked("d.pdf"),
        evidence.raw("e.pdf", b""),
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_choice_and_order_of_slots_keeps_every_count_right(
    pool: list[SourceFile], fonts: Path, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.lists(st.sampled_from(pool), max_size=3), max_size=5))
    flags = [(data.draw(st.booleans()), data.draw(st.booleans())) for _ in chosen]
    slots = [
        Slot(f"s{at}", f"หลักฐาน {at}", required, files, seen)
        for at, (files, (required, seen)) in enumerate(zip(chosen, flags, strict=True))
    ]
    book = make_book(BookRequest("ทดสอบ", "ก", "", "ข", "ค", BE(2562), "ง", slots), fonts, None)
    body = sum(file.pages for file in book.files)
    with pypdfium2.PdfDocument(book.pdf) as document:
        assert len(document) == book.pages
    assert [file.slot for file in book.files] == [slot.code for slot in slots for _ in slot.files]
    assert [file.pages for file in book.files] == [4 if file.name == "b.pdf" else 1 for file in book.files]
    for before, after in itertools.pairwise(book.files):
        assert after.first_page == before.first_page + before.pages
    if book.files:
        assert book.pages == book.files[0].first_page - 1 + body
    assert set(book.missing) <= {slot.code for slot in slots if slot.required and not slot.checked_original}
    assert not (book.complete and book.missing)
