"""Where the lock of one prefix lies in a bucket: with what begins there, and in an object of the store's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from docservice.errors import Conflict, NotFound
from storage.lease import Lock
from storage.s3 import S3, checked
from storage.s3_faults import Raced
from storage.store import Beginning

OWN = "extensions/docservice-locks"
"""The store's own folder: locks, and the object on which it tries whether the service keeps its word."""

_Read = Callable[[str], Lock | None]
_Swap = Callable[[str, bytes, str | None], str | None]
_SAID = "x-amz-meta-docservice-begun"
_NOBODY: Final = b"{}"


class LockPlace:
    """A ``storage.lease.LockPlace``: ``own`` is how the store reads and swaps small objects that may change.

    ``beginning`` (None: nothing begins there in a way of its own) is put with ``headers``, after ``step``.
    """

    def __init__(
        self,
        s3: S3,
        own: tuple[_Read, _Swap, Callable[[], object]],
        prefix: str,
        beginning: Beginning | None,
        headers: dict[str, str],
    ) -> None:
        self._s3, self._prefix, self._beginning, self._headers = s3, prefix, beginning, headers
        self._read, self._swap, self._step = own
        self._key = f"{OWN}/{hashlib.sha256(prefix.encode()).hexdigest()}"  # its name tells nothing about the prefix

    def read(self) -> Lock | None:
        """See ``storage.lease.LockPlace``, as of all of these."""
        return self._read(self._key)

    def swap(self, data: bytes, etag: str | None) -> str | None:
        """The lock object, swapped."""
        return self._swap(self._key, data, etag)

    def begin(self, said: bytes) -> bool:
        """The beginning, put once, with ``said`` in its metadata."""
        if self._beginning is None:
            return False
        self._step()
        try:
            self._s3.put(self.first, memoryview(self._beginning.data), self.words(said))
        except (Conflict, NotFound, Raced):  # also when it had arrived and its answer had not
            return said != _NOBODY and self.begun() == said
        return True

    def words(self, said: bytes) -> dict[str, str]:
        """The headers with which the beginning is put."""
        body = memoryview(self._beginning.data if self._beginning else b"")
        return checked(body) | self._headers | {"If-None-Match": "*", _SAID: said.decode("ascii")}

    def begun(self) -> bytes | None:
        """What its metadata say; nothing, where it came as a copy."""
        if self._beginning is None:
            return _NOBODY
        try:
            headers = self._s3.ask("HEAD", self.first).headers
        except NotFound:
            return None
        return headers.get(_SAID, "{}").encode()

    def has_ended(self) -> bool:
        """Whether ``Beginning.until`` is there."""
        if self._beginning is None:
            return False
        try:
            return self._s3.size(f"{self._prefix}/{self._beginning.until}") >= 0
        except NotFound:
            return False

    @property
    def first(self) -> str:
        """The beginning's key."""
        return f"{self._prefix}/{self._beginning.name if self._beginning else ''}"
