"""Trying whether an S3 service keeps a locked object: it is locked, then everything that must not succeed is tried.

What is tried lies in the store's own folder, is locked for an hour only, and is no part of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from storage.proof import ABSENT, BY_LOCK, BY_RIGHTS, FAILED, PROVEN, Proof, Try
from storage.s3 import S3, Answer, checked

HELD_FOR = timedelta(hours=1)
"""How long a probe stays locked: past any clock's error, short enough to be forgotten."""

_WORDS = b"docservice: a probe, not part of the archive\n"
_FORGED = b"docservice: forged\n"
_MODE, _UNTIL = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"
_BYPASS = {"x-amz-bypass-governance-retention": "true"}


class _Rule(NamedTuple):
    """What the bucket itself says of locks: whether it can lock, and the mode in which it locks everything."""

    able: bool | None
    mode: str


def probe(s3: S3, folder: str) -> Proof:
    """Lock an object below ``folder`` and try to overwrite, delete and shorten it, and to go round the lock.

    ``StoreUnavailable`` when the service does not answer, refuses our keys, or its clock is another: then nothing was
    seen.
    """
    s3.check()
    rule = _rule(s3)
    mode = s3.bucket.mode if s3.bucket.retention else rule.mode
    if not mode or rule.able is False:
        return _unlocked(s3, rule)
    attempt = _Attempt(s3, f"{folder}/worm", mode)
    tries = tuple(attempt.tries())
    failed = [each for each in tries if not each.held]
    if failed:
        return _failed(failed, tries, mode)
    return _proven(tries, mode, BY_RIGHTS if rule.mode else attempt.refused_by())


def _rule(s3: S3) -> _Rule:
    said = s3.told("GET", None, query={"object-lock": ""})
    if said.code:  # without the right to read it, the attempts will tell
        return _Rule(None if said.status == 403 else False, "")
    mode = re.search(rb"<Mode>(GOVERNANCE|COMPLIANCE)</Mode>", said.data)
    return _Rule(b"<ObjectLockEnabled>Enabled<" in said.data, mode[1].decode() if mode else "")


class _Attempt:
    """One locked object and what is tried on it."""

    def __init__(self, s3: S3, key: str, mode: str) -> None:
        self._s3, self._key, self._mode = s3, key, mode
        self._until = (datetime.now(UTC) + HELD_FOR).replace(microsecond=0)
        self._version: dict[str, str] = {}

    def tries(self) -> Iterator[Try]:
        """Each attempt and whether the object stood; after a failed lock there is nothing more to try."""
        made = self._put(_WORDS)
        self._version = {"versionId": made.headers.get("x-amz-version-id", "")}
        locked = not made.code and bool(self._version["versionId"]) and self._stands()
        yield Try("lock", locked, _seen(made) if made.code else self._lock_seen())
        if not locked:
            return
        yield self._judged("overwrite", self._put(_FORGED))
        yield self._judged("delete", self._s3.told("DELETE", self._key, query=self._version), must_refuse=True)
        yield self._judged("shorten", self._shorten({}), must_refuse=True)
        yield self._judged("bypass", self._shorten(_BYPASS), must_refuse=True)
        gone = self._s3.told("DELETE", self._key, headers=_BYPASS, query=self._version)
        yield self._judged("bypass-delete", gone, must_refuse=True)

    def refused_by(self) -> str:
        """Whether the same keys may delete what is not locked: then it was the lock that refused."""
        key = f"{self._key}-unlocked"
        made = self._s3.told("PUT", key, _WORDS, checked(memoryview(_WORDS)))
        version = {"versionId": made.headers.get("x-amz-version-id", "")}
        gone = self._s3.told("DELETE", key, query=version) if version["versionId"] else made
        return BY_LOCK if not (made.code or gone.code) else BY_RIGHTS

    def _put(self, data: bytes) -> Answer:
        lock = {_MODE: self._mode, _UNTIL: _written(self._until)}
        return self._s3.told("PUT", self._key, data, checked(memoryview(data)) | lock)

    def _shorten(self, headers: dict[str, str]) -> Answer:
        soon = datetime.now(UTC) + timedelta(minutes=1)
        body = f"<Retention><Mode>{self._mode}</Mode><RetainUntilDate>{_written(soon)}</RetainUntilDate></Retention>"
        sent = checked(memoryview(body.encode())) | {"Content-Type": "application/xml"} | headers
        return self._s3.told("PUT", self._key, body.encode(), sent, {"retention": "", **self._version})

    def _judged(self, name: str, said: Answer, *, must_refuse: bool = False) -> Try:
        """Judged by what is there afterwards; an attempt that was accepted is a failure even where nothing changed."""
        return Try(name, self._stands() and (bool(said.code) or not must_refuse), _seen(said))

    def _stands(self) -> bool:
        """Whether that version's bytes and its lock are as they were put."""
        found = self._s3.told("GET", self._key, query=self._version)
        kept = _parsed(found.headers.get(_UNTIL, ""))
        return found.data == _WORDS and found.headers.get(_MODE) == self._mode and kept >= self._until

    def _lock_seen(self) -> str:
        if not self._version["versionId"]:
            return "no versions"
        head = self._s3.told("HEAD", self._key, query=self._version)
        return f"{head.headers.get(_MODE, 'no lock')} {head.headers.get(_UNTIL, '')}".strip()


