"""The examination of one template: every check over every part, in one pass, and its faults in reading order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from docservice.catalogue import Field, Kind
from docservice.render.doctor import blocks, proof, sheet, skeleton, tags, wrappings
from docservice.render.doctor.flow import Paragraph, paragraphs
from docservice.render.doctor.looks import Looks
from docservice.render.doctor.names import Names
from docservice.render.doctor.opening import Opened, Unreadable, opened
from docservice.render.doctor.report import Fault, Place, Report
from docservice.render.doctor.skeleton import Skeleton
from docservice.render.doctor.tags import Tag, Trouble
from docservice.render.doctor.typography import Letters, is_thai
from docservice.render.doctor.words import CODES
from docservice.render.package import q

_MOST_OF_ONE = 40  # faults of one code that are told one by one
_MOST_TAGS = 20_000
_DEEPEST = 100
_MOST_LETTERS = 4_000_000
_ORDER = ("file", "body", "header", "footer", "footnote", "endnote")


@dataclass
class Read:
    """A template read: paragraphs, tags and skeletons by part, and what is wrong with the tags themselves."""

    file: Opened
    flow: dict[str, list[Paragraph]]
    tags: dict[str, list[Tag]] = field(default_factory=dict)
    skeletons: dict[str, Skeleton] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def names(self) -> set[str]:
        """Every name the tags take from the facts."""
        found: set[str] = set()
        for one in self.skeletons.values():
            names = Names(one, None, set())
            names.read()
            found |= names.free
        return found - {"loop"}


def read(data: bytes, known: Collection[str] = ()) -> Read:
    """Open a template and read its tags. Raises ``Unreadable``."""
    file = opened(data)
    found = Read(file, paragraphs(file))
    letters = sum(len(paragraph.text) for part in found.flow.values() for paragraph in part)
    if letters > _MOST_LETTERS:
        raise _too_many("ตัวอักษร", "letters", letters, _MOST_LETTERS)
    count = 0
    for name, part in found.flow.items():
        scanned, troubles = tags.scan(part, known)
        found.tags[name] = sorted(scanned, key=lambda tag: (*tag.paragraph.order, tag.start))
        found.troubles += troubles
        count += len(found.tags[name])
        if count > _MOST_TAGS:
            raise _too_many("คำสั่ง", "tags", count, _MOST_TAGS)
        found.skeletons[name] = skeleton.built(found.tags[name])
        found.troubles += found.skeletons[name].troubles
        found.troubles += blocks.swallowing(found.tags[name], part)
    return found


def _too_many(what: str, english: str, count: int, most: int) -> Unreadable:
    return Unreadable("too-many-pieces", what=what, what_english=english, count=f"{count:,}", most=f"{most:,}")


def examine(data: bytes, kind: Kind | None, kinds: Iterable[Kind]) -> Report:
    """Every fault of ``data`` held against ``kind`` (guessed among ``kinds`` where None), places without pages."""
    all_kinds = list(kinds)
    try:
        found = read(data, _known(kind, all_kinds))
        names = found.names()
        if not names and not found.troubles and not any(found.tags.values()) and not _offers(found):
            return Report(kind.code if kind else None, (fault("no-fields", Place()),))
        if kind is None:
            kind = guessed(names, all_kinds)
        elif (other := _other_kind(names, kind, all_kinds)) is not None:
            facts = {"found": other.code, "found_label": other.label, "kind": kind.code, "label": kind.label}
            return Report(kind.code, (fault("wrong-kind", Place(), **facts),))
        everything = _ordered(_all(found, kind))
        faults, notes = (tuple(one for one in everything if (one.severity == "note") is note) for note in (False, True))
        return Report(kind.code if kind else None, faults, notes)
    except RecursionError:
        facts = {"what": "คำสั่งซ้อนกัน", "what_english": "tags within tags", "count": "มาก", "most": str(_DEEPEST)}
        return Report(kind.code if kind else None, (fault("too-many-pieces", Place(), **facts),))
    except Unreadable as wrong:
        return Report(kind.code if kind else None, (fault(wrong.code, wrong.place, **wrong.facts),))


def fault(code: str, place: Place, /, **facts: Any) -> Fault:
    """The fault of ``code`` at ``place`` in words."""
    words = CODES[code]
    said = {"spot": place.spot, "hint": "", "hint_english": ""} | facts
    return Fault(
        code=code,
        severity=words.severity,
        place=place,
        message=words.message.format(**said),
        remedy=words.remedy.format(**said),
        english=" ".join(words.english.format(**said).split()),
        mendable=words.mendable,
    )


# ------------------------------------------------------------------------------------------------------------- kinds
def _known(kind: Kind | None, kinds: list[Kind]) -> set[str]:
    return set(kind.fields) if kind is not None else {name for one in kinds for name in one.fields}


def _offers(found: Read) -> bool:
    """Whether there is anything to fill without tags: a picture slot, a field of a mail merge."""
    everything = [paragraph for part in found.flow.values() for paragraph in part]
    return bool(sheet.slots(everything)) or any(
        code.name == "MERGEFIELD" for paragraph in everything for code in paragraph.fields
    )


def guessed(names: set[str], kinds: list[Kind]) -> Kind | None:
    """The kind that most of ``names`` belong to; None where no kind knows most of them."""
    best, most = None, 0.0
    for kind in kinds:
        required = {name for name, one in kind.fields.items() if one.required}
        mine = names & set(kind.fields)
        score = len(mine) / (len(names) + 0.5 * len(required - names) or 1)
        if len(mine) >= 2 and len(mine) >= 0.6 * len(names) and score > most:
            best, most = kind, score
    return best


def _other_kind(names: set[str], kind: Kind, kinds: list[Kind]) -> Kind | None:
    """The kind this is really a template of: it knows every name, where ``kind`` lacks several."""
    unknown = names - set(kind.fields)
    if len(unknown) < 2 or (len(unknown) < 3 and len(unknown) < 0.3 * len(names)):
        return None
    fitting = [one for one in kinds if one.code != kind.code and not names - set(one.fields)]
    if fitting:
        return guessed(names, fitting)
    nearly = guessed(names, [one for one in kinds if one.code != kind.code])
    if nearly is not None and len(unknown) >= 5 and len(names - set(nearly.fields)) * 4 <= len(unknown):
        return nearly
    return None


# ------------------------------------------------------------------------------------------------------------ checks
def _all(found: Read, kind: Kind | None) -> Iterator[Fault]:
    everything = [paragraph for part in found.flow.values() for paragraph in part]
    thai = any(is_thai(paragraph.text) for paragraph in everything) or kind is not None
    letters = Letters(Looks(found.file), kind, thai)
    troubles = list(found.troubles)
    used = sheet.slots(everything)
    for name, part in found.flow.items():
        troubles += Names(found.skeletons[name], kind, used).read()
        for tag in found.tags[name]:
            troubles += [*wrappings.around(tag), *wrappings.characters(tag)]
        troubles += _of_paragraphs(part, found.tags[name], letters)
    if any(one.code == "swallowed-text" for one in troubles):  # a loop that is lost leaves its names behind
        troubles = [one for one in troubles if not one.facts.get("after")]
    troubles += sheet.Sheet(found.file, kind, thai).all(found.flow)
    if kind is not None and not any(CODES[one.code].severity == "error" for one in troubles):
        troubles += proof.tried(list(found.skeletons.values()), kind)
    yield from _of_file(found, kind, used)
    yield from _told(troubles)


def _of_paragraphs(part: list[Paragraph], found: list[Tag], letters: Letters) -> Iterator[Trouble]:
    beside: dict[int, list[Tag]] = {}
    for tag in found:
        beside.setdefault(id(tag.paragraph), []).append(tag)
    for paragraph in part:
        mine = sorted(beside.get(id(paragraph), []), key=lambda tag: tag.start)
        yield from letters.of(paragraph, mine)
        yield from wrappings.tracked(paragraph)
        yield from wrappings.fields(paragraph)


def _of_file(found: Read, kind: Kind | None, used: set[str]) -> Iterator[Fault]:
    for code, place, facts in wrappings.programs(found.file):
        yield fault(code, _linked(found, place, facts) or place, **facts)
    comments = found.file.trees.get("word/comments.xml")
    if comments is not None and (count := len(comments.findall(q("w:comment")))):
        yield fault("comments-left", Place(), count=count)
    if kind is not None:
        for path, label in _missing(kind, used):
            yield fault("missing-required", Place(), name=path, label=label, meant=_written(path))


def _linked(found: Read, place: Place, facts: dict[str, str]) -> Place | None:
    """The paragraph that holds what a relationship leads to."""
    part = place.entry.replace("_rels/", "").removesuffix(".rels")
    rid = facts.get("rid")
    for paragraph in found.flow.get(part, []) if rid else []:
        if any(rid in one.attrib.values() for one in paragraph.element.iter() if one.attrib):
            return paragraph.spot()
    return None


def _missing(kind: Kind, used: set[str]) -> Iterator[tuple[str, str]]:
    """(path, Thai label) of required fields that no tag ever names."""
    for name, one in kind.fields.items():
        if name == kind.variant_field:
            continue
        yield from _missing_in(one, name, one.short_label, used)


def _missing_in(one: Field, path: str, label: str, used: set[str]) -> Iterator[tuple[str, str]]:
    if one.required and path not in used and one.element not in ("code", "bool"):
        yield path, label
        return
    if path not in used:
        return
    inside = f"{path}[]" if one.is_list else path
    for name, inner in one.fields.items():
        yield from _missing_in(inner, f"{inside}.{name}", f"{label} › {inner.short_label}", used)


def _written(path: str) -> str:
    """How a clerk writes a path: inside its loop, where it is one of a list."""
    head, _, last = path.rpartition("[].")
    if not head:
        return f"{{{{ {path.removesuffix('[]')} }}}}"
    return types_loop(head.replace("[]", ""), last)


def types_loop(listed: str, name: str) -> str:
    """``{{ member.role }}`` for an entry of ``members``."""
    entry = listed.rpartition(".")[2]
    one = entry[:-1] if entry.endswith("s") and len(entry) > 2 else "item"
    return f"{{{{ {one}.{name} }}}}"


# ------------------------------------------------------------------------------------------------------------- words
def _told(troubles: list[Trouble]) -> Iterator[Fault]:
    """Troubles as faults; those of one style once, those of one code at most forty times one by one."""
    cut = {id(one.paragraph) for one in troubles if one.code == "tracked-tag"}
    groups: dict[tuple[str, str], list[Trouble]] = {}
    for number, one in enumerate(troubles):
        if one.code == "tracked-changes" and id(one.paragraph) in cut:
            continue
        shared = one.facts.get("origin")
        key = f"{shared} {one.facts.get('font', '')} {one.facts.get('found', '')}" if shared else str(number)
        groups.setdefault((one.code, key), []).append(one)
    seen: dict[str, int] = {}
    kept: dict[str, Fault] = {}
    for (code, _), group in groups.items():
        seen[code] = seen.get(code, 0) + 1
        if seen[code] > _MOST_OF_ONE:
            kept[code] = replace(kept[code], times=kept[code].times + len(group))
            continue
        if code in kept:
            yield kept[code]
        first = group[0]
        made = fault(code, first.paragraph.spot(first.start, first.end), **first.facts)
        kept[code] = replace(made, times=len(group), severity=_severity(made, first))
    yield from kept.values()


def _severity(made: Fault, trouble: Trouble) -> Any:
    return trouble.facts.get("severity", made.severity)


def _ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Body before headers, each from top to bottom; the same fault at one place once."""
    unique = {(one.code, one.place.entry, one.place.index, one.place.start, one.message): one for one in faults}
    return sorted(
        unique.values(),
        key=lambda one: (_ORDER.index(one.place.part), one.place.entry, one.place.index or 0, one.place.start),
    )
