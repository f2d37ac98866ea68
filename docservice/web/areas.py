"""The addresses of each area of the pages, in the order of the rail. One list a module, so that areas stay apart."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from docservice.web import (
    account,
    applicants,
    archive,
    disposal,
    editions,
    events,
    files,
    holds,
    intake,
    overview,
    papers,
    queue,
    redaction,
    request,
    results,
    search,
    setup,
)

_MODULES = (
    overview, setup, editions, results, applicants, intake, redaction, request, queue, papers, disposal, holds,
    archive, events, search, files,
)  # fmt: skip

AREAS: list[URLPattern | URLResolver] = [address for module in _MODULES for address in module.AREAS]
"""Below a year: ``/<year>/…``."""

OUTSIDE: list[URLPattern | URLResolver] = [
    *account.OUTSIDE,
    *(address for module in _MODULES for address in module.OUTSIDE),
]
"""Of no year."""
