"""Archival form: a finished book is saved as PDF/A-2b where its sources allow, as plain PDF with reasons where not."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Dictionary, Name, Pdf, pdfa

from docservice.thai import to_thai_digits

_PART = "2b"
_MOST_REASONS = 12
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
    out = io.BytesIO()
    verdict = _save(pdf, out)
    return out.getvalue(), verdict


def save_archival_to(pdf: Pdf, path: Path) -> PdfaVerdict:
    """``save_archival`` for a book too large for memory: written to ``path``, which must not be one of its sources."""
    return _save(pdf, path)


def _save(pdf: Pdf, out: io.BytesIO | Path) -> PdfaVerdict:
    _drop_cid_sets(pdf)
    try:
        pdfa.save(pdf, out, _PART)
    except pdfa.PdfaError as fault:
        _save_plain(pdf, out)
        return PdfaVerdict(False, "", _reasons(fault.report.findings))
    return PdfaVerdict(True, _PART)


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
    pdf.save(out, min_version="1.7")  # merging keeps the oldest version, whatever the sources use


def _reasons(findings: list[pdfa.Finding]) -> tuple[str, ...]:
    told = dict.fromkeys(_reason(finding) for finding in findings)
    reasons = list(told)[:_MOST_REASONS]
    if len(told) > _MOST_REASONS:
        reasons.append(to_thai_digits(f"และอีก {len(told) - _MOST_REASONS} ข้อ"))
    return tuple(reasons)


def _reason(finding: pdfa.Finding) -> str:
    plain = next((thai for words, thai in _PLAIN_WORDS if words in finding.message), "")
    return f"{plain} ({finding.rule})" if plain else f"{finding.message} ({finding.rule})"
