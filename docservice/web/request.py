"""Asking for papers: the kinds, the form with its live preview, lots by selection."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("request-district")
def request(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("request/", request, name="request")]
OUTSIDE: Addresses = []
