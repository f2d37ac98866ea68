"""Applicants: the list with its filters, one applicant with the checklist, adding, Excel in and out."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("see")
def applicants(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("applicants/", applicants, name="applicants")]
OUTSIDE: Addresses = []
