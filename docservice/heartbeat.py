"""Keeps a claim alive while its worker works: a thread that moves the lease on, and stops when the work does."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from types import TracebackType

from django.db import DatabaseError, connection

from docservice.models import Job, JobItem

log = logging.getLogger(__name__)


class Heartbeat:
    """While entered, the job's items claimed under ``token`` keep ``lease`` from now, renewed four times in it."""

    def __init__(self, job: Job, token: str, lease: timedelta) -> None:
        self._job, self._token, self._lease = job, token, lease
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{token[:8]}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._lease.total_seconds() / 4):
            claimed = JobItem.objects.filter(job=self._job, state=JobItem.CLAIMED, claim=self._token)
            try:
                claimed.update(lease_until=datetime.now(UTC) + self._lease)
            except DatabaseError as error:
                # The next beat tries again; a claim lost meanwhile is seen when its item is finished.
                log.warning("a heartbeat was not written: %s", error)
        connection.close()
