"""Logging in: nobody signs up alone, every login and every failure is an event, the first password is changed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from docservice import audit, people
from docservice.errors import InputRefused
from docservice.models import Account
from docservice.web.page import show
from docservice.web.words import spoken


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def post_login(self, request: HttpRequest, user: Account, **details: Any) -> HttpResponse:
        """Write the event."""
        audit.record(user.username, "account.logged-in", f"account/{user.pk}")
        answer: HttpResponse = super().post_login(request, user, **details)
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write the event; a name that no account has is not written down: it may be a password typed in its place."""
        name = str(credentials.get("username", ""))
        known = Account.objects.filter(username=name).first()
        audit.record("docservice", "account.login-failed", f"account/{known.pk if known else 'unknown'}")
        super().authentication_failed(request, **credentials)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The office's own login opens accounts that are here already (same e-mail); it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest) -> HttpResponse:
    """A one-time password is changed before anything else."""
    account = request.user
    assert isinstance(account, Account)  # noqa: S101  for the type checker: login_required saw to it
    problem = ""
    if request.method == "POST":
        try:
            people.set_password(account, request.POST.get("password", ""))
        except InputRefused as refused:
            problem = spoken(refused)
        else:
            update_session_auth_hash(request, account)
            return redirect("home")
    return show(request, "account/first_password.html", status=422 if problem else 200, problem=problem)
