"""What a book is made from: whose it is, its checklist, and the files of each slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from docservice.thai import BE


@dataclass(frozen=True)
class SourceFile:
    """One uploaded file: ``name`` as its owner called it, ``path`` where its bytes are.

    ``sha256`` of the bytes where it is known already; it is believed, and saves reading the file once.
    """

    name: str
    path: Path
    sha256: str = ""


@dataclass(frozen=True)
class Slot:
    """One line of the group's checklist; ``checked_original`` when an officer has seen the original instead.

    ``sorted``: its files stand as they are to stand in the book; otherwise they are sorted by name.
    """

    code: str
    title: str
    required: bool = True
    files: tuple[SourceFile, ...] | list[SourceFile] = ()
    checked_original: bool = False
    sorted: bool = False


@dataclass(frozen=True)
class BookRequest:
    """One applicant's book. ``title`` is the programme, ``group`` the Thai name of the target group.

    ``separators``: a page with the slot's name before its files. ``longest_side``: photographs with more pixels than
    that on their longer side are scaled down to it; 0 keeps every pixel. ``attachments``: every file that stands in the
    book is attached to it as well, as it was sent.
    """

    title: str
    applicant: str
    applicant_code: str
    district: str
    province: str
    year_be: BE
    group: str
    slots: tuple[Slot, ...] | list[Slot] = field(default=())
    separators: bool = False
    longest_side: int = 0
    attachments: bool = False

    @property
    def owner(self) -> str:
        """Who the pages belong to, as the stamp says it."""
        return self.applicant_code or self.applicant
