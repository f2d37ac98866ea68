"""Where an archive under test lies: how to open it as a store, to look at it, and to change it behind its back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from s3server import S3Server

from storage.address import Bucket
from storage.bucket import S3Store
from storage.local import LocalStore
from storage.store import Store

Steps = Callable[[str], None]


def no_step(_name: str) -> None:
    return


class Place(Protocol):
    """One archive's place. ``steps``: how many steps a filing of two files takes there at least; ``first``: the one
    that begins a dossier. ``from_disk``: the files are given as files."""

    steps: int
    first: int
    from_disk: bool

    def fresh(self) -> Place:
        """Another one, empty."""

    def store(self, steps: Steps = no_step) -> Store:
        """The store there."""

    def folder(self) -> Path:
        """All files as they lie there, in a folder for an independent validator."""

    def overwrite(self, key: str, data: bytes) -> None:
        """Change a file as nobody should."""


@dataclass(frozen=True)
class LocalPlace:
    path: Path
    steps: int = 31
    first: int = 10  # seven files, all made safe, the folder moved, the names made safe
    from_disk: bool = False

    def fresh(self) -> LocalPlace:
        return LocalPlace(self.path / uuid.uuid4().hex)

    def store(self, steps: Steps = no_step) -> LocalStore:
        return LocalStore(self.path, steps=steps)

    def folder(self) -> Path:
        return self.path

    def overwrite(self, key: str, data: bytes) -> None:
        (self.path / key).unlink()
        (self.path / key).write_bytes(data)


@dataclass(frozen=True)
class S3Place:
    server: S3Server
    bucket: Bucket
    copies: Path
    steps: int = 12
    first: int = 7
    from_disk: bool = False

    def fresh(self) -> S3Place:
        bucket = self.server.bucket(f"{self.bucket.prefix}/{uuid.uuid4().hex}")
        return replace(self, bucket=bucket)

    def store(self, steps: Steps = no_step) -> S3Store:
        return S3Store(self.bucket, self.server.app, steps=steps)

    def folder(self) -> Path:
        client, copy = self.server.client(), self.copies / uuid.uuid4().hex
        for item in client.list_objects(self.bucket.name, prefix=f"{self.bucket.prefix}/", recursive=True):
            name = str(item.object_name)
            target = copy / name.removeprefix(f"{self.bucket.prefix}/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(client.get_object(self.bucket.name, name).read())
        return copy

    def overwrite(self, key: str, data: bytes) -> None:
        name = f"{self.bucket.prefix}/{key}"
        self.server.client()._execute("PUT", self.bucket.name, name, body=data)
