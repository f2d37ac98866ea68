"""Search: a year's applicants, dossiers and documents by words, number, kind, district and day; what a person may see.

A word of three letters and more is found anywhere in a name; a shorter one at the beginning of a word, a shorter number
as a whole one. Thai and Arabic digits are the same. The name of a district among the words narrows to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, Q, QuerySet

from docservice import access, page_index
from docservice.models import Account, Applicant, Document, Dossier
from docservice.search_index import DISTRICT, OF_YEAR, PART, SEPARATORS, TABLE, YEAR, marker
from docservice.thai import clean, to_arabic_digits
from docservice.yearfile import YearFile

APPLICANTS, DOSSIERS, DOCUMENTS = 1, 2, 3
MOST = 50
_WORDS, _LETTERS = 8, 100
_TRIGRAMS = 8
"""So many from the end of each word are looked for in SQLite."""
_FURTHEST = 100_000
_WALK = 2000
"""Rows of PostgreSQL's index looked through one by one before the trigrams are asked: common words are found there."""
_BANGKOK = ZoneInfo("Asia/Bangkok")
_PARTED = str.maketrans(dict.fromkeys(SEPARATORS, " "))
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Asked:
    """What is searched for; ``since`` and ``until`` (both included) are days in Bangkok on which it was filed."""

    words: tuple[str, ...] = ()
    kind: str = ""
    district: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, text: str, year: YearFile, **filters: Any) -> Asked:
        """``text`` as a person types it."""
        asked = cls(**filters)
        found = _words(text)
        names = {"".join(_words(name)): d.code for d in year.districts for name in (d.name, f"อำเภอ{d.name}")}
        placed = [word for word in found if word in names]
        if placed and not asked.district:
            asked = replace(asked, district=names[placed[0]])
        return replace(asked, words=tuple(word for word in found if word not in names))

    @property
    def about_documents(self) -> bool:
        """Whether something is asked that only documents have."""
        return bool(self.kind or self.since or self.until)

    @property
    def anything(self) -> bool:
        """Whether anything is asked."""
        return bool(self.words or self.district or self.about_documents)


@dataclass(frozen=True)
class Found(Generic[Row]):
    """Some of what was found; ``following``: where the next page begins, ``None`` at the end."""

    rows: list[Row] = field(default_factory=list)
    following: int | None = None


@dataclass(frozen=True)
class Written:
    """A book on whose pages (from 1) all the words stand."""

    book: Document
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Pages:
    """Some of the pages with the words, by book; ``following`` as of ``Found``."""

    rows: list[Written] = field(default_factory=list)
    following: int | None = None


@dataclass(frozen=True)
class Findings:
    """What was found of each."""

    applicants: Found[Applicant]
    dossiers: Found[Dossier]
    documents: Found[Document]
    pages: Pages = field(default_factory=Pages)

    def __bool__(self) -> bool:
        return bool(self.applicants.rows or self.dossiers.rows or self.documents.rows or self.pages.rows)


def find(
    person: Account | None, year: YearFile, text: str, *, few: int = 5, most: int = MOST, **filters: Any
) -> Findings:
    """The first ``few`` applicants and dossiers and the first ``most`` documents; ``filters``: fields of ``Asked``."""
    return find_asked(person, year, Asked.of(text, year, **filters), few, most)


def find_asked(person: Account | None, year: YearFile, asked: Asked, few: int = 5, most: int = MOST) -> Findings:
    """As ``find``."""
    if not asked.anything:
        return Findings(Found(), Found(), Found())
    people = asked.words and not asked.about_documents
    return Findings(
        applicants(person, year, asked, most=few) if people else Found(),
        dossiers(person, year, asked, most=few) if people else Found(),
        documents(person, year, asked, most=most),
        pages(person, year, asked, most=most),
    )


def applicants(
    person: Account | None, year: YearFile, asked: Asked, *, after: int = 0, most: int = MOST
) -> Found[Applicant]:
    """Applicants by name, place or coordinator, by district; nothing for somebody who may not see the year's pages."""
    if not access.may(person, "see"):
        return Found()
    return _found(person, year, asked, APPLICANTS, access.applicants(person), after, most)


