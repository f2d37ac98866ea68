"""How statements belong together: every ``if`` and ``for`` with its end, in one place of the document, in one form.

Knows what the engine does with ``{%p``, ``{%tr`` and ``{%tc``: the whole paragraph, row or cell around them goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docservice.render.doctor import syntax
from docservice.render.doctor.flow import Paragraph
from docservice.render.doctor.looks import properties_of
from docservice.render.doctor.tags import CLOSER, Tag, Trouble
from docservice.render.package import q

_UNIT = {"p": ("ย่อหน้า", "paragraph"), "tr": ("แถว", "row"), "tc": ("ช่อง", "cell")}
_PICTURE = "ภาพ"
_CLOSES_AN_OUTER, _TOO_MANY, _MISSPELT = "outer", "too many", "misspelt"
_LOOK_AHEAD = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """A ``{% %}`` as it was meant: word (``for``, ``endfor`` …), body and prefix; ``sure`` if it was written so."""

    tag: Tag
    word: str
    body: str
    prefix: str
    sure: bool = True

    @property
    def written(self) -> str:
        """``{%tr endfor %}``."""
        return shown(self.prefix, self.body)


@dataclass(slots=True)
class Paired:
    """Statements with all ends matched: ``dropped`` open or close nothing, before ``missing`` ends are wanted."""

    dropped: set[int] = field(default_factory=set)
    missing: dict[int, str] = field(default_factory=dict)  # number of a statement → the ends wanted before it
    troubles: list[Trouble] = field(default_factory=list)


def shown(prefix: str, body: str) -> str:
    """A statement as the guide writes it."""
    return f"{{%{prefix} {body.strip()} %}}"


def pair(statements: list[Statement]) -> Paired:
    """Match ends with openings; what is missing or too much, and pairs that lie across cells, rows or forms."""
    found, stack = Paired(), list[int]()
    for number, here in enumerate(statements):
        if here.word in syntax.OPENS or (here.word == "set" and "=" not in here.body):
            stack.append(number)
        elif here.word in syntax.ENDS:
            _end(statements, stack, number, found)
        elif here.word in syntax.MIDDLE:
            _middle(statements, stack, number, found)
    for number in reversed(stack):
        _unclosed(statements[number], found)
        found.missing[len(statements)] = _ends(found.missing.get(len(statements), ""), statements[number])
    return found


def _ends(before: str, opened: Statement) -> str:
    end = "endset" if opened.word == "set" else syntax.OPENS[opened.word]
    return f"{before}{{% {end} %}}"


def _end(statements: list[Statement], stack: list[int], number: int, found: Paired) -> None:
    here = statements[number]
    wanted = syntax.ENDS[here.word]
    if not stack:
        found.dropped.add(number)
        _unopened(here, wanted, found)
        return
    top = statements[stack[-1]]
    if top.word == wanted:
        _place(top, here, found)
        stack.pop()
        return
    way = _likeliest(statements, stack, number, wanted)
    if way == _CLOSES_AN_OUTER:
        while statements[stack[-1]].word != wanted:
            opened = statements[stack.pop()]
            _unclosed(opened, found)
            found.missing[number] = _ends(found.missing.get(number, ""), opened)
        _place(statements[stack.pop()], here, found)
    elif way == _TOO_MANY:
        found.dropped.add(number)
        _unopened(here, wanted, found)
    else:
        found.dropped.add(number)
        found.missing[number] = _ends(found.missing.get(number, ""), top)
        meant = shown(here.prefix, syntax.OPENS.get(top.word, "endset"))
        found.troubles.append(
            _trouble("mismatched-block", here, top, word=here.written, opened=top.written, meant=meant)
        )
        stack.pop()


def _likeliest(statements: list[Statement], stack: list[int], number: int, wanted: str) -> str:
    """What an end that does not fit is: the reading that leaves the fewest faults in what follows."""
    stack = stack[-_LOOK_AHEAD:]
    here, open_words = statements[number], [statements[one].word for one in stack]
    top = statements[stack[-1]]
    ways = {_MISSPELT: (1 - 0.25 * (here.prefix == top.prefix), open_words[:-1]), _TOO_MANY: (1.0, open_words)}
    if wanted in open_words:
        depth = len(open_words) - 1 - open_words[::-1].index(wanted)
        fits = here.prefix == statements[stack[depth]].prefix
        ways[_CLOSES_AN_OUTER] = (len(open_words) - 1 - depth - 0.3 * fits, open_words[:depth])
    rest = statements[number + 1 : number + 1 + _LOOK_AHEAD]
    return min(ways, key=lambda way: ways[way][0] + _faults(list(ways[way][1]), rest))


def _faults(open_words: list[str], rest: list[Statement]) -> int:
    """How many ends do not fit in what follows, and how many are wanting."""
    count = 0
    for one in rest:
        if one.word in syntax.OPENS or (one.word == "set" and "=" not in one.body):
            open_words.append(one.word)
        elif one.word in syntax.ENDS:
            if open_words and open_words[-1] == syntax.ENDS[one.word]:
                open_words.pop()
            else:
                count += 1
    return count + len(open_words)


def _middle(statements: list[Statement], stack: list[int], number: int, found: Paired) -> None:
    here = statements[number]
    wanted = syntax.MIDDLE[here.word]
    top = statements[stack[-1]] if stack else None
    if top is not None and top.word in wanted and not (top.word == "for" and top.prefix != here.prefix):
        _place(top, here, found)
        return
    found.dropped.add(number)
    _unopened(here, "if", found)


def _unclosed(opened: Statement, found: Paired) -> None:
    end = "endset" if opened.word == "set" else syntax.OPENS[opened.word]
    facts = {"word": opened.written, "end": end, "meant": shown(opened.prefix, end)}
    found.troubles.append(Trouble("unclosed-block", opened.tag.paragraph, opened.tag.start, opened.tag.end, facts))


def _unopened(here: Statement, wanted: str, found: Paired) -> None:
    facts = {"word": here.written, "opener": shown(here.prefix, f"{wanted} …")}
    found.troubles.append(Trouble("unopened-block", here.tag.paragraph, here.tag.start, here.tag.end, facts))


def _trouble(code: str, here: Statement, opener: Statement, /, **facts: str) -> Trouble:
    place = opener.tag.paragraph.place
    said = {"where": place.label(), "where_english": place.english()} | facts
    return Trouble(code, here.tag.paragraph, here.tag.start, here.tag.end, said)


# -------------------------------------------------------------------------------------------- places of a pair
def _place(opened: Statement, here: Statement, found: Paired) -> None:
    """Whether ``here`` may end (or divide) what ``opened`` began."""
    if not (opened.sure and here.sure):
        return
    one, other = opened.tag.paragraph, here.tag.paragraph
    if opened.prefix != here.prefix:
        facts = {"opened": opened.written, "found": here.written, "meant": shown(opened.prefix, here.body)}
        found.troubles.append(_trouble("mixed-block", here, opened, **facts))
    elif one.box is not other.box:
        found.troubles.append(_trouble("tag-over-box", here, opened))
    elif not _together(opened.prefix, one, other):
        found.troubles.append(_trouble("block-over-cells", here, opened))


def _together(prefix: str, one: Paragraph, other: Paragraph) -> bool:
    if prefix == "tr":
        return one.table is other.table
    if prefix == "tc":
        return one.row is other.row
    return one.holder is other.holder


# ------------------------------------------------------------------------------------------- what a prefix takes away
def swallowing(tags: list[Tag], paragraphs: list[Paragraph]) -> Iterator[Trouble]:
    """Tags that take text, pictures or other tags with the paragraph, row or cell that goes; and those without one."""
    rows: dict[etree._Element, list[Paragraph]] = {}
    cells: dict[etree._Element, list[Paragraph]] = {}
    for paragraph in paragraphs:
        for _, row, cell in paragraph.tables:
            rows.setdefault(row, []).append(paragraph)
            cells.setdefault(cell, []).append(paragraph)
    last: dict[tuple[etree._Element, str], Tag] = {}
    beside: dict[Paragraph, list[Tag]] = {}
    for tag in tags:
        beside.setdefault(tag.paragraph, []).append(tag)
        if (unit := _unit(tag)) is not None:
            last[unit, tag.prefix] = tag
    for tag in tags:
        if tag.prefix not in _UNIT or not tag.whole:
            continue
        unit = _unit(tag)
        if unit is None:
            yield _outside(tag)
        elif (taker := last[unit, tag.prefix]) is not tag:
            yield _swallowed(taker, tag.text, at=tag)
        else:
            inside = [tag.paragraph] if tag.prefix == "p" else (rows if tag.prefix == "tr" else cells)[unit]
            yield from _lost(tag, unit, _rest(tag, inside, beside))


def _outside(tag: Tag) -> Trouble:
    plain = f"{tag.opener}{'p' if tag.opener == '{%' else ''} {tag.body.strip()} {CLOSER[tag.opener]}"
    return Trouble("row-tag-outside-table", tag.paragraph, tag.start, tag.end, {"tag": tag.text, "meant": plain})


def _lost(tag: Tag, unit: etree._Element, rest: str) -> Iterator[Trouble]:
    properties = properties_of(unit) if tag.prefix == "p" else None
    if rest:
        yield _swallowed(tag, rest)
    elif properties is not None and properties.find(q("w:sectPr")) is not None:
        yield Trouble("swallowed-section", tag.paragraph, tag.start, tag.end, {"tag": tag.text})


def _unit(tag: Tag) -> etree._Element | None:
    if tag.prefix == "p":
        return tag.paragraph.element
    return {"tr": tag.paragraph.row, "tc": tag.paragraph.cell}.get(tag.prefix)


def _rest(tag: Tag, inside: list[Paragraph], beside: dict[Paragraph, list[Tag]]) -> str:
    """What is lost with the tag's unit, besides the tag and those told of by themselves."""
    rest = []
    for paragraph in inside:
        text = paragraph.text
        mine = [one for one in beside.get(paragraph, ()) if one.prefix == tag.prefix and _unit(one) is _unit(tag)]
        for one in sorted(mine, key=lambda one: -one.start):
            text = text[: one.start] + text[one.end :]
        rest.append(" ".join(text.split()) + (_PICTURE if paragraph.drawings else ""))
    return " ".join(part for part in rest if part)[:60]


def _swallowed(tag: Tag, text: str, at: Tag | None = None) -> Trouble:
    thai, english = _UNIT[tag.prefix]
    facts = {
        "tag": tag.text,
        "unit": thai,
        "unit_english": english,
        "text": text,
        "plain": f"{tag.opener} {tag.body.strip()} {CLOSER[tag.opener]}",
    }
    spot = at or tag
    return Trouble("swallowed-text", spot.paragraph, spot.start, spot.end, facts)
