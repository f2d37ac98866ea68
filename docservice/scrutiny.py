"""What an officer has before him who hides parts of a file: its pages as the book will have them, and what to propose.

Read in a child with limits; pictures can be made again and are kept by digest, the longest unused thrown away first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docservice import engines, intake, register, stores
from docservice.config import config
from docservice.errors import EvidenceRefused
from docservice.making import Making
from docservice.models import EvidenceFile
from docservice.page_images import Cache
from docservice.pdf import gate, scrutiny
from docservice.pdf.piece import Piece
from docservice.pdf.pieces import Pieces
from docservice.pdf.scrutiny import Box, Look
from docservice.pdf.typeface import typeface
from docservice.slips import digest
from docservice.thai import BE

WIDTH = 1100
"""Pixels across a page."""
_MOST = 300_000_000
_MADE_BY = "1"  # raise when a change of the engine gives other pictures


def making_of(file: EvidenceFile) -> Making:
    """How the books of the file's year are made."""
    return Making.of(register.year(BE(file.applicant.year_be), file.applicant.province))


def look(file: EvidenceFile, making: Making) -> Look:
    """The file's pages; ``EvidenceRefused`` when there are none to be seen. Word files are set into pages for it."""
    name = f"{_identity(file, making)}.json"
    if kept := _cache().get(name):
        return _look_of(kept.read_bytes())
    with _at_hand(file, making) as piece:
        seen = scrutiny.look(piece, name=file.name)
    _cache().add(name, iter((_bytes(seen),)))
    return seen


def page(file: EvidenceFile, number: int, making: Making) -> Path:
    """One page as a JPEG, ``WIDTH`` pixels across, exactly as it will be redacted."""
    name = f"{_identity(file, making)}-{number}.jpg"
    if kept := _cache().get(name):
        return kept
    with _at_hand(file, making) as piece:
        return _cache().add(name, iter((scrutiny.sheet(piece, number, WIDTH, name=file.name),)))


def piece(path: Path, sha256: str, making: Making, *, name: str) -> Piece:
    """The pages of a file as the full book has them; made once for both editions."""
    kept, options = _pieces(making)
    fonts, scanner = engines.fonts().dir, engines.scanner()

    def make(target: Path) -> Piece:
        if scanner:
            scanner.check(path, name=name)
        side = making.longest_side
        return gate.to_piece(path, target, name=name, office=_to_pdf, fonts=fonts, longest_side=side)

    return kept.get(path, sha256, options, make)


def make_ready(file: EvidenceFile, making: Making) -> bool:
    """Make the file's pages for the book that will be asked for; whether there was anything to make.

    One that cannot be read is left to the book, which tells why.
    """
    kept, options = _pieces(making)
    if kept.holds(file.sha256, options):
        return False
    with suppress(EvidenceRefused), _at_hand(file, making):
        kept.prune()
    return True


def _pieces(making: Making) -> tuple[Pieces, list[object]]:
    """Where pieces are kept, and what those of such a book are kept under besides their file's digest."""
    options = [making.longest_side, typeface(engines.fonts().dir).family, engines.scanner() is not None]
    return Pieces(config().home / "pieces"), options


@contextmanager
def _at_hand(file: EvidenceFile, making: Making) -> Iterator[Piece]:
    with stores.fetched(stores.INTAKE, [intake.key(file.sha256)]) as found:
        yield piece(found[intake.key(file.sha256)], file.sha256, making, name=file.name)


def _to_pdf(document: bytes, title: str) -> bytes:
    return engines.office().to_pdf(document, title=title)


def _identity(file: EvidenceFile, making: Making) -> str:
    return digest([_MADE_BY, file.sha256, making.told(), typeface(engines.fonts().dir).family])


def _bytes(seen: Look) -> bytes:
    found = [[page, *box] for page, box in seen.found]
    return json.dumps({"sizes": seen.sizes, "shape": seen.shape, "found": found}).encode()


def _look_of(data: bytes) -> Look:
    told = json.loads(data)
    found = tuple((each[0], Box(*each[1:])) for each in told["found"])
    return Look(tuple((wide, high) for wide, high in told["sizes"]), told["shape"], found)


_caches: dict[Path, Cache] = {}


def _cache() -> Cache:
    folder = config().home / "cache" / "scrutiny"
    return _caches.setdefault(folder, Cache(folder, _MOST))
