"""Whether a service keeps the conditions under which bytes are put: tried before a store writes there."""

from __future__ import annotations

from collections.abc import Mapping

from docservice.errors import Conflict, NotFound
from storage.bucket_lock import OWN
from storage.s3 import S3, checked
from storage.s3_faults import Raced, not_write_once


def require(s3: S3, headers: Mapping[str, str]) -> None:
    """Two puts of one key, and a swap of what is not there, must be refused; ``StoreUnavailable`` where one is not."""
    never = {"If-Match": '"00000000000000000000000000000000"'}
    once = _refuses(s3, headers, {"If-None-Match": "*"}) or _refuses(s3, headers, {"If-None-Match": "*"})
    if not once or not _refuses(s3, headers, never):
        raise not_write_once(str(s3.bucket))


def _refuses(s3: S3, headers: Mapping[str, str], condition: Mapping[str, str]) -> bool:
    body = memoryview(b"docservice\n")
    try:
        s3.put(f"{OWN}/probe", body, {**checked(body), **headers, **condition})
    except (Conflict, NotFound, Raced):
        return True
    return False
