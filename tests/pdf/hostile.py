"""Files that break readers, made by code: each maker gives bytes and how the file must end in a book.

``IN``: in the book; ``CHECK``: in the book, a person is asked to compare; ``OUT``: a placeholder with its reason.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
import pillow_heif
from evidence_files import corners
from office_files import odt, packed, with_parts
from pikepdf import Array, Dictionary, Name
from PIL import Image

IN, CHECK, OUT = "in-book", "repaired", "placeholder"


@dataclass(frozen=True)
class Hostile:
    """One file of the set: ``pages`` in the book, and a word its reason holds."""

    name: str
    make: Callable[[], bytes]
    state: str
    pages: int = 1
    word: str = ""


def blank(pages: int = 3, **saving: object) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return saved(pdf, **saving)


def saved(pdf: pikepdf.Pdf, **saving: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **saving)
    return out.getvalue()


def by_hand(*objects: bytes, size: int = 0) -> bytes:
    """A PDF of the given objects, 1 0 onwards, the first being the catalogue; offsets are right."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (size or len(objects) + 1, table))


def page_with(content: bytes, **keys: object) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.Contents = pdf.make_stream(content)
    for key, value in keys.items():
        page.obj[Name(f"/{key}")] = value
    return saved(pdf)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"


def encrypted(user: str) -> bytes:
    return blank(encryption=pikepdf.Encryption(user=user, owner="owner"))


def broken_table() -> bytes:
    return blank().replace(b"startxref\n", b"startxref\n9")


def null_kid() -> bytes:
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 3/Kids[3 0 R null 4 0 R]>>", PAGE, PAGE)


def looped_tree() -> bytes:
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 2/Kids[3 0 R 2 0 R]/Parent 2 0 R>>", PAGE)


def boasting_count() -> bytes:
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>", PAGE)


def deep() -> bytes:
    nested = b"[" * 200_000 + b"]" * 200_000
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE[:-2] + b"/Deep " + nested + b">>")


def many_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(100_000))
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 100000/Kids[%b]>>" % kids, PAGE)


def bomb(layers: int, size: int) -> bytes:
    """A page whose content unpacks to ``size`` bytes of drawing operators, packed ``layers`` times."""
    data = b"0 0 m 9 9 l S\n" * (size // 14)
    for _ in range(layers):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * layers
    stream = b"<</Filter[%b]/Length %d>>\nstream\n%b\nendstream" % (filters, len(data), data)
    page = PAGE[:-2] + b"/Contents 4 0 R>>"
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream)


def without_box(box: object = None) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    del page.obj[Name.MediaBox]
    if box is not None:
        page.obj.MediaBox = box
    return saved(pdf)


