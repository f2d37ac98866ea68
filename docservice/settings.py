"""Django's settings, derived from docservice.config. Nothing here is read by the engines."""

from __future__ import annotations

import secrets
from typing import Any

from docservice.config import config, local_path

_config = config()


def _database(url: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": local_path(url),
        # IMMEDIATE takes the write lock at BEGIN: the upgrade from read to write, where "database is locked" comes
        # from, never happens. FULL keeps a committed row through a power cut.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }


SECRET_KEY = _config.secret_key or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1"]
INSTALLED_APPS = ["docservice.apps.DocserviceConfig"]
DATABASES = {"default": _database(_config.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LANGUAGE_CODE = "th"
