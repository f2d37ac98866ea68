"""Bytes: documents, page images, thumbnails. Access is checked and the reading of personal data is an event."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

Addresses = list[URLPattern | URLResolver]


AREAS: Addresses = []
OUTSIDE: Addresses = []
