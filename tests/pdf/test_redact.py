"""The redacted edition's pages: black in the pixels, and of what was there nothing left, wherever one looks."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from office_files import odt
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from docservice.errors import EvidenceRefused
from docservice.pdf import gate, scrutiny
from docservice.pdf.piece import Piece
from docservice.pdf.scrutiny import Area
from docservice.pdf.typeface import typeface

SECRET = "1234567890121"  # checks, and is nobody's: the digits of the manuals
SPACED = "1-2345-67890-12-1"


def pdf(*contents: bytes, **keys: object) -> bytes:
    """Pages with the standard Helvetica; ``keys`` go on the first page."""
    with pikepdf.new() as made:
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for content in contents:
            page = made.add_blank_page(page_size=(595, 842))
            page.obj.Resources = Dictionary(Font=Dictionary(F=font))
            page.obj.Contents = Stream(made, content)
        made.pages[0].obj.update(Dictionary(**keys))
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


def text(words: str, x: int, y: int) -> bytes:
    return b"BT /F 14 Tf %d %d Td (%b) Tj ET\n" % (x, y, words.encode())


def piece_of(tmp_path: Path, data: bytes, fonts: Path) -> Piece:
    source = tmp_path / "source.pdf"
    source.write_bytes(data)
    return gate.to_piece(source, tmp_path / "piece.pdf", name="a.pdf", office=None, fonts=fonts)


def burned(tmp_path: Path, data: bytes, fonts: Path, *areas: Area) -> bytes:
    piece = piece_of(tmp_path, data, fonts)
    shape = scrutiny.look(piece, name="a.pdf").shape
    made = scrutiny.redacted(piece, areas, shape, tmp_path / "out.pdf", typeface(fonts).regular, name="a.pdf")
    assert isinstance(made.pdf, Path)
    assert made.pages == len(pypdfium2.PdfDocument(made.pdf))
    return made.pdf.read_bytes()


def everything(data: bytes) -> bytes:
    """The file as it is, and every stream of it unpacked: pictures too."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = [item for item in opened.objects if isinstance(item, Stream)]
        raw = [each.read_raw_bytes() for each in streams]
        return b"\n".join([data, *raw, *(e.read_bytes() for e in streams if e.get(Name.Filter) != Name.DCTDecode)])


def drawn(data: bytes, page: int = 0, scale: float = 2.0) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(data)[page].render(scale=scale).to_pil().convert("L")
    return picture


def inside(picture: Image.Image, area: Area) -> Image.Image:
    across, down = picture.width / 10_000, picture.height / 10_000
    box = (area.left * across, area.top * down, (area.left + area.width) * across, (area.top + area.height) * down)
    return picture.crop((round(box[0]) + 1, round(box[1]) + 1, round(box[2]) - 1, round(box[3]) - 1))


def darkest(picture: Image.Image, area: Area) -> int:
    return min(at for at, count in enumerate(inside(picture, area).histogram()) if count)


def lightest(picture: Image.Image, area: Area) -> int:
    return max(at for at, count in enumerate(inside(picture, area).histogram()) if count)


def texts(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)] + [
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages
    ]


def test_what_is_under_a_box_is_in_no_text_no_stream_and_no_pixel(tmp_path: Path, fonts: Path) -> None:
    area = Area(1, 1000, 1000, 5000, 400)
    source = pdf(text(f"Number {SECRET} end", 80, 730) + text("Seen", 80, 400), text("Second", 80, 400))
    assert SECRET in texts(source)[0]
    assert darkest(drawn(source), area) < 100

    made = burned(tmp_path, source, fonts, area)

    assert texts(made) == [""] * 4
    assert SECRET.encode() not in everything(made)
    assert lightest(drawn(made), area) < 40
    assert darkest(drawn(made), Area(1, 1000, 4900, 3000, 500)) < 100  # the rest can be read


