"""The letters of a template against the rules: typeface, complex-script slots, styles, Thai digits, hygiene."""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docservice.catalogue import Kind
from docservice.render.doctor import flow
from docservice.render.doctor.flow import Paragraph, Piece
from docservice.render.doctor.looks import Look, Looks, style_of
from docservice.render.doctor.opening import Opened
from docservice.render.doctor.slots import ALLOWED, lacks_thai_font, uneven_size
from docservice.render.doctor.tags import Tag, Trouble, scan
from docservice.render.package import NS, q
from docservice.thai import clean, to_thai_digits

_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]")
_HIDDEN = re.compile("[\u200b-\u200d\ufeff\u00ad\u2060]")
_WORD = re.compile("[^\\s\u0e00-\u0e7f]+")
_SIXTEEN = 32
_SET_IN_16 = ("letter", "order", "announcement", "report")
_LATIN = re.compile(r"[A-Za-z0-9{]")
_LEAST_IN_TABLES = 24  # half points
_INVISIBLE = 8
_LONG = 60


@dataclass
class Letters:
    """The checks of one file. ``thai`` tells whether it has any Thai letter at all."""

    looks: Looks
    kind: Kind | None
    thai: bool
    _told: set[tuple[str, str, str]] = field(default_factory=set)

    def of(self, paragraph: Paragraph, tags: list[Tag]) -> Iterator[Trouble]:
        """What is wrong with the letters of one paragraph."""
        if style := style_of(paragraph.element):
            yield from self._style(paragraph, style, 0, len(paragraph.text))
        yield from self._runs(paragraph, tags)
        yield from _text(paragraph, tags, thai=self.thai)

    def _style(self, paragraph: Paragraph, code: str, start: int, end: int) -> Iterator[Trouble]:
        if code in self.looks.styles:
            return
        names = {**{name: name for name in self.looks.names.values()}, **self.looks.names}
        near = difflib.get_close_matches(code, list(names), 1, 0.6)
        hint = f"หมายถึง “{names[near[0]]}” ใช่หรือไม่ เลือกรูปแบบใหม่ใน Word" if near else "เลือกรูปแบบอื่นใน Word"
        english = f"Did you mean '{names[near[0]]}'?" if near else "Choose another."
        yield Trouble("undefined-style", paragraph, start, end, {"name": code, "hint": hint, "hint_english": english})

    def _runs(self, paragraph: Paragraph, tags: list[Tag]) -> Iterator[Trouble]:
        said: dict[tuple[str, str], tuple[int, int, dict[str, str]]] = {}
        for first, last in _stretches(paragraph):
            rstyle = first.run.find("w:rPr/w:rStyle", NS)
            if rstyle is not None:
                yield from self._style(paragraph, str(rstyle.get(q("w:val"))), first.start, last.end)
        for start, end, run, thai in _read_letters(paragraph, tags):
            look = self.looks.of_run(run, paragraph.element)
            for code, origin, facts in self._of_look(look, paragraph, paragraph.text[start:end], thai=thai):
                key = (code, origin + facts.get("font", "") + facts.get("found", ""))
                first_start, _, _ = said.get(key, (start, end, facts))
                said[key] = (first_start, end, facts)
        for (code, _), (start, end, facts) in said.items():
            yield Trouble(code, paragraph, start, end, facts)

    def _of_look(
        self, look: Look, paragraph: Paragraph, text: str, *, thai: bool
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        latin = bool(_LATIN.search(text))
        if look.ascii not in ALLOWED and (latin or (look.ascii and not thai)):
            yield self._told_of("wrong-font", look, "ascii", font=look.ascii or "ตามค่าเริ่มต้นของ Word")
        if thai:
            if lacks_thai_font(look):
                yield self._told_of("no-cs-font", look, "ascii")
            elif look.cs and look.cs not in ALLOWED:
                yield self._told_of("wrong-font", look, "cs", font=look.cs)
            if uneven_size(look):
                which = "size" if look.origin.get("size") == "run" else "size_cs"
                yield self._told_of("cs-size", look, which, found=_points(look.size_cs), wanted=_points(look.size))
            for one, slot, thai_word, english in (
                ("bold", "bCs", "ตัวหนา", "Bold"),
                ("italic", "iCs", "ตัวเอียง", "Italic"),
            ):
                if getattr(look, one) and not getattr(look, f"{one}_cs"):
                    words = {"look": thai_word, "look_short": thai_word[3:], "slot": slot, "look_english": english}
                    yield self._told_of("cs-bold", look, one, **words)
            if not (look.language or "").lower().startswith("th"):
                yield self._told_of("cs-lang", look, "language", found=look.language or "ไม่ได้กำหนด")
            if self.kind is not None and self.kind.code in _SET_IN_16:
                yield from self._size(look, look.size_cs or 20, paragraph)

    def _size(self, look: Look, size: int, paragraph: Paragraph) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Running text is set in 16 points; tables may be smaller, headings larger."""
        least = _LEAST_IN_TABLES if paragraph.tables else _SIXTEEN
        long = len(paragraph.text) > _LONG
        if _INVISIBLE < size < least or (size > _SIXTEEN and long and look.origin.get("size_cs") == "run"):
            yield self._told_of("text-size", look, "size_cs", found=_points(size), wanted="16")

    def _told_of(self, code: str, letters: Look, what: str, /, **facts: str) -> tuple[str, str, dict[str, str]]:
        """A fault of the run itself, or of the style or the defaults it comes from."""
        origin = letters.origin.get(what, "")
        if origin == "run":
            return code, origin, facts | {"style": "", "style_english": ""}
        name = self.looks.names.get(origin, "")
        thai = f" (จากรูปแบบ “{name}”)" if name else " (จากค่าเริ่มต้นของเอกสาร)"
        english = f" (by the style '{name}')" if name else " (by the document's defaults)"
        return code, origin, facts | {"style": thai, "style_english": english, "origin": origin or "*"}


def lettered(paragraph: Paragraph, tags: list[Tag]) -> Iterator[tuple[int, int, etree._Element]]:
    """(start, end, run) of every run whose letters will be read as Thai on paper."""
    for start, end, run, thai in _read_letters(paragraph, tags):
        if thai:
            yield start, end, run


def _read_letters(paragraph: Paragraph, tags: list[Tag]) -> Iterator[tuple[int, int, etree._Element, bool]]:
    """(start, end, run, whether Thai) of every run that prints: letters outside statements, and fields."""
    starts = [tag.start for tag in tags]
    for first, last in _stretches(paragraph):
        start, end = first.start, last.end
        text = paragraph.text[start:end]
        over = _over(tags, starts, start, end)
        printing = any(tag.opener == "{{" for tag in over)
        if printing or _outside(over, start, end, text):
            yield start, end, first.run, printing or bool(_THAI.search(text))


def _points(size: int | None) -> str:
    return f"{(size or 20) / 2:g}"


def _stretches(paragraph: Paragraph) -> Iterator[tuple[Piece, Piece]]:
    """First and last piece of every run."""
    first = last = None
    for piece in paragraph.pieces:
        if first is not None and last is not None and piece.run is not first.run:
            yield first, last
            first = None
        first, last = first or piece, piece
    if first is not None and last is not None:
        yield first, last


def _over(tags: list[Tag], starts: list[int], start: int, end: int) -> list[Tag]:
    """Those of ``tags`` (in order, with their ``starts``) that reach into letters ``start`` to ``end``."""
    first = max(0, bisect.bisect_right(starts, start) - 1)
    return [tag for tag in tags[first : bisect.bisect_left(starts, end)] if tag.end > start]


def _outside(tags: list[Tag], start: int, end: int, text: str) -> bool:
    """Whether any letter from ``start`` to ``end`` stands outside all statements."""
    inside = sum(max(0, min(end, tag.end) - max(start, tag.start)) for tag in tags)
    return bool(text.strip()) and inside < end - start


def literal(paragraph: Paragraph, tags: list[Tag]) -> Iterator[tuple[int, str]]:
    """The typed letters outside all tags, as (start, text), fields that Word counts left out."""
    at = 0
    for tag in [*sorted(tags, key=lambda tag: tag.start), None]:
        end = tag.start if tag else len(paragraph.text)
        if end > at:
            yield at, paragraph.text[at:end]
        at = max(at, tag.end) if tag else at


def _text(paragraph: Paragraph, tags: list[Tag], *, thai: bool) -> Iterator[Trouble]:
    counted = bytearray(len(paragraph.text) + 1)  # letters that Word itself writes: results of fields
    for piece in paragraph.pieces:
        if piece.field is not None and piece.field.name != "HYPERLINK":
            counted[piece.start : piece.end] = b"\1" * len(piece.text)
    for start, text in literal(paragraph, tags):
        if thai:
            for found in _WORD.finditer(text):
                if any(counted[start + found.start() : start + found.end()]):
                    continue
                if (wanted := to_thai_digits(found[0])) != found[0]:
                    yield Trouble(
                        "arabic-digits",
                        paragraph,
                        start + found.start(),
                        start + found.end(),
                        {"found": found[0], "wanted": wanted},
                    )
    for start, end, old, new in twisted(paragraph, tags):
        yield Trouble("thai-text", paragraph, start, end, {"found": _seen(old), "wanted": new})


def twisted(paragraph: Paragraph, tags: list[Tag]) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, old, new) of every Thai word whose letters are in the wrong order."""
    for start, text in literal(paragraph, tags):
        if text.isascii():
            continue
        for found in re.finditer(r"\S+", text):
            wanted = untwisted(found[0])
            if wanted != found[0] and _THAI.search(found[0]):
                yield start + found.start(), start + found.end(), found[0], wanted


def untwisted(text: str) -> str:
    """``thai.clean`` where more than a hidden break opportunity is wrong: typesetters put those in on purpose."""
    if text.isascii():
        return text
    cleaned = clean(text)
    return text if cleaned == _HIDDEN.sub("", text) else cleaned


def _seen(text: str) -> str:
    """Hidden characters made visible."""
    return "".join(
        f"<{ord(letter):04X}>" if letter in "\u200b\u200c\u200d\ufeff\u00ad\u2060" else letter for letter in text
    )


def is_thai(text: str) -> bool:
    """Whether ``text`` holds a Thai letter."""
    return bool(_THAI.search(text))


def fonts(opened: Opened) -> frozenset[str]:
    """Typefaces that letters of the paper get, whatever else the file's defaults and unused styles name."""
    looks, found = Looks(opened), set[str | None]()
    for part in flow.paragraphs(opened).values():
        scanned, _ = scan(part, ())
        beside: dict[int, list[Tag]] = {}
        for tag in scanned:
            beside.setdefault(id(tag.paragraph), []).append(tag)
        for paragraph in part:
            mine = sorted(beside.get(id(paragraph), []), key=lambda tag: tag.start)
            for start, end, run, thai in _read_letters(paragraph, mine):
                look = looks.of_run(run, paragraph.element)
                if thai:
                    found.add(look.cs)
                if not thai or _LATIN.search(paragraph.text[start:end]):
                    found.add(look.ascii)
    return frozenset(font for font in found if font)
