"""The Celery application: its queues, limits and what it does by the clock. ``broker.nudge`` sends its messages."""

from __future__ import annotations

import logging

from celery import Celery
from celery.schedules import crontab
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from docservice.broker import BACKGROUND, BULK, EVIDENCE, ORDINARY, QUEUES, RENDER, URGENT, broker_answers
from docservice.config import config

log = logging.getLogger(__name__)

HARD_LIMIT = 300
"""Seconds after which a task's process is killed: above any chunk measured, far below the visibility timeout."""
EXPORT_LIMIT = 6 * 3600
TEXT_LIMIT = 3600
"""Seconds for a part of a book whose every page takes as long as one may, and for putting a large book together."""
REDACTION_LIMIT = 1800
"""Seconds for one redacted edition, whose every page is drawn anew."""
_BEHIND = {"text", "pieces"}
"""Verbs nobody waits for: their messages come after everybody else's."""
WATCH_EVERY = 3.0
"""Seconds between two looks for work that nobody was told of."""

_TASKS_ON_A_FILE = 500
"""Tasks that a worker process does on one connection to an SQLite file."""

_AT_NIGHT = {"priority": BACKGROUND, "expires": 20 * 3600}

_COPYING = {
    "follow": {"task": "docservice.follow", "schedule": 20.0, "options": {"priority": BACKGROUND, "expires": 60}},
    "compare": {"task": "docservice.compare", "schedule": crontab(hour="2", minute="30"), "options": _AT_NIGHT},
}
"""What there is to do where the office has a second copy."""

app = Celery("docservice")
app.conf.update(
    broker_url=config().broker_url,
    timezone="Asia/Bangkok",  # of the nights below
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        # Above every hard limit, or a long task would be started twice.
        "visibility_timeout": EXPORT_LIMIT + 600,
        "queue_order_strategy": "priority",
        "priority_steps": [URGENT, 3, ORDINARY, BACKGROUND],
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        # A nudge is given up at once (the row is the truth); a worker has its own, patient way of connecting again.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "socket_timeout": 10,
    },
    # A file's connection does not die by itself: opening it for each task costs more than a letter's questions to it.
    CELERY_DB_REUSE_MAX=_TASKS_ON_A_FILE if config().database_url.startswith("sqlite:") else 0,
    task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]  # kombu ships no types
    task_default_queue=RENDER,
    task_routes={
        "docservice.paper": {"queue": RENDER},
        "docservice.template": {"queue": RENDER},
        "docservice.evidence": {"queue": EVIDENCE},
        "docservice.redaction": {"queue": EVIDENCE},
        "docservice.export": {"queue": BULK},
        "docservice.disposal": {"queue": BULK},
        "docservice.hold": {"queue": BULK},
        "docservice.holds": {"queue": BULK},
        "docservice.text": {"queue": BULK},
        "docservice.pieces": {"queue": BULK},
        **{f"docservice.{name}": {"queue": BULK} for name in ("drill", "seal", "probe", "sweep", "follow", "compare")},
    },
    task_default_priority=ORDINARY,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=HARD_LIMIT - 30,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_proc_alive_timeout=60.0,  # a process starts its LibreOffice before it says that it is up
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule={
        "watch": {"task": "docservice.watch", "schedule": WATCH_EVERY, "options": {"priority": URGENT, "expires": 30}},
        "drill": {
            "task": "docservice.drill",
            "schedule": crontab(day_of_month="1", hour="3", minute="30"),
            "options": _AT_NIGHT,
        },
        "seal": {"task": "docservice.seal", "schedule": 3600.0, "options": {"expires": 3000}},
        # An office's machine may be off at night: what was missed is made up for when it is started.
        "probe": {"task": "docservice.probe", "schedule": crontab(hour="1", minute="15"), "options": _AT_NIGHT},
        "holds": {"task": "docservice.holds", "schedule": crontab(hour="2", minute="0"), "options": _AT_NIGHT},
        "sweep": {"task": "docservice.sweep", "schedule": crontab(hour="1", minute="30"), "options": _AT_NIGHT},
        **(_COPYING if config().replica_url else {}),
        **{
            f"pulse-{name}": {
                "task": "docservice.pulse",
                "schedule": 10.0,
                "args": (name,),
                "options": {"queue": name, "priority": URGENT, "expires": 60},
            }
            for name in QUEUES
        },
    },
)


def send(verb: str, number: int, *, times: int, urgent: bool) -> bool:
    """As ``broker.nudge``, of a broker that has just answered."""
    priority = URGENT if urgent else BACKGROUND if verb in _BEHIND else ORDINARY
    try:
        for _ in range(times):
            app.send_task(f"docservice.{verb}", args=(number,), priority=priority, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker did not take a nudge for %s %s: %s", verb, number, error)
        return False
    return True


def put_back() -> int:
    """Put back what a worker that has died had taken; how many messages. The next worker has them first.

    Only right where no other worker uses this broker: the messages of a living one would be delivered a second time.
    """
    if not broker_answers(timeout=1.0):
        return 0
    try:
        with app.connection_for_write() as line:
            channel = line.default_channel
            taken = channel.client.zrange(channel.unacked_index_key, 0, -1)
            for tag in taken:
                channel.qos.restore_by_tag(tag)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("a dead worker's messages wait for their visibility timeout: %s", error)
        return 0
    return len(taken)
