"""Papers: the list with its filters, one paper and its life from draft to filed."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("see")
def papers(request: Request, pk: int = 0) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("papers/", papers, name="papers"), path("papers/<int:pk>/", papers, name="paper")]
OUTSIDE: Addresses = []
