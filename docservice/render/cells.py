"""All values of a paper printed at once: digits in Thai, escaped, in UTF-8, each as Jinja prints it under ``strict``.

They are joined to one text, on which a step costs little more than on one of them, and parted again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docxtpl import DocxTemplate
from markupsafe import escape

from docservice import thai
from docservice.catalogue import Code
from docservice.thai import BE

_BETWEEN = "\x1f"  # white space to the rules of digits, and in no fact
_SEPARATOR = _BETWEEN.encode()
_TURN = "\x1e"
_ESCAPES = tuple((mark.encode(), str(escape(mark)).encode()) for mark in "&<>\"'")  # & first
_DIGITS = tuple((digit.encode(), thai.to_thai_digits(digit).encode()) for digit in "0123456789")
# What bears on digits: themselves, and what may keep them (letters, the first bytes of À-ɏ in UTF-8, @). Others go.
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@\xc3\xc4\xc5\xc6\xc7\xc8\xc9"
_KINDS = bytes.maketrans(b"0123456789" + _LETTERS, b"1" * 10 + b"a" * len(_LETTERS))
_REST = bytes(set(range(256)) - set(b"0123456789" + _LETTERS + _SEPARATOR))
_BESIDE = (b"1a", b"a1")
_MIXED = re.compile(b"|".join(_BESIDE))
# The same run by run: what joins a run goes, and so do later bytes of a letter; all else ends it.
_JOINING = b"-_./:+#&=%~" + bytes(range(0x80, 0xC0))
_RUNS = bytes(_KINDS[byte] if byte in b"0123456789" + _LETTERS else 0x20 for byte in range(256))
_ADDRESSES = (b"://", b"w.", b"W.")
_LINE_BREAK = b'</w:t><w:br/><w:t xml:space="preserve">'
_BREAKS = {  # one character is looked for ten times as fast as one of two
    (True, False): re.compile(b"\n"),
    (False, True): re.compile(b"\t"),
    (True, True): re.compile(b"[\n\t]"),
}
_PARAGRAPH = re.compile(rb"<w:p(?: [^>]*)?>")
_END = b"</w:p>"


class UnableError(Exception):
    """Not to be done all at once."""


def printed(values: list[Any], *, breaks: bool) -> tuple[list[bytes], bool]:
    """Each of ``values``, and whether one holds what docxtpl may change in the part: a brace, a break, a tab.

    With ``breaks``, which asks that all stand in plain runs, line breaks are done. Uses ``values`` up. Raises
    UnableError for what may not be printed.
    """
    codes = _texts(values)
    text = _BETWEEN.join(values).encode()
    kinds = text.translate(_KINDS, _REST)
    mixed = list[int]()
    digits = b"1" in kinds
    if digits and b"a" in kinds and _keeps(text):
        if sum(map(kinds.count, _BESIDE)) < len(values) // 4:
            mixed = list(_mixed(kinds))
        else:
            text, digits = _in_thai(_BETWEEN.join(values)), False
    apart = _in_thai(_BETWEEN.join([values[place] for place in mixed])) if mixed else b""
    kept = _BETWEEN.join(codes.values()).encode()
    left = False
    found = []
    for one in (_all_thai(text) if digits else text, apart, kept):
        for mark, written in _ESCAPES:
            if mark in one:
                one = one.replace(mark, written)
        if breaks and b"\n" in one:
            one = one.replace(b"\n", _LINE_BREAK)
        left = left or b"{" in one or b"}" in one or b"\n" in one or b"\t" in one
        found.append(one.split(_SEPARATOR))
    cells = found[0]
    if len(cells) != len(values):
        raise UnableError
    for places, others in ((mixed, found[1]), (codes, found[2])):
        for place, cell in zip(places, others, strict=bool(places)):
            cells[place] = cell
    return cells, left


def _texts(values: list[Any]) -> dict[int, Code]:
    """Make texts of all ``values``; codes, which keep their digits, are taken out."""
    kinds = list(map(type, values))
    codes = dict[int, Code]()
    for kind in set(kinds) - {str}:
        if kind not in (int, BE, Code):
            raise UnableError
        place = -1
        for _ in range(kinds.count(kind)):
            place = kinds.index(kind, place + 1)
            if kind is Code:
                codes[place], values[place] = values[place], ""
            else:
                values[place] = str(values[place])
    return codes


def _keeps(text: bytes) -> bool:
    """Whether a digit may have to stay as it is: beside a letter in one run, or in an address."""
    runs = text.translate(_RUNS, _JOINING)
    return any(mark in runs for mark in _BESIDE) or any(mark in text for mark in _ADDRESSES)


def _mixed(kinds: bytes) -> Iterator[int]:
    """The places of texts where digits stand together with what may keep them; all other digits become Thai."""
    at, place = 0, 0
    while found := _MIXED.search(kinds, at):
        place += kinds.count(_SEPARATOR, at, found.start())
        yield place
        at = kinds.find(_SEPARATOR, found.end())
        if at < 0:
            return


def _in_thai(text: str) -> bytes:
    """``thai.to_thai_digits`` for a long text."""
    loose, kept = thai.loose_and_kept(text)
    turns = [b""] * (2 * len(loose))
    turns[::2] = _all_thai(_TURN.join(loose).encode()).split(_TURN.encode())
    turns[1::2] = _TURN.join(kept).encode().split(_TURN.encode())
    return b"".join(turns)


def _all_thai(text: bytes) -> bytes:
    for digit, written in _DIGITS:
        text = text.replace(digit, written)
    return text


def listed(text: bytes) -> bytes:
    """docxtpl's ``resolve_listing`` of every paragraph with a break or tab; others it does not change.

    After any end of a paragraph docxtpl looks for the next start, so the paragraph around a place is found from there.
    """
    done, out = 0, list[bytes]()
    breaks = _BREAKS.get((b"\n" in text, b"\t" in text))
    for place in breaks.finditer(text) if breaks else ():
        at = place.start()
        if at < done:
            continue
        closed = text.rfind(_END, done, at)
        start = _PARAGRAPH.search(text, done if closed < 0 else closed + len(_END))
        end = text.find(_END, at)
        if start is None or end < 0 or start.start() > at:
            continue
        end += len(_END)
        out.append(text[done : start.start()])
        out.append(str(DocxTemplate.resolve_listing(None, text[start.start() : end].decode())).encode())
        done = end
    return b"".join((*out, text[done:]))
