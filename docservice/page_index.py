"""The index of what is written on the pages of books: one row a page, the same on SQLite and PostgreSQL.

A row's id holds the document's primary key and the page; ``place`` its year and district. Its words are letters and
numbers in small letters, Thai without spaces (a recogniser sets them at will), Arabic digits, no national ID number.
Rows of a document that is no longer current are found by nobody: whoever searches asks for current documents. The table
can be made again from the books in the store. Only this module writes it, and only books (kind ``book``) are in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection as default
from django.db import transaction

from docservice.search_index import SEPARATORS
from docservice.thai import clean, to_arabic_digits, without_id_numbers
from docservice.thai.idnumbers import MASK

TABLE, BOOK = "docservice_pages", "book"
PAGES, DISTRICTS = 10**5, 10**4
"""The places of the page in an id and of the district in a place."""
SHORTEST = 3
"""Letters of the shortest word that is looked for: a shorter one is on nearly every page."""
MOST_LETTERS, MOST_PAGES = 8_000, 3_000
"""Of a page and of a book; what is beyond is not found by its words."""

_BETWEEN_THAI = re.compile(r"(?<=[\u0e01-\u0e4e])\s+(?=[\u0e01-\u0e4e])")
_PARTED = str.maketrans(dict.fromkeys(SEPARATORS + MASK, " "))


def plain(text: str) -> str:
    """``text`` as the index has it, and as it must be asked for."""
    safe = without_id_numbers(clean(text[: 4 * MOST_LETTERS]), unsure=True)
    parted = " ".join(to_arabic_digits(safe).lower().translate(_PARTED).split())
    return _BETWEEN_THAI.sub("", parted)[:MOST_LETTERS]


def enter(document: int, place: int, texts: Mapping[int, str]) -> None:
    """The words of a document's pages (from 1), in place of those it had."""
    rows = [(document * PAGES + page, words, place) for page, text in texts.items() if (words := plain(text))]
    rows = [row for row in rows if row[0] % PAGES <= MOST_PAGES]
    with transaction.atomic():
        forget([document])
        with default.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE} ({_ID[default.vendor]}, words, place) VALUES (%s, %s, %s)", rows)


def forget(documents: Iterable[int]) -> None:
    """Take the pages of these documents out."""
    column = _ID[default.vendor]
    with default.cursor() as cursor:
        for document in documents:
            bounds = [document * PAGES, (document + 1) * PAGES]
            cursor.execute(f"DELETE FROM {TABLE} WHERE {column} >= %s AND {column} < %s", bounds)


def clear() -> None:
    """Take everything out: a database made anew gives the same numbers to other documents."""
    with default.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")


def find(words: Sequence[str], places: Sequence[range], after: int, most: int) -> list[int]:
    """Up to ``most`` ids above ``after`` of pages with all of ``words``, those of three letters and more.

    ``[]`` when no word is long enough.
    """
    long = [word for word in words if len(word) >= SHORTEST]
    if not long or not places:
        return []
    column = _ID[default.vendor]
    where = ["words LIKE %s"] * len(long) + [f"({' OR '.join(['(place >= %s AND place < %s)'] * len(places))})"]
    values: list[Any] = [f"%{word}%" for word in long]
    values += [edge for place in places for edge in (place.start, place.stop)]
    named = f"SELECT {column} AS number FROM {TABLE} WHERE {' AND '.join(where)} AND {column} > %s"
    if default.vendor == "postgresql":  # by the trigrams, not by walking along the ids until enough were met
        named = f"WITH named AS MATERIALIZED ({named}) SELECT number FROM named"
    with default.cursor() as cursor:
        cursor.execute(f"{named} ORDER BY number LIMIT %s", [*values, after, most])
        return [row[0] for row in cursor.fetchall()]


def install(connection: Any = default) -> None:
    """Make the table where it is missing."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


_ID = {"sqlite": "rowid", "postgresql": "id"}
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5"
    "(words, place UNINDEXED, tokenize = 'trigram', detail = none)",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE TABLE IF NOT EXISTS {TABLE} (id bigint PRIMARY KEY, words text NOT NULL, place bigint NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_trigrams ON {TABLE} USING gin (words gin_trgm_ops)",
)
