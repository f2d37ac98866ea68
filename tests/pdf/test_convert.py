"""One evidence file becomes pages, or a refusal that says why in Thai."""

from __future__ import annotations

import io
import pickle

import pikepdf
import pytest
from evidence_files import FOUR_CORNERS, Evidence, corners, render
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms

from docservice.errors import EngineUnavailable, EvidenceRefused, FontSubstituted
from docservice.pdf.book import SourceFile
from docservice.pdf.convert import Piece, to_piece
from docservice.pdf.text import page_texts


def piece(file: SourceFile, **options: object) -> Piece:
    return to_piece(file.path, name=file.name, **{"office": None, **options})


def refusal(file: SourceFile, **options: object) -> EvidenceRefused:
    with pytest.raises(EvidenceRefused) as refused:
        piece(file, **options)
    assert file.name in refused.value.message
    assert refused.value.remedy
    assert refused.value.english
    return refused.value


def near(colour: tuple[int, ...], other: tuple[int, ...], apart: int = 40) -> bool:
    return all(abs(a - b) < apart for a, b in zip(colour, other, strict=True))


def seen_corners(pdf: bytes) -> list[tuple[int, ...]]:
    """The colours a reader sees in the corners of the picture on the page."""
    page = render(pdf)
    picture = page.crop(_ink(page))
    w, h = picture.size
    spots = ((w // 8, h // 8), (w * 7 // 8, h // 8), (w // 8, h * 7 // 8), (w * 7 // 8, h * 7 // 8))
    return [picture.getpixel(spot) for spot in spots]


def _ink(page: Image.Image) -> tuple[int, int, int, int]:
    return page.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()


# PDF


def test_a_sound_pdf_is_passed_on_untouched(evidence: Evidence) -> None:
    file = evidence.thai("ใบสมัคร.pdf", "ใบสมัครเข้าร่วมการพัฒนา", "หน้าสอง")
    assert piece(file) == Piece(file.path, 2, "application/pdf")


def test_a_pdf_named_jpg_is_read_as_the_pdf_it_is(evidence: Evidence) -> None:
    assert piece(evidence.blank("photo.jpg", 3)).pages == 3


def test_a_piece_can_travel_between_processes(evidence: Evidence) -> None:
    made = piece(evidence.blank("a.pdf"))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 -- our own bytes


def test_a_locked_pdf_is_refused_as_locked(evidence: Evidence) -> None:
    assert "รหัสผ่าน" in refusal(evidence.locked("ทะเบียนบ้าน.pdf")).message


def test_a_pdf_locked_against_editing_only_is_read(evidence: Evidence) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    file = evidence.save("a.pdf", pdf, encryption=pikepdf.Encryption(user="", owner="owner"))
    made = piece(file)
    assert made.pages == 1
    assert not made.repaired


def test_an_empty_file_is_refused_as_empty(evidence: Evidence) -> None:
    assert "ว่างเปล่า" in refusal(evidence.raw("a.pdf", b"")).message


def test_a_file_that_vanished_is_refused(evidence: Evidence) -> None:
    assert "เปิดไฟล์" in refusal(SourceFile("gone.pdf", evidence.folder / "gone.pdf")).message


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.bin", b"hello\x00\x01hello", "ไม่รู้จัก"),
        ("a.docx", b"PK\x03\x04 not a package", "Office"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(50), "รุ่นเก่า"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(20), "วิดีโอ"),
        ("a.pdf", b"<!DOCTYPE html><html><body>login</body></html>", "หน้าเว็บ"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "โปรแกรม"),
    ],
)
def test_an_unknown_type_is_refused_by_its_kind(evidence: Evidence, name: str, data: bytes, word: str) -> None:
    assert word in refusal(evidence.raw(name, data)).message


