"""Idempotency keys: the first answer to a key is kept and given again. Only this module writes Promise rows.

A key belongs to the account that sent it. Whoever takes it first works; whoever brings the same request meanwhile is
told to come back; whoever brings it later gets the first answer. What was refused keeps no key: nothing was made.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from docservice.errors import KeyReused, UnderWay
from docservice.models import Account, Promise

KEPT = timedelta(days=2)
"""How long an answer is given again."""
PATIENCE = timedelta(minutes=2)
"""After this, whoever took the key and never answered is taken for dead."""


def take(account: Account, key: str, asked: str) -> Promise:
    """The key's promise: without ``status`` it is the caller's, to be kept or dropped; with one, it was answered.

    ``asked``: digest of the whole request. ``KeyReused`` when the key stood for another one, ``UnderWay`` while another
    caller answers the same one.
    """
    now = datetime.now(UTC)
    with transaction.atomic():
        Promise.objects.filter(account=account, made_at__lt=now - KEPT).delete()
        known = {"asked": asked, "made_at": now}
        promise, new = Promise.objects.get_or_create(account=account, key=key, defaults=known)
    if promise.asked != asked:
        raise KeyReused(
            f"คีย์ {key} ใช้กับคำขออื่นไปแล้ว",
            "ใช้คีย์ใหม่สำหรับคำขอใหม่",
            english=f"The key {key} was used for another request. Use a new key for a new request.",
        )
    if new or promise.status is not None or _take_over(promise, now):
        return promise
    raise UnderWay(
        "คำขอเดียวกันนี้กำลังทำอยู่",
        "รอสักครู่แล้วส่งคำขอเดิมด้วยคีย์เดิม จะได้คำตอบเดิม",
        english="The same request is being answered. Send it again with the same key in a moment.",
    )


def keep(promise: Promise, status: int, answer: object) -> None:
    """Answered: this is what everybody with the key gets from now on."""
    _mine(promise).update(status=status, answer=answer)


def drop(promise: Promise) -> None:
    """Nothing was made: the key is free again."""
    _mine(promise).delete()


def _take_over(promise: Promise, now: datetime) -> bool:
    """Whether the key is the caller's now, because its first caller has been silent for too long."""
    if now - promise.made_at < PATIENCE or not _mine(promise).update(made_at=now):
        return False
    promise.made_at = now
    return True


def _mine(promise: Promise) -> QuerySet[Promise]:
    return Promise.objects.filter(pk=promise.pk, made_at=promise.made_at, status=None)
