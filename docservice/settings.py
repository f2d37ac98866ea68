"""Django's settings, derived from docservice.config. Nothing here is read by the engines."""

from __future__ import annotations

import secrets
from typing import Any

from docservice.config import config, local_path, postgresql_words

_config = config()
_READ_COMMITTED = 2  # psycopg.IsolationLevel.READ_COMMITTED: psycopg is not loaded where SQLite is used


def _database(url: str) -> dict[str, Any]:
    return _postgresql(url) if url.startswith("postgresql:") else _sqlite(url)


def _sqlite(url: str) -> dict[str, Any]:
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


def _postgresql(url: str) -> dict[str, Any]:
    words = postgresql_words(url)
    named = {name.upper(): words.pop(name, "") for name in ("user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.pop("dbname"),
        **named,
        # A kept connection is asked whether it still lives before each request or task: the server may have restarted.
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # READ COMMITTED is relied upon: whoever waited for a lock must see what was committed meanwhile.
        "OPTIONS": {"isolation_level": _READ_COMMITTED, "connect_timeout": "10", **words},
    }


SECRET_KEY = _config.secret_key or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "docservice.web.urls"
WSGI_APPLICATION = "docservice.wsgi.application"
INSTALLED_APPS = ["docservice.apps.DocserviceConfig"]
DATABASES = {"default": _database(_config.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LANGUAGE_CODE = "th"
