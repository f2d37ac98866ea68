"""Where a store lies, as people write it: ``file:///FOLDER`` or ``s3://BUCKET/PREFIX?endpoint=…``, and opening it.

The one place that knows which kind of store an address means. Nothing is reached by reading an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from docservice.errors import InputRefused
from storage.keys import check_path
from storage.local import LocalStore
from storage.store import Store

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENDPOINT = re.compile(r"(https?)://((?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?)/?")
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_YEARS = re.compile(r"([1-9][0-9]?)y")
_MODES = re.compile("governance|compliance")
_OPTIONS = {"endpoint", "region", "sse", "retention", "lock"}
_FORM = "s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION&sse=s3&retention=10y&lock=compliance"


@dataclass(frozen=True)
class Bucket:
    """A place in an S3 service: ``prefix`` is a folder or empty, ``retention`` is in years (0: none asked for).

    ``mode``: how objects are locked, ``GOVERNANCE`` (who has the right may lift it) or ``COMPLIANCE`` (nobody may).
    ``encrypted``: the server is asked to encrypt what it keeps (SSE-S3). ``endpoint`` is ``HOST`` or ``HOST:PORT``.
    """

    name: str
    prefix: str = ""
    endpoint: str = "s3.amazonaws.com"
    secure: bool = True
    region: str = "us-east-1"
    encrypted: bool = False
    retention: int = 0
    mode: str = "GOVERNANCE"

    def __str__(self) -> str:
        scheme = "https" if self.secure else "http"
        return f"s3://{self.name}/{self.prefix} ({scheme}://{self.endpoint})"


@dataclass(frozen=True)
class Keys:
    """The access key and its secret, as the S3 service gave them out."""

    key: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return "Keys(…)"


def parse(url: str) -> Path | Bucket:
    """The folder or bucket that ``url`` names; ``InputRefused`` says which part of it cannot be used."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path("/" + unquote(parts.path).lstrip("/"))
    if parts.scheme != "s3":
        raise _refused("ต้องขึ้นต้นด้วย file:// หรือ s3://", "it must start with file:// or s3://")
    if "@" in parts.netloc:
        raise _refused("อย่าเขียนรหัสไว้ในที่อยู่", "it must not hold credentials")
    if not _BUCKET.fullmatch(parts.netloc):
        raise _refused(f"ชื่อ bucket {parts.netloc!r} ใช้ไม่ได้", f"{parts.netloc!r} cannot be the name of a bucket")
    prefix = unquote(parts.path).strip("/")
    found = Bucket(parts.netloc, check_path(prefix) if prefix else "")
    return _with_options(found, parse_qs(parts.query, keep_blank_values=True))


def open_store(url: str, folder: str = "", keys: Keys | None = None) -> Store:
    """The store in ``folder`` of the place that ``url`` names. Nothing is reached before its first use."""
    place = parse(url)
    return LocalStore(place / folder) if isinstance(place, Path) else cast(Store, _s3_store(below(place, folder), keys))


def same_place(one: str, other: str) -> bool:
    """Whether two addresses name the same place, or one a place inside the other's."""
    places = parse(one), parse(other)
    ways = [
        place.resolve().parts
        if isinstance(place, Path)
        else (place.endpoint, place.name, *filter(None, place.prefix.split("/")))
        for place in places
    ]
    short = min(map(len, ways))
    return type(places[0]) is type(places[1]) and ways[0][:short] == ways[1][:short]


def create(url: str, keys: Keys | None = None) -> bool:
    """Make the place that ``url`` names; False when it was there. ``StoreUnavailable`` says why it cannot be used."""
    place = parse(url)
    return LocalStore(place).create() if isinstance(place, Path) else bool(_s3_store(place, keys).create())


def _s3_store(bucket: Bucket, keys: Keys | None) -> Any:
    """Its module is loaded only where it is used: that takes as long as the rest of a command's start."""
    if not (keys and keys.key and keys.secret):
        raise InputRefused(
            f"ที่จัดเก็บ {bucket} เป็น S3 แต่ไม่มีรหัสสำหรับใช้",
            "ขอรหัส (access key, secret key) จากผู้ดูแลบริการ S3 แล้วตั้ง DOCSERVICE_STORE_KEY และ DOCSERVICE_STORE_SECRET",
            english=f"{bucket} needs credentials: set DOCSERVICE_STORE_KEY and DOCSERVICE_STORE_SECRET.",
        )
    return import_module("storage.bucket").S3Store(bucket, keys)


def below(bucket: Bucket, folder: str) -> Bucket:
    """The same bucket, one folder further down."""
    return replace(bucket, prefix="/".join(filter(None, (bucket.prefix, folder))))


def _with_options(bucket: Bucket, options: Mapping[str, list[str]]) -> Bucket:
    if unknown := sorted(options.keys() - _OPTIONS):
        raise _refused(f"ไม่รู้จัก {', '.join(unknown)}", f"it does not know {', '.join(unknown)}")
    given = {name: values[-1] for name, values in options.items()}
    wrong = [name for name, fits in _fits(given).items() if not fits]
    if wrong:
        raise _refused(f"ค่าของ {', '.join(wrong)} ใช้ไม่ได้", f"{', '.join(wrong)} has a value it cannot have")
    found = _ENDPOINT.fullmatch(given.get("endpoint", ""))
    years = _YEARS.fullmatch(given.get("retention", ""))
    return replace(
        bucket,
        endpoint=found[2] if found else bucket.endpoint,
        secure=found[1] == "https" if found else bucket.secure,
        region=given.get("region", bucket.region),
        encrypted="sse" in given,
        retention=int(years[1]) if years else 0,
        mode=given.get("lock", bucket.mode).upper(),
    )


def _fits(given: Mapping[str, str]) -> dict[str, bool]:
    """Each given option, and whether its value is one it can have."""
    forms = {"endpoint": _ENDPOINT, "region": _REGION, "sse": re.compile("s3"), "retention": _YEARS}
    forms["lock"] = _MODES
    return {name: forms[name].fullmatch(value) is not None for name, value in given.items()}


def _refused(thai: str, english: str) -> InputRefused:
    """The address itself is not repeated: it may hold what nobody else should read."""
    return InputRefused(
        f"ที่อยู่ของที่จัดเก็บใช้ไม่ได้: {thai}",
        f"เขียนเป็น file:///โฟลเดอร์ หรือ {_FORM}",
        english=f"The store's address cannot be used: {english}. Write file:///FOLDER or {_FORM}",
    )
