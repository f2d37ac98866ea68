"""One page of a file drawn as a WebP picture, in a process apart: what a hostile file breaks is not the service.

The child (this module as a program) is bounded in memory, processor time and wall time.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pi_heif  # type: ignore[import-untyped]  # ships no types
import pypdfium2
from PIL import Image, ImageOps

from docservice.errors import InputRefused
from docservice.pdf import sniff

pi_heif.register_heif_opener(thumbnails=False)
PICTURES = sniff.IMAGES
DRAWABLE = (sniff.PDF, *PICTURES)
"""The media types a page can be drawn of; a picture is its own first page, a TIFF may have more."""

_SECONDS = 30
_MEMORY = 1 << 30
_NOBODY_SEES_MORE = 2600
_NO_SUCH_PAGE, _UNREADABLE = 3, 4


def drawn(path: Path, media_type: str, page: int, width: int) -> bytes:
    """Page ``page`` (from 1) of the file, ``width`` pixels wide, as WebP.

    ``InputRefused``: no such page, or the file cannot be drawn (damaged, too large, too slow).
    """
    words = [sys.executable, "-m", "docservice.pdf.apart", str(path), media_type, str(page), str(width)]
    clean = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(Path(__file__).parents[2])}
    try:
        child = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False, env=clean)
    except subprocess.TimeoutExpired as error:
        raise _undrawable() from error
    if child.returncode == _NO_SUCH_PAGE:
        raise InputRefused(
            f"เอกสารนี้ไม่มีหน้าที่ {page}", "เลือกหน้าที่มีอยู่", english=f"There is no page {page} in this document."
        )
    if child.returncode or not child.stdout:
        raise _undrawable()
    return child.stdout


def _undrawable() -> InputRefused:
    return InputRefused(
        "แสดงภาพหน้านี้ไม่ได้", "ดาวน์โหลดเอกสารไปเปิดในเครื่อง", english="This page cannot be shown. Download the document."
    )


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _draw(path: Path, media_type: str, page: int, width: int) -> bytes:
    picture = _of_pdf(path, page, width) if media_type == sniff.PDF else _of_picture(path, page, width)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def _of_pdf(path: Path, page: int, width: int) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        if page > len(document):
            raise IndexError(page)
        found = document[page - 1]
        wide, high = found.get_size()
        scale = min(width / max(wide, 1), _NOBODY_SEES_MORE / max(high, 1))
        picture: Image.Image = found.render(scale=scale).to_pil().convert("RGB")
        return picture


def _of_picture(path: Path, page: int, width: int) -> Image.Image:
    with Image.open(path) as image:
        if page > getattr(image, "n_frames", 1):
            raise IndexError(page)
        image.seek(page - 1)
        image.draft("RGB", (width, width * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((width, _NOBODY_SEES_MORE))
    return upright


def main() -> int:
    """The child: the picture on its output, or an exit code that says why not."""
    path, media_type, page, width = sys.argv[1:]
    _bound()
    try:
        data = _draw(Path(path), media_type, int(page), int(width))
    except (IndexError, EOFError):
        return _NO_SUCH_PAGE
    except (pypdfium2.PdfiumError, OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return _UNREADABLE
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
