"""What every view begins with: who asks, whether the role may, and for which year. What it may answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from docservice import access, register
from docservice.access import Action
from docservice.errors import InputRefused
from docservice.models import Account
from docservice.thai import BE, to_arabic_digits
from docservice.yearfile import YearFile

View = Callable[..., HttpResponseBase]
PER_PAGE = 50
SAFE = ("GET", "HEAD")


class Request(HttpRequest):
    """A request of a person who is logged in; ``year`` is the address's year, where it names one."""

    user: Account
    year: YearFile


def page(action: Action, *methods: str) -> Callable[[View], View]:
    """Let in whoever's role allows ``action``; ``methods`` besides GET. A view under ``/<year>/`` gets the year in
    ``request.year`` instead of as an argument.

    Nobody logged in: the login page, and back. A one-time password: it is changed first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *, year: BE | None = None, **arguments: Any) -> HttpResponseBase:
            if request.method not in (*SAFE, *methods):
                return HttpResponseNotAllowed([*SAFE, *methods])
            if not request.user.is_authenticated:
                return _to_login(request)
            person = cast(Request, request)
            if person.user.must_change_password:
                return redirect("first-password")
            access.require(person.user, action)
            if year is not None:
                access.one(access.years(person.user), year_be=int(year))
                person.year = register.year(year)
            return view(person, **arguments)

        wrapped.action = action  # type: ignore[attr-defined]  # read by the tests that walk over every address
        return wrapped

    return decorate


def everybody(*methods: str) -> Callable[[View], View]:
    """Let in every role: whoever may see the year's pages or the archive."""

    def decorate(view: View) -> View:
        see, browse = page("see", *methods)(view), page("archive", *methods)(view)

        @wraps(view)
        def either(request: HttpRequest, /, **arguments: Any) -> HttpResponseBase:
            auditor = getattr(request.user, "role", "") == Account.AUDITOR
            return (browse if auditor else see)(request, **arguments)

        return either

    return decorate


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login page; a part of a page that asks (htmx, an upload) is told so that it can keep its work."""
    if is_partial(request):
        answer = HttpResponse("หมดเวลาใช้งาน กรุณาเข้าสู่ระบบอีกครั้ง", status=401, content_type="text/plain; charset=utf-8")
        answer["HX-Trigger"] = "login-needed"
        return answer
    return redirect_to_login(request.get_full_path())


def is_partial(request: HttpRequest) -> bool:
    """Whether a part of a page asks (htmx or a script), not a person's address line."""
    return request.headers.get("HX-Request") == "true" or request.headers.get("Accept", "") == "application/json"


def show(request: HttpRequest, template: str, /, status: int = 200, **context: object) -> HttpResponse:
    """The page."""
    return render(request, template, context, status=status)


def paged(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = PER_PAGE) -> Page[Any]:
    """The page of rows that ``?page=`` asks for (Thai digits too), the nearest there is."""
    return Paginator(rows, size).get_page(to_arabic_digits(request.GET.get("page", "1")))


def chosen(request: HttpRequest, name: str, choices: Mapping[str, str]) -> str:
    """The filter ``?name=``, or ``""`` for none; anything but a choice is refused."""
    value = request.GET.get(name, "")
    if value and value not in choices:
        raise InputRefused(
            f"ไม่มีตัวเลือก “{value[:60]}”", "เลือกจากรายการบนหน้า", english=f"There is no choice {value[:60]!r}."
        )
    return value
