"""Fonts: the family that LibreOffice is given."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from docservice.errors import EngineUnavailable
from docservice.render.fonts import ALIASES, Fonts, prepare


def test_a_line_at_16_points_is_as_high_as_that_of_the_original(fonts: Fonts) -> None:
    with TTFont(fonts.files[0]) as font:
        height = (font["OS/2"].usWinAscent + font["OS/2"].usWinDescent) * 16 / font["head"].unitsPerEm
    assert height == pytest.approx(20.8, abs=0.1)


def test_thai_digits_are_as_wide_as_those_of_the_original(fonts: Fonts) -> None:
    with TTFont(fonts.files[0]) as font:
        widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] / font["head"].unitsPerEm for digit in "๐๑๒๓๔๕๖๗๘๙"}
    assert max(widths) == pytest.approx(0.449, abs=0.03)


def test_a_second_call_makes_nothing_anew(fonts: Fonts, engine_home: Path) -> None:
    before = [file.stat().st_mtime_ns for file in fonts.files]
    assert prepare(engine_home) == fonts
    assert [file.stat().st_mtime_ns for file in fonts.files] == before


@pytest.mark.parametrize("name", ALIASES)
def test_every_name_that_templates_use_leads_to_the_family(fonts: Fonts, name: str) -> None:
    environment = os.environ | {"FONTCONFIG_FILE": str(fonts.config)}
    found = subprocess.run(
        ["fc-match", "-f", "%{family}", name], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout == fonts.family


def test_a_foreign_name_does_not_lead_to_the_family(fonts: Fonts) -> None:
    environment = os.environ | {"FONTCONFIG_FILE": str(fonts.config)}
    found = subprocess.run(
        ["fc-match", "-f", "%{family}", "Comic Sans MS"], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout != fonts.family


def test_without_any_thai_font_the_package_to_install_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    with pytest.raises(EngineUnavailable, match="fonts-tlwg-laksaman-ttf"):
        prepare(tmp_path)
    assert not (tmp_path / "fonts").exists()
