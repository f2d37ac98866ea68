"""Editions for tests: stock templates with other words, sent in, and put in force without being laid out."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from office_year import REPOSITORY

from docservice import edition_check, editions
from docservice.edition_check import Sent
from docservice.models import Edition

TEMPLATES = REPOSITORY / "templates_th"
LETTER, FORM = "letter/2562-1.docx", "application-form/2562-1-leader.docx"
LONG_AGO = date(2018, 1, 1)


def changed(name: str, *words: tuple[str, str]) -> bytes:
    """A stock template in whose body each first word has become the second."""
    out = io.BytesIO()
    with zipfile.ZipFile(TEMPLATES / name) as word, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in word.infolist():
            data = word.read(entry)
            if entry.filename == "word/document.xml":
                text = data.decode()
                for before, after in words:
                    assert before in text
                    text = text.replace(before, after)
                data = text.encode()
            copy.writestr(entry.filename, data)
    return out.getvalue()


def uploaded(
    data: bytes, kind: str = "letter", *, variant: str = "", province: str = "24", note: str = "ถ้อยคำใหม่"
) -> Edition:
    """Sent in by “staff”, not checked yet."""
    place = edition_check.place_of(province, kind, variant)
    row, _job = edition_check.send(place, Sent(f"{kind}.docx", data, note), year_be=2562, actor="staff")
    return row


def ready(data: bytes, kind: str = "letter", **where: str) -> Edition:
    """As after a check that found nothing."""
    return editions.checked(uploaded(data, kind, **where), {"faults": []}, sound=True, actor="staff")


def approved(data: bytes, effective: date = LONG_AGO, kind: str = "letter", **where: str) -> Edition:
    """In force from a day."""
    return editions.approve(ready(data, kind, **where), effective, actor="boss")
