"""What a worker's main process does when one of its pool processes has died: the items it held are free at once."""

from __future__ import annotations

import logging
from typing import Any

from celery.exceptions import WorkerLostError
from celery.worker.request import Request
from django.db import DatabaseError, connection

from docservice import jobs

log = logging.getLogger(__name__)


def claim_of(message_id: object) -> str:
    """The claim that a message's turn works under: a redelivery has the same one and takes it up again."""
    return str(message_id).replace("-", "")


class Turn(Request):  # type: ignore[misc]  # celery ships no types
    """A message in the main process's hands; named as ``Request`` of every task that takes a turn at a job."""

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> None:
        """Before the message goes back: whoever is idle takes the dead process's items up, redelivered or not."""
        error = getattr(exc_info.exception, "exc", exc_info.exception)  # billiard may have wrapped it
        if isinstance(error, WorkerLostError):
            (job_id,) = self.args
            _free(job_id, claim_of(self.id))
        super().on_failure(exc_info, send_failed_event, return_ok)


def _free(job_id: int, claim: str) -> None:
    try:
        jobs.give_up(job_id, claim)
    except DatabaseError as error:
        log.warning("the items of a dead process wait for their lease: %s", error)
    finally:
        connection.close()  # the next pool process is a fork of this one
