"""What came out of making a book: the bytes and a line for every file that went in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from docservice.pdf.pdfa import PdfaVerdict
from docservice.pdf.piece import Signature

State = Literal["in-book", "repaired", "placeholder"]


@dataclass(frozen=True)
class FileReport:
    """One file in the book: ``slot`` code, ``first_page`` counted from 1, ``reason`` in Thai (without the name) or
    ``""``.

    A placeholder counts as one page. ``sha256`` is of the source file, ``""`` when it could not be read at all.
    """

    slot: str
    name: str
    state: State
    reason: str
    pages: int
    first_page: int
    sha256: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True)
class Book:
    """A finished book: ``pdf`` its bytes, or the file that was asked for.

    ``missing``: the codes of required slots without any readable file or sight of the original. ``complete``: nothing
    is missing and every file of every required slot could be read.
    """

    pdf: bytes | Path
    pages: int
    files: list[FileReport]
    complete: bool
    missing: list[str]
    pdfa: PdfaVerdict

    def read(self) -> bytes:
        """The book's bytes, wherever they are."""
        return self.pdf if isinstance(self.pdf, bytes) else self.pdf.read_bytes()

    def as_dict(self) -> dict[str, object]:
        """Everything but the bytes, ready for JSON."""
        facts = asdict(self)
        del facts["pdf"]
        return facts
