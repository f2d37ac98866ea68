"""What is done in a child of the ward: jobs by name, JSON in and JSON out. Nothing here runs in the asking process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pikepdf import Pdf

from docservice.pdf import officefile, page_words, redact, sniff, thumbnail
from docservice.pdf.binding import Plan, make
from docservice.pdf.convert import Piece, to_piece, without_office
from docservice.pdf.cover import set_cover
from docservice.pdf.lettering import Face, know
from docservice.pdf.pdfa import faults
from docservice.pdf.signatures import with_signatures
from docservice.pdf.source import pdf_piece
from docservice.pdf.splice import large_streams

Facts = Mapping[str, Any]


def _look(facts: Facts) -> dict[str, Any]:
    seen = thumbnail.look(Path(facts["path"]), name=facts["name"])
    return {"pages": seen.pages, "notes": seen.notes, "picture": base64.b64encode(seen.picture).decode()}


def _page(facts: Facts) -> dict[str, Any]:
    picture = thumbnail.page(Path(facts["path"]), facts["number"], facts["width"], name=facts["name"])
    return {"picture": base64.b64encode(picture).decode()}


def _inspect(facts: Facts) -> dict[str, Any]:
    path, name = Path(facts["path"]), facts["name"]
    media_type = sniff.media_type(path, name=name)
    if media_type in sniff.SET_LATER:
        return {"media_type": media_type, "pages": None, "notes": [], "repaired": False}
    piece = to_piece(path, name=name, office=None)
    return {"media_type": media_type, "pages": piece.pages, "notes": piece.notes, "repaired": piece.repaired}


def _piece(facts: Facts) -> dict[str, Any]:
    """The pages of a file written to ``target``; an office document is only made harmless there, for LibreOffice."""
    path, name, target = Path(facts["path"]), facts["name"], Path(facts["target"])
    media_type = sniff.media_type(path, name=name)
    if media_type in sniff.OFFICE:
        target.write_bytes(officefile.clean(path, media_type, name=name))
        return {"office": media_type}
    fonts = Path(facts["fonts"]) if facts["fonts"] else None
    made = without_office(path, media_type, name=name, fonts=fonts, longest_side=facts["longest_side"])
    return _kept(with_signatures(made, path), target)


def _converted(facts: Facts) -> dict[str, Any]:
    """The same for what LibreOffice made of an office document: its PDF comes from outside as well."""
    piece = pdf_piece(Path(facts["path"]), name=facts["name"], media_type=facts["media_type"])
    return _kept(piece, Path(facts["target"]))


def _kept(piece: Piece, target: Path) -> dict[str, Any]:
    pdf = piece.pdf
    if isinstance(pdf, bytes):
        target.write_bytes(pdf)
        pdf = target
    return asdict(piece) | {
        "pdf": "made" if pdf is target else "source",
        "faults": faults(pdf),
        "streams": large_streams(pdf),
    }


def _bind(facts: Facts) -> dict[str, Any]:
    plan = Plan.of(facts)
    know(plan.font, Face.of(facts["face"]))
    return asdict(make(plan, Path(facts["target"])))


def _cover(facts: Facts) -> dict[str, Any]:
    Path(facts["target"]).write_bytes(set_cover(facts["cover"], Path(facts["fonts"])))
    return {}


def warm() -> None:
    """Let the checker read its rules once, on a page of our own, so that no child has to."""
    with TemporaryDirectory() as folder, Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(Path(folder) / "blank.pdf")
        faults(Path(folder) / "blank.pdf")


JOBS: dict[str, Callable[[Facts], dict[str, Any]]] = {
    "inspect": _inspect,
    "look": _look,
    "page": _page,
    "piece": _piece,
    "converted": _converted,
    "cover": _cover,
    "bind": _bind,
    "texts": page_words.texts,
    "identities": page_words.identities,
    "recognised": page_words.recognised,
    "layered": page_words.layered,
    **redact.JOBS,
}
