"""The addresses of each area of the pages, in the order of the rail. One list a module, so that areas stay apart."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from docservice.web import account

Addresses = list[URLPattern | URLResolver]

AREAS: Addresses = []
"""Below a year: ``/<year>/…``."""

OUTSIDE: Addresses = [*account.OUTSIDE]
"""Of no year."""
