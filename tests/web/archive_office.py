"""Filed things for the tests of archive, events, search and downloads."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from office_year import filing
from PIL import Image

from docservice import archive
from docservice.models import Applicant, Document

PAPER = "2562/24/2400/order-0012"


def pdf(pages: int = 2, colour: str = "white") -> bytes:
    """A real PDF with that many empty pages."""
    first, *rest = [Image.new("RGB", (210, 297), colour) for _ in range(pages)]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=rest)
    return out.getvalue()


def jpeg() -> bytes:
    """A small photograph."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(out, "JPEG")
    return out.getvalue()


def paper(data: bytes | None = None, **changes: Any) -> Document:
    """An order of the province, filed."""
    about: dict[str, Any] = {"kind": "order", "title": "คำสั่งที่ ๑๒ แต่งตั้งคณะกรรมการ", "number": "๑๒/๒๕๖๒", "pages": 2}
    wanted = filing("paper/order.pdf", data or pdf(), **(about | changes))
    archive.file(PAPER, "คำสั่งที่ ๑๒ แต่งตั้งคณะกรรมการ", [wanted], actor="tester")
    return Document.objects.get(dossier__key=PAPER, path="paper/order.pdf", current=True)


def book(unit: Applicant, data: bytes | None = None, **changes: Any) -> Document:
    """An applicant's evidence book, filed."""
    about: dict[str, Any] = {"kind": "book", "title": f"เล่มหลักฐาน {unit.name}", "number": "", "pages": 2}
    wanted = filing("book/book.pdf", data or pdf(), **(about | changes))
    archive.file(unit.dossier_key, unit.name, [wanted], actor="tester", about={"applicant": unit.code})
    return Document.objects.get(dossier__key=unit.dossier_key, path="book/book.pdf", current=True)


def stored(home: Path, document: Document) -> Path:
    """Where its bytes lie."""
    return home / "store" / "archive" / document.dossier.key / document.content


def damage(home: Path, document: Document) -> None:
    """One byte of it is no longer what was filed."""
    path = stored(home, document)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    os.chmod(path, 0o600)  # noqa: PTH101  written once, read-only
    path.write_bytes(data)
