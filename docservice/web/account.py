"""A person's own account: digits, language, tokens; and, for administrators, everybody's accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from docservice import access, people, register
from docservice.errors import DocserviceError, InputRefused
from docservice.models import Account, Year
from docservice.thai import BE, to_arabic_digits
from docservice.web.page import Request, everybody, page, paged, show
from docservice.web.words import spoken


@everybody("POST")
def preferences(request: Request) -> HttpResponse:
    """Digits and language."""
    if request.method == "POST":
        request.user.thai_digits = request.POST.get("thai_digits") == "on"
        request.user.language = "en" if request.POST.get("language") == "en" else "th"
        request.user.save(update_fields=["thai_digits", "language"])
        return redirect("preferences")
    return show(request, "account/preferences.html")


@everybody("POST")
def tokens(request: Request) -> HttpResponse:
    """The person's API tokens: issue one (shown once), end one."""
    shown, problem = "", ""
    if request.method == "POST":
        try:
            if ended := request.POST.get("revoke"):
                people.revoke(access.one(request.user.tokens.all(), pk=_number(ended)), actor=request.user.username)
                return redirect("tokens")
            shown = _issue(request)
        except InputRefused as refused:
            problem = spoken(refused)
    return show(
        request,
        "account/tokens.html",
        status=422 if problem else 200,
        tokens=request.user.tokens.all(),
        scopes=people.SCOPES,
        secret=shown,
        problem=problem,
    )


def _issue(request: Request) -> str:
    lifetime = timedelta(days=_number(request.POST.get("days", "")))
    _, secret = people.issue(request.user, request.POST.get("name", ""), request.POST.getlist("scopes"), lifetime)
    return secret


@page("people", "POST")
def accounts(request: Request) -> HttpResponse:
    """Everybody; add one."""
    made: tuple[Account, str] | None = None
    problem = ""
    if request.method == "POST":
        try:
            made = people.make(request.POST.get("username", ""), actor=request.user.username, **_details(request))
        except DocserviceError as refused:
            problem = spoken(refused)
    return show(
        request,
        "account/accounts.html",
        status=422 if problem else 200,
        accounts=paged(request, Account.objects.all()),
        made=made,
        problem=problem,
        **_choices(request),
    )


@page("people", "POST")
def one_account(request: Request, pk: int) -> HttpResponse:
    """One account: role, districts, years; a new one-time password; taken out of use."""
    account = access.one(Account.objects.all(), pk=pk)
    problem = password = ""
    if request.method == "POST":
        try:
            if "new-password" in request.POST:
                password = people.new_password(account, actor=request.user.username)
            else:
                people.change(account, actor=request.user.username, **_details(request))
                return redirect("accounts")
        except DocserviceError as refused:
            problem = spoken(refused)
    return show(
        request,
        "account/one_account.html",
        status=422 if problem else 200,
        account=account,
        password=password,
        problem=problem,
        **_choices(request),
    )


def _details(request: Request) -> dict[str, Any]:
    form = request.POST
    return {
        **{name: form.get(name, "").strip() for name in ("first_name", "last_name", "email", "role")},
        "districts": form.getlist("districts"),
        "years": [int(BE.parse(year)) for year in form.getlist("years")],
        "is_active": form.get("is_active", "on") == "on",
    }


def _choices(request: Request) -> dict[str, Any]:
    newest = Year.objects.order_by("-year_be").first()
    return {
        "roles": Account.ROLES,
        "districts": register.year(BE(newest.year_be)).districts if newest else (),
        "every_year": [BE(y) for y in Year.objects.order_by("-year_be").values_list("year_be", flat=True).distinct()],
        "form": {name: request.POST.get(name, "") for name in ("username", "first_name", "last_name", "email", "role")},
        "chosen": request.POST.getlist("districts"),
    }


def _number(text: str) -> int:
    arabic = to_arabic_digits(text)
    if not arabic.isascii() or not arabic.isdecimal() or len(arabic) > 9:
        raise InputRefused(f"“{text[:40]}” ไม่ใช่จำนวนเต็ม", "พิมพ์เฉพาะตัวเลข", english="Not a whole number.")
    return int(arabic)


OUTSIDE = [
    path("account/", preferences, name="preferences"),
    path("account/tokens/", tokens, name="tokens"),
    path("people/", accounts, name="accounts"),
    path("people/<int:pk>/", one_account, name="account"),
]
