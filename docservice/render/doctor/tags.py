"""Template tags in a paragraph's text: those that are whole, and what is left of those that are not.

A scanner, no grammar: what stands between the braces is for ``syntax``. One broken tag gives one trouble, and still
counts as what it was meant to be, so that its fault does not bring others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docservice.render.doctor.flow import Paragraph

CLOSER = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENER = {closer: opener for opener, closer in CLOSER.items()}
_GAP = "[ \u00a0\u200b-\u200d\ufeff\u2060]"
_TOKEN = re.compile(rf"[{{｛]{_GAP}*[{{%#｛]|[}}%#｝]{_GAP}*[}}｝]|[{{}}｛｝]")
_EXPRESSION = re.compile(r"\s*[^\W\d][\w.]*(?:\[\w+\])*(?:\s*\|\s*\w+)*\s*")
_STATEMENT = re.compile(r"[\x20-\x7e]*[\x21-\x7e]")
_WORDS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith")
_LED = re.compile(rf"\s*-?(?:(?:p|tr|tc|r)\s+)?(?:{'|'.join(_WORDS)})\b")
_PREFIX = re.compile(r"(p|tr|tc|r)(?=\s)")
_ESCAPE = re.compile(r"\{_[{%]|[}%]_\}")
_LOOK_AHEAD = 3
_NEAR = 200  # letters that are looked at before a brace nothing opens
_RAW = re.compile(r"\s*(end)?raw\s*$")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: ``opener`` is ``{{``, ``{%`` or ``{#``; ``prefix`` is ``p``, ``tr``, ``tc``, ``r`` or empty.

    ``body`` is what stands between the braces after the prefix, and begins at ``at`` in the paragraph's text.
    ``whole`` is False for what is left of a broken tag.
    """

    paragraph: Paragraph = field(compare=False)
    start: int
    end: int
    opener: str
    prefix: str
    body: str
    at: int
    whole: bool = True

    @property
    def text(self) -> str:
        """The tag as written."""
        return self.paragraph.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong at letters ``start`` to ``end`` of a paragraph; ``facts`` fill the words of ``code``."""

    code: str
    paragraph: Paragraph = field(compare=False)
    start: int
    end: int
    facts: dict[str, Any] = field(default_factory=dict, compare=False)


def scan(paragraphs: list[Paragraph], known: Iterable[str]) -> tuple[list[Tag], list[Trouble]]:
    """All tags of one part in reading order, and the troubles with their braces. ``known`` are names of fields."""
    scanner = _Scanner(paragraphs, frozenset(known))
    scanner.run()
    return scanner.tags, scanner.troubles


def made(paragraph: Paragraph, start: int, end: int, opener: str, *, whole: bool = True, cut: int = 2) -> Tag:
    """The tag at ``start`` to ``end``; ``cut`` is how long its closing braces are (0 where there are none)."""
    text = paragraph.text
    token = _TOKEN.match(text, start)
    first = start + (len(token[0]) if token else 2)
    body = text[first : end - cut] if cut else text[first:end]
    prefix, at = "", first
    if opener != "{#" or body[:1] in "pt":
        found = _PREFIX.match(body)
        if found and (opener == "{%" or not re.match(r"\s*([|.\[]|$)", body[found.end() :])):
            prefix = found[1]
            at += found.end()
            body = body[found.end() :]
    return Tag(paragraph, start, end, opener, prefix, body, at, whole)


class _Scanner:
    def __init__(self, paragraphs: list[Paragraph], known: frozenset[str]) -> None:
        self.paragraphs, self.known = paragraphs, known
        self.tags: list[Tag] = []
        self.troubles: list[Trouble] = []
        self.skip: dict[int, int] = {}  # paragraph → where scanning begins, after the end of a tag begun before
        self.raw = False
        self.text = ""  # the paragraph's, written-out braces masked
        self.floor = 0  # where the last tag of the paragraph ended
        self.lone: int | None = None  # a single opening brace that waits for its fellow

    def run(self) -> None:
        for number, paragraph in enumerate(self.paragraphs):
            if "{" in paragraph.text or "}" in paragraph.text or "｛" in paragraph.text or "｝" in paragraph.text:
                self._paragraph(number, paragraph)

    # ------------------------------------------------------------------------------------------------ one paragraph
    def _paragraph(self, number: int, paragraph: Paragraph) -> None:
        text, at = _masked(paragraph.text), self.skip.get(number, 0)
        self.text = text
        self.floor, self.lone = at, None
        while token := _TOKEN.search(text, at):
            word, here, at = _plain(token[0]), token.start(), token.end()
            if word in CLOSER:
                self._fellow(paragraph, here, here, "")
                at = self.floor = self._open(number, paragraph, token, word)
            elif word in _OPENER:
                if not self._fellow(paragraph, here, at, word) and len(token[0]) == 2 and not self.raw:
                    self._unopened(paragraph, self.floor, here, at, word)
                self.floor = at
            elif word == "{":
                self.lone = here
            elif self._fellow(paragraph, here, at, "}"):
                self.floor = at
            elif self._ends_name(text[max(self.floor, here - _NEAR) : here]):
                self._stray(paragraph, self.floor, here, at)
                self.floor = at
        if self.lone is not None and (found := self._begins_name(text[self.lone + 1 :])):
            end = self.lone + 1 + found
            self._single(paragraph, self.lone, end, text[self.lone + 1 : end], "")

    def _fellow(self, paragraph: Paragraph, here: int, end: int, closer: str) -> bool:
        """Whether a single opening brace waits, and what stands between was meant as a tag; then it is taken down."""
        lone, self.lone = self.lone, None
        if lone is None or not self._is_meant(paragraph.text[lone + 1 : here]):
            return False
        self._single(paragraph, lone, end, paragraph.text[lone + 1 : here], closer)
        return True

    def _open(self, number: int, paragraph: Paragraph, token: re.Match[str], opener: str) -> int:
        """Read on from an opener; where to go on."""
        text, start, inside = self.text, token.start(), token.end()
        loose, lone = len(token[0]) > 2, None
        for word, found in _inner(text, inside, CLOSER[opener]):
            if word == CLOSER[opener]:
                return self._ended(paragraph, token, found, opener)
            if opener == "{#":
                continue
            if word in _OPENER:
                return self._wrong(paragraph, start, inside, found.start(), found.end(), opener, word)
            if word in CLOSER and word == found[0]:
                return self._broken_off(paragraph, start, inside, lone, found.start(), opener)
            if word == "}" and lone is None:
                lone = found.start()
        if lone is None and loose and not self._is_meant(text[inside:]):
            return inside
        if lone is None and opener != "{#" and self._goes_on(number, paragraph, start, inside, opener):
            return len(text)
        return self._broken_off(paragraph, start, inside, lone, len(text), opener)

    # ----------------------------------------------------------------------------------------------------- outcomes
    def _ended(self, paragraph: Paragraph, token: re.Match[str], found: re.Match[str], opener: str) -> int:
        """A tag with both ends, which may have blanks or full-width forms between their braces."""
        loose = len(token[0]) > 2
        if loose and not self._is_meant(paragraph.text[token.end() : found.start()]):
            return token.end()
        broken = loose or len(found[0]) > 2 or "｛" in token[0] or "｝" in found[0]
        return self._closed(paragraph, token.start(), found.end(), opener, broken=broken, cut=len(found[0]))

    def _broken_off(
        self, paragraph: Paragraph, start: int, inside: int, lone: int | None, limit: int, opener: str
    ) -> int:
        if lone is not None:
            return self._half(paragraph, start, inside, lone, opener)
        return self._unclosed(paragraph, start, inside, limit, opener)

    def _closed(self, paragraph: Paragraph, start: int, end: int, opener: str, *, broken: bool, cut: int) -> int:
        tag = made(paragraph, start, end, opener, whole=not broken, cut=cut)
        if raw := opener == "{%" and _RAW.match(tag.body):
            self.raw = not raw[1]
            return end
        if self.raw:
            return end
        if "｛" in tag.text or "｝" in tag.text:
            meant = f"{opener}{tag.prefix} {tag.body.strip()} {CLOSER[opener]}"
            self._trouble("autocorrect", paragraph, start, end, found="｛ ｝", meant=meant)
        elif broken:
            meant = f"{opener} {tag.body.strip()} {CLOSER[opener]}"
            self._trouble("spaced-brace", paragraph, start, end, spot=tag.text, meant=meant)
        self.tags.append(tag)
        return end

    def _wrong(self, paragraph: Paragraph, start: int, inside: int, here: int, end: int, opener: str, word: str) -> int:
        """``{{ … %}``."""
        body = paragraph.text[inside:here]
        meant = "{%" if _LED.match(body) else "{{"
        self._trouble(
            "wrong-closer",
            paragraph,
            start,
            end,
            opener=opener,
            found=word,
            meant=f"{meant}{body if body[:1] in 'pt' else ' ' + body.strip() + ' '}{CLOSER[meant]}",
        )
        self.tags.append(made(paragraph, start, end, meant, whole=False, cut=end - here))
        return end

    def _half(self, paragraph: Paragraph, start: int, inside: int, lone: int, opener: str) -> int:
        """``{{ name }``, ``{% if x }`` or ``{% if x %``: one closing brace."""
        body = paragraph.text[inside:lone].rstrip("%# ")
        meant = f"{opener}{body.rstrip()} {CLOSER[opener]}"
        spot = paragraph.text[start : lone + 1]
        self._trouble("single-brace", paragraph, start, lone + 1, spot=spot, meant=meant)
        self.tags.append(made(paragraph, start, inside + len(body), opener, whole=False, cut=0))
        return lone + 1

    def _unclosed(self, paragraph: Paragraph, start: int, inside: int, limit: int, opener: str) -> int:
        text = paragraph.text[inside:limit]
        found = (_STATEMENT if opener == "{%" else _EXPRESSION).match(text)
        end = inside + (len(found[0].rstrip(" %")) if found else 0)
        self._trouble("unclosed-tag", paragraph, start, max(end, inside), opener=opener, closer=CLOSER[opener])
        if opener != "{#":
            self.tags.append(made(paragraph, start, max(end, inside), opener, whole=False, cut=0))
        return limit

    def _unopened(self, paragraph: Paragraph, floor: int, here: int, end: int, closer: str) -> None:
        opener = _OPENER[closer]
        start = self._left_of(paragraph.text, floor, here, opener)
        self._trouble("unopened-tag", paragraph, start, end, opener=opener, closer=closer)
        if opener != "{#":
            tag = Tag(paragraph, start, end, opener, *_without_prefix(paragraph.text[start:here], start), whole=False)
            self.tags.append(tag)

    def _single(self, paragraph: Paragraph, start: int, end: int, body: str, closer: str) -> None:
        """``{ name }``, ``{ name }}``, ``{ if x %}``."""
        statement = closer == "%}" or _LED.match(body.strip("% "))
        opener = "{%" if statement else "{{"
        inner = body.strip("% ")
        prefixed = opener == "{%" and _PREFIX.match(inner)
        meant = f"{opener}{'' if prefixed else ' '}{inner} {CLOSER[opener]}"
        self._trouble("single-brace", paragraph, start, end, spot=paragraph.text[start:end], meant=meant)
        at = start + 1 + body.index(inner)
        self.tags.append(Tag(paragraph, start, end, opener, *_without_prefix(inner, at), whole=False))

    def _stray(self, paragraph: Paragraph, floor: int, here: int, end: int) -> None:
        """``name }`` without anything before."""
        start = self._left_of(paragraph.text, floor, here, "{{")
        name = paragraph.text[start:here].strip()
        self._trouble("single-brace", paragraph, start, end, spot=paragraph.text[start:end], meant=f"{{{{ {name} }}}}")
        self.tags.append(Tag(paragraph, start, end, "{{", "", name, start, whole=False))

    def _goes_on(self, number: int, paragraph: Paragraph, start: int, inside: int, opener: str) -> bool:
        """Whether the tag is closed in one of the next paragraphs of the same place, before anything else opens."""
        rest = paragraph.text[inside:]
        for later in range(number + 1, min(number + 1 + _LOOK_AHEAD, len(self.paragraphs))):
            other = self.paragraphs[later]
            if other.holder is not paragraph.holder:
                return False
            token = _TOKEN.search(other.text)
            if token is None:
                rest += " " + other.text
                continue
            if _plain(token[0]) != CLOSER[opener]:
                return False
            self.skip[later] = token.end()
            self._trouble("tag-over-paragraphs", paragraph, start, len(paragraph.text))
            prefix, body, at = _without_prefix(rest + " " + other.text[: token.start()], inside)
            self.tags.append(Tag(paragraph, start, len(paragraph.text), opener, prefix, body, at, whole=False))
            return True
        return False

    def _trouble(self, code: str, paragraph: Paragraph, start: int, end: int, **facts: Any) -> None:
        self.troubles.append(Trouble(code, paragraph, start, end, facts))

    # -------------------------------------------------------------------------------------------------- what is meant
    def _is_meant(self, body: str) -> bool:
        """Whether ``body`` between single braces was meant as a tag and not as prose."""
        inner = body.strip("% \u00a0\u200b")
        if _LED.match(inner) or inner.split(" ")[0] in ("endif", "endfor", "else"):
            return True
        found = _EXPRESSION.fullmatch(inner)
        root = re.split(r"[.\[|\s]", inner)[0] if inner else ""
        return (
            bool(found)
            and (root in self.known or ("." in inner or "_" in inner or "|" in inner or not self.known))
            and (inner.isascii() or root in self.known)
        )

    def _begins_name(self, text: str) -> int:
        """How many letters after a single opening brace name a known field; 0 where none do."""
        found = _EXPRESSION.match(text)
        if not found:
            return 0
        return len(found[0].rstrip()) if re.split(r"[.\[|\s]", found[0].strip())[0] in self.known else 0

    def _ends_name(self, text: str) -> bool:
        found = re.search(r"([A-Za-z_][\w.]*)\s*$", text)
        return bool(found) and re.split(r"\.", found[1])[0] in self.known  # type: ignore[index]

    @staticmethod
    def _left_of(text: str, floor: int, here: int, opener: str) -> int:
        """Where the tag that ends at ``here`` may have begun."""
        floor = max(floor, here - _NEAR)
        if opener == "{%":
            found = list(re.finditer(rf"(?:\b(?:p|tr|tc|r)\s+)?\b(?:{'|'.join(_WORDS)})\b", text[floor:here]))
            if found:
                return floor + found[0].start()
        tail = re.search(r"[A-Za-z_][\w.]*(?:\[\w+\])*(?:\s*\|\s*\w+)*\s*$", text[floor:here])
        return floor + tail.start() if tail else here


def _inner(text: str, inside: int, closer: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Braces behind an opener, in their plain form; those in quotes and those of a mapping are passed over."""
    at, depth, last, read = inside, 0, text.rfind(closer), inside
    quotes = {'"': 0, "'": 0}
    while token := _TOKEN.search(text, at):
        word, here, at = _plain(token[0]), token.start(), token.end()
        for quote in quotes:
            quotes[quote] += text.count(quote, read, here)
        read = here
        if last > here and any(count % 2 for count in quotes.values()):
            continue
        if depth and word[0] == "}":
            depth, at = depth - 1, here + 1
            continue
        depth += word == "{"
        yield word, token


def _masked(text: str) -> str:
    """The text without docxtpl's written-out braces (``{_{``), which print as braces."""
    return _ESCAPE.sub("   ", text) if "_" in text else text


def _plain(token: str) -> str:
    """A token without blanks and full-width forms."""
    return "".join(letter for letter in token if letter in "{}%#｛｝").replace("｛", "{").replace("｝", "}")


def _without_prefix(body: str, at: int) -> tuple[str, str, int]:
    found = re.match(r"\s*(p|tr|tc|r)\s+", body)
    if found and _LED.match(body):
        return found[1], body[found.end() :], at + found.end()
    return "", body, at
