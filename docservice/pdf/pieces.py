"""Pieces made before, kept by the digest of what they were made from: changing one file rebuilds only that file's.

A folder of this machine; losing it costs time only. Written aside and renamed, so several processes may share it.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from docservice.pdf.piece import Piece, Signature

_MADE_BY = "5"  # raise when a change of the engine gives other pieces


@dataclass(frozen=True)
class Pieces:
    """The pieces kept in ``folder``, at most about ``most_bytes`` of them."""

    folder: Path
    most_bytes: int = 4 * 1000**3

    def get(self, source: Path, sha256: str, options: object, make: Callable[[Path], Piece]) -> Piece:
        """The piece of ``source`` (whose digest is ``sha256``) under ``options``; made by ``make`` when it is new.

        ``make`` is given the path it may write to; what it raises is not remembered.
        """
        place = self._place(sha256, options)
        known = _read(place, source)
        if known is not None:
            return known
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f"{place.name}.{uuid.uuid4().hex}")
        try:
            piece = make(fresh)
            return _write(place, fresh, piece, source)
        finally:
            fresh.unlink(missing_ok=True)

    def holds(self, sha256: str, options: object) -> bool:
        """Whether ``get`` would find that piece made."""
        return self._place(sha256, options).with_suffix(".json").exists()

    def _place(self, sha256: str, options: object) -> Path:
        key = hashlib.sha256(json.dumps([_MADE_BY, sha256, options]).encode()).hexdigest()
        return self.folder / key[:2] / key

    def prune(self) -> None:
        """Drop the pieces unused for longest until the rest is within ``most_bytes``."""
        files = []
        for file in self.folder.glob("??/*"):
            with suppress(OSError):
                told = file.stat()
                files.append((told.st_mtime, told.st_size, file))
        left = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if left <= self.most_bytes:
                return
            file.unlink(missing_ok=True)
            left -= size


def _read(place: Path, source: Path) -> Piece | None:
    try:
        told = json.loads(place.with_suffix(".json").read_bytes())
        pdf = source if told["pdf"] == "source" else place.with_suffix(".pdf")
        os.utime(place.with_suffix(".json"))
        os.utime(pdf) if pdf is not source else None
        return piece_of(told, pdf)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(place: Path, fresh: Path, piece: Piece, source: Path) -> Piece:
    """The bytes first, then the words about them: a reader never finds words without bytes."""
    kept = piece.pdf
    if kept != source:
        if isinstance(kept, bytes):
            fresh.write_bytes(kept)
        kept = fresh.replace(place.with_suffix(".pdf"))
    told = asdict(piece) | {"pdf": "source" if kept == source else "made"}
    fresh.write_text(json.dumps(told), encoding="utf-8")
    fresh.replace(place.with_suffix(".json"))
    return piece_of(told, kept)


def piece_of(told: dict[str, object], pdf: bytes | Path) -> Piece:
    """The piece that ``told`` (its fields, as JSON holds them) describes, with its pages in ``pdf``."""
    fields = {**told, "pdf": pdf, "notes": tuple(told["notes"])}  # type: ignore[arg-type]  # checked by whoever reads
    fields["faults"] = None if told["faults"] is None else tuple(told["faults"])  # type: ignore[arg-type]
    fields["streams"] = tuple(tuple(each) for each in told["streams"])  # type: ignore[attr-defined]
    fields["signatures"] = tuple(Signature(**each) for each in told["signatures"])  # type: ignore[attr-defined]
    return Piece(**fields)  # type: ignore[arg-type]
