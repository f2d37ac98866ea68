"""Warms a worker process up before its first task: LibreOffice started, the first letter need not wait for it."""

from __future__ import annotations

import logging

from celery.signals import worker_process_init

from docservice import engines
from docservice.errors import DocserviceError

log = logging.getLogger(__name__)


@worker_process_init.connect(weak=False)
def warm_up(**_: object) -> None:
    """Start this process's LibreOffice; where that fails, the first task says why."""
    try:
        log.info("warm: %s", engines.office().version)
    except DocserviceError as fault:
        log.warning("not warm: %s", fault)
