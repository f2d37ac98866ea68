"""The settings a person may give (``DOCSERVICE_…``): read once, typed, refused when wrong.

Contract: ``Config.read(environ)`` gives a frozen ``Config`` or raises ``InputRefused`` naming the variable.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docservice.errors import InputRefused
from storage.address import Keys, open_store, same_place

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SECONDS, _MEGABYTES = ("จำนวนวินาที", "seconds"), ("จำนวนเมกะไบต์", "megabytes")
_MASKED = "••••••"
_PASSWORD = re.compile(r"(://[^/?#:@]*:).+@")
_POSTGRESQL = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name"}
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates_th"


@dataclass(frozen=True)
class Config:
    """Where everything lives on this machine.

    ``home``: folder of the embedded defaults; ``database_url``: ``sqlite:///PATH`` or ``postgresql://USER@HOST/NAME``
    (a unix socket: ``postgresql://USER@/NAME?host=/FOLDER``); ``store_url``: ``file:///PATH`` or
    ``s3://BUCKET/PREFIX?endpoint=…`` (``storage.address``), the latter with ``store_key`` and ``store_secret``;
    ``templates``: folder of the catalogue and the Word templates (default: those of the package); ``broker_url``:
    ``redis://…`` or ``redis+socket:///PATH``; ``secret_key``: empty means one is kept in ``home``;
    ``office_timeout``: seconds one conversion may take; ``lang``: ``th`` or ``en``; ``web_url``: the address people
    open, ``https://…`` behind a TLS proxy; ``oidc_…``: the office's own login (OpenID Connect), empty for none;
    ``upload_file_mb``, ``upload_applicant_mb``: the largest file a district may send, and the most for one applicant;
    ``clamd``: the virus scanner that every file is shown before it is opened, ``unix:///run/clamav/clamd.ctl`` or
    ``tcp://HOST:PORT``, empty for none;
    ``replica_url``: a second copy of the store, written after filing, empty for none; ``replica_key``,
    ``replica_secret``: for a bucket (default: the store's); ``fixity_days``: in how many days all of the archive is
    read again; ``tsa_url``: the time-stamp service (RFC 3161) for the sealed log, empty for none;
    ``ocr``: whether scanned pages of filed books are recognised: ``auto`` where Tesseract with Thai is, ``off`` never.
    """

    home: Path
    database_url: str
    store_url: str
    store_key: str
    store_secret: str
    templates: Path
    broker_url: str
    secret_key: str
    office_timeout: float
    lang: str
    web_url: str
    oidc_url: str
    oidc_client: str
    oidc_secret: str
    upload_file_mb: float
    upload_applicant_mb: float
    clamd: str
    ocr: str
    replica_url: str = ""
    replica_key: str = ""
    replica_secret: str = ""
    fixity_days: float = 30.0
    tsa_url: str = ""

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
        place = _in_url(home)
        return cls(
            home=home,
            database_url=_database_url(environ, f"sqlite://{place}/docservice.sqlite3"),
            store_url=_store_url(environ, f"file://{place}/store"),
            store_key=environ.get("DOCSERVICE_STORE_KEY", ""),
            store_secret=environ.get("DOCSERVICE_STORE_SECRET", ""),
            templates=Path(environ.get("DOCSERVICE_TEMPLATES") or _TEMPLATES).expanduser().absolute(),
            broker_url=_url(
                environ, "BROKER_URL", f"redis+socket://{place}/run/redis.sock", {"redis", "rediss", "redis+socket"}
            ),
            secret_key=environ.get("DOCSERVICE_SECRET_KEY", ""),
            office_timeout=_amount(environ, "OFFICE_TIMEOUT", 60.0, _SECONDS),
            lang=_choice(environ, "LANG", "th", ("th", "en")),
            web_url=_url(environ, "WEB_URL", "http://127.0.0.1:8000", {"http", "https"}).rstrip("/"),
            oidc_url=environ.get("DOCSERVICE_OIDC_URL", ""),
            oidc_client=environ.get("DOCSERVICE_OIDC_CLIENT", ""),
            oidc_secret=environ.get("DOCSERVICE_OIDC_SECRET", ""),
            upload_file_mb=_amount(environ, "UPLOAD_FILE_MB", 500.0, _MEGABYTES),
            upload_applicant_mb=_amount(environ, "UPLOAD_APPLICANT_MB", 2000.0, _MEGABYTES),
            clamd=_clamd(environ),
            ocr=_choice(environ, "OCR", "auto", ("auto", "off")),
            replica_url=_replica_url(environ, f"file://{place}/store"),
            replica_key=environ.get("DOCSERVICE_REPLICA_KEY") or environ.get("DOCSERVICE_STORE_KEY", ""),
            replica_secret=environ.get("DOCSERVICE_REPLICA_SECRET") or environ.get("DOCSERVICE_STORE_SECRET", ""),
            fixity_days=_amount(environ, "FIXITY_DAYS", 30.0, ("จำนวนวัน", "days")),
            tsa_url=_tsa_url(environ),
        )

    @property
    def store_keys(self) -> Keys:
        """What the S3 service asks for."""
        return Keys(self.store_key, self.store_secret)

    @property
    def replica_keys(self) -> Keys:
        """What the S3 service of the second copy asks for."""
        return Keys(self.replica_key, self.replica_secret)

    def masked(self) -> dict[str, str]:
        """Every setting as text, passwords and keys hidden: what ``doctor`` prints."""
        shown = {f"DOCSERVICE_{f.name.upper()}": str(getattr(self, f.name)) for f in fields(self)}
        for secret in ("SECRET_KEY", "OIDC_SECRET", "STORE_KEY", "STORE_SECRET", "REPLICA_KEY", "REPLICA_SECRET"):
            shown[f"DOCSERVICE_{secret}"] = _MASKED if shown[f"DOCSERVICE_{secret}"] else ""
        return {name: _mask_password(value) for name, value in shown.items()}


def _in_url(path: Path) -> str:
    """A path for a URL; only what a URL would read otherwise is quoted, so that people can read the rest."""
    return str(path).translate({ord(sign): f"%{ord(sign):02X}" for sign in "%#?"})


def _default_home(environ: Mapping[str, str]) -> str:
    return environ.get("XDG_DATA_HOME", "~/.local/share") + "/docservice"


def _url(environ: Mapping[str, str], name: str, default: str, schemes: set[str]) -> str:
    value = environ.get(f"DOCSERVICE_{name}") or default
    if value.partition("://")[0] not in schemes:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{name} ใช้ไม่ได้: {_mask_password(value)}",
            f"ต้องขึ้นต้นด้วย {' หรือ '.join(sorted(s + '://' for s in schemes))}",
            english=f"DOCSERVICE_{name} must start with one of {', '.join(sorted(schemes))}",
        )
    return value


def _database_url(environ: Mapping[str, str], default: str) -> str:
    value = _url(environ, "DATABASE_URL", default, {"sqlite", "postgresql"})
    if value.startswith("postgresql:"):
        try:
            postgresql_words(value)
        except ValueError as fault:
            raise InputRefused(
                f"การตั้งค่า DOCSERVICE_DATABASE_URL ใช้ไม่ได้: {fault}",
                "เขียนเป็น postgresql://ผู้ใช้:รหัสผ่าน@เครื่อง/ชื่อฐานข้อมูล (อักขระพิเศษในรหัสผ่านให้เขียนเป็น %XX)",
                english="DOCSERVICE_DATABASE_URL: use postgresql://USER:PASSWORD@HOST/NAME, special signs as %XX.",
            ) from None
    return value


def _store_url(environ: Mapping[str, str], default: str) -> str:
    value = _url(environ, "STORE_URL", default, {"file", "s3"})
    _require_place(
        "STORE", value, Keys(environ.get("DOCSERVICE_STORE_KEY", ""), environ.get("DOCSERVICE_STORE_SECRET", ""))
    )
    return value


def _replica_url(environ: Mapping[str, str], store: str) -> str:
    """A place of its own: a second copy in the first one's place would be none."""
    if not environ.get("DOCSERVICE_REPLICA_URL"):
        return ""
    value = _url(environ, "REPLICA_URL", "", {"file", "s3"})
    names = (("REPLICA_KEY", "STORE_KEY"), ("REPLICA_SECRET", "STORE_SECRET"))
    keys = [environ.get(f"DOCSERVICE_{own}") or environ.get(f"DOCSERVICE_{other}", "") for own, other in names]
    _require_place("REPLICA", value, Keys(*keys))
    if same_place(value, environ.get("DOCSERVICE_STORE_URL") or store):
        raise InputRefused(
            "การตั้งค่า DOCSERVICE_REPLICA_URL ใช้ไม่ได้: เป็นที่เดียวกับ DOCSERVICE_STORE_URL หรืออยู่ข้างในกัน",
            "ตั้งเป็นดิสก์อื่นหรือ bucket อื่น หรือเว้นว่างถ้าไม่มีสำเนาที่สอง",
            english="DOCSERVICE_REPLICA_URL must be another place than DOCSERVICE_STORE_URL, and not inside it.",
        )
    return value


def _require_place(which: str, url: str, keys: Keys) -> None:
    try:
        open_store(url, keys=keys)
    except InputRefused as fault:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{which}_URL ใช้ไม่ได้: {fault.message}",
            fault.remedy.replace("DOCSERVICE_STORE_", f"DOCSERVICE_{which}_"),
            english=f"DOCSERVICE_{which}_URL: {fault.english}".replace("DOCSERVICE_STORE_", f"DOCSERVICE_{which}_"),
        ) from None


def _tsa_url(environ: Mapping[str, str]) -> str:
    return _url(environ, "TSA_URL", "", {"http", "https"}) if environ.get("DOCSERVICE_TSA_URL") else ""


def _clamd(environ: Mapping[str, str]) -> str:
    value = environ.get("DOCSERVICE_CLAMD", "")
    if value and not re.fullmatch(r"unix:///.+|tcp://.+:[0-9]{1,5}", value):
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_CLAMD ใช้ไม่ได้: {value}",
            "เขียนเป็น unix:///run/clamav/clamd.ctl หรือ tcp://เครื่อง:3310 หรือเว้นว่างถ้าไม่ใช้",
            english="DOCSERVICE_CLAMD must be unix:///PATH or tcp://HOST:PORT, or empty for none",
        )
    return value


