"""Documents that end LibreOffice again and again are kept aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.errors import EngineUnavailable, InputRefused
from docservice.render.fonts import Fonts
from docservice.render.office import Office
from docservice.render.quarantine import STRIKES, Quarantine

POISON = b"PK poison"


def struck(folder: Path) -> Quarantine:
    quarantine = Quarantine(folder / "quarantine")
    for _ in range(STRIKES):
        quarantine.refuse(POISON)
        quarantine.strike(POISON, ".docx", "it ended")
    return quarantine


def test_after_its_strikes_a_document_is_refused_in_every_process(tmp_path: Path) -> None:
    struck(tmp_path)
    with pytest.raises(InputRefused, match="กักไว้ที่"):
        Quarantine(tmp_path / "quarantine").refuse(POISON)


def test_other_documents_are_not_refused(tmp_path: Path) -> None:
    struck(tmp_path).refuse(b"PK another")


def test_the_kept_document_is_its_owners_only(tmp_path: Path) -> None:
    kept = [path for path in struck(tmp_path).folder.iterdir() if path.read_bytes() == POISON]
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]


def test_taking_the_kept_document_away_lets_it_be_tried_again(tmp_path: Path) -> None:
    quarantine = struck(tmp_path)
    for path in quarantine.folder.iterdir():
        path.unlink()
    quarantine.refuse(POISON)


def test_a_document_that_no_libreoffice_survives_is_struck_and_in_the_end_refused(tmp_path: Path, fonts: Fonts) -> None:
    with Office(tmp_path, fonts, timeout=0.001) as office:
        for _ in range(STRIKES):
            with pytest.raises(EngineUnavailable):
                office._twice(b"PK slow", {"op": "convert", "title": "", "layout": False}, 0.001, ".odt")
        with pytest.raises(InputRefused, match="กักไว้ที่"):
            office._twice(b"PK slow", {"op": "convert", "title": "", "layout": False}, 0.001, ".odt")
