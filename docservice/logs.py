"""What the service's processes log: one JSON object a line, with the job and item it speaks of."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

_SPOKEN_OF = ("job", "item", "verb", "state", "code", "seconds")


class JsonLines(logging.Formatter):
    """``at``, ``level``, ``logger``, ``message``, and of job, item, verb, state, code, seconds what was told."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, Thai kept readable, no line ends inside."""
        content: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        content |= {name: getattr(record, name) for name in _SPOKEN_OF if hasattr(record, name)}
        if record.exc_info:
            content["trace"] = self.formatException(record.exc_info)
        return json.dumps(content, ensure_ascii=False, default=str)


def configure() -> None:
    """Log to standard error in this form from now on; for the service's processes, not for commands."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("fontTools", "PIL", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
