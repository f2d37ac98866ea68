"""Asking for what an officer looks at before a file goes to a committee, and for its redacted pages: in a child always.

``redact`` does it there.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from docservice.errors import EvidenceRefused
from docservice.pdf.confined import WARD, Limits
from docservice.pdf.piece import Piece
from docservice.pdf.pieces import piece_of
from docservice.pdf.redact import Area
from docservice.pdf.redact_find import Box

__all__ = ["Area", "Box", "Look", "look", "redacted", "sheet"]

_QUICK = Limits(seconds=60, wall_seconds=90)


@dataclass(frozen=True)
class Look:
    """A file's pages as they will be redacted: ``sizes`` in points, ``shape`` (see ``redact.look``), and on which page
    (from 1) something was ``found`` that might have to be hidden."""

    sizes: tuple[tuple[int, int], ...]
    shape: str
    found: tuple[tuple[int, Box], ...]


def look(piece: Piece, *, name: str) -> Look:
    """What the pages of ``piece`` are; raises ``EvidenceRefused`` when they cannot be drawn."""
    told = WARD.ask("redact-look", _facts(piece, name), _QUICK, name=name)
    sides = ("left", "top", "width", "height")
    found = tuple((int(each["page"]), Box(*(int(each[side]) for side in sides))) for each in told["found"])
    return Look(tuple((int(w), int(h)) for w, h in told["sizes"]), str(told["shape"]), found)


def sheet(piece: Piece, number: int, width: int, *, name: str) -> bytes:
    """Page ``number`` (from 1) as it will be redacted, ``width`` pixels across, as JPEG; raises as ``look`` does."""
    facts = _facts(piece, name) | {"number": number, "width": width}
    return base64.b64decode(WARD.ask("redact-sheet", facts, _QUICK, name=name)["picture"])


def redacted(piece: Piece, areas: Sequence[Area], shape: str, target: Path, font: Path, *, name: str) -> Piece:
    """The pages of ``piece`` as pictures, ``areas`` burned in black and labelled in the font file ``font``.

    The new piece is written to ``target`` and says nothing of its source. Raises ``EvidenceRefused`` when the pages do
    not have the ``shape`` on which the areas were drawn, or cannot be drawn.
    """
    facts = _facts(piece, name) | {"areas": [asdict(area) for area in areas], "shape": shape}
    facts |= {"target": str(target), "font": str(font)}
    seconds = 60 + 4 * piece.pages
    told = WARD.ask("redact", facts, Limits(seconds=seconds, wall_seconds=2 * seconds), name=name)
    if told.get("other"):
        raise EvidenceRefused(
            f"ไฟล์ {name} จัดหน้าไม่เหมือนตอนที่ตรวจเพื่อปกปิด",
            "กรุณาตรวจไฟล์นี้ใหม่ในหน้าปกปิดข้อมูล",
            english=f"{name} has other pages than when it was looked at. Look at it again.",
        )
    return piece_of(told, target)


def _facts(piece: Piece, name: str) -> dict[str, object]:
    return {"path": str(piece.pdf), "name": name, "media_type": piece.media_type}
