"""Setting, lifting and looking at the service's own legal hold on every version of every object below a prefix.

A legal hold (S3 object lock) has no last day: while it is on, nobody's keys take that version away, the bypass right
included. Each version is asked first, changed where it is not as it should be, and asked again: so a call that broke
off is made again, and what is told was seen. The listing is read page by page, and so many versions are asked about
at a time as there are threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from docservice.errors import DocserviceError, StoreUnavailable
from storage.keys import check_path
from storage.proof import Held, Holdable
from storage.s3 import S3, Answer, checked
from storage.s3_faults import refusal
from storage.versions import Version, below, query_of

AT_ONCE = 8
"""Versions asked about at the same time."""

_STATE = "x-amz-object-lock-legal-hold"
_NO_LOCK = {"ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration", "NotImplemented"}
_GONE = 404
_RIGHTS = ("s3:PutObjectLegalHold", "s3:GetObjectLegalHold", "s3:GetObjectVersion")


class LegalHolds(Holdable):
    """The part of a bucket's store that holds; whoever inherits it has its ``_s3`` and is told of each step."""

    _s3: S3
    _steps: Callable[[str], None]
    _locks = False

    def set_legal_hold(self, prefix: str, *, on: bool) -> Held:
        """See ``Store.set_legal_hold``."""
        return self._each(prefix, lambda each: self._settled(each, on))

    def legal_hold(self, prefix: str) -> Held:
        """See ``Store.legal_hold``."""
        return self._each(prefix, lambda each: _counted(self._is_held(each)))

    def _each(self, prefix: str, ask: Callable[[tuple[str, Version]], Held]) -> Held:
        check_path(prefix.rpartition("/")[0] or prefix)
        if not self._able():
            return Held(able=False)
        total = Held()
        listed = (each for each in below(self._s3, prefix) if not each[1].marker)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="legal-hold") as threads:
            for some in _few(listed):
                for one in threads.map(ask, some):
                    total += one
        return total

    def _able(self) -> bool:
        """Whether the bucket can lock. Without the right to ask it is taken to: the first attempt tells."""
        if not self._locks:
            said = self._s3.told("GET", None, query={"object-lock": ""})
            if said.code in _NO_LOCK or (not said.code and b"<ObjectLockEnabled>Enabled<" not in said.data):
                return False
            if said.code and said.status != 403:
                raise refusal(str(self._s3.bucket), "", said.code, said.status)
            self._locks = not said.code
        return True

    def _settled(self, each: tuple[str, Version], on: bool) -> Held:
        held = self._is_held(each)
        if held is None or held == on:
            return _counted(held)
        self._steps("legal-hold")
        said = self._put(each, on)
        held = self._is_held(each)  # what counts is what is there now, whatever was answered
        if held == on or held is None:
            return _counted(held, changed=held is not None)
        if said.code:
            raise self._refused(said)
        raise _unheard(str(self._s3.bucket), on)

    def _put(self, each: tuple[str, Version], on: bool) -> Answer:
        name, version = each
        body = f'<LegalHold xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>{_word(on)}</Status></LegalHold>'
        headers = checked(memoryview(body.encode())) | {"Content-Type": "application/xml"}
        return self._s3.told("PUT", name, body.encode(), headers, {"legal-hold": "", **query_of(version)})

    def _is_held(self, each: tuple[str, Version]) -> bool | None:
        """What the service says of that version now; None where it is gone."""
        name, version = each
        said = self._s3.told("HEAD", name, query=query_of(version))
        if said.status == _GONE:
            return None
        if said.code:
            raise self._refused(said)
        return said.headers.get(_STATE, "").upper() == "ON"

    def _refused(self, said: Answer) -> DocserviceError:
        place = str(self._s3.bucket)
        return denied(place) if said.status == 403 else refusal(place, "", said.code, said.status)


def _word(on: bool) -> str:
    return "ON" if on else "OFF"


def _counted(held: bool | None, *, changed: bool = False) -> Held:
    return Held(versions=held is not None, held=bool(held), changed=changed)


def _few(listed: Iterable[tuple[str, Version]]) -> Iterator[list[tuple[str, Version]]]:
    remaining = iter(listed)
    while some := list(islice(remaining, 4 * AT_ONCE)):
        yield some


def denied(place: str) -> StoreUnavailable:
    """The error for keys that may not change a legal hold, or ask for it."""
    return StoreUnavailable(
        f"รหัสที่ระบบใช้ไม่มีสิทธิ์ล็อกหรือปลดล็อกไฟล์ในที่จัดเก็บ {place} (AccessDenied)",
        f"ให้ผู้ดูแลที่จัดเก็บเพิ่มสิทธิ์ {' '.join(_RIGHTS)} แล้วระบบจะทำต่อเองในคืนถัดไป",
        english=f"These keys may not set or lift a legal hold in {place}: they need {', '.join(_RIGHTS)}. "
        "It is tried again every night.",
    )


def _unheard(place: str, on: bool) -> StoreUnavailable:
    """The error of a service that took the request and did nothing."""
    return StoreUnavailable(
        f"ที่จัดเก็บ {place} รับคำสั่งแล้ว แต่ถามซ้ำแล้วสถานะล็อกไม่เปลี่ยน",
        "ให้ผู้ดูแลที่จัดเก็บตรวจว่าบริการรองรับ legal hold และรหัสที่ระบบใช้มีสิทธิ์ s3:GetObjectLegalHold",
        english=f"{place} accepted the legal hold {_word(on)} and, asked again, has it not: it may not "
        "support it, or these keys lack s3:GetObjectLegalHold.",
    )
