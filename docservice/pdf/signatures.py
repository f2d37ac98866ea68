"""Digital signatures of a source: read before the book flattens them, told to whoever reads the book.

Only integrity is judged. The original keeps its signatures in the dossier, where any reader can check them.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from docservice.pdf.piece import Piece, Signature

_MOST = 20
_FAULTS = (PdfError, SignatureValidationError, SigningError, ValueError, TypeError, KeyError, AttributeError, OSError)

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def with_signatures(piece: Piece, source: Path) -> Piece:
    """``piece`` with the signatures of ``source``, when it is signed."""
    return replace(piece, signatures=signatures(source)) if piece.signed else piece


def signatures(path: Path) -> tuple[Signature, ...]:
    """The signatures in the PDF at ``path``; one that cannot be checked counts as not intact."""
    with path.open("rb") as stream:
        try:
            found = PdfFileReader(stream, strict=False).embedded_regular_signatures[:_MOST]
            return tuple(_judged(signature) for signature in found)
        except _FAULTS:
            return (Signature("", "", intact=False, whole=False),)


def _judged(signature: EmbeddedPdfSignature) -> Signature:
    signer = _signer(signature)
    try:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    except _FAULTS:
        return Signature(signer, _time(signature.self_reported_timestamp), intact=False, whole=False)
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
    time = _time(status.signer_reported_dt or signature.self_reported_timestamp)
    return Signature(signer, time, intact=bool(status.intact and status.valid), whole=whole)


def _signer(signature: EmbeddedPdfSignature) -> str:
    try:
        subject = signature.signer_cert.subject.native
        name = subject.get("common_name") or signature.signer_cert.subject.human_friendly
    except _FAULTS:
        name = signature.sig_object.get("/Name", "")
    return str(name)[:200]


def _time(when: datetime | None) -> str:
    return when.isoformat(timespec="seconds") if when else ""
