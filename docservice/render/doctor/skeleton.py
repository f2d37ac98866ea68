"""The tags of one part as a Jinja source with one tag a line, so that a line number is a place.

Text is left out: nothing of it matters to names, types or conditions. Broken statements are mended first, the way
``blocks`` told, so that one fault does not hide the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from docservice.render.doctor import blocks, syntax
from docservice.render.doctor.blocks import Statement
from docservice.render.doctor.tags import Tag, Trouble


@dataclass
class Skeleton:
    """``source``: line N holds ``tags[N - 1]``; lines in ``muted`` were guessed, and only tell what is used.

    ``troubles`` were found while reading the tags one by one, and while pairing them.
    """

    source: str
    tags: list[Tag]
    muted: set[int] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)


def built(tags: list[Tag]) -> Skeleton:
    """The skeleton of ``tags`` (one part's, in order)."""
    troubles: list[Trouble] = []
    kept = [tag for tag in tags if tag.opener != "{#"]
    lines: list[str] = []
    muted: set[int] = set()
    statements: list[Statement] = []
    lines_of: list[int] = []
    for tag in kept:
        read = _read(tag, troubles)
        if tag.opener == "{%" and read.word in syntax.WORDS:
            statements.append(Statement(tag, read.word, read.body, read.prefix, tag.whole and not read.guessed))
            lines_of.append(len(lines))
        lines.append(read.line)
        if read.guessed:
            muted.add(len(lines))
    paired = blocks.pair(statements)
    troubles += paired.troubles
    for number in paired.dropped:
        lines[lines_of[number]] = ""
    for number, ends in paired.missing.items():
        if number < len(lines_of):
            lines[lines_of[number]] = ends + lines[lines_of[number]]
        else:
            lines.append(ends)
    return Skeleton("\n".join(lines), kept, muted, troubles)


@dataclass(frozen=True, slots=True)
class _Read:
    line: str
    word: str
    body: str
    prefix: str
    guessed: bool = False


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
    if (
        word not in syntax.WORDS
        or (word == "else" and body != word)
        or (not prefix and not lead and _stray_prefix(body))
    ):
        guess = syntax.meant(body, prefix)
        if guess is None:
            _tell(
                troubles, "misspelt-tag", tag, word=word or body[:20], meant="{% if … %}, {% for … in … %}, {% set … %}"
            )
            return _Read("", word, body, prefix)
        if tag.whole:
            _tell(
                troubles, "misspelt-tag", tag, word=_wrong_word(tag, body), meant=blocks.shown(guess.prefix, guess.body)
            )
        return replace(_stated(tag, guess.word, guess.body.strip(), guess.prefix, troubles), guessed=True)
    return _stated(tag, word, body, prefix, troubles)


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
        return _Read(_mentioned(body), "", body, tag.prefix, guessed=True)
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
    return _Read(line, word, body, prefix, guessed=bool(reason))


def _mentioned(body: str) -> str:
    """The names a tag that cannot be read seems to mean, looked at and not printed."""
    body = re.sub(r"\s*\.[\s.]*", ".", re.sub(r"'[^']*'?|\"[^\"]*\"?", " ", body))
    names = re.findall(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", body)
    if re.fullmatch(r"\s*\w+(\s+\w+)+\s*", body):
        names.append(".".join(body.split()))
    safe = [name for name in names if not syntax.refused("{{", name)]
    return "".join("{% if " + name + " %}{% endif %}" for name in safe[:10])


def _mended(word: str, body: str) -> str:
    """A statement of the same word that Jinja can read, with the names of a loop kept."""
    if word == "for":
        names = re.findall(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", body)[1:]
        target = names[0].partition(".")[0] if names else "item"
        listed = names[-1] if len(names) > 1 and names[-1] != "in" else "[]"
        line = "{% for " + target + " in " + listed + " %}"
        return line if not syntax.refused("{%", line[2:-2].strip()) else "{% for item in [] %}"
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
