"""Files something into the archive of a live service, in a process of its own: ``live_archive.py``."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
django.setup()
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from archive_office import book, jpeg, paper  # noqa: E402  after django.setup()
from office_year import filed, filing  # noqa: E402
from PIL import Image  # noqa: E402

from docservice.models import Applicant  # noqa: E402

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def _pdf(*names: str) -> bytes:
    """Pictures of real papers as the pages of a PDF."""
    first, *rest = [Image.open(PICTURES / f"{name}.png").convert("RGB") for name in names]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=100)
    return out.getvalue()


if __name__ == "__main__":
    units = list(Applicant.objects.order_by("pk"))
    book(units[0], _pdf("book-cover", "certificate", "letter"), pages=3)
    book(units[0], _pdf("book-cover", "certificate"), pages=2)
    filed(
        filing(
            "evidence/photo/รูปถ่าย.jpg", jpeg(), kind="evidence", title="รูปถ่าย.jpg", number="", media_type="image/jpeg"
        ),
        key=units[0].dossier_key,
    )
    for unit in units[1:3]:
        book(unit, _pdf("book-cover"), pages=1)
    paper(_pdf("order"), pages=1)