def dossiers(
    person: Account | None, year: YearFile, asked: Asked, *, after: int = 0, most: int = MOST
) -> Found[Dossier]:
    """Dossiers by title, by district."""
    return _found(person, year, asked, DOSSIERS, access.dossiers(person).defer("about"), after, most)


def titled(text: str, years: Iterable[int]) -> list[int]:
    """Primary keys of the dossiers of ``years`` (BE) in whose titles all words of ``text`` are: of whoever sees all."""
    asked, everywhere = Asked(words=tuple(_words(text))), [range(PART // DISTRICT)]
    bases = (year * YEAR + DOSSIERS * PART for year in years)
    return [number % DISTRICT for base in bases for number in _numbers(base, everywhere, asked, 0, _FURTHEST)]


def documents(
    person: Account | None, year: YearFile, asked: Asked, *, after: int = 0, most: int = MOST
) -> Found[Document]:
    """Current documents by title or number, by district; with no words, those the filters leave, newest first."""
    rows = access.documents(person).select_related("dossier").defer("provenance", "dossier__about")
    if asked.words:
        return _found(person, year, asked, DOCUMENTS, rows, after, most)
    start = min(after, _FURTHEST)
    listed = list(_listed(rows, year, asked)[start : start + most + 1])
    return Found(listed[:most], start + most if len(listed) > most else None)


def pages(person: Account | None, year: YearFile, asked: Asked, *, after: int = 0, most: int = MOST) -> Pages:
    """Pages of current books on which all words of three letters and more are written, ``most`` of them at a time.

    Nothing where a kind other than books, or a day, is asked for. The pages are named, what is written there is not.
    """
    if asked.kind not in ("", page_index.BOOK) or asked.since or asked.until:
        return Pages()
    base = int(year.year) * page_index.DISTRICTS
    places = [range(base + each.start, base + each.stop) for each in _places(person, year, asked)]
    words = [word for text in asked.words for word in page_index.plain(text).split()]
    numbers = page_index.find(words, places, after, most + 1)
    found: dict[int, list[int]] = {}
    for number in numbers[:most]:
        found.setdefault(number // page_index.PAGES, []).append(number % page_index.PAGES)
    rows = access.documents(person).filter(current=True).select_related("dossier").defer("provenance", "dossier__about")
    seen = rows.in_bulk(found)
    listed = [Written(seen[book], tuple(numbers)) for book, numbers in found.items() if book in seen]
    return Pages(listed, numbers[most - 1] if len(numbers) > most else None)


def _listed(rows: QuerySet[Document], year: YearFile, asked: Asked) -> QuerySet[Document]:
    rows = rows.filter(year_be=int(year.year), province=year.province_code, current=True)
    rows = rows.exclude(Q(path__startswith="paper/") & Q(path__endswith=".docx"))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.district:
        rows = rows.filter(district=asked.district)
    if asked.since:
        rows = rows.filter(filed_at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(filed_at__lt=_midnight(asked.until + timedelta(days=1)))
    return rows.order_by("-filed_at", "-pk")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _BANGKOK)


def _found(
    person: Account | None,
    year: YearFile,
    asked: Asked,
    part: int,
    rows: QuerySet[Row],
    after: int,
    most: int,
) -> Found[Row]:
    """The rows the index names, as far as ``rows`` (what the person may see) has them."""
    base = int(year.year) * YEAR + part * PART
    numbers = _numbers(base, _places(person, year, asked), asked, after, most + 1)
    keys = [number % DISTRICT for number in numbers[:most]]
    seen = rows.in_bulk(keys)
    return Found([seen[key] for key in keys if key in seen], numbers[most - 1] if len(numbers) > most else None)


def _places(person: Account | None, year: YearFile, asked: Asked) -> list[range]:
    """Districts as ranges of numbers: the whole province is one."""
    bound = access.districts(person)
    if asked.district:
        chosen: Iterable[str] = {asked.district} if bound is None else {asked.district} & bound
    elif bound is None:
        whole = int(year.province_code) * 100
        return [range(whole, whole + 100)]
    else:
        chosen = bound
    return [range(int(code), int(code) + 1) for code in sorted(chosen) if code.isascii() and code.isdigit()]


def _numbers(base: int, places: Sequence[range], asked: Asked, after: int, most: int) -> list[int]:
    """Up to ``most`` ids of the index above ``after``, in their order."""
    found: list[int] = []
    for place in places:
        start, stop = max(base + place.start * DISTRICT, after + 1), base + place.stop * DISTRICT
        if start < stop and len(found) < most:
            found += _between(start, stop, asked, most - len(found))
    return found


def _between(start: int, stop: int, asked: Asked, most: int) -> list[int]:
    where, values = _conditions(asked)
    if connection.vendor != "postgresql":
        sql = f"SELECT rowid FROM {TABLE} WHERE {where} AND rowid >= %s AND rowid < %s ORDER BY rowid LIMIT %s"
        return _asked(sql, [*values, start, stop, most])
    # The planner cannot know how common a part of a Thai word is. What is common is found by walking a little way; what
    # is not has few matches, which the trigrams name.
    walk = f"SELECT * FROM {TABLE} WHERE id >= %s AND id < %s ORDER BY id LIMIT {_WALK}"
    found = _asked(
        f"SELECT id FROM ({walk}) AS walked WHERE {where} ORDER BY id LIMIT %s", [start, stop, *values, most]
    )
    if len(found) == most:
        return found
    # Only the year's rows are looked up, whatever the archive has; the sum keeps the primary key, a longer way, out.
    named = f"SELECT id FROM {TABLE} WHERE {where} AND {OF_YEAR} = %s::bigint AND id + 0 >= %s AND id + 0 < %s"
    sql = f"WITH named AS MATERIALIZED ({named}) SELECT id FROM named ORDER BY id LIMIT %s"
    return _asked(sql, [*values, start // PART, start, stop, most])


def _conditions(asked: Asked) -> tuple[str, list[str | int]]:
    patterns = [*map(_pattern, asked.words), *([marker(asked.kind)] if asked.kind else [])]
    where, values = _named(patterns)
    if asked.kind:
        where.append("kind = %s")
        values.append(asked.kind)
    for day, sign in ((asked.since, ">="), (asked.until, "<=")):
        if day:
            where.append(f"day {sign} %s")
            values.append(day.isoformat())
    return " AND ".join(where) or "1 = 1", values


def _named(patterns: list[str]) -> tuple[list[str], list[str | int]]:
    """That all patterns are among the words.

    A database would look for every trigram of a long Thai word, most of them as common as its first half (กลุ่มทอผ้าบ้าน):
    a few from its end name the rows, and LIKE on what is no bare column, so that the index keeps out, makes sure.
    """
    liked: list[str | int] = [f"%{pattern}%" for pattern in patterns]
    if not patterns or any(set(pattern) & set("%_") for pattern in patterns):
        return ["words LIKE %s"] * len(liked), liked
    if connection.vendor == "postgresql":
        tails: list[str | int] = [f"%{pattern[-_TRIGRAMS - 2 :]}%" for pattern in patterns]
        return ["words LIKE %s", "words || '' LIKE %s"] * len(liked), [
            v for pair in zip(tails, liked, strict=True) for v in pair
        ]
    trigrams = (pattern[n : n + 3] for pattern in patterns for n in range(len(pattern) - 2)[-_TRIGRAMS:])
    match = " AND ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in dict.fromkeys(trigrams))
    return [f"{TABLE} MATCH %s", *["+words LIKE %s"] * len(liked)], [match, *liked]


def _pattern(word: str) -> str:
    """A short word only where a word begins; a short number only as a whole."""
    if len(word) > 2:
        return word
    return f"  {word} " if word.isdigit() else f"  {word}"


def _asked(sql: str, values: list[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _words(text: str) -> list[str]:
    """The words as the index has them."""
    plain = to_arabic_digits(clean(text[: 4 * _LETTERS])).lower().translate(_PARTED)
    return [word[:_LETTERS] for word in plain.split()[:_WORDS]]
