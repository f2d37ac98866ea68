"""The settings a person may give (``DOCSERVICE_…``): read once, typed, refused when wrong.

Contract: ``Config.read(environ)`` gives a frozen ``Config`` or raises ``InputRefused`` naming the variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docservice.errors import InputRefused

_MASKED = "••••••"


@dataclass(frozen=True)
class Config:
    """Where everything lives on this machine.

    ``home``: folder of the embedded defaults; ``database_url``: ``sqlite:///PATH``;
    ``store_url``: ``file:///PATH``; ``broker_url``: ``redis://…`` or
    ``redis+socket:///PATH``; ``secret_key``: empty means one is kept in ``home``; ``office_timeout``: seconds one
    conversion may take; ``lang``: ``th`` or ``en``.
    """

    home: Path
    database_url: str
    store_url: str
    broker_url: str
    secret_key: str
    office_timeout: float
    lang: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Config:
        """Read ``DOCSERVICE_*`` from ``environ``; anything unknown or unusable is refused by name."""
        known = {f"DOCSERVICE_{f.name.upper()}" for f in fields(cls)}
        unknown = sorted(k for k in environ if k.startswith("DOCSERVICE_") and k not in known)
        if unknown:
            raise InputRefused(
                f"ไม่รู้จักการตั้งค่า {', '.join(unknown)}",
                f"ใช้ได้เฉพาะ {', '.join(sorted(known))}",
                english=f"Unknown setting {', '.join(unknown)}. Known: {', '.join(sorted(known))}",
            )
        home = Path(environ.get("DOCSERVICE_HOME") or _default_home(environ)).expanduser().absolute()
        return cls(
            home=home,
            database_url=_url(environ, "DATABASE_URL", f"sqlite:///{home}/docservice.sqlite3", {"sqlite"}),
            store_url=_url(environ, "STORE_URL", f"file://{home}/store", {"file"}),
            broker_url=_url(
                environ, "BROKER_URL", f"redis+socket://{home}/run/redis.sock", {"redis", "rediss", "redis+socket"}
            ),
            secret_key=environ.get("DOCSERVICE_SECRET_KEY", ""),
            office_timeout=_seconds(environ, "OFFICE_TIMEOUT", 60.0),
            lang=_choice(environ, "LANG", "th", ("th", "en")),
        )

    def masked(self) -> dict[str, str]:
        """Every setting as text, passwords and keys hidden: what ``doctor`` prints."""
        shown = {f"DOCSERVICE_{f.name.upper()}": str(getattr(self, f.name)) for f in fields(self)}
        shown["DOCSERVICE_SECRET_KEY"] = _MASKED if self.secret_key else ""
        return {name: _mask_password(value) for name, value in shown.items()}


def _default_home(environ: Mapping[str, str]) -> str:
    return environ.get("XDG_DATA_HOME", "~/.local/share") + "/docservice"


def _url(environ: Mapping[str, str], name: str, default: str, schemes: set[str]) -> str:
    value = environ.get(f"DOCSERVICE_{name}") or default
    if urlsplit(value).scheme not in schemes:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{name} ใช้ไม่ได้: {_mask_password(value)}",
            f"ต้องขึ้นต้นด้วย {' หรือ '.join(sorted(s + '://' for s in schemes))}",
            english=f"DOCSERVICE_{name} must start with one of {', '.join(sorted(schemes))}",
        )
    return value


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(f"DOCSERVICE_{name}") or str(default)
    if not text.replace(".", "", 1).isdigit() or float(text) <= 0:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{name} ใช้ไม่ได้: {text}",
            "ต้องเป็นจำนวนวินาทีที่มากกว่า 0",
            english=f"DOCSERVICE_{name} must be a number of seconds above 0",
        )
    return float(text)


def _choice(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = environ.get(f"DOCSERVICE_{name}") or default
    if value not in choices:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{name} ใช้ไม่ได้: {value}",
            f"เลือกได้: {', '.join(choices)}",
            english=f"DOCSERVICE_{name} must be one of {', '.join(choices)}",
        )
    return value


def _mask_password(value: str) -> str:
    password = urlsplit(value).password if "://" in value else None
    return value.replace(f":{password}@", f":{_MASKED}@") if password else value


def local_path(url: str) -> Path:
    """The path of a ``file://`` or ``sqlite://`` URL."""
    return Path(unquote(urlsplit(url).path))


@cache
def config() -> Config:
    """This process's configuration, read from the environment once."""
    return Config.read(os.environ)
