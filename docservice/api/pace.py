"""How many requests one token may make: a bucket that fills as time passes, kept in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict

from django.conf import settings

from docservice.errors import TooMany

_MOST = 10_000
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
_turn = threading.Lock()


class Paced(TooMany):
    """Too many; ``wait``: whole seconds until the next is welcome."""

    def __init__(self, wait: int) -> None:
        super().__init__(
            "ส่งคำขอถี่เกินไป",
            f"รอ {wait} วินาทีแล้วส่งใหม่",
            english=f"Too many requests. Wait {wait} seconds, then send it again.",
        )
        self.wait = wait


def step(who: str) -> None:
    """Count one request of ``who``; ``Paced`` when the bucket is empty.

    ``settings.API_PACE``: how many at once, and how many a second in the long run.
    """
    most, rate = settings.API_PACE
    now = time.monotonic()
    with _turn:
        left, since = _buckets.pop(who, (float(most), now))
        left = min(float(most), left + (now - since) * rate)
        _buckets[who] = (left - 1 if left >= 1 else left, now)
        if len(_buckets) > _MOST:
            _buckets.popitem(last=False)
    if left < 1:
        raise Paced(max(1, math.ceil((1 - left) / rate)))


def forget() -> None:
    """Every bucket is full again."""
    with _turn:
        _buckets.clear()
