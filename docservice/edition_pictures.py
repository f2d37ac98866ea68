"""Files and pictures of an edition: its Word file, what its check made, pages drawn in a process apart."""

from __future__ import annotations

from pathlib import Path

from docservice import edition_check, edition_store, page_images
from docservice.errors import NotFound
from docservice.models import Edition
from docservice.pdf import apart, sniff

MARKED = "marked"
_WORD_FILES = {"answer": edition_check.ANSWER, "mended": edition_check.MENDED}
PARTS = ("template", *_WORD_FILES, *edition_check.SAMPLES)
"""Files there may be of an edition."""
SHOWN = (MARKED, *edition_check.SAMPLES)
"""The template itself with its numbers, and the sample papers."""


def pages(row: Edition, which: str) -> int:
    """How many pages there are to be looked at; none where it was not made."""
    if which == MARKED:
        return len(row.report.get("sizes", ()))
    return int(row.report.get("samples", {}).get(which, {}).get("pages", 0))


def page(row: Edition, which: str, number: int, width: int) -> Path:
    """Page ``number`` (from 1) as WebP, one of ``page_images.WIDTHS`` wide; ``NotFound`` when there is none."""
    if not 1 <= number <= pages(row, which) or width not in page_images.WIDTHS:
        raise NotFound("ไม่มีภาพของหน้านี้", "เลือกหน้าที่มีอยู่", english="There is no picture of that page.")
    kept, name = page_images.cache(), f"{row.sha256}-{row.kind}.{row.variant}-{which}-{number}-{width}.webp"
    return kept.get(name) or kept.add(name, iter((apart.drawn(_whole(row, which), sniff.PDF, number, width),)))


def _whole(row: Edition, which: str) -> Path:
    kept, name = page_images.cache(), f"{row.sha256}-{row.kind}.{row.variant}-{which}.pdf"
    return kept.get(name) or kept.add(name, iter((file_of(row, which),)))


def file_of(row: Edition, which: str) -> bytes:
    """The PDF of which the pages are drawn; ``NotFound`` where it was not made."""
    return edition_store.shown(row.kind, row.variant, row.sha256, f"{which}.pdf")


def part_of(row: Edition, part: str) -> tuple[bytes, str]:
    """The bytes of one of the files of an edition and how its name ends; ``NotFound`` for what there is not."""
    if part == "template":
        return edition_store.data(row.sha256), "docx"
    if part in _WORD_FILES:
        return edition_store.shown(row.kind, row.variant, row.sha256, _WORD_FILES[part]), "docx"
    if part in edition_check.SAMPLES:
        return file_of(row, part), "pdf"
    raise NotFound("ไม่มีไฟล์นี้", "เลือกจากหน้าแม่แบบ", english=f"There is no file {part[:40]!r} of an edition.")
