"""The queue's broker as everybody sees it: whether it answers, and the one way to tell workers to look.

Messages only say "look"; the rows say what there is to do. Losing every message loses nothing: ``tasks.watch`` looks
for work that nobody was told of. A process that speaks to no broker loads neither Celery nor Redis' client (12 MiB).
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docservice.config import config

if TYPE_CHECKING:
    from redis import Redis

URGENT, ORDINARY, BACKGROUND = 0, 6, 9
"""Message priorities; Redis serves the lowest number first."""

RENDER, EVIDENCE, BULK = "render", "evidence", "bulk"
QUEUES = (RENDER, EVIDENCE, BULK)


def nudge(verb: str, number: int, *, times: int = 1, urgent: bool = False) -> bool:
    """Tell the workers to look at a job (for ``pieces``: an applicant); whether the broker took the message.

    Never raises: the row is the truth.
    """
    if not _takes_messages():
        return False
    from docservice import celery  # noqa: PLC0415  see above

    return celery.send(verb, number, times=times, urgent=urgent)


def _takes_messages() -> bool:
    """Whether the broker answers, asked on a connection that is kept: a letter waits for this question."""
    if _is_missing():
        return False
    from redis import ConnectionError as Closed  # noqa: PLC0415  see above
    from redis import RedisError  # noqa: PLC0415

    try:
        with suppress(Closed):  # at the other end, since it was used last: the next one is new
            return bool(_line(1.0).ping())
        return bool(_line(1.0).ping())
    except (RedisError, OSError):
        return False


def broker_answers(timeout: float = 2.0) -> bool:
    """Whether a Redis answers at the broker's address and lets us in. Says nothing about workers."""
    if _is_missing():
        return False
    from redis import RedisError  # noqa: PLC0415  see above

    try:
        with _new_line(timeout) as line:
            return bool(line.ping())
    except (RedisError, OSError):
        return False


def broker_is_embedded() -> bool:
    """Whether the broker is the Redis that ``docservice up`` starts itself."""
    return config().broker_url == f"redis+socket://{_socket()}"


def _is_missing() -> bool:
    return broker_is_embedded() and not _socket().exists()


def _socket() -> Path:
    return Path(config().home) / "run" / "redis.sock"


def _new_line(timeout: float) -> Redis:
    """A client of the broker's Redis that gives up after ``timeout`` seconds and asks once only."""
    from redis import Redis  # noqa: PLC0415  see above
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    address, once = config().broker_url.replace("redis+socket:", "unix:", 1), Retry(NoBackoff(), 0)
    return Redis.from_url(address, socket_connect_timeout=timeout, socket_timeout=timeout, retry=once)


_line = cache(_new_line)
