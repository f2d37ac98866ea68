"""The API does what the pages do: each address of the pages has its operations, for the same roles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern
from office_year import REPOSITORY
from web.addresses import OPERATIONS, PAGES

from docservice.api import root
from docservice.web.areas import AREAS, OUTSIDE

TABLE = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8").partition("## What the pages do")[2]
_IN_A_BROWSER = {"upload-pass"}
"""Pages that a program has no use for."""
_WITHOUT_A_PAGE = {"void_number", "list_years"}
_WIDER = {
    # operation: why other roles than its page's may use it
    "hasten_job": "one button of a page that others have too",
    "find": "the search is open to auditors as well",
    "list_events": "a dossier's own events stand on its page",
    "get_year": "needed before anything else",
    "list_applicants": "read by everybody who sees the year",
    "request_one_paper": "districts ask for lots only, on the same page",
}


def _rows() -> Iterator[tuple[list[str], list[str]]]:
    for pages, operations in re.findall(r"^\| (`.*?`) \| (.*?) \|$", TABLE, re.MULTILINE):
        yield re.findall(r"`([a-z-]+)`", pages), re.findall(r"`([a-z_]+)`", operations)


def _offered() -> dict[str, str]:
    """Operation → its line in the table of roles."""
    return {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, found in root.document()["paths"].items()
        for method, operation in found.items()
    }


def _addresses() -> dict[str, str]:
    """Page → its line in the table of roles."""
    found: dict[str, str] = {}
    for patterns, before in ((AREAS, "<year:year>/"), (OUTSIDE, "")):
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            found[str(pattern.name)] = before + str(pattern.pattern)
    return found


def test_every_page_has_its_operations() -> None:
    named = {page for pages, _ in _rows() for page in pages}
    assert named | _IN_A_BROWSER == set(_addresses())


def test_every_operation_is_there_and_has_its_page() -> None:
    named = {operation for _, operations in _rows() for operation in operations}
    assert named - set(_offered()) == set()
    assert set(_offered()) - named <= _WITHOUT_A_PAGE


def test_who_may_on_the_page_may_through_the_operation_and_nobody_else() -> None:
    wrong = []
    addresses, offered = _addresses(), _offered()
    for pages, operations in _rows():
        lines = [PAGES[addresses[page]] for page in pages]
        may = frozenset[str]().union(*(line.get | line.post for line in lines))
        for operation in operations:
            who = OPERATIONS[offered[operation]].who
            if who != may:
                wrong.append((operation, sorted(who ^ may)))
    others = [each for each in wrong if each[0] not in _WIDER]
    assert not others, others
    assert _WIDER.keys() <= {operation for operation, _ in wrong}, "no exception is left over"
