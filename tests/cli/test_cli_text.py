"""Recognising scans as the command line tells of it: on, off, or what to install. Never a reason to be ill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from docservice.cli.doctor import recognition
from docservice.config import Config, config
from docservice.errors import InputRefused


@pytest.fixture
def _auto() -> Iterator[None]:
    before = config().ocr
    object.__setattr__(config(), "ocr", "auto")
    yield
    object.__setattr__(config(), "ocr", before)


@pytest.mark.usefixtures("_auto")
def test_doctor_tells_what_recognises_scans() -> None:
    found = recognition()
    assert found.well
    assert found.seen.endswith(" tha+eng")


def test_doctor_tells_that_it_is_switched_off() -> None:
    assert config().ocr == "off"
    assert "DOCSERVICE_OCR=off" in recognition().seen


@pytest.mark.usefixtures("_auto")
def test_doctor_tells_what_to_install_and_is_well_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = recognition()
    assert found.well
    assert "ไม่พบโปรแกรม" in found.seen
    assert "apt-get install tesseract-ocr tesseract-ocr-tha" in found.mend


def test_a_word_the_setting_does_not_know_is_refused() -> None:
    assert Config.read({}).ocr == "auto"
    with pytest.raises(InputRefused, match="DOCSERVICE_OCR"):
        Config.read({"DOCSERVICE_OCR": "perhaps"})
