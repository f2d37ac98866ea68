"""The gate: a stranger's file is read in a child process with limits, so that whoever asked outlives whatever is in it.

The verbs; the child's limits and life are in ``confined`` and ``ward``, what it does there in ``inside``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from docservice.errors import Broken, EvidenceRefused, EvidenceTooHeavy
from docservice.pdf import sniff
from docservice.pdf.binding import Plan
from docservice.pdf.confined import WARD, Limits
from docservice.pdf.convert import Office, office_pdf
from docservice.pdf.cover import Cover
from docservice.pdf.lettering import face
from docservice.pdf.pdfa import PdfaVerdict
from docservice.pdf.piece import Piece
from docservice.pdf.pieces import piece_of
from docservice.pdf.thumbnail import Look

_QUICK = Limits(seconds=20, wall_seconds=40)
_WHOLE_FILE = Limits()
_ROOM = 2 * 1024**3


@dataclass(frozen=True)
class Inspection:
    """What a file is: ``media_type`` by content (``""`` when unknown), ``pages`` it will give to a book (``None``: not
    readable, or an office document, whose pages come with the book), ``problem`` why it cannot be read (code, message,
    remedy, english), ``notes`` for a person, and whether it is ``repaired``: readable but faulty, to be compared.
    """

    media_type: str
    pages: int | None
    problem: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    repaired: bool = False


def inspect(path: Path, name: str) -> Inspection:
    """Read the file as the book would and tell what it is; never raises for what is in it, and cannot hurt its caller.

    The file is opened in a child process only, bounded in memory (2 GiB), processor time (20 s), wall time (40 s) and
    written bytes: a file that crashes, hangs or takes over its reader ends that child, and the answer says so.
    ``name`` is what its owner calls it; its ending is not believed. A warm call costs about 20 ms for a small file.
    ``Transient`` when no child can be started.
    """
    try:
        told = WARD.ask("inspect", {"path": str(path), "name": name}, _QUICK, name=name)
    except EvidenceRefused as refusal:
        return Inspection(_media_type(path, name), None, refusal.as_dict())
    return Inspection(told["media_type"], told["pages"], None, tuple(told["notes"]), bool(told["repaired"]))


def look(path: Path, *, name: str) -> Look:
    """``thumbnail.look`` in a child; ``EvidenceTooHeavy`` when it went past the limits or fell over."""
    told = WARD.ask("look", {"path": str(path), "name": name}, _QUICK, name=name)
    return Look(told["pages"], tuple(told["notes"]), base64.b64decode(told["picture"]))


def page(path: Path, number: int, width: int, *, name: str) -> bytes:
    """``thumbnail.page`` in a child; ``EvidenceTooHeavy`` when it went past the limits or fell over."""
    facts = {"path": str(path), "name": name, "number": number, "width": width}
    return base64.b64decode(WARD.ask("page", facts, _QUICK, name=name)["picture"])


def to_piece(
    path: Path, target: Path, *, name: str, office: Office | None, fonts: Path | None, longest_side: int = 0
) -> Piece:
    """``convert.to_piece`` with every stranger's byte read in a child; made pages are written to ``target``.

    Raises as it does, and ``EvidenceTooHeavy`` when a child went past the limits (2 GiB, 60 s, 90 s by the clock).
    """
    facts = {"path": str(path), "name": name, "target": str(target), "longest_side": longest_side}
    facts["fonts"] = str(fonts) if fonts else ""
    told = WARD.ask("piece", facts, _WHOLE_FILE, name=name)
    if "office" in told:
        target.write_bytes(office_pdf(target.read_bytes(), name, office))
        source = target
        facts = {"path": str(target), "name": name, "target": str(target), "media_type": told["office"]}
        told = WARD.ask("converted", facts, _WHOLE_FILE, name=name)
    else:
        source = path
    return piece_of(told, target if told["pdf"] == "made" else source)


def cover(told: Cover, fonts: Path, target: Path) -> bytes:
    """``cover_pdf`` in a child, by way of the file ``target``: what setting hundreds of pages takes is given back."""
    facts = {"cover": asdict(told), "fonts": str(fonts), "target": str(target)}
    WARD.ask("cover", facts, _WHOLE_FILE, name=told.programme)
    return target.read_bytes()


def bind(plan: Plan, target: Path) -> PdfaVerdict:
    """``binding.make`` in a child whose bounds grow with the parts; raises as it does."""
    size = sum(file.stat().st_size for file in (*plan.parts, *(each.path for each in plan.attachments)))
    seconds = 120 + sum(plan.counts) // 10
    limits = Limits(_ROOM + 3 * size, 2 * size + 64 * 1024**2, seconds, 2 * seconds)
    facts = {**plan.facts(), "face": face(plan.font).facts(), "target": str(target)}
    try:
        told = WARD.ask("bind", facts, limits, name=plan.title)
    except EvidenceTooHeavy as fault:
        raise Broken("รวมเล่มหลักฐานไม่สำเร็จ", "กรุณาแจ้งผู้ดูแลระบบ", english=f"Binding failed: {fault.english}") from fault
    return PdfaVerdict(bool(told["conforms"]), str(told["part"]), tuple(told["reasons"]))


def _media_type(path: Path, name: str) -> str:
    """For the report on a file that cannot be read: its first bytes alone are looked at."""
    try:
        return sniff.media_type(path, name=name)
    except EvidenceRefused:
        return ""
