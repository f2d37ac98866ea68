"""Real evidence files, made by code, and a way to look at pages: no file of a real applicant is ever needed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import typst
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from docservice.pdf.book import SourceFile

A4 = (595, 842)
FOUR_CORNERS = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (220, 200, 30))  # top left, top right, bottom left, right


@dataclass
class Evidence:
    """A folder to write evidence files into; each method returns the file as the book takes it."""

    folder: Path
    fonts: Path
    family: str

    def raw(self, name: str, data: bytes) -> SourceFile:
        path = self.folder / name
        path.write_bytes(data)
        return SourceFile(name, path)

    def save(self, name: str, pdf: pikepdf.Pdf, **options: object) -> SourceFile:
        out = io.BytesIO()
        pdf.save(out, **options)
        return self.raw(name, out.getvalue())

    def thai(self, name: str, *pages: str) -> SourceFile:
        """A PDF with one paragraph of Thai text a page."""
        source = f'#set text(font: "{self.family}", size: 16pt, lang: "th")\n' + "\n#pagebreak()\n".join(pages)
        pdf = typst.compile(source.encode(), font_paths=[str(self.fonts)], ignore_system_fonts=True)
        return self.raw(name, pdf)

    def blank(self, name: str, pages: int = 1, size: tuple[int, int] = A4) -> SourceFile:
        pdf = pikepdf.new()
        for _ in range(pages):
            pdf.add_blank_page(page_size=size)
        return self.save(name, pdf)

    def locked(self, name: str) -> SourceFile:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        return self.save(name, pdf, encryption=pikepdf.Encryption(user="secret", owner="secret"))

    def image(self, name: str, picture: Image.Image, **options: object) -> SourceFile:
        path = self.folder / name
        picture.save(path, **options)
        return SourceFile(name, path)

    def photo(self, name: str = "photo.jpg", orientation: int | None = None, **options: object) -> SourceFile:
        exif = Image.Exif()
        if orientation:
            exif[0x0112] = orientation
        return self.image(name, corners(), exif=exif, **options)

    def word(self, name: str, text: str) -> SourceFile:
        """The smallest Word file there is, with ``text`` as its paragraph."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for path, content in _WORD_PARTS.items():
                package.writestr(path, content.replace("TEXT", text))
        return self.raw(name, out.getvalue())

    def form(self, name: str, values: dict[str, str], *, stale: str = "") -> SourceFile:
        """A form whose program left no appearances, or the outdated one that says ``stale``."""
        pdf = pikepdf.new()
        page = pdf.add_blank_page(page_size=A4)
        helvetica = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
        )
        resources = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(helvetica)))
        widgets = [self._widget(pdf, page, field, value, at) for at, (field, value) in enumerate(values.items())]
        for widget in widgets:
            if stale:
                drawn = pdf.make_stream(f"BT /Helv 12 Tf 5 8 Td ({stale}) Tj ET".encode())
                drawn.update(Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 300, 30]), Resources=resources))
                widget.AP = Dictionary(N=drawn)
        page.obj.Annots = Array(widgets)
        pdf.Root.AcroForm = Dictionary(Fields=Array(widgets), DR=resources, NeedAppearances=True)
        return self.save(name, pdf)

    @staticmethod
    def _widget(pdf: pikepdf.Pdf, page: pikepdf.Page, field: str, value: str, at: int) -> pikepdf.Object:
        low = 700 - 50 * at
        widget = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=field, V=value, F=4, P=page.obj,
            Rect=Array([60, low, 360, low + 30]), DA="/Helv 12 Tf 0 g",
        )  # fmt: skip
        return pdf.make_indirect(widget)


def corners(size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """A picture whose four corners tell which way up it is."""
    picture = Image.new("RGB", size, (40, 40, 50))
    pen = ImageDraw.Draw(picture)
    w, h = size[0] // 3, size[1] // 3
    for colour, (x, y) in zip(FOUR_CORNERS, ((0, 0), (2 * w, 0), (0, 2 * h), (2 * w, 2 * h)), strict=True):
        pen.rectangle((x, y, x + w, y + h), fill=colour)
    return picture


def render(pdf: bytes | Path, page: int = 0, scale: float = 0.5) -> Image.Image:
    """One page as a reader sees it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=scale).to_pil().convert("RGB")


_WORD_PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
    "word/document.xml": (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:body><w:p><w:r><w:rPr><w:rFonts w:ascii="TH SarabunPSK" w:hAnsi="TH SarabunPSK" w:cs="TH SarabunPSK"/>'
        '<w:cs/><w:lang w:bidi="th-TH"/></w:rPr><w:t>TEXT</w:t></w:r></w:p></w:body></w:document>'
    ),
}
