"""A page of a list that is never counted: it looks one row ahead to know whether there is more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

from docservice.thai import to_arabic_digits
from docservice.web.page import PER_PAGE

T = TypeVar("T")
_FURTHEST = 2000


@dataclass
class Peek(Generic[T]):
    """One page as ``papers/pager.html`` shows it."""

    object_list: list[T]
    number: int
    has_next: bool

    def __iter__(self) -> Iterator[T]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_previous(self) -> bool:
        """Whether there are rows before."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Whether a pager is needed."""
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        """The page after."""
        return self.number + 1


def peeked(request: HttpRequest, rows: QuerySet[Any, T], size: int = PER_PAGE) -> Peek[T]:
    """The page of rows that ``?page=`` asks for."""
    asked = to_arabic_digits(request.GET.get("page", "1"))
    number = min(int(asked), _FURTHEST) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
    number = max(1, number)
    found = list(rows[(number - 1) * size : number * size + 1])
    return Peek(found[:size], number, len(found) > size)
