"""Places for an archive; and ways to die: a process of one's own, and a step at which it kills itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock

import pytest
from archive_places import LocalPlace, Place, S3Place
from s3server import S3Server
from wire import Wire, wire

from storage.address import Bucket
from storage.bucket import S3Store


def _in_child(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _dies_at(step: int) -> Callable[[str], None]:
    left, turn = [step], Lock()  # files are written beside each other

    def count(_name: str) -> None:
        with turn:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


@pytest.fixture
def in_child() -> Callable[[Callable[[], object]], int]:
    """Run something in a process of its own; the exit status, or minus the signal that ended it."""
    return _in_child


@pytest.fixture
def dies_at() -> Callable[[int], Callable[[str], None]]:
    """A ``steps`` hook that kills its own process (SIGKILL) at the given step, counted from 0."""
    return _dies_at


@pytest.fixture
def local_place(tmp_path: Path) -> LocalPlace:
    return LocalPlace(tmp_path / "archive")


@pytest.fixture
def s3_place(s3_server: S3Server, s3_bucket: Bucket, tmp_path: Path) -> S3Place:
    return S3Place(s3_server, s3_bucket, tmp_path / "copies")


@pytest.fixture
def s3_from_disk_place(s3_place: S3Place) -> S3Place:
    """There, what begins a dossier is put file by file, not all of it beside each other."""
    return replace(s3_place, first=12, from_disk=True)


@pytest.fixture(params=["local_place", "s3_place"])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty place of each kind."""
    made: Place = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def cable(s3_server: S3Server) -> Iterator[Wire]:
    with wire(s3_server.endpoint) as made:
        yield made


@pytest.fixture
def far(cable: Wire, s3_server: S3Server, s3_bucket: Bucket) -> S3Store:
    """The store at the other end of the wire."""
    return S3Store(replace(s3_bucket, endpoint=cable.endpoint), s3_server.app)
