"""The lease on a dossier: one writer at a time, on whatever machine, freed by itself when its holder dies.

Taking it, and making the row of a dossier that begins with it, does not wait for the disk (``database.unhurried``).
A power cut that takes the lease back has ended its holder too, and what the holder had put into the store by then is
found there by the next one, as after a lost index (``BegunError``). The row is safe with the rows of what was filed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from docservice.database import unhurried
from docservice.errors import Conflict
from docservice.models import Dossier

LEASE = timedelta(seconds=20)
"""How long a dossier stays locked by a writer that has died; the store's own hold guards a slower living one."""
_POLL = 0.1
_PATIENCE = 30.0
"""Seconds a writer waits for another's lease: longer than the lease."""


@contextmanager
def locked(dossier: Dossier, *, made: bool = False) -> Iterator[None]:
    """Hold the dossier's lease (``made``: held already): one writer at a time, freed by itself when its holder dies.

    The row is read anew when it is held; who clears its ``locked_until`` has given it free.
    """
    deadline = time.monotonic() + _PATIENCE
    while not made and not _lease(dossier):
        if time.monotonic() > deadline:
            raise Conflict(
                f"แฟ้ม {dossier.key} กำลังถูกจัดเก็บโดยงานอื่น",
                "รอสักครู่แล้วสั่งใหม่",
                english=f"Dossier {dossier.key} is being filed by another task. Try again shortly.",
            )
        time.sleep(_POLL)
    if not made:
        dossier.refresh_from_db()
    mine = dossier.locked_until
    try:
        yield
    finally:
        if dossier.locked_until is not None:
            Dossier.objects.filter(pk=dossier.pk, locked_until=mine).update(locked_until=None)


def _lease(dossier: Dossier) -> bool:
    """Whether the lease is ours now."""
    mine = datetime.now(UTC) + LEASE
    with unhurried():
        return bool(Dossier.objects.filter(is_free(), pk=dossier.pk).update(locked_until=mine))


def is_free() -> Q:
    """Which dossiers nobody holds: a lease further ahead than one reaches is of a clock that was put back since."""
    now = datetime.now(UTC)
    return Q(locked_until=None) | Q(locked_until__lt=now) | Q(locked_until__gt=now + 2 * LEASE)
