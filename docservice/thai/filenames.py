"""File names a person may read on Windows, Linux and a USB stick: Thai letters kept, forbidden characters replaced."""

from __future__ import annotations

import re
import unicodedata

from docservice.thai.hygiene import clean

_LIMIT = 120  # bytes of UTF-8; leaves room for a folder prefix and an extension in the 255 a file system allows
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)", re.IGNORECASE)
_LEADING_VOWELS = "เแโใไ"  # written before their consonant: alone at a cut they belong to what was cut off
_NAMELESS = "ไม่มีชื่อ"


def safe_file_name(text: str) -> str:
    """``text`` as a file name of at most 120 bytes of UTF-8, never empty, cut between whole clusters. Idempotent.

    ``/ \\ : * ? " < > |`` and controls become ``-``, runs of white space one space; leading and trailing dots and
    spaces go; a short ASCII extension survives the cut; names Windows reserves get a leading ``-``.
    """
    # BagIt checkers do not agree on how a percent sign in a name is read back, so it becomes its wide form.
    name = _FORBIDDEN.sub("-", clean(text).replace("\n", " ").replace("\t", " ").replace("%", "％"))
    name = " ".join(name.split()).strip(". ") or _NAMELESS
    if _RESERVED.match(name):
        name = f"-{name}"
    if len(name.encode()) <= _LIMIT:
        return name
    found = _EXTENSION.search(name)
    extension = found[0] if found else ""
    stem = _cut(name.removesuffix(extension), _LIMIT - len(extension))
    return stem.rstrip(". ") + extension


def _cut(text: str, limit: int) -> str:
    """The longest start of ``text`` within ``limit`` bytes that does not part a letter from its marks."""
    kept = text.encode()[:limit].decode(errors="ignore")
    while kept and len(kept) < len(text) and _hangs(text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip(_LEADING_VOWELS) if len(kept) < len(text) else kept


def _hangs(character: str) -> bool:
    return unicodedata.category(character) == "Mn" or character == "ำ"
