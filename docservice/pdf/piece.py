"""A piece: the pages one evidence file gives to the book."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Signature:
    """A digital signature found in a source: who, when (ISO 8601, as the signer's clock said; ``""`` if untold).

    ``intact``: what was signed is unchanged; ``whole``: nothing was added to the file since. Whether the signer's
    certificate is genuine is not judged: that takes the issuer's list of revoked ones.
    """

    signer: str
    time: str
    intact: bool
    whole: bool


@dataclass(frozen=True)
class Piece:
    """The pages of one file, ready to be merged; picklable, so that a child process can make it.

    ``pdf``: bytes, or the path of a source that needed no change (or of the file the child wrote); ``pages`` ≥ 1;
    ``media_type`` of the source; ``notes``: Thai remarks for the auditor; ``repaired``: the source is faulty and a
    person should compare it; ``signed``: the source carries a digital signature; ``faults``: what keeps the pages from
    being PDF/A (``pdfa.faults``), ``None`` when nobody has looked yet; ``streams``: ``splice.large_streams`` of it.
    """

    pdf: bytes | Path
    pages: int
    media_type: str
    notes: tuple[str, ...] = ()
    repaired: bool = False
    signed: bool = False
    signatures: tuple[Signature, ...] = ()
    faults: tuple[str, ...] | None = None
    streams: tuple[tuple[int, int, int, int], ...] = ()
