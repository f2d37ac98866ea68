"""Who asks: a bearer token, its account, its scope; the role's actions bound it besides."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from docservice import access, people
from docservice.access import Action
from docservice.api import pace
from docservice.errors import Forbidden, Unauthenticated
from docservice.models import Account, ApiToken


class Asking(HttpRequest):
    """A request whose token is known: ``auth``; ``user`` is its account; ``head``: only the headers are wanted."""

    auth: ApiToken
    user: Account
    number: str
    head: bool


class Bearer(HttpBearer):
    """Let in a living token of ``scope`` whose account's role allows any of ``actions``."""

    openapi_description = "โทเคนจากหน้า “บัญชีของฉัน › โทเคน” · a token from the page /account/tokens/: ds_…"

    def __init__(self, scope: str, *actions: Action) -> None:
        super().__init__()
        self._scope, self._actions = scope, actions

    def __call__(self, request: HttpRequest) -> Any:
        """The token, or an error that says what is wrong with it."""
        found = super().__call__(request)
        if not found:
            pace.step(f"stranger {request.META.get('REMOTE_ADDR', '')}")
            raise Unauthenticated(
                "ไม่มีโทเคน หรือโทเคนใช้ไม่ได้แล้ว",
                "ส่งหัวข้อ Authorization: Bearer ds_… ด้วยโทเคนที่ยังไม่หมดอายุ",
                english="No token, or one that has ended. Send Authorization: Bearer ds_… with a living token.",
            )
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The living token with that secret, if it is for this scope and its account's role may."""
        found = people.token_of(token)
        if found is None:
            return None
        pace.step(f"token {found.pk}")
        request.user = found.account
        _refuse_other_scope(found, self._scope)
        _refuse_first_password(found.account)
        if self._actions and not any(access.may(found.account, action) for action in self._actions):
            access.require(found.account, self._actions[0])
        return found


def _refuse_other_scope(token: ApiToken, scope: str) -> None:
    if scope not in token.scopes:
        raise Forbidden(
            f"โทเคนนี้ไม่มีสิทธิ์ {scope} ({people.SCOPES[scope]})",
            "ออกโทเคนใหม่ที่มีสิทธิ์นี้",
            english=f"This token is not for the scope {scope}. Issue one that is.",
        )


def _refuse_first_password(account: Account) -> None:
    if account.must_change_password:
        raise Forbidden(
            "บัญชีนี้ต้องตั้งรหัสผ่านใหม่ก่อน",
            "เข้าสู่ระบบในเบราว์เซอร์แล้วตั้งรหัสผ่าน",
            english="This account must set a new password first: log in with a browser.",
        )
