"""The queue: jobs with their bars, one job with its failures, retry, cancel, urgent."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from docservice.web.page import Request, page, show

Addresses = list[URLPattern | URLResolver]


@page("request-district")
def queue(request: Request) -> HttpResponse:
    """Not written yet."""
    return show(request, "home/no_year.html")


AREAS: Addresses = [path("queue/", queue, name="queue")]
OUTSIDE: Addresses = []
