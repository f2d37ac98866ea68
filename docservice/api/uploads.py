"""A program's token at ``/uploads/``: files go up by the same protocol (tus) as a browser's, without a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from docservice.api import problem
from docservice.api.asking import Bearer
from docservice.errors import DocserviceError

_PLACE = "/uploads/"


class Uploads:
    """Middleware: who brings a token to ``/uploads/`` is let in by it, and by nothing else."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer
        self._bearer = Bearer("write", "evidence")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The upload's own answer, or what is wrong with the token."""
        if request.path.startswith(_PLACE) and "Authorization" in request.headers:
            try:
                self._bearer(request)
            except DocserviceError as error:
                return problem.answer(request, error)
            cast(Any, request)._dont_enforce_csrf_checks = True  # no cookie opens it, so no other site can use one
        return self._answer(request)
