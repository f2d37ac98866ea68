"""The archive: year, district, applicant, dossier, versions; verified on the spot; downloads."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("archive")
def archive(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [
    path("archive/", archive, name="archive"),
    path("archive/<str:district>/<str:name>/", archive, name="dossier"),
]
OUTSIDE: Addresses = []