def acting() -> bytes:
    """Scripts, launches, films and attached files, everywhere they may stand."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    launch = Dictionary(S=Name.Launch, F="calc.exe", Next=script)
    kinds = (Name.RichMedia, Name.Screen, Name.Movie, Name.FileAttachment, Name("/3D"))
    notes = [Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array([0, 0, 9, 9]), A=launch) for kind in kinds]
    notes += [
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        for action in (
            launch,
            script,
            Dictionary(S=Name.SubmitForm, F="https://x"),
            Dictionary(S=Name.GoToR, F="a.pdf"),
        )
    ]
    page.obj.Annots = Array([pdf.make_indirect(note) for note in notes])
    page.obj.AA = Dictionary(O=script, C=launch)
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
    pdf.attachments["secret.txt"] = b"secret"
    return saved(pdf)


def xfa() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp:xdp/>"))
    return saved(pdf)


def outlined() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("ข้างใน", 0))
    return saved(pdf)


def image(kind: str, **saving: object) -> bytes:
    out = io.BytesIO()
    corners((400, 300)).save(out, kind, **saving)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def endless_tiff() -> bytes:
    """A TIFF whose list of pages leads back to its beginning."""
    whole = bytearray(image("TIFF"))
    start = struct.unpack("<I", whole[4:8])[0]
    entries = struct.unpack("<H", whole[start : start + 2])[0]
    whole[start + 2 + 12 * entries : start + 6 + 12 * entries] = struct.pack("<I", start)
    return bytes(whole)


def heic(share: float = 1.0) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(corners((200, 150))).save(out)
    return out.getvalue()[: int(len(out.getvalue()) * share)]


def photo_with_turn(turn: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turn
    return image("JPEG", exif=exif)


def zip_bomb_document() -> bytes:
    return with_parts(
        odt("ก"), **{"content.xml": "<a>" + "ก" * 2_000_000 + "</a>", "x__" + "y" * 10: "z" * 300_000_000}
    )


def entities() -> bytes:
    growing = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return with_parts(odt("ก"), **{"content.xml": f'<!DOCTYPE x [<!ENTITY a0 "ก">{growing}]><x>&a9;</x>'})


def for_certificates() -> bytes:
    lock = b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/Length 128>>"
    whole = by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE, lock)
    return whole.replace(b"trailer<<", b"trailer<</Encrypt 4 0 R/ID[<00><00>]")


def without_root() -> bytes:
    """One reader looks for a catalogue and finds it, the other does not."""
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE).replace(b"/Root 1 0 R", b"/Rott 1 0 R")


def looped_tables() -> bytes:
    """A cross-reference table that names itself as the one before."""
    whole = by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", PAGE)
    table = whole.rpartition(b"startxref\n")[2].split()[0]
    return whole.replace(b"trailer<<", b"trailer<</Prev %b" % table)


def broken_packing() -> bytes:
    stream = b"<</Filter/LZWDecode/Length 6>>\nstream\n\xff\xff\xff\xff\xff\xff\nendstream"
    page = PAGE[:-2] + b"/Contents 4 0 R>>"
    return by_hand(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream)


def shared_note() -> bytes:
    """One annotation, with an appearance, on two pages of different turns."""
    pdf = pikepdf.new()
    drawn = pdf.make_stream(b"0 0 9 9 re f")
    drawn.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])))
    note = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([9, 9, 99, 99]), AP=Dictionary(N=drawn), F=4)
    )
    for turn in (0, 90):
        page = pdf.add_blank_page()
        page.obj.Annots = Array([note])
        page.obj.Rotate = turn
    return saved(pdf)


def dot(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, kind)
    return out.getvalue()


SET = (
    Hostile("รหัสผ่าน.pdf", lambda: encrypted("secret"), OUT, word="รหัสผ่าน"),
    Hostile("รหัสเจ้าของ.pdf", lambda: encrypted(""), IN, 3),
    Hostile("ตัดครึ่ง.pdf", lambda: blank(30)[:2000], OUT, word="เสียหาย"),
    Hostile("ตารางพัง.pdf", broken_table, CHECK, 3, "ซ่อม"),
    Hostile("ว่าง.pdf", lambda: b"", OUT, word="ว่างเปล่า"),
    Hostile("zip.pdf", lambda: packed({"a.txt": "ก"}), OUT, word="ZIP"),
    Hostile("เว็บ.pdf", lambda: b"<!DOCTYPE html><html><body>login</body></html>", OUT, word="หน้าเว็บ"),
    Hostile("ไม่มีหน้า.pdf", lambda: saved(pikepdf.new()), OUT, word="ไม่มีหน้า"),
    Hostile("ซ้อนลึก.pdf", deep, OUT, word="เสียหาย"),
    Hostile("หน้าว่าง.pdf", null_kid, OUT, word="เสียหาย"),
    Hostile("วนรอบ.pdf", looped_tree, OUT, word="เสียหาย"),
    Hostile("อวดจำนวน.pdf", boasting_count, CHECK, word="ซ่อม"),
    Hostile("แสนหน้า.pdf", many_pages, OUT, word="๑๐๐๐๐๐"),
    Hostile("ระเบิด.pdf", lambda: bomb(1, 448_000_000), OUT, word="เกินกำหนด"),
    Hostile("ระเบิดสองชั้น.pdf", lambda: bomb(2, 1_000_000_000), OUT, word="เกินกำหนด"),
    Hostile("กว้างมาก.pdf", lambda: without_box(Array([0, 0, 10_000_000, 10_000_000])), IN),
    Hostile("ไม่มีขนาด.pdf", without_box, CHECK, word="ซ่อม"),
    Hostile("ขนาดศูนย์.pdf", lambda: without_box(Array([0, 0, 0, 0])), IN),
    Hostile("กลับด้าน.pdf", lambda: page_with(b"0 0 9 9 re f", Rotate=270, CropBox=Array([9, 9, 300, 400])), IN),
    Hostile("เอียง.pdf", lambda: page_with(b"0 0 9 9 re f", Rotate=45), IN),
    Hostile("เนื้อเพี้ยน.pdf", lambda: page_with(b"q q q Q ) ( << BT /F1 Tf garbage \xff\x00 ET"), IN),
    Hostile("ลงมือเอง.pdf", acting, IN, word="ตัด"),
    Hostile("xfa.pdf", xfa, CHECK, word="XFA"),
    Hostile("มีสารบัญ.pdf", outlined, IN),
    Hostile("ขยะหน้าหลัง.pdf", lambda: b"GARBAGE " * 20 + blank() + b"\x00" * 999, IN, 3),
    Hostile("ขยะล้วน.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 99, OUT, word="เสียหาย"),
    Hostile("ใบรับรอง.pdf", for_certificates, OUT, word="รหัสผ่าน"),
    Hostile("ไม่มีราก.pdf", without_root, OUT, word="เสียหาย"),
    Hostile("ตารางวน.pdf", looped_tables, CHECK, word="ซ่อม"),
    Hostile("ห่อพัง.pdf", broken_packing, CHECK, word="ซ่อม"),
    Hostile("โน้ตร่วม.pdf", shared_note, IN, 2),
    Hostile("จุดเดียว.jpg", lambda: dot("JPEG"), IN),
    Hostile("จุดเดียว.gif", lambda: dot("GIF"), IN),
    Hostile("50000.png", lambda: png_that_claims(50_000, 50_000), OUT, word="ใหญ่เกินไป"),
    Hostile("โกหก.png", lambda: png_that_claims(9000, 9000), OUT, word="เสียหาย"),
    Hostile("หมุนผิด.jpg", lambda: photo_with_turn(9), IN),
    Hostile("ครึ่งภาพ.jpg", lambda: image("JPEG")[:2500], OUT, word="เสียหาย"),
    Hostile("cmyk.jpg", lambda: _cmyk(), IN),
    Hostile("ครึ่งภาพ.heic", lambda: heic(0.5), OUT, word="เสียหาย"),
    Hostile("เต็มภาพ.pdf", heic, IN),
    Hostile("เคลื่อนไหว.webp", lambda: image("WEBP", save_all=True, append_images=[corners((400, 300))]), IN),
    Hostile("วนรอบ.tif", endless_tiff, IN),
    Hostile("ตัดหัว.gif", lambda: image("GIF")[:40], OUT, word="เสียหาย"),
    Hostile("โปรแกรม.jpg", lambda: b"MZ\x90\x00" + bytes(500), OUT, word="โปรแกรม"),
    Hostile("ของแปลก.bin", lambda: bytes(range(256)) * 4, OUT, word="ไม่รู้จัก"),
    Hostile("ระเบิด.odt", zip_bomb_document, OUT, word="ใหญ่เกินไป"),
    Hostile("เอนทิตี.odt", entities, OUT, word="เสียหาย"),
    Hostile("เก่า.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), OUT, word="รุ่นเก่า"),
)


def _cmyk() -> bytes:
    out = io.BytesIO()
    corners((400, 300)).convert("CMYK").save(out, "JPEG")
    return out.getvalue()