def _seen(said: Answer) -> str:
    return f"{said.code or 'accepted'} ({said.status})"


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _unlocked(s3: S3, rule: _Rule) -> Proof:
    """Nothing that is filed is locked; a failure where the office asked for it."""
    if s3.bucket.retention:
        return Proof(
            FAILED,
            "ตั้ง retention=… ไว้ แต่ bucket ไม่ได้เปิด object lock ตั้งแต่สร้าง จึงล็อกไม่ได้",
            "retention=… is set, but the bucket was made without object lock: nothing can be locked.",
        )
    if rule.able:
        return Proof(
            ABSENT,
            "bucket ล็อกได้ แต่ไม่ได้ตั้ง retention=… ใน DOCSERVICE_STORE_URL และ bucket ไม่มีค่าล็อกตั้งต้น ไฟล์จึงไม่ถูกล็อก",
            "The bucket can lock, but neither retention=… in DOCSERVICE_STORE_URL nor a default of its own asks it to.",
        )
    return Proof(ABSENT, "bucket ไม่มีการล็อก (object lock)", "The bucket has no object lock.")


_NAMES = {
    "lock": ("ล็อก", "lock"),
    "overwrite": ("เขียนทับ", "overwrite"),
    "delete": ("ลบ", "delete"),
    "shorten": ("ลดเวลาล็อก", "shorten"),
    "bypass": ("ข้ามล็อกเพื่อลดเวลา", "bypass to shorten"),
    "bypass-delete": ("ข้ามล็อกเพื่อลบ", "bypass to delete"),
}


def _failed(failed: list[Try], tries: tuple[Try, ...], mode: str) -> Proof:
    if failed[0].name == "lock":
        return Proof(
            FAILED,
            f"สั่งล็อกแล้วไฟล์ไม่ถูกล็อก ({failed[0].seen}) bucket ต้องเปิด object lock ตั้งแต่สร้าง",
            f"What was to be locked was not ({failed[0].seen}). The bucket must have been made with object lock.",
            tries,
            mode,
        )
    thai = ", ".join(f"{_NAMES[each.name][0]}: {each.seen}" for each in failed)
    english = ", ".join(f"{_NAMES[each.name][1]}: {each.seen}" for each in failed)
    return Proof(
        FAILED,
        f"การล็อกไม่เป็นไปตามที่สั่ง ({thai}) ถ้าข้ามล็อกได้ ให้ใช้รหัสที่ไม่มีสิทธิ์ข้าม หรือเพิ่ม lock=compliance",
        f"The lock did not hold ({english}). If it was bypassed: use keys without that right, or lock=compliance.",
        tries,
        mode,
    )


def _proven(tries: tuple[Try, ...], mode: str, by: str) -> Proof:
    lock = by == BY_LOCK
    return Proof(
        PROVEN,
        "ไฟล์ที่ล็อกไว้ยังอยู่ครบ หลังลองเขียนทับ ลบ ลดเวลา และข้ามล็อกด้วยรหัสที่ระบบใช้"
        + ("" if lock else " (รหัสนี้ลบไฟล์ที่ไม่ล็อกก็ไม่ได้ จึงไม่รู้ว่าการล็อกเองจะปฏิเสธผู้มีสิทธิ์ลบหรือไม่)"),
        "A locked object stood whole after this system's keys tried to overwrite, delete, shorten and bypass it"
        + ("." if lock else " (these keys may not delete what is not locked either: the lock itself was not tried)."),
        tries,
        mode,
        by,
    )
