"""Photographs and scans: one image file becomes A4 pages, JPEG and fax bytes passed through untouched."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import img2pdf
import pi_heif  # type: ignore[import-untyped]  # ships no types
from PIL import Image, ImageCms, ImageOps, ImageSequence

from docservice.errors import EvidenceRefused
from docservice.pdf import sniff

_A4 = (210 / 25.4 * 72, 297 / 25.4 * 72)  # points
_MARGIN = 15 / 25.4 * 72  # the stamp lies wholly inside this margin, so it never covers a photograph
_SHARP = 110  # dots per inch below which enlarging only blurs: a small portrait stays small
_PASSED_THROUGH = frozenset({"1", "L", "P", "RGB"})
_AS_THEY_ARE = (sniff.JPEG, sniff.PNG, sniff.TIFF)
_PHOTOGRAPHS = (sniff.JPEG, sniff.HEIC, sniff.WEBP)
_MOST_FRAMES = 2000


pi_heif.register_heif_opener(thumbnails=False)


def image_pdf(path: Path, media_type: str, *, name: str, longest_side: int = 0) -> bytes:
    """One PDF with a page for every page of the image at ``path``: all of a TIFF, the first picture of anything else.

    EXIF orientation is honoured, transparency is laid on white, CMYK becomes RGB (PDF/A with an sRGB intent), 16 bits
    become 8. ``longest_side``: larger photographs are scaled down to so many pixels; 0 leaves every pixel. Raises
    ``EvidenceRefused`` for damaged, truncated and oversized images. The image is decoded in full first: img2pdf embeds
    half a JPEG without a word.
    """
    try:
        with Image.open(path) as image:
            pictures = _pictures(image, path, media_type, longest_side)
        # Phones hide depth maps and gain maps behind the photograph as further frames; only TIFF has real pages.
        single = media_type != sniff.TIFF
        rotation = img2pdf.Rotation.ifvalid
        pdf = img2pdf.convert(pictures, layout_fun=_layout, rotation=rotation, nodate=True, first_frame_only=single)
    except Image.DecompressionBombError as fault:
        raise _refused(name, "มีขนาดภาพใหญ่เกินไป", "กรุณาย่อขนาดภาพ", "is too large an image") from fault
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        struct.error,
        img2pdf.ImageOpenError,
        img2pdf.PdfTooLargeError,
    ) as fault:
        raise _refused(name, "เป็นภาพที่เสียหายหรือไม่สมบูรณ์", "กรุณาส่งภาพใหม่", "is a damaged image") from fault
    return bytes(pdf)


def _refused(name: str, what: str, remedy: str, english: str) -> EvidenceRefused:
    return EvidenceRefused(f"ไฟล์ {name} {what}", remedy, english=f"{name} {english}.")


def _pictures(image: Image.Image, path: Path, media_type: str, longest_side: int) -> list[str] | list[bytes]:
    """What img2pdf is to embed: the file itself when it can stay as it is, else one clean image a frame."""
    if all(_may_pass(frame, path, media_type, longest_side) for frame in _frames(image, media_type)):
        for frame in _frames(image, media_type):
            _decode(frame, media_type)
        return [str(path)]
    return [_clean(frame, media_type, longest_side) for frame in _frames(image, media_type)]


def _frames(image: Image.Image, media_type: str) -> Iterator[Image.Image]:
    if media_type != sniff.TIFF:
        return iter((image,))
    if getattr(image, "n_frames", 1) > _MOST_FRAMES:
        raise ValueError("too many pages")
    return ImageSequence.Iterator(image)


def _decode(frame: Image.Image, media_type: str) -> None:
    """Read the whole frame so that damage shows; JPEG at an eighth of its size, which reads every byte all the same."""
    if media_type == sniff.JPEG:
        frame.draft(frame.mode, (max(1, frame.width // 8), max(1, frame.height // 8)))
    frame.load()


def _may_pass(frame: Image.Image, path: Path, media_type: str, longest_side: int) -> bool:
    if media_type not in _AS_THEY_ARE or 0 < longest_side < max(frame.size):
        return False
    if frame.mode not in _PASSED_THROUGH or "transparency" in frame.info:
        return False
    return media_type != sniff.PNG or _png_depth(path) <= 8


def _png_depth(path: Path) -> int:
    """Bits a sample, from the fixed place in the header: Pillow opens 16-bit RGB as 8-bit without telling."""
    with path.open("rb") as file:
        return file.read(25)[24]


def _clean(frame: Image.Image, media_type: str, longest_side: int) -> bytes:
    """The frame upright, opaque, 8-bit, RGB or grey; photographs (JPEG, HEIC, WebP) become JPEG, all else PNG."""
    picture = _opaque(_eight_bit(_rgb(ImageOps.exif_transpose(frame))))
    smaller = longest_side / max(picture.size) if 0 < longest_side < max(picture.size) else 1.0
    if smaller < 1.0:
        size = (max(1, round(picture.width * smaller)), max(1, round(picture.height * smaller)))
        picture = picture.convert("L" if picture.mode == "1" else picture.mode)
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    dpi = tuple(float(each) * smaller or 96.0 for each in frame.info.get("dpi", (96, 96)))
    if media_type in _PHOTOGRAPHS:
        picture.save(out, "JPEG", quality=90, dpi=tuple(max(1, round(each)) for each in dpi))
    else:
        picture.save(out, "PNG", dpi=dpi)
    return out.getvalue()


def _rgb(picture: Image.Image) -> Image.Image:
    """CMYK through its own profile when there is a usable one; other modes unchanged."""
    if picture.mode != "CMYK":
        return picture
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return picture.convert("RGB")
        return converted or picture.convert("RGB")
    return picture.convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("L") if picture.mode == "F" else picture


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture if picture.mode in ("1", "L", "RGB") else picture.convert("RGB")


def _layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Page and image size in points: A4 turned like the image; a scan fills it, a photograph keeps a margin."""
    wide, high = width / dpi[0] * 72, height / dpi[1] * 72
    page_w, page_h = _A4 if wide <= high else _A4[::-1]
    if _is_paper(wide / high, page_w / page_h):
        return page_w, page_h, page_w, page_h
    scale = min((page_w - 2 * _MARGIN) / wide, (page_h - 2 * _MARGIN) / high)
    scale = min(scale, max(width / wide, height / high) * 72 / _SHARP)
    return page_w, page_h, wide * scale, high * scale


def _is_paper(ratio: float, paper: float) -> bool:
    """Whether the image has the shape of the paper itself (within 1.5 %), as scanners give."""
    return abs(ratio / paper - 1) < 0.015
