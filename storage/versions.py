"""What lies under one key of a bucket beside its newest bytes, until when it is locked, and taking all of it away.

Only ``storage.bucket`` calls this, and only for ``storage.destruction``. A lock is respected, never bypassed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from storage.s3 import S3

_UNTIL, _HELD = "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold"
FOR_EVER = datetime.max.replace(tzinfo=UTC)
"""Until when a key is locked that the service holds for a court."""


class Version(NamedTuple):
    """One version of a key; ``marker``: only the note that it was deleted. ``name`` is empty where none are kept."""

    name: str
    latest: bool
    marker: bool


def versions(s3: S3, key: str) -> list[Version]:
    """Every version of exactly ``key``, the newest first; one without a name in a bucket that keeps none."""
    found = list(_listed(s3, key))
    return sorted(found, key=lambda each: not each.latest)


def locked_until(s3: S3, key: str) -> datetime | None:
    """The latest moment until which the service refuses to take a version of ``key`` away; ``None``: no lock."""
    latest: datetime | None = None
    for version in versions(s3, key):
        if version.marker:
            continue
        headers = s3.ask("HEAD", key, query=query_of(version)).headers
        if headers.get(_HELD, "").upper() == "ON":
            return FOR_EVER
        if written := headers.get(_UNTIL):
            until = datetime.fromisoformat(written.replace("Z", "+00:00"))
            latest = max(latest or until, until)
    return latest


def take_away(s3: S3, key: str, *, former_only: bool) -> None:
    """Remove every version of ``key``, or all but the newest; nothing happens where there is none."""
    for version in versions(s3, key):
        if not (former_only and version.latest):
            s3.ask("DELETE", key, query=query_of(version))


def query_of(version: Version) -> dict[str, str]:
    """What names the version in a request."""
    return {"versionId": version.name} if version.name else {}


def _listed(s3: S3, key: str) -> Iterator[Version]:
    return (version for name, version in below(s3, key) if name == key)


def below(s3: S3, prefix: str) -> Iterator[tuple[str, Version]]:
    """Every version of every key that begins with ``prefix``, as the service lists them, page by page."""
    start, mark = len(s3.name("")), ("", "")
    while True:
        page = fromstring(s3.versions_page(prefix, *mark))  # noqa: S314  the service's own answer, as the SDK reads it
        for each in page:
            kind = each.tag.rpartition("}")[2]
            if kind in ("Version", "DeleteMarker"):
                given = _text(each, "VersionId")
                latest, marker = _text(each, "IsLatest") == "true", kind == "DeleteMarker"
                name = "" if given == "null" and not marker else given
                yield _text(each, "Key")[start:], Version(name, latest, marker)
        mark = _text(page, "NextKeyMarker"), _text(page, "NextVersionIdMarker")
        if _text(page, "IsTruncated") != "true":
            return


def _text(parent: Element, name: str) -> str:
    return next((each.text or "" for each in parent if each.tag.rpartition("}")[2] == name), "")