def test_a_box_lies_where_it_was_drawn_on_a_turned_and_cropped_page(tmp_path: Path, fonts: Path) -> None:
    # Shown: the middle of the sheet, turned by 90 degrees, 400 points wide and 300 high.
    square = b"0 g 150 250 20 20 re f\n"
    source = pdf(square, Rotate=90, CropBox=Array([100, 200, 400, 600]))
    seen = drawn(source)
    left, top, right, bottom = seen.point(lambda value: 255 * (value < 128)).getbbox() or (0, 0, 0, 0)
    area = Area(
        1, left * 10_000 // seen.width - 50, top * 10_000 // seen.height - 50,
        (right - left) * 10_000 // seen.width + 100, (bottom - top) * 10_000 // seen.height + 100, "",
    )  # fmt: skip
    made = drawn(burned(tmp_path, source, fonts, area))
    assert made.size == seen.size
    assert lightest(made, area) < 40
    whole = made.point(lambda value: 255 * (value < 128)).getbbox()
    assert whole is not None
    assert abs(whole[0] - left) < 12
    assert abs(whole[3] - bottom) < 12


@pytest.mark.parametrize(
    "hidden",
    [
        b"BT 3 Tr /F 14 Tf 80 700 Td (%b) Tj ET\n" % SECRET.encode(),  # invisible
        text(SECRET, 80, 700) + b"0 g 70 690 200 30 re f\n",  # painted over
        text(SECRET, 80, 2000),  # beyond the sheet
        b"1 g " + text(SECRET, 80, 700),  # white on white
    ],
)
def test_a_page_without_any_area_carries_no_unseen_words_either(tmp_path: Path, fonts: Path, hidden: bytes) -> None:
    made = burned(tmp_path, pdf(hidden + text("Seen", 80, 400)), fonts)
    assert SECRET.encode() not in everything(made)
    assert not any(SECRET in words for words in texts(made))


