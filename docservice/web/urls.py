"""Addresses of the web process. Everything of a year is under that year: ``/2562/…``."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.generic import RedirectView

from docservice.config import config
from docservice.errors import FactsRefused
from docservice.thai import BE
from docservice.web import health, home, login, metrics
from docservice.web.areas import AREAS, OUTSIDE


class YearConverter:
    """A BE year in an address."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> BE:
        """``2562`` → ``BE(2562)``."""
        try:
            return BE(int(value))
        except FactsRefused as error:
            raise ValueError(value) from error

    def to_url(self, value: Any) -> str:
        """``BE(2562)`` → ``2562``."""
        return str(int(value))


register_converter(YearConverter, "year")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth asks for it

_entrance: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("login/again/", account.reauthenticate, name="account_reauthenticate"),
    path("login/first-password/", login.first_password, name="first-password"),
    path("logout/", account.logout, name="account_logout"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
]
if config().oidc_url:
    _entrance += [
        path("login/", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("login/social/", include("allauth.socialaccount.urls")),
    ]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("metrics", metrics.metrics),
    path("favicon.ico", RedirectView.as_view(url="/static/icon.svg")),
    *_entrance,
    path("", home.home, name="home"),
    *OUTSIDE,
    path("<year:year>/", include(AREAS)),
    path("api/v1/", include("docservice.api.root")),
    path("admin/", admin.site.urls),
]

handler404 = "docservice.web.frame.missing"
handler500 = "docservice.web.frame.failed"
