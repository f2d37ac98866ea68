"""Tesseract, the program that recognises text on pictures: whether it is here, and one picture read by it.

``read`` belongs into a child of the ward: its limits hold for the program as well, and who ends it ends both.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageFilter, ImageStat

from docservice.errors import EvidenceRefused
from docservice.pdf.reading import Reading, reading

LANGUAGES = "tha+eng"
NEEDED = ("tha", "eng", "osd")
PACKAGES = "tesseract-ocr tesseract-ocr-tha"
DPI = 300
"""Dots per inch a page is drawn in: docs/evidence.md has the measurements."""
_ONE_LIMIT, _BY_NEIGHBOURHOOD = "thresholding_method=0", "thresholding_method=2"
"""One limit between black and white (Otsu) does on even paper; a shadow on the page makes it blind."""
_EVEN = 40
"""Grey steps by which the paper may grow darker over a page that counts as even."""
_SECONDS = 45
_ASKING_SECONDS = 20
_LOW = 10  # how far behind everything else of this machine
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """Tesseract as it was found: its version and which of the ``NEEDED`` languages are missing."""

    version: str
    missing: tuple[str, ...]


def found() -> Program | None:
    """The Tesseract of this machine; ``None`` when there is none that answers."""
    name = shutil.which("tesseract")
    if name is None:
        return None
    try:
        version = _answer(name, "--version").split("\n")[0].removeprefix("tesseract").strip(" v")
        known = set(_answer(name, "--list-langs").split())
    except (OSError, subprocess.SubprocessError):
        return None
    return Program(version, tuple(each for each in NEEDED if each not in known))


def read(picture: Image.Image, *, name: str, dpi: int = DPI) -> Reading:
    """The words on a picture of ``dpi``; upright, on its side or upside down.

    ``EvidenceRefused`` naming ``name`` when the program fails or takes longer than 45 s.
    """
    with TemporaryDirectory(prefix="reading-") as place:
        source, out = Path(place, "page.pgm"), Path(place, "page")
        picture.convert("L").save(source, "PPM")
        words = ["tesseract", str(source), str(out), "-l", LANGUAGES, "--oem", "1", "--psm", "1", "--dpi", str(dpi)]
        words += ["-c", "preserve_interword_spaces=1", "-c", _limit(picture), "tsv", "txt"]
        _run(words, name)
        table, plain = out.with_suffix(".tsv").read_text("utf-8"), out.with_suffix(".txt").read_text("utf-8")
    return reading(table, plain, *picture.size)


def _limit(picture: Image.Image) -> str:
    """How black is told from white on this picture: the paper's grey is the brightest in each neighbourhood."""
    small = picture.convert("L").resize((256, 360), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(15)).resize((16, 24), Image.Resampling.BOX)
    (darkest, brightest) = ImageStat.Stat(paper).extrema[0]
    return _BY_NEIGHBOURHOOD if brightest - darkest > _EVEN else _ONE_LIMIT


def _run(words: list[str], name: str) -> None:
    """Run the program behind everything else on the machine; it dies with this process."""
    clean = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            words, timeout=_SECONDS, check=False, env=clean, stdin=quiet, stdout=quiet, stderr=quiet, preexec_fn=_humble
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(name, "ใช้เวลานานเกินกำหนด", "it takes too long") from error
    except OSError as error:
        raise _refused(name, "เปิดโปรแกรม Tesseract ไม่ได้", str(error.strerror)) from error
    if done.returncode:
        raise _refused(name, "โปรแกรม Tesseract หยุดทำงาน", f"Tesseract ended with {done.returncode}")


def _humble() -> None:
    os.nice(_LOW)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(program: str, word: str) -> str:
    told = subprocess.run([program, word], capture_output=True, timeout=_ASKING_SECONDS, check=True, text=True)
    return told.stdout or told.stderr


def _refused(name: str, what: str, english: str) -> EvidenceRefused:
    return EvidenceRefused(
        f"{name} อ่านข้อความไม่ได้ ({what})",
        "ภาพของหน้ายังอยู่ในเล่มครบถ้วน ค้นด้วยข้อความของหน้านี้ไม่ได้",
        english=f"{name}: no text was recognised: {english}. The page itself is in the book.",
    )
