"""Every kind of file districts send becomes pages; office documents do so without macros and without reaching out."""

from __future__ import annotations

import io
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
from evidence_files import FOUR_CORNERS, Evidence, corners, render
from office_files import names, odt, packed, part, with_parts, xlsx
from PIL import Image

from docservice.errors import EvidenceRefused
from docservice.pdf import officefile, sniff
from docservice.pdf.book import SourceFile
from docservice.pdf.convert import Piece, to_piece
from docservice.pdf.text import page_texts

Office = Callable[[bytes, str], bytes]


def piece(file: SourceFile, **options: object) -> Piece:
    return to_piece(file.path, name=file.name, office=options.pop("office", None), **options)


def shows_all_corners(made: Piece) -> bool:
    page = render(made.pdf)
    colours = {page.getpixel((x, y)) for x in range(0, page.width, 4) for y in range(0, page.height, 4)}
    return all(
        any(sum(abs(a - b) for a, b in zip(one, each, strict=True)) < 40 for one in colours) for each in FOUR_CORNERS
    )


# Pictures


@pytest.mark.parametrize("ending", ["webp", "gif", "png", "tif", "jpg"])
def test_a_picture_of_any_kind_is_a_page(evidence: Evidence, ending: str) -> None:
    made = piece(evidence.image(f"photo.{ending}", corners((400, 300))))
    assert made.pages == 1
    assert shows_all_corners(made)


def test_a_photograph_of_an_iphone_is_a_page(evidence: Evidence) -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(corners((400, 300))).save(out)
    made = piece(evidence.raw("IMG_0001.HEIC", out.getvalue()))
    assert made.media_type == sniff.HEIC
    assert shows_all_corners(made)


