"""Archival form: a finished book is saved as PDF/A-2b where its sources allow, as plain PDF with reasons where not."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Dictionary, Name, ObjectStreamMode, Pdf, pdfa

from docservice.pdf.condense import different_pages, say_once
from docservice.thai import to_thai_digits

_PART = "2b"
_MOST_REASONS = 12
# The checker takes every warning that Python gives while it reads a page for the page's own, also another thread's, or
# that about a stream which is collected unclosed just then. What is the page's own is found again.
_UNREAD = "pikepdf:content-parse"
# Findings an office can understand and mend, by words of pikepdf's message; other findings stay in English.
_PLAIN_WORDS = (
    ("not embedded", "มีแบบอักษรที่ไม่ได้ฝังในไฟล์ต้นฉบับ"),
    ("DeviceCMYK", "มีสีแบบ CMYK ในไฟล์ต้นฉบับ"),
    ("notdef", "มีตัวอักษรที่แบบอักษรในไฟล์ต้นฉบับไม่มีให้"),
    ("width", "ความกว้างตัวอักษรในไฟล์ต้นฉบับไม่ตรงกับแบบอักษร"),
)


@dataclass(frozen=True)
class PdfaVerdict:
    """``conforms`` to PDF/A part and level ``part``, or the ``reasons`` why not, in the words of the checker."""

    conforms: bool
    part: str
    reasons: tuple[str, ...] = ()


def save_archival(pdf: Pdf) -> tuple[bytes, PdfaVerdict]:
    """``pdf`` as bytes of PDF/A-2b, checked from the written bytes; else of a plain PDF that claims nothing.

    The check is pikepdf's allowlist: what it passes conforms, what it refuses may still do so.
    """
    _drop_cid_sets(pdf)
    out = io.BytesIO()
    try:
        _save(pdf, out)
    except pdfa.PdfaError as fault:
        _save_plain(pdf, out)
        return out.getvalue(), PdfaVerdict(False, "", _reasons(fault.report.findings))
    return out.getvalue(), PdfaVerdict(True, _PART)


def _save(pdf: Pdf, out: io.BytesIO) -> None:
    try:
        pdfa.save(pdf, out, _PART)
    except pdfa.PdfaError as fault:
        if all(finding.rule != _UNREAD for finding in fault.report.findings):
            raise
        out.seek(0)
        out.truncate()
        pdfa.save(pdf, out, _PART)


def faults(part: Path) -> tuple[str, ...]:
    """Why the pages of ``part`` would keep a book from being PDF/A-2b, in the words of the checker; ``()`` if nothing.

    The part is checked alone, as it will stand in a book: what a book of faultless parts adds (catalogue, metadata,
    stamps) conforms by construction, so it need not be walked through again as a whole.
    """
    with Pdf.new() as alone, Pdf.open(part) as source:
        alone.add_pages_from(source, different_pages(source), forms="strip", outlines="ignore")
        _drop_cid_sets(alone)
        say_once(alone)
        pdfa.prepare(alone, _PART)
        report = pdfa.check(alone, _PART)
        if any(finding.rule == _UNREAD for finding in report.findings):
            report = pdfa.check(alone, _PART)
        return () if report.passed else _reasons(report.findings) or ("?",)


def save_bound(pdf: Pdf, path: Path, found: Sequence[str], part: str = _PART) -> PdfaVerdict:
    """``pdf`` written to ``path`` without object streams (``splice`` reads it).

    As PDF/A of ``part`` (2b, or 3b, which asks the same of pages and lets files be attached) when ``found``, the
    ``faults`` of its parts, is nothing; else as a plain PDF.
    """
    if found:
        _save_plain(pdf, path)
        return PdfaVerdict(False, "", _shortened(found))
    _drop_cid_sets(pdf)
    pdfa.prepare(pdf, part)
    pdf.save(path, **pdfa.resolve_save_kwargs(pdfa.Flavour(part), object_stream_mode=ObjectStreamMode.disable))
    return PdfaVerdict(True, part)


def _drop_cid_sets(pdf: Pdf) -> None:
    """Optional in PDF/A-2 and often wrong; with it the checker gives no verdict."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get(Name.Type) == Name.FontDescriptor and Name.CIDSet in item:
            del item[Name.CIDSet]


def _save_plain(pdf: Pdf, out: io.BytesIO | Path) -> None:
    with pdf.open_metadata(update_docinfo=False, set_pikepdf_as_editor=False) as metadata:
        for key in ("pdfaid:part", "pdfaid:conformance"):
            if key in metadata:
                del metadata[key]
    plain = ObjectStreamMode.disable
    pdf.save(
        out, min_version="1.7", object_stream_mode=plain
    )  # merging keeps the oldest version, whatever the sources use


def _reasons(findings: list[pdfa.Finding]) -> tuple[str, ...]:
    return _shortened([_reason(finding) for finding in findings])


def _shortened(reasons: Sequence[str]) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(reasons))
    if len(told) <= _MOST_REASONS:
        return told
    return *told[:_MOST_REASONS], to_thai_digits(f"และอีก {len(told) - _MOST_REASONS} ข้อ")


def _reason(finding: pdfa.Finding) -> str:
    plain = next((thai for words, thai in _PLAIN_WORDS if words in finding.message), "")
    return f"{plain} ({finding.rule})" if plain else f"{finding.message} ({finding.rule})"
