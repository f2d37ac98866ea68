"""The year's settings: office, signers, people, orders, dates, groups and checklists; a year from the one before."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("set-up")
def setup(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


@page("set-up")
def new_year(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("setup/", setup, name="setup")]
OUTSIDE: Addresses = [path("years/new/", new_year, name="new-year")]
