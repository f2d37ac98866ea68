"""What a worker process does before its first task: set its logs up, and start LibreOffice so that no letter waits."""

from __future__ import annotations

import logging

from celery.signals import beat_init, setup_logging, worker_process_init

from docservice import engines, logs
from docservice.broker import broker_answers
from docservice.celery import app
from docservice.errors import DocserviceError

log = logging.getLogger(__name__)


@setup_logging.connect(weak=False)
def log_lines(**_: object) -> None:
    """JSON lines instead of Celery's own form."""
    logs.configure()


@worker_process_init.connect(weak=False)
def warm_up(**_: object) -> None:
    """Start this process's LibreOffice; where that fails, the first task says why."""
    try:
        log.info("warm: %s", engines.office().version)
    except DocserviceError as fault:
        log.warning("not warm: %s", fault)


@beat_init.connect(weak=False)
def try_the_store(**_: object) -> None:
    """At every start a worker tries whether the store keeps what is locked in it; nobody waits for that."""
    if broker_answers(timeout=1.0):
        app.send_task("docservice.probe", retry=False)
