"""The store in a local folder: the embedded default, and the store the tests run on."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage import proof
from storage.folders import drop_empty, flock, fsync_folder, make_folders, prune, write_all
from storage.keys import check_path
from storage.planting import Seedbed, stripes
from storage.store import (
    Beginning,
    Blob,
    Stat,
    Tally,
    Trees,
    absent,
    chunks,
    not_the_cure,
    reserved,
    taken,
    unavailable,
)

# Inside an OCFL root "extensions" is the one folder whose contents a validator leaves alone, and it is sure to be on
# the same file system as the archive, so a finished file can be linked into its place.
INCOMING = "extensions/docservice-incoming"
QUARANTINE = "extensions/docservice-quarantine"
"""Where wrong bytes lie that were mended: for whoever looks for the cause."""

_OWN = (f"{INCOMING}/", f"{QUARANTINE}/")
_FORGOTTEN_SECONDS = 24 * 3600
_ONCE, _REPLACEABLE = 0o440, 0o640  # archives hold personal data: nothing for "others"


def _no_step(_name: str) -> None:
    return


class LocalStore(proof.Holdable):
    """A ``Store`` in the folder ``path`` (made at the first write).

    A file is written under ``INCOMING``, fsynced, made read-only, linked to its key (which fails if the key is taken),
    and the folder fsynced. ``steps`` is called with the name of each step before it is taken: a place for tests to die.
    """

    mounted = plants = True

    def __init__(self, path: Path, *, steps: Callable[[str], None] = _no_step) -> None:
        self.path = path
        self._incoming = path / INCOMING
        self._steps = steps
        self._ready = False

    def put(
        self, key: str, data: bytes | BinaryIO, *, retain_until: datetime | None = None, tally: Tally | None = None
    ) -> Blob:
        """See ``Store.put``. A folder has no lock: ``retain_until`` is the caller's to keep."""
        final = self._place(key)
        if os.path.lexists(final):
            return self._already(key, final, Tally.of(data))
        with self._temp(key, data, _ONCE) as (temp, counted), self._translated(key):
            try:
                self._link(temp, final)
            except FileExistsError:
                return self._already(key, final, counted)
        return counted.blob(key)

    def plant(self, trees: Trees) -> frozenset[str]:
        """See ``Store.plant``: written under ``INCOMING``, safe on the disk, then each folder renamed to its key."""
        with contextlib.ExitStack() as held:
            for key in stripes(trees, _stripe):
                held.enter_context(self._lock("hold", key))
            with self._translated(min(trees, default="")):
                return self._planted(trees)

    def _planted(self, trees: Trees) -> frozenset[str]:
        places = {key: self._place(key) for key in trees}
        for place in places.values():
            prune(place)
        there = {place for place in places.values() if os.path.lexists(place)}
        stand, dirty = set(), set[Path]()
        with Seedbed(self._incoming, self._steps).made() as bed:
            written = {
                key: bed.write(trees[key](), (_ONCE, _REPLACEABLE))
                for key, place in places.items()
                if place not in there
            }
            try:
                bed.settle()
                for key, folder in written.items():
                    dirty |= self._move(folder, places[key])
                    stand.add(key)
            finally:
                self._settle(dirty)
        return frozenset(stand)

    def _move(self, folder: Path, final: Path) -> set[Path]:
        for last in (False, False, True):
            dirty = make_folders(final.parent)
            self._steps("plant")
            try:
                folder.rename(final)
            except FileNotFoundError:  # as for a link
                if last:
                    raise
            else:
                break
        return dirty

    def replace(self, key: str, data: bytes, *, expected: str | None) -> Blob:
        """See ``Store.replace``."""
        final, tally = self._place(key), Tally.of(data)
        with self._lock("replace", key), self._translated(key):
            present = final.read_bytes() if final.exists() else None
            if present == data:
                return tally.blob(key)
            found = None if present is None else hashlib.sha256(present).hexdigest()
            if found != expected or (present is not None and not final.stat().st_mode & 0o200):
                raise taken(key)
            with self._temp(key, data, _REPLACEABLE) as (temp, _):
                dirty = make_folders(final.parent)
                self._steps("rename")
                temp.replace(final)
            self._settle(dirty)
        return tally.blob(key)

    def mend(self, key: str, data: BinaryIO, sha512: str, *, replaceable: bool) -> str:
        """See ``Store.mend``. Whoever dies half-way leaves nothing at ``key``: mending it once more puts it there."""
        final = self._place(key)
        with (
            self._temp(key, data, _REPLACEABLE if replaceable else _ONCE) as (temp, tally),
            self._translated(key),
        ):
            if tally.sha512 != sha512:
                raise not_the_cure(key)
            aside = self._set_aside(key, final)
            self._link(temp, final)
        return aside

    def probe(self) -> proof.Proof:
        """See ``Store.probe``: a folder locks nothing."""
        return proof.LOCAL

    def locked_until(self, key: str) -> datetime | None:
        """See ``storage.destruction.Destroyable``: a folder locks nothing."""
        return None

    def destroy(self, key: str, *, former_only: bool = False) -> None:
        """See ``storage.destruction.Destroyable``. A folder keeps no former bytes of a key."""
        place = self._place(key)
        if former_only:
            return
        self._steps("destroy")
        with self._translated(key):
            place.unlink(missing_ok=True)
            if place.parent.is_dir():
                fsync_folder(place.parent)

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``."""
        place = self._place(key)
        try:
            return place.open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise absent(key) from error
        except OSError as error:
            raise unavailable(str(place), error) from error

    def stat(self, key: str) -> Stat | None:
        """See ``Store.stat``."""
        place = self._place(key)
        with self._translated(key):
            try:
                return Stat(key, place.stat().st_size) if place.is_file() else None
            except FileNotFoundError:
                return None

    def list(self, prefix: str) -> Iterator[str]:
        """See ``Store.list``."""
        folder = prefix.rpartition("/")[0]
        if folder:
            check_path(folder)
        with self._translated(prefix):
            for key in self._walk(folder):
                if key.startswith(prefix):
                    yield key

    @contextlib.contextmanager
    def hold(self, prefix: str, beginning: Beginning | None = None, *, begins: bool = False) -> Iterator[bool]:
        """See ``Store.hold``; waits up to two minutes, then ``StoreUnavailable``."""
        folder = self._place(prefix)
        with self._lock("hold", prefix):
            with self._translated(prefix):
                prune(folder)
                if folder.is_dir():  # whoever put it there may have died before its name was safe
                    self._settle(self._above(folder))
            yield False

    def create(self) -> bool:
        """Make the folder; False when it was there."""
        new = not self.path.is_dir()
        with self._translated(""):
            self.path.mkdir(mode=0o750, parents=True, exist_ok=True)
        return new

    def _place(self, key: str) -> Path:
        if (check_path(key) + "/").startswith(_OWN):
            raise reserved(key)
        return self.path / key

    def _walk(self, folder: str) -> Iterator[str]:
        """Keys below ``folder``; a folder sorts as its name with the slash, which gives the order of whole keys."""
        try:
            with os.scandir(self.path / folder) as found:
                entries = [(entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name) for entry in found]
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in sorted(entries):
            key = f"{folder}/{name}" if folder else name
            if not name.endswith("/"):
                yield key
            elif key not in _OWN:
                yield from self._walk(key[:-1])

    @contextlib.contextmanager
    def _temp(self, key: str, data: bytes | BinaryIO, mode: int) -> Iterator[tuple[Path, Tally]]:
        """``data``, whole and fsynced, in a file nobody sees; it is gone when the block ends, however it ends."""
        with self._translated(key):
            self._prepare()
        temp, tally = self._incoming / uuid.uuid4().hex, Tally()
        try:
            with self._translated(key):
                descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with contextlib.closing(_Descriptor(descriptor)):
                for chunk in chunks(data):
                    self._steps("write")
                    tally.feed(chunk)
                    with self._translated(key):
                        write_all(descriptor, chunk)
                self._steps("fsync")
                with self._translated(key):
                    os.fchmod(descriptor, mode)
                    os.fsync(descriptor)
            yield temp, tally
        finally:
            with self._translated(key):
                temp.unlink(missing_ok=True)

    def _link(self, temp: Path, final: Path) -> None:
        for last in (False, False, True):
            dirty = make_folders(final.parent)
            try:
                self._steps("link")
                os.link(temp, final)
                break
            except FileNotFoundError:  # an empty folder was pruned by a new holder between the two lines
                if last:
                    raise
            except OSError:
                drop_empty(dirty)
                raise
        self._settle(dirty)

    def _set_aside(self, key: str, final: Path) -> str:
        if not os.path.lexists(final):
            return ""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        aside = self.path / QUARANTINE / stamp / key
        dirty = make_folders(aside.parent)
        self._steps("set-aside")
        final.rename(aside)
        self._settle(dirty)
        return f"{QUARANTINE}/{stamp}/{key}"

    def _settle(self, dirty: Iterable[Path]) -> None:
        self._steps("fsync-folder")
        for folder in sorted(dirty, reverse=True):
            fsync_folder(folder)

    def _already(self, key: str, final: Path, tally: Tally) -> Blob:
        with self._translated(key):
            if not final.is_file():
                raise taken(key)
            with final.open("rb") as stream:
                if Tally.of(stream).sha512 != tally.sha512:
                    raise taken(key)
            # whoever wrote it may have died before making the names durable
            self._settle(self._above(final))
        return tally.blob(key)

    def _above(self, place: Path) -> set[Path]:
        return {each for each in place.parents if each.is_relative_to(self.path)}

    def _prepare(self) -> None:
        if self._ready and self._incoming.is_dir():
            return
        for folder in make_folders(self._incoming):
            fsync_folder(folder)
        for left in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if left.suffix != ".lock" and time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        self._ready = True

    @contextlib.contextmanager
    def _lock(self, purpose: str, key: str) -> Iterator[None]:
        """A lock of the operating system, which drops it when its process dies; 256 files serve all keys."""
        with self._translated(key):
            self._prepare()
            descriptor = os.open(self._incoming / f"{purpose}-{_stripe(key)}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        with contextlib.closing(_Descriptor(descriptor)):
            flock(descriptor, key)
            yield

    @contextlib.contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unavailable(str(self.path / key), error) from error


class _Descriptor:
    def __init__(self, number: int) -> None:
        self._number = number

    def close(self) -> None:
        os.close(self._number)


def _stripe(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:2]
