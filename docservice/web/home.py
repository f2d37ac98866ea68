"""The start, the person's own preferences, and what an office sees before its first year is entered."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from docservice import access
from docservice.models import Account
from docservice.thai import BE
from docservice.web.page import Request, page, show

_FIRST: dict[str, str] = {Account.AUDITOR: "archive"}


@page("see")
def _overview(request: Request) -> HttpResponse:
    return _newest(request, "overview")


@page("archive")
def _archive(request: Request) -> HttpResponse:
    return _newest(request, "archive")


def home(request: Request) -> HttpResponseBase:
    """To the newest year the person may open: its overview, for an auditor its archive."""
    role = getattr(request.user, "role", Account.STAFF)
    return (_archive if role == Account.AUDITOR else _overview)(request)


def _newest(request: Request, name: str) -> HttpResponse:
    newest = access.years(request.user).first()
    if newest is None:
        return show(request, "home/no_year.html")
    return redirect(name, year=BE(newest.year_be))
