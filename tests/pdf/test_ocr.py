"""Recognised words: read by Tesseract from clear print, put under the page unseen, found by every reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import Image
from scans import LETTER, drawn, error_rate, letters, scan

from docservice.errors import Broken, EvidenceRefused
from docservice.pdf import bare_page, ocr, tesseract
from docservice.pdf.book import Book, SourceFile
from docservice.pdf.reading import Line, Reading, Word, reading, tidy
from docservice.pdf.text_layer import put_under

WORDS = Reading(
    2480,
    3508,
    (
        Line((Word("สำนักงาน", (250, 240, 500, 300)), Word("พัฒนาชุมชน", (540, 238, 900, 302)))),
        Line((Word("ที่", (250, 340, 290, 400)), Word("๓", (300, 360, 320, 400)))),
    ),
    93.5,
)


def _file(path: Path) -> SourceFile:
    return SourceFile(path.name, path)


def _book(bind: Callable[..., Book], tmp_path: Path, *files: Path) -> Path:
    bind(files=tuple(_file(each) for each in files), out=tmp_path / "book.pdf")
    return tmp_path / "book.pdf"


def _pixels(pdf: Path, scale: float = 1.0) -> list[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=scale).to_pil().tobytes() for page in document]


def _text(pdf: Path, number: int) -> str:
    (text,) = ocr.page_texts(pdf, number, number, name="book")
    return text or ""


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory, fonts: Path) -> dict[int, Path]:
    """The letter upright, lying on each side, and upside down."""
    place = tmp_path_factory.mktemp("scans")
    return {turn: scan(place / f"{turn}.jpg", LETTER, fonts, turn=turn) for turn in (0, 90, 180, 270)}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_clear_print_is_read_with_less_than_five_letters_in_a_hundred_wrong(scans: dict[int, Path], turn: int) -> None:
    with Image.open(scans[turn]) as picture:
        read = tesseract.read(picture, name="หน้า ๑")

    assert error_rate(read.text, LETTER) < 0.05
    assert read.confidence > 85
    assert {line.turn for line in read.lines} == {turn}
    assert "ํา" not in read.text
    assert "กลุ่มออมทรัพย์เพื่อการผลิตบ้านหนองบัว มีสมาชิก 128 คน" in read.text


def test_a_shadow_over_a_phones_picture_hides_no_words(scans: dict[int, Path]) -> None:
    with Image.open(scans[0]) as picture:
        shade = Image.linear_gradient("L").rotate(90).resize(picture.size).point(lambda grey: 110 + grey * 145 // 255)
        dark = Image.composite(picture, Image.new("L", picture.size, 20), shade)
    read = tesseract.read(dark, name="หน้า ๑")
    assert error_rate(read.text, LETTER) < 0.08


def test_a_scan_in_a_book_is_found_by_its_words_and_looks_the_same(
    bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]
) -> None:
    book = _book(bind, tmp_path, scans[0], scans[90])
    pages = ocr.page_count(book, name="book")
    texts = ocr.page_texts(book, 1, pages, name="book")
    assert [ocr.lacks_text(text) for text in texts] == [False, True, True]
    readings = {number: ocr.recognised(book, number, name="book") for number in (2, 3)}

    ocr.put_under(book, tmp_path / "words.pdf", readings, name="book")

    assert _pixels(tmp_path / "words.pdf") == _pixels(book)
    assert (tmp_path / "words.pdf").read_bytes().startswith(book.read_bytes())
    reader = pypdf.PdfReader(tmp_path / "words.pdf")
    for number, read in readings.items():
        assert error_rate(read.text, LETTER) < 0.05
        for line in read.lines:
            assert letters(line_text(line)) in letters(_text(tmp_path / "words.pdf", number))
            assert letters(line_text(line)) in letters(reader.pages[number - 1].extract_text())
    assert _text(tmp_path / "words.pdf", 1) == texts[0]


def line_text(line: Line) -> str:
    return " ".join(word.text for word in line.words)


def test_a_book_with_words_is_still_archival(bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]) -> None:
    book = _book(bind, tmp_path, scans[0])

    put_under(book, tmp_path / "words.pdf", {2: WORDS})

    with pikepdf.open(tmp_path / "words.pdf") as document:
        assert document.check_pdf_syntax() == []
        assert pikepdf.pdfa.check(document, "2b").passed


def test_words_stand_where_they_are_on_the_page(
    bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]
) -> None:
    book = _book(bind, tmp_path, scans[0])
    put_under(book, tmp_path / "words.pdf", {2: WORDS})

    with pypdfium2.PdfDocument(tmp_path / "words.pdf") as document:
        page = document[1]
        found = page.get_textpage().search("พัฒนาชุมชน").get_next()
        box = page.get_textpage().get_charbox(found[0])
        per_pixel = page.get_width() / WORDS.width

    assert box[0] == pytest.approx(540 * per_pixel, abs=1.5)
    assert box[1] == pytest.approx((WORDS.height - 302) * page_scale(WORDS, tmp_path / "words.pdf"), abs=2)


def page_scale(read: Reading, pdf: Path) -> float:
    with pypdfium2.PdfDocument(pdf) as document:
        return float(document[1].get_height()) / read.height


def test_words_put_under_twice_stay(bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]) -> None:
    book = _book(bind, tmp_path, scans[0], scans[90])
    put_under(book, tmp_path / "once.pdf", {2: WORDS})

    put_under(tmp_path / "once.pdf", tmp_path / "twice.pdf", {3: WORDS})

    assert [_text(tmp_path / "twice.pdf", number) for number in (2, 3)] == ["สำนักงาน พัฒนาชุมชน\nที่ ๓"] * 2
    assert _pixels(tmp_path / "twice.pdf") == _pixels(book)


def test_a_page_is_the_same_in_another_book_and_under_another_stamp(
    bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]
) -> None:
    def identities(name: str, *files: Path, code: str) -> list[str | None]:
        bind(files=tuple(map(_file, files)), code=code, out=tmp_path / name)
        return ocr.identities(tmp_path / name, range(2, len(files) + 2), name=name)

    first = identities("a.pdf", scans[0], scans[90], code="L-0001")
    second = identities("b.pdf", scans[0], scans[180], scans[90], code="L-0002")  # names order them: 0, 90, 180

    assert second[:2] == first
    assert len({*first, *second}) == 3
    assert None not in second


def test_the_stamp_is_no_text_of_a_page(bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]) -> None:
    assert _text(_book(bind, tmp_path, scans[0]), 2) == ""


def test_the_picture_that_is_read_has_no_stamp(
    bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]
) -> None:
    with pikepdf.open(_book(bind, tmp_path, scans[0])) as book, Image.open(scans[0]) as source:
        picture = bare_page.picture(book.pages[1], 100)
        corner = picture.crop((picture.width // 2, picture.height * 97 // 100, picture.width, picture.height))
    assert corner.point(lambda grey: 255 * (grey < 200)).getbbox() is None
    assert source.mode == "L"


def test_a_picture_without_text_says_nothing(tmp_path: Path) -> None:
    noise = Image.effect_noise((900, 600), 80)
    assert tesseract.read(noise, name="หน้า ๑").lines == ()


def test_a_page_that_cannot_be_read_costs_only_itself(
    bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]
) -> None:
    book = _book(bind, tmp_path, scans[0])
    (tmp_path / "bad.pdf").write_bytes(book.read_bytes().replace(b"/MediaBox", b"/MediaXox", 1)[:-400])

    texts = ocr.page_texts(tmp_path / "bad.pdf", 1, 2, name="book")
    assert len(texts) == 2
    with pytest.raises(EvidenceRefused):
        ocr.recognised(tmp_path / "bad.pdf", 9, name="หน้า ๙")


def test_a_book_of_other_making_is_refused_whole(tmp_path: Path) -> None:
    with pikepdf.new() as other:
        other.add_blank_page()
        other.save(tmp_path / "other.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pytest.raises(Broken):
        put_under(tmp_path / "other.pdf", tmp_path / "out.pdf", {1: WORDS})


def test_syllables_become_words_where_the_text_has_no_space() -> None:
    bits = [("ส", 95), ("ํ", 95), ("า", 95), ("นัก", 95), ("งาน", 95), ("ที่", 90), ("๑2", 88), ("~", 8)]
    table = "".join(
        f"5\t1\t1\t1\t1\t{n}\t{20 * n}\t10\t18\t30\t{sure}\t{text}\n" for n, (text, sure) in enumerate(bits)
    )

    read = reading(table, "สํานักงาน ที่ ๑2 ~\n", 400, 100)

    assert read.text == "สำนักงาน ที่ ๑๒"
    assert read.lines[0].words[0].box == (0, 10, 98, 40)


@pytest.mark.parametrize(
    ("read", "meant"),
    [("นํ้าดื่ม", "น้ำดื่ม"), ("ทํานา", "ทำนา"), ("เเสง", "แสง"), ("๒5๖๒", "๒๕๖๒"), ("25๖2", "2562"), ("A4/๓", "A4/๓")],
)
def test_a_word_is_mended_as_it_is_meant(read: str, meant: str) -> None:
    assert tidy(read) == meant


def test_the_same_words_give_the_same_bytes(bind: Callable[..., Book], tmp_path: Path, scans: dict[int, Path]) -> None:
    book = _book(bind, tmp_path, scans[0])
    for name in ("a.pdf", "b.pdf"):
        put_under(book, tmp_path / name, {2: WORDS})
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_where_tesseract_is_missing_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert tesseract.found() is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tesseract.found() is None
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\n[ $1 = --version ] && echo tesseract 5.9 || echo eng osd\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert tesseract.found() == tesseract.Program("5.9", ("tha",))


def test_a_program_that_falls_over_is_a_page_without_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fonts: Path
) -> None:
    (tmp_path / "tesseract").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(EvidenceRefused, match="หน้า ๑"):
        tesseract.read(drawn("ก", fonts, 72), name="หน้า ๑")
