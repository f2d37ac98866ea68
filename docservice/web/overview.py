"""The year at a glance: what is due, which districts and groups are complete, what was asked last."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("see")
def overview(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("", overview, name="overview")]
OUTSIDE: Addresses = []
