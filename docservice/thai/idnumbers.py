"""National ID numbers: where a text holds one, so that it goes into no index and no log."""

from __future__ import annotations

import re

_DIGIT = "[0-9๐-๙]"
# Written together or as the card has it, 1-2345-67890-12-1; a reader of scans may lose or move the joiners.
_THIRTEEN = re.compile(rf"(?<!{_DIGIT}){_DIGIT}(?:[ \t\-–—.]{{0,3}}{_DIGIT}){{12}}(?!{_DIGIT})")
_SIGN = re.compile(_DIGIT)
MASK = "×"
"""What stands in place of a digit."""


def without_id_numbers(text: str, *, unsure: bool = False) -> str:
    """``text`` with every digit of a national ID number (thirteen with a valid check digit) as ``×``. Idempotent.

    ``unsure``: the text was recognised on a picture, where one digit read wrong spoils the check: thirteen are enough.
    """
    return _THIRTEEN.sub(
        lambda found: _SIGN.sub(MASK, found[0]) if unsure or is_id_number(found[0]) else found[0], text
    )


def id_number_spans(text: str) -> list[tuple[int, int]]:
    """Where in ``text`` each national ID number begins and ends."""
    return [found.span() for found in _THIRTEEN.finditer(text) if is_id_number(found[0])]


def is_id_number(text: str) -> bool:
    """Whether the digits of ``text``, Thai or Arabic, are thirteen whose last one checks the others (mod 11)."""
    digits = [int(sign) for sign in _SIGN.findall(text)]
    if len(digits) != 13:
        return False
    weighed = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighed % 11) % 10 == digits[12]
