"""A piece: the pages one evidence file gives to the book."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Piece:
    """The pages of one file, ready to be merged; picklable, so that a child process can make it.

    ``pdf``: bytes, or the path of a source that needed no change; ``pages`` ≥ 1; ``media_type`` of the source;
    ``notes``: Thai remarks for the auditor; ``repaired``: the source is faulty and a person should compare it.
    """

    pdf: bytes | Path
    pages: int
    media_type: str
    notes: tuple[str, ...] = ()
    repaired: bool = False
