"""What is done in a child of the ward: jobs by name, JSON in and JSON out. Nothing here runs in the asking process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docservice.pdf import sniff, thumbnail
from docservice.pdf.convert import to_piece

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
    if media_type == sniff.DOCX:
        return {"media_type": media_type, "pages": None, "notes": [], "repaired": False}
    piece = to_piece(path, name=name, office=None)
    return {"media_type": media_type, "pages": piece.pages, "notes": piece.notes, "repaired": piece.repaired}


JOBS: dict[str, Callable[[Facts], dict[str, Any]]] = {"inspect": _inspect, "look": _look, "page": _page}
