"""Evidence on its way in: resumable uploads, sorting into slots, originals seen, the book."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from docservice.web import tus

Addresses = list[URLPattern | URLResolver]


AREAS: Addresses = []
OUTSIDE: Addresses = [
    path("uploads/", tus.collection, name="uploads"),
    path("uploads/pass/", tus.entrance, name="upload-pass"),
    path("uploads/<uuid:pk>/", tus.one, name="upload"),
]