def test_nothing_of_the_source_but_its_pictures_comes_along(tmp_path: Path, fonts: Path) -> None:
    with pikepdf.open(io.BytesIO(pdf(text("Seen", 80, 400)))) as source:
        source.attachments["secret.txt"] = SECRET.encode()
        source.docinfo["/Title"] = SECRET
        with source.open_metadata() as metadata:
            metadata["dc:description"] = SECRET
        with source.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(SECRET, 0))
        page = source.pages[0].obj
        page.PieceInfo = Dictionary(App=Dictionary(Private=Stream(source, SECRET.encode())))
        page.Thumb = Stream(source, SECRET.encode())
        page.Metadata = Stream(source, SECRET.encode())
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=SECRET)
        page.Annots = Array([source.make_indirect(note)])
        out = io.BytesIO()
        source.save(out)
    made = burned(tmp_path, out.getvalue(), fonts, Area(1, 0, 0, 100, 100))
    assert SECRET.encode() not in everything(made)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert set(opened.pages[0].obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
        assert set(opened.Root.keys()) <= {"/Type", "/Pages"}
        assert "/Info" not in opened.trailer


def test_a_photograph_loses_its_own_data_and_what_is_hidden(tmp_path: Path, fonts: Path) -> None:
    photo = Image.new("RGB", (1200, 900), "white")
    photo.paste("red", (300, 300, 600, 500))
    exif = Image.Exif()
    exif[0x010E] = SECRET
    path = tmp_path / "a.jpg"
    photo.save(path, exif=exif, comment=SECRET.encode())
    piece = gate.to_piece(path, tmp_path / "piece.pdf", name="a.jpg", office=None, fonts=fonts)
    look = scrutiny.look(piece, name="a.jpg")
    whole = Area(1, 0, 0, 10_000, 10_000)
    made = scrutiny.redacted(piece, [whole], look.shape, tmp_path / "o.pdf", typeface(fonts).regular, name="a.jpg")
    assert isinstance(made.pdf, Path)
    assert SECRET.encode() not in everything(made.pdf.read_bytes())
    assert lightest(drawn(made.pdf.read_bytes()), whole) < 40


def test_the_kind_is_written_in_a_box_that_has_room_for_it(tmp_path: Path, fonts: Path) -> None:
    large, small = Area(1, 1000, 1000, 5000, 500, "เลขประจำตัวประชาชน"), Area(1, 1000, 4000, 300, 100, "ศาสนา")
    made = drawn(burned(tmp_path, pdf(b"", b""), fonts, large, small), scale=200 / 72)
    assert lightest(made, large) > 200
    assert lightest(made, small) < 60


def test_colour_is_kept_where_there_is_some(tmp_path: Path, fonts: Path) -> None:
    made = burned(tmp_path, pdf(b"1 0 0 rg 100 100 200 200 re f\n", text("Grey", 80, 400)), fonts)
    with pikepdf.open(io.BytesIO(made)) as opened:
        spaces = [page.obj.Resources.XObject.P.ColorSpace for page in opened.pages]
    assert spaces == [Name.DeviceRGB, Name.DeviceGray]


def test_pages_other_than_those_that_were_looked_at_are_not_redacted(tmp_path: Path, fonts: Path) -> None:
    piece = piece_of(tmp_path, pdf(text("One", 80, 400)), fonts)
    shape = scrutiny.look(piece_of(tmp_path, pdf(b"", b""), fonts), name="a.pdf").shape
    piece = piece_of(tmp_path, pdf(text("One", 80, 400)), fonts)
    with pytest.raises(EvidenceRefused, match="ไม่เหมือนตอนที่ตรวจ"):
        scrutiny.redacted(piece, [], shape, tmp_path / "o.pdf", typeface(fonts).regular, name="a.pdf")


def test_a_sheet_of_any_size_stays_within_bounds(tmp_path: Path, fonts: Path) -> None:
    with pikepdf.new() as source:
        for size in ((3, 3), (14_400, 14_400), (20, 14_400)):
            source.add_blank_page(page_size=size)
        out = io.BytesIO()
        source.save(out)
    made = burned(tmp_path, out.getvalue(), fonts, *(Area(n, 0, 0, 10_000, 10_000) for n in (1, 2, 3)))
    with pikepdf.open(io.BytesIO(made)) as opened:
        pictures = [page.obj.Resources.XObject.P for page in opened.pages]
        assert max(int(each.Width) * int(each.Height) for each in pictures) <= 16_100_000


@pytest.mark.parametrize("words", [SECRET, SPACED])
def test_a_national_id_number_in_the_text_is_proposed_where_it_stands(tmp_path: Path, fonts: Path, words: str) -> None:
    source = pdf(text("Nobody 1234567890123", 80, 700), text(f"Number {words} end", 80, 730))
    look = scrutiny.look(piece_of(tmp_path, source, fonts), name="a.pdf")
    ((page, box),) = look.found
    assert page == 2
    area = Area(page, *box)
    assert 700 < box.top < 1500
    assert darkest(drawn(source, 1), area) < 100
    made = burned(tmp_path, source, fonts, area)
    rest = drawn(made, 1).point(lambda value: 255 * (value < 128)).getbbox()
    assert rest is not None
    assert lightest(drawn(made, 1), area) < 60


def test_what_is_proposed_on_a_turned_page_lies_on_the_number(tmp_path: Path, fonts: Path) -> None:
    source = pdf(text(f"Number {SECRET}", 80, 730), Rotate=270)
    ((_, box),) = scrutiny.look(piece_of(tmp_path, source, fonts), name="a.pdf").found
    assert darkest(drawn(source), Area(1, *box)) < 100
    assert box.height > box.width / 2  # it runs upwards


def test_a_document_that_a_program_sets_is_hidden_as_it_was_seen_and_not_when_its_lines_moved(
    tmp_path: Path, fonts: Path, office: Callable[[bytes, str], bytes]
) -> None:
    def set_(words: str) -> Piece:
        source = tmp_path / "a.odt"
        source.write_bytes(odt(words))
        return gate.to_piece(source, tmp_path / "piece.pdf", name="a.odt", office=office, fonts=fonts)

    font, area = typeface(fonts).regular, Area(1, 0, 0, 10_000, 1500)
    piece = set_(f"Number {SECRET}")
    look = scrutiny.look(piece, name="a.odt")
    assert [(page, box.top < 1500) for page, box in look.found] == [(1, True)]
    made = scrutiny.redacted(piece, [area], look.shape, tmp_path / "o.pdf", font, name="a.odt")
    assert isinstance(made.pdf, Path)
    assert SECRET.encode() not in everything(made.pdf.read_bytes())
    with pytest.raises(EvidenceRefused, match="ไม่เหมือนตอนที่ตรวจ"):
        scrutiny.redacted(set_(f"More. Number {SECRET}"), [area], look.shape, tmp_path / "o.pdf", font, name="a.odt")
