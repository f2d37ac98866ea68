"""The lease on a dossier: one writer at a time, on whatever machine, freed by itself when its holder dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from docservice.errors import Conflict
from docservice.models import Dossier

_LEASE = timedelta(seconds=20)
"""How long a dossier stays locked by a writer that has died; the store's own hold guards a slower living one."""
_POLL = 0.1
_PATIENCE = 30.0
"""Seconds a writer waits for another's lease: longer than the lease."""


@contextmanager
def locked(dossier: Dossier) -> Iterator[None]:
    """Hold the dossier's lease: one writer at a time, freed by itself when its holder dies."""
    deadline = time.monotonic() + _PATIENCE
    while (mine := _lease(dossier)) is None:
        if time.monotonic() > deadline:
            raise Conflict(
                f"แฟ้ม {dossier.key} กำลังถูกจัดเก็บโดยงานอื่น",
                "รอสักครู่แล้วสั่งใหม่",
                english=f"Dossier {dossier.key} is being filed by another task. Try again shortly.",
            )
        time.sleep(_POLL)
    try:
        yield
    finally:
        Dossier.objects.filter(pk=dossier.pk, locked_until=mine).update(locked_until=None)


def _lease(dossier: Dossier) -> datetime | None:
    """Until when the lease is ours, or None while it is another's."""
    now = datetime.now(UTC)
    # Further ahead than a lease reaches: the clock was put back since.
    free = Q(locked_until=None) | Q(locked_until__lt=now) | Q(locked_until__gt=now + 2 * _LEASE)
    mine = now + _LEASE
    return mine if Dossier.objects.filter(free, pk=dossier.pk).update(locked_until=mine) else None
