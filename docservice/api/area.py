"""What every operation is made with: its scope and actions, its documented answers, and its promise to answer once."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpResponse
from ninja import Router, Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import TypeAdapter

from docservice import promises
from docservice.access import Action
from docservice.api.asking import Asking, Bearer
from docservice.api.problem import Problem
from docservice.errors import InputRefused
from docservice.models import Promise

View = Callable[..., Any]
ALWAYS = (401, 403, 404, 405, 413, 422, 429, 503)
"""What any operation may answer besides its own."""
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,100}$"},
    "description": "คีย์ของคำขอ ส่งซ้ำด้วยคีย์เดิมจะได้คำตอบเดิม · the same key again gives the first answer again",
}


class Empty(Schema):
    """Nothing."""


class Area(Router):
    """The operations of one noun."""

    def offer(
        self,
        method: str,
        path: str,
        gives: Any,
        *,
        status: int = 200,
        scope: str = "read",
        actions: tuple[Action, ...] = (),
        once: bool = False,
        told_once: tuple[str, ...] = (),
        conflicts: tuple[int, ...] = (),
        extra: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Offer the decorated function: who may (``scope`` and any of ``actions``), and what it answers.

        ``gives``: the answer's shape. ``once``: it makes something, and takes an Idempotency-Key; ``told_once``: what
        of its answer is a secret, which is kept nowhere: ``null`` when the key is sent again. ``conflicts``: errors of
        its own besides ``ALWAYS``. ``extra``: more for its place in the OpenAPI document.
        """
        own = (*conflicts, 409) if once else conflicts
        details = dict(extra or {})
        if once:
            details.setdefault("parameters", []).append(_KEY_PARAMETER)

        def decorate(view: View) -> View:
            first, _, rest = (inspect.getdoc(view) or "").partition("\n")
            register = self.api_operation(
                [method],
                path,
                auth=Bearer(scope, *actions),
                response={status: gives} | dict.fromkeys(sorted({*ALWAYS, *own}), Problem),
                operation_id=view.__name__,
                summary=first.rstrip("."),
                description=_described(rest, scope, actions),
                openapi_extra=details,
            )
            register(_once(view, status, gives, told_once) if once else view)
            return view

        return decorate


def _described(rest: str, scope: str, actions: tuple[Action, ...]) -> str:
    who = f"scope `{scope}`" + (f", {' or '.join(f'`{action}`' for action in actions)}" if actions else "")
    return f"{rest.strip()}\n\n{who}".strip()


def _once(view: View, status: int, gives: Any, told_once: tuple[str, ...]) -> View:
    """The operation under its Idempotency-Key; without one it is done each time."""
    shape: TypeAdapter[Any] = TypeAdapter(gives)

    @wraps(view)
    def answered(request: Asking, /, **given: Any) -> HttpResponse:
        promise = _taken(request)
        if promise and promise.status is not None:
            return _json(promise.answer, promise.status, again=True)
        try:
            made = shape.validate_python(view(request, **given), from_attributes=True)
            answer = shape.dump_python(made, mode="json")
        except BaseException:
            if promise:
                promises.drop(promise)
            raise
        if promise:
            promises.keep(promise, status, {**answer, **dict.fromkeys(told_once)} if told_once else answer)
        return _json(answer, status)

    cast(Any, answered).__signature__ = inspect.signature(view, eval_str=True)
    return answered


def _taken(request: Asking) -> Promise | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise InputRefused(
            "Idempotency-Key ใช้ไม่ได้",
            "ใช้ตัวอักษร ASCII ๑ ถึง ๑๐๐ ตัว ไม่มีช่องว่าง เช่น UUID",
            english="Idempotency-Key must be 1 to 100 ASCII characters without spaces, such as a UUID.",
        )
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
    return promises.take(request.user, key, asked)


def _json(content: object, status: int, *, again: bool = False) -> HttpResponse:
    made = HttpResponse(
        NinjaJSONEncoder(ensure_ascii=False).encode(content), status=status, content_type="application/json"
    )
    if again:
        made["Idempotent-Replayed"] = "true"
    return made


def phrase(status: int) -> str:
    """The status's own words."""
    return HTTPStatus(status).phrase
