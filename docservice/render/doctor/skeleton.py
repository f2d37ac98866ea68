"""The tags of one part as a Jinja source with one tag a line, so that a line number is a place.

Text is left out: nothing of it matters to names, types or conditions. Broken statements are mended first, the way
``blocks`` told, so that one fault does not hide the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docservice.render.doctor import blocks, syntax
from docservice.render.doctor.blocks import Statement
from docservice.render.doctor.tags import Tag, Trouble

_TARGETS = re.compile(r"\s*for\s+([^\W\d]\w*)(?:\s*,\s*([^\W\d]\w*))*\s+in\b")


@dataclass
class Skeleton:
    """``source``: line N holds ``tags[N - 1]``; the rest of the troubles found while reading the tags one by one."""

    source: str
    tags: list[Tag]
    bodies: list[str]
    troubles: list[Trouble] = field(default_factory=list)


def built(tags: list[Tag]) -> Skeleton:
    """The skeleton of ``tags`` (one part's, in order)."""
    troubles: list[Trouble] = []
    kept = [tag for tag in tags if tag.opener != "{#"]
    lines: list[str] = []
    bodies: list[str] = []
    statements: list[Statement] = []
    lines_of: list[int] = []
    for tag in kept:
        read = _read(tag, troubles)
        bodies.append(read.body)
        if tag.opener == "{%" and read.word in syntax.WORDS:
            statements.append(Statement(tag, read.word, read.body, read.prefix))
            lines_of.append(len(lines))
        lines.append(read.line)
    paired = blocks.pair(statements)
    troubles += paired.troubles
    for number in paired.dropped:
        lines[lines_of[number]] = ""
    for number, ends in paired.missing.items():
        if number < len(lines_of):
            lines[lines_of[number]] = ends + lines[lines_of[number]]
        else:
            lines.append(ends)
    return Skeleton("\n".join(lines), kept, bodies, troubles)


@dataclass(frozen=True, slots=True)
class _Read:
    line: str
    word: str
    body: str
    prefix: str


def _read(tag: Tag, troubles: list[Trouble]) -> _Read:
    """One tag's line; tells what is wrong inside it."""
    body, lead = syntax.dash(syntax.straight(tag.body).body)
    body = body.replace("\n", " ").replace("\t", " ").strip()
    if not body:
        if tag.whole:
            _tell(troubles, "empty-tag", tag, spot=tag.text)
        return _Read("", "", "", tag.prefix)
    if tag.opener == "{{":
        return _printing(tag, body, troubles)
    word, prefix = syntax.statement(body), tag.prefix
    if word in syntax.FORBIDDEN:
        _tell(troubles, "sandbox", tag, what=f"{{% {word} %}}")
        return _Read("", word, body, prefix)
    if word not in syntax.WORDS or (not prefix and lead == "" and _stray_prefix(body)):
        guess = syntax.meant(body, prefix)
        if guess is None:
            _tell(troubles, "misspelt-tag", tag, word=word or body[:20], meant="{% if … %}, {% for … in … %}, {% set … %}")
            return _Read("", word, body, prefix)
        if tag.whole:
            _tell(troubles, "misspelt-tag", tag, word=_wrong_word(tag, body), meant=blocks.shown(guess.prefix, guess.body))
        word, body, prefix = guess.word, guess.body.strip(), guess.prefix
    elif tag.whole and guessed_end(word, body):
        body = word
    return _stated(tag, word, body, prefix, troubles)


def guessed_end(word: str, body: str) -> bool:
    """``endfor x``: Jinja takes nothing behind an end; the words behind are told of as a bad expression."""
    return word in syntax.ENDS and body == word


def _stray_prefix(body: str) -> bool:
    return bool(re.match(r"(p|tr|tc|r)\s+\w", body))


def _wrong_word(tag: Tag, body: str) -> str:
    written = tag.prefix + " " + body if tag.prefix else body
    return " ".join(written.split()[:2]) if not tag.prefix else written.split()[0] + " " + body.split()[0]


def _printing(tag: Tag, body: str, troubles: list[Trouble]) -> _Read:
    reason = syntax.refused("{{", body)
    if reason:
        if tag.whole:
            _bad(troubles, tag, reason)
        found = re.match(r"[^\W\d][\w.]*", body)
        guess = found[0].rstrip(".") if found else ""
        safe = guess if guess and not syntax.refused("{{", guess) else "''"
        return _Read("{{ " + safe + " }}", "", body, tag.prefix)
    return _Read("{{ " + body + " }}", "", body, tag.prefix)


def _stated(tag: Tag, word: str, body: str, prefix: str, troubles: list[Trouble]) -> _Read:
    reason = syntax.refused("{%", body)
    line = "{% " + body + " %}"
    if word in ("colspan", "cellbg"):
        line = "{{ (" + body[len(word) :] + ")|string|length }}"
    elif word in ("vm", "hm"):
        line = ""
    if reason:
        if tag.whole:
            _bad(troubles, tag, reason)
        line = _mended(word, body)
        body = line.removeprefix("{%").removesuffix("%}").strip() or body
    return _Read(line, word, body, prefix)


def _mended(word: str, body: str) -> str:
    """A statement of the same word that Jinja can read, with the names of a loop kept."""
    if word == "for":
        found = _TARGETS.match(body + " in ")
        rest = re.search(r"\bin\s+([^\W\d][\w.]*)", body)
        name = found[1] if found else "item"
        return "{% for " + name + " in " + (rest[1].rstrip(".") if rest else "[]") + " %}"
    if word in ("if", "elif"):
        return "{% " + word + " true %}"
    if word in syntax.ENDS or word == "else":
        return "{% " + word + " %}"
    return "{% with %}" if word == "with" else ""


def _bad(troubles: list[Trouble], tag: Tag, reason: str) -> None:
    thai, hint = syntax.why(reason)
    _tell(troubles, "bad-expression", tag, why=thai, hint=hint, why_english=reason)


def _tell(troubles: list[Trouble], code: str, tag: Tag, **facts: str) -> None:
    troubles.append(Trouble(code, tag.paragraph, tag.start, tag.end, facts))