def _amount(environ: Mapping[str, str], name: str, default: float, unit: tuple[str, str]) -> float:
    text = environ.get(f"DOCSERVICE_{name}") or str(default)
    if not _NUMBER.fullmatch(text) or float(text) <= 0:
        raise InputRefused(
            f"การตั้งค่า DOCSERVICE_{name} ใช้ไม่ได้: {text}",
            f"ต้องเป็น{unit[0]}ที่มากกว่า 0",
            english=f"DOCSERVICE_{name} must be a number of {unit[1]} above 0",
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
    return _PASSWORD.sub(rf"\1{_MASKED}@", value)


def kept_secret(home: Path) -> str:
    """The secret that signs sessions where none is set: made once, readable by its owner only."""
    path = home / "secret-key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError:  # a command that only looks (doctor) must still run: it opens no session
        return secrets.token_urlsafe(48)
    return path.read_text(encoding="ascii") or secrets.token_urlsafe(48)


def local_path(url: str) -> Path:
    """The path of a ``file://`` or ``sqlite://`` URL."""
    return Path("/" + unquote(urlsplit(url).path).lstrip("/"))


def postgresql_words(url: str) -> dict[str, str]:
    """What a ``postgresql://`` URL says, under libpq's own words (``dbname``, ``host``, …); the rest is absent.

    ``ValueError`` (its text shows no part of the URL that may hold a password) when the URL is not one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("ชื่อเครื่องหรือหมายเลขพอร์ตไม่ถูกต้อง") from None
    named = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    if unknown := sorted(named.keys() - _POSTGRESQL):
        raise ValueError(f"ไม่รู้จัก {', '.join(unknown)}")
    words = {"dbname": parts.path.lstrip("/"), "user": parts.username, "password": parts.password}
    words |= {"host": parts.hostname, "port": str(port or "")} | named
    if not words["dbname"]:
        raise ValueError("ไม่มีชื่อฐานข้อมูล")
    return {word: unquote(value) for word, value in words.items() if value}


@cache
def config() -> Config:
    """This process's configuration, read from the environment once."""
    return Config.read(os.environ)
