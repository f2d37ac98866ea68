"""Draws the sample papers as pictures: pages as a scanner gives them and photos as a phone takes them.

Everything is invented and carries the word ตัวอย่าง; no emblem, no signature and no identity number is ever drawn.
Lengths are millimetres, text sizes points; Thai is shaped by raqm (inside Pillow).
"""

from __future__ import annotations

import io
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from docservice.errors import InputRefused

DPI = 110
A4 = (210.0, 297.0)
BLACK, BLUE, RED, GREY = (28, 30, 36), (36, 52, 140), (196, 40, 36), (120, 124, 130)
SPECIMEN = "ตัวอย่าง"
NOT_REAL = "ตัวอย่างสำหรับทดลองใช้ระบบ ไม่ใช่เอกสารจริง"
MASKED_ID = "X-XXXX-XXXXX-XX-X"

_SCANNED = time.struct_time((2019, 1, 28, 9, 0, 0, 0, 28, 0))  # so that the same page gives the same bytes
_Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Faces:
    """The two font files papers are drawn with, and the sizes already opened."""

    regular: Path
    bold: Path
    _open: dict[tuple[bool, int], ImageFont.FreeTypeFont] = field(default_factory=dict)
    _stamps: dict[tuple[float, tuple[int, int]], Image.Image] = field(default_factory=dict)

    @classmethod
    def find(cls, folder: Path) -> Faces:
        """The first family in ``folder`` with a regular and a bold file; ``InputRefused`` when there is none."""
        families: dict[str, dict[str, Path]] = {}
        for path in sorted([*folder.glob("*.ttf"), *folder.glob("*.otf")]):
            family, style = ImageFont.truetype(path, 10).getname()
            families.setdefault(family or "", {})[style or ""] = path
        for styles in families.values():
            if "Regular" in styles and "Bold" in styles:
                return cls(styles["Regular"], styles["Bold"])
        raise InputRefused(
            f"ไม่พบฟอนต์ไทยตัวปกติและตัวหนาใน {folder}",
            "เตรียมฟอนต์ก่อนด้วยคำสั่ง docservice doctor",
            english=f"No family with a regular and a bold font in {folder}. Run docservice doctor.",
        )

    def face(self, points: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
        """The font at ``points``, shaped by raqm."""
        pixels = round(points * DPI / 72)
        key = (bold, pixels)
        if key not in self._open:
            path = self.bold if bold else self.regular
            self._open[key] = ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.RAQM)
        return self._open[key]

    def stamp(self, points: float, size: tuple[int, int]) -> Image.Image:
        """The word ตัวอย่าง lying across ``size`` pixels, as a mask; turned once and kept."""
        key = (points, size)
        if key not in self._stamps:
            self._stamps[key] = _diagonal(self.face(points, bold=True), size)
        return self._stamps[key]


def px(mm: float) -> int:
    """Millimetres on paper as pixels of the drawing."""
    return round(mm * DPI / 25.4)


class Page:
    """One sheet or card being drawn; ``image`` is RGB, ``size`` in millimetres."""

    def __init__(self, faces: Faces, size: tuple[float, float] = A4, paper: _Colour = (252, 252, 250)) -> None:
        self.faces, self.size = faces, size
        self.image = Image.new("RGB", (px(size[0]), px(size[1])), paper)
        self.draw = ImageDraw.Draw(self.image)

    def copy(self) -> Page:
        """A second sheet with the same drawing on it, to be filled differently."""
        twin = Page.__new__(Page)
        twin.faces, twin.size, twin.image = self.faces, self.size, self.image.copy()
        twin.draw = ImageDraw.Draw(twin.image)
        return twin

    def text(
        self,
        at: tuple[float, float],
        text: str,
        points: float = 16,
        *,
        bold: bool = False,
        ink: _Colour = BLACK,
        centred: bool = False,
        width: float | None = None,
    ) -> None:
        """Write one line whose baseline starts (or is centred) at ``at``; squeezed in size to fit ``width``."""
        face = self.faces.face(points, bold=bold)
        if width is not None and (wide := face.getlength(text, language="th")) > px(width):
            face = self.faces.face(points * px(width) / wide, bold=bold)
        anchor = "ms" if centred else "ls"
        self.draw.text((px(at[0]), px(at[1])), text, ink, face, anchor=anchor, language="th")

    def field(self, at: tuple[float, float], label: str, end: float) -> float:
        """Write a label and a dotted line up to ``end``; returns where the answer starts."""
        self.text(at, label)
        start = at[0] + self.faces.face(16).getlength(label, language="th") * 25.4 / DPI + 2
        for x in range(px(start), px(end), 5):
            self.draw.point([(x, px(at[1]) + 2), (x + 1, px(at[1]) + 2)], GREY)
        return start

    def box(self, corner: tuple[float, float], size: tuple[float, float], ink: _Colour = BLACK) -> None:
        """A thin rectangle with its upper left ``corner``."""
        left, top = px(corner[0]), px(corner[1])
        self.draw.rectangle((left, top, left + px(size[0]), top + px(size[1])), outline=ink, width=2)

    def specimen(self, points: float = 90, ink: _Colour = (236, 150, 146)) -> None:
        """Write ตัวอย่าง across the sheet and say at the foot that this is no real paper."""
        stamp = self.faces.stamp(points, self.image.size)
        self.image.paste(ink, (0, 0), stamp)
        foot = (self.size[0] / 2, self.size[1] - 3.5)
        self.text(foot, NOT_REAL, max(9.0, points / 7), ink=RED, centred=True, width=self.size[0] - 10)