def test_a_damaged_pdf_is_refused_as_damaged(evidence: Evidence) -> None:
    assert "เสียหาย" in refusal(evidence.raw("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8)).message


def test_a_pdf_cut_off_in_the_middle_is_refused(evidence: Evidence) -> None:
    whole = evidence.blank("a.pdf", 20).path.read_bytes()
    refusal(evidence.raw("cut.pdf", whole[: len(whole) // 4]))


def test_a_pdf_without_pages_is_refused(evidence: Evidence) -> None:
    assert "ไม่มีหน้า" in refusal(evidence.save("a.pdf", pikepdf.new())).message


def test_a_pdf_of_too_many_pages_is_refused_with_its_number_in_thai(evidence: Evidence) -> None:
    assert "๒๐๐๑" in refusal(evidence.blank("a.pdf", 2001)).message


def test_a_pdf_that_had_to_be_repaired_says_so(evidence: Evidence) -> None:
    whole = evidence.blank("a.pdf", 2).path.read_bytes()
    broken = evidence.raw("broken.pdf", whole.replace(b"startxref\n", b"startxref\n9"))
    made = piece(broken)
    assert made.repaired
    assert made.pages == 2
    assert "ซ่อม" in made.notes[0]


def test_a_page_that_only_one_reader_finds_is_a_refusal_not_a_loss(evidence: Evidence) -> None:
    pdf = pikepdf.new()
    for _ in range(3):
        pdf.add_blank_page()
    whole = evidence.save("a.pdf", pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable).path.read_bytes()
    kids = whole[whole.index(b"/Kids [") : whole.index(b"]", whole.index(b"/Kids ["))]
    last = kids.split()[-3:]
    hidden = whole.replace(b" ".join(last), b"null".ljust(len(b" ".join(last))))
    assert "เสียหาย" in refusal(evidence.raw("hidden.pdf", hidden)).message


# Word


def test_a_word_file_goes_through_the_office(evidence: Evidence, office: object) -> None:
    made = piece(evidence.word("รายงาน.docx", "รายงานการประชุมกลุ่มทอผ้า"), office=office)
    assert made.pages == 1
    assert "wordprocessingml" in made.media_type
    assert "รายงานการประชุมกลุ่มทอผ้า" in page_texts(made.pdf)[0]


def test_a_word_file_without_an_office_is_refused(evidence: Evidence) -> None:
    assert "Word" in refusal(evidence.word("a.docx", "ก")).message


def test_what_the_office_refuses_becomes_the_reason(evidence: Evidence) -> None:
    def refuse(_data: bytes, _title: str) -> bytes:
        raise FontSubstituted("ฟอนต์ถูกแทน")

    assert "ฟอนต์ถูกแทน" in refusal(evidence.word("a.docx", "ก"), office=refuse).message


def test_an_office_that_is_away_is_not_the_fault_of_the_file(evidence: Evidence) -> None:
    def away(_data: bytes, _title: str) -> bytes:
        raise EngineUnavailable("LibreOffice ไม่ตอบ")

    with pytest.raises(EngineUnavailable):
        piece(evidence.word("a.docx", "ก"), office=away)


# Images


def test_jpeg_bytes_are_passed_through(evidence: Evidence) -> None:
    file = evidence.photo(quality=90)
    with pikepdf.open(io.BytesIO(piece(file).pdf)) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert image.read_raw_bytes() == file.path.read_bytes()


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [(1, (0, 1, 2, 3)), (3, (3, 2, 1, 0)), (6, (2, 0, 3, 1)), (8, (1, 3, 0, 2)), (9, (0, 1, 2, 3))],
)
def test_a_photo_stands_as_the_camera_was_held(evidence: Evidence, orientation: int, expected: tuple[int, ...]) -> None:
    made = piece(evidence.photo(orientation=orientation, quality=90))
    assert isinstance(made.pdf, bytes)
    seen = seen_corners(made.pdf)
    assert all(near(colour, FOUR_CORNERS[at]) for colour, at in zip(seen, expected, strict=True))


def test_a_photo_lies_on_a4_turned_its_way_with_a_margin(evidence: Evidence) -> None:
    page = render(piece(evidence.photo()).pdf, scale=1.0)
    assert page.size == (842, 596)
    left, top, right, bottom = _ink(page)
    assert min(left, top, page.width - right, page.height - bottom) >= 40


def test_a_scan_of_a4_fills_the_page(evidence: Evidence) -> None:
    page = render(piece(evidence.image("scan.jpg", Image.new("RGB", (1240, 1754), "navy"))).pdf, scale=1.0)
    assert _ink(page) == (0, 0, *page.size)


def test_a_small_portrait_is_not_blown_up(evidence: Evidence) -> None:
    page = render(piece(evidence.image("small.jpg", Image.new("RGB", (300, 400), "navy"))).pdf, scale=1.0)
    left, _, right, _ = _ink(page)
    assert right - left < 210


def test_a_truncated_jpeg_is_refused(evidence: Evidence) -> None:
    whole = evidence.photo().path.read_bytes()
    assert "เสียหาย" in refusal(evidence.raw("cut.jpg", whole[: len(whole) // 2])).message


def test_the_gain_map_behind_a_phone_photo_is_not_a_page(evidence: Evidence) -> None:
    picture = corners()
    file = evidence.image("phone.jpg", picture, format="MPO", save_all=True, append_images=[picture.convert("L")])
    assert piece(file).pages == 1


def test_a_cmyk_jpeg_becomes_rgb(evidence: Evidence) -> None:
    made = piece(evidence.image("press.jpg", corners().convert("CMYK"), quality=95))
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert image.ColorSpace == Name.DeviceRGB
    assert near(seen_corners(made.pdf)[0], FOUR_CORNERS[0], 70)


def test_a_cmyk_jpeg_with_an_unusable_profile_still_becomes_rgb(evidence: Evidence) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert piece(evidence.image("press.jpg", corners().convert("CMYK"), icc_profile=srgb)).pages == 1


def test_transparency_is_laid_on_white(evidence: Evidence) -> None:
    picture = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    picture.paste((200, 0, 0, 255), (200, 100, 400, 300))
    page = render(piece(evidence.image("logo.png", picture)).pdf)
    assert page.getpixel((page.width // 2, page.height // 2)) == (200, 0, 0)
    assert page.getpixel((5, 5)) == (255, 255, 255)
    assert page.getpixel((page.width // 2, page.height // 8)) == (255, 255, 255)


def test_a_palette_with_a_see_through_colour_is_laid_on_white(evidence: Evidence) -> None:
    picture = Image.new("P", (600, 400), 0)
    picture.putpalette([0, 0, 0, 200, 0, 0])
    page = render(piece(evidence.image("palette.png", picture, transparency=0)).pdf)
    assert _ink(page) is None


def test_sixteen_bit_grey_keeps_its_tones(evidence: Evidence) -> None:
    picture = Image.new("I;16", (600, 400), 0x8000)
    page = render(piece(evidence.image("deep.png", picture)).pdf)
    assert near(page.getpixel((page.width // 2, page.height // 2)), (128, 128, 128), 4)


def test_every_page_of_a_fax_is_there(evidence: Evidence) -> None:
    pages = [Image.new("1", (1240, 1754), at % 2) for at in range(3)]
    file = evidence.image("fax.tif", pages[0], save_all=True, append_images=pages[1:], compression="group4")
    assert piece(file).pages == 3


def test_a_tiff_with_transparent_pages_keeps_its_pages(evidence: Evidence) -> None:
    pages = [Image.new("RGBA", (300, 200), (0, 0, 200, 90 * at)) for at in range(3)]
    assert piece(evidence.image("a.tif", pages[0], save_all=True, append_images=pages[1:])).pages == 3


def test_an_image_of_monstrous_size_is_refused(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert "ใหญ่เกินไป" in refusal(evidence.photo()).message


# Forms and things that act by themselves


def test_values_of_a_form_stay_visible(evidence: Evidence, fonts: object) -> None:
    file = evidence.form("form.pdf", {"name": "Somchai", "place": "บ้านหนองแสง หมู่ที่ ๕"})
    made = piece(file, fonts=fonts)
    assert isinstance(made.pdf, bytes)
    (text,) = page_texts(made.pdf)
    assert "Somchai" in text
    assert "บ้านหนองแสง หมู่ที่ ๕" in text
    assert made.notes == ()


def test_each_of_several_values_chosen_in_a_list_stays_visible(evidence: Evidence, fonts: object) -> None:
    made = evidence.form("form.pdf", {"crops": "x"})
    with pikepdf.open(made.path, allow_overwriting_input=True) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        field.FT, field.Ff, field.V = Name.Ch, 1 << 21, Array(["r", "ผัก"])
        field.Opt = Array([Array(["r", "ข้าว"]), "ผัก", "ยาง"])
        pdf.save(made.path)
    shown = page_texts(piece(made, fonts=fonts).pdf)[0].split()
    assert shown == ["ข้าว", "ผัก"]
    assert any("crops" in note for note in piece(made).notes)


def test_the_newest_value_of_a_form_is_shown_not_the_outdated_drawing(evidence: Evidence, fonts: object) -> None:
    made = piece(evidence.form("form.pdf", {"name": "new", "place": "ใหม่"}, stale="old"), fonts=fonts)
    (text,) = page_texts(made.pdf)
    assert "old" not in text
    assert "ใหม่" in text


def test_a_thai_value_that_cannot_be_drawn_is_told(evidence: Evidence) -> None:
    made = piece(evidence.form("form.pdf", {"ชื่อ": "สมชาย"}))
    assert made.repaired
    assert "ชื่อ" in made.notes[0]


def test_nothing_that_acts_by_itself_is_left(evidence: Evidence) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    launch = Dictionary(S=Name.Launch, F="calc.exe", Next=script)
    web = Dictionary(S=Name.URI, URI="https://example.go.th/", Next=launch)
    links = [
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        for action in (web, launch, script, Dictionary(S=Name.URI, URI="javascript:alert(1)"))
    ]
    attached = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
    page.obj.Annots = Array([pdf.make_indirect(annotation) for annotation in (*links, attached)])
    page.obj.AA = Dictionary(O=script)
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
    pdf.attachments["secret.txt"] = b"secret"
    made = piece(evidence.save("a.pdf", pdf))
    assert "ตัด" in made.notes[-1]
    with pikepdf.open(io.BytesIO(made.pdf)) as clean:
        written = clean.Root.unparse() + b"".join(_unparse(item) for item in clean.objects)
        assert str(clean.pages[0].obj.Annots[0].A.URI) == "https://example.go.th/"
        assert len(clean.pages[0].obj.Annots) == 1
    for word in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/FileAttachment", b"/JS"):
        assert word not in written


def _unparse(item: pikepdf.Object) -> bytes:
    return item.unparse(resolved=True) if not isinstance(item, pikepdf.Stream) else item.stream_dict.unparse()
