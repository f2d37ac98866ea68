"""The typeface of official papers: the real TH SarabunPSK, or a stand-in with the same widths made on this machine.

The stand-in is Laksaman (Debian ``fonts-tlwg-laksaman-ttf``) with 1,503 units per em instead of 1,000: each of its Thai
letters is then as wide as that of TH SarabunPSK, and a line at 16 pt is 20.8 pt high as in the original, so lines and
pages break where they do in an office. A private fontconfig file gives LibreOffice this one family under all the names
that templates use. Nothing but fonts belongs here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

from docservice.errors import EngineUnavailable

FAMILY = "TH SarabunPSK"
STAND_IN = "DS Sarabun Metric"
SOURCE = "Laksaman"
UNITS_PER_EM = 1503
ALIASES = ("TH SarabunPSK", "TH SarabunPSK New", "TH Sarabun New", "TH SarabunIT๙", "TH Sarabun")
_RECIPE = "1"
_USE_TYPO_METRICS = 1 << 7
_WINDOWS, _UNICODE_BMP, _ENGLISH = 3, 1, 0x409


@dataclass(frozen=True)
class Fonts:
    """The family that LibreOffice is given and the files it lives in.

    ``dir`` holds ``files`` and nothing else; ``config`` is a fontconfig file for ``FONTCONFIG_FILE``; ``names`` are the
    PostScript names that a finished PDF may carry; ``stand_in`` tells a derived font from the real one.
    """

    dir: Path
    config: Path
    family: str
    files: list[Path]
    stand_in: bool
    version: str
    names: tuple[str, ...]


def prepare(home: Path) -> Fonts:
    """Find or make the family under ``home``/fonts; quick once made, safe when two processes do it at once.

    Raises EngineUnavailable where neither TH SarabunPSK nor Laksaman (or fontconfig itself) is installed.
    """
    home = home.resolve()
    real = _installed(FAMILY)
    sources = real or _installed(SOURCE)
    if not sources:
        raise EngineUnavailable(
            "ไม่พบแบบอักษร TH SarabunPSK หรือ Laksaman ในเครื่องนี้",
            "กรุณาติดตั้งแบบอักษร TH SarabunPSK หรือแพ็กเกจ fonts-tlwg-laksaman-ttf",
            english="Neither TH SarabunPSK nor Laksaman is installed. Install the package fonts-tlwg-laksaman-ttf.",
        )
    folder = home / "fonts" / f"{'sarabun' if real else 'metric'}-{_digest(sources)}"
    if not folder.is_dir():
        _make_folder(folder, sources, derive=not real)
    files = sorted(folder.glob("*.ttf"))
    family = FAMILY if real else STAND_IN
    names, version = _describe(files)
    return Fonts(folder, _config(home, folder, family), family, files, not real, version, names)


def _installed(family: str) -> list[Path]:
    """The TrueType files of ``family`` that fontconfig knows, sorted; empty when there are none."""
    try:
        run = subprocess.run(
            ["fc-list", "--format", "%{file}\n", f":family={family}"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailable(
            "เรียกโปรแกรม fc-list ไม่ได้ จึงไม่ทราบว่ามีแบบอักษรใด",
            "กรุณาติดตั้งแพ็กเกจ fontconfig",
            english=f"fc-list cannot be run ({error}). Install the package fontconfig.",
        ) from error
    return sorted(Path(line) for line in set(run.stdout.split("\n")) if line.lower().endswith(".ttf"))


def _digest(sources: Iterable[Path]) -> str:
    """Twelve hex digits that change with the source files and with the recipe."""
    digest = hashlib.sha256(_RECIPE.encode())
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _make_folder(folder: Path, sources: list[Path], *, derive: bool) -> None:
    """Fill a folder beside the final one and rename it, so that nobody ever sees half a family."""
    draft = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for path in sources:
        if derive:
            _derive(path, draft / path.name.replace(SOURCE, STAND_IN.replace(" ", "")))
        else:
            shutil.copyfile(path, draft / path.name)
    try:
        draft.rename(folder)
    except OSError:  # another process was first: its folder is as good as ours
        shutil.rmtree(draft, ignore_errors=True)
        if not folder.is_dir():
            raise


def _derive(source: Path, target: Path) -> None:
    """Write ``source`` with 1,503 units per em, its Windows line metrics, and a name of its own."""
    with TTFont(source, recalcTimestamp=False) as font:
        font["head"].unitsPerEm = UNITS_PER_EM
        font["OS/2"].fsSelection &= ~_USE_TYPO_METRICS
        style = font["name"].getDebugName(2) or "Regular"
        _rename(font, style)
        font.save(target)


def _rename(font: TTFont, style: str) -> None:
    """Give the derived font its own names; copyright and licence entries stay as they are."""
    table = font["name"]
    full = STAND_IN if style == "Regular" else f"{STAND_IN} {style}"
    postscript = f"{STAND_IN.replace(' ', '')}-{style.replace(' ', '')}"
    unique = f"{postscript} {table.getDebugName(5) or ''}".strip()
    note = f"Derived from {SOURCE}: units per em set to {UNITS_PER_EM}, renamed. No outline was changed."
    for entry in list(table.names):
        if entry.nameID in (1, 2, 3, 4, 6, 10, 16, 17, 21, 22):
            table.removeNames(nameID=entry.nameID)
    for number, text in ((1, STAND_IN), (2, style), (3, unique), (4, full), (6, postscript), (10, note)):
        table.setName(text, number, _WINDOWS, _UNICODE_BMP, _ENGLISH)


def _describe(files: list[Path]) -> tuple[tuple[str, ...], str]:
    """PostScript names of all files and the version string of the first."""
    names, version = [], ""
    for path in files:
        with TTFont(path, lazy=True) as font:
            names.append(str(font["name"].getDebugName(6)))
            version = version or str(font["name"].getDebugName(5) or "")
    return tuple(names), version


def _config(home: Path, folder: Path, family: str) -> Path:
    """Write the private fontconfig file: the machine's own settings, our folder, and the aliases."""
    rules = "\n".join(_alias(name, family) for name in ALIASES if name != family)
    text = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{escape(str(folder))}</dir>
  <cachedir>{escape(str(home / "fonts" / "cache"))}</cachedir>
{rules}
</fontconfig>
"""
    path = home / "fonts" / f"{folder.name}.conf"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return path


def _alias(name: str, family: str) -> str:
    return (
        f'  <match target="pattern"><test qual="any" name="family" compare="eq"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(family)}</string></edit></match>'
    )
