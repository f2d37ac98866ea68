"""Accounts and API tokens: made, changed and ended here, each with its event. Passwords and tokens are never logged."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from docservice import audit, jobs
from docservice.errors import Conflict, InputRefused, Outdated
from docservice.models import Account, ApiToken

SCOPES = {
    "read": "อ่านข้อมูลและดาวน์โหลด",
    "write": "บันทึกผู้สมัครและหลักฐาน",
    "request": "ขอเอกสาร",
    "people": "จัดการบัญชีผู้ใช้ (เฉพาะผู้ดูแลระบบ)",
}
"""What a token may be for; the person's role bounds it besides."""
LONGEST_TOKEN = timedelta(days=366)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for another when read from paper
_CHANGEABLE = ("first_name", "last_name", "email", "role", "districts", "years", "is_active")


def one_time_password() -> str:
    """A password to be read out once: sixteen letters in groups of four (about 79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def first_administrator() -> tuple[str, str] | None:
    """Make the first administrator, or give one who never logged in a new password: ``(username, password)``.

    ``None`` once an administrator has logged in.
    """
    administrators = Account.objects.filter(role=Account.ADMINISTRATOR, is_active=True)
    if administrators.filter(last_login__isnull=False).exists():
        return None
    password = one_time_password()
    with transaction.atomic():
        account = administrators.first() or Account(username="admin", role=Account.ADMINISTRATOR)
        account.must_change_password = True
        account.set_password(password)
        account.save()
        audit.record("docservice", "account.first-administrator", f"account/{account.pk}")
    return account.username, password


def make(username: str, *, actor: str, **details: Any) -> tuple[Account, str]:
    """A new account and its one-time password; ``Conflict`` when the name is taken, ``InputRefused`` when unusable."""
    account = Account(username=username.strip(), must_change_password=True)
    _fill(account, details)
    password = one_time_password()
    account.set_password(password)
    try:
        account.clean_fields()
        with transaction.atomic():
            account.save(force_insert=True)
            audit.record(actor, "account.made", f"account/{account.pk}", _told(account))
    except IntegrityError as error:
        raise Conflict(
            f"มีชื่อผู้ใช้ {account.username} แล้ว",
            "ตั้งชื่ออื่น หรือแก้บัญชีเดิม",
            english=f"The user name {account.username} is taken.",
        ) from error
    except ValidationError as error:
        raise _refused(error) from error
    return account, password


def state_of(account: Account) -> str:
    """Digest of what an administrator may have changed about the account."""
    return jobs.digest([getattr(account, name) for name in _CHANGEABLE])


def change(account: Account, *, seen: str = "", actor: str, **details: Any) -> Account:
    """Change role, districts, years, name or whether the account is in use; sessions of an ended account stop.

    ``seen``: ``state_of`` the account when it was read (``Outdated`` when it has changed since), empty to overwrite.
    """
    with transaction.atomic():
        account.refresh_from_db(from_queryset=Account.objects.select_for_update())
        if seen and seen != state_of(account):
            raise Outdated(
                f"มีผู้แก้บัญชี {account.username} ไปก่อนแล้ว ยังไม่ได้บันทึกของท่าน",
                "อ่านบัญชีล่าสุด แล้วแก้อีกครั้ง",
                english="Someone has changed this account meanwhile; nothing was saved. Read it again.",
            )
        _fill(account, details)
        _keep_an_administrator(account)
        try:
            account.clean_fields(exclude=["password"])
        except ValidationError as error:
            raise _refused(error) from error
        account.save()
        audit.record(actor, "account.changed", f"account/{account.pk}", _told(account))
    return account


def new_password(account: Account, *, actor: str) -> str:
    """Give the account a new one-time password; every session of it ends."""
    password = one_time_password()
    with transaction.atomic():
        account.must_change_password = True
        account.set_password(password)
        account.save()
        audit.record(actor, "account.new-password", f"account/{account.pk}")
    return password


def set_password(account: Account, password: str) -> None:
    """The person's own new password; ``InputRefused`` says what is wrong with it."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise InputRefused(
            " ".join(error.messages), "ตั้งรหัสผ่านใหม่ที่ยาวและเดายากกว่านี้", english="Choose a longer password."
        ) from error
    with transaction.atomic():
        account.must_change_password = False
        account.set_password(password)
        account.save()
        audit.record(account.username, "account.password-set", f"account/{account.pk}")


def issue(account: Account, name: str, scopes: Sequence[str], lifetime: timedelta) -> tuple[ApiToken, str]:
    """A token and its secret, shown this once. ``InputRefused`` for unknown scopes or a life above a year."""
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise InputRefused(
            "เลือกสิทธิ์ของโทเคนอย่างน้อย ๑ ข้อ", f"มี {', '.join(SCOPES)}", english="Choose the token's scopes."
        )
    if not timedelta(0) < lifetime <= LONGEST_TOKEN:
        raise InputRefused("อายุโทเคนต้องไม่เกิน ๑ ปี", "ตั้งวันหมดอายุใหม่", english="A token lives for a year at most.")
    secret = f"ds_{secrets.token_urlsafe(32)}"
    now = datetime.now(UTC)
    with transaction.atomic():
        token = ApiToken.objects.create(
            account=account,
            name=name.strip()[:100] or "โทเคน",
            prefix=secret[3:11],
            digest=_digest(secret),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + lifetime,
        )
        audit.record(account.username, "token.issued", f"token/{token.pk}", {"scopes": token.scopes})
    return token, secret


def revoke(token: ApiToken, *, actor: str) -> None:
    """End a token; ending it again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=datetime.now(UTC)):
            audit.record(actor, "token.revoked", f"token/{token.pk}")


def token_of(secret: str) -> ApiToken | None:
    """The living token with that secret, of an account in use."""
    now = datetime.now(UTC)
    living = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, account__is_active=True)
    token = living.select_related("account").filter(digest=_digest(secret)).first()
    if token and (token.last_used_at is None or now - token.last_used_at > timedelta(minutes=5)):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _fill(account: Account, details: Mapping[str, Any]) -> None:
    for name in _CHANGEABLE:
        if name in details:
            setattr(account, name, details[name])
    if account.role == Account.DISTRICT and not account.districts:
        raise InputRefused(
            "เจ้าหน้าที่อำเภอต้องมีอย่างน้อย ๑ อำเภอ", "เลือกอำเภอ", english="A district officer needs a district."
        )
    if account.role != Account.DISTRICT:
        account.districts = []
    if account.role != Account.AUDITOR:
        account.years = []


def _keep_an_administrator(account: Account) -> None:
    others = Account.objects.filter(role=Account.ADMINISTRATOR, is_active=True).exclude(pk=account.pk)
    if (account.role != Account.ADMINISTRATOR or not account.is_active) and not others.exists():
        raise Conflict(
            "ต้องมีผู้ดูแลระบบที่ใช้งานได้อย่างน้อย ๑ คน",
            "ตั้งผู้ดูแลระบบคนอื่นก่อน",
            english="One administrator must remain. Appoint another first.",
        )


def _told(account: Account) -> dict[str, object]:
    return {
        "username": account.username,
        "role": account.role,
        "districts": account.districts,
        "years": account.years,
        "active": account.is_active,
    }


def _refused(error: ValidationError) -> InputRefused:
    return InputRefused(" ".join(error.messages), "แก้แล้วบันทึกอีกครั้ง", english="; ".join(error.messages))
