"""Search by name, number, district, date."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, everybody, show

Addresses = list[URLPattern | URLResolver]


@everybody()
def search(request: Request) -> HttpResponse:
    """What the words find."""
    return show(request, "search/search.html", query=request.GET.get("q", "")[:200])


AREAS: Addresses = [path("search/", search, name="search")]
OUTSIDE: Addresses = []
