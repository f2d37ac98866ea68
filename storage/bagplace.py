"""Where a bag lies that somebody hands in: a folder, a ZIP or a tar (not compressed). Nothing is unpacked.

A member that would lie outside the bag, or that is no plain file, is damage.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

DAMAGED = (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading a bag that is not whole raises."""


class Place(Protocol):
    """A bag's files by their path inside the bag, with their sizes. Many may be read at the same time."""

    sizes: Mapping[str, int]

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""


@contextmanager
def opened(path: Path) -> Iterator[Place]:
    """The bag at ``path``; any of ``DAMAGED`` when it is none of the three."""
    if path.is_dir():
        yield _Folder(path)
    elif _is_tar(path):  # asked first: the end of a tar may look like a ZIP's, when one lies in it
        yield _Tar(path)
    else:
        with zipfile.ZipFile(path) as archive:
            yield _Zip(archive)


def _is_tar(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(262)[257:] == b"ustar"


def _folder_of(names: Iterable[str]) -> str:
    """The one folder in which everything lies, with its slash; empty where there is none."""
    folders = {name.partition("/")[0] if "/" in name else "" for name in names}
    return folders.pop() + "/" if len(folders) == 1 and "" not in folders else ""


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        files = (found for found in path.rglob("*") if found.is_file())
        self.sizes: Mapping[str, int] = {found.relative_to(path).as_posix(): found.stat().st_size for found in files}

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")


class _Zip:
    """The bag in a ZIP: the files below its one folder."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        members = [member for member in archive.infolist() if not member.is_dir()]
        self._folder = _folder_of(member.filename for member in members)
        start = len(self._folder)
        self.sizes: Mapping[str, int] = {member.filename[start:]: member.file_size for member in members}
        if len(self.sizes) != len(members):
            raise zipfile.BadZipFile("a name twice")
        if members and _first(members):
            raise zipfile.BadZipFile("cut off: what was opened is a ZIP inside it, as Excel and Word files are")

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._folder + name)


def _first(members: list[zipfile.ZipInfo]) -> int:
    return min(member.header_offset for member in members)


class _Tar:
    """The bag in a tar: each file is a stretch of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with tarfile.open(path, "r:") as archive:
            members = [member for member in archive.getmembers() if not member.isdir()]
        if not all(member.isreg() for member in members):
            raise tarfile.TarError("a link or a device")
        folder = _folder_of(_plain(member.name) for member in members)
        found = {_plain(member.name)[len(folder) :]: (member.offset_data, member.size) for member in members}
        if len(found) != len(members):
            raise tarfile.TarError("a name twice")
        self._where = found
        self.sizes: Mapping[str, int] = {name: size for name, (_, size) in found.items()}

    def open(self, name: str) -> IO[bytes]:
        start, size = self._where[name]
        return cast(IO[bytes], io.BufferedReader(_Stretch(self._path, start, size), 1024 * 1024))


def _plain(name: str) -> str:
    return name.removeprefix("./")


class _Stretch(io.RawIOBase):
    """Bytes of a file from ``start`` on, ``size`` of them."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        super().__init__()
        self._file, self._left = path.open("rb"), size
        self._file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(cast(bytearray, buffer))
        count = self._file.readinto(view[: min(len(view), self._left)])
        if not count and self._left:
            raise EOFError("the tar ends early")
        self._left -= count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
