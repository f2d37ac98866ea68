"""The store in a bucket of an S3 service.

Every request may arrive twice, because it is sent again when its answer did not come. A condition that fails since the
first one had arrived is told from a rival's by reading what is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final, NamedTuple, cast
from urllib.parse import quote

from docservice.errors import Conflict, DocserviceError, NotFound
from storage import versions, worm, write_once
from storage.address import Bucket, Keys
from storage.bucket_lock import OWN, LockPlace
from storage.bucket_planting import Planting, Ways
from storage.keys import check_path
from storage.lease import LEASE, Lock, held
from storage.legal_hold import LegalHolds
from storage.listing import in_order
from storage.proof import Proof
from storage.reading import RemoteFile
from storage.s3 import S3, Flow, checked
from storage.s3_faults import Raced, silent
from storage.store import Beginning, Blob, Leaf, Stat, Tally, Trees, fill, not_the_cure, reserved, taken

PART = 8 * 1024 * 1024
"""Bytes sent at a time; anything longer goes up in parts. S3 takes 10,000 of them: 78 GiB."""

_BUFFER = 64 * 1024  # for readers of lines; larger reads go past it, into the reader's own buffer
_LISTED_AT_ONCE = 10_000
_KIND = "x-amz-meta-docservice"
_REPLACEABLE = "replaceable"

_NOTHING_THERE: Final[dict[str, str]] = {"If-None-Match": "*"}


class _Present(NamedTuple):
    data: bytes
    etag: str
    replaceable: bool


class _Sent(NamedTuple):
    """What goes up in parts: the buffer and the count of what was in it, when it may become visible, as what."""

    buffer: bytearray
    tally: Tally
    condition: dict[str, str] = _NOTHING_THERE
    sha512: str = ""


def _no_step(_name: str) -> None:
    return


class S3Store(LegalHolds):
    """A ``Store`` in ``bucket``. Filing deletes nothing, so its keys need no right to; disposal does (``destroy``).

    What is put under a condition on its key is never overwritten; the service is tried for that before the first write.
    A writer that dies half-way leaves parts that no key shows and the service clears away. ``steps`` is called before
    each request that changes something; ``lease`` (seconds) and ``listed`` (keys sorted at once) are for tests.
    """

    mounted = plants = False

    def __init__(
        self,
        bucket: Bucket,
        keys: Keys,
        *,
        steps: Callable[[str], None] = _no_step,
        lease: float = LEASE,
        listed: int = _LISTED_AT_ONCE,
    ) -> None:
        self.bucket, self._s3 = bucket, S3(bucket, keys)
        self._steps, self._lease, self._listed_at_once = steps, lease, listed
        self._proven = self._seen = False

    def put(
        self, key: str, data: bytes | BinaryIO, *, retain_until: datetime | None = None, tally: Tally | None = None
    ) -> Blob:
        """See ``Store.put``."""
        self._check(key)
        self._prove()
        kept = self._kept(retain_until)
        source, buffer = io.BytesIO(data) if isinstance(data, bytes) else data, bytearray()
        if isinstance(data, bytes) and len(data) < PART:
            first, tally = memoryview(data), tally or Tally.of(data)
        else:
            buffer = bytearray(PART)
            first = fill(buffer, source, tally := Tally())
        try:
            if len(first) < PART:
                self._steps("put")
                self._s3.put(key, first, checked(first) | kept | _NOTHING_THERE, tally.sha256)
            elif self.stat(key):
                raise taken(key)
            else:
                self._put_in_parts(key, kept, source, _Sent(buffer, tally))
        except (Conflict, NotFound, Raced) as doubt:
            while fill(buffer, source, tally):
                pass
            self._require_same(key, tally, doubt)
        return tally.blob(key)

    def plant(self, trees: Trees) -> frozenset[str]:
        """See ``Store.plant``: a bucket has no stroke for more than one key."""
        for key in trees:
            self._check(key)
        self._prove()
        ways = Ways(self._headers, self._put_leaf, self._lock_of, self._steps, self._lease, PART)
        return Planting(self._s3, ways).planted(trees)

    def replace(self, key: str, data: bytes, *, expected: str | None) -> Blob:
        """See ``Store.replace``."""
        self._check(key)
        self._prove()
        tally = Tally.of(data)
        if expected is None:  # nothing is there, or it is refused: no need to look first
            self._steps("replace")
            if self._swap(key, data, None) is None:
                raise taken(key)
            return tally.blob(key)
        present = self._read(key)
        if present and present.data == data:
            return tally.blob(key)
        found = hashlib.sha256(present.data).hexdigest() if present else None
        if found != expected or (present and not present.replaceable):
            raise taken(key)
        self._steps("replace")
        if self._swap(key, data, present.etag if present else None) is None:
            raise taken(key)
        return tally.blob(key)

    def mend(self, key: str, data: BinaryIO, sha512: str, *, replaceable: bool) -> str:
        """See ``Store.mend``: the wrong bytes stay as an older version, or are copied aside where there are none."""
        self._check(key)
        self._prove()
        aside, condition = self._set_aside(key)
        headers = self._encrypted() | {_KIND: _REPLACEABLE} if replaceable else self._kept()
        sent = _Sent(bytearray(PART), Tally(), condition, sha512)
        first = fill(sent.buffer, data, sent.tally)
        if len(first) == PART:
            self._put_in_parts(key, headers, data, sent)
        elif sent.tally.sha512 != sha512:
            raise not_the_cure(key)
        else:
            self._steps("mend")
            self._s3.ask("PUT", key, first, checked(first) | headers | condition)
        return aside

    def probe(self) -> Proof:
        """See ``Store.probe``."""
        return worm.probe(self._s3, OWN)

    def locked_until(self, key: str) -> datetime | None:
        """See ``storage.destruction.Destroyable``."""
        return versions.locked_until(self._s3, check_path(key))

    def destroy(self, key: str, *, former_only: bool = False) -> None:
        """See ``storage.destruction.Destroyable``."""
        self._steps("destroy")
        versions.take_away(self._s3, check_path(key), former_only=former_only)

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``. The stream can seek; it goes on where a connection broke."""
        self._check(key)
        flow = self._flow(key, 0, "")
        remote = RemoteFile(flow.size, lambda start: self._flow(key, start, flow.etag), flow)
        return cast(BinaryIO, io.BufferedReader(remote, min(_BUFFER, flow.size) or 1))

    def stat(self, key: str) -> Stat | None:
        """See ``Store.stat``."""
        self._check(key)
        try:
            return Stat(key, self._s3.size(key))
        except NotFound:
            self._require_bucket()
            return None

    def list(self, prefix: str) -> Iterator[str]:
        """See ``Store.list``."""
        folder = prefix.rpartition("/")[0]
        if folder:
            check_path(folder)
        for key in in_order(self._s3, prefix, self._listed_at_once):
            if not key.startswith(OWN + "/"):
                yield key

    @contextlib.contextmanager
    def hold(self, prefix: str, beginning: Beginning | None = None, *, begins: bool = False) -> Iterator[bool]:
        """See ``Store.hold``: between machines too, by a lock object that is renewed while it is held."""
        self._check(prefix)
        self._prove()
        with held(self._lock_of(prefix, beginning), prefix, self._lease, begins=begins) as first:
            yield first

    def create(self) -> bool:
        """Make the bucket, with object lock where a retention is asked for; False when it was there."""
        return self._s3.create()

    def check(self) -> None:
        """Ask the service for one key: ``StoreUnavailable`` says why the bucket cannot be used."""
        self._s3.check()

    # ------------------------------------------------------------------------------------------------------- writing
    def _put_in_parts(self, key: str, headers: dict[str, str], source: BinaryIO, sent: _Sent) -> None:
        """Send the buffer and the rest of ``source``; visible only when all of it has arrived (and is what it must)."""
        self._steps("begin")
        upload = self._s3.begin(key, headers)
        tags: list[str] = []
        piece = memoryview(sent.buffer)
        try:
            while piece:
                self._steps("part")
                query = {"partNumber": str(len(tags) + 1), "uploadId": upload}
                tags.append(self._s3.ask("PUT", key, piece, checked(piece), query).headers["ETag"])
                piece = fill(sent.buffer, source, sent.tally)
            if sent.sha512 not in ("", sent.tally.sha512):
                raise not_the_cure(key)
            self._steps("complete")
            self._s3.complete(key, upload, tags, sent.condition)
        except BaseException:
            with contextlib.suppress(DocserviceError):  # the service clears it away in time
                self._s3.ask("DELETE", key, query={"uploadId": upload})
            raise

    def _headers(self, leaf: Leaf, until: datetime | None) -> dict[str, str]:
        kept = self._encrypted() | {_KIND: _REPLACEABLE} if leaf.replaceable else self._kept(until)
        return kept | _NOTHING_THERE

    def _put_leaf(self, key: str, leaf: Leaf, until: datetime | None) -> None:
        data = cast(bytes, leaf.data)
        if leaf.replaceable:
            self.replace(key, data, expected=None)
        else:
            self.put(key, data, retain_until=until, tally=leaf.tally)

    def _lock_of(self, prefix: str, beginning: Beginning | None) -> LockPlace:
        own = self._lock, self._swap, lambda: self._steps("beginning")
        kept = self._kept(beginning.retain_until if beginning else None)
        return LockPlace(self._s3, own, prefix, beginning, kept)

    def _set_aside(self, key: str) -> tuple[str, dict[str, str]]:
        """Where the bytes at ``key`` are once others are put there, and the condition under which that may be done."""
        try:
            head = self._s3.ask("HEAD", key).headers
        except NotFound:
            return "", _NOTHING_THERE
        version, condition = head.get("x-amz-version-id", "null"), {"If-Match": head["ETag"]}
        if version != "null":
            return f"versionId={version}", condition
        aside = f"{OWN}/quarantine/{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}/{key}"
        source = {"x-amz-copy-source": quote(f"/{self.bucket.name}/{self._s3.name(key)}")}
        self._s3.ask("PUT", aside, headers=source | self._encrypted())
        return aside, condition

    def _require_same(self, key: str, tally: Tally, doubt: DocserviceError) -> None:
        """What is at ``key`` has these digests, or the ``doubt`` was right."""
        try:
            with self.open(key) as stream:
                present = Tally.of(stream)
        except NotFound:
            if isinstance(doubt, NotFound):
                raise silent(str(self.bucket), "งานส่งค้างอยู่") from doubt
            raise doubt from None
        if present.sha512 != tally.sha512:
            raise taken(key) from doubt

    def _swap(self, key: str, data: bytes, etag: str | None) -> str | None:
        """Put ``data`` in place of what has ``etag`` (None: of nothing); its ETag, or None when that was not there."""
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        body = memoryview(data)
        headers = checked(body) | self._encrypted() | condition | {_KIND: _REPLACEABLE}
        try:
            return self._s3.put(key, body, headers)
        except (Conflict, NotFound, Raced):
            present = self._read(key)
            return present.etag if present and present.data == data else None

    def _kept(self, retain_until: datetime | None = None) -> dict[str, str]:
        """What the service is asked to do with bytes that are written once; locks only where the office asks for it."""
        if not self.bucket.retention:
            return self._encrypted()
        until = datetime.now(UTC) + timedelta(days=366 * self.bucket.retention)
        until = max(until, retain_until.astimezone(UTC)) if retain_until else until
        return self._encrypted() | {
            "x-amz-object-lock-mode": self.bucket.mode,
            "x-amz-object-lock-retain-until-date": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _encrypted(self) -> dict[str, str]:
        return {"x-amz-server-side-encryption": "AES256"} if self.bucket.encrypted else {}

    def _prove(self) -> None:
        """Before the first write."""
        if not self._proven:
            write_once.require(self._s3, self._encrypted())
            self._proven = True

    # ------------------------------------------------------------------------------------------------------- reading
    def _read(self, key: str) -> _Present | None:
        """All of a small object."""
        try:
            answer = self._s3.ask("GET", key)
        except NotFound:
            return None
        return _Present(answer.data, answer.headers["ETag"], answer.headers.get(_KIND) == _REPLACEABLE)

    def _lock(self, key: str) -> Lock | None:
        present = self._read(key)
        return Lock(present.data, present.etag) if present else None

    def _flow(self, key: str, start: int, etag: str) -> Flow:
        """The bytes from ``start`` on, of the object with ``etag`` (``""``: whichever is there)."""
        headers = {"Range": f"bytes={start}-", "If-Match": etag} if etag else {}
        try:
            answer = self._s3.ask("GET", key, headers=headers, stream=True)
        except (Conflict, NotFound):
            if etag:
                raise silent(str(self.bucket), f"{key} เปลี่ยนไประหว่างอ่าน") from None
            raise
        return Flow(answer, str(self.bucket))

    def _check(self, key: str) -> None:
        check_path(key)
        check_path(self._s3.name(key))
        if f"{key}/".startswith(OWN + "/"):
            raise reserved(key)

    def _require_bucket(self) -> None:
        """That nothing is there is believed only of a bucket that is there (a HEAD does not tell)."""
        if not self._seen:
            self._s3.check()
            self._seen = True