def test_a_photograph_of_an_iphone_that_is_cut_off_is_refused(evidence: Evidence) -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(corners((400, 300))).save(out)
    with pytest.raises(EvidenceRefused, match="เสียหาย"):
        piece(evidence.raw("IMG.HEIC", out.getvalue()[: len(out.getvalue()) // 2]))


@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_of_moving_pictures_the_first_is_shown(evidence: Evidence, ending: str) -> None:
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("red", "lime", "blue")]
    file = evidence.image(f"a.{ending}", frames[0], save_all=True, append_images=frames[1:], lossless=True)
    page = render(piece(file).pdf)
    assert piece(file).pages == 1
    assert page.getpixel((page.width // 2, page.height // 2))[0] > 200


def test_sixteen_bits_and_transparency_together_lie_on_white(evidence: Evidence) -> None:
    rows = b"".join(b"\x00" + (b"\xff\xff\x00\x00\x00\x00\x80\x00" * 20) for _ in range(20))
    page = render(piece(evidence.raw("deep.png", png(20, 20, 16, 6, rows))).pdf)
    red, green, blue = page.getpixel((page.width // 2, page.height // 2))
    assert red > 240
    assert 110 < green < 145
    assert 110 < blue < 145


def test_a_huge_photograph_keeps_every_pixel_unless_asked_otherwise(evidence: Evidence) -> None:
    file = evidence.image("a.jpg", corners((3000, 2000)))
    assert width(piece(file)) == 3000
    assert width(piece(file, longest_side=1500)) == 1500
    assert width(piece(file, longest_side=5000)) == 3000


def width(made: Piece) -> int:
    with pikepdf.open(io.BytesIO(made.pdf) if isinstance(made.pdf, bytes) else made.pdf) as pdf:
        return int(next(iter(pdf.pages[0].get_images().values())).Width)


def png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    """A PNG that Pillow cannot write itself."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([bits, colour, 0, 0, 0])
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


# Plain text


@pytest.mark.parametrize("how", ["utf-8", "utf-8-sig", "utf-16", "cp874"])
def test_plain_text_in_any_thai_encoding_is_read(evidence: Evidence, fonts: Path, how: str) -> None:
    file = evidence.raw("บันทึก.txt", "ที่ประชุมมีมติเห็นชอบ\r\nผู้ใหญ่ปู่น้ำใจ".encode(how))
    made = piece(file, fonts=fonts)
    (text,) = page_texts(made.pdf)
    assert text.split("\n")[:2] == ["ที่ประชุมมีมติเห็นชอบ", "ผู้ใหญ่ปู่น้ำใจ"]
    assert not made.repaired


def test_plain_text_is_never_markup(evidence: Evidence, fonts: Path) -> None:
    made = piece(evidence.raw("a.txt", b'#panic("x") $x$ *b*\n= head'), fonts=fonts)
    assert '#panic("x") $x$ *b*' in page_texts(made.pdf)[0]


def test_letters_that_cannot_be_shown_are_counted(evidence: Evidence, fonts: Path) -> None:
    made = piece(evidence.raw("a.txt", "ก漢字ข".encode()), fonts=fonts)
    assert made.repaired
    assert "๒ ตัว" in made.notes[0]


def test_a_book_length_text_is_refused(evidence: Evidence, fonts: Path) -> None:
    with pytest.raises(EvidenceRefused, match="ยาวเกินกำหนด"):
        piece(evidence.raw("a.txt", b"line\n" * 200_000), fonts=fonts)


# Office documents


def test_an_opendocument_text_is_read(evidence: Evidence, office: Office) -> None:
    made = piece(evidence.raw("a.bin", odt("รายงานการประชุมกลุ่มทอผ้า")), office=office)
    assert made.media_type == sniff.ODT
    assert "รายงานการประชุมกลุ่มทอผ้า" in page_texts(made.pdf)[0]


def test_a_wide_workbook_fits_the_width_of_its_page(evidence: Evidence, office: Office) -> None:
    made = piece(evidence.raw("ทะเบียน.xlsx", xlsx(tuple(f"ช่องที่ {at}" for at in range(25)), ("ก", 2))), office=office)
    assert made.media_type == sniff.XLSX
    assert made.pages == 1
    assert "ช่องที่ 24" in page_texts(made.pdf)[0]


@pytest.fixture
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this machine, and what was asked of it."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    asked.append(client.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.png", asked
        ended.set()
        thread.join()


def test_no_office_document_reaches_out(evidence: Evidence, office: Office, outside: tuple[str, list[bytes]]) -> None:
    address, asked = outside
    files = (
        evidence.raw("a.odt", odt("ก", picture=address)),
        evidence.raw("b.docx", linked_word(evidence, address)),
        evidence.raw("c.xlsx", xlsx((f'=WEBSERVICE("{address}")', 1))),
    )
    for file in files:
        assert piece(file, office=office).pages == 1
    assert asked == []


def linked_word(evidence: Evidence, address: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="{address}" TargetMode="External"/></Relationships>'
    )
    word = evidence.word("plain.docx", "ก").path.read_bytes()
    return with_parts(word, **{"word___rels__document.xml.rels": rels, "word__vbaProject.bin": "macro"})


def test_macros_and_what_leads_outside_are_taken_out(evidence: Evidence) -> None:
    word = with_parts(evidence.word("a.docx", "ก").path.read_bytes(), **{"word__vbaProject.bin": "macro"})
    made = officefile.clean(evidence.raw("m.docx", word).path, sniff.DOCX, name="m.docx")
    assert "word/vbaProject.bin" not in names(made)
    made = officefile.clean(evidence.raw("m.odt", odt("ก", picture="file:///etc/passwd")).path, sniff.ODT, name="m.odt")
    assert b"passwd" not in part(made, "content.xml")
    assert b"scripts" not in part(made, "content.xml")


def test_hyperlinks_stay(evidence: Evidence) -> None:
    link = '<text:a xlink:href="https://example.go.th/" xlink:type="simple">ลิงก์</text:a>'
    made = officefile.clean(evidence.raw("a.odt", odt(link)).path, sniff.ODT, name="a.odt")
    assert b"https://example.go.th/" in part(made, "content.xml")


def test_entities_in_an_office_document_are_refused(evidence: Evidence) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(EvidenceRefused, match="เสียหาย"):
        piece(evidence.raw("a.odt", with_parts(odt("ก"), **{"content.xml": bomb})), office=lambda data, _title: data)


def test_an_office_document_that_unpacks_beyond_measure_is_refused(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officefile, "_MOST_BYTES", 1000)
    with pytest.raises(EvidenceRefused, match="ใหญ่เกินไป"):
        piece(evidence.raw("a.xlsx", xlsx(("ก" * 2000,))))


def test_a_zip_that_is_no_document_is_refused(evidence: Evidence) -> None:
    with pytest.raises(EvidenceRefused, match="ZIP"):
        piece(evidence.raw("a.docx", packed({"a.txt": "ก"})))
