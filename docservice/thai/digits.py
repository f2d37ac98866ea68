"""Digits: Thai ๐-๙ and Arabic 0-9, both ways.

Official papers print Thai digits; web and e-mail addresses, codes and file names stay Arabic.
"""

from __future__ import annotations

import re

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
# An address runs to the next white space; a code is one run of Latin letters, digits and the joiners between them
# (A4, ISO-9001, PDF/A-2b, leader-0007). A run without any Latin letter (12/2562, 0-3851-1239) is a number.
_ADDRESS = (
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*://|[wW]{3}\.)\S+"
    r"|(?<![A-Za-z0-9_.+%\-])[A-Za-z0-9_.+%\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
)
_JOINED = "[-_./:+#@&=%~]"
_CODE = rf"[{_LATIN}0-9]+(?:{_JOINED}+[{_LATIN}0-9]+)*"
_RUN = re.compile(rf"(?P<address>{_ADDRESS})|(?P<code>{_CODE})")
# The same for long texts. Without addresses, codes that have a Latin letter are all that keeps its digits; they begin
# with one of a set, which is quickly found. Else all runs in turns: what none begins with is passed over at one stroke.
_KEPT = re.compile(
    rf"([{_LATIN}0-9](?:(?<=[{_LATIN}])|[0-9]*+(?:{_JOINED}++[0-9]++)*+{_JOINED}*+[{_LATIN}])"
    rf"[{_LATIN}0-9]*+(?:{_JOINED}++[{_LATIN}0-9]++)*+)"
)
_IN_ADDRESSES = ("@", "://", "w.", "W.")
_NUMBER = rf"[0-9]++(?:{_JOINED}++[0-9]++)*+(?!{_JOINED}*[{_LATIN}0-9])"
_TURN = re.compile(rf"([^{_LATIN}0-9_.+%\-]*+)(?:({_ADDRESS})|({_NUMBER}|[_.+%\-])|({_CODE})|\Z)")
_HAS_DIGIT = re.compile("[0-9]")
_HAS_LATIN = re.compile(f"[{_LATIN}]")


def to_thai_digits(text: str) -> str:
    """``text`` with 0-9 as ๐-๙, except in addresses (URL, e-mail) and in codes, where a Latin letter is joined on.

    Idempotent. A space ends a code: in ``ISO 9001`` the number is converted, in ``ISO-9001`` it is not.
    """
    return _RUN.sub(_convert, text) if _HAS_DIGIT.search(text) else text


def loose_and_kept(text: str) -> tuple[list[str], list[str]]:
    """``text`` in turns, one of each: what has its digits in Thai, then what keeps them; fast where it is long."""
    if not any(mark in text for mark in _IN_ADDRESSES):
        parts = [*_KEPT.split(text), ""]
        return parts[::2], parts[1::2]
    found = _TURN.findall(text)
    return [between + loose for between, _, loose, _ in found], [address or code for _, address, _, code in found]


def to_arabic_digits(text: str) -> str:
    """``text`` with every ๐-๙ as 0-9. Idempotent."""
    return text.translate(_TO_ARABIC)


def thousands(number: int) -> str:
    """``number`` in Thai digits with a comma between thousands: ``๑,๒๓๔``."""
    return f"{number:,}".translate(_TO_THAI)


def _convert(run: re.Match[str]) -> str:
    if run["address"] is not None or _HAS_LATIN.search(run["code"]):
        return run[0]
    return run[0].translate(_TO_THAI)