def _diagonal(face: ImageFont.FreeTypeFont, size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).text((size[0] / 2, size[1] / 2), SPECIMEN, 110, face, anchor="mm", language="th")
    return mask.rotate(28, Image.Resampling.BILINEAR)


class Grain:
    """The paper texture and lamp of a scanner or desk, made once and laid over every picture of that size."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made: dict[tuple[int, int], Image.Image] = {}

    def over(self, image: Image.Image) -> Image.Image:
        """``image`` with the texture multiplied in; same mode and size."""
        if image.size not in self._made:
            self._made[image.size] = _texture(image.size, self._seed)
        grain = self._made[image.size]
        return ImageChops.multiply(image, grain if image.mode == "L" else Image.merge("RGB", [grain] * 3))


def _texture(size: tuple[int, int], seed: int) -> Image.Image:
    dots = random.Random(seed)  # noqa: S311 -- decoration, not secrecy
    tile = Image.frombytes("L", (256, 256), dots.randbytes(256 * 256)).filter(ImageFilter.GaussianBlur(0.8))
    tile = tile.point([255 - (255 - value) // 9 for value in range(256)])
    sheet = Image.new("L", size)
    for left in range(0, size[0], 256):
        for top in range(0, size[1], 256):
            sheet.paste(tile, (left, top))
    return sheet


def scanned(pages: Sequence[Page], *, angle: float, grain: Grain, colour: bool = False) -> bytes:
    """The pages as an office scanner sends them: a little crooked, grainy, one JPEG a page, in a PDF.

    ``angle`` in degrees; grey unless ``colour``. The same pages give the same bytes.
    """
    sheets = [_crooked(page, angle, grain, colour) for page in pages]
    out = io.BytesIO()
    sheets[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=sheets[1:],
        resolution=DPI,
        quality=55,
        title=NOT_REAL,
        creationDate=_SCANNED,
        modDate=_SCANNED,
    )
    return out.getvalue()


def _crooked(page: Page, angle: float, grain: Grain, colour: bool) -> Image.Image:
    sheet = page.image if colour else page.image.convert("L")
    paper = (226, 226, 222) if colour else 226
    return grain.over(sheet.rotate(angle, Image.Resampling.BILINEAR, fillcolor=paper))


def photographed(page: Page, *, angle: float, grain: Grain, desk: _Colour, turned: bool = False) -> bytes:
    """The card or sheet lying on a desk, as a phone's JPEG.

    ``turned`` stores the pixels lying on their side and says so in EXIF (orientation 6), as phones held upright do.
    """
    margin = px(9)
    wide, high = page.image.size
    table = Image.new("RGB", (wide + 2 * margin, high + 2 * margin), desk)
    table.paste(page.image, (margin, margin))
    photo = grain.over(table.rotate(angle, Image.Resampling.BILINEAR, fillcolor=desk))
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "SPECIMEN"
    if turned:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
        exif[ExifTags.Base.Orientation] = 6
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=72, exif=exif, dpi=(DPI, DPI))
    return out.getvalue()


def portrait(faces: Faces, *, shirt: _Colour, backdrop: _Colour) -> bytes:
    """A drawn head and shoulders, 30 × 40 mm, as PNG: nobody's face."""
    page = Page(faces, (60.0, 80.0), backdrop)
    wide, high = page.image.size
    dark = tuple(value * 2 // 3 for value in shirt)
    page.draw.ellipse((wide * 0.08, high * 0.62, wide * 0.92, high * 1.35), shirt)
    page.draw.polygon([(wide * 0.42, high * 0.62), (wide * 0.58, high * 0.62), (wide * 0.5, high * 0.78)], dark)
    page.draw.rounded_rectangle((wide * 0.43, high * 0.5, wide * 0.57, high * 0.68), 12, (214, 178, 150))
    page.draw.ellipse((wide * 0.29, high * 0.1, wide * 0.71, high * 0.52), (44, 38, 36))
    page.draw.ellipse((wide * 0.32, high * 0.19, wide * 0.68, high * 0.6), (226, 190, 162))
    page.draw.rectangle((0, high * 0.9, wide, high), (250, 250, 248))
    page.specimen(40, RED)
    out = io.BytesIO()
    page.image.quantize(64).save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()
