"""Evidence on its way in: resumable uploads, sorting into slots, originals seen, handing the register over."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

Addresses = list[URLPattern | URLResolver]


AREAS: Addresses = []
OUTSIDE: Addresses = []
